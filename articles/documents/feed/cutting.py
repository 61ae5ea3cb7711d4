"""A feed is cut into its entries; each leaves as a feed of its own with the head of the whole.

So it can be kept, hashed and read alone. A feed that is no sound XML is cut by the tags of its entries.
"""

import hashlib
import html as escaping
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents.document import Note
from articles.documents.fragments import Fragment
from articles.text import encodings
from articles.text.encodings import Undecodable

LARGEST = 64 * 1024 * 1024  # bytes of a whole feed
LARGEST_ENTRY = 4 * 1024 * 1024  # bytes; a whole novel is smaller
LARGEST_BROKEN = 512 * 1024  # bytes of one that is no sound XML, which takes far longer to read
LARGEST_OF_HEAD = 20_000  # bytes of one element of the head that comes along with every entry
MOST_OF_HEAD = 200  # elements among which the head is looked for
MOST_ENTRIES = 50_000
ENTRIES = frozenset(("item", "entry"))
_HEAD = """
    title link id author managingeditor webmaster creator language subtitle tagline generator base publisher
"""
HEAD = frozenset(_HEAD.split())
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,500}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]{0,2000}(\[)?", re.IGNORECASE)
_PROLOG = re.compile(r"\s+|<\?[^>]{0,2000}\?>|<!--")
_REFERENCE = re.compile(r"<!\[CDATA\[|&(?:(#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|\w{1,32});)?")
_TAG = re.compile(r"<(/?)((?:\w{1,20}:)?(?:item|entry))(?=[\s>/])[^<>]{0,2000}>|<!\[CDATA\[", re.IGNORECASE)
_ROOT = re.compile(r"<((?:\w{1,20}:)?(?:rss|feed|RDF|channel))\b[^<>]{0,8000}>", re.IGNORECASE)
_TITLE = re.compile(r"<(?:\w{1,20}:)?title[^<>]{0,500}>\s*(?:<!\[CDATA\[)?([^<\]]{1,200})", re.IGNORECASE)
_WESTERN = re.compile(
    rb"\s{0,50}<\?xml[^>]{0,200}?encoding\s?=\s?[\"'](iso-8859-\d{1,2}|windows-125\d|koi8-r)[\"']", re.IGNORECASE
)
_KEPT = frozenset(("amp", "lt", "gt", "quot", "apos"))


def split(file: BinaryIO) -> Iterator[Fragment]:
    """The entries of a feed, each as a whole small feed; a last fragment tells what was no entry."""
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        message = _("The feed has more than %(most)d bytes; so many are not read.")
        yield Fragment("", refusal=Note(message, {"most": LARGEST}))
        return
    try:
        text = decoded(data)
    except Undecodable as error:
        message = _("Byte %(offset)d of the document fits no known text encoding.")
        yield Fragment("", refusal=Note(message, {"offset": error.offset}))
        return
    del data
    yield from _numbered(_split_json(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else _split_xml(text))


def decoded(data: bytes) -> str:
    """The text of a feed; a Western or Cyrillic encoding counts where the feed itself names it."""
    declared = _WESTERN.match(data)
    if declared is not None:
        try:
            return data.decode("utf-8" if data.isascii() else declared[1].decode("ascii"))
        except (UnicodeDecodeError, LookupError):
            pass
    return encodings.decode(data).text


def _numbered(fragments: Iterator[Fragment]) -> Iterator[Fragment]:
    """No two entries under one key, and no more of them than are read."""
    given: dict[str, int] = {}
    for number, fragment in enumerate(fragments):
        if number == MOST_ENTRIES:
            message = _("The feed has more than %(most)d entries; the others were not read.")
            yield Fragment("", refusal=Note(message, {"most": MOST_ENTRIES}))
            return
        key = fragment.key
        if key and fragment.data:
            given[key] = given.get(key, 0) + 1
            key = key if given[key] == 1 else f"{key}~{given[key]}"
        yield Fragment(key, fragment.data, fragment.refusal, fragment.notes)


# ---------------------------------------------------------------- JSON Feed
def _split_json(text: str) -> Iterator[Fragment]:
    try:
        feed = json.loads(text.lstrip("\ufeff"))
        items = feed["items"]
        head = {key: value for key, value in feed.items() if key != "items" and not isinstance(value, list | dict)}
        head |= {key: feed[key] for key in ("author", "authors") if key in feed}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Fragment("", refusal=Note(_("The feed is no JSON Feed.")))
        return
    if not isinstance(items, list) or len(json.dumps(head)) > LARGEST_OF_HEAD:
        yield Fragment("", refusal=Note(_("The feed is no JSON Feed.")))
        return
    if not items:
        yield Fragment("", refusal=Note(_("The feed has no entry that can be read.")))
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            message = _("The entry %(number)d of the feed is none.")
            yield Fragment(f"item-{number}", refusal=Note(message, {"number": number}))
            continue
        try:
            written = json.dumps(item, sort_keys=True)
            data = json.dumps({**head, "items": [item]}, sort_keys=True).encode("ascii")
        except (RecursionError, ValueError):
            message = _("The entry %(number)d of the feed is none.")
            yield Fragment(f"item-{number}", refusal=Note(message, {"number": number}))
            continue
        key = next((str(item[name]) for name in ("id", "url") if isinstance(item.get(name), str | int)), "")
        yield Fragment(_NOT_XML.sub("", key)[:300] or _digest(written), data)


# ---------------------------------------------------------------- XML
def declares_entities(text: str) -> bool:
    """True if a document type with declarations of its own stands before the root."""
    doctype = _doctype(text)
    return doctype is not None and doctype[1] is not None


def _doctype(text: str) -> re.Match[str] | None:
    place = 0
    while match := _PROLOG.match(text, place):
        place = match.end()
        if match[0] == "<!--":
            end = text.find("-->", place)
            if end < 0:
                return None
            place = end + 3
    return _DOCTYPE.match(text, place)


def _split_xml(text: str) -> Iterator[Fragment]:
    if declares_entities(text):
        yield Fragment("", refusal=Note(_("The feed declares entities; no feed needs them.")))
        return
    text, root = sound(text)
    yield from _of_tree(root) if root is not None else _by_tags(text)


def sound(text: str) -> tuple[str, etree._Element | None]:
    """The text without prolog and without what XML does not have; and its root, where that is enough."""
    text = _NOT_XML.sub("", text.lstrip("\ufeff"))
    doctype = _doctype(text)
    if doctype is not None:
        text = text[: doctype.start()] + text[text.find(">", doctype.start()) + 1 :]
    text = _DECLARATION.sub("", text).lstrip()
    root = _parsed(text)
    if root is None:
        text = _mended(text)
        root = _parsed(text)
    return text, root


def _parsed(text: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _mended(text: str) -> str:
    """The text with the entities of HTML as characters, and lone ampersands as what they are."""
    pieces: list[str] = []
    place = 0
    sections = True  # a section that begins here may still have an end
    while match := _REFERENCE.search(text, place):
        pieces.append(text[place : match.start()])
        place = match.end()
        name = match[1]
        if match[0].startswith("<"):
            end = text.find("]]>", place) if sections else -1
            sections = end >= 0
            place = end + 3 if sections else place
            pieces.append(text[match.start() : place])
        elif name is None or name in _KEPT:
            pieces.append("&amp;" if name is None else match[0])
        else:
            character = _NOT_XML.sub("", escaping.unescape(match[0]))
            pieces.append(escaping.escape(character) if character != match[0] else f"&amp;{name};")
    return "".join([*pieces, text[place:]])


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _of_tree(root: etree._Element) -> Iterator[Fragment]:
    frames: dict[etree._Element, etree._Element] = {}
    skipped = found = 0
    for entry in root.iter():
        parent = entry.getparent()
        if parent is None or _local(entry) not in ENTRIES:
            continue
        found += 1
        if _is_other_kind(entry):
            skipped += 1
            continue
        if parent not in frames:
            frames[parent] = _frame(entry)
        whole = deepcopy(frames[parent])
        place = whole
        while (inner := place.find("./*[@newsroom-here]")) is not None:
            del inner.attrib["newsroom-here"]
            place = inner
        copied = deepcopy(entry)
        copied.tail = None
        place.append(copied)
        data = etree.tostring(whole, encoding="utf-8", xml_declaration=True)
        if len(data) > LARGEST_ENTRY:
            message = _("The entry “%(name)s” of the feed has %(size)d bytes; at most %(most)d are read.")
            name = _title_of(entry) or f"#{found}"
            yield Fragment(_key(entry), refusal=Note(message, {"name": name, "size": len(data), "most": LARGEST_ENTRY}))
            continue
        yield Fragment(_key(entry), data)
    if not found:
        yield Fragment("", refusal=Note(_("The feed has no entry that can be read.")))
    if skipped:
        message = _("Entries of the feed that are no articles (comments, settings, templates): %(count)d.")
        yield Fragment("", notes=(Note(message, {"count": skipped}),))


def _frame(entry: etree._Element) -> etree._Element:
    """What stands around an entry, with the short elements of the head; the place of the entry is marked."""
    around = list(entry.iterancestors())
    inner: etree._Element | None = None
    for element in around:
        copied = etree.Element(element.tag, dict(element.attrib), nsmap=element.nsmap)
        for child in islice(element, MOST_OF_HEAD):
            if _local(child) in HEAD or (_local(child) == "channel" and child not in around):
                kept = _pruned(child)
                if kept is not None:
                    copied.append(kept)
        if inner is not None:
            inner.set("newsroom-here", "")
            copied.append(inner)
        inner = copied
    return inner if inner is not None else etree.Element("rss")


def _pruned(child: etree._Element) -> etree._Element | None:
    """An element of the head without its own list of entries."""
    if _local(child) == "channel":
        copied = etree.Element(child.tag, dict(child.attrib), nsmap=child.nsmap)
        for one in islice(child, MOST_OF_HEAD):
            if _local(one) in HEAD and (kept := _pruned(one)) is not None:
                copied.append(kept)
        return copied
    if len(etree.tostring(child)) > LARGEST_OF_HEAD:
        return None
    copied = deepcopy(child)
    copied.tail = None
    return copied


def _is_other_kind(entry: etree._Element) -> bool:
    """Exports of Blogger hold comments, templates and settings among the posts, each named by its kind."""
    kinds = [
        child.get("term", "")
        for child in entry
        if _local(child) == "category" and child.get("scheme", "").endswith("#kind")
    ]
    return bool(kinds) and not any(kind.endswith(("#post", "#page")) for kind in kinds)


def _title_of(entry: etree._Element) -> str:
    title = next((child for child in entry if _local(child) == "title"), None)
    return " ".join("".join(title.itertext()).split())[:200] if title is not None else ""


def _key(entry: etree._Element) -> str:
    told = {_local(child): child for child in reversed(entry)}
    for name in ("id", "guid", "link"):
        child = told.get(name)
        value = "" if child is None else (child.text or child.get("href") or "").strip()
        if value:
            return value[:300]
    about = next((value for name, value in entry.attrib.items() if name.lower().endswith(("about", "href"))), "")
    return str(about)[:300] or _digest(etree.tostring(entry, encoding="unicode"))


def _by_tags(text: str) -> Iterator[Fragment]:
    """The entries of a feed that is no sound XML, each between its own tags, as far as they can be found."""
    root = _ROOT.search(text)
    first = next((match for match in _TAG.finditer(text) if match[2] and not match[1]), None)
    if root is None or first is None or root.start() > first.start():
        yield Fragment("", refusal=Note(_("The feed has no entry that can be read.")))
        return
    head = _mended(text[root.start() : first.start()])
    head = head if len(head) <= LARGEST_OF_HEAD else root[0]
    number = 0
    for number, (entry, is_whole) in enumerate(_pieces(text, first.start()), start=1):
        title = _TITLE.search(entry[:20_000])
        name = " ".join(escaping.unescape(title[1]).split()) if title else f"#{number}"
        if not is_whole or len(entry) > LARGEST_BROKEN:
            message = _("The entry “%(name)s” of the feed is broken and cannot be read.")
            yield Fragment(f"item-{number}", refusal=Note(message, {"name": name}))
            continue
        told = re.search(r"<(?:guid|id|link)\b[^<>]{0,500}>\s{0,50}(?:<!\[CDATA\[)?([^<\]]{1,300})", entry)
        data = f'<?xml version="1.0" encoding="utf-8"?>\n{head}{entry}{_closing(head)}'.encode()
        yield Fragment(told[1].strip() if told and told[1].strip() else _digest(entry), data)
    message = _("The feed is no sound XML; its entries were found by their tags: %(count)d.")
    yield Fragment("", notes=(Note(message, {"count": number}),))


def _pieces(text: str, place: int) -> Iterator[tuple[str, bool]]:
    """The entries, and whether they have an end: a tag of their own or the beginning of the next."""
    start = -1
    sections = True
    while match := _TAG.search(text, place):
        place = match.end()
        if not match[2]:
            end = text.find("]]>", place) if sections else -1
            sections = end >= 0
            place = end + 3 if end >= 0 else place
        elif not match[1]:
            if start >= 0:
                yield text[start : match.start()] + f"</{match[2]}>", True
            start = match.start()
        elif start >= 0:
            yield text[start:place], True
            start = -1
    if start >= 0:
        yield text[start:], False


def _closing(head: str) -> str:
    """The end tags of what the head leaves open: the root, and in RSS the channel."""
    names = [match[1] for match in _ROOT.finditer(head)]
    return "".join(f"</{name}>" for name in reversed(names) if f"</{name}>" not in head)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
