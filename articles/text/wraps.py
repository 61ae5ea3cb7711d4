"""Paragraphs that a program broke into lines of one width, joined again.

The door is ``join(text)``. Nothing is joined unless the whole text proves it: a line ends where the next word would
not have fitted, time after time and in the middle of sentences, and every shorter line ends a paragraph. Verse, lists
and addresses have no such edge.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

NARROWEST, WIDEST = 40, 120  # columns; a Han character takes two
BREAKS = 5  # fewer full lines prove nothing
INSIDE = 0.6  # share of full lines that stop in the middle of a sentence
SLACK = 4  # columns: a line of Chinese may end early, so that no mark opens the next one

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_WIDE = re.compile(f"[{_HAN}\u3000-\u303f\uff01-\uff60\u2014\u2026]")
_BOTH_WIDTHS = re.compile("[\u2018-\u201d\u00b7\u2014\u2026]")
_FIRST_WORD = re.compile(
    rf"[{_HAN}\u3000-\u303f\uff01-\uff60][，。、；：？！”’》）]*|[^\s{_HAN}\u3000-\u303f\uff01-\uff60]+"
)
_STOP = re.compile("[。！？!?….:：；;][”’\"'）)》]*$")
_OPENS_ITS_OWN = re.compile(
    r"[\d一二三四五六七八九十]{1,3}[.、)）]|[（(【\[—*•●▪■#>|｜·▲△]|-\s|(?:19|20)\d\d\s*[-/.年]\s*\d"
    r"|[^\s:：]{1,12}(?: [^\s:：]{1,12})?\s*[:：]|by\s|https?://",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|tiff?|svg|docx?|xlsx?|pptx?|pdf|zip|rar)\W*$", re.IGNORECASE)
_ENDS_IN_HAN = re.compile(rf"[{_HAN}\u3000-\u303f\uff01-\uff60\u2014\u2026]$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: int = 0  # columns

    @property
    def width(self) -> int:
        return self.indent + _width(self.text)


def _line(raw: str) -> _Line:
    bare = raw.strip()
    before = raw[: len(raw) - len(raw.lstrip())]
    return _Line(bare, len(before) + before.count("\u3000"))


def join(text: str) -> tuple[str, int]:
    """The text with its paragraphs whole, and how many line ends that took away."""
    groups = list(_groups(text))
    width = max((line.width for group in groups if len(group) > 1 for line in group), default=0)
    if not NARROWEST <= width <= WIDEST:
        return text, 0
    first = next((place for place, group in enumerate(groups) if _full(group, width)), None)
    if first is None or not _is_proven(groups[first:], width):
        return text, 0
    indents = {line.indent > 0 for group in groups[first:] for line in group}
    spaced = len(indents) > 1 or sum(len(group) > 1 for group in groups[first:]) > 1
    return _joined(text, width, first, spaced=spaced)


def _groups(text: str) -> Iterator[list[_Line]]:
    """The filled lines that follow each other without an empty one."""
    group: list[_Line] = []
    for raw in text.split("\n"):
        if raw.strip():
            group.append(_line(raw))
        elif group:
            yield group
            group = []
    if group:
        yield group


def _width(text: str) -> int:
    wide = len(_WIDE.findall(text))
    # Curly quotes and dashes are wide beside Han and narrow in English.
    both = len(_BOTH_WIDTHS.findall(text)) if wide > len(text) // 4 else 0
    return len(text) + wide + both - len(re.findall("[\u2014\u2026]", text)) * (wide > len(text) // 4)


def _full(group: Sequence[_Line], width: int) -> list[int]:
    """The places of lines after which the next word would not have fitted, and may be joined."""
    return [place for place, (line, further) in enumerate(pairwise(group)) if _fills(line, further, width)]


def _fills(line: _Line, further: _Line, width: int) -> bool:
    if _OPENS_ITS_OWN.match(further.text) or _FILE.search(line.text) or _FILE.search(further.text):
        return False
    word = _FIRST_WORD.match(further.text)
    if word is None or line.width < width // 2:
        return False
    blank = 0 if _ENDS_IN_HAN.search(line.text) else 1
    need = min(_width(word[0]), SLACK if _WIDE.match(word[0]) else WIDEST)
    return line.width + blank + need > width - (SLACK // 2 if blank == 0 else 0)


def _is_proven(groups: Sequence[Sequence[_Line]], width: int) -> bool:
    full = inside = 0
    for group in groups:
        places = set(_full(group, width))
        for place, line in enumerate(group[:-1]):
            if place in places and not (group[place + 1].indent > line.indent):
                full += 1
                inside += not _STOP.search(line.text)
            elif not (_STOP.search(line.text) or _OPENS_ITS_OWN.match(line.text) or _is_aside(group, place)):
                return False
    return full >= BREAKS and inside >= INSIDE * full


def _is_aside(group: Sequence[_Line], place: int) -> bool:
    """Beside a line that is no running text: a heading of its own, a picture, a label."""
    return bool(
        place == 0
        or _FILE.search(group[place].text)
        or _FILE.search(group[place + 1].text)
        or _OPENS_ITS_OWN.match(group[place + 1].text)
    )


def _joined(text: str, width: int, first: int, *, spaced: bool) -> tuple[str, int]:
    out: list[str] = []
    before: _Line | None = None
    group, count = -1, 0
    for raw in text.split("\n"):
        line = _line(raw)
        if not line.text:
            out.append(raw)
            before = None
            continue
        group += before is None
        if (
            before is not None
            and group >= first
            and _fills(before, line, width)
            and not (line.indent > before.indent)
            and (spaced or not _STOP.search(before.text))
        ):
            blank = "" if _ENDS_IN_HAN.search(before.text) or _WIDE.match(line.text) else " "
            out[-1] = out[-1].rstrip() + blank + line.text
            count += 1
        else:
            out.append(raw)
        before = line
    return "\n".join(out), count
