"""A saved page: its bytes decoded, its tree, and what it says of where it stood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext_noop as _
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from articles.documents.document import Circumstances, Note, Reading, refused
from articles.text import encodings, repairs

LARGEST = 16 * 1024 * 1024  # bytes; the largest saved pages have their pictures inside
MOST_ELEMENTS = 60_000
BROKEN_SHARE = 0.003  # of the bytes; more than that, and the page is in another encoding
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9_-]{2,20})""")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S{4,1000}?)\s*-->", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
# Those repairs that mean the same in markup as in text, and what a page must have in it for them to be tried.
REPAIRS = {
    "bom": re.compile("\ufeff"),
    "controls": re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"),
    "zero_width": re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"),
    "pinyin_notes": re.compile("[\u3400-\u9fff][(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6} ?[)）]"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """``addresses`` are those under which the page says it stood, the surest first; ``base`` makes links whole."""

    tree: HtmlElement
    base: str = ""
    addresses: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)


def parse(data: bytes, circumstances: Circumstances) -> Page | Reading:
    """The page in these bytes, or the refusal of what is none."""
    if len(data) > LARGEST:
        return refused(_("The page has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    notes: list[Note] = []
    text = _decoded(data, notes)
    if isinstance(text, int):
        return refused(_("Byte %(offset)d of the document fits no known text encoding."), offset=text)
    wanted = [name for name, sign in REPAIRS.items() if name not in circumstances.skip and sign.search(text)]
    repaired = repairs.replay(text, [*wanted, *circumstances.also])
    saved_from = _SAVED_FROM.search(repaired.text[:4000])
    source = _XML_DECLARATION.sub("", repaired.text).encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return refused(_("The page has nothing in it that can be read."))
    if any("depth" in entry.message for entry in parser.error_log):
        return refused(_("The page has more elements inside one another than a page can have."))
    if (found := sum(1 for _element in tree.iter())) > MOST_ELEMENTS:
        return refused(
            _("The page has %(found)d elements; at most %(most)d are read."), found=found, most=MOST_ELEMENTS
        )
    for element in tree.iter("meta"):
        if element.get("content") is None and element.get("value"):  # as some programs save it
            element.set("content", element.get("value"))
    addresses = _addresses(tree, saved_from[1] if saved_from else "")
    base = _base(tree, addresses)
    return Page(tree, base, addresses, tuple(notes), repaired.counts)


def _decoded(data: bytes, notes: list[Note]) -> str | int:
    """The text of the page, or the place of the first byte that fits no encoding."""
    for mark, encoding in encodings.MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        first = error.start
    declared = _declared(data)
    for encoding in dict.fromkeys((declared, "utf-8", "gb18030")):
        found = _mostly(data, encoding, notes) if encoding else None
        if found is not None:
            return found
    try:
        return encodings.decode(data).text
    except encodings.Undecodable as error:
        return error.offset or first


def _declared(data: bytes) -> str:
    match = _XML_ENCODING.search(data[:200]) or _CHARSET.search(data[:8192])
    name = match[1].decode("ascii").lower() if match else ""
    return _CHINESE.get(name, name)


def _mostly(data: bytes, encoding: str, notes: list[Note]) -> str | None:
    """The text in this encoding if all but a few bytes fit it; those are told of."""
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        return None
    lost = text.count("\ufffd")
    if lost > max(3, BROKEN_SHARE * len(data)):
        return None
    if lost:
        message = _("Characters that cannot be read in %(encoding)s: %(count)d, the first as character %(place)d.")
        notes.append(Note(message, {"encoding": encoding, "count": lost, "place": text.index("\ufffd") + 1}))
    return text


def _addresses(tree: HtmlElement, saved_from: str) -> tuple[str, ...]:
    found = [element.get("href") for element in tree.iterfind(".//link[@rel='canonical']")]
    found.append(saved_from)
    for name in ("og:url", "twitter:url"):
        found += [element.get("content") for element in tree.iterfind(f".//meta[@property='{name}']")]
    whole = [address.strip() for address in found if address and _is_page(address.strip())]
    return tuple(dict.fromkeys(whole))


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(address) <= 1000


def _base(tree: HtmlElement, addresses: tuple[str, ...]) -> str:
    stated = next((element.get("href") for element in tree.iterfind(".//base") if element.get("href")), "")
    try:
        base = urljoin(addresses[0] if addresses else "", stated or "")
        return base if urlsplit(base).scheme in ("http", "https") else ""
    except ValueError:
        return ""
