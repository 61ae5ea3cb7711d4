"""The neutral form: what a reader of any format makes of a document, before there is an article.

A reader turns bytes into a ``Reading``: the document, what was repaired, what is worth a warning, and
whether a person should look at it. Nothing here knows a model, a database or a network.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext, pgettext

from articles.documents.dates import SHANGHAI, Moment
from articles.documents.siterules import NO_RULES, SiteRules

Value: TypeAlias = "str | int | tuple[str | int, ...] | Note"


class Status(StrEnum):
    OK = "ok"
    REVIEW = "review"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence for the editor, put into words only when it is shown.

    ``message`` is a whole English sentence with named holes, marked for translation where it stands.
    """

    message: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.message) % {name: _shown(value) for name, value in self.values.items()}


def _shown(value: Value) -> str | int:
    if isinstance(value, Note):
        return str(value)
    if isinstance(value, tuple):
        return pgettext("between the members of a list", ", ").join(map(str, value))
    return value


# A block has its words in ``text``. Where the document gave them emphasis or links, ``html`` says the same words in the
# inline elements of the allowlist (``articles.text.markup``); it is cleaned again before it is stored.


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2
    html: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    text: str
    ordered: bool = False
    html: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One paragraph of a quotation."""

    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text; its line ends and blanks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row. ``html`` are its cells, ``<th>…</th><td colspan="2">…</td>``, where plain cells do not say it all."""

    cells: tuple[str, ...]
    html: str = ""

    @property
    def text(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


Block = Paragraph | Heading | ListItem | Quote | Code | TableRow


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the document names, and the number of blocks that stand before it.

    ``name`` is the name of a file; ``address`` is what the document says of where it lies (a path beside the document,
    an address on the web, a part of a package), where that is more than the name.
    """

    name: str
    after_paragraph: int
    caption: str = ""
    alt: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file offered for download; ``address`` as with pictures, ``label`` the words of its link."""

    name: str
    address: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    title: str = ""
    subtitle: str = ""
    published: Moment | None = None
    author: str = ""
    source: str = ""
    editor: str = ""
    reviewer: str = ""
    photographer: str = ""
    initial_views: int | None = None
    language: str = ""
    section: str = ""  # as the document names it; whether the site has such a section is not known here
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    summary: str = ""
    lead_image: str = ""  # the name of the picture that stands for the article, one of ``images``
    state: str = ""  # as the document knows it: "draft" keeps it from readers; empty where it says nothing
    addresses: tuple[str, ...] = ()  # where the article stood on the old site, the surest first

    @property
    def paragraphs(self) -> list[str]:
        return [block.text for block in self.blocks]


class Certainty(StrEnum):
    """How sure the value of a field is."""

    LABELLED = "labelled"  # the document names the field: a label, a meta element, a field of the export
    BARE = "bare"  # the value speaks for itself: a date, a name beside a date
    PLACE = "place"  # concluded from where it stands
    RULE = "rule"  # a site rule or an option says so


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a field's value comes from: the line or the element as it stands in the document, and how sure that is."""

    quote: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of a document. A refused one has no text; its last warning says why.

    ``evidence`` has the name of each field of the document that has a value; ``dropped`` quotes what was left out;
    ``parts`` are files inside the document itself, by the ``address`` of the pictures and attachments that need them.
    """

    document: Document
    status: Status
    warnings: tuple[Note, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    suggestions: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader is told beside the bytes: now, the zone of dates without one, the file's name, the site's rules.

    ``skip`` and ``also`` name repairs that an editor has undone or asked for.
    """

    at: datetime
    zone: tzinfo = SHANGHAI
    name: str = ""
    rules: SiteRules = NO_RULES
    skip: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()


def refused(message: str, **values: Value) -> Reading:
    return Reading(Document(), Status.REFUSED, (Note(message, values),))


ImageTag = Callable[[Image], str]


def figure(image: Image) -> str:
    """A picture by its name alone, as the neutral form shows it."""
    caption = f"<figcaption>{html.escape(image.caption)}</figcaption>" if image.caption else ""
    return f'<figure><img src="{html.escape(image.name)}" alt="">{caption}</figure>'


def render(document: Document, *, image_tag: ImageTag = figure) -> str:
    """The body as HTML, everything escaped, one block a line; ``image_tag`` puts stored pictures in."""
    waiting = sorted(document.images, key=lambda image: image.after_paragraph)
    lines: list[str] = []
    open_group = ""
    for place, block in enumerate(document.blocks):
        while waiting and waiting[0].after_paragraph <= place:
            open_group = _close(lines, open_group)
            lines.append(image_tag(waiting.pop(0)))
        group = _group(block)
        if group != open_group:
            _close(lines, open_group)
            open_group = group
            if group:
                lines.append(f"<{group}>")
        lines.append(_block(block))
    _close(lines, open_group)
    lines.extend(image_tag(image) for image in waiting)
    return "\n".join(line for line in lines if line)


def _group(block: Block) -> str:
    match block:
        case ListItem(ordered=True):
            return "ol"
        case ListItem():
            return "ul"
        case TableRow():
            return "table"
        case Quote():
            return "blockquote"
        case _:
            return ""


def _close(lines: list[str], group: str) -> str:
    if group:
        lines.append(f"</{group}>")
    return ""


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, markup):
            return f"<h{level}>{markup or html.escape(text)}</h{level}>"
        case ListItem(text, _, markup):
            return f"<li>{markup or html.escape(text)}</li>"
        case TableRow(cells, markup):
            return f"<tr>{markup or ''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"
        case Code(text):
            return f"<pre>{html.escape(text)}</pre>"
        case Paragraph(text, markup) | Quote(text, markup):
            return f"<p>{markup or html.escape(text)}</p>"
