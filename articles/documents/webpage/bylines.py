"""The lines around a text that speak of it: between title and text, at its own beginning and end, and below it.

They are read with the grammar of headers that plain text has; nothing here knows a site.
"""

import re
from dataclasses import dataclass, field
from datetime import tzinfo

from articles.documents import furniture, headers, names, pictures
from articles.documents.blocks import plain
from articles.documents.headers import Parsed
from articles.documents.labels import PEOPLE, TIMES, Field
from articles.documents.layout import is_sentence
from articles.documents.values import Entry
from articles.documents.webpage.body import Body
from articles.documents.webpage.titles import Title

MOST_ABOVE = 24  # blocks between title and text
MOST_BELOW = 20
MOST_INSIDE = 4  # at the text's own beginning
LONGEST = 220  # characters of a line
_REPORTER = re.compile(
    r"[（(](?:[\u3400-\u9fff]{0,8}(?:记者|記者|通讯员|通訊員))\s*(?P<names>[\u3400-\u9fff·、，\s]{2,40}?)[)）]"
    r"|^(?:本报|本网|本刊|新华社|中新社|人民网|中新网)?[\u3400-\u9fff]{0,10}\d{0,2}月?\d{0,2}日?电?\s*"
    r"(?:记者|記者)\s*(?P<lone>[\u3400-\u9fff·]{2,4}(?:[\s、][\u3400-\u9fff·]{2,4}){0,3})(?=[\s：:）)])"
)


@dataclass(slots=True)
class Lines:
    """What the lines gave: entries with the line that each stands in, and the blocks of the text that were such lines."""

    entries: list[tuple[Entry, str]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)

    def take(self, parsed: Parsed, line: str) -> None:
        self.entries += [(entry, line) for entry in parsed.entries]
        if all(entry.is_empty or entry.field is Field.OTHER for entry in parsed.entries):
            self.dropped.append(line)

    def has(self, kind: Field) -> bool:
        return any(entry.field is kind and not entry.is_empty for entry, _line in self.entries)


def read(body: Body, title: Title, zone: tzinfo) -> Lines:
    """The header and the credits of a page, the nearest first."""
    lines = Lines()
    above, below = _around(body, title)
    for text in above:
        _line(lines, text, zone)
    _beginning(lines, body, title, zone)
    _end(lines, body, zone)
    for text in below:
        _line(lines, text, zone, credits_only=True)
    if not lines.has(Field.AUTHOR):
        _reporter(lines, body)
    return lines


def _around(body: Body, title: Title) -> tuple[list[str], list[str]]:
    """The texts of the short blocks above the text, from the title on, and of those below it."""
    inside = set(body.element.iter()) if body.element is not None else set()
    places = [place for place, element in enumerate(body.whole.elements) if element in inside]
    if not places:
        return [], []
    start, end = places[0], places[-1] + 1
    first = max(0, start - MOST_ABOVE)
    if title.text:
        wanted = plain(title.text)
        same = [place for place in range(first, start) if body.whole.blocks[place].text == wanted]
        first = same[-1] + 1 if same else max(0, start - 8)
    texts = [block.text for block in body.whole.blocks]
    return texts[first:start], texts[end : end + MOST_BELOW]


def _line(lines: Lines, text: str, zone: tzinfo, *, credits_only: bool = False) -> bool:
    """Take the line if it is one of a header; below the text, only labelled people, sources and counters count."""
    for part in text.split("\n"):
        if len(part) > LONGEST or furniture.is_crumb(part):
            continue
        parsed = headers.parse(part, zone=zone)
        if parsed is None:
            continue
        if credits_only:
            told = [e for e in parsed.entries if e.label and e.field in (*PEOPLE, Field.SOURCE) and not e.is_empty]
            lines.entries += [(entry, part) for entry in told]
        else:
            lines.take(parsed, part)
        return True
    return False


def _beginning(lines: Lines, body: Body, title: Title, zone: tzinfo) -> None:
    """Systems that put the title or the header into the container of the text."""
    for place, block in enumerate(body.content.blocks[:MOST_INSIDE]):
        text = block.text
        if title.text and plain(text) == plain(title.text):
            lines.taken.add(place)
            continue
        if len(text) > LONGEST or is_sentence(text) or pictures.picture_names(text):
            break
        parsed = headers.parse(text, zone=zone)
        if parsed is None or (parsed.is_generic and not parsed.is_bare_date):
            break
        lines.take(parsed, text)
        lines.taken.add(place)


def _end(lines: Lines, body: Body, zone: tzinfo) -> None:
    count = len(body.content.blocks)
    for place in range(max(1, count - 6), count):
        text = body.content.blocks[place].text
        if place in lines.taken or len(text) > LONGEST:
            continue
        parsed = headers.parse(text, zone=zone)
        if parsed is None or parsed.is_bare_date or any(entry.field in TIMES for entry in parsed.entries):
            _bracketed(lines, text, zone)
            continue
        if any(entry.label and entry.field is not Field.OTHER for entry in parsed.entries):
            lines.take(parsed, text)
            lines.taken.add(place)


def _bracketed(lines: Lines, text: str, zone: tzinfo) -> None:
    """Names in brackets at the end of a paragraph: taken as fields, and left where they are."""
    match = re.search(r"[（(]([^（）()]{4,80})[)）]\s*$", text)
    parsed = headers.parse(match[1], zone=zone) if match else None
    if match and parsed:
        told = [entry for entry in parsed.entries if entry.field in (*PEOPLE, Field.SOURCE) and entry.label]
        lines.entries += [(entry, match[0]) for entry in told if not entry.is_empty]


def _reporter(lines: Lines, body: Body) -> None:
    """（记者 王某）, as agencies and newspapers name their reporters in the text itself."""
    texts = [block.text for block in body.content.blocks]
    for text in (*texts[:3], *texts[-2:]):
        for match in _REPORTER.finditer(text[:400] if text in texts[:3] else text[-200:]):
            value = names.line((match["names"] or match["lone"] or "").strip(" 、，"))
            if names.are_names(value):
                lines.entries.append((Entry(Field.AUTHOR, value, label="记者"), match[0]))
                return
