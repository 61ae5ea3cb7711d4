"""An export is cut into its items by their tags alone, so that one broken item costs no other, in bounded memory.

The file is gone through twice: first for the attachments, which posts name by number and which may stand anywhere, then
for the posts. Each post leaves as an export of its own, with its author and the attachments that it names.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO
from xml.sax.saxutils import escape

from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents.document import Note
from articles.documents.fragments import Fragment

PIECE = 1 << 20  # bytes read at once
LARGEST_ITEM = 32 * 1024 * 1024
LARGEST_HEAD = 16 * 1024 * 1024  # authors, categories and tags of a large site
MOST_ATTACHMENTS = 500  # of one post
SKIPPED_STATES = frozenset({"auto-draft", "trash", "inherit"})
SILENT = frozenset({"attachment"})  # they come with the posts that show them
_START, _END, _CDATA = re.compile(rb"<item[\s>]"), b"</item>", b"<![CDATA["
_RSS = re.compile(rb"<rss\b[^>]{0,4000}>")
_DECLARATION = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}\?>)")
_NUMBERS = re.compile(
    r"\[gallery[^\]]{0,2000}?ids=[\"']?([\d,\s]+)|wp-image-(\d{1,12})|\"id\":(\d{1,12})|\"ids\":\[([\d,]+)\]"
)
NAMESPACES = (
    b'<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    b' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
)


class _Lost(bytes):
    """The beginning of an item without an end, or too large to be one."""


def split(file: BinaryIO, *, pages: bool = False) -> Iterator[Fragment]:
    """The posts of an export, each as a whole small export; the last fragment tells what was no post."""
    head, _first = _head(file)
    if b"<!ENTITY" in head or b"<!DOCTYPE" in head:
        yield Fragment("", refusal=Note(_("The export declares entities; no export of WordPress does.")))
        return
    frame = _Frame(head)
    skipped: Counter[str] = Counter()
    items = 0
    with closing(sqlite3.connect("")) as store:  # a file of its own that goes with the connection
        _collect(file, frame, store)
        for number, raw in enumerate(_items(file), start=1):
            items = number
            if isinstance(raw, _Lost):
                yield Fragment(f"item-{number}", refusal=_lost(raw, number))
                continue
            item = frame.parsed(raw)
            if item is None:
                yield Fragment(f"item-{number}", refusal=_lost(raw, number))
                continue
            kind, state = text_of(item, "post_type") or "post", text_of(item, "status")
            if kind not in ("post", "page") or (kind == "page" and not pages) or state in SKIPPED_STATES:
                if kind not in SILENT:
                    skipped[state if kind in ("post", "page") and state in SKIPPED_STATES else kind] += 1
                continue
            key = text_of(item, "post_id") or text_of(item, "guid") or f"item-{number}"
            yield Fragment(key, frame.whole(raw, item, store))
    if not items:
        yield _without_items(head)
    if skipped:
        names = tuple(f"{kind} {number}" for kind, number in skipped.most_common())
        yield Fragment("", notes=(Note(_("Items of the export that are no articles: %(kinds)s."), {"kinds": names}),))


def _without_items(head: bytes) -> Fragment:
    """An export without a single item: empty, or so broken that none can be seen."""
    try:
        etree.fromstring(head, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error)[:200]
        return Fragment("", refusal=Note(_("The export is broken and holds no item: %(reason)s."), {"reason": reason}))
    return Fragment("", notes=(Note(_("The export holds no item.")),))


def _lost(raw: bytes, number: int) -> Note:
    match = re.search(rb"<title>\s*(?:<!\[CDATA\[)?(.{1,200}?)(?:\]\]>)?\s*</title>", raw[:20_000], re.DOTALL)
    name = match[1].decode("utf-8", "replace").strip() if match else f"#{number}"
    return Note(_("The item “%(name)s” of the export is broken and cannot be read."), {"name": name[:200]})


def text_of(item: etree._Element, name: str) -> str:
    """The text of the child of this local name, whichever version of the namespace it has."""
    for child in item:
        if isinstance(child.tag, str) and child.tag.rsplit("}", 1)[-1] == name:
            return (child.text or "").strip()
    return ""


# ---------------------------------------------------------------- cutting
def _head(file: BinaryIO) -> tuple[bytes, int]:
    """What stands before the first item, and where that begins."""
    file.seek(0)
    found = b""
    while len(found) < LARGEST_HEAD:
        piece = file.read(PIECE)
        found += piece
        match = _START.search(found, max(0, len(found) - len(piece) - 10))
        if match or not piece:
            return (found[: match.start()], match.start()) if match else (found, len(found))
    return found[:LARGEST_HEAD], LARGEST_HEAD


def _items(file: BinaryIO) -> Iterator[bytes]:
    """The items as they stand in the file. Text in CDATA sections may hold the tags of items."""
    file.seek(0)
    rest, ended = b"", False
    while True:
        match = _START.search(rest)
        if match is None:
            if ended:
                return
            rest = rest[-10:]
        else:
            rest = rest[match.start() :]
            end = _end_of(rest)
            if end > 0:
                yield rest[:end]
                rest = rest[end:]
                continue
            if ended or len(rest) > LARGEST_ITEM:
                following = _START.search(rest, 6)
                yield _Lost(rest[:100_000])
                rest = rest[following.start() :] if following else b""
                if not following and not ended:
                    rest = b""
                continue
        piece = file.read(max(PIECE, len(rest)))
        ended = not piece
        rest += piece


def _end_of(rest: bytes) -> int:
    """Where the item that begins here ends; 0 where that is not in sight."""
    place = 0
    while True:
        end, section = rest.find(_END, place), rest.find(_CDATA, place)
        if section < 0 or (0 <= end < section):
            return end + len(_END) if end >= 0 else 0
        close = rest.find(b"]]>", section)
        following = _START.search(rest, section)
        if close < 0:
            # An unclosed section: the item ends where its tag stands, if another item follows.
            return end + len(_END) if end >= 0 and following and following.start() > end else 0
        place = close + 3


class _Frame:
    """What surrounds an item so that it can be read alone."""

    def __init__(self, head: bytes) -> None:
        declaration = _DECLARATION.match(head)
        self._declaration = declaration[1] if declaration else b'<?xml version="1.0" encoding="UTF-8"?>'
        rss = _RSS.search(head)
        self._rss = rss[0] if rss and b"wordpress.org/export" in rss[0] else NAMESPACES
        self._channel = b"".join(
            match[0]
            for name in (rb"title", rb"link", rb"language", rb"wp:base_site_url", rb"wp:base_blog_url")
            if (
                match := re.search(rb"<" + name + rb">[^<]{0,500}(?:<!\[CDATA\[.{0,500}?\]\]>)?</" + name + rb">", head)
            )
        )
        self._authors: dict[str, bytes] = {}
        for match in re.finditer(rb"<wp:author>.{0,4000}?</wp:author>", head, re.DOTALL):
            login = re.search(
                rb"<wp:author_login>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</wp:author_login>", match[0], re.DOTALL
            )
            if login:
                self._authors[login[1].decode("utf-8", "replace")] = match[0]

    def _open(self) -> bytes:
        return self._declaration + b"\n" + self._rss + b"<channel>" + self._channel

    def parsed(self, raw: bytes) -> etree._Element | None:
        """The item as an element, mended where that is possible."""
        return parse_item(self._open() + raw + b"</channel></rss>")

    def whole(self, raw: bytes, item: etree._Element, store: sqlite3.Connection) -> bytes:
        author = self._authors.get(text_of(item, "creator"), b"")
        attached = b"".join(_attachments(item, store))
        return self._open() + author + attached + raw + b"</channel></rss>"


def parse_item(data: bytes) -> etree._Element | None:
    """The last item of a small export; strictly read, or else with its faults mended."""
    for recover in (False, True):
        parser = etree.XMLParser(
            recover=recover, resolve_entities=False, no_network=True, huge_tree=True, strip_cdata=True, load_dtd=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        items = root.findall(".//item") if root is not None else []
        if items and (text_of(items[-1], "title") or text_of(items[-1], "encoded") or text_of(items[-1], "post_id")):
            return items[-1]
    return None


# ---------------------------------------------------------------- attachments
def _collect(file: BinaryIO, frame: _Frame, store: sqlite3.Connection) -> None:
    store.execute(
        "create table attachment (id text primary key, parent text, address text, title text, caption text, alt text)"
    )
    store.execute("create index attachment_parent on attachment (parent)")
    for raw in _items(file):
        if b"attachment" not in raw or isinstance(raw, _Lost):
            continue
        item = frame.parsed(raw)
        if item is None or text_of(item, "post_type") != "attachment":
            continue
        row = (
            text_of(item, "post_id"),
            text_of(item, "post_parent"),
            text_of(item, "attachment_url") or text_of(item, "guid"),
            text_of(item, "title"),
            encoded(item, "excerpt"),
            metas(item).get("_wp_attachment_image_alt", ""),
        )
        store.execute("insert or replace into attachment values (?, ?, ?, ?, ?, ?)", row)


def _attachments(item: etree._Element, store: sqlite3.Connection) -> Iterator[bytes]:
    """The attachments that the post names, and those that were uploaded to it."""
    content = encoded(item, "content")
    numbers = [
        number
        for match in _NUMBERS.finditer(content)
        for group in match.groups()
        if group
        for number in re.findall(r"\d+", group)
    ]
    numbers.append(metas(item).get("_thumbnail_id", ""))
    rows = store.execute(
        f"select * from attachment where id in ({','.join('?' * len(numbers))}) or parent = ? order by id limit ?",  # noqa: S608 - question marks alone
        (*numbers, text_of(item, "post_id") or "-", MOST_ATTACHMENTS),
    )
    for number, parent, address, title, caption, alt in rows:
        yield (
            f"<item><title>{escape(title)}</title><wp:post_id>{escape(number)}</wp:post_id>"
            f"<wp:post_parent>{escape(parent)}</wp:post_parent><wp:post_type>attachment</wp:post_type>"
            f"<excerpt:encoded>{escape(caption)}</excerpt:encoded><wp:attachment_url>{escape(address)}</wp:attachment_url>"
            f"<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>{escape(alt)}</wp:meta_value>"
            "</wp:postmeta></item>"
        ).encode("ascii", "xmlcharrefreplace")


def encoded(item: etree._Element, kind: str) -> str:
    """``content:encoded`` or ``excerpt:encoded``."""
    for child in item:
        if isinstance(child.tag, str) and child.tag.endswith("}encoded") and (kind in child.tag.rsplit("}", 1)[0]):
            return child.text or ""
    return ""


def metas(item: etree._Element) -> dict[str, str]:
    """The custom fields of an item; of several with one name the last."""
    found: dict[str, str] = {}
    for child in item:
        if isinstance(child.tag, str) and child.tag.rsplit("}", 1)[-1] == "postmeta":
            key = text_of(child, "meta_key")
            if key:
                found[key] = text_of(child, "meta_value")
    return found
