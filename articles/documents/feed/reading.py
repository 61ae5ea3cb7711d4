"""One entry of a feed becomes a document."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from django.utils.translation import gettext_noop as _

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
from articles.documents.feed import cutting, entries
from articles.documents.feed.entries import SHORT, Entry, File, Written
from articles.text.encodings import Undecodable

LONGEST_ADDRESS = 2000
LARGEST = cutting.LARGEST_ENTRY + 1024 * 1024  # bytes, with the head of the feed
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?)?",
    re.IGNORECASE,
)
_ZONED = re.compile(r"(?:[A-Z]{1,5}|[+-]\d\d:?\d\d)\)?\s*$")
_HAN = re.compile("[\u3400-\u9fff]")  # dates that the library does not know
_ABBREVIATION = re.compile(r"\b([A-Z]{2,5})\s*$")
_OFFSET = re.compile(r"[+-]\d\d:?\d\d(?:\s*\([^()]{0,20}\))?\s*$")
_MAIL_ZONES = "UT UTC GMT Z AST ADT EST EDT CST CDT MST MDT PST PDT"
MAIL_ZONES = frozenset(_MAIL_ZONES.split())
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)$", re.IGNORECASE)


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a feed with one entry; of several, of the first."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    try:
        text = cutting.decoded(data)
    except Undecodable as error:
        return refused(_("Byte %(offset)d of the document fits no known text encoding."), offset=error.offset)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        entry = entries.of_json(text.lstrip("\ufeff"))
    elif cutting.declares_entities(text.lstrip("\ufeff")):
        return refused(_("The feed declares entities; no feed needs them."))
    else:
        text, root = cutting.sound(text)
        if len(text) > LARGEST or (root is None and len(text) > cutting.LARGEST_BROKEN):
            return refused(_("The feed is no sound XML, and too long to be read all the same."))
        entry = entries.of_xml(text.encode("utf-8", "replace"))
    if entry is None:
        return refused(_("The feed has no entry that can be read."))
    return _reading(entry, circumstances)


def _reading(entry: Entry, circumstances: Circumstances) -> Reading:
    notes: list[Note] = []
    addresses = _addresses(entry)
    base = addresses[0] if addresses else ""
    content = blocks.of(blocks.parse(f"<div>{entry.content or entry.summary}</div>"), base=base)
    if not entry.content and content.blocks:
        notes.append(Note(_("The feed gives a summary only; the article becomes a draft.")))
    if entry.draft:
        notes.append(Note(_("The entry was a draft on the old site.")))
    moment, date = _published(entry, circumstances.zone, notes)
    images, attachments = _files(entry, content, base)
    summary = _summary(entry, notes)
    document = Document(
        title=entry.title,
        published=moment,
        author=names.line(entry.author) or blocks.plain(entry.author),
        source=entry.source[:200],
        language=language.of("\n".join([entry.title, *(block.text for block in content.blocks)]))[0],
        tags=tuple(dict.fromkeys(tag for tag in map(entries.words, entry.tags) if tag)),
        blocks=content.blocks,
        images=images,
        attachments=attachments,
        summary=summary,
        lead_image=_last(entry.lead),
        state="draft" if not entry.content or entry.draft else "",
        addresses=addresses,
    )
    if not document.title and not document.blocks and not document.images:
        no = Note(_("The entry has neither a title nor a text."))
        return Reading(document, Status.REFUSED, (*notes, no))
    notes += _lacking(document)
    doubtful = moment is None or moment.is_doubtful(at=circumstances.at)
    status = Status.REVIEW if doubtful or not entry.content or not entry.title else Status.OK
    evidence = _evidence(document, entry, date)
    return Reading(document, status, tuple(notes), {}, evidence, content.dropped, parts=content.parts)


def _lacking(document: Document) -> list[Note]:
    notes = []
    if not document.title:
        notes.append(Note(_("The entry has no title.")))
    if not document.blocks:
        notes.append(Note(_("The entry has no text.")))
    if document.published is None:
        notes.append(Note(_("The document names no date of publication; it is imported as a draft for review.")))
    return notes


def _addresses(entry: Entry) -> tuple[str, ...]:
    found = (one.strip() for one in entry.addresses)
    return tuple(
        dict.fromkeys(one for one in found if one.startswith(("http://", "https://")) and len(one) <= LONGEST_ADDRESS)
    )


def _summary(entry: Entry, notes: list[Note]) -> str:
    summary = entries.words(entry.summary)
    if len(summary) > SHORT and entry.content:
        message = _("The summary has %(count)d characters; %(most)d are kept.")
        notes.append(Note(message, {"count": len(summary), "most": SHORT}))
    return summary[:SHORT]


def _evidence(document: Document, entry: Entry, date: str) -> dict[str, Evidence]:
    quotes = {
        "title": entry.title_quote,
        "published": date,
        "author": entry.author,
        "source": entry.source,
        "summary": entry.summary_quote,
        "tags": ", ".join(entry.tags),
        "addresses": ", ".join(document.addresses),
        "lead_image": entry.lead,
        "state": "app:draft" if entry.draft else "summary",
    }
    return {
        name: Evidence(" ".join(quote.split())[:300], Certainty.LABELLED)
        for name, quote in quotes.items()
        if getattr(document, name) not in ("", None, ())
    }


# ---------------------------------------------------------------- dates
def _published(entry: Entry, zone: tzinfo, notes: list[Note]) -> tuple[Moment | None, str]:
    """The date of publication before that of a change, and how it is written."""
    for written in entry.dates:
        moment, is_zoned = _moment(written, zone)
        if moment is None:
            continue
        if not is_zoned:
            notes.append(Note(_("The date of the entry has no time zone; that of the site was assumed.")))
        return moment, f"{written.name} {written.text}"
    if entry.dates:
        text = "; ".join(written.text for written in entry.dates)[:200]
        notes.append(Note(_("The date “%(date)s” of the entry is not understood."), {"date": text}))
    return None, ""


def _moment(written: Written, zone: tzinfo) -> tuple[Moment | None, bool]:
    """The moment, and whether nothing of it was assumed."""
    text = written.text.strip()[:200]
    if match := _ISO.fullmatch(text):
        return _iso(match, zone)
    if dates.is_ambiguous(text):
        return None, False
    if told := parsedate_tz(text):
        return _of_mail(text, told, zone)
    found = dates.find(text, zone=zone)
    is_whole = found is not None and (found.start, found.end) == (0, len(text))
    if written.parsed and not is_whole and not _HAN.search(text) and len(re.findall(r"\d+", text)) >= 3:
        zoned = bool(_ZONED.search(text))
        try:
            when = datetime(*written.parsed[:6], tzinfo=UTC if zoned else zone)  # type: ignore[misc, arg-type]
        except (ValueError, OverflowError):
            return None, False
        return Moment(when, "second" if ":" in text else "day"), zoned or ":" not in text
    return (found.moment, found.moment.precision == "day") if found else (None, False)


def _iso(match: re.Match[str], zone: tzinfo) -> tuple[Moment | None, bool]:
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        when = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59), tzinfo=zone
        )
    except ValueError:
        return None, False
    if hour is None:
        return Moment(when, "day"), True
    if offset is None:
        return Moment(when, "second" if second else "minute"), False
    ahead = timedelta()
    if offset[0] in "+-":
        digits = offset[1:].replace(":", "").ljust(4, "0")
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if offset[0] == "-" else 1)
    if abs(ahead) > timedelta(hours=14):
        return None, False
    return Moment(when.replace(tzinfo=timezone(ahead) if ahead else UTC), "second" if second else "minute"), True


def _of_mail(text: str, told: tuple[int | None, ...], zone: tzinfo) -> tuple[Moment | None, bool]:
    """A date as in mail. A name of a zone that the site's own bears means that one: CST is China's in China."""
    try:
        when = datetime(*(int(part or 0) for part in told[:6]), tzinfo=zone)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        return None, False
    if ":" not in text:
        return Moment(when, "day"), True
    precision = "second" if text.count(":") > 1 else "minute"
    named = _ABBREVIATION.search(text)
    if named and named[1] == when.tzname():
        return Moment(when, precision), True
    if not _OFFSET.search(text) and not (named and named[1] in MAIL_ZONES):
        return Moment(when, precision), False
    ahead = timedelta(seconds=told[9] or 0)
    if abs(ahead) > timedelta(hours=14):
        return Moment(when, precision), False
    return Moment(when.replace(tzinfo=timezone(ahead) if ahead else UTC), precision), True


# ---------------------------------------------------------------- pictures and files
def _files(entry: Entry, content: Content, base: str) -> tuple[tuple[Image, ...], tuple[Attachment, ...]]:
    """Enclosures and media: pictures that the text does not show stand before it, all else is for download."""
    images = [replace(image, address=entries.whole(image.address, base)) for image in content.images]
    attachments = list(content.attachments)
    front: list[Image] = []
    files = entry.files if any(map(_is_picture, entry.files)) or images else (*entry.files, *entry.thumbnails)
    for file in files:
        name = _last(file.address)
        if not name or len(file.address) > LONGEST_ADDRESS:
            continue
        if _is_picture(file):
            if not any(image.address == file.address for image in (*images, *front)):
                front.append(Image(name, 0, address=file.address))
        elif not any(one.address == file.address for one in attachments):
            attachments.append(Attachment(name, file.address))
    return tuple(front + images), tuple(attachments)


def _is_picture(file: File) -> bool:
    return file.kind.startswith("image") or (not file.kind and bool(_PICTURE.search(_last(file.address))))


def _last(address: str) -> str:
    return blocks.urlsplit_path(address).rstrip("/").rsplit("/", 1)[-1]
