"""From lines and header entries to a document: fields settled, pictures placed, nothing dropped in silence.

Every reader that has lines of text uses this room; ``assemble`` is its door.
"""

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_noop as _

from articles.documents import dates, headers, language, layout, names, pictures
from articles.documents.dates import Moment
from articles.documents.document import (
    Attachment,
    Block,
    Certainty,
    Circumstances,
    Document,
    Evidence,
    Image,
    Note,
    Paragraph,
    Reading,
    Status,
    Value,
)
from articles.documents.labels import PEOPLE, SECTION_LABELS, TAG_LABELS, TIMES, WEAK_AUTHOR, Field
from articles.documents.layout import Found, Line
from articles.documents.siterules import SiteRules
from articles.documents.values import Entry
from articles.text.words import HAN

LOST_PICTURE_GAP = 3  # that many empty lines between two paragraphs: a picture may have stood there
LONGEST_QUOTE = 300
LINES_OF_ATTACHMENTS = 8
LINES_OF_BANNERS = 3  # above the title, where a site's rules or its other documents tell of banners

FIELD_NAMES = {
    Field.PUBLISHED: _("date"),
    Field.VIEWS: _("views"),
    Field.SOURCE: _("source"),
    Field.AUTHOR: _("author"),
    Field.EDITOR: _("editor"),
    Field.REVIEWER: _("reviewer"),
    Field.PHOTOGRAPHER: _("photographer"),
}


@dataclass(slots=True)
class Draft:
    """A document while it is put together."""

    notes: list[Note] = field(default_factory=list)
    needs_review: bool = False
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def warn(self, message: str, *, review: bool = False, **values: Value) -> None:
        self.notes.append(Note(message, values))
        self.needs_review = self.needs_review or review


def assemble(text: str, circumstances: Circumstances) -> Reading:
    """The reading of a repaired text."""
    draft = Draft()
    lines = layout.lines_of(text)
    head, tail = ends(lines, circumstances)
    spaced_out = statistics.median([line.gap for line in lines[1:]] or [0]) >= LOST_PICTURE_GAP
    _place(draft, head.pictures, tail.body, spaced_out=spaced_out)
    return compose(draft, head, tail, circumstances)


def ends(lines: Sequence[Line], circumstances: Circumstances) -> tuple[Found, Found]:
    """What stands above the text and below it; the lines of the text are ``body`` of the second."""
    known = [line for line in lines[:LINES_OF_BANNERS] if line.text in circumstances.rules.banners]
    head = layout.head([line for line in lines if line not in known], zone=circumstances.zone)
    head.dropped[:0] = [line.text for line in known]
    dated = any(entry.moment for entry in head.entries)
    return head, layout.tail(head, zone=circumstances.zone, dated=dated)


def compose(draft: Draft, head: Found, tail: Found, circumstances: Circumstances) -> Reading:
    """The reading of a draft whose blocks and pictures are in place; fields come from above and below the text."""
    dropped = _say_what_was_left(draft, head, tail, circumstances.rules)
    if not draft.blocks and not draft.images:
        return _without_text(draft, head.title)
    settled = _settle(draft, head.entries, tail.entries)
    published = _published(draft, head, tail, circumstances)
    document = Document(
        title=" ".join(head.title.split()),
        subtitle=" ".join(head.subtitle.split()),
        published=published,
        author=settled[Field.AUTHOR],
        source=settled[Field.SOURCE],
        editor=settled[Field.EDITOR],
        reviewer=settled[Field.REVIEWER],
        photographer=settled[Field.PHOTOGRAPHER],
        initial_views=_views(draft, [*head.entries, *tail.entries]),
        language=_language(draft, head.title, draft.blocks),
        section=_section([*head.entries, *tail.entries]),
        tags=_tags([*head.entries, *tail.entries]),
        blocks=tuple(draft.blocks),
        images=tuple(draft.images),
        attachments=tuple(draft.attachments),
    )
    _check_title(draft, document)
    status = Status.REVIEW if draft.needs_review else Status.OK
    evidence = _evidence(document, head, tail)
    return Reading(document, status, tuple(draft.notes), evidence=evidence, dropped=tuple(dict.fromkeys(dropped)))


def _evidence(document: Document, head: Found, tail: Found) -> dict[str, Evidence]:
    """For each field the line that its value stands in, and how sure that is."""
    found: dict[str, Evidence] = {}
    for name in ("title", "subtitle"):
        if value := getattr(document, name):
            found[name] = Evidence(value, Certainty.PLACE)
    for entry in (*head.entries, *tail.entries):
        for name in _fields_of(entry, document):
            certainty = Certainty.LABELLED if entry.label else Certainty.BARE
            found.setdefault(name, Evidence(layout.quote_of(entry, head, tail), certainty))
    if document.published is not None and "published" not in found:
        found["published"] = Evidence(f"{document.published.when:%Y-%m-%d}", Certainty.PLACE)
    if document.language:
        found["language"] = Evidence("", Certainty.BARE)
    return found


