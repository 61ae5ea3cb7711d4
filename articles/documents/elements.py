"""What single elements of HTML say: whether they are seen, which picture or file they name, what their markup is worth.

Used by ``blocks``, which walks the elements of a text.
"""

import re
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from articles.documents import pictures
from articles.text.nesting import MarkupRefused, well_nested

LONGEST_ADDRESS = 2000
LONGEST_FORMULA = 2000

_LAZY = """
    data-original data-src data-lazy-src orisrc data-echo data-lazyload data-actualsrc data-original-src data-img
    data-url data-hi-res-src _src original file zoomfile
"""
LAZY = tuple(_LAZY.split())
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:spacer|blank|pixel|transparent|loading|placeholder|lazy(?:load)?|grey|gray|1x1|clear|px|empty|none)"
    r"[\w-]{0,8}\.(?:gif|png|jpg|svg)$",
    re.IGNORECASE,
)
_SAVED = re.compile(r"(?!https?:|/|data:)[^?#]*(?:_files|\.files|_文件|%E6%96%87%E4%BB%B6)/", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|[\s])(?:sr-only|screen-reader-text|visually-hidden|visuallyhidden|hidden)(?:$|\s)")
CAPTION_CLASS = re.compile(
    r"caption|(?:img|image|pic|photo)[-_]?(?:desc|text|txt|info|title|note|legend)|picinfo|tuzhu|\bpictext\b",
    re.IGNORECASE,
)
CENTERED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
BLANKS = re.compile("[\\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SENTENCE_END = re.compile('[。！？!?.…；;：:”"’」』）)]$')
OFFICE = re.compile(rf"\.(?:{pictures.OFFICE_SUFFIXES})$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/_content/download\.jsp|/system/_content/|download\.(?:jsp|php|aspx?)\?|/_upload/article/files/"
)
DATA = re.compile(r"data:image/(?P<kind>png|jpe?g|gif|webp|avif|bmp);base64,", re.IGNORECASE)
ATTACHMENT_LEAD = re.compile(
    r"^(?:附\s*件|附|attachments?|download)?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.、]?\s*", re.IGNORECASE
)


def parse(html: str) -> HtmlElement:
    """The body of this HTML, whatever the string is; nothing is fetched and no entity is resolved."""
    root, whole = _tree(html)
    if not whole:  # The parser stops where elements are too deep; the text in them is kept, the elements are not.
        with suppress(MarkupRefused):
            root, _whole = _tree(well_nested(html))
    found: HtmlElement = root.find("body") if root.find("body") is not None else root
    return found


def _tree(html: str) -> tuple[HtmlElement, bool]:
    """The tree of this HTML, and whether all of it was read."""
    data = html.encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=True)
    try:
        root = document_fromstring(data if data.strip() else b"<p></p>", parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = document_fromstring(b"<p></p>")
    return root, not any("depth" in entry.message for entry in parser.error_log)


def plain(text: str) -> str:
    """The text with single blanks and nothing invisible in it."""
    return BLANKS.sub(" ", INVISIBLE.sub("", text)).strip()


def image_address(element: HtmlElement) -> str:
    """Where a picture lies: lazy attributes before ``src``; empty for what only holds a place.

    A browser that saves a page writes where it put the picture into ``src`` and leaves the lazy attributes alone.
    """
    saved = (element.get("src") or "").strip()
    if _SAVED.match(saved) and _is_picture(saved, element):
        return saved
    for name in (*LAZY, "src"):
        value = (element.get(name) or "").strip()
        if value and _is_picture(value, element):
            return value
    for name in ("data-srcset", "srcset"):
        candidates = [part.split() for part in re.split(r",\s+", element.get(name) or "") if part.strip()]
        if candidates and _is_picture(candidates[-1][0], element):
            return str(candidates[-1][0])
    return ""


def formula(element: HtmlElement) -> str:
    """The words of a formula in MathML: its TeX, or its letters."""
    stated = next((one.text for one in element.iter("annotation") if one.text), "")
    return str(element.get("alttext") or stated or " ".join(element.itertext()))[:LONGEST_FORMULA]


def _is_picture(address: str, element: HtmlElement) -> bool:
    if address.startswith("data:"):
        return bool(DATA.match(address)) and len(address) > 400
    if len(address) > LONGEST_ADDRESS or address.startswith(("about:", "javascript:", "#")):
        return False
    return not _PLACEHOLDER.search(urlsplit_path(address)) and not _is_tiny(element)


def _is_tiny(element: HtmlElement) -> bool:
    sizes = [(element.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return any(size.isdigit() and int(size) <= 2 for size in sizes)


def urlsplit_path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return address.partition("?")[0]


def is_hidden(element: HtmlElement) -> bool:
    style, named = element.get("style"), element.get("class")
    if element.get("hidden") is not None or (style and _HIDDEN.search(style)):
        return True
    return bool(named and _HIDDEN_CLASS.search(named))


def is_caption(element: HtmlElement) -> bool:
    named = element.get("class")
    return element.tag == "figcaption" or bool(named and CAPTION_CLASS.search(named))


def is_layout(table: HtmlElement, rows: list[HtmlElement]) -> bool:
    """A table that only arranges the page: one column, tables inside, or cells with whole texts in them."""
    if any(True for _inner in table.iterdescendants("table")):
        return True
    widest = max((sum(cell.tag in ("td", "th") for cell in row) for row in rows), default=0)
    if widest <= 1:
        return True
    if any(True for _th in table.iterdescendants("th")):
        return False
    cells = [cell for row in rows for cell in row if cell.tag == "td"]
    return any(sum(1 for _p in cell.iter("p", "h1", "h2", "h3")) > 4 for cell in cells)


def target(address: str, base: str) -> str:
    """A link that leads somewhere from another site too; empty for all others."""
    if not address or address.startswith("#") or len(address) > LONGEST_ADDRESS:
        return ""
    try:
        whole = urljoin(base, address) if base else address
        scheme = urlsplit(whole).scheme.lower()
    except ValueError:
        return ""
    return whole if scheme in ("http", "https", "mailto", "tel") else ""


def offers_file(element: HtmlElement, address: str, words: str) -> bool:
    if not address or address.startswith(("mailto:", "javascript:", "#")):
        return False
    path = urlsplit_path(address)
    if pictures.picture_names(path.rsplit("/", 1)[-1]):
        return False
    if OFFICE.search(path):
        return True
    return bool(_DOWNLOAD.search(address)) and bool(OFFICE.search(words) or element.get("sudyfile-attr"))


def tidy(markup: str) -> str:
    """Single blanks, no empty elements, no blanks or line ends at either end."""
    markup = BLANKS.sub(" ", markup)
    if "<" not in markup:
        return markup.strip()
    for _round in range(4):
        shorter = re.sub(r"<(strong|em|u|s|sub|sup|code)>((?:\s|<br>)*)</\1>|<a [^<>]*>()</a>", r"\2", markup)
        if shorter == markup:
            break
        markup = shorter
    markup = re.sub(r"\s*<br>\s*", "<br>", markup)
    markup = re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", markup)
    markup = re.sub(r"^((?:<(?:strong|em|u|s)>)+)\s+", r"\1", markup)
    return re.sub(r"\s+((?:</(?:strong|em|u|s)>)+)$", r"\1", markup)


def name_of(start: str) -> str:
    """The name of the element that this start tag opens."""
    return start[1:].split(" ", maxsplit=1)[0].rstrip(">")
