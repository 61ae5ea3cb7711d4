"""What one line of a news header or of the credits below a text says.

The door is ``parse(line)``: the fields that the line names, with their values, and what in it was not
understood; None for running text. The rules are those of many sites, none is made for one: labels with
or without colon, in any order, glued, between bars, in brackets, empty; dates, names and counters bare.
"""

import re
from dataclasses import dataclass, field
from datetime import tzinfo

from articles.documents import dates, names
from articles.documents.dates import Moment
from articles.documents.labels import (
    GENERIC,
    JOINED,
    LABEL,
    PEOPLE,
    TIME_LABEL,
    TIMES,
    UNIT_OR_PERSON,
    VIEWS_LABEL,
    Field,
    fields_of,
    fold,
    plain,
)

LONGEST_LINE = 400
LONGEST_VALUE = 80
LONGEST_LEAD = 12
LONGEST_UNKNOWN = 30
CHARACTERS_A_LABEL = 45  # a header names a field at least that often; running text does not

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*(?P<unit>万|萬|千|k(?![a-z])|w(?![a-z])|m(?![a-z]))?\+?"
_TIMES_READ = r"(?:\s*(?:人次|次|人|times?|views?|hits?|reads?|clicks?))?"
_COUNT = re.compile(rf"\s*[(\[]?\s*{_NUMBER}{_TIMES_READ}\s*[)\]]?(?![\d年月:\-])")
_GLUED_TO_DATE = re.compile(r"\s*(\d{1,9}?)(?=(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月])")
_COUNT_FIRST = re.compile(
    rf"(?:共|已有|已被|被|本文)*\s*{_NUMBER}\s*(?:(?:人次|次|人|个)?\s*(?:已|被)?{VIEWS_LABEL}(?:过|了)?|次|人次|times)",
)
_EMPTY_COUNT = re.compile(
    r"\s*(?:[(\[]\s*(?:次|人次|times)?\s*[)\]]|人次|次(?!\S)|times(?![a-z])|loading\W*|加载中\W*|-+(?!\S))",
    re.IGNORECASE,
)
_OTHER_COUNT = re.compile(
    r"\d*\s*(?:条|个|次|人)?\s*(?:评论|跟帖|回复|点赞|赞|收藏|分享|转发|comments?|likes?|shares?|replies)\s*[(\[]?\d*[)\]]?"
)
_DATE_AHEAD = (
    r"(?=[(\[]?(?:(?:19|20)\d\d\s*[-/.年]|民国|二[〇零○]|(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:of\s+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*\d|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s))"
)
_MARKED = re.compile(
    rf"(?P<label>{JOINED})\s*:+\s*"
    rf"|(?P<slashed>{JOINED})\s*/\s*(?=[^\s/\d])"
    rf"|(?P<views>{VIEWS_LABEL})\s*(?=\d|[(\[]\s*\d*\s*(?:次|人次|times)?\s*[)\]])"
    rf"|(?P<time>{TIME_LABEL})\s*{_DATE_AHEAD}",
)
_LABEL_LAST = re.compile(rf"(?P<value>[^/:]{{2,30}}?)\s*/\s*(?P<label>{JOINED})")
_TAKEN_BY = re.compile(
    r"(?P<value>[^\s:]{2,12}(?:[\s、][^\s:]{2,4}){0,3}?)\s*(?P<verb>摄影|供图|摄|图|撰稿|供稿|报道|文)"
)
_REPORTERS = re.compile(
    r"(?P<lead>.{0,30}?)(?:(?:本报|本网|本刊|本台|特约|见习|实习|学生|校园|校报)*(?:记者|通讯员))\s*(?P<value>\S.{1,40})"
)
_CODE = re.compile(r"\s+(?:[A-Z]{1,4}\d{1,6}|\d{3,8})$")
_JUNK = re.compile(
    r"(?:字体|字号|大|中|小|特大|默认|标准|打印|打印本页|关闭|关闭窗口|关闭本页|收藏|分享|分享到|返回|返回列表|返回顶部|返回上一页|返回首页|微信|微博|"
    r"qq|qq空间|转发|举报|复制链接|听新闻|语音播报|扫一扫|原创|转载|置顶|"
    r"large|medium|small|print|close|back|top|share|english|中文版|a\+|a-|a|t|\W)+",
)
_SENTENCE = re.compile("[。！？]")
_EDGES = " \t\r\n|,;，；、/·•‧:：?？<>《》"
_QUOTES = "\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Entry:
    """One field that a line names; ``label`` is empty where the value stands alone."""

    field: Field
    value: str = ""
    label: str = ""
    moment: Moment | None = None
    number: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.value and self.moment is None and self.number is None


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
    def is_bare_date(self) -> bool:
        return len(self.entries) == 1 and self.entries[0].moment is not None and not self.entries[0].label


