"""What the public templates print: dates as exactly as they are known, pictures, and texts with their pictures."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from articles import sharing
from articles.images import renditions
from articles.models import Article, ArticleImage, Attachment
from articles.states import Precision
from articles.text import markup

register = template.Library()

# Elements that hold words only: a figure inside them would break them apart.
PHRASES = {"p", "h2", "h3", "h4", "strong", "em", "u", "s", "sub", "sup", "code", "pre", "a"}
LONG_TITLE = 64  # letters
TEXT_SIZES = "(min-width: 78rem) 54rem, (min-width: 46rem) 44rem, 100vw"


@register.filter
def published(article: Article) -> str:
    """When it was published: with the time where that is known."""
    if article.published_at is None:
        return ""
    local = timezone.localtime(article.published_at)
    if article.published_precision == Precision.DAY:
        return format_date(local, pgettext("date", "j F Y"))
    return format_date(local, pgettext("date and time", "j F Y, H:i"))


@register.filter
def day(moment: datetime | None) -> str:
    return format_date(timezone.localtime(moment), pgettext("date", "j F Y")) if moment else ""


@register.filter
def weekday(moment: datetime) -> str:
    return format_date(timezone.localtime(moment), pgettext("date with weekday", "l, j F Y"))


@register.filter
def month(moment: datetime) -> str:
    return format_date(timezone.localtime(moment), pgettext("month", "F Y"))


@register.filter
def year(moment: datetime) -> str:
    return format_date(timezone.localtime(moment), pgettext("year", "Y"))


@register.filter
def machine_time(article: Article) -> str:
    return sharing.moment(article)


@register.filter
def kind(attachment: Attachment) -> str:
    """The kind of file as readers know it: PDF, XLSX."""
    return PurePosixPath(attachment.name).suffix.removeprefix(".").upper()[:5]


@register.filter
def shows_cover(article: Article) -> bool:
    return article.cover is not None and bool(article.cover.file)


@register.filter
def is_long(title: str) -> bool:
    """Whether a title needs smaller letters; a Han character is as wide as two others."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in title) > LONG_TITLE


@register.simple_tag
def picture(image: ArticleImage, sizes: str, *, eager: bool = False, alt: str | None = None) -> SafeString:
    """The picture in its renditions; nothing where its file is missing. ``alt`` where the image's own says too much."""
    found = renditions.sources(image)
    if found is None:
        return mark_safe("")  # nothing
    context = {"sources": found, "alt": image.alt if alt is None else alt, "sizes": sizes, "eager": eager}
    return render_to_string("articles/picture.html", context)


@register.simple_tag
def news_article(article: Article, described: sharing.Sharing, address: str, site_name: str, site: str) -> SafeString:
    return sharing.news_article(article, described, address=address, site_name=site_name, site=site)


@register.simple_tag
def qr_code(address: str) -> SafeString:
    return sharing.qr_code(address)


@register.simple_tag
def story(article: Article) -> SafeString:
    """The text with its pictures, captions and credits; it was cleaned when it was saved."""
    images = {image.pk: image for image in article.images.all()}
    lang = article.language_tag
    inside = iter(_phrases_around_pictures(article.body))
    shown = 0

    def figure(number: int, _tag: str) -> str:
        nonlocal shown
        in_phrase = next(inside)
        image = images.get(number)
        if image is None or not image.file:
            return ""
        shown += 1
        context: dict[str, Any] = {"image": image, "sizes": TEXT_SIZES, "eager": shown == 1, "lang": lang}
        return render_to_string("articles/phrase.html" if in_phrase else "articles/figure.html", context)

    html = markup.replace_pictures(article.body, figure)
    # A wide table scrolls by itself, by keyboard too, and the page does not.
    opened = format_html('<div class="table" role="group" aria-label="{}" tabindex="0"><table>', gettext("Table"))
    html = html.replace("<table>", opened).replace("</table>", "</table></div>")
    return mark_safe(html)  # the allowlist's HTML with figures that templates escaped


def _phrases_around_pictures(html: str) -> list[bool]:
    """For each picture in the text, whether it stands inside an element that holds words only."""
    found = []
    depth = 0
    for closing, name, _attributes in markup.ELEMENT.findall(html):
        if name == "img":
            found.append(depth > 0)
        elif name in PHRASES:
            depth += -1 if closing else 1
    return found
