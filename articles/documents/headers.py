"""What one line of a news header or of the credits below a text says.

The door is ``parse(line)``: the fields that the line names, with their values, and what in it was not
understood; None for running text. The rules are those of many sites, none is made for one: labels with
or without colon, in any order, glued, between bars, in brackets, empty; dates, names and counters bare.
"""

import re
from dataclasses import dataclass
from datetime import tzinfo

from articles.documents import dates, names
from articles.documents.labels import (
    GENERIC,
    JOINED,
    LABEL,
    PEOPLE,
    TIME_LABEL,
    TIMES,
    VIEWS_LABEL,
    Field,
    fields_of,
    fold,
    plain,
)
from articles.documents.values import (
    COUNT,
    COUNT_FIRST,
    EMPTY_COUNT,
    LONGEST_UNKNOWN,
    OTHER_COUNT,
    Entry,
    Work,
    take_bare,
    take_value,
    trim,
)

LONGEST_LINE = 400
LONGEST_VALUE = 80
LONGEST_LEAD = 12
MOST_BARE = 3  # values without a label in one line; with more it is a menu
CHARACTERS_A_LABEL = 45  # a header names a field at least that often; running text does not

_DATE_AHEAD = (
    r"(?=[(\[]?(?:(?:19|20)\d\d\s*[-/.年]|民国|二[〇零○]|(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:of\s+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*\d|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s))"
)
_MARKED = re.compile(
    rf"(?P<label>{JOINED})\s*(?::+\s*|(?P<slash>/)\s*(?=[^\s/\d]))"
    rf"|(?P<views>{VIEWS_LABEL})[过了]?\s*(?=\d|[(\[]\s*\d*\s*(?:次|人次|times)?\s*[)\]])"
    rf"|(?P<time>{TIME_LABEL})\s*{_DATE_AHEAD}",
)
_SENTENCE = re.compile("[。！？]")


@dataclass(frozen=True, slots=True)
class Parsed:
    entries: tuple[Entry, ...]
    unknown: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[Field]:
        return frozenset(entry.field for entry in self.entries)

    @property
    def is_generic(self) -> bool:
        """Only a word like “time” and a date: as likely an announcement as a header."""
        told = [entry for entry in self.entries if entry.field is not Field.OTHER]
        return len(told) == 1 and told[0].label in GENERIC

    @property
    def is_lone_label(self) -> bool:
        return len(self.entries) == 1 and bool(self.entries[0].label) and self.entries[0].is_empty and not self.unknown

    @property
    def ends_with_label(self) -> bool:
        return bool(self.entries) and bool(self.entries[-1].label) and self.entries[-1].is_empty and not self.unknown

    @property
    def is_bare_date(self) -> bool:
        return len(self.entries) == 1 and self.entries[0].moment is not None and not self.entries[0].label


def parse(line: str, *, zone: tzinfo = dates.SHANGHAI) -> Parsed | None:
    """What a line says if it is a line of a header or of credits; None for anything else."""
    if len(line) > LONGEST_LINE:
        return None
    text = re.sub("[?？]{2,}", lambda match: " " * len(match[0]), line)
    # A counter in square brackets is a value; other square brackets part a line into cells.
    text = re.sub(r"[\[【](\s*\d*\s*次?\s*)[\]】]", r"(\1)", text)
    text = _without_outer_brackets(text.strip(" \t•●▪◆■□○*>»"))
    if _SENTENCE.search(text):
        return None
    work = Work(zone)
    pairs = _labels_before_bars(text)
    for label, value in pairs:
        take_value(work, label, value)
    if not pairs:
        _cells(work, text)
    _settle(work)
    parsed = Parsed(tuple(work.entries), tuple(work.unknown))
    return parsed if _is_header(parsed, line) else None


def _settle(work: Work) -> None:
    """Beside a date, a bare name is the author and a bare newspaper or office the source."""
    if not any(entry.moment for entry in work.entries):
        return
    told = {entry.field for entry in work.entries if not entry.is_empty}
    if len(work.unknown) > MOST_BARE:
        return
    unknown, work.unknown = work.unknown, []
    for piece in unknown:
        if Field.SOURCE not in told and names.is_unit(piece) and len(piece) <= LONGEST_UNKNOWN:
            work.entries.append(Entry(Field.SOURCE, " ".join(piece.split())))
            told.add(Field.SOURCE)
        elif Field.AUTHOR not in told and names.are_names(piece):
            work.entries.append(Entry(Field.AUTHOR, names.line(piece)))
            told.add(Field.AUTHOR)
        else:
            work.unknown.append(piece)


