"""What differs between two texts, carried into a third that was edited since.

``merge(before, after, present)`` works on clean HTML (``articles.text.markup``) and on the words of single blocks:
a block of ``present`` that still says what ``before`` says gets the words of ``after``; any other is left and counted.
Pictures and everything else between the blocks stay where they are.
"""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from articles.text.markup import ELEMENT

BLOCKS = frozenset({"p", "h2", "h3", "h4", "li", "pre", "td", "th", "figcaption", "caption"})
EMPTY = frozenset({"br", "hr", "img"})
CELLS = frozenset({"td", "th", "caption", "figcaption"})
NOTHING_LEFT = re.compile(r"<(ul|ol|blockquote|table|thead|tbody|tfoot|tr)(?: [^<>]*)?>\s*</\1>")


@dataclass(frozen=True, slots=True)
class Merged:
    html: str
    changed: int
    left: int


@dataclass(slots=True)
class _Element:
    """One element and where it stands; ``words`` are between its tags."""

    name: str
    start: int
    inner: int
    parents: "tuple[_Element, ...]"
    inner_end: int = 0
    end: int = 0
    holds_blocks: bool = False

    @property
    def outermost(self) -> "_Element":
        return self.parents[0] if self.parents else self


@dataclass(slots=True)
class _Text:
    """A text and its blocks: the elements that hold words and no other block."""

    html: str
    blocks: list[_Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, html: str) -> "_Text":
        text = cls(html)
        standing: list[_Element] = []
        for found in ELEMENT.finditer(html):
            closing, name = found[1], found[2]
            if name in EMPTY:
                continue
            if not closing:
                standing.append(_Element(name, found.start(), found.end(), tuple(standing)))
            elif standing and standing[-1].name == name:
                element = standing.pop()
                element.inner_end, element.end = found.start(), found.end()
                text._close(element)
        return text

    def _close(self, element: _Element) -> None:
        if element.name not in BLOCKS:
            return
        for parent in element.parents:
            parent.holds_blocks = True
        if not element.holds_blocks:
            self.blocks.append(element)
            self.words.append(self.html[element.inner : element.inner_end].strip())


@dataclass(slots=True)
class _Merge:
    """The edits of the present text, by where they begin and end in it."""

    after: _Text
    present: _Text
    known: dict[int, int]  # block of the text before -> the same block of the present one
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    changed: int = 0
    left: int = 0

    def replace(self, old: range, new: range) -> None:
        """Blocks in the place of others: word for word where they are as many, else only if all stand together."""
        if len(old) != len(new):
            places = [self.known.get(number, -1) for number in old]
            together = all(place >= 0 for place in places) and places == list(range(places[0], places[0] + len(old)))
            if not together:
                self.leave(old, new)
                return
        pairs = min(len(old), len(new))
        for before, after in zip(old[:pairs], new[:pairs], strict=True):
            place = self.known.get(before)
            if place is None:
                self.leave(range(before, before + 1), range(after, after + 1))
                continue
            block = self.present.blocks[place]
            self.edits.append((block.inner, block.inner_end, self.after.words[after]))
            self.changed += 1
        if len(new) > pairs:
            self.insert(new[pairs:], behind=old[-1] if len(old) else -1)
        self.remove(old[pairs:])

    def remove(self, old: range) -> None:
        for before in old:
            place = self.known.get(before)
            if place is None:
                self.left += 1
                continue
            block = self.present.blocks[place]
            whole = next((one for one in reversed(block.parents) if one.name in ("li", *CELLS)), block)
            if whole.name in CELLS:  # a row keeps its cells
                self.edits.append((whole.inner, whole.inner_end, ""))
            else:
                self.edits.append((whole.start, whole.end, ""))
            self.changed += 1

    def insert(self, new: range, *, behind: int) -> None:
        """New blocks behind the block of this number, or in front of the next one that still stands."""
        place = 0
        if behind >= 0:
            anchor = self.known.get(behind)
            if anchor is None:
                self.leave(range(0), new)
                return
            place = self.present.blocks[anchor].outermost.end
        elif self.present.blocks and self.known.get(0) is None:
            self.leave(range(0), new)
            return
        for number in new:
            block = self.after.blocks[number]
            if block.name in CELLS:
                self.left += 1
                continue
            written = f"<{block.name}>{self.after.words[number]}</{block.name}>"
            self.edits.append((place, place, f"<ul>{written}</ul>" if block.name == "li" else written))
            self.changed += 1

    def leave(self, old: range, new: range) -> None:
        """Count what an editor changed; who wrote the new words already has nothing left over."""
        if len(new) and all(self.after.words[number] in self.present.words for number in new):
            return
        self.left += max(len(old), len(new))

    def html(self) -> str:
        pieces, place = [], 0
        for start, end, words in sorted(self.edits, key=lambda edit: edit[0]):
            pieces += [self.present.html[place:start], words]
            place = max(place, end)
        html, former = "".join([*pieces, self.present.html[place:]]), ""
        while html != former:
            former, html = html, NOTHING_LEFT.sub("", html)
        return html


def merge(before: str, after: str, present: str) -> Merged:
    """The present text with what was changed between the other two."""
    old, new, now = _Text.of(before), _Text.of(after), _Text.of(present)
    if old.words == new.words:
        return Merged(present, 0, 0)
    work = _Merge(new, now, dict(_same(old.words, now.words)))
    for kind, start, end, other_start, other_end in _opcodes(old.words, new.words):
        if kind == "replace":
            work.replace(range(start, end), range(other_start, other_end))
        elif kind == "delete":
            work.remove(range(start, end))
        elif kind == "insert":
            work.insert(range(other_start, other_end), behind=start - 1)
    return Merged(work.html() if work.edits else present, work.changed, work.left)


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """As many blocks as before are taken for the same blocks, each in its place."""
    if len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [("replace", number, number + 1, number, number + 1) for number, (one, two) in pairs if one != two]
    return list(SequenceMatcher(None, old, new).get_opcodes())


def _same(old: list[str], now: list[str]) -> list[tuple[int, int]]:
    """The blocks that stand unchanged, in order."""
    if old == now:
        return [(number, number) for number in range(len(old))]
    matching = SequenceMatcher(None, old, now).get_matching_blocks()
    return [(one.a + step, one.b + step) for one in matching for step in range(one.size)]
