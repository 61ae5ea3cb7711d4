"""Where in a document the title, the header, the text and the closing credits are.

The doors are ``head(lines)`` and ``tail(lines)``; both say what they took, and every line that is not
part of the text ends as a field or is quoted in what was dropped.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from articles.documents import dates, furniture, headers, names, pictures
from articles.documents.dates import Moment
from articles.documents.headers import Parsed
from articles.documents.labels import PEOPLE, TAG_LABELS, Field
from articles.documents.values import Entry

LINES_IN_ZONE = 30
LINES_IN_TAIL = 8
LONGEST_ZONE_LINE = 260
LONGEST_TITLE = 220
LONGEST_LATE_TITLE = 120
LONGEST_SPLIT_VALUE = 30
LONGEST_BANNER = 60
LEAST_REPEATS = 3  # a title that two documents share is no banner
MOST_CANDIDATES = 5  # more short lines than that before a header are text
HAN = "\u3400-\u9fff\uf900-\ufaff"

DASHES = ("—", "–", "―", "--", "──")  # before a subtitle
_DASH = "—–―-─ "

_ENUMERATION = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.]|[（(]?\d{1,2}[)）、.]\s?(?!\d))")
_SENTENCE_END = re.compile(r"[。；：;:][\"”’'」』)）]?$|[a-z0-9)\"”’'][.][\"”’')]?$|…{1,2}$")
_LABEL_AT_END = re.compile(r"[:：]\s*[)）\]】]?$")
_WRITER, _PHOTOGRAPHER = (Field.AUTHOR,), (Field.PHOTOGRAPHER,)
_VERBS: dict[str, tuple[Field, ...]] = {
    **dict.fromkeys(("撰稿", "供稿", "报道", "文", "撰文", "采写", "通讯员"), _WRITER),
    **dict.fromkeys(("摄影", "供图", "摄", "图"), _PHOTOGRAPHER),
    **dict.fromkeys(("文/图", "图/文", "文图", "图文", "摄影报道"), _WRITER + _PHOTOGRAPHER),
}
_NAME_AND_VERB = re.compile(
    rf"(?P<value>\S{{2,12}}(?:[\s、]\S{{2,4}}){{0,3}}?)\s*(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})"
)
_TITLE_LABEL = re.compile(
    r"^(?:标\s*题|標\s*題|题\s*目|題\s*目|title|headline|subject)\s*[:：]\s*(?=\S)", re.IGNORECASE
)
_EXCLAIMED = re.compile("[！？!?]$")
_CONTINUES = re.compile(
    r"(?:[,，、:：—\-&“‘「《(（]|\b(?:and|of|to|the|a|an|in|on|for|with|at|by|from|or|as|&)|[与與暨和及的在为為对對])$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    number: int
    gap: int  # empty lines before it


@dataclass(slots=True)
class Found:
    """What a part of the document gave, beside the lines that remain text."""

    title: str = ""
    subtitle: str = ""
    entries: list[Entry] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)  # for each entry the line that it stands in
    dropped: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    pictures: list[Line] = field(default_factory=list)  # names above the text
    body: list[Line] = field(default_factory=list)
    sign_off: Moment | None = None

    def take(self, parsed: Parsed, line: str) -> None:
        self.entries += parsed.entries
        self.quotes += [line] * len(parsed.entries)
        self.unknown += parsed.unknown
        if all(entry.is_empty or entry.field is Field.OTHER for entry in parsed.entries):
            self.dropped.append(line)


def common_banners(first_lines: Sequence[str]) -> frozenset[str]:
    """Lines that stand first in so many documents of one batch that they name the site and no article."""
    counts = Counter(line for line in first_lines if 0 < len(line) <= LONGEST_BANNER)
    least = max(LEAST_REPEATS, len(first_lines) // 10)
    return frozenset(line for line, count in counts.items() if count >= least)


def quote_of(entry: Entry, *parts: Found) -> str:
    """The line in which an entry stands."""
    pairs = (pair for part in parts for pair in zip(part.entries, part.quotes, strict=True))
    return next((quote for other, quote in pairs if other is entry), "")


def lines_of(text: str) -> list[Line]:
    """The filled lines, their outer blanks gone, with the number of empty lines before each."""
    lines: list[Line] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        bare = raw.strip()
        if bare:
            lines.append(Line(bare, number, gap))
            gap = 0
        else:
            gap += 1
    return lines


# ---------------------------------------------------------------- above the text
def head(lines: Sequence[Line], *, zone: tzinfo = dates.SHANGHAI) -> Found:
    """Title, subtitle and header fields; ``body`` begins after them."""
    end = _zone_end(lines, zone)
    parsed = _parsed(lines, end, zone)
    first = min(parsed, default=None)
    if first is not None and sum(_is_candidate(line) for line in lines[:first]) > MOST_CANDIDATES:
        first = None
    found = Found()
    if first is None:
        _title_alone(found, lines)
        return found
    position = _header(found, lines, parsed, first, end)
    found.body = list(lines[position:])
    if not found.title:
        _late_title(found)
    return found


def _zone_end(lines: Sequence[Line], zone: tzinfo) -> int:
    """The first line that is surely text."""
    for position, line in enumerate(lines[:LINES_IN_ZONE]):
        if _ends_zone(line.text) and headers.parse(line.text, zone=zone) is None and not furniture.is_crumb(line.text):
            return position
    return min(len(lines), LINES_IN_ZONE)


def _ends_zone(text: str) -> bool:
    return len(text) > LONGEST_ZONE_LINE or is_sentence(text) or bool(_ENUMERATION.match(text))


def starts_list(text: str) -> bool:
    return bool(_ENUMERATION.match(text))


def is_sentence(text: str) -> bool:
    """Running text, by its end: a headline may end with ! or ?, but hardly with a full stop."""
    if _SENTENCE_END.search(text):
        return not re.search(r"\b(?:Ltd|Inc|Co|Corp|Jr|Sr|U\.S|etc)\.$", text) or len(text) > 120
    return bool(_EXCLAIMED.search(text)) and (len(text) > 60 or "。" in text)


def _parsed(lines: Sequence[Line], end: int, zone: tzinfo) -> dict[int, Parsed]:
    """The lines of the zone that speak the header's grammar, values on lines of their own joined to them."""
    parsed: dict[int, Parsed] = {}
    position = 0
    while position < end:
        line = lines[position]
        result = (
            None
            if furniture.is_crumb(line.text) or pictures.picture_names(line.text)
            else headers.parse(line.text, zone=zone)
        )
        if result and result.is_generic and _near_event(lines, position):
            result = None
        if result is None:
            position += 1
            continue
        value = lines[position + 1] if position + 1 < len(lines) else None
        if value is not None and _is_split_value(line, result, value, zone):
            joined = headers.parse(f"{line.text} {value.text}", zone=zone)
            if joined:
                parsed[position], parsed[position + 1] = joined, Parsed(())
                position += 2
                continue
        parsed[position] = result
        position += 1
    return parsed


