"""Repairs: damage that machines did to a text, undone by named steps.

The door is ``repair(text)``: the repaired text and the steps that changed it, with their counts. A step
is automatic only where nothing can be lost by it; what needs judgment is found by ``suggest(text)`` and
applied by ``repair(text, also=names)``. ``replay(text, names)`` takes the same steps again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from articles.text import encodings, wraps
from articles.text.pinyin import remove_notes

BYTE_ORDER_MARK = "\ufeff"
ODD_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
NO_BREAK_SPACES = re.compile("[\u00a0\u202f]")
WIDE_BLANKS = re.compile("[\u2000-\u200a\u205f\u3000\t]")
INNER_BLANKS = re.compile(r"(?<=\S)[^\S\n]++(?=\S)")  # possessive: a long run is read once
ZERO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# A joiner carries meaning in emoji and in Indic and Arabic script, and none between Latin or Han.
IDLE_JOINERS = re.compile(
    "(?<![\u0590-\u109f\u1700-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]+"
    "|[\u200c\u200d]+(?=[\\s\x21-\x7e\u00a1-\u024f\u3000-\u9fff\uff01-\uff5e]|$)",
)

Change = Callable[[str], tuple[str, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Step:
    """One repair that changed something, and how many places it changed."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place that looks damaged and was left as it is."""

    line: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Repaired:
    text: str
    steps: tuple[Step, ...] = ()
    doubtful: tuple[Place, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return {step.name: step.count for step in self.steps}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A repair that an editor may want: how often, and where first."""

    name: str
    count: int
    first: str


def repair(text: str, *, also: Iterable[str] = ()) -> Repaired:
    """The text after all automatic steps and those suggested ones that are named in ``also``."""
    return replay(text, [*AUTOMATIC, *also])


def replay(text: str, names: Iterable[str]) -> Repaired:
    """The text after the named steps, in this order. Raises KeyError for a name that is no step."""
    counts: dict[str, int] = {}
    for name in names:
        text, done = STEPS[name](text)
        for step, count in done.items():
            counts[step] = counts.get(step, 0) + count
    steps = tuple(Step(name, count) for name, count in counts.items() if count)
    return Repaired(text, steps, _doubtful(text))


def suggest(text: str, *, language: str) -> tuple[Suggestion, ...]:
    """What an editor may want to have repaired in a text of this language ("en", "zh-Hans", "zh-Hant")."""
    found: list[Suggestion] = []
    for name, (languages, pattern, _) in SUGGESTED.items():
        if language not in languages:
            continue
        first = pattern.search(text)
        if first is not None:
            count = sum(1 for _match in pattern.finditer(text))
            found.append(Suggestion(name, count, _excerpt(text, first.start(), first.end())))
    return tuple(found)


def _excerpt(text: str, start: int, end: int) -> str:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    return text[max(line_start, start - 12) : min(line_end, end + 12)].strip()


def _replacing(name: str, pattern: re.Pattern[str], by: str) -> Change:
    def change(text: str) -> tuple[str, dict[str, int]]:
        text, count = pattern.subn(by, text)
        return text, {name: count}

    return change


def _byte_order_mark(text: str) -> tuple[str, dict[str, int]]:
    bare = text.lstrip(BYTE_ORDER_MARK)
    return bare, {"bom": 1 if bare != text else 0}


def _no_break_spaces(text: str) -> tuple[str, dict[str, int]]:
    text, count = NO_BREAK_SPACES.subn(" ", text)
    return text, {"nbsp": count}


def _wide_blanks(text: str) -> tuple[str, dict[str, int]]:
    """Indents are trimmed with their line by every reader; only blanks inside a line are a change."""
    count = 0
    if not WIDE_BLANKS.search(text):
        return text, {}

    def plain(match: re.Match[str]) -> str:
        nonlocal count
        blanks, changed = WIDE_BLANKS.subn(" ", match[0])
        count += changed > 0
        return blanks

    return INNER_BLANKS.sub(plain, text), {"wide_blanks": count}


def _zero_width(text: str) -> tuple[str, dict[str, int]]:
    text, count = ZERO_WIDTH.subn("", text)
    text, joiners = IDLE_JOINERS.subn("", text)
    marks = 0
    if not RIGHT_TO_LEFT.search(text):
        text, marks = DIRECTION_MARKS.subn("", text)
    return text, {"zero_width": count + joiners + marks}


def _mojibake(text: str) -> tuple[str, dict[str, int]]:
    meant, count = encodings.as_meant(text)
    return meant, {"mojibake": count}


def _hard_wraps(text: str) -> tuple[str, dict[str, int]]:
    text, count = wraps.join(text)
    return text, {"hard_wraps": count}


def _pinyin(text: str) -> tuple[str, dict[str, int]]:
    text, notes, rebuilt = remove_notes(text)
    return text, {"pinyin_notes": notes, "pinyin_rebuilt": rebuilt}


def _doubtful(text: str) -> tuple[Place, ...]:
    """Scraps of split notes that could not be rebuilt: a question mark, letters, a closing bracket."""
    return tuple(
        Place(text.count("\n", 0, match.start()) + 1, _excerpt(text, match.start(), match.end()))
        for match, _ in zip(DAMAGED.finditer(text), range(20), strict=False)
    )


HAN = "\u3400-\u9fff\uf900-\ufaff"
LETTER = "[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]"
TONE = "[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]"
DAMAGED = re.compile(
    rf"(?<=[{HAN}，。、；：])[?？]"
    rf"(?:[，。；]?[A-Z]?[(（]?(?={LETTER}{{0,5}}{TONE}){LETTER}{{1,6}} ?[)）]|[;；](?=[{HAN}]))"
)

# name -> (languages, where, replacement or None for what only an editor can do)
SUGGESTED: dict[str, tuple[tuple[str, ...], re.Pattern[str], str | None]] = {
    "ideographic_full_stop_in_english": (("en",), re.compile("。"), ". "),
    "missing_blank_after_comma": (("en",), re.compile(rf"(?<=[A-Za-z0-9{HAN}\"”]),(?=[A-Za-z“]|\"[A-Za-z])|，"), ", "),
    "double_stop": (("en",), re.compile("[.。][.。](?![.。])(?<![.。]{3})"), ". "),
    "ascii_comma_in_chinese": (("zh-Hans", "zh-Hant"), re.compile(rf"(?<=[{HAN}”》]),(?=[{HAN}“《])"), "，"),
    "doubled_quotes": (("en", "zh-Hans", "zh-Hant"), re.compile('““|””|""(?=\\w)'), None),
    "question_marks_for_blanks": (
        ("en", "zh-Hans", "zh-Hant"),
        re.compile(r"(?<=[^\s?？])\?{2,}(?=[^\s?？!！)）”\"])"),
        " ",
    ),
    "foreign_clause_at_start_of_paragraph": (
        ("en",),
        re.compile(rf"^[{HAN}、，“”‘’《》（）]{{6,}}[,，。.]?(?=[A-Za-z])", re.MULTILINE),
        None,
    ),
}

# In this order: misread bytes look like controls and blanks, and a note may stand where a line was broken.
AUTOMATIC: dict[str, Change] = {
    "mojibake": _mojibake,
    "bom": _byte_order_mark,
    "line_ends": _replacing("line_ends", ODD_LINE_ENDS, "\n"),
    "controls": _replacing("controls", CONTROLS, ""),
    "nbsp": _no_break_spaces,
    "zero_width": _zero_width,
    "wide_blanks": _wide_blanks,
    "pinyin_notes": _pinyin,
    "hard_wraps": _hard_wraps,
}
# Rebuilding needs the notes as evidence, so both pinyin steps are one act, known by either name.
STEPS: dict[str, Change] = (
    AUTOMATIC
    | {"pinyin_rebuilt": _pinyin}
    | {name: _replacing(name, pattern, by) for name, (_, pattern, by) in SUGGESTED.items() if by is not None}
)
