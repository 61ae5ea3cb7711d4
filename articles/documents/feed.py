"""Feeds (RSS, Atom, JSON Feed): ``split`` cuts them into single entries, ``read`` reads one.

Each entry leaves as a feed of its own with the head of the whole, so that it can be kept, hashed and read alone.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, BinaryIO

import feedparser
from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents import blocks, dates, language, names
from articles.documents.blocks import Content
from articles.documents.dates import Moment
from articles.documents.document import (
    Attachment,
    Certainty,
    Circumstances,
    Document,
    Evidence,
    Image,
    Note,
    Reading,
    Status,
    refused,
)
from articles.documents.fragments import Fragment

LARGEST = 64 * 1024 * 1024  # bytes of a whole feed
MOST_ENTRIES = 50_000
ENTRIES = ("item", "entry")
_ZONED = re.compile(r"(?:Z|UTC?|GMT|[ECMP][SD]T|[+-]\d\d:?\d\d)\s*$")
SHORT = 600  # characters; a description that is no longer is a summary


def split(file: BinaryIO) -> Iterator[Fragment]:
    """The entries of a feed, each as a whole small feed."""
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        message = _("The feed has more than %(most)d bytes; so many are not read.")
        yield Fragment("", refusal=Note(message, {"most": LARGEST}))
        return
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _split_json(data)
    else:
        yield from _split_xml(data)


def _split_json(data: bytes) -> Iterator[Fragment]:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
        items = feed["items"]
        head = {key: value for key, value in feed.items() if key != "items" and not isinstance(value, list | dict)}
        head |= {key: feed[key] for key in ("author", "authors") if key in feed}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Fragment("", refusal=Note(_("The feed is no JSON Feed.")))
        return
    for number, item in enumerate(items[:MOST_ENTRIES] if isinstance(items, list) else [], start=1):
        if not isinstance(item, dict):
            yield Fragment(
                f"item-{number}", refusal=Note(_("The entry %(number)d of the feed is none."), {"number": number})
            )
            continue
        key = str(item.get("id") or item.get("url") or "") or _digest(json.dumps(item, sort_keys=True))
        yield Fragment(key, json.dumps({**head, "items": [item]}, ensure_ascii=False, sort_keys=True).encode())


def _split_xml(data: bytes) -> Iterator[Fragment]:
    if b"<!ENTITY" in data:
        yield Fragment("", refusal=Note(_("The feed declares entities; no feed needs them.")))
        return
    root = _parsed(data)
    entries = [one for one in root.iter() if _local(one) in ENTRIES] if root is not None else []
    if root is None or not entries:
        yield Fragment("", refusal=Note(_("The feed has no entry that can be read.")))
        return
    parents = {id(entry): entry.getparent() for entry in entries}
    parent = parents[id(entries[0])]
    for entry in entries:
        parents[id(entry)].remove(entry)
    for entry in entries[:MOST_ENTRIES]:
        entry.tail = None
        parent.append(entry)
        whole = deepcopy(root)
        parent.remove(entry)
        yield Fragment(_key(entry), etree.tostring(whole, encoding="utf-8", xml_declaration=True))


def _parsed(data: bytes) -> etree._Element | None:
    for recover in (False, True):
        parser = etree.XMLParser(
            recover=recover, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root is not None:
            return root
    return None


def _local(element: etree._Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _key(entry: etree._Element) -> str:
    told = {_local(child): child for child in reversed(entry)}
    for name in ("id", "guid", "link"):
        child = told.get(name)
        value = "" if child is None else (child.text or child.get("href") or "").strip()
        if value:
            return value[:300]
    about = next((value for name, value in entry.attrib.items() if name.endswith("about")), "")
    return about or _digest(etree.tostring(entry, encoding="unicode"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


# ---------------------------------------------------------------- one entry
def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a feed with one entry; of several, of the first."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        entry, source = _json_entry(data)
    elif b"<!ENTITY" in data:
        return refused(_("The feed declares entities; no feed needs them."))
    else:
        entry, source = _xml_entry(data)
    if not entry:
        return refused(_("The feed has no entry that can be read."))
    return _reading(entry, source, circumstances)


def _xml_entry(data: bytes) -> tuple[dict[str, Any], str]:
    parsed = feedparser.parse(data, sanitize_html=True, resolve_relative_uris=True)
    if not parsed.entries:
        return {}, ""
    found = parsed.entries[0]
    content = next((one.get("value", "") for one in found.get("content", ()) if one.get("value")), "")
    summary = found.get("summary", "")
    full = content or (summary if len(blocks.plain(_words(summary))) > SHORT else "")
    parsed_dates = [dict.get(found, f"{name}_parsed") for name in ("published", "updated", "created")]
    # Not found.get: feedparser would give one date for another, and warn of it.
    written = [dict.get(found, name) for name in ("published", "updated", "created", "issued", "modified")]
    return {
        "title": _title(found),
        "content": full,
        "summary": summary if summary != full else "",
        "date": next((value for value in written if value), ""),
        "parsed": next((value for value in parsed_dates if value), None),
        "author": found.get("author", ""),
        "tags": [tag.get("label") or tag.get("term") or "" for tag in found.get("tags", ())],
        "addresses": [one for one in (found.get("link"), found.get("id")) if one],
        "files": [(one.get("href") or one.get("url") or "", one.get("type") or one.get("medium") or "")
                  for one in (*found.get("enclosures", ()), *found.get("media_content", ()), *found.get("media_thumbnail", ()))],
    }, parsed.feed.get("title", "")  # fmt: skip


def _title(found: Any) -> str:
    """The title as text; one that says that it is plain text may hold angle brackets."""
    kind = found.get("title_detail", {}).get("type", "")
    title = str(found.get("title", ""))
    return title if kind == "text/plain" else _words(title)


def _json_entry(data: bytes) -> tuple[dict[str, Any], str]:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
        item = feed["items"][0]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return {}, ""
    if not isinstance(item, dict):
        return {}, ""
    authors = item.get("authors") or ([item["author"]] if isinstance(item.get("author"), dict) else [])
    people = [str(one.get("name", "")) for one in authors if isinstance(one, dict)]
    files = [
        (str(one.get("url", "")), str(one.get("mime_type", "")))
        for one in item.get("attachments") or ()
        if isinstance(one, dict)
    ]
    if item.get("image"):
        files.insert(0, (str(item["image"]), "image"))
    text = str(item.get("content_html") or "")
    if not text and item.get("content_text"):
        text = "".join(f"<p>{_escaped(part)}</p>" for part in str(item["content_text"]).split("\n") if part.strip())
    return {
        "title": str(item.get("title") or ""),
        "content": text,
        "summary": str(item.get("summary") or ""),
        "date": str(item.get("date_published") or item.get("date_modified") or ""),
        "parsed": None,
        "author": ", ".join(one for one in people if one),
        "tags": [str(tag) for tag in item.get("tags") or ()],
        "addresses": [str(one) for one in (item.get("url"), item.get("id")) if one],
        "files": files,
    }, str(feed.get("title") or "")


def _reading(entry: dict[str, Any], source: str, circumstances: Circumstances) -> Reading:
    notes: list[Note] = []
    only_summary = not entry["content"]
    addresses = tuple(dict.fromkeys(one for one in entry["addresses"] if one.startswith(("http://", "https://"))))
    content = blocks.of(blocks.parse(entry["content"] or entry["summary"]), base=addresses[0] if addresses else "")
    if only_summary:
        notes.append(Note(_("The feed gives a summary only; the article becomes a draft.")))
    published = _published(entry, circumstances, notes)
    images, attachments = _files(entry, content)
    title = blocks.plain(entry["title"])
    text = "\n".join([title, *(block.text for block in content.blocks)])
    document = Document(
        title=title,
        published=published,
        author=names.line(entry["author"]) or entry["author"],
        source=blocks.plain(_words(source))[:200],
        language=language.of(text)[0],
        tags=tuple(dict.fromkeys(tag for tag in map(blocks.plain, entry["tags"]) if tag)),
        blocks=content.blocks,
        images=images,
        attachments=attachments,
        summary=blocks.plain(_words(entry["summary"]))[:SHORT],
        state="draft" if only_summary else "",
        addresses=addresses,
    )
    if not title and not content.blocks:
        no = Note(_("The entry has neither a title nor a text."))
        return Reading(document, Status.REFUSED, (*notes, no))
    if published is None:
        notes.append(Note(_("The document names no date of publication; it is imported as a draft for review.")))
    review = published is None or only_summary or not title
    status = Status.REVIEW if review else Status.OK
    return Reading(document, status, tuple(notes), {}, _evidence(document, entry), content.dropped, parts=content.parts)


def _evidence(document: Document, entry: dict[str, Any]) -> dict[str, Evidence]:
    quotes = {"title": entry["title"], "published": entry["date"], "author": entry["author"], "source": document.source,
              "summary": entry["summary"], "tags": ", ".join(entry["tags"]), "addresses": ", ".join(document.addresses)}  # fmt: skip
    return {
        name: Evidence(str(quote)[:300], Certainty.LABELLED)
        for name, quote in quotes.items()
        if getattr(document, name) not in ("", None, ())
    }


def _published(entry: dict[str, Any], circumstances: Circumstances, notes: list[Note]) -> Moment | None:
    found = dates.find(entry["date"], zone=circumstances.zone) if entry["date"] else None
    if entry["parsed"] is not None:
        try:
            when = datetime(*entry["parsed"][:6], tzinfo=UTC)
        except ValueError:
            return found.moment if found else None
        zoned = (
            any(mark in entry["date"] for mark in ("Z", "+", "GMT", "UT", "EST", "PST", "EDT", "PDT", "CST"))
            or entry["date"][-5:-4] == "-"
            or entry["date"][-6:-5] == "-"
        )
        if zoned:
            return Moment(when, "second")
        if ":" in entry["date"]:
            notes.append(Note(_("The date of the entry has no time zone; that of the site was assumed.")))
            return Moment(when.replace(tzinfo=circumstances.zone), "second")
        return Moment(when.replace(tzinfo=circumstances.zone), "day")
    return found.moment if found else None


def _files(entry: dict[str, Any], content: Content) -> tuple[tuple[Image, ...], tuple[Attachment, ...]]:
    """Enclosures and media: pictures that the text does not show stand before it, all else is for download."""
    images, attachments = list(content.images), list(content.attachments)
    front: list[Image] = []
    for address, kind in entry["files"]:
        name = blocks.urlsplit_path(address).rstrip("/").rsplit("/", 1)[-1]
        if not address or not name or len(address) > 2000:
            continue
        if kind.startswith("image") or (not kind and name.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp"))):
            if not any(image.address == address for image in (*images, *front)):
                front.append(Image(name, 0, address=address))
        elif not any(one.address == address for one in attachments):
            attachments.append(Attachment(name, address))
    return tuple(front + images), tuple(attachments)


def _words(html: str) -> str:
    return str(blocks.parse(html).text_content()) if "<" in html or "&" in html else html


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