def _without_outer_brackets(text: str) -> str:
    for opening, closing in ("()", "（）", "(）", "（)"):
        if text.startswith(opening) and text.endswith(closing):
            inner = text[1:-1]
            if not re.search("[()（）]", inner) or inner.count(opening) == inner.count(closing):
                return inner.strip()
    return text


def _is_header(parsed: Parsed, line: str) -> bool:
    told = [entry for entry in parsed.entries if entry.field is not Field.OTHER]
    if not told and not any(entry.label for entry in parsed.entries):
        return False
    if Field.EVENT in parsed.fields:
        return False
    unknown = sum(map(len, parsed.unknown))
    if unknown > (LONGEST_UNKNOWN if len(told) > 1 else LONGEST_LEAD):
        return False
    if unknown and len(told) == 1 and ":" not in fold(line) and not told[0].is_empty:
        return False
    if any(len(entry.value) > LONGEST_VALUE for entry in told):
        return False
    if len(told) == 1 and told[0].field in (*PEOPLE, Field.SOURCE) and not _is_credible(told[0]):
        return False
    letters = CHARACTERS_A_LABEL * (2 if len(line.encode()) < 1.5 * len(line) else 1)
    return len(line) <= letters * (len(parsed.entries) + 1)


def _is_credible(entry: Entry) -> bool:
    """People and units are named in few words; a headline after 报道： or a caption after Photo: is none."""
    value = entry.value
    if names.are_names(value) or names.is_unit(value):
        return True
    if value.isascii():
        return len(value.split()) <= 3 or (entry.field is Field.SOURCE and not value[0].islower())
    return len(value) <= LONGEST_LEAD or entry.field is Field.SOURCE


def _cells(work: Work, text: str) -> None:
    """Bars and square brackets part a line into cells; a label alone in a cell may speak of the next."""
    folded = fold(text)
    if re.fullmatch(r"\s*\[[^\[\]]*\]\s*", folded):
        text = text.strip()[1:-1]
        folded = fold(text)
    cuts = [match.span() for match in re.finditer(r"\s*[|\[\]]\s*|\s+[•·/]\s+|\s+-\s+(?=\S*[:：])", folded)]
    cells = [
        piece
        for cell in _between(text, cuts)
        for piece in ([cell] if _marks(cell) else re.split(r"\s{2,}", cell.strip()))
    ]
    position = 0
    while position < len(cells):
        cell = cells[position]
        following = cells[position + 1] if position + 1 < len(cells) else None
        label = _whole_label(cell)
        if label and following is not None and _suits(label, following, work.zone):
            take_value(work, label, following)
            position += 2
            continue
        _cell(work, cell, in_cell=len(cells) > 1)
        position += 1


def _labels_before_bars(text: str) -> list[tuple[str, str]]:
    """撰文 | 张三 摄影 | 李四: bars in the place of colons, as public accounts write credits."""
    first, *parts = re.split(r"\s*[|｜丨∣│]\s*", text)
    label, pairs = _whole_label(first), []
    for place, part in enumerate(parts):
        value, _blank, following = part.rpartition(" ")
        if place == len(parts) - 1:
            value, following = part, ""
        fields = fields_of(label) if label else ()
        if (
            not fields
            or fields[0] not in (*PEOPLE, Field.SOURCE)
            or not (names.are_names(value) or names.is_unit(value))
        ):
            return []
        pairs.append((label, value))
        label = _whole_label(following)
    return pairs if len(pairs) > 1 else []


def _between(text: str, cuts: list[tuple[int, int]]) -> list[str]:
    pieces, start = [], 0
    for cut_start, cut_end in cuts:
        pieces.append(text[start:cut_start])
        start = cut_end
    pieces.append(text[start:])
    return [piece for piece in pieces if piece.strip()]


