"""What stands behind a label, or alone: dates, counters, names, units.

``take_value`` reads the value of a label, ``take_bare`` a piece of a line without one; both add what they
understand to a ``Work`` and keep what they do not.
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
    TIMES,
    UNIT_OR_PERSON,
    VIEWS_LABEL,
    Field,
    fields_of,
    fold,
    is_made_of,
    plain,
)

LONGEST_UNKNOWN = 30  # characters of a piece that may still be a value

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*(?P<unit>万|萬|千|k(?![a-z])|w(?![a-z])|m(?![a-z]))?\+?"
_TIMES_READ = r"(?:\s*(?:人次|次|人|times?|views?|hits?|reads?|clicks?))?"
COUNT = re.compile(rf"\s*[(\[]?\s*{_NUMBER}{_TIMES_READ}\s*[)\]]?(?![\d年月:\-])")
_GLUED_TO_DATE = re.compile(r"\s*(\d{1,9}?)(?=(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月])")
COUNT_FIRST = re.compile(
    rf"(?:共|已有|已被|被|本文)*\s*{_NUMBER}\s*(?:(?:人次|次|人|个)?\s*(?:已|被)?{VIEWS_LABEL}(?:过|了)?|次|人次|times)",
)
EMPTY_COUNT = re.compile(
    r"\s*(?:[(\[]\s*(?:次|人次|times)?\s*[)\]]|人次|次(?!\S)|times(?![a-z])|loading\W*|加载中\W*|-+(?!\S))",
    re.IGNORECASE,
)
OTHER_COUNT = re.compile(
    r"\d*\s*(?:条|个|次|人)?\s*(?:评论|跟帖|回复|点赞|赞|收藏|分享|转发|comments?|likes?|shares?|replies)\s*[(\[]?\d*[)\]]?"
)
_LABEL_LAST = re.compile(rf"(?P<value>[^/:]{{2,30}}?)\s*/\s*(?P<label>{JOINED})")
_REPORTERS = re.compile(
    r"(?P<lead>.{0,30}?)(?:(?:本报|本网|本刊|本台|特约|见习|实习|学生|校园|校报)*(?:记者|通讯员))\s*(?P<value>\S.{1,40})"
)
_BYLINE = re.compile(r"[Bb][Yy]\s+(?P<names>[^,|]{3,60}),\s*(?P<unit>[^,|]{3,60})")
_REPRINT = re.compile(r"^(?:原创|转载)\s+(?=\S)")
_BEFORE_DATE = re.compile(r"\s+(?:on|at|in)\s*$", re.IGNORECASE)
_CODE = re.compile(r"\s+(?:[A-Z]{1,4}\d{1,6}|\d{3,8})$")
_JUNK = re.compile(
    # Piece by piece, the longer word first: a line of “a-a-a-…” is read once (``labels.is_made_of``).
    r"(?:字体|字号|大|中|小|特大|默认|标准|打印(?:本页)?|关闭(?:窗口|本页)?|收藏|分享到?|返回(?:列表|顶部|上一页|首页)?|"
    r"微信|微博|qq(?:空间)?|转发|举报|复制链接|听新闻|语音播报|扫一扫|原创|转载|置顶|"
    r"large|medium|small|print|close|back|top|share|english|中文版|a\+|a-|a|t|\W)",
)
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


@dataclass(slots=True)
class Work:
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


def take_value(work: Work, label: str, value: str) -> None:
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


def _time(work: Work, kind: Field, label: str, value: str) -> None:
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


def _views(work: Work, label: str, value: str) -> None:
    folded = fold(value)
    if glued := _GLUED_TO_DATE.match(folded):
        work.entries.append(Entry(Field.VIEWS, label=plain(label), number=int(glued[1])))
        _rest(work, value[glued.end() :])
        return
    found = dates.find(value, zone=work.zone)
    match = COUNT.match(folded)
    if match and not (found and not value[: found.start].strip()):
        work.entries.append(Entry(Field.VIEWS, label=plain(label), number=count(match)))
        _rest(work, value[match.end() :])
        return
    work.entries.append(Entry(Field.VIEWS, label=plain(label)))
    empty = EMPTY_COUNT.match(folded)
    _rest(work, value[empty.end() :] if empty else value)


def count(match: re.Match[str]) -> int:
    number = float(match["number"].replace(",", ""))
    factor = {"万": 10_000, "萬": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "m": 1_000_000}
    return round(min(number * factor.get(match["unit"] or "", 1), 1e15))


def _other(work: Work, kind: Field, label: str, value: str) -> None:
    found = dates.find(value, zone=work.zone) if kind is Field.OTHER else None
    if found:
        work.entries.append(Entry(kind, trim(value[: found.start]), plain(label)))
        work.entries.append(Entry(Field.PUBLISHED, moment=found.moment))
        _rest(work, value[found.end :])
        return
    work.entries.append(Entry(kind, " ".join(trim(value).split()), plain(label)))


def _text(work: Work, fields: tuple[Field, ...], label: str, value: str) -> None:
    found = dates.find(value, zone=work.zone)
    after = ""
    if found:
        value, after = value[: found.start], value[found.end :]
    pieces = re.split(r"\s{2,}", value.strip())
    kept = [pieces[0]]
    further = Work(work.zone)
    for piece in pieces[1:]:
        aside = Work(work.zone)
        take_bare(aside, piece, in_cell=True)
        if aside.entries and not aside.unknown:
            further.entries += aside.entries
        else:
            kept.append(piece)
    value, code = _without_code(trim("  ".join(kept)))
    _named(work, fields, label, value)
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


def _named(work: Work, fields: tuple[Field, ...], label: str, value: str) -> None:
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


def _rest(work: Work, text: str) -> None:
    """What follows a date or a counter inside one value."""
    for piece in re.split(r"\s{2,}", text.strip()):
        take_bare(work, piece, in_cell=True)


def take_bare(work: Work, text: str, *, in_cell: bool) -> None:
    """A piece of a line without a marked label."""
    text = _REPRINT.sub("", trim(text))
    folded = fold(text)
    if not text or OTHER_COUNT.fullmatch(folded):
        if text:
            work.entries.append(Entry(Field.OTHER, text))
        return
    if is_made_of(_JUNK, folded):
        work.entries.append(Entry(Field.OTHER, text))
        return
    if dates.is_ambiguous(text):
        work.entries.append(Entry(Field.PUBLISHED))
        work.miss(text)
        return
    if match := COUNT_FIRST.fullmatch(folded):
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


def _beside_date(work: Work, text: str) -> None:
    text = trim(_BEFORE_DATE.sub("", text))
    if text:
        take_bare(work, text, in_cell=True)


def _said_without_colon(work: Work, text: str, folded: str, *, in_cell: bool) -> bool:
    if match := _LABEL_LAST.fullmatch(folded):
        fields = fields_of(match["label"])
        value = text[: match.end("value")]
        if fields and fields[0] in PEOPLE and names.are_names(trim(value)):
            _named(work, fields, match["label"], trim(value))
            return True
    if _label_and_name_in_turn(work, text):
        return True
    byline = _BYLINE.fullmatch(text)
    if byline and names.are_names(byline["names"]) and names.is_unit(byline["unit"]):
        work.entries.append(Entry(Field.AUTHOR, names.line(byline["names"]), "by"))
        work.entries.append(Entry(Field.SOURCE, byline["unit"]))
        return True
    match = LABEL.match(folded)
    if match and (value := trim(text[match.end() :])) is not None:
        glued = match.end() < len(text) and not text[match.end()].isspace()
        if _takes(match[0], value, glued=glued, in_cell=in_cell):
            take_value(work, match[0], value)
            return True
    if match := _REPORTERS.fullmatch(folded):
        lead, value = trim(text[: match.end("lead")]), trim(text[match.start("value") : match.end("value")])
        if names.are_names(value) and (not lead or names.is_unit(lead)):
            work.entries.append(Entry(Field.AUTHOR, names.line(value), "记者"))
            if lead:
                work.entries.append(Entry(Field.SOURCE, lead))
            return True
    return False


def _label_and_name_in_turn(work: Work, text: str) -> bool:
    """记者 A 编辑 B 校对 C: labels without colons, each followed by names."""
    words = _with_by(text.split())
    labels = [place for place, word in enumerate(words) if (m := LABEL.fullmatch(fold(word))) and fields_of(m[0])]
    if len(labels) < 2 or labels[0] != 0:
        return False
    told = [
        (fold(words[start]), trim(" ".join(words[start + 1 : end])))
        for start, end in zip(labels, [*labels[1:], len(words)], strict=True)
    ]
    if not all(fields_of(label)[0] in PEOPLE and (not value or names.are_names(value)) for label, value in told):
        return False
    for label, value in told:
        _named(work, fields_of(label), label, value)
    return True


def _with_by(words: list[str]) -> list[str]:
    """Text by Jane Doe, photos by John Roe: “by” belongs to the word before it."""
    joined: list[str] = []
    for word in words:
        if joined and word.lower() == "by" and LABEL.fullmatch(fold(f"{joined[-1]} by")):
            joined[-1] += " by"
        else:
            joined.append(word)
    return joined


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
        return bool(COUNT.fullmatch(fold(value)))
    return fields[0] is Field.OTHER and in_cell and len(value) <= LONGEST_UNKNOWN
