"""An export is cut into its posts, each a whole small export of its own, in bounded memory.

The file is gone through twice: first for what posts name by number and what may stand anywhere (attachments, reusable
blocks), then for the posts. Each leaves with its author, and with the attachments and blocks that it names.
"""

import html as escaping
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents import blocks
from articles.documents.document import Note
from articles.documents.fragments import Fragment
from articles.documents.wordpress import scanning
from articles.documents.wordpress.item import (
    NAMESPACES,
    Item,
    declares_entities,
    decoded,
    name_of,
    parsed,
)
from articles.documents.wordpress.scanning import End, Raw, Source
from articles.text.encodings import Undecodable

MOST_ATTACHMENTS = 500  # of one post
MOST_AUTHORS = 20_000
CHANNEL = 64 * 1024  # bytes in which the title and the addresses of the site stand
TAIL = 4096  # bytes in which an export ends
SKIPPED_STATES = frozenset({"auto-draft", "trash", "inherit"})
BROUGHT_ALONG = frozenset({"attachment", "wp_block"})  # they come with the posts that show them

_ALONG = re.compile(rb"post_type>\s*(?:<!\[CDATA\[)?\s*(?:attachment|wp_block)\b")
_CHARSET = re.compile(rb"^[^<]{0,10}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_PREFIX = re.compile(r"xmlns:([\w.-]{1,40})\s*=\s*(\"[^\"<&]{0,300}\"|'[^'<&]{0,300}')")
_OF_CHANNEL = re.compile(r"<(title|link|language|wp:base_site_url|wp:base_blog_url)>([^<]{0,500})</\1>")
_LOGIN = re.compile(r"author_login>\s*(?:<!\[CDATA\[)?([^<\]]{0,200})")
_OF_AUTHOR = re.compile(r"author_(display_name|first_name|last_name)>\s*(?:<!\[CDATA\[)?([^<\]]{1,200})")
_NUMBERS = re.compile(
    r"\[gallery[^\[\]]{0,3000}?(?:ids|include)=[\"']?([\d,\s]+)|wp-image-(\d{1,12})|\"id\":(\d{1,12})|\"ids\":\[([\d,]+)\]"
)
_BARE_GALLERY = re.compile(r"\[gallery(?![^\[\]]{0,3000}?(?:ids|include)=)[^\[\]]{0,3000}\]")
_REUSED = re.compile(r"<!-- wp:block \{\"ref\":(\d{1,12})")
_SOURCE = re.compile(r"src=[\"'](https?://[^\"'<>\s]{1,1000})[\"']")


def full_size(address: str) -> str:
    """The address of a picture without the size that WordPress puts into the names of its smaller copies."""
    return re.sub(r"-\d{2,5}x\d{2,5}(?=\.[A-Za-z]{3,4}$)", "", address)


@dataclass(slots=True)
class _Tally:
    """What the export holds beside articles."""

    skipped: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    items: int = 0
    comments: int = 0
    mended: int = 0


def split(file: BinaryIO, *, pages: bool = False) -> Iterator[Fragment]:
    """The posts of an export, each as a whole small export; the last fragment tells what was no post."""
    source = scanning.in_bytes(file)
    try:
        head = scanning.head(source)
        if declares_entities(head):
            yield Fragment("", refusal=Note(_("The export declares entities; no export of WordPress does.")))
            return
        with closing(sqlite3.connect("")) as store:  # a file of its own that goes with the connection
            cutter = _Cutter(source, Frame(head), _Store(store), pages=pages)
            yield from cutter.fragments()
            if source is file and not cutter.is_cut and _stops_early(file):
                message = _("The export stops before its end; it may have been cut off, and posts may be missing.")
                yield Fragment("", notes=(Note(message),))
    except UnicodeDecodeError as error:
        message = _("Byte %(offset)d of the document fits no known text encoding.")
        yield Fragment("", refusal=Note(message, {"offset": error.start}))


def _stops_early(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    return b"</channel>" not in file.read(TAIL)


class _Cutter:
    def __init__(self, source: Source, frame: "Frame", store: "_Store", *, pages: bool) -> None:
        self._source, self._frame, self._store = source, frame, store
        self._kinds = {"post", "page"} if pages else {"post"}
        self._tally = _Tally()
        self.is_cut = False

    def fragments(self) -> Iterator[Fragment]:
        for raw in scanning.items(self._source):
            if raw.end in (End.TAG, End.NEXT) and _ALONG.search(raw.data):
                self._keep(raw)
        for number, raw in enumerate(scanning.items(self._source), start=1):
            self._tally.items = number
            fragment = self._fragment(raw, number)
            if fragment is not None:
                yield fragment
        if not self._tally.items:
            yield _without_items(self._frame.head)
        if notes := self._notes():
            yield Fragment("", notes=notes)

    def _keep(self, raw: Raw) -> None:
        try:
            text, _encoding = decoded(raw.data, self._frame.charset)
        except Undecodable:
            return
        item = parsed(_ended(text), rss=self._frame.rss)
        if item is not None and item.kind in BROUGHT_ALONG:
            self._store.keep(item)

    def _fragment(self, raw: Raw, number: int) -> Fragment | None:
        self.is_cut = raw.end is End.CUT
        if raw.end in (End.CUT, End.LARGE):
            return Fragment(f"item-{number}", refusal=_lost(raw, number))
        try:
            text, encoding = decoded(raw.data, self._frame.charset)
        except Undecodable as error:
            message = _("The item “%(name)s” of the export cannot be read: byte %(offset)d fits no known encoding.")
            name = name_of(raw.data) or f"#{number}"
            return Fragment(f"item-{number}", refusal=Note(message, {"name": name, "offset": error.offset}))
        text = _ended(text)
        item = parsed(text, rss=self._frame.rss)
        if item is None:
            return Fragment(f"item-{number}", refusal=_lost(raw, number))
        if item.kind not in self._kinds or item["status"] in SKIPPED_STATES:
            if item.kind not in BROUGHT_ALONG:
                in_state = item.kind in ("post", "page") and item["status"] in SKIPPED_STATES
                self._tally.skipped[item["status"] if in_state else item.kind] += 1
            return None
        self._count(item, raw, encoding)
        key = self._store.new_key(item["post_id"] or item["guid"] or item["link"] or f"item-{number}")
        return Fragment(key, self._frame.whole(text, item, self._store))

    def _count(self, item: Item, raw: Raw, encoding: str) -> None:
        self._tally.comments += item.comments
        self._tally.mended += item.mended or raw.end is End.NEXT
        if encoding != "utf-8":
            self._tally.encodings[encoding] += 1

    def _notes(self) -> tuple[Note, ...]:
        tally, notes = self._tally, []
        if tally.mended:
            message = _("Items of the export that were not sound XML and were mended: %(count)d.")
            notes.append(Note(message, {"count": tally.mended}))
        if tally.skipped:
            names = tuple(f"{kind} {number}" for kind, number in tally.skipped.most_common())
            notes.append(Note(_("Items of the export that are no articles: %(kinds)s."), {"kinds": names}))
        everything, unused = self._store.attachments()
        if unused:
            message = _("Attachments of the export that no article shows: %(unused)d of %(all)d.")
            notes.append(Note(message, {"unused": unused, "all": everything}))
        if tally.comments:
            message = _("Comments of readers in the whole export, left out: %(count)d.")
            notes.append(Note(message, {"count": tally.comments}))
        for encoding, number in tally.encodings.most_common():
            message = _("Items of the export that were read as %(encoding)s: %(count)d.")
            notes.append(Note(message, {"encoding": encoding, "count": number}))
        return tuple(notes)


def _ended(text: str) -> str:
    """The item with an end tag, whether the file gave it one or not."""
    return text if text.rstrip().endswith(">") and "</item" in text[-12:] else f"{text.rstrip()}</item>"


def _without_items(head: bytes) -> Fragment:
    """An export without a single item: empty, or so broken that none can be seen."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    try:
        etree.fromstring(head, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error)[:200]
        return Fragment("", refusal=Note(_("The export is broken and holds no item: %(reason)s."), {"reason": reason}))
    return Fragment("", notes=(Note(_("The export holds no item.")),))


def _lost(raw: Raw, number: int) -> Note:
    name = name_of(raw.data) or f"#{number}"
    if raw.end is End.CUT:
        return Note(_("The item “%(name)s” is cut off by the end of the file and cannot be read."), {"name": name})
    if raw.end is End.LARGE:
        message = _("The item “%(name)s” of the export has more than %(most)d bytes; so many are not read.")
        return Note(message, {"name": name, "most": scanning.LARGEST_ITEM})
    return Note(_("The item “%(name)s” of the export is broken and cannot be read."), {"name": name})


class Frame:
    """What surrounds an item so that it can be read alone."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        match = _CHARSET.match(head[:400])
        self.charset = match[1].decode("ascii").lower() if match else "utf-8"
        try:
            text, _encoding = decoded(head, self.charset)
        except Undecodable:
            text = head.decode("utf-8", "replace")
        start = text.find("<rss")
        declared = dict(_PREFIX.findall(text[start : start + 10_000].partition(">")[0])) if start >= 0 else {}
        known = {prefix: quoteattr(address) for prefix, address in NAMESPACES.items()}
        # Whatever an export calls them, the prefixes of WordPress mean one thing; those of plugins are the export's.
        prefixes = {**{prefix: address for prefix, address in declared.items() if prefix != "xml"}, **known}
        self.rss = '<rss version="2.0" ' + " ".join(f"xmlns:{name}={value}" for name, value in prefixes.items()) + ">"
        self._channel = {name: value.strip() for name, value in reversed(_OF_CHANNEL.findall(text[:CHANNEL]))}
        self._authors = _authors(text)

    @property
    def blog(self) -> str:
        """The address under which the old site counted its posts."""
        return self._channel.get("wp:base_blog_url") or self._channel.get("link") or ""

    def names(self) -> dict[str, str]:
        """The names that readers saw, by the accounts."""
        found = {}
        for login, record in self._authors.items():
            told = {name: blocks.plain(escaping.unescape(value)) for name, value in _OF_AUTHOR.findall(record)}
            shown = told.get("display_name") or f"{told.get('first_name', '')} {told.get('last_name', '')}".strip()
            if shown:
                found[login] = shown
        return found

    def whole(self, text: str, item: Item, store: "_Store") -> bytes:
        author = self._authors.get(item["creator"], "")
        along = "".join(store.along(item))
        channel = "".join(f"<{name}>{value}</{name}>" for name, value in sorted(self._channel.items()))
        start = f'<?xml version="1.0" encoding="UTF-8"?>\n{self.rss}<channel>{channel}{author}'
        return f"{start}{along}{text}</channel></rss>".encode("utf-8", "replace")


def _authors(head: str) -> dict[str, str]:
    """The records of the authors by their accounts."""
    found: dict[str, str] = {}
    place = 0
    while len(found) < MOST_AUTHORS and (start := head.find("<wp:author>", place)) >= 0:
        end = head.find("</wp:author>", start)
        if end < 0:
            break
        place = end + len("</wp:author>")
        record = head[start:place]
        login = _LOGIN.search(record) if len(record) < 10_000 and "\ufffd" not in record else None
        if login:
            found.setdefault(login[1].strip(), record)
    return found


class _Store:
    """What posts name, in a file of SQLite's own; and which keys have been given out."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._rows = connection
        connection.executescript(
            "create table along (id text primary key, parent text, kind text, address text, title text, caption text,"
            " alt text, content text, used integer default 0);"
            "create index along_parent on along (parent); create index along_address on along (address);"
            "create table given (key text primary key);"
        )

    def keep(self, item: Item) -> None:
        row = (
            item["post_id"],
            item["post_parent"],
            item.kind,
            item["attachment_url"] or item["guid"],
            item["title"],
            item.excerpt,
            item.metas.get("_wp_attachment_image_alt", ""),
            item.content if item.kind == "wp_block" else "",
        )
        self._rows.execute("insert or replace into along values (?, ?, ?, ?, ?, ?, ?, ?, 0)", row)

    def new_key(self, key: str) -> str:
        """The key, told apart from the same one given out before."""
        key, number = key[:300], 1
        while (
            self._rows.execute("insert or ignore into given values (?)", (told := _numbered(key, number),)).rowcount < 1
        ):
            number += 1
        return told

    def attachments(self) -> tuple[int, int]:
        """How many attachments there are, and how many of them no post names."""
        counted = "select count(*), coalesce(sum(used = 0), 0) from along where kind = 'attachment'"
        everything, unused = self._rows.execute(counted).fetchone()
        return everything, unused

    def along(self, item: Item) -> Iterator[str]:
        """The items that the post needs, in the order of their numbers."""
        needed: dict[str, tuple[str, ...]] = {}
        texts, thumbnail = [item.content], item.metas.get("_thumbnail_id", "")
        self._find(needed, "id", [thumbnail])
        for _round in range(3):  # a reusable block may hold another
            reused = [number for text in texts for number in _REUSED.findall(text)]
            numbers = [
                number
                for text in texts
                for match in _NUMBERS.finditer(text)
                for group in match.groups()
                if group
                for number in re.findall(r"\d+", group)
            ]
            addresses = [one for text in texts for found in _SOURCE.findall(text) for one in {found, full_size(found)}]
            self._find(needed, "id", [*reused, *numbers])
            self._find(needed, "address", addresses)
            if any(_BARE_GALLERY.search(text) for text in texts):
                self._find(needed, "parent", [item["post_id"]])
            texts = [needed[number][7] for number in dict.fromkeys(reused) if number in needed]
        for number in sorted(needed, key=lambda number: (len(number), number)):
            yield _brought(needed[number])

    def _find(self, needed: dict[str, tuple[str, ...]], column: str, values: list[str]) -> None:
        wanted = [value for value in dict.fromkeys(values) if value][:MOST_ATTACHMENTS]
        marks = ",".join("?" * len(wanted))
        query = f"from along where {column} in ({marks}) order by length(id), id limit {MOST_ATTACHMENTS}"
        for row in self._rows.execute(f"select * {query}", wanted).fetchall():
            needed.setdefault(row[0], row)
            self._rows.execute("update along set used = 1 where id = ?", (row[0],))


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}~{number}"


def _brought(row: tuple[str, ...]) -> str:
    number, parent, kind, address, title, caption, alt, content = row[:8]
    told = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in (
            ("title", blocks.plain(title)),
            ("wp:post_id", number),
            ("wp:post_parent", parent),
            ("wp:post_type", kind),
            ("wp:attachment_url", address),
            ("excerpt:encoded", caption),
            ("content:encoded", content),
        )
        if value
    )
    if alt:
        told += (
            "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key>"
            f"<wp:meta_value>{escape(alt)}</wp:meta_value></wp:postmeta>"
        )
    return f"<item>{told}</item>\n"