def _whole_label(cell: str) -> str:
    folded = fold(cell).strip().rstrip(": ")
    match = LABEL.fullmatch(folded)
    return match[0] if match else ""


def _suits(label: str, value: str, zone: tzinfo) -> bool:
    """A value of the right kind for this label, and nothing that speaks for itself."""
    folded = fold(value).strip()
    if not re.search(r"\w", folded) or _whole_label(value) or _MARKED.search(folded):
        return False
    fields = fields_of(label)
    if not fields:
        return False
    if fields[0] in TIMES:
        return dates.only_date(value, zone=zone) is not None
    if fields[0] is Field.VIEWS:
        return bool(COUNT.fullmatch(folded) or EMPTY_COUNT.fullmatch(folded))
    if dates.find(value, zone=zone) or COUNT_FIRST.fullmatch(folded) or OTHER_COUNT.fullmatch(folded):
        return False
    return len(folded) <= LONGEST_UNKNOWN and not folded.isdigit()


def suits(label: str, value: str, *, zone: tzinfo = dates.SHANGHAI) -> bool:
    """True if a line of its own may be the value of a label that stands alone in the line before."""
    return _suits(fold(label), value, zone)


def _cell(work: Work, text: str, *, in_cell: bool) -> None:
    marks = _marks(text)
    if not marks:
        for piece in re.split(r"\s{2,}", text.strip()):
            take_bare(work, piece, in_cell=in_cell or piece != text.strip())
        return
    lead = text[: marks[0][0]]
    if trim(lead):
        take_bare(work, lead, in_cell=True)
    for (_, end, label), (following, _, _) in zip(marks, [*marks[1:], (len(text), 0, "")], strict=True):
        take_value(work, label, text[end:following])


def _marks(text: str) -> list[tuple[int, int, str]]:
    """Where labels stand that are marked as such: (start, end with its colon, folded label)."""
    folded = fold(text)
    marks: list[tuple[int, int, str]] = []
    position = 0
    while match := _MARKED.search(folded, position):
        label = match["label"] or match["views"] or match["time"]
        if _has_border(text, folded, match.start(), label, marks) and _is_sound_mark(match, folded):
            marks.append((match.start(), match.end(), label))
            position = max(match.end(), match.start() + 1)
        else:
            position = match.start() + 1
    return marks


def _is_sound_mark(match: re.Match[str], folded: str) -> bool:
    if match["slash"]:
        fields = fields_of(match["label"])
        at_border = match.start() == 0 or not folded[match.start() - 1].isalnum()
        further = LABEL.match(folded, match.end())
        return at_border and not further and bool(fields) and fields[0] in (*PEOPLE, Field.SOURCE)
    # “http://” and “10:30” are no labels.
    return not folded[match.end() :].startswith("//")


def _has_border(text: str, folded: str, start: int, label: str, marks: list[tuple[int, int, str]]) -> bool:
    """A label is not the end of a longer word; glued to the value before it, it may be."""
    if start == 0:
        return True
    before = text[start - 1]
    if label[0].isascii():
        return not before.isalpha() or before > "\u2e7f" or (before.islower() and text[start].isupper())
    if not ("\u3400" <= before <= "\u9fff"):
        return True
    gap = text[marks[-1][1] : start].strip() if marks else ""
    if len(plain(label)) == 1:
        return bool(gap) and (
            len(gap) <= 4 or bool(re.search(r"[\d日分秒]次?$", gap)) or names.are_names(gap) or names.is_unit(gap)
        )
    return bool(gap) or label not in GENERIC


def parse_credit(line: str) -> Parsed | None:
    """A medium, or a name and a medium, alone on the line beside a date."""
    name, slash, medium = line.strip().rpartition("/")
    if not names.is_medium(medium) or (slash and not names.are_names(name)):
        return None
    entries = [Entry(Field.SOURCE, " ".join(medium.split()))]
    if slash:
        entries.append(Entry(Field.AUTHOR, names.line(name)))
    return Parsed(tuple(entries))


def is_event(line: str) -> bool:
    """True of a line that names a place, a speaker or a host: an announcement."""
    if len(line) > LONGEST_LINE:
        return False
    return any(Field.EVENT in fields_of(label) for _, _, label in _marks(line))