def _fields_of(entry: Entry, document: Document) -> Iterator[str]:
    """The fields of the document that this entry gave."""
    if entry.field in TIMES and entry.moment is not None and entry.moment == document.published:
        yield "published"
    elif (
        entry.field in (*PEOPLE, Field.SOURCE)
        and entry.value
        and _contains(getattr(document, entry.field), entry.value)
    ):
        yield entry.field.value
    elif entry.field is Field.VIEWS and entry.number is not None and entry.number == document.initial_views:
        yield "initial_views"
    if entry.label in SECTION_LABELS and entry.value and entry.value == document.section:
        yield "section"
    if entry.label in TAG_LABELS and entry.value:
        yield "tags"


def _without_text(draft: Draft, title: str) -> Reading:
    note = Note(_("The document has no text."))
    if title:
        note = Note(_("The document has no text beside its title “%(title)s”."), {"title": _quoted(title)})
    return Reading(Document(title=title), Status.REFUSED, (*draft.notes, note))


# ---------------------------------------------------------------- fields
def _settle(draft: Draft, head: Sequence[Entry], tail: Sequence[Entry]) -> dict[Field, str]:
    """One value a field: the header before the credits, a named author before the account that posted."""
    settled: dict[Field, str] = {}
    for kind in (*PEOPLE, Field.SOURCE):
        above = [entry for entry in head if entry.field is kind and entry.value]
        below = [entry for entry in tail if entry.field is kind and entry.value]
        if kind is Field.AUTHOR:
            above, below = _named_before_posted(above, below)
        chosen = above or below
        value = _merged(chosen, kind)
        settled[kind] = value
        for entry in (*above, *below, *(entry for entry in (*head, *tail) if entry.field is kind and entry.value)):
            if not _contains(value, entry.value):
                draft.notes.append(_conflict(kind, value, entry.value))
    draft.notes[:] = _once(draft.notes)
    return settled


