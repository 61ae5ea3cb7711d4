"""Title, date and people of a page.

What stands on the page beside a label is believed before what the page says to machines, except on pages that are
not Chinese, where the metadata are kept better than the lines. No date and no author are answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time

import htmldate
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from articles.documents import dates, names
from articles.documents.blocks import plain
from articles.documents.dates import Moment
from articles.documents.document import Certainty, Circumstances, Evidence, Note
from articles.documents.labels import SECTION_LABELS, TAG_LABELS, Field
from articles.documents.values import Entry
from articles.documents.webpage import bylines, metadata, titles
from articles.documents.webpage.body import HAN, Body
from articles.documents.webpage.bylines import Lines
from articles.documents.webpage.metadata import Metadata
from articles.documents.webpage.page import Page
from articles.documents.webpage.titles import Title

MOST_TAGS = 12
_COUNTERS = (".WP_VisitCount", "[id^=dynclicks_]", "#hits", "#js_read_num")
_KANA = re.compile("[\u3040-\u30ff]")
_AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|byline|writer|autor|auteur|authors?[-_]?name|author[-_]link|fn|post-author|entry-author)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_NEAR = re.compile(
    r"comment|sidebar|related|footer|widget|recommend|teaser|most-?read|trending|respond|reply|nav|menu|card|list",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:(?:written|posted|published|story|words|text|veröffentlicht|geschrieben|erstellt)\s+(?:by|von)|by(?=[\sA-Z:])|von|par|por|di|"
    r"door|av|autor(?:in)?|author|auteur|writer)\s*:?\s*",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(
    r"\s*(?:[|•·–—/(\[@]|(?<=[a-z])(?:Twitter|Facebook|Email|Follow)|\b(?:Twitter|Said|Follow|Posted|Published|Updated|Veröffentlicht|Am|On)\b|,\s*(?=[A-Z]{2,}\b|The\b|Staff|Contributor|Reporter|Correspondent|Editor)|\s-\s|"
    r"(?:Staff|Contributor|Correspondent|Reporter)\b|(?<=[a-z])Staff\b|\b(?:on|am|at|updated|published|posted|in)\b\s|"
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d|\d|https?:|www\.|"
    r"\s(?:January|February|March|April|June|July|August|September|October|November|December)$).*$",
)
_ZONES = re.compile(r"^(?:UTC|GMT|[ECMP][SD]?T|BST|CES?T)\b\s*")
_NO_NAME = """
    admin administrator editor redaktion staff webmaster unknown guest name taboola outbrain editorial comments share
    december january february march april june july august september october november dec jan feb mar apr jun jul aug
    sep oct nov lesedauer human news team reply facebook twitter email home more
