"""The neutral form: what a reader of any format makes of a document, before there is an article.

A reader turns bytes into a ``Reading``: the document, what was repaired, what is worth a warning, and
whether a person should look at it. Nothing here knows a model, a database or a network.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext, pgettext

from articles.documents.dates import Moment

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


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class ListItem:
    text: str
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


Block = Paragraph | Heading | ListItem | TableRow


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the document names, and the number of blocks that stand before it."""

    name: str
    after_paragraph: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str


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

    @property
    def paragraphs(self) -> list[str]:
        return [block.text for block in self.blocks]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of a document. A refused one has no text; its last warning says why."""

    document: Document
    status: Status
    warnings: tuple[Note, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)


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
        case _:
            return ""


def _close(lines: list[str], group: str) -> str:
    if group:
        lines.append(f"</{group}>")
    return ""


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{html.escape(text)}</h{level}>"
        case ListItem(text):
            return f"<li>{html.escape(text)}</li>"
        case TableRow(cells):
            return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
        case Paragraph(text):
            return f"<p>{html.escape(text)}</p>"
