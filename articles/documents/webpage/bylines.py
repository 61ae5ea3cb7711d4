"""The lines around a text that speak of it: between title and text, at its own beginning and end, and below it.

They are read with the grammar of headers that plain text has; nothing here knows a site. What stands directly under a
title is believed in looser forms too, since there is little else that stands there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from lxml.html import HtmlElement

from articles.documents import dates, furniture, headers, names, pictures
from articles.documents.blocks import plain
from articles.documents.headers import Parsed
from articles.documents.labels import PEOPLE, TIMES, Field
from articles.documents.layout import is_sentence
from articles.documents.values import Entry
from articles.documents.webpage.body import Body
from articles.documents.webpage.foreign import plain_dates
from articles.documents.webpage.titles import Title

MOST_OVER = 3  # blocks right before the title
MOST_ABOVE = 24  # blocks between title and text
MOST_BELOW = 14
MOST_INSIDE = 6  # at the text's own beginning
MOST_AT_END = 6
LONGEST = 260  # characters of a line
LONGEST_LOOSE = 70
_BUTTONS = re.compile(
    r"(?:(?<=[\s|】\])）\d])|^)(?:举报|分享|发表评论|我要评论|评论|打印|收藏|转发|订阅|关注|纠错|听新闻|放大|缩小|默认|关闭|"
    r"字体|字号|[【\[(（]?\s*[大中小](?:\s*[大中小]){1,2}\s*[】\])）]?|A[-+]|T[大小]|[【\[]纠错[】\]])(?!\s*[：:]\s*\d)(?=$|[\s：:|【\[（(\d])[\s：:]*"
)
_REPORTER = re.compile(
    r"(?:记者|記者|通讯员|通訊員|实习生|實習生|撰稿|撰文)\s*(?P<names>[\u3400-\u9fff]{2,4}(?:[\s、，]+[\u3400-\u9fff]{2,4}){0,5})"
)
# 据新华社拉萨2月13日电（记者 张三、李四）
_DATELINE = re.compile(
    r"[^。！？（(]{0,30}[讯訊电電]?\s*[（(]\s*(?:[\u3400-\u9fff]{0,8}(?:记者|記者|通讯员|通訊員))\s*(?P<names>[^（）()。：:]{2,30})[)）]"
)
_UPDATED = re.compile(
    r"updated|modified|aktualisiert|geändert|mis à jour|actualizado|aggiornat|更新|修改", re.IGNORECASE
)

_MARKS = {
    "#publish_time": Field.PUBLISHED,
    "#js_name": Field.SOURCE,
    "#js_author_name": Field.AUTHOR,
    "#meta_content > span.rich_media_meta_text": Field.AUTHOR,
}


@dataclass(slots=True)
class Lines:
    """What the lines gave: entries, each with its line, and the blocks of the text that were such lines."""

    entries: list[tuple[Entry, str]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)

    def take(self, parsed: Parsed, line: str) -> None:
        self.entries += [(entry, line) for entry in parsed.entries]
        if all(entry.is_empty or entry.field is Field.OTHER for entry in parsed.entries):
            self.dropped.append(line)

    def has(self, *kinds: Field) -> bool:
        return any(entry.field in kinds and not entry.is_empty for entry, _line in self.entries)


def read(body: Body, title: Title, zone: tzinfo) -> Lines:
    """The header and the credits of a page, the nearest first."""
    lines = Lines()
    over, above, below = _around(body, title)
    for text in above:
        _header(lines, text, zone)
    _beginning(lines, body, title, zone)
    _end(lines, body, zone)
    for text in below:
        _credits(lines, text, zone)
    inside = [block.text for block in body.content.blocks]
    if not lines.has(*TIMES):
        _loose_date(lines, [*above, *inside[:MOST_INSIDE], *over], zone)
    if not lines.has(Field.AUTHOR):
        _reporter(lines, [*above, *inside[:MOST_INSIDE], *inside[-MOST_AT_END:], *below[:6]])
    if not lines.has(Field.AUTHOR):
        _dateline(lines, inside[:MOST_INSIDE])
    if not lines.has(Field.AUTHOR):
        _bare_name(lines, [*above[-3:], *inside[:2]])
    return lines


def marked(tree: HtmlElement, zone: tzinfo) -> list[tuple[Entry, str]]:
    """The fields that WeChat marks by an id, glued to each other in one line."""
    found: list[tuple[Entry, str]] = []
    if not tree.cssselect("#js_content"):
        return found
    for selector, kind in _MARKS.items():
        for element in tree.cssselect(selector)[:1]:
            text = plain(element.text_content())
            if kind is Field.PUBLISHED and (date := dates.find(text, zone=zone)):
                found.append((Entry(kind, moment=date.moment, label=selector), text))
            elif kind is not Field.PUBLISHED and 0 < len(text) <= LONGEST_LOOSE:
                found.append((Entry(kind, names.line(text), label=selector), text))
    return found


def under(title: str, body: Body, zone: tzinfo) -> bool:
    """Whether a line of a header with a date stands right below this text; then it is a title."""
    texts = [block.text for block in body.whole.blocks]
    for place in [place for place, text in enumerate(texts) if text == title][:5]:
        for text in texts[place + 1 : place + 3]:
            parsed = headers.parse(_tidy(text), zone=zone) if len(text) <= LONGEST else None
            if parsed is not None and any(entry.moment is not None for entry in parsed.entries):
                return True
    return False


def _around(body: Body, title: Title) -> tuple[list[str], list[str], list[str]]:
    """The dates right over the title, the texts of the blocks above the text from the title on, and those below it."""
    texts = [block.text for block in body.whole.blocks]
    inside = set(body.element.iter()) if body.element is not None else set()
    kept = {block.text for block in body.content.blocks}
    places = [
        place
        for place, element in enumerate(body.whole.elements)
        if element in inside and texts[place] in kept and texts[place] != title.text
    ]
    if not places:
        return [], [], []
    start, end = places[0], places[-1] + 1
    first = max(0, start - MOST_ABOVE)
    same = [place for place in range(first, start) if texts[place] == title.text] if title.text else []
    first = same[-1] + 1 if same else max(0, start - 8)
    ahead = [title.above] if title.above else []
    over = texts[max(0, first - 1 - MOST_OVER) : first - 1] if same else []
    over = [text for text in over if dates.only_date(plain_dates(text)) is not None]
    return over, ahead + texts[first:start], texts[end : end + MOST_BELOW]


def _tidy(text: str) -> str:
    """The line without the buttons that stand in it."""
    return " ".join(_BUTTONS.sub(" ", text.replace("\n", "  ")).split(" ")).strip()


def _parsed(text: str, zone: tzinfo) -> Parsed | None:
    if len(text) > LONGEST or furniture.is_crumb(text) or pictures.picture_names(text):
        return None
    return headers.parse(_tidy(text), zone=zone)


def _header(lines: Lines, text: str, zone: tzinfo) -> None:
    for part in text.split("\n") if len(text) > LONGEST else [text]:
        parsed = _parsed(part, zone)
        if parsed is not None:
            lines.take(parsed, part)


def _credits(lines: Lines, text: str, zone: tzinfo) -> None:
    """Below the text only labelled people and sources count, and a labelled date."""
    parsed = _parsed(text, zone)
    if parsed is None:
        return
    for entry in parsed.entries:
        if entry.label and not entry.is_empty and entry.field in (*PEOPLE, Field.SOURCE, *TIMES):
            lines.entries.append((entry, text))


def _beginning(lines: Lines, body: Body, title: Title, zone: tzinfo) -> None:
    """Systems that put the title or the header into the container of the text."""
    for place, block in enumerate(body.content.blocks[:MOST_INSIDE]):
        text = block.text
        if title.text and plain(text) == plain(title.text):
            lines.taken.add(place)
            continue
        if len(text) > LONGEST or is_sentence(text):
            break
        parsed = _parsed(text, zone)
        if parsed is None or (parsed.is_generic and not parsed.is_bare_date):
            continue
        lines.take(parsed, text)
        lines.taken.add(place)


def _end(lines: Lines, body: Body, zone: tzinfo) -> None:
    count = len(body.content.blocks)
    for place in range(max(1, count - MOST_AT_END), count):
        text = body.content.blocks[place].text
        if place in lines.taken or len(text) > LONGEST:
            continue
        parsed = _parsed(text, zone)
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


def _loose_date(lines: Lines, texts: Sequence[str], zone: tzinfo) -> None:
    """A date in a short line near the title that says little else."""
    for text in texts:
        if len(text) > LONGEST_LOOSE or is_sentence(text) or headers.is_event(text) or furniture.is_crumb(text):
            continue
        known = plain_dates(text)
        found = dates.find(known, zone=zone)
        if found is None:
            continue
        before, after = known[: found.start].strip(), known[found.end :].strip()
        if _UPDATED.search(before):
            continue
        at_edge = not before or not after
        if len(before + after) <= 30 and (at_edge or not re.search("[。，,]", before + after)):
            lines.entries.append((Entry(Field.PUBLISHED, moment=found.moment), text))
            return


def _reporter(lines: Lines, texts: Sequence[str]) -> None:
    """新京报记者 彭冲, as newspapers name their reporters in a line of their own."""
    for text in texts:
        if len(text) > LONGEST_LOOSE or is_sentence(text) or "。" in text:
            continue
        match = _REPORTER.search(text)
        found = [name for name in re.split(r"[\s、，]+", match["names"]) if name] if match else []
        people = [name for name in found if names.has_family_name(name)]
        if not people and found and names.has_family_name(found[0][:3]):
            people = [found[0][:3]]
        if people:
            lines.entries.append((Entry(Field.AUTHOR, names.joined(people), label="记者"), text))
            return


def _dateline(lines: Lines, texts: Sequence[str]) -> None:
    """本报讯（记者 张三）, as newspapers begin their first paragraph."""
    for text in texts:
        match = _DATELINE.match(text)
        if match and names.are_names(match["names"]):
            lines.entries.append((Entry(Field.AUTHOR, names.line(match["names"]), label="记者"), match[0]))
            return


def _bare_name(lines: Lines, texts: Sequence[str]) -> None:
    """A name alone in its line below the title."""
    for text in texts:
        if len(text) <= 12 and names.has_family_name(text.strip()):
            lines.entries.append((Entry(Field.AUTHOR, text.strip()), text))
            return
