"""From HTML elements to the blocks, pictures and attachments of the neutral form.

``of(element)`` walks any element of any page; ``parse(html)`` makes one of a string. What is no text (scripts, forms,
what a page hides) goes; what a reader could miss of it (a film, a frame) is named in ``dropped``.
"""

import base64
import binascii
import html as escaping
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lxml.html import HtmlElement

from articles.documents import elements, pictures
from articles.documents.document import (
    Attachment,
    Block,
    Code,
    Heading,
    Image,
    ListItem,
    Paragraph,
    Quote,
    TableRow,
)
from articles.documents.elements import parse, plain, urlsplit_path

__all__ = ["Content", "of", "parse", "plain", "urlsplit_path"]

DEEPEST = 100  # elements inside one another; what lies deeper is read as plain text
LARGEST_PART = 30 * 1024 * 1024  # bytes of a picture inside the page

INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "u": "u", "ins": "u", "s": "s",
    "del": "s", "strike": "s", "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "tt": "code"}  # fmt: skip
_BLOCKS = """
    address article aside body center dd details dir div dl dt fieldset figure footer form header hgroup hr html
    legend main menu nav p section summary tbody td tfoot th thead tr caption figcaption
"""
BLOCK = frozenset(_BLOCKS.split())
_GONE = """
    script style template head title meta link button input select textarea option datalist svg canvas
    base area map param source track dialog progress meter
"""
GONE = frozenset(_GONE.split())
NAMED = frozenset(("iframe", "frame", "embed", "object", "video", "audio", "applet"))
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