@dataclass(slots=True)
class _Work:
    """The line being taken apart."""

    zone: tzinfo
    entries: list[Entry] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def miss(self, text: str) -> None:
        text = trim(text)
        if text:
            self.unknown.append(text)


def trim(text: str) -> str:
    """The text without separators, unpaired brackets and quotation marks at its ends."""
    before = None
    while text != before:
        before = text
        text = text.strip(_EDGES)
        for opening, closing in ("()", "（）", "[]", "【】", "〔〕", "《》", "「」"):
            if text.startswith(closing) or (text.startswith(opening) and closing not in text):
                text = text[1:]
            if text.endswith(opening) or (text.endswith(closing) and opening not in text):
                text = text[:-1]
            if len(text) > 1 and opening in "([（【〔" and text[0] == opening and text.find(closing) == len(text) - 1:
                text = text[1:-1]
        if text and text[0] in _QUOTES and (text.strip(_QUOTES) == "" or text[-1] in _QUOTES or text[1:2] in _QUOTES):
            text = text.strip(_QUOTES)
    return text.rstrip("-—–") if text.strip("-—–") else ""


def parse(line: str, *, zone: tzinfo = dates.SHANGHAI) -> Parsed | None:
    """What a line says if it is a line of a header or of credits; None for anything else."""
    if len(line) > LONGEST_LINE:
        return None
    text = re.sub("[?？]{2,}", lambda match: " " * len(match[0]), line)
    text = _without_outer_brackets(text.strip(" \t•●▪◆■□○*>»"))
    if _SENTENCE.search(text):
        return None
    work = _Work(zone)
    _cells(work, text)
    _settle(work)
    parsed = Parsed(tuple(work.entries), tuple(work.unknown))
    return parsed if _is_header(parsed, line) else None


def _settle(work: _Work) -> None:
    """Beside a date, a bare name is the author and a bare newspaper or office the source."""
    if not any(entry.moment for entry in work.entries):
        return
    told = {entry.field for entry in work.entries if not entry.is_empty}
    unknown, work.unknown = work.unknown, []
    for piece in unknown:
        if Field.SOURCE not in told and names.is_unit(piece) and len(piece) <= LONGEST_UNKNOWN:
            work.entries.append(Entry(Field.SOURCE, " ".join(piece.split())))
        elif Field.AUTHOR not in told and names.are_names(piece):
            work.entries.append(Entry(Field.AUTHOR, names.line(piece)))
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
    letters = CHARACTERS_A_LABEL * (2 if len(line.encode()) < 1.5 * len(line) else 1)
    return len(line) <= letters * (len(parsed.entries) + 1)


def _cells(work: _Work, text: str) -> None:
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
            _entries(work, label, following, label_only=True)
            position += 2
            continue
        _cell(work, cell, in_cell=len(cells) > 1)
        position += 1


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
    if not folded or _whole_label(value) or _MARKED.search(folded):
        return False
    fields = fields_of(label)
    if not fields:
        return False
    if fields[0] in TIMES:
        return dates.only_date(value, zone=zone) is not None
    if fields[0] is Field.VIEWS:
        return bool(_COUNT.fullmatch(folded) or _EMPTY_COUNT.fullmatch(folded))
    if dates.find(value, zone=zone) or _COUNT_FIRST.fullmatch(folded) or _OTHER_COUNT.fullmatch(folded):
        return False
    return len(folded) <= LONGEST_UNKNOWN and not folded.isdigit()


def suits(label: str, value: str, *, zone: tzinfo = dates.SHANGHAI) -> bool:
    """True if a line of its own may be the value of a label that stands alone in the line before."""
    return _suits(fold(label), value, zone)


def _cell(work: _Work, text: str, *, in_cell: bool) -> None:
    marks = _marks(text)
    if not marks:
        for piece in re.split(r"\s{2,}", text.strip()):
            _bare(work, piece, in_cell=in_cell or piece != text.strip())
        return
    lead = text[: marks[0][0]]
    if trim(lead):
        _bare(work, lead, in_cell=True)
    for (_, end, label), (following, _, _) in zip(marks, [*marks[1:], (len(text), 0, "")], strict=True):
        _entries(work, label, text[end:following], label_only=False)


