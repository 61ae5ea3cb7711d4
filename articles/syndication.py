"""Feeds in the three forms that programs read: Atom, RSS 2.0 and JSON Feed 1.1, each with the whole text."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from articles import sharing
from articles.images import renditions
from articles.models import Article
from articles.text import markup

# What XML cannot hold, not even as a reference.
UNWANTED = {code: None for code in [*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF] if code not in {9, 10, 13}}
KINDS = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATOR = "http://purl.org/dc/elements/1.1/"
_LINK = re.compile(r'(<a\b[^<>]*\shref=")(/[^"]*)')


class Form(StrEnum):
    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


TYPES = {
    Form.ATOM: "application/atom+xml; charset=utf-8",
    Form.RSS: "application/rss+xml; charset=utf-8",
    Form.JSON: "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True)
class Channel:
    """What a feed says of itself; its addresses are absolute."""

    title: str
    page: str  # of which it is the feed
    address: str
    language: str
    site: str
    root: str

    @property
    def authority(self) -> str:
        return urlsplit(self.root).hostname or "localhost"


class Atom(Atom1Feed):
    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        # Django would write its description as another summary, of HTML.
        super().add_item_elements(handler, {**item, "description": None})
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


class Rss(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": CONTENT, "xmlns:dc": CREATOR}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        name = item["author_name"]
        # RSS wants an address of mail for an author; a name stands in Dublin Core's element.
        super().add_item_elements(handler, {**item, "author_name": None, "description": item["summary"]})
        if name:
            handler.addQuickElement("dc:creator", name)
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])


def build(form: Form, channel: Channel, articles: Sequence[Article]) -> bytes:
    """The feed's bytes. Tags, images and their renditions of the articles are prefetched."""
    items = [_item(channel, article) for article in articles]
    if form == Form.JSON:
        return json.dumps(_json(channel, items), ensure_ascii=False, indent=1).encode()
    made = (Atom if form == Form.ATOM else Rss)(
        title=channel.title,
        link=channel.page,
        # RSS must have one, Atom has none of its own.
        description=channel.title if form == Form.RSS else None,  # type: ignore[arg-type]
        language=channel.language,
        author_name=channel.site,
        feed_url=channel.address,
        feed_guid=f"tag:{channel.authority},2026:{urlsplit(channel.address).path}",
    )
    for item in items:
        enclosures = [Enclosure(item["image"], "0", item["image_kind"])] if item["image"] else []
        known = {name: value for name, value in item.items() if name not in {"image", "image_kind"}}
        made.add_item(**known, enclosures=enclosures)
    file = BytesIO()
    made.write(file, "utf-8")
    return file.getvalue()


def _item(channel: Channel, article: Article) -> dict[str, Any]:
    image = sharing.describe(article, at=channel.root).image
    names = [article.section.name] if article.section else []
    names += [tag.name for tag in article.tags.all()]
    return {
        "title": clean(article.title),
        "link": urljoin(channel.root, article.get_absolute_url()),
        "description": "",
        "unique_id": f"tag:{channel.authority},{article.created_at:%Y-%m-%d}:articles/{article.pk}",
        "author_name": clean(article.author) or None,
        "pubdate": article.published_at,
        "updateddate": changed(article),
        "categories": [clean(name) for name in names],
        "language": article.language_tag,
        "summary": clean(article.excerpt),
        "content": clean(whole(article, root=channel.root)),
        "image": image,
        "image_kind": KINDS.get(PurePosixPath(image).suffix, "image/jpeg"),
    }


def _json(channel: Channel, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "language": channel.language,
        "authors": [{"name": channel.site, "url": channel.root}],
        "items": [
            {
                "id": item["unique_id"],
                "url": item["link"],
                "title": item["title"],
                "content_html": item["content"],
                "summary": item["summary"],
                "date_published": _moment(item["pubdate"]),
                "date_modified": _moment(item["updateddate"]),
                "language": item["language"],
                "tags": item["categories"],
                **({"authors": [{"name": item["author_name"]}]} if item["author_name"] else {}),
                **({"image": item["image"]} if item["image"] else {}),
            }
            for item in items
        ],
    }


def _moment(at: datetime) -> str:
    return timezone.localtime(at).replace(microsecond=0).isoformat()


def whole(article: Article, *, root: str) -> str:
    """The text as another program shows it: pictures and links with absolute addresses."""
    images = {image.pk: image for image in article.images.all() if image.file}

    def picture(number: int, _tag: str) -> str:
        image = images.get(number)
        sources = renditions.sources(image) if image else None
        if image is None or sources is None:
            return ""
        address, words = escape(urljoin(root, sources.full)), escape(image.alt or image.caption)
        return f'<img src="{address}" alt="{words}" width="{sources.width}" height="{sources.height}">'

    html = markup.replace_pictures(article.body, picture)
    return _LINK.sub(lambda found: f"{found[1]}{root.rstrip('/')}{found[2]}", html)


def changed(article: Article) -> datetime:
    """A scheduled article was written before it came out: for readers it is as new as that."""
    return max(article.changed_at, article.published_at or article.changed_at)


def clean(text: str) -> str:
    return text.translate(UNWANTED)