"""
_NO_NAMES = frozenset(_NO_NAME.split())


@dataclass(frozen=True, slots=True)
class Head:
    """``taken`` are the places of blocks of the text that were lines of the header or credits."""

    title: str = ""
    subtitle: str = ""
    published: Moment | None = None
    author: str = ""
    source: str = ""
    editor: str = ""
    reviewer: str = ""
    photographer: str = ""
    initial_views: int | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    lead_image: str = ""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    dropped: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()


def find(page: Page, body: Body, circumstances: Circumstances) -> Head:
    """The head of the page whose text is ``body``."""
    told = metadata.read(page.tree)
    title = titles.find(
        page.tree,
        told,
        body.element,
        is_above_header=lambda text: bylines.under(text, body, circumstances.zone),
    )
    lines = bylines.read(body, title, circumstances.zone)
    lines.entries[:0] = bylines.marked(page.tree, circumstances.zone)
    text = "".join(block.text for block in body.content.blocks[:40]) + title.text
    chinese = len(HAN.findall(text)) > 0.2 * len(text) and len(_KANA.findall(text)) < 0.05 * len(text)
    work = _Work(page, body, told, lines, circumstances, chinese, title)
    work.prove("title", title.text, title.quote, Certainty.PLACE)
    return replace(
        Head(),
        title=title.text,
        subtitle=work.subtitle(title),
        published=work.published(),
        author=work.author(),
        source=work.source(),
        **{kind: work.person(getattr(Field, kind.upper())) for kind in ("editor", "reviewer", "photographer")},
        initial_views=work.views(),
        section=work.section(),
        tags=work.tags(),
        summary=work.summary(),
        lead_image=told.first(metadata.IMAGES)[1],
        evidence=work.evidence,
        notes=tuple(work.notes),
        dropped=tuple(lines.dropped),
        taken=frozenset(lines.taken),
    )


@dataclass(slots=True)
class _Work:
    page: Page
    body: Body
    told: Metadata
    lines: Lines
    circumstances: Circumstances
    chinese: bool
    title: Title
    evidence: dict[str, Evidence] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def prove(self, name: str, value: object, quote: str, certainty: Certainty) -> None:
        if value not in ("", None, ()):
            self.evidence[name] = Evidence(quote[:300], certainty)

    def _entries(self, kind: Field) -> list[tuple[Entry, str]]:
        return [(entry, line) for entry, line in self.lines.entries if entry.field is kind and not entry.is_empty]

    # ------------------------------------------------------------ the date
    def published(self) -> Moment | None:
        ways = [self._written, self._stated, self._marked]
        if not self.chinese:
            ways = [self._stated, self._written, self._marked]
        for way in ways:
            moment = way()
            if moment is not None:
                return self._finer(self._local(moment))
        return None

    def _local(self, moment: Moment) -> Moment:
        """The day as the page showed it, where machines are told the moment in universal time only."""
        if moment.when.utcoffset() or moment.precision == "day":
            return moment
        for entry, line in self.lines.entries:
            shown = entry.moment if entry.field is Field.PUBLISHED else None
            if shown is not None and abs((shown.when.date() - moment.when.date()).days) == 1:
                self.prove("published", shown, line, Certainty.BARE)
                return shown
        return moment

    def _finer(self, day: Moment) -> Moment:
        """The time of the day that a line names, where the page tells it to machines."""
        if day.precision == "day":
            before = dict(self.evidence)
            for way in (self._stated, self._timed):
                finer = way()
                if finer is not None and finer.when.date() == day.when.date() and finer.when.time() != time():
                    return finer
            self.evidence = before
        return day

    def _written(self) -> Moment | None:
        """A date in the lines around the text; one of publication before one of a change."""
        for kind in (Field.PUBLISHED, Field.UPDATED):
            for entry, line in self.lines.entries:
                if entry.field is kind and entry.moment is not None:
                    certainty = Certainty.LABELLED if entry.label else Certainty.BARE
                    self.prove("published", entry.moment, line, certainty)
                    return entry.moment
        return None

    def _stated(self) -> Moment | None:
        """A date in the metadata."""
        name, value = "datePublished", self.told.told("datePublished")
        candidates = [(name, value)] if value else []
        candidates += [(one, content) for one in metadata.DATES for content in self.told.all(one)]
        for name, value in candidates:
            moment = _moment(value, self.circumstances)
            if moment is not None and not moment.is_doubtful(at=self.circumstances.at):
                self.prove("published", moment, f"{name}: {value}", Certainty.LABELLED)
                return moment
        return None

    def _timed(self) -> Moment | None:
        """An element of time near the text."""
        for element in _times(self.page.tree, self.title.element, self.body.element):
            moment = _moment(element.get("datetime") or plain(element.text_content()), self.circumstances)
            if moment is not None and not moment.is_doubtful(at=self.circumstances.at):
                quote = element.get("datetime") or element.text_content()
                self.prove("published", moment, f"time: {quote}", Certainty.BARE)
                return moment
        return None

    def _marked(self) -> Moment | None:
        """An element of time near the text, or what htmldate finds in an element; never its last resort."""
        moment = self._timed()
        if moment is not None or self.chinese:
            return moment
        found = htmldate.find_date(self.page.tree, original_date=True, extensive_search=False, outputformat="%Y-%m-%d")
        moment = _moment(found, self.circumstances) if found else None
        if found and moment:
            self.prove("published", moment, found, Certainty.PLACE)
        return moment

    # ------------------------------------------------------------ people
    def person(self, kind: Field) -> str:
        for entry, line in self._entries(kind):
            self.prove(kind.value, entry.value, line, Certainty.LABELLED if entry.label else Certainty.BARE)
            return entry.value
        return ""

    def author(self) -> str:
        if value := self._labelled_author():
            return value
        people = self._people(self.told.people())
        if people:
            value = names.joined(people)
            self.prove("author", value, f"JSON-LD author: {value}", Certainty.LABELLED)
            return value
        if self.chinese:
            for name in metadata.AUTHORS:
                for content in self.told.all(name):
                    if self._may_be_author(content):
                        self.prove("author", content, f"{name}: {content}", Certainty.LABELLED)
                        return names.line(content)
            return ""
        return self._latin_author()

    def _labelled_author(self) -> str:
        found: dict[str, tuple[str, str, bool]] = {}
        for entry, line in self._entries(Field.AUTHOR):
            value = entry.value
            if not HAN.search(value):
                value = names.joined(self._people(names.split(value)))
            elif not entry.label and not names.has_family_name(names.split(value)[0]):
                continue  # a word of the menu beside a date
            if value and not re.search(r"[=<>\"]", value):
                found.setdefault(entry.label, (value, line, bool(entry.label)))
        if not found:
            return ""
        value, line, labelled = next(iter(found.values()))
        self.prove("author", value, line, Certainty.LABELLED if labelled else Certainty.BARE)
        return value

    def _latin_author(self) -> str:
        """What marks itself as the author near the text, else what trafilatura finds, without what is no name."""
        for element in self.page.tree.iter(
            "a", "span", "div", "p", "address", "cite", "strong", "em", "h4", "h5", "h6"
        ):
            if not _marks_author(element):
                continue
            text = plain(element.text_content()[:300])
            people = self._people([text])
            if people:
                return self._proven(people, text)
        found = extract_metadata(self.page.tree)
        author = (found.author if found is not None else None) or ""
        return self._proven(self._people(author.split(";")), author)

    def _proven(self, people: list[str], quote: str) -> str:
        value = names.joined(people) if people else ""
        self.prove("author", value, quote, Certainty.PLACE)
        return value

    def _people(self, values: list[str]) -> list[str]:
        cleaned = [_bare_name(value) for value in values]
        return list(dict.fromkeys(name for name in cleaned if name and self._may_be_author(name)))

    def _may_be_author(self, name: str) -> bool:
        """A person, as far as the name tells; on a Chinese page one with a family name."""
        if HAN.search(name):
            return all(map(names.has_family_name, names.split(name)))
        return 2 <= len(name) <= 60 and name.casefold() not in _NO_NAMES and len(name.split()) <= 5

    def source(self) -> str:
        if value := self.person(Field.SOURCE):
            return value
        name, value = self.told.first(metadata.SOURCES)
        if value and self.chinese and len(value) <= 60:
            self.prove("source", value, f"{name}: {value}", Certainty.LABELLED)
            return value
        return ""

    # ------------------------------------------------------------ the rest
    def subtitle(self, title: Title) -> str:
        """WebPlus writes a second ``.arti_title``; others mark a subtitle by its class."""
        for element in self.page.tree.iter("h1", "h2", "h3", "p", "div"):
            named = (element.get("class") or "").lower().split()
            if element is title.element or not ({"arti_title", "subtitle", "sub-title", "arti_subtitle"} & set(named)):
                continue
            text = plain(element.text_content())
            if title.element is not None and text and text != title.text and len(text) <= 200 and len(element) < 4:
                self.prove("subtitle", text, text, Certainty.LABELLED)
                return text
        return ""

    def views(self) -> int | None:
        for entry, line in self.lines.entries:
            if entry.field is Field.VIEWS and entry.number is not None:
                self.prove("initial_views", entry.number, line, Certainty.LABELLED)
                return entry.number
        for selector in _COUNTERS:
            for element in self.page.tree.cssselect(selector):
                text = plain(element.text_content()).replace(",", "")
                if text.isascii() and text.isdigit() and len(text) < 12:
                    self.prove("initial_views", int(text), f"{selector} {text}", Certainty.LABELLED)
                    return int(text)
        return None

    def section(self) -> str:
        for entry, line in self.lines.entries:
            if entry.label in SECTION_LABELS and entry.value:
                self.prove("section", entry.value, line, Certainty.LABELLED)
                return entry.value
        name, value = self.told.first(("article:section", "columnname"))
        self.prove("section", value, f"{name}: {value}", Certainty.LABELLED)
        return value

    def tags(self) -> tuple[str, ...]:
        found = [tag for entry, _line in self.lines.entries if entry.label in TAG_LABELS for tag in _cut(entry.value)]
        found += [tag for content in self.told.all("article:tag") for tag in _cut(content)]
        tags = tuple(dict.fromkeys(tag for tag in found if 1 < len(tag) <= 40))[:MOST_TAGS]
        self.prove("tags", tags, ", ".join(tags), Certainty.LABELLED)
        return tags

    def summary(self) -> str:
        """What the page says of itself, where that is more than the beginning of its text."""
        name, value = self.told.first(metadata.SUMMARIES)
        start = plain(" ".join(block.text for block in self.body.content.blocks[:4]))
        squeezed = re.sub(r"\W+", "", value)
        if not 20 <= len(value) <= 600 or squeezed[:30] in re.sub(r"\W+", "", start):
            return ""
        self.prove("summary", value, f"{name}: {value}", Certainty.LABELLED)
        return value


def _times(tree: HtmlElement, title: HtmlElement | None, text: HtmlElement | None) -> list[HtmlElement]:
    """The elements of time that belong to the article: near its title and text, else the only one of the page."""
    found = list(tree.iter("time"))
    if len(found) < 2:
        return found
    order = {element: place for place, element in enumerate(tree.iter())}
    start = order.get(title, order.get(text, 0))
    end = max((order[one] for one in text.iter()), default=start) if text is not None else start
    inside = [one for one in found if start - 30 <= order[one] <= end]
    return inside or (found if len({one.get("datetime") or one.text for one in found}) == 1 else [])


def _marks_author(element: HtmlElement) -> bool:
    """Whether the element says that it names the author, and stands where authors of the article do."""
    named = f"{element.get('class') or ''} {element.get('rel') or ''} {element.get('itemprop') or ''}"
    if not _AUTHOR_CLASS.search(named) or len(element) > 6:
        return False
    ancestors = [up for up, _number in zip(element.iterancestors(), range(7), strict=False)]
    if any(up.tag in ("figure", "figcaption") for up in ancestors):
        return False  # who took the picture
    return not any(_NOT_NEAR.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in (element, *ancestors))


def _bare_name(value: str) -> str:
    """The name without the words around it: By, the unit, the date, the time zone."""
    value = _ZONES.sub("", plain(value))
    for _round in range(2):
        value = _BY.sub("", value).strip()
    return _AFTER_NAME.sub("", value).strip(" ,;:.-")


def _cut(value: str) -> list[str]:
    return [tag.strip() for tag in re.split(r"[,，、;；|]+", value) if tag.strip()]


def _moment(value: str, circumstances: Circumstances) -> Moment | None:
    """The date that this value is, in any of the forms that headers and machines write."""
    value = plain(value)[:60]
    if re.fullmatch(r"\d{10}|\d{13}", value):
        when = datetime.fromtimestamp(int(value[:10]), circumstances.zone)
        return Moment(when, "second")
    found = dates.find(value, zone=circumstances.zone) or dates.find_compact(value, zone=circumstances.zone)
    return found.moment if found is not None and found.start <= 12 else None
