"""The reader of plain text.

``read(data, at=now)`` turns the bytes of a document into a Reading. It knows no model, no database and
no network, and whatever the bytes are, the answer is a Reading, never an exception.
"""

import re
from dataclasses import replace
from datetime import datetime, tzinfo

from django.utils.translation import gettext_noop as _

from articles.documents import dates, furniture, language
from articles.documents.assembly import assemble
from articles.documents.document import Note, Reading, Status, refused
from articles.text import encodings, repairs
from articles.text.encodings import Decoded, Undecodable
from articles.text.repairs import Repaired

NAME = "plain"
LARGEST = 8 * 1024 * 1024  # bytes; a whole novel is smaller
MOST_LINES = 50_000
LONGEST_LINE = 200_000  # characters; no paragraph is longer
CONTROL_SHARE = 0.01  # more control characters than that are no text

_OTHER_KINDS = (
    (b"PK\x03\x04", _("This is a ZIP archive or a Word document (.docx), not plain text.")),
    (b"%PDF-", _("This is a PDF, not plain text. Add it to an article as an attachment.")),
    (b"\xd0\xcf\x11\xe0", _("This is an old binary Office document. Save it as plain text.")),
    (b"{\\rtf", _("This is a document in Rich Text Format. Save it as plain text.")),
    (b"\x89PNG", _("This is a picture, not a document.")),
    (b"\xff\xd8\xff", _("This is a picture, not a document.")),
    (b"GIF8", _("This is a picture, not a document.")),
    (b"\x1f\x8b", _("This is a compressed file, not plain text. Unpack it first.")),
)
_MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|\?xml|rss|feed)\b", re.IGNORECASE)

_SUGGESTIONS = {
    "ideographic_full_stop_in_english": _("Chinese full stops in English text: %(count)d, the first at “%(first)s”."),
    "missing_blank_after_comma": _("Commas without a blank after them: %(count)d, the first at “%(first)s”."),
    "double_stop": _("Doubled full stops: %(count)d, the first at “%(first)s”."),
    "ascii_comma_in_chinese": _("Half-width commas in Chinese text: %(count)d, the first at “%(first)s”."),
    "doubled_quotes": _("Doubled quotation marks: %(count)d, the first at “%(first)s”."),
    "question_marks_for_blanks": _("Question marks that may have been blanks: %(count)d, the first at “%(first)s”."),
    "foreign_clause_at_start_of_paragraph": _(
        "Paragraphs that begin with an untranslated clause: %(count)d, the first at “%(first)s”."
    ),
}


def read(data: bytes, *, at: datetime, zone: tzinfo = dates.SHANGHAI) -> Reading:
    """The reading of a plain-text document; dates without an offset are dates in ``zone``."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    for signature, message in _OTHER_KINDS:
        if data.startswith(signature):
            return refused(message)
    try:
        decoded = encodings.decode(data)
    except Undecodable as error:
        return refused(_("Byte %(offset)d of the document fits no known text encoding."), offset=error.offset)
    return _read_text(decoded, at=at, zone=zone) if (reason := _unreadable(decoded.text)) is None else reason


def _unreadable(text: str) -> Reading | None:
    controls = len(repairs.CONTROLS.findall(text))
    if controls > 8 and controls > CONTROL_SHARE * len(text):
        return refused(_("The document is not text: it has %(count)d control characters."), count=controls)
    if _MARKUP.match(text):
        return refused(_("This is a web page or XML, not plain text."))
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return refused(
            _("The document has %(count)d lines; at most %(most)d are read."), count=len(lines), most=MOST_LINES
        )
    longest = max(map(len, lines), default=0)
    if longest > LONGEST_LINE:
        return refused(
            _("A line of the document has %(count)d characters; at most %(most)d are read."),
            count=longest,
            most=LONGEST_LINE,
        )
    return None


def _read_text(decoded: Decoded, *, at: datetime, zone: tzinfo) -> Reading:
    repaired = repairs.repair(decoded.text)
    reading = assemble(repaired.text, at=at, zone=zone)
    counts = {"bom": 1} | repaired.counts if decoded.marked else repaired.counts
    if reading.status is Status.REFUSED:
        return replace(reading, repairs=counts)
    notes = [*_damage(decoded, repaired), *reading.warnings, *_advice(reading, repaired)]
    status = Status.REVIEW if decoded.replaced else reading.status
    return replace(reading, status=status, warnings=tuple(notes), repairs=counts)


def _damage(decoded: Decoded, repaired: Repaired) -> list[Note]:
    notes: list[Note] = []
    if decoded.encoding != "utf-8":
        notes.append(Note(_("The document was read as %(encoding)s."), {"encoding": decoded.encoding}))
    if decoded.replaced:
        message = _("Characters lost before the import (U+FFFD): %(count)d, the first as character %(place)d.")
        notes.append(Note(message, {"count": decoded.replaced, "place": decoded.first_replaced + 1}))
    if controls := repaired.counts.get("controls"):
        notes.append(Note(_("Control characters removed: %(count)d."), {"count": controls}))
    if repaired.doubtful:
        places = "; ".join(f"{place.line}: “{place.excerpt}”" for place in repaired.doubtful)
        notes.append(Note(_("Damaged characters could not be rebuilt in these lines: %(places)s."), {"places": places}))
    return notes


def _advice(reading: Reading, repaired: Repaired) -> list[Note]:
    """What an editor may want to change; nothing of it is done here."""
    document = reading.document
    text = "\n".join([document.title, *document.paragraphs])
    notes: list[Note] = []
    if "pinyin_notes" in repaired.counts or (document.language == "zh-Hant" and language.looks_converted(text)):
        notes.append(Note(_("The text looks like a copy that a program converted from Simplified Chinese.")))
    notes += [
        Note(_SUGGESTIONS[found.name], {"count": found.count, "first": found.first})
        for found in repairs.suggest(text, language=document.language)
    ]
    outer = [*document.paragraphs[:2], *document.paragraphs[-2:]]
    if spam := [paragraph for paragraph in dict.fromkeys(outer) if furniture.is_spam(paragraph)]:
        notes.append(
            Note(
                _("These lines look like advertising: %(lines)s."),
                {"lines": ", ".join(f"“{line[:80]}”" for line in spam)},
            )
        )
    return notes
