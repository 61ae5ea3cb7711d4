"""The original of a document as lines of plain text, to be looked at beside what was read in it.

Nothing of it is ever shown as markup: a saved page is the words of its elements, a Word document those of its
paragraphs, an item of an export or feed its elements by name, everything else its own text.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from lxml import etree
from lxml.html import HtmlElement

from articles.documents import blocks, mhtml
from articles.documents.document import Circumstances, Evidence, Reading
from articles.documents.sniffing import Kind
from articles.documents.webpage import page as pages
from articles.text import encodings, repairs

MOST_LINES = 3000
LONGEST_LINE = 20_000  # characters
LARGEST_PART = 40 * 1024 * 1024  # bytes of a Word document's text, unpacked
SHORTEST_QUOTE = 2  # characters; a shorter one stands everywhere
UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "select", "textarea"})
LINES = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with its number, the fields that it gave, and whether it was left out."""

    number: int
    text: str
    fields: tuple[str, ...] = ()
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Original:
    lines: tuple[Line, ...] = ()
    more: int = 0  # lines that are not shown
    note: str = ""


def shown(kind: Kind | None, data: bytes, reading: Reading, *, labels: Mapping[str, str], at: datetime) -> Original:
    """The lines of the original; ``labels`` are the names of the fields that a line may have given."""
    try:
        texts = list(_texts(kind, data, at))
    except (encodings.Undecodable, _Unreadable):
        return Original(note=_("This document cannot be shown as text."))
    while texts and not texts[-1].strip():
        texts.pop()
    if not texts:
        return Original(note=_("This document has no text."))
    mended = _mended(texts)
    fields, dropped = _places(mended, reading.evidence), _found(mended, reading.dropped)
    lines = tuple(
        Line(
            number + 1,
            text[:LONGEST_LINE],
            tuple(labels[name] for name in fields.get(number, ()) if name in labels),
            number in dropped and number not in fields,
        )
        for number, text in enumerate(texts[:MOST_LINES])
    )
    return Original(lines, max(0, len(texts) - MOST_LINES))


class _Unreadable(ValueError):
    """The document has no text that could be shown."""


def _texts(kind: Kind | None, data: bytes, at: datetime) -> Iterator[str]:
    if kind is Kind.WORD:
        return _paragraphs(data)
    if kind is Kind.MHTML:
        package = mhtml.open_package(data)
        data = package.html if isinstance(package, mhtml.Package) else data
    if kind in (Kind.WEBPAGE, Kind.MHTML):
        page = pages.parse(data, Circumstances(at))
        if isinstance(page, pages.Page):
            return _words(page.tree)
    if kind in (Kind.WORDPRESS, Kind.FEED) and (item := _item(data)) is not None:
        return _elements(item)
    return iter(encodings.decode(data).text.splitlines())


# ---------------------------------------------------------------- saved pages
def _words(tree: HtmlElement) -> Iterator[str]:
    """The words of a page, a line for each element that stands on lines of its own."""
    line: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in LINES:
            yield from _line(line)
        if event == "start" and not _is_unseen(element):
            line.append(element.text or "")
        elif event == "end" and (above := element.getparent()) is not None and not _is_unseen(above):
            line.append(element.tail or "")
    yield from _line(line)


def _is_unseen(element: HtmlElement) -> bool:
    return element.tag in UNSEEN or any(above.tag in UNSEEN for above in element.iterancestors())


def _line(parts: list[str]) -> Iterator[str]:
    text = " ".join("".join(parts).split())
    parts.clear()
    if text:
        yield text


# ---------------------------------------------------------------- exports and feeds
def _item(data: bytes) -> etree._Element | None:
    """The item of an export or feed; None where it is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _elements(item: etree._Element) -> Iterator[str]:
    """Each element that says something, by its name; a text in HTML by its words."""
    for element in item.iter():
        if not isinstance(element.tag, str):
            continue
        name = (
            f"{element.prefix}:{etree.QName(element).localname}" if element.prefix else element.tag.rpartition("}")[2]
        )
        text = (element.text or "").strip()
        if "<" in text and ">" in text:
            yield f"{name}:"
            yield from _words(blocks.parse(text))
        elif text:
            first, *rest = text.splitlines()
            yield f"{name}: {first}"
            yield from rest
        elif address := element.get("href") or element.get("url"):
            yield f"{name}: {address}"


# ---------------------------------------------------------------- Word
def _paragraphs(data: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(_main_part(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _Unreadable from error
    for paragraph in tree.iter("{*}p"):
        pieces = (_piece(element) for element in paragraph.iter("{*}t", "{*}tab", "{*}br", "{*}cr"))
        yield "".join(pieces)


def _piece(element: etree._Element) -> str:
    return element.text or "" if etree.QName(element).localname == "t" else " "


def _main_part(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            name = next(one for one in ("word/document.xml", "word/document2.xml") if one in names)
            with package.open(name) as part:
                content = part.read(LARGEST_PART + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        StopIteration,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise _Unreadable from error
    if len(content) > LARGEST_PART or b"<!DOCTYPE" in content:
        raise _Unreadable
    return content


# ---------------------------------------------------------------- what came from where
def _mended(texts: list[str]) -> list[str]:
    """The lines as they are compared with what a reader quotes: after the repairs."""
    mended = repairs.repair("\n".join(texts)).text.split("\n")
    return [_bare(text) for text in (mended if len(mended) == len(texts) else texts)]


def _bare(text: str) -> str:
    """The words with single blanks; an element is quoted by its name with or without a colon."""
    return " ".join(text.replace(": ", " ").split())


def _places(lines: Sequence[str], evidence: Mapping[str, Evidence]) -> dict[int, list[str]]:
    """For each line that gave a field, the names of the fields."""
    found: dict[int, list[str]] = {}
    for name, proof in evidence.items():
        quote = _bare(proof.quote.rstrip("…"))
        if len(quote) < SHORTEST_QUOTE:
            continue
        place = next((number for number, line in enumerate(lines) if line == quote), None)
        if place is None:
            place = next((number for number, line in enumerate(lines) if quote in line), None)
        if place is not None:
            found.setdefault(place, []).append(name)
    return found


def _found(lines: Sequence[str], dropped: Sequence[str]) -> frozenset[int]:
    wanted = {_bare(line) for line in dropped} - {""}
    return frozenset(number for number, line in enumerate(lines) if line in wanted)
