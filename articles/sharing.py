"""What an article tells to search engines and to those who share it: a description, a picture, NewsArticle data."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import segno
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.images import renditions
from articles.models import Article, ArticleImage
from articles.states import Precision

# Inside a script element nothing may look like its end; JSON reads the references back.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
LOCALES = {"zh-hans": "zh_CN", "zh-hant": "zh_TW", "en": "en_US"}


@dataclass(frozen=True)
class Sharing:
    description: str
    locale: str
    published: str
    changed: str
    image: str
    image_alt: str
    image_width: int
    image_height: int


def moment(article: Article) -> str:
    """The time of publication as machines read it, no more exact than it is known."""
    if article.published_at is None:
        return ""
    local = timezone.localtime(article.published_at)
    if article.published_precision == Precision.DAY:
        return local.date().isoformat()
    return local.replace(microsecond=0).isoformat()


def describe(article: Article, *, at: str) -> Sharing:
    """The article for a site whose root is the absolute address ``at``. Its images are prefetched."""
    cover = _cover(article)
    sources = renditions.sources(cover) if cover else None
    return Sharing(
        description=article.excerpt,
        locale=LOCALES.get(article.language, "en_US"),
        published=moment(article),
        changed=timezone.localtime(article.changed_at).replace(microsecond=0).isoformat(),
        image=urljoin(at, sources.full) if sources else "",
        image_alt=(cover.alt or cover.caption) if cover else "",
        image_width=sources.width if sources else 0,
        image_height=sources.height if sources else 0,
    )


def news_article(article: Article, sharing: Sharing, *, address: str, site_name: str, site: str) -> SafeString:
    """The article as schema.org's NewsArticle, safe inside a script element."""
    publisher = {"@type": "Organization", "name": site_name, "url": site}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "alternativeHeadline": article.subtitle,
        "description": sharing.description,
        "inLanguage": article.language_tag,
        "datePublished": sharing.published,
        "dateModified": sharing.changed,
        "image": [sharing.image] if sharing.image else [],
        "author": {"@type": "Person", "name": article.author} if article.author else publisher,
        "publisher": publisher,
        "articleSection": article.section.name if article.section else "",
        "mainEntityOfPage": address,
    }
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # nothing is left that could end the element


def qr_code(address: str) -> SafeString:
    """The address as a picture for telephones: an SVG of paths, made here, which asks nobody."""
    made = segno.make(address, micro=False, error="m")
    return mark_safe(made.svg_inline(omitsize=True, border=2))  # holds numbers alone, whatever the address is


def _cover(article: Article) -> ArticleImage | None:
    images = [image for image in article.images.all() if image.file]
    return next((image for image in images if image.pk == article.cover_id), images[0] if images else None)
