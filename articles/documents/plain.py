"""The reader of plain text.

``read(data, circumstances)`` turns the bytes of a document into a Reading. It knows no model, no database and
no network, and whatever the bytes are, the answer is a Reading, never an exception.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from articles.documents import furniture, language
from articles.documents.assembly import assemble
from articles.documents.document import Circumstances, Note, Reading, Status, refused
from articles.text import encodings, repairs
from articles.text.encodings import Decoded, Undecodable
from articles.text.repairs import Repaired, Suggestion

LARGEST = 8 * 1024 * 1024  # bytes; a whole novel is smaller
MOST_LINES = 50_000
LONGEST_LINE = 200_000  # characters; no paragraph is longer
CONTROL_SHARE = 0.01  # more control characters than that are no text

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


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a plain-text document; dates without an offset are dates in the zone of the circumstances."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    try:
        decoded = encodings.decode(data)
    except Undecodable as error:
        return refused(_("Byte %(offset)d of the document fits no known text encoding."), offset=error.offset)
    reason = _unreadable(decoded.text)
    if reason is not None and "mojibake" not in circumstances.skip:
        reason = _unreadable(encodings.as_meant(decoded.text)[0])  # misread bytes look like controls
    return _read_text(decoded, circumstances) if reason is None else reason


def _unreadable(text: str) -> Reading | None:
    controls = len(repairs.CONTROLS.findall(text))
    if controls > 8 and controls > CONTROL_SHARE * len(text):
        return refused(_("The document is not text: it has %(count)d control characters."), count=controls)
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


def _read_text(decoded: Decoded, circumstances: Circumstances) -> Reading:
    automatic = [name for name in repairs.AUTOMATIC if name not in circumstances.skip]
    repaired = repairs.replay(decoded.text, [*automatic, *circumstances.also])
    reading = assemble(repaired.text, circumstances)
    counts = {"bom": 1} | repaired.counts if decoded.marked else repaired.counts
    if reading.status is Status.REFUSED:
        return replace(reading, repairs=counts)
    document = reading.document
    found = repairs.suggest("\n".join([document.title, *document.paragraphs]), language=document.language)
    notes = [*_damage(decoded, repaired), *reading.warnings, *_advice(reading, repaired, found)]
    return replace(
        reading,
        status=Status.REVIEW if decoded.replaced else reading.status,
        warnings=tuple(notes),
        repairs=counts,
        suggestions={one.name: one.count for one in found},
    )


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


def _advice(reading: Reading, repaired: Repaired, found: Sequence[Suggestion]) -> list[Note]:
    """What an editor may want to change; nothing of it is done here."""
    document = reading.document
    text = "\n".join([document.title, *document.paragraphs])
    notes: list[Note] = []
    if "pinyin_notes" in repaired.counts or (document.language == "zh-Hant" and language.looks_converted(text)):
        notes.append(Note(_("The text looks like a copy that a program converted from Simplified Chinese.")))
    notes += [Note(_SUGGESTIONS[one.name], {"count": one.count, "first": one.first}) for one in found]
    outer = [*document.paragraphs[:2], *document.paragraphs[-2:]]
    if spam := [paragraph for paragraph in dict.fromkeys(outer) if furniture.is_spam(paragraph)]:
        notes.append(
            Note(
                _("These lines look like advertising: %(lines)s."),
                {"lines": ", ".join(f"“{line[:80]}”" for line in spam)},
            )
        )
    return notes