@dataclass(frozen=True, slots=True)
class Content:
    """What an element holds, in order; ``parts`` are pictures that stand inside the page itself, by their address."""

    blocks: tuple[Block, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    dropped: tuple[str, ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)
    elements: tuple[HtmlElement, ...] = ()  # for each block the element that it began in
    linked: tuple[int, ...] = ()  # for each block how many of its letters stand in links
    shown: tuple[HtmlElement, ...] = ()  # for each picture its element
    offered: tuple[HtmlElement, ...] = ()  # for each attachment the element of its link


def of(element: HtmlElement, *, base: str = "") -> Content:
    """The blocks, pictures and attachments of this element. ``base`` makes relative links whole."""
    return once(whole(element, base=base))


def whole(element: HtmlElement, *, base: str = "") -> Content:
    """The same, with a picture or a file that the element names twice in both places."""
    walker = _Walker(base)
    walker.children(element, depth=0)
    walker.flush()
    return walker.content()


def once(content: Content) -> Content:
    """Each picture and each file where it stands first."""
    shown = _firsts([image.address for image in content.images])
    offered = _firsts([file.address for file in content.attachments])
    return replace(
        content,
        images=tuple(content.images[place] for place in shown),
        shown=tuple(content.shown[place] for place in shown),
        attachments=tuple(content.attachments[place] for place in offered),
        offered=tuple(content.offered[place] for place in offered),
    )


def _firsts(addresses: list[str]) -> list[int]:
    return sorted({address: place for place, address in reversed(list(enumerate(addresses)))}.values())


class _Walker:
    """Goes through the elements in the order of the page."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.blocks: list[Block] = []
        self.elements: list[HtmlElement] = []
        self.linked: list[int] = []
        self.images: list[Image] = []
        self.shown: list[HtmlElement] = []
        self.attachments: list[Attachment] = []
        self.offered: list[HtmlElement] = []
        self.dropped: list[str] = []
        self.parts: dict[str, bytes] = {}
        self._html: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []  # inline elements that are open here, as their start tags
        self._waiting: list[tuple[Image, HtmlElement]] = []  # pictures inside the paragraph that is being read
        self._links: list[str] = []  # the words of links to attachments in it
        self._began: HtmlElement | None = None
        self._linked = 0
        self._heading = 0
        self._quoted = False
        self._centered = False
        self._captioned = False

    def content(self) -> Content:
        return Content(
            tuple(self.blocks),
            tuple(self.images),
            tuple(self.attachments),
            tuple(dict.fromkeys(self.dropped)),
            self.parts,
            tuple(self.elements),
            tuple(self.linked),
            tuple(self.shown),
            tuple(self.offered),
        )

    # ------------------------------------------------------------ the walk
    def children(self, element: HtmlElement, *, depth: int) -> None:
        self.words(element.text, element)
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, depth=depth + 1)
            self.words(child.tail, element)

    def element(self, element: HtmlElement, *, depth: int) -> None:
        tag = element.tag.lower()
        if tag in GONE or elements.is_hidden(element):
            return
        if depth > DEEPEST:
            self._flat(element, depth)
        elif tag == "figure" or "wp-caption" in (element.get("class") or "").split():
            self._figure(element, depth)
        elif way := _WAYS.get(tag):
            way(self, element, depth)
        else:
            self.children(element, depth=depth)

    def words(self, text: str | None, element: HtmlElement) -> None:
        if not text or (not self._text and text.isspace()):
            return
        text = elements.INVISIBLE.sub("", text)
        if self._began is None and text.strip():
            self._began = element
        self._text.append(text)
        self._html.append(escaping.escape(text, quote=False))

    def flush(self) -> None:
        """End the paragraph that is being read."""
        if not self._text and not self._waiting:
            self._html, self._links, self._linked = list(self._open), [], 0
            return
        text = plain("".join(self._text))
        if text:
            self._paragraph(text)
        for image, element in self._waiting:
            self._show(image, element)
        self._text, self._html = [], list(self._open)
        self._waiting, self._links, self._began, self._linked = [], [], None, 0

    def _paragraph(self, text: str) -> None:
        markup = elements.tidy(
            "".join(self._html) + "".join(f"</{elements.name_of(tag)}>" for tag in reversed(self._open))
        )
        if not self._is_caption(text) and not self._is_attachment(text):
            self._append(text, "" if markup == escaping.escape(text, quote=False) else markup)

    def _append(self, text: str, markup: str) -> None:
        block: Block
        if self._heading:
            block = Heading(text, self._heading, markup)
        elif self._quoted:
            block = Quote(text, markup)
        else:
            block = Paragraph(text, markup)
        self._add(block, self._began, self._linked)

    def _add(self, block: Block, element: HtmlElement | None, linked: int) -> None:
        self.blocks.append(block)
        self.elements.append(element)
        self.linked.append(linked)

    def _block(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        before = self._centered, self._captioned
        style = element.get("style")
        self._centered = self._centered or element.get("align") == "center"
        self._centered = self._centered or bool(style and elements.CENTERED.search(style))
        self._captioned = elements.is_caption(element)
        self.children(element, depth=depth)
        self.flush()
        self._centered, self._captioned = before
        for name in ("pdfsrc", "data-pdf"):
            if address := (element.get(name) or "").strip():
                self._attach(address, element.get("sudyfile-attr") or "", element)

    def _flat(self, element: HtmlElement, depth: int) -> None:
        """What lies too deep is read as text alone."""
        self.words(" ".join(part for part in element.itertext() if part.strip())[:200_000], element)

    def _in_heading(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        before, self._heading = self._heading, HEADINGS[element.tag]
        self.children(element, depth=depth)
        self.flush()
        self._heading = before

    def _quote(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        before, self._quoted = self._quoted, True
        self.children(element, depth=depth)
        self.flush()
        self._quoted = before

    def _inline(self, element: HtmlElement, depth: int) -> None:
        tag = INLINE[element.tag]
        start = f"<{tag}>"
        if start in self._open:
            self.children(element, depth=depth)
            return
        self._html.append(start)
        self._open.append(start)
        self.children(element, depth=depth)
        self._open.remove(start)
        self._html.append(f"</{tag}>")

    def _line_end(self, element: HtmlElement, depth: int) -> None:
        """Two line ends part paragraphs; so does one after a sentence, or before an indent."""
        text = "".join(self._text)
        following = element.getnext()
        double = following is not None and following.tag == "br" and not (element.tail or "").strip()
        indented = re.match("\\s*(?:\u3000{2}|\u00a0{4}|(?:\u2003){2})", element.tail or "")
        ended = elements.SENTENCE_END.search(plain(text)) and len(plain(text)) > 20
        if not plain(text) or double or indented or ended:
            self.flush()
            return
        self._text.append("\n")
        self._html.append("<br>")

    # ------------------------------------------------------------ links and files
    def _link(self, element: HtmlElement, depth: int) -> None:
        address = (element.get("href") or "").strip()
        words = plain(element.text_content())
        self._linked += len(words)
        if elements.offers_file(element, address, words):
            self._attach(address, words, element)
            self._links.append(words)
            self.children(element, depth=depth)
            return
        target = elements.target(address, self.base)
        if not target or any(tag.startswith("<a ") for tag in self._open) or not words:
            self.children(element, depth=depth)
            return
        start = f'<a href="{escaping.escape(target)}">'
        self._html.append(start)
        self._open.append(start)
        self.children(element, depth=depth)
        self._open.remove(start)
        self._html.append("</a>")

    def _attach(self, address: str, words: str, element: HtmlElement) -> None:
        title = element.get("title") or element.get("sudyfile-attr") or ""
        last = unquote(urlsplit_path(address).rsplit("/", 1)[-1])
        stated = re.search(r"'title'\s*:\s*'([^']+)'", title)
        names = [
            stated[1] if stated else "",
            elements.ATTACHMENT_LEAD.sub("", words).strip("《》【】[] "),
            plain(title),
            last,
        ]
        name = next((one for one in names if elements.OFFICE.search(one) and len(one) <= pictures.LONGEST_NAME), last)
        if name:
            self.attachments.append(Attachment(name, address, words))
            self.offered.append(element)

    def _is_attachment(self, text: str) -> bool:
        """A line that is nothing but links to files; they are listed below the article."""
        if not self._links:
            return False
        rest = text
        for words in self._links:
            rest = rest.replace(words, " ", 1)
        return not elements.ATTACHMENT_LEAD.sub("", plain(rest)).strip(
            " •●▪■◆【】[]（）()，,、;；:：.-—0123456789次已下载"
        )

    def _name(self, element: HtmlElement, depth: int) -> None:
        sources = [element.get(name) for name in ("data-src", "src", "data")]
        sources += [child.get("src") for child in element.iter("source")]
        address = next((source for source in sources if source), "")
        if address:
            self.dropped.append(f"{element.tag}: {address[: elements.LONGEST_ADDRESS]}")

    def _formula(self, element: HtmlElement, depth: int) -> None:
        self.words(elements.formula(element), element)

    # ------------------------------------------------------------ pictures
    def _unscripted(self, element: HtmlElement, depth: int) -> None:
        """Pages that load their pictures late repeat them for readers without scripts."""
        before = element.getprevious()
        late = [before, *before.iter("img")] if before is not None else []
        if any(one.tag == "img" and elements.image_address(one) for one in late):
            return
        for picture in element.iter("img"):
            if not elements.is_hidden(picture):
                self._picture(picture, depth)

    def _picture(self, element: HtmlElement, depth: int) -> None:
        address = elements.image_address(element)
        if not address:
            return
        alt = plain(element.get("alt") or "")
        if match := elements.DATA.match(address):
            self._inside(element, address, match, alt)
            return
        name = urlsplit_path(address).rstrip("/").rsplit("/", 1)[-1]
        if not name:
            return
        alt = "" if alt.casefold() == unquote(name).casefold() or pictures.picture_names(alt) else alt
        self._place(Image(name, 0, alt=alt, address=address), element)

    def _inside(self, element: HtmlElement, address: str, match: re.Match[str], alt: str) -> None:
        """A picture whose bytes stand in the address itself."""
        try:
            data = base64.b64decode(address[match.end() :][: LARGEST_PART * 2], validate=False)
        except (binascii.Error, ValueError):
            return
        if 200 < len(data) <= LARGEST_PART:
            name = f"inline-{len(self.parts) + 1}.{match['kind'].lower()}"
            self.parts[name] = data
            self._place(Image(name, 0, alt=alt, address=name), element)

    def _place(self, image: Image, element: HtmlElement) -> None:
        if plain("".join(self._text)):
            self._waiting.append((image, element))
        else:
            self._show(image, element)

    def _show(self, image: Image, element: HtmlElement) -> None:
        self.images.append(replace(image, after_paragraph=len(self.blocks)))
        self.shown.append(element)

    def _figure(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        before = len(self.images)
        captions = [
            child
            for child in element.iter()
            if isinstance(child.tag, str) and child is not element and elements.is_caption(child)
        ]
        blocks = len(self.blocks)
        self.children(element, depth=depth)
        self.flush()
        words = plain(" ".join(caption.text_content() for caption in captions[:1]))
        if words and len(self.images) > before:
            for place in reversed(range(blocks, len(self.blocks))):
                if self.blocks[place].text in words:
                    del self.blocks[place], self.elements[place], self.linked[place]
            last = self.images[-1]
            self.images[-1] = replace(last, caption=words, after_paragraph=min(last.after_paragraph, len(self.blocks)))

    def _is_caption(self, text: str) -> bool:
        """A line directly below a picture that says so, by its words, its class or by standing in the middle."""
        if not self.images or self.images[-1].after_paragraph != len(self.blocks) or self.images[-1].caption:
            return False
        if self._heading or self._waiting or not pictures.is_caption(text):
            return False
        if not (self._captioned or pictures.is_marked_caption(text) or (self._centered and len(text) <= 60)):
            return False
        self.images[-1] = replace(self.images[-1], caption=text)
        return True

    # ------------------------------------------------------------ lists, tables, code
    def _inner(self, element: HtmlElement, depth: int) -> "_Walker":
        inner = _Walker(self.base)
        inner.parts = self.parts
        inner.children(element, depth=depth)
        inner.flush()
        self.attachments += inner.attachments
        self.offered += inner.offered
        self.dropped += inner.dropped
        return inner

    def _list(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        ordered = element.tag == "ol"
        for child in element:
            if not isinstance(child.tag, str) or child.tag in GONE or elements.is_hidden(child):
                continue
            inner = self._inner(child, depth)
            if any(isinstance(block, TableRow | Heading) for block in inner.blocks) or child.tag != "li":
                self._take(inner)
                continue
            items = [block for block in inner.blocks if isinstance(block, ListItem)]
            own = [block for block in inner.blocks if not isinstance(block, ListItem)]
            self._images_of(inner)
            if own:
                text = " ".join(block.text for block in own)
                markup = "<br>".join(_html(block) for block in own)
                plain_markup = markup == escaping.escape(text, quote=False)
                self._add(ListItem(text, ordered, "" if plain_markup else markup), child, sum(inner.linked))
            for item in items:
                self._add(item, child, 0)

    def _take(self, inner: "_Walker") -> None:
        start = len(self.blocks)
        self.blocks += inner.blocks
        self.elements += inner.elements
        self.linked += inner.linked
        self.images += [replace(one, after_paragraph=start + one.after_paragraph) for one in inner.images]
        self.shown += inner.shown

    def _images_of(self, inner: "_Walker") -> None:
        self.images += [replace(one, after_paragraph=len(self.blocks)) for one in inner.images]
        self.shown += inner.shown

    def _table(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        if elements.is_layout(element, rows):
            self.children(element, depth=depth)
            self.flush()
            return
        for child in element:
            if child.tag == "caption":
                self._block(child, depth)
        for row in rows:
            self._row(row, depth)

    def _row(self, row: HtmlElement, depth: int) -> None:
        cells, markups, simple, linked = [], [], True, 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            inner = self._inner(cell, depth)
            text = " ".join(block.text for block in inner.blocks)
            markup = "<br>".join(_html(block) for block in inner.blocks)
            spans = "".join(
                f' {name}="{value}"'
                for name in ("colspan", "rowspan")
                if (value := (cell.get(name) or "").strip()).isdigit() and value not in ("0", "1")
            )
            simple = simple and not spans and cell.tag == "td" and markup == escaping.escape(text, quote=False)
            cells.append(text)
            markups.append(f"<{cell.tag}{spans}>{markup}</{cell.tag}>")
            self._images_of(inner)
            linked += sum(inner.linked)
        if any(cells):
            self._add(TableRow(tuple(cells), "" if simple else "".join(markups)), row, linked)

    def _code(self, element: HtmlElement, depth: int) -> None:
        self.flush()
        text = elements.INVISIBLE.sub("", element.text_content()).strip("\n")
        if text.strip():
            self._add(Code(text), element, 0)


_WAYS: dict[str, Callable[[_Walker, HtmlElement, int], None]] = {
    **dict.fromkeys(BLOCK, _Walker._block),
    **dict.fromkeys(INLINE, _Walker._inline),
    **dict.fromkeys(HEADINGS, _Walker._in_heading),
    **dict.fromkeys(NAMED, _Walker._name),
    **dict.fromkeys(("ul", "ol"), _Walker._list),
    **dict.fromkeys(("pre", "listing", "xmp"), _Walker._code),
    "br": _Walker._line_end,
    "img": _Walker._picture,
    "noscript": _Walker._unscripted,
    "math": _Walker._formula,
    "a": _Walker._link,
    "table": _Walker._table,
    "blockquote": _Walker._quote,
}


def _html(block: Block) -> str:
    return getattr(block, "html", "") or escaping.escape(block.text, quote=False)