def _is_split_value(label: Line, parsed: Parsed, value: Line, zone: tzinfo) -> bool:
    """A label at the end of its line has its value on the next one; beside other labels only a date or a number."""
    if not parsed.ends_with_label or value.gap > 1 or len(value.text) > LONGEST_SPLIT_VALUE:
        return False
    last = parsed.entries[-1]
    if not parsed.is_lone_label and last.field not in (Field.VIEWS, Field.PUBLISHED, Field.UPDATED):
        return False
    named = label.text.strip(" |｜:：•●·") if parsed.is_lone_label else last.label
    return headers.suits(named, value.text.strip(" |｜"), zone=zone)


def _near_event(lines: Sequence[Line], position: int) -> bool:
    around = lines[max(0, position - 2) : position + 3]
    return any(headers.is_event(line.text) and not furniture.is_crumb(line.text) for line in around)


def _is_candidate(line: Line) -> bool:
    return not (furniture.is_furniture(line.text) or pictures.picture_names(line.text))


def _header(found: Found, lines: Sequence[Line], parsed: dict[int, Parsed], first: int, end: int) -> int:
    """Take the lines up to the last one of the header; returns where the text begins."""
    before = [line for line in lines[:first] if _is_candidate(line)]
    if len(before) > 1 and parsed[first].is_bare_date and (credit := headers.parse_credit(before[-1].text)):
        found.take(credit, before.pop().text)
    found.dropped += [line.text for line in lines[:first] if furniture.is_furniture(line.text)]
    found.pictures += [line for line in lines[:first] if pictures.picture_names(line.text)]
    _choose_title(found, before)
    position = first
    while position < end:
        line = lines[position]
        if position in parsed:
            found.take(parsed[position], line.text) if parsed[position].entries else None
        elif furniture.is_furniture(line.text):
            found.dropped.append(line.text)
        elif (
            position - 1 in parsed and parsed[position - 1].is_bare_date and (credit := headers.parse_credit(line.text))
        ):
            found.take(credit, line.text)
        elif line.text.isdigit() and position + 1 < end and furniture.is_furniture(lines[position + 1].text):
            found.dropped.append(line.text)
        elif any(further in parsed for further in (position + 1, position + 2)) and _is_candidate(line):
            if not found.title:
                _choose_title(found, [line])
            elif line.text.startswith(DASHES) and not found.subtitle:
                found.subtitle = line.text.lstrip(_DASH)
            else:
                found.unknown.append(line.text)
        else:
            break
        position += 1
    return position