def _marks(text: str) -> list[tuple[int, int, str]]:
    """Where labels stand that are marked as such: (start, end with its colon, folded label)."""
    folded = fold(text)
    marks: list[tuple[int, int, str]] = []
    position = 0
    while match := _MARKED.search(folded, position):
        label = match["label"] or match["slashed"] or match["views"] or match["time"]
        if _has_border(text, folded, match.start(), label, marks) and _is_sound_mark(match, folded):
            marks.append((match.start(), match.end(), label))
            position = max(match.end(), match.start() + 1)
        else:
            position = match.start() + 1
    return marks


def _is_sound_mark(match: re.Match[str], folded: str) -> bool:
    if match["slashed"]:
        fields = fields_of(match["slashed"])
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
            len(gap) <= 4 or bool(re.search(r"\d次?$", gap)) or names.are_names(gap) or names.is_unit(gap)
        )
    return bool(gap) or label not in GENERIC


def _entries(work: _Work, label: str, value: str, *, label_only: bool) -> None:
    """The value of a label, and whatever else stands in it: a date, a counter, a further name."""
    fields = fields_of(label)
    if not fields:
        work.miss(f"{label}: {value}")
        return
    kind = fields[0]
    if kind in TIMES:
        _time(work, kind, label, value)
    elif kind is Field.VIEWS:
        _views(work, label, value)
    elif kind in (Field.OTHER, Field.EVENT):
        _other(work, kind, label, value)
    else:
        _text(work, fields, label, value)


def _time(work: _Work, kind: Field, label: str, value: str) -> None:
    found = dates.find(value, zone=work.zone) or dates.find_compact(value, zone=work.zone)
    lead = trim(value[: found.start]) if found else ""
    if found and len(lead) > 2 and plain(label) in UNIT_OR_PERSON:
        _text(work, (Field.AUTHOR,), label, value)
    elif found:
        work.entries.append(Entry(kind, label=plain(label), moment=found.moment))
        work.miss(lead if len(lead) > 2 else "")
        _rest(work, value[found.end :])
    elif not trim(value):
        work.entries.append(Entry(kind, label=plain(label)))
    elif plain(label) in UNIT_OR_PERSON and (names.are_names(trim(value)) or names.is_unit(trim(value))):
        _text(work, (Field.AUTHOR,), label, value)
    elif plain(label) in GENERIC and not dates.is_ambiguous(trim(value)):
        work.entries.append(Entry(Field.EVENT, trim(value), plain(label)))
    else:
        work.entries.append(Entry(kind, label=plain(label)))
        work.miss(value)


def _views(work: _Work, label: str, value: str) -> None:
    folded = fold(value)
    if glued := _GLUED_TO_DATE.match(folded):
        work.entries.append(Entry(Field.VIEWS, label=plain(label), number=int(glued[1])))
        _rest(work, value[glued.end() :])
        return
    found = dates.find(value, zone=work.zone)
    match = _COUNT.match(folded)
    if match and not (found and not value[: found.start].strip()):
        work.entries.append(Entry(Field.VIEWS, label=plain(label), number=count(match)))
        _rest(work, value[match.end() :])
        return
    work.entries.append(Entry(Field.VIEWS, label=plain(label)))
    empty = _EMPTY_COUNT.match(folded)
    _rest(work, value[empty.end() :] if empty else value)


def count(match: re.Match[str]) -> int:
    number = float(match["number"].replace(",", ""))
    factor = {"万": 10_000, "萬": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "m": 1_000_000}
    return round(min(number * factor.get(match["unit"] or "", 1), 1e15))


def _other(work: _Work, kind: Field, label: str, value: str) -> None:
    found = dates.find(value, zone=work.zone) if kind is Field.OTHER else None
    if found:
        work.entries.append(Entry(kind, trim(value[: found.start]), plain(label)))
        work.entries.append(Entry(Field.PUBLISHED, moment=found.moment))
        _rest(work, value[found.end :])
        return
    work.entries.append(Entry(kind, " ".join(trim(value).split()), plain(label)))


def _text(work: _Work, fields: tuple[Field, ...], label: str, value: str) -> None:
    found = dates.find(value, zone=work.zone)
    after = ""
    if found:
        value, after = value[: found.start], value[found.end :]
    pieces = re.split(r"\s{2,}", value.strip())
    kept = [pieces[0]]
    further = _Work(work.zone)
    for piece in pieces[1:]:
        aside = _Work(work.zone)
        _bare(aside, piece, in_cell=True)
        if aside.entries and not aside.unknown:
            further.entries += aside.entries
        else:
            kept.append(piece)
    value, code = _without_code(trim("  ".join(kept)))
    _text_entries(work, fields, label, value)
    if code:
        work.miss(code)
    work.entries += further.entries
    if found:
        work.entries.append(Entry(Field.PUBLISHED, moment=found.moment))
        _rest(work, after)


