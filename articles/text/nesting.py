"""Any HTML made well nested, in one pass, before a sanitizer builds a tree of it.

Tree builders are quadratic on open elements, on attributes and on what stands in a table outside its cells. Limits read
from the source do not hold: a wrong end tag closes nothing, a quote hides a tag. So the source is not measured but
written anew: every element closed where it ends, no comment, no foreign part, tables only of rows and cells, and a
picture never inside a paragraph. What comes out is no safer than what went in; that is the sanitizer's part.
"""

import re
from collections import Counter
from typing import Final

DEEPEST_NESTING = 100
MOST_ATTRIBUTES = 64  # of one element
MOST_ATTRIBUTES_IN_ALL = 400_000
MOST_ELEMENTS = 200_000

SAME: Final = {"b": "strong", "i": "em", "strike": "s", "del": "s", "h1": "h2", "h5": "h4", "h6": "h4"}
INLINE: Final = {"strong", "em", "u", "s", "sub", "sup", "code", "a"}
TEXT_BLOCKS: Final = {"p", "h2", "h3", "h4", "pre"}  # they hold lines of text and no other block
ROWS: Final = {"table", "thead", "tbody", "tfoot", "tr"}  # they hold rows or cells and no text
CELLS: Final = {"td", "th", "caption"}
# In which elements a part of a table stands.
STANDS_IN: Final = {
    "caption": {"table"}, "thead": {"table"}, "tbody": {"table"}, "tfoot": {"table"},
    "tr": {"table", "thead", "tbody", "tfoot"}, "td": {"tr"}, "th": {"tr"},
}  # fmt: skip
OTHER_BLOCKS: Final = {"ul", "ol", "li", "blockquote", "figure", "figcaption", "table"}
KNOWN: Final = INLINE | TEXT_BLOCKS | OTHER_BLOCKS | STANDS_IN.keys()
SINGLE: Final = {"br", "hr", "img"}
# Blocks that no article has: their content stays, on a line of its own.
LINES: Final = {
    "address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "footer", "form",
    "header", "legend", "main", "nav", "option", "section", "summary",
}  # fmt: skip
# Elements that go with all that is in them.
GONE: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in (
        "script", "style", "iframe", "object", "svg", "math", "template", "noscript", "title", "textarea", "xmp",
        "noembed", "noframes",
    )
}  # fmt: skip

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)")
ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+))?)?""",
)
TAG_END = re.compile(r"[\s/]*+>")
COMMENT_END = re.compile(r"--!?>")
PICTURE = re.compile(r' (?:data-file="[1-9]|src="[^"])')
ATTRIBUTE_NAME = re.compile(r"[a-z][a-z-]*")


class MarkupRefused(ValueError):
    """The HTML is larger or stranger than any article; ``reason`` and ``found`` tell why."""

    def __init__(self, reason: str, found: int, most: int) -> None:
        super().__init__(f"The text is refused: {reason} is {found}, at most {most} is accepted.")
        self.reason, self.found, self.most = reason, found, most


def well_nested(html: str) -> str:
    """The same text with every element closed where it ends. Raises MarkupRefused."""
    if (found := html.count("<")) > MOST_ELEMENTS:
        raise MarkupRefused("the number of elements", found, MOST_ELEMENTS)
    nest = _Nest()
    position = 0
    while (start := html.find("<", position)) >= 0:
        nest.text(html[position:start])
        position = _step(nest, html, start)
    nest.text(html[position:])
    nest.close_to(0)
    return "".join(nest.out)


def _step(nest: "_Nest", html: str, start: int) -> int:
    """Take the tag or comment at this place; where to go on. What never ends goes with the rest of the text."""
    tag = TAG.match(html, start)
    if tag is None:
        if html.startswith("<!--", start):
            end = COMMENT_END.search(html, start + 2)
            return end.end() if end else len(html)
        if html[start + 1 : start + 2] in {"!", "?", "/"}:
            return html.find(">", start) + 1 or len(html)
        nest.text("&lt;")
        return start + 1
    name = SAME.get(tag[2].lower(), tag[2].lower())
    attributes, position = _attributes(nest, html, tag.end())
    end = TAG_END.match(html, position)
    if end is None:
        return len(html)
    if tag[1]:
        nest.end(name)
    elif name in GONE:
        closing = GONE[name].search(html, end.end())
        return closing.start() if closing else len(html)
    else:
        nest.start(name, attributes)
    return end.end()


def _attributes(nest: "_Nest", html: str, position: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    count = 0
    while match := ATTRIBUTE.match(html, position):
        count += 1
        if count > MOST_ATTRIBUTES:
            raise MarkupRefused("the number of attributes of one element", count, MOST_ATTRIBUTES)
        name = match[1].lower()
        if ATTRIBUTE_NAME.fullmatch(name):
            found.setdefault(name, match[2] or match[3] or match[4] or "")
        position = match.end()
    nest.attributes += count
    if nest.attributes > MOST_ATTRIBUTES_IN_ALL:
        raise MarkupRefused("the number of attributes", nest.attributes, MOST_ATTRIBUTES_IN_ALL)
    return found, position


class _Nest:
    """The elements that are open, and what is written so far."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[tuple[str, str]] = []  # name and start tag
        self.interrupted: list[tuple[str, str]] = []  # closed before a picture, open again before the next text
        self.counts: Counter[str] = Counter()  # of the open elements
        self.elements = self.attributes = 0

    def text(self, text: str) -> None:
        if not text:
            return
        if not text.isspace():
            self._room()
        elif self.interrupted:
            return
        self.out.append(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in LINES:
            self._end_text_block()
            self.out.append("\n")
        elif name in SINGLE:
            self._single(name, _written(name, attributes))
        elif name in STANDS_IN:
            self._part_of_table(name, _written(name, attributes))
        elif name in KNOWN:
            if name in INLINE:
                self._room()
                if name == "a":
                    self._close({"a"}, besides={*CELLS, "table"})
            else:
                self._end_text_block()
                if name == "li":
                    self._close({"li"}, besides={"ul", "ol", "table", *CELLS})
                self._room()
            self._push(name, _written(name, attributes))

    def end(self, name: str) -> None:
        if name in LINES:
            self._end_text_block()
            self.out.append("\n")
            return
        names = [one for one, _tag in self.interrupted]
        if name in names:
            del self.interrupted[names.index(name) :]
        elif name in KNOWN:
            part = name in STANDS_IN or name == "table"
            self._close({name}, besides={"table"} - {name} if part else {"table", *CELLS})

    def close_to(self, depth: int) -> None:
        self.interrupted = []
        while len(self.open) > depth:
            self.out.append(f"</{self._pop()[0]}>")

    def _pop(self) -> tuple[str, str]:
        name, tag = self.open.pop()
        self.counts[name] -= 1
        return name, tag

    def _push(self, name: str, tag: str) -> None:
        self.open.append((name, tag))
        self.counts[name] += 1
        self.out.append(tag)
        if len(self.open) > DEEPEST_NESTING:
            raise MarkupRefused("the depth of nested elements", len(self.open), DEEPEST_NESTING)
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise MarkupRefused("the number of elements", self.elements, MOST_ELEMENTS)

    def _depth_of(self, names: set[str], *, besides: set[str]) -> int | None:
        """How deep the innermost of these elements stands; None if there is none before one of the others."""
        if any(self.counts[name] for name in names):
            for depth in range(len(self.open) - 1, -1, -1):
                name = self.open[depth][0]
                if name in names:
                    return depth
                if name in besides:
                    break
        return None

    def _close(self, names: set[str], *, besides: set[str]) -> None:
        depth = self._depth_of(names, besides=besides)
        if depth is not None:
            self.close_to(depth)

    def _end_text_block(self) -> None:
        self.interrupted = []
        self._close(TEXT_BLOCKS, besides={"table", *CELLS})

    def _room(self) -> None:
        """Make a place for text: the interrupted paragraph goes on, and a table without a cell gets one."""
        resumed, self.interrupted = self.interrupted, []
        if self.open and self.open[-1][0] in ROWS:
            if self.open[-1][0] != "tr":
                self._push("tr", "<tr>")
            self._push("td", "<td>")
        for name, tag in resumed:
            self._push(name, tag)

    def _part_of_table(self, name: str, tag: str) -> None:
        depth = self._depth_of({"table"}, besides=set())
        if depth is None:
            return
        self.interrupted = []
        holders = [at for at in range(depth, len(self.open)) if self.open[at][0] in STANDS_IN[name]]
        if holders:
            self.close_to(holders[-1] + 1)
        else:
            self.close_to(max(at for at in range(depth, len(self.open)) if self.open[at][0] in STANDS_IN["tr"]) + 1)
            self._push("tr", "<tr>")
        self._push(name, tag)

    def _single(self, name: str, tag: str) -> None:
        if name == "br" and self.interrupted:
            return
        if name == "img":
            if not PICTURE.search(tag):
                return
            self._interrupt()
        elif name == "hr":
            self._end_text_block()
        if not self.interrupted:
            self._room()
        self.out.append(tag)

    def _interrupt(self) -> None:
        """Close the paragraph before a picture; a paragraph in which nothing stands yet only begins behind it."""
        depth = self._depth_of(TEXT_BLOCKS, besides={"table", "li", "figure", *CELLS})
        if depth is None:
            return
        self.interrupted = self.open[depth:]
        while len(self.open) > depth:
            name, tag = self._pop()
            blank = len(self.out)
            while self.out[blank - 1] == "<br>" or self.out[blank - 1].isspace():
                blank -= 1
            if self.out[blank - 1] is tag:
                del self.out[blank - 1 :]
            else:
                self.out.append(f"</{name}>")


def _written(name: str, attributes: dict[str, str]) -> str:
    written = "".join(' {}="{}"'.format(key, value.replace('"', "&quot;")) for key, value in attributes.items())
    return f"<{name}{written}>"