def _choose_title(found: Found, candidates: list[Line]) -> None:
    # Pages often have the title twice, as the last part of the path and as the headline.
    texts = list(dict.fromkeys(line.text for line in candidates))
    if labelled := [text for text in texts if _TITLE_LABEL.match(text)]:
        found.dropped += [text for text in texts if text is not labelled[0]]
        found.title = _TITLE_LABEL.sub("", labelled[0])
        return
    texts, banners = _without_banners(texts)
    found.dropped += banners
    if not texts:
        return
    if len(texts) > 1 and texts[-1].startswith(DASHES):
        found.subtitle = texts.pop().lstrip(_DASH)
    if len(texts) > 1 and _is_one_title(texts[-2], texts[-1], alone=len(texts) == 2):
        second = texts.pop()
        texts[-1] = _joined(texts[-1], second)
    found.title = texts.pop()
    found.dropped += texts


def _without_banners(texts: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    banners: list[str] = []
    for position, text in enumerate(texts):
        following = texts[position + 1] if position + 1 < len(texts) else ""
        (banners if furniture.is_banner(text, following) else kept).append(text)
    if not kept and banners:
        kept.append(banners.pop())
    return kept, banners


def _is_one_title(first: str, second: str, *, alone: bool) -> bool:
    if _CONTINUES.search(first) or first.count("“") > first.count("”") or first.count("《") > first.count("》"):
        return True
    return alone and _is_short(first) and _is_short(second)


def _is_short(text: str) -> bool:
    han = len(re.findall(f"[{HAN}]", text))
    return han <= 26 if han else len(text.split()) <= 12


def _joined(first: str, second: str) -> str:
    return first + ("" if re.match(f"[{HAN}，。、：；！？”’）》—]", first[-1]) else " ") + second


def _title_alone(found: Found, lines: Sequence[Line]) -> None:
    """A document without any header: the first line that can be a title is it."""
    position = 0
    while position < len(lines) and _is_skipped(found, lines, position):
        position += 1
    if position < len(lines):
        text = _TITLE_LABEL.sub("", lines[position].text)
        if not is_sentence(text) and len(text) <= LONGEST_TITLE and not _ENUMERATION.match(text):
            found.title = text
            position += 1
            if position < len(lines):
                position += _second_title_line(found, lines[position].text)
    found.body = list(lines[position:])


def _is_skipped(found: Found, lines: Sequence[Line], position: int) -> bool:
    text = lines[position].text
    following = next((line.text for line in lines[position + 1 : position + 3] if _is_candidate(line)), "")
    # A short line above the only other one is the title of a short text.
    has_more = position + 2 < len(lines)
    is_banner = has_more and _can_be_title(following) and furniture.is_banner(text, following)
    if furniture.is_furniture(text) or is_banner:
        found.dropped.append(text)
        return True
    if pictures.picture_names(text) and _can_be_title(following):
        found.pictures.append(lines[position])
        return True
    return False


def _can_be_title(text: str) -> bool:
    return bool(text) and not is_sentence(text) and headers.parse(text) is None and not headers.is_event(text)


def _second_title_line(found: Found, text: str) -> int:
    if is_sentence(text) or len(text) > LONGEST_LATE_TITLE or pictures.picture_names(text):
        return 0
    if text.startswith(DASHES):
        found.subtitle = text.lstrip(_DASH)
        return 1
    if _CONTINUES.search(found.title) and _is_short(text):
        found.title = _joined(found.title, text)
        return 1
    return 0


def _late_title(found: Found) -> None:
    """The header stands above the title."""
    if not found.body:
        return
    text = found.body[0].text
    if (
        len(text) <= LONGEST_LATE_TITLE
        and not is_sentence(text)
        and _is_candidate(found.body[0])
        and not _ENUMERATION.match(text)
    ):
        found.title = text
        found.body.pop(0)


# ---------------------------------------------------------------- below the text
def tail(found: Found, *, zone: tzinfo = dates.SHANGHAI, dated: bool) -> Found:
    """What the last lines of ``found.body`` say: credits and navigation taken out, the rest left as text."""
    below = Found(body=list(found.body))
    parsed: list[tuple[Line, Parsed]] = []
    for line in found.body[-LINES_IN_TAIL:]:
        if furniture.is_navigation(line.text):
            below.body.remove(line)
            below.dropped.append(line.text)
            continue
        result = None if _is_below_picture(line, found.body) else _credits(line, found.body, zone)
        if result is not None and result.is_bare_date:
            below.sign_off = below.sign_off or result.entries[0].moment
        elif result is not None and len(below.body) > 1:
            parsed.append((line, result))
            below.body.remove(line)
    for line, result in parsed:
        below.take(result, line.text)
    for line in below.body[-2:]:
        credited = _credits_in_text(line.text, zone)
        below.entries += credited
        below.quotes += [line.text] * len(credited)
    if dated:
        below.sign_off = None
    return below


def _is_below_picture(line: Line, body: Sequence[Line]) -> bool:
    """A caption that names its photographer belongs to its picture; a label speaks of the whole article."""
    position = body.index(line)
    if position == 0 or line.gap > 1 or re.search("[:：]", line.text) or not pictures.is_marked_caption(line.text):
        return False
    return bool(pictures.picture_names(body[position - 1].text))


def _credits_in_text(text: str, zone: tzinfo) -> list[Entry]:
    """Names in brackets at the end of a paragraph: taken as fields, and left where they are."""
    match = re.search(r"[。.!！?？”\"]\s*[（(]([^（）()]{4,80})[）)]$", text)
    result = headers.parse(match[1], zone=zone) if match else None
    return [entry for entry in result.entries if entry.field in PEOPLE and entry.label] if result else []


def _credits(line: Line, body: Sequence[Line], zone: tzinfo) -> Parsed | None:
    """A line of credits: brackets around it or labels all through, nothing else in it."""
    text = line.text
    if pictures.picture_names(text) or len(text) > 200 or (is_sentence(text) and not _LABEL_AT_END.search(text)):
        return None
    result = headers.parse(text, zone=zone) or _bracketed_names(text)
    if result is None:
        return None
    position = body.index(line)
    if result.is_generic and (not result.is_bare_date) and _near_event(body, position):
        return None
    told = [entry for entry in result.entries if entry.field is not Field.OTHER or entry.label in TAG_LABELS]
    if result.is_bare_date:
        return result
    if not any(entry.label for entry in told) or sum(map(len, result.unknown)) > 8:
        return None
    if all(
        entry.field in (Field.PUBLISHED, Field.UPDATED) and entry.label in ("时间", "日期", "time", "date")
        for entry in told
    ):
        return None
    return result


def _bracketed_names(text: str) -> Parsed | None:
    """（通讯员 张三 李四） and （张三 摄） without any colon."""
    bare = text.strip()
    if not re.fullmatch(r"[(（【\[].{2,60}[)）】\]]", bare):
        return None
    inner = bare[1:-1].strip()
    match = _NAME_AND_VERB.fullmatch(inner)
    if match and names.are_names(match["value"]):
        fields = _VERBS[match["verb"]]
        return Parsed(tuple(Entry(kind, names.line(match["value"]), match["verb"]) for kind in fields))
    return None