def _without_code(value: str) -> tuple[str, str]:
    """An editor's name may be followed by the code of a desk."""
    match = _CODE.search(value)
    if match and not value[: match.start()].isascii():
        return value[: match.start()].rstrip(), match[0].strip()
    return value, ""


def _text_entries(work: _Work, fields: tuple[Field, ...], label: str, value: str) -> None:
    named = plain(label)
    if (
        fields == (Field.AUTHOR,)
        and named in UNIT_OR_PERSON
        and value
        and names.is_unit(value)
        and not names.is_weak(value)
    ):
        fields = (Field.SOURCE,)
    for kind in fields:
        line = names.line(value) if kind in PEOPLE else " ".join(value.split())
        work.entries.append(Entry(kind, line, named))


def _rest(work: _Work, text: str) -> None:
    """What follows a date or a counter inside one value."""
    for piece in re.split(r"\s{2,}", text.strip()):
        _bare(work, piece, in_cell=True)


def _bare(work: _Work, text: str, *, in_cell: bool) -> None:
    """A piece of a line without a marked label."""
    text = trim(text)
    folded = fold(text)
    if not text or _OTHER_COUNT.fullmatch(folded):
        if text:
            work.entries.append(Entry(Field.OTHER, text))
        return
    if _JUNK.fullmatch(folded):
        work.entries.append(Entry(Field.OTHER, text))
        return
    if dates.is_ambiguous(text):
        work.entries.append(Entry(Field.PUBLISHED))
        work.miss(text)
        return
    if match := _COUNT_FIRST.fullmatch(folded):
        work.entries.append(Entry(Field.VIEWS, number=count(match), label="次"))
        return
    found = dates.find(text, zone=work.zone)
    if found:
        _beside_date(work, text[: found.start])
        work.entries.append(Entry(Field.PUBLISHED, moment=found.moment))
        _beside_date(work, text[found.end :])
        return
    if not _said_without_colon(work, text, folded, in_cell=in_cell):
        work.miss(text)


def _beside_date(work: _Work, text: str) -> None:
    text = trim(text)
    if text:
        _bare(work, text, in_cell=True)


def _said_without_colon(work: _Work, text: str, folded: str, *, in_cell: bool) -> bool:
    if match := _LABEL_LAST.fullmatch(folded):
        fields = fields_of(match["label"])
        value = text[: match.end("value")]
        if fields and fields[0] in PEOPLE and names.are_names(trim(value)):
            _text_entries(work, fields, match["label"], trim(value))
            return True
    match = LABEL.match(folded)
    if match and (value := trim(text[match.end() :])) is not None:
        glued = match.end() < len(text) and not text[match.end()].isspace()
        if _takes(match[0], value, glued=glued, in_cell=in_cell):
            _entries(work, match[0], value, label_only=True)
            return True
    if match := _REPORTERS.fullmatch(folded):
        lead, value = trim(text[: match.end("lead")]), trim(text[match.start("value") : match.end("value")])
        if names.are_names(value) and (not lead or names.is_unit(lead)):
            work.entries.append(Entry(Field.AUTHOR, names.line(value), "记者"))
            if lead:
                work.entries.append(Entry(Field.SOURCE, lead))
            return True
    return False


def _takes(label: str, value: str, *, glued: bool, in_cell: bool) -> bool:
    """True if a label without a colon has this value: By NAME, 来源X in a cell, 作者 X anywhere."""
    fields = fields_of(label)
    if not fields or (glued and (label[0].isascii() or not in_cell or len(plain(label)) < 2)):
        return False
    if not value:
        return in_cell
    if fields[0] in PEOPLE:
        return names.are_names(value) or (in_cell and names.is_unit(value) and not label[0].isascii())
    if fields[0] is Field.SOURCE:
        return len(value) <= LONGEST_UNKNOWN and (in_cell or names.is_unit(value)) and len(plain(label)) > 1
    if fields[0] is Field.VIEWS:
        return bool(_COUNT.fullmatch(fold(value)))
    return fields[0] is Field.OTHER and in_cell and len(value) <= LONGEST_UNKNOWN


def is_event(line: str) -> bool:
    """True of a line that names a place, a speaker or a host: an announcement."""
    if len(line) > LONGEST_LINE:
        return False
    return any(Field.EVENT in fields_of(label) for _, _, label in _marks(line))
