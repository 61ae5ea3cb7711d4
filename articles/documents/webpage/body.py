"""Which element of a page holds the article's text, and which of its blocks are text.

The container of a known system is taken as it is. On other pages two extractors, readability and trafilatura, give
their opinion, and each block of the page is weighed: what both say, what it looks like, what stands around it. No
extractor is right on all pages; together they are right more often than the better of them.
"""

import math
import re
from dataclasses import dataclass, field, replace
from typing import TypeVar

import readability
import trafilatura
from lxml import etree
from lxml.html import HtmlElement, tostring

from articles.documents import blocks, furniture
from articles.documents.blocks import Content
from articles.documents.document import Circumstances, Heading, ListItem, TableRow
from articles.documents.webpage import containers
from articles.documents.webpage.page import Page
from articles.documents.webpage.weights import HAN_WEIGHTS, LATIN_WEIGHTS

LARGEST_WEIGHED = 3_000_000  # characters of markup; the extractors need seconds for more
MOST_BLOCKS = 4000
TEXT_SHARE = 0.85  # of the chosen text lies in the element that is taken for its container
Kept = TypeVar("Kept")
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_SENTENCE_END = re.compile('[。！？!?.…"”’」』）)]$')
_PUNCTUATION = re.compile("[，。、；：！？,.;:!?]")
_NOT_WORDS = re.compile(r"[\W_]+")
_IMPRINT = re.compile("©|copyright|all rights reserved|版权所有|icp备", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """``element`` is the smallest element of the page that holds the text; None where there is no text."""

    element: HtmlElement | None = None
    content: Content = field(default_factory=Content)
    dropped: tuple[str, ...] = ()
    known: bool = False  # the element is the container of a known system
    whole: Content = field(default_factory=Content)  # all blocks of the page, for what stands around the text


def find(page: Page, circumstances: Circumstances) -> Body:
    """The text of the page."""
    tree = page.tree
    for element in list(containers.matching(tree, circumstances.rules.drop)):
        element.drop_tree()
    root = tree.find("body")
    root = tree if root is None else root
    content = blocks.of(root, base=page.base)
    container = containers.known(tree, circumstances.rules.containers)
    if container is not None:
        inner = blocks.of(container, base=page.base)
        keep = [not _is_furniture(inner, place) for place in range(len(inner.blocks))]
        return replace(_kept(container, inner, keep, known=True), whole=content)
    if not content.blocks:
        return Body()
    chosen = weigh(tree, content)
    element = _around(root, content, chosen)
    inner = blocks.of(element, base=page.base)
    wanted = {_squeezed(content.blocks[place].text) for place, yes in enumerate(chosen) if yes}
    keep = [_squeezed(block.text) in wanted for block in inner.blocks]
    return replace(_kept(element, inner, keep, known=False), whole=content)


def _is_furniture(content: Content, place: int) -> bool:
    """Buttons and links to neighbours that systems put into their containers."""
    text = content.blocks[place].text
    return furniture.is_navigation(text) or furniture.is_crumb(text)


def _kept(element: HtmlElement, content: Content, keep: list[bool], *, known: bool) -> Body:
    """The body with these blocks; pictures keep their places among them."""
    before = [0]
    for yes in keep:
        before.append(before[-1] + yes)
    images = [replace(image, after_paragraph=before[min(image.after_paragraph, len(keep))]) for image in content.images]

    def chosen(values: tuple[Kept, ...]) -> tuple[Kept, ...]:
        return tuple(value for value, yes in zip(values, keep, strict=True) if yes)

    kept = replace(
        content,
        blocks=chosen(content.blocks),
        elements=chosen(content.elements),
        linked=chosen(content.linked),
        images=tuple(images),
    )
    left = [block.text for block, yes in zip(content.blocks, keep, strict=True) if not yes]
    return Body(element, kept, (*left, *content.dropped), known)


def _squeezed(text: str) -> str:
    return _NOT_WORDS.sub("", text).casefold()


# ---------------------------------------------------------------- two opinions, and the look of a block
def weigh(tree: HtmlElement, content: Content) -> list[bool]:
    """For each block of the page whether it is text of the article."""
    rows, han = features(tree, content)
    weights = HAN_WEIGHTS if han else LATIN_WEIGHTS
    chosen = [sum(map(float.__mul__, weights, row)) > 0 for row in rows]
    if any(chosen):
        return chosen
    for column in (2, 1):  # nothing looks like text: what one extractor says, or else all there is
        if any(row[column] for row in rows):
            return [bool(row[column]) for row in rows]
    return [True for _row in rows]


def features(tree: HtmlElement, content: Content) -> tuple[list[list[float]], bool]:
    """What is known of each block, in numbers, and whether the page is Chinese."""
    source = tostring(tree, encoding="unicode") if len(content.blocks) <= MOST_BLOCKS else ""
    texts = [_squeezed(block.text) for block in content.blocks]
    opinions = _Opinions(texts, _readable(source), _extracted(source))
    han = sum(len(HAN.findall(block.text)) for block in content.blocks) > 0.2 * (sum(map(len, texts)) or 1)
    noise, heading = _Noise(), _heading_of(tree, content, texts)
    looks = [_look(content, place, len(texts[place]), noise) for place in range(len(texts))]
    worth = [look[1] * len(text) * (1 - look[0]) for look, text in zip(looks, texts, strict=True)]
    page = opinions.of_page(worth)
    rows = [[*opinions.of(place, page), *looks[place], float(place > heading >= 0)] for place in range(len(texts))]
    return rows, han


def _look(content: Content, place: int, size: int, noise: "_Noise") -> list[float]:
    """What a block looks like, whoever thinks what of it."""
    block = content.blocks[place]
    linked = min(1.0, content.linked[place] / max(1, len(block.text)))
    return [
        linked,
        min(1.0, 12 * len(_PUNCTUATION.findall(block.text)) / max(1, size)),
        math.log1p(size) / 6,
        float(size < 12),
        float(noise.has(content.elements[place])),
        float(bool(_SENTENCE_END.search(block.text))),
        float(isinstance(block, Heading)),
        float(isinstance(block, ListItem)),
        float(isinstance(block, TableRow)),
        float(bool(_IMPRINT.search(block.text))),
    ]


def _heading_of(tree: HtmlElement, content: Content, texts: list[str]) -> int:
    """Where the heading stands that the page's title repeats; -1 where there is none."""
    title = _squeezed(tree.findtext(".//title") or "")
    for place, text in enumerate(texts):
        if len(text) > 7 and isinstance(content.blocks[place], Heading) and text in title:
            return place
    return -1


class _Opinions:
    """What the two extractors think of each block, and of the page as a whole."""

    def __init__(self, texts: list[str], first: str, second: str) -> None:
        self.sizes = [len(text) for text in texts]
        self.first = [float(bool(text) and text in first) for text in texts]
        self.second = [float(bool(text) and text in second) for text in texts]
        self.votes = [one + other for one, other in zip(self.first, self.second, strict=True)]
        self.spans = _span(self.first), _span(self.second)

    def of_page(self, worth: list[float]) -> tuple[float, float]:
        """How far they disagree, and which of them found more running text (1: only the first, -1: the second)."""
        one = sum(map(float.__mul__, self.first, worth))
        other = sum(map(float.__mul__, self.second, worth))
        both = sum(value for value, vote in zip(worth, self.votes, strict=True) if vote == 2)
        either = one + other - both
        return (1 - both / either if either else 1.0), ((one - other) / (one + other) if one + other else 0.0)

    def of(self, place: int, page: tuple[float, float]) -> list[float]:
        one, other, size = self.first[place], self.second[place], math.log1p(self.sizes[place]) / 6
        apart, more = page
        return [
            1.0,
            one,
            other,
            one * other,
            one * size,
            other * size,
            one * apart,
            other * apart,
            one * more,
            other * more,
            one * apart * more,
            other * apart * more,
            sum(self.votes[max(0, place - 3) : place]) / 6,
            sum(self.votes[place + 1 : place + 4]) / 6,
            float(self.spans[0][0] <= place <= self.spans[0][1]),
            float(self.spans[1][0] <= place <= self.spans[1][1]),
        ]


def _span(inside: list[float]) -> tuple[int, int]:
    places = [place for place, yes in enumerate(inside) if yes]
    return (places[0], places[-1]) if places else (1, 0)


@dataclass(slots=True)
class _Noise:
    """Whether an element stands inside one whose name says that it is no text."""

    known: dict[HtmlElement, bool] = field(default_factory=dict)

    def has(self, element: HtmlElement | None) -> bool:
        if element is None or element.tag in ("body", "html"):
            return False
        if element not in self.known:
            own = containers.is_noise(element) or element.tag in ("nav", "aside", "footer", "header", "form")
            self.known[element] = own or self.has(element.getparent())
        return self.known[element]


def _readable(source: str) -> str:
    if not source or len(source) > LARGEST_WEIGHED:
        return ""
    try:
        summary = readability.Document(source).summary(html_partial=True)
    except (readability.readability.Unparseable, etree.LxmlError, ValueError, AttributeError, TypeError, KeyError):
        return ""
    return _squeezed("".join(blocks.parse(summary).itertext()))


def _extracted(source: str) -> str:
    if not source or len(source) > LARGEST_WEIGHED:
        return ""
    found = trafilatura.bare_extraction(source, include_comments=False, include_tables=True, with_metadata=False)
    text = found.get("text") if isinstance(found, dict) else getattr(found, "text", None)
    return _squeezed(text or "")


# ---------------------------------------------------------------- the element
def _around(whole: HtmlElement, content: Content, chosen: list[bool]) -> HtmlElement:
    """The smallest element that holds most of the chosen text."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for place, yes in enumerate(chosen):
        element = content.elements[place]
        if not yes or element is None:
            continue
        size = len(content.blocks[place].text)
        total += size
        for ancestor in (element, *element.iterancestors()):
            weights[ancestor] = weights.get(ancestor, 0) + size
    enough = [element for element, weight in weights.items() if weight >= TEXT_SHARE * total]
    return max(enough, key=lambda element: sum(1 for _up in element.iterancestors()), default=whole)