def _named_before_posted(above: list[Entry], below: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    named_above = [entry for entry in above if entry.label not in WEAK_AUTHOR]
    named_below = [entry for entry in below if entry.label not in WEAK_AUTHOR]
    if named_above:
        return named_above, named_below
    return ([], named_below) if named_below else (above, below)


def _merged(entries: Iterable[Entry], kind: Field) -> str:
    """The first value; authors under different labels (记者 A, 通讯员 B) wrote the article together."""
    values: dict[str, str] = {}
    for entry in entries:
        values.setdefault(entry.label, entry.value)
    if kind is not Field.AUTHOR:
        return next(iter(values.values()), "")
    merged = [name for value in values.values() for name in (names.split(value) if names.are_names(value) else [value])]
    return names.joined(list(dict.fromkeys(merged)))


def _contains(value: str, part: str) -> bool:
    return part == value or all(name in names.split(value) for name in names.split(part))


def _conflict(kind: Field, kept: str, other: str) -> Note:
    return Note(
        _("The document also gives “%(other)s” (%(field)s); “%(kept)s” was kept."),
        {"other": _quoted(other), "field": Note(FIELD_NAMES[kind]), "kept": _quoted(kept)},
    )


def _once(notes: list[Note]) -> list[Note]:
    kept: list[Note] = []
    for note in notes:
        if note not in kept:
            kept.append(note)
    return kept


def _published(draft: Draft, head: Found, tail: Found, circumstances: Circumstances) -> Moment | None:
    moments = [
        entry.moment
        for entries in (head.entries, tail.entries)
        for kind in TIMES
        for entry in entries
        if entry.field is kind and entry.moment
    ]
    published = moments[0] if moments else None
    if published is None and circumstances.rules.dates:
        published = _by_rule([*head.unknown, *tail.unknown], circumstances)
    if published is None and tail.sign_off is not None:
        published = tail.sign_off
        draft.warn(_("The date was taken from the last lines of the text."), review=True)
    if published is None:
        draft.warn(_("The document names no date of publication; it is imported as a draft for review."), review=True)
        return None
    for moment in moments[1:]:
        if moment.when.date() != published.when.date():
            draft.warn(
                _("The document names a second date, %(other)s; %(kept)s was kept."),
                other=f"{moment.when:%Y-%m-%d}",
                kept=f"{published.when:%Y-%m-%d}",
            )
    if published.is_doubtful(at=circumstances.at):
        draft.warn(
            _("The date %(date)s is in the future or before 1990."), review=True, date=f"{published.when:%Y-%m-%d}"
        )
    return published


def _by_rule(parts: Sequence[str], circumstances: Circumstances) -> Moment | None:
    """A date with two readings, in the one that the site's rules give it."""
    for part in parts:
        match = re.match(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)", part) if dates.is_ambiguous(part) else None
        if match:
            one, two, year = (int(group) for group in match.groups())
            day, month = (one, two) if circumstances.rules.dates == "dmy" else (two, one)
            return Moment(datetime(year, month, day, tzinfo=circumstances.zone), "day")
    return None


def _views(draft: Draft, entries: Sequence[Entry]) -> int | None:
    numbers = [entry.number for entry in entries if entry.field is Field.VIEWS and entry.number is not None]
    for number in numbers[1:]:
        if number != numbers[0]:
            draft.warn(
                _("The document gives a second number of views, %(other)d; %(kept)d was kept."),
                other=number,
                kept=numbers[0],
            )
    return numbers[0] if numbers else None


def _is_unused(entry: Entry) -> bool:
    return bool(entry.value) and entry.label not in TAG_LABELS | SECTION_LABELS


def _section(entries: Iterable[Entry]) -> str:
    """The first section that a label names."""
    return next((entry.value for entry in entries if entry.label in SECTION_LABELS and entry.value), "")


def _tags(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The tags that a label names. Chinese ones are cut at blanks too; English ones have blanks inside."""
    found: list[str] = []
    for entry in entries:
        if entry.label in TAG_LABELS:
            marks = r"[,，、;；|\s]+" if HAN.search(entry.value) else r"[,;|]+"
            found.extend(tag.strip() for tag in re.split(marks, entry.value))
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _say_what_was_left(draft: Draft, head: Found, tail: Found, rules: SiteRules) -> list[str]:
    dropped = [*head.dropped, *tail.dropped]
    if dropped:
        draft.warn(_("Left out as navigation, banner or empty label: %(lines)s."), lines=_quotes(dropped))
    unused = [
        *head.unknown,
        *tail.unknown,
        *(entry.value for entry in (*head.entries, *tail.entries) if entry.field is Field.OTHER and _is_unused(entry)),
    ]
    ambiguous = [] if rules.dates else [part for part in unused if dates.is_ambiguous(part)]
    unused = [part for part in unused if not any(part in line for line in dropped)]
    if unused:
        draft.warn(_("Parts of the header that no field takes: %(parts)s."), parts=_quotes(unused))
    if ambiguous:
        draft.warn(
            _("A date can be read in two ways and was not used: %(dates)s."), review=True, dates=_quotes(ambiguous)
        )
    return dropped


def _check_title(draft: Draft, document: Document) -> None:
    if not document.title:
        draft.warn(_("No line of the document can be its title."), review=True)
    if not document.blocks:
        draft.warn(_("The document has pictures, but no text."), review=True)


# ---------------------------------------------------------------- the text and its pictures
def _place(draft: Draft, above: Sequence[Line], body: Sequence[Line], *, spaced_out: bool) -> None:
    for line in above:
        draft.images += [Image(name, 0) for name in pictures.picture_names(line.text)]
    last_was_text = False
    gaps: list[int] = []
    position = 0
    while position < len(body):
        line = body[position]
        found = pictures.picture_names(line.text)
        if found:
            position += _take_pictures(draft, found, body, position)
            last_was_text = False
            continue
        near_end = len(body) - position <= LINES_OF_ATTACHMENTS
        if attachment := pictures.attachment_name(line.text, near_end=near_end):
            draft.attachments.append(Attachment(attachment))
            last_was_text = False
        else:
            if last_was_text and line.gap >= LOST_PICTURE_GAP and not spaced_out:
                gaps.append(len(draft.blocks))
            draft.blocks.append(
                Paragraph(" ".join(filter(None, line.text.split(" "))))
            )  # blanks of other kinds: repairs
            last_was_text = True
        position += 1
    if gaps:
        draft.warn(_("Pictures seem to be missing after these paragraphs: %(places)s."), places=tuple(gaps))


def _take_pictures(draft: Draft, found: list[str], body: Sequence[Line], position: int) -> int:
    """Add the pictures of one line, with the caption below it; returns how many lines that took."""
    draft.images += [Image(name, len(draft.blocks)) for name in found]
    caption = pictures.markdown_caption(body[position].text)
    taken = 1
    if not caption and position + 1 < len(body) and _is_caption_of(body, position + 1):
        caption = " ".join(body[position + 1].text.split())
        taken = 2
    if caption:
        last = draft.images[-1]
        draft.images[-1] = Image(last.name, last.after_paragraph, caption)
    return taken


def _is_caption_of(body: Sequence[Line], position: int) -> bool:
    line = body[position]
    if line.gap > 1 or pictures.picture_names(line.text) or not pictures.is_caption(line.text):
        return False
    if pictures.attachment_name(line.text, near_end=True) or layout.starts_list(line.text):
        return False
    if not pictures.is_marked_caption(line.text) and headers.parse(line.text) is not None:
        return False
    others = [other for other in body if other is not line and not pictures.picture_names(other.text)]
    return bool(others)


# ---------------------------------------------------------------- language
def _language(draft: Draft, title: str, blocks: Sequence[Block]) -> str:
    text = "\n".join([title, *(block.text for block in blocks)])
    tag, certain = language.of(text)
    if not certain:
        draft.warn(_("The language of the text is not certain; %(language)s was assumed."), review=True, language=tag)
    foreign = [place for place, block in enumerate(blocks, start=1) if language.is_other_script(block.text, tag)]
    if foreign and len(foreign) < len(blocks):
        draft.warn(_("These paragraphs are, or begin, in another language: %(places)s."), places=tuple(foreign))
    return tag


def _quoted(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _quotes(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"“{part}”" for part in dict.fromkeys(parts))
