"""The one allowlist of HTML, used for the editor's text and for imported text alike.

``clean`` is called when a text is saved, never when it is shown. Before the sanitizer runs, ``nesting`` closes every
element where it ends and limits depth and attributes, since every known sanitizer is quadratic on one of them.
A picture in the text is a block of its own, ``<img data-file="7" src="…" alt="">``; 7 is the picture's number.
"""

import re
from collections.abc import Callable
from html import unescape

import nh3

from articles.text.nesting import GONE, MOST_ELEMENTS, MarkupRefused, well_nested

__all__ = ["MarkupRefused", "clean", "picture_numbers", "places", "plain", "replace_pictures"]

LONGEST_BODY = 5_000_000  # characters
MOST_REFERENCES = 100_000

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "u", "s", "sub", "sup", "code", "pre",
    "ul", "ol", "li", "blockquote", "a", "img", "figure", "figcaption",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "data-file"},
    "ol": {"start", "type"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
ITEMS = ("li", "tr")  # each counts once, however many paragraphs the editor puts into it
BLOCKS = ("p", "h2", "h3", "h4", "li", "pre", "tr", "figcaption", "caption")

ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
IMAGE = re.compile(r"<img\b[^<>]*>")
NUMBER = r"[1-9][0-9]{0,17}"
FILE_NUMBER = re.compile(rf' data-file="({NUMBER})"')
SHOWN = re.compile(r' (?:data-file|src)="[^"]')
ANY_TAG = re.compile(r"<[^<>]*>")
PRE_START = re.compile(r"(?<=<pre>)\n+")  # a browser drops the first of them
SURROGATE = re.compile(r"[\ud800-\udfff]")
# The serializer is quadratic on ampersands and hard blanks in one run of text; on other references it is not.
COSTLY = re.compile(r"&(?!lt;|gt;|quot;|#[1-9][0-9]{3,6};)|\u00a0")


def _sound_value(element: str, attribute: str, value: str) -> str | None:
    if attribute == "data-file":
        return value if re.fullmatch(NUMBER, value) else None
    if attribute == "src":
        return None if value[:5].lower() == "data:" else value.strip()
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=set(GONE),
    attributes={**ATTRIBUTES, "*": set()},  # without it nh3 lets title and lang pass everywhere
    attribute_filter=_sound_value,
    url_schemes=SCHEMES,
    link_rel="noopener",
    strip_comments=True,
)


def check_bounds(html: str) -> None:
    """Raise MarkupRefused for a size that no article has."""
    if len(html) > LONGEST_BODY:
        raise MarkupRefused("the number of characters", len(html), LONGEST_BODY)
    if (found := html.count("<")) > MOST_ELEMENTS:
        raise MarkupRefused("the number of elements", found, MOST_ELEMENTS)
    if html.count("&") + html.count("\u00a0") <= MOST_REFERENCES:
        return
    if (found := len(COSTLY.findall(html))) > MOST_REFERENCES:
        raise MarkupRefused("the number of character references", found, MOST_REFERENCES)


def clean(html: str) -> str:
    """The HTML with nothing in it but what the allowlist names; safe to print as it is.

    ``clean(clean(x)) == clean(x)``. Pictures with neither number nor address are gone, the others are blocks,
    and empty paragraphs at both ends are dropped. Raises MarkupRefused.
    """
    html = SURROGATE.sub("\ufffd", html.replace("\x00", ""))
    check_bounds(html)
    html = _cleaner.clean(well_nested(html))
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    html = IMAGE.sub(lambda found: found.group() if SHOWN.search(found.group()) else "", html)
    html = _without_empty_ends(PRE_START.sub("", html))
    check_bounds(html)  # What is stored can be saved again: brackets became references, and open elements were closed.
    return html


def _without_empty_ends(html: str) -> str:
    start, end = _solid_start(html, 0), len(html.rstrip())
    while html.startswith("<p>", start) and (after := html.find("</p>", start)) > 0 and _is_empty(html, start, after):
        start = _solid_start(html, after + len("</p>"))
    while html.endswith("</p>", start, end):
        last = html.rfind("<p>", start, end)
        if last < 0 or not _is_empty(html, last, end - len("</p>")):
            break
        end = last
        while end > start and html[end - 1].isspace():
            end -= 1
    return html[start:end]


def _solid_start(html: str, start: int) -> int:
    while start < len(html) and html[start].isspace():
        start += 1
    return start


def _is_empty(html: str, start: int, end: int) -> bool:
    """Whether nothing is to be seen between the ``<p>`` at ``start`` and the ``</p>`` at ``end``."""
    return not html[start + len("<p>") : end].replace("&nbsp;", "").replace("<br>", "").strip()


def picture_numbers(html: str) -> list[int]:
    """The numbers of the pictures in the text, in order."""
    return [int(number) for tag in IMAGE.findall(html) for number in FILE_NUMBER.findall(tag)]


def places(html: str) -> dict[int, int]:
    """For each picture in the text, the number of blocks before it; a picture used twice keeps its first place."""
    found: dict[int, int] = {}
    blocks = inside = 0
    for closing, name, attributes in ELEMENT.findall(html):
        if name in ITEMS:
            inside += -1 if closing else 1
        if closing and name in BLOCKS and (not inside or name in ITEMS):
            blocks += 1
        elif name == "img":
            for number in FILE_NUMBER.findall(attributes):
                found.setdefault(int(number), blocks)
    return found


def replace_pictures(html: str, replacement: Callable[[int, str], str]) -> str:
    """The HTML with each picture replaced by ``replacement(number, tag)``; number 0 where it has none."""

    def one(found: re.Match[str]) -> str:
        number = FILE_NUMBER.search(found.group())
        return replacement(int(number.group(1)) if number else 0, found.group())

    return IMAGE.sub(one, html)


def plain(html: str) -> str:
    """The words of the text: blocks on lines of their own, no markup, references resolved."""
    html = re.sub(r"</(?:p|h2|h3|h4|li|pre|tr|td|th|figcaption|caption|blockquote)>|<br>|<hr>", "\n", html)
    lines = unescape(ANY_TAG.sub("", html)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
