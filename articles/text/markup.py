"""The one allowlist of HTML, used for the editor's text and for imported text alike.

``clean`` is called when a text is saved, never when it is shown. Before the sanitizer runs, a linear scan limits size,
nesting and attributes, since every known sanitizer is quadratic on one of them (HARDENING, finding 2).
A picture in the text is a block of its own, ``<img data-file="7" src="…" alt="">``; 7 is the picture's number.
"""

import re
from collections.abc import Callable
from html import unescape

import nh3

LONGEST_BODY = 5_000_000  # characters
DEEPEST_NESTING = 256
MOST_ATTRIBUTES = 64  # of one element

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
VOID = {
    "br",
    "hr",
    "img",
    "wbr",
    "input",
    "meta",
    "link",
    "col",
    "source",
    "area",
    "base",
    "embed",
    "param",
    "track",
}
BLOCKS = ("p", "h2", "h3", "h4", "li", "pre", "tr", "figcaption", "caption")

ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
IMAGE = re.compile(r"<img\b[^<>]*>")
FILE_NUMBER = re.compile(r'\bdata-file="(\d{1,18})"')
SHOWN = re.compile(r' data-file="\d|\bsrc="[^"]')
ANY_TAG = re.compile(r"<[^<>]*>")
PICTURE_PARAGRAPH = re.compile(r"<p>((?:\s|<br>|<img\b[^<>]*>)*)</p>")
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\s*")


class MarkupRefused(ValueError):
    """The HTML is larger or stranger than any article; ``reason`` and ``found`` tell why."""

    def __init__(self, reason: str, found: int, most: int) -> None:
        super().__init__(f"The text is refused: {reason} is {found}, at most {most} is accepted.")
        self.reason, self.found, self.most = reason, found, most


def _sound_url(element: str, attribute: str, value: str) -> str | None:
    if element == "img" and attribute == "src" and value[:5].lower().startswith("data:"):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={
        "script",
        "style",
        "iframe",
        "object",
        "svg",
        "math",
        "template",
        "noscript",
        "title",
    },
    attributes=ATTRIBUTES,
    attribute_filter=_sound_url,
    url_schemes=SCHEMES,
    link_rel="noopener",
    strip_comments=True,
)


def check_bounds(html: str) -> None:
    """Raise MarkupRefused for what no article needs, in one pass over the text."""
    if len(html) > LONGEST_BODY:
        raise MarkupRefused("the number of characters", len(html), LONGEST_BODY)
    if html.count("&") > 100_000:
        raise MarkupRefused("the number of character references", html.count("&"), 100_000)
    depth = 0
    for closing, name, attributes in ELEMENT.findall(html):
        if closing:
            depth = max(0, depth - 1)
        elif name.lower() not in VOID:
            depth += 1
        if depth > DEEPEST_NESTING:
            raise MarkupRefused("the depth of nested elements", depth, DEEPEST_NESTING)
        if attributes.count("=") > MOST_ATTRIBUTES and len(attributes.split()) > MOST_ATTRIBUTES:
            raise MarkupRefused("the number of attributes of one element", len(attributes.split()), MOST_ATTRIBUTES)
    if html.count("<") > 200_000:
        raise MarkupRefused("the number of elements", html.count("<"), 200_000)


def clean(html: str) -> str:
    """The HTML with nothing in it but what the allowlist names; safe to print as it is.

    ``clean(clean(x)) == clean(x)``. Pictures with neither number nor address are gone, the others are blocks,
    and empty paragraphs at both ends are dropped. Raises MarkupRefused.
    """
    html = html.replace("\x00", "")
    check_bounds(html)
    html = _cleaner.clean(html)
    html = IMAGE.sub(lambda found: found.group() if SHOWN.search(found.group()) else "", html)
    html = PICTURE_PARAGRAPH.sub(
        lambda found: found.group(1).strip() if "<img" in found.group(1) else found.group(), html
    )
    return _without_empty_ends(html)


def _without_empty_ends(html: str) -> str:
    html = html.strip()
    while found := EMPTY_PARAGRAPH.match(html):
        html = html[found.end() :]
    while html.endswith("</p>") and (found := EMPTY_PARAGRAPH.fullmatch(html, html.rfind("<p>"))):
        html = html[: found.start()].rstrip()
    return html


def picture_numbers(html: str) -> list[int]:
    """The numbers of the pictures in the text, in order."""
    return [int(number) for tag in IMAGE.findall(html) for number in FILE_NUMBER.findall(tag)]


def places(html: str) -> dict[int, int]:
    """For each picture in the text, the number of blocks before it; a picture used twice keeps its first place."""
    found: dict[int, int] = {}
    blocks = 0
    for closing, name, attributes in ELEMENT.findall(html):
        if closing and name in BLOCKS:
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
