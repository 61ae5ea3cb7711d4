"""What each block of a page looks like and where it stands, in numbers.

Nothing here knows a site or asks an extractor: lengths, links, punctuation, the names and kinds of the elements around
a block, and a score of its own for the element that holds most running text.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from articles.documents.blocks import Content
from articles.documents.document import Block, Heading, ListItem, TableRow
from articles.documents.webpage import containers

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
NOT_WORDS = re.compile(r"[\W_]+")
HAN_SHARE = 0.2  # of the letters; a page with more is Chinese
SHORTEST_SCORED = 20  # letters of a block that speaks for the element around it
UNSCORED = ("p", "span", "strong", "a", "b", "em", "font", "i")
WITHIN = frozenset((*UNSCORED, "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "tr", "blockquote"))

_SENTENCE_END = re.compile('[。！？!?.…"”’」』）)]$')
_PUNCTUATION = re.compile("[，。、；：！？,.;:!?]")
_COMMAS = re.compile("[，。,、；;]")
_IMPRINT = re.compile("©|copyright|all rights reserved|版权所有|icp备", re.IGNORECASE)
_TEXT_NAMES = re.compile("article|content|entry|post|text|body|story|main|news|detail|blog", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}"
    r"|\b\d{1,2}[./ ](?:\d{1,2}|[A-Za-z]{3,9})[./, ]{1,2}(?:19|20)\d\d|\b\d{1,2}:\d\d\b"
)
_BYLINE = re.compile(
    r"^(?:by|von|par|por|door|av|di|posted|published|updated|author|source|credit|photo)\b"
    r"|^(?:作者|来源|责任编辑|编辑|记者|发布|时间)",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^(?:read (?:more|also|next)|see also|also read|related|more (?:from|on|stories)|share|follow|subscribe|sign up|"
    r"click here|comments?|leave a|tags?|filed under|lesen sie auch|mehr zum thema|lire aussi|"
    r"相关|推荐|延伸阅读|更多|上一篇|下一篇|分享|扫码|关注|点击|声明|免责)",
    re.IGNORECASE,
)

# The order of the numbers in a row; ``weights`` names its weights after them.
NAMES = (
    "linked", "punctuation", "length", "short", "tiny", "noise", "nav", "aside", "text_name", "article", "main",
    "container", "in_list", "form", "some_article", "some_container", "sentence", "heading", "item", "row", "imprint",
    "below_title", "some_title", "title", "place", "date", "byline", "call", "repeated", "score", "best",
    "share", "linked_around", "mean_around", "paragraph", "colon",
)  # fmt: skip


def squeezed(text: str) -> str:
    """The letters and digits alone, in one case: what two writings of the same text have in common."""
    return NOT_WORDS.sub("", text).casefold()


@dataclass(slots=True)
class Looks:
    """The page as its blocks: a row of numbers each (``NAMES``), and what else is worth knowing of all of them."""

    texts: list[str]
    rows: list[list[float]] = field(default_factory=list)
    han: bool = False
    sizes: list[int] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)  # letters of running text, by block
    best: list[float] = field(default_factory=list)  # whether a block stands in the element of the best score
    deepest: int = 0  # elements around the block that has most of them around it


def of(tree: HtmlElement, content: Content) -> Looks:
    """How the blocks of this page look."""
    looks = _measured(content)
    total = sum(looks.sizes) or 1
    places, scores = _Places(), _Scores(content, looks)
    heading, title = _heading_of(tree, content, looks.texts)
    articles = float(next(tree.iter("article"), None) is not None)
    seen = Counter(looks.texts)
    before = 0
    for number, block in enumerate(content.blocks):
        size, text, element = looks.sizes[number], looks.texts[number], content.elements[number]
        linked = min(1.0, content.linked[number] / max(1, len(block.text)))
        marks = len(_PUNCTUATION.findall(block.text))
        looks.rows.append(
            [
                *_of_words(block.text, size, linked, marks)[:5],
                *places.of(element),
                articles,
                0.0,  # whether the page has a container at all, known only at the end
                float(bool(_SENTENCE_END.search(block.text))),
                *_of_kind(block),
                float(bool(_IMPRINT.search(block.text))),
                float(number > heading >= 0),
                float(heading >= 0),
                float(size > 7 and text in title),
                before / total,
                *_of_label(block.text, size),
                float(seen[text] > 1),
                *scores.of(number, total),
                float(element is not None and element.tag == "p"),
                float(block.text.endswith((":", "："))),
            ]
        )
        looks.worth.append(size * (1 - linked) if marks else 0.0)
        before += size
    _tell_containers(looks)
    looks.deepest = scores.deepest
    looks.best = [row[_BEST] for row in looks.rows]
    return looks


_CONTAINER, _SOME_CONTAINER, _BEST = (NAMES.index(name) for name in ("container", "some_container", "best"))


def _measured(content: Content) -> Looks:
    looks = Looks([squeezed(block.text) for block in content.blocks])
    looks.sizes = [len(text) for text in looks.texts]
    han = sum(len(HAN.findall(block.text)) for block in content.blocks)
    looks.han = han > HAN_SHARE * (sum(looks.sizes) or 1)
    return looks


def _tell_containers(looks: Looks) -> None:
    some = float(any(row[_CONTAINER] for row in looks.rows))
    for row in looks.rows:
        row[_SOME_CONTAINER] = some


def _of_words(text: str, size: int, linked: float, marks: int) -> tuple[float, float, float, float, float]:
    return linked, min(1.0, 12 * marks / max(1, size)), math.log1p(size) / 6, float(size < 12), float(size < 5)


def _of_kind(block: Block) -> tuple[float, float, float]:
    return float(isinstance(block, Heading)), float(isinstance(block, ListItem)), float(isinstance(block, TableRow))


def _of_label(text: str, size: int) -> tuple[float, float, float]:
    short = size < 60
    return (
        float(short and bool(_DATE.search(text))),
        float(short and bool(_BYLINE.search(text))),
        float(bool(_CALL.search(text))),
    )


def _heading_of(tree: HtmlElement, content: Content, texts: list[str]) -> tuple[int, str]:
    """Where the heading stands that the page's title repeats, -1 where there is none; and that title."""
    title = squeezed(tree.findtext(".//title") or "")
    for place, text in enumerate(texts):
        if len(text) > 7 and isinstance(content.blocks[place], Heading) and text in title:
            return place, title
    return -1, title


class _Places:
    """What the elements around a block say of it by their kinds and names."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, tuple[float, ...]] = {}

    def of(self, element: HtmlElement | None) -> tuple[float, ...]:
        found = self._of(element)
        return (*found[:7], min(3.0, found[7]) / 3, found[8])

    def _of(self, element: HtmlElement | None) -> tuple[float, ...]:
        if element is None or element.tag in ("html", "body"):
            return (0.0,) * 9
        chain = []
        while element is not None and element not in self._known and element.tag not in ("html", "body"):
            chain.append(element)
            element = element.getparent()
        above = self._known.get(element, (0.0,) * 9)
        for one in reversed(chain):
            above = self._known[one] = _place(one, above)
        return above


def _place(element: HtmlElement, above: tuple[float, ...]) -> tuple[float, ...]:
    noise, nav, aside, named, article, main, container, lists, form = above
    tag, names = element.tag, containers.names(element)
    return (
        noise or float(bool(names) and containers.is_noise(element)),
        nav or float(tag == "nav"),
        aside or float(tag in ("aside", "footer")),
        1.0 if names and _TEXT_NAMES.search(names) else 0.7 * named,
        article or float(tag == "article"),
        main or float(tag == "main" or element.get("role") == "main"),
        container or float(containers.is_likely(element)),
        lists + (tag in ("li", "ul", "ol")),
        form or float(tag in ("header", "form")),
    )


class _Scores:
    """Which element holds the running text: each block speaks for the three elements around it, less for each."""

    def __init__(self, content: Content, looks: Looks) -> None:
        self._content, self._sizes = content, looks.sizes
        self._mass: dict[HtmlElement, list[int]] = {}  # letters, letters in links, blocks
        self._chains: list[list[HtmlElement]] = []
        for number, element in enumerate(content.elements):
            chain = [element, *element.iterancestors()] if element is not None else []
            self._chains.append(chain)
            size, linked = looks.sizes[number], content.linked[number]
            for one in chain:
                mass = self._mass.setdefault(one, [0, 0, 0])
                mass[0] += size
                mass[1] += linked
                mass[2] += 1
        self._scores = self._scored(usual=60 if looks.han else 120)
        self._most = max(self._scores.values(), default=0.0)
        self._best = max(self._scores, key=self._scores.__getitem__, default=None) if self._most > 0 else None

    @property
    def deepest(self) -> int:
        return max(map(len, self._chains), default=0)

    def _scored(self, *, usual: int) -> dict[HtmlElement, float]:
        scores: dict[HtmlElement, float] = {}
        for number, block in enumerate(self._content.blocks):
            size, element = self._sizes[number], self._content.elements[number]
            if element is None or size < SHORTEST_SCORED or isinstance(block, Heading):
                continue
            value = 1 + len(_COMMAS.findall(block.text)) + min(3.0, size / usual)
            value *= 1 - min(1.0, self._content.linked[number] / max(1, len(block.text)))
            chain = self._chains[number]
            for one in chain[1:4] if element.tag in UNSCORED else chain[:3]:
                scores[one] = scores.get(one, 0.0) + value
                value /= 2
        for one in scores:
            letters, linked, _blocks = self._mass[one]
            scores[one] *= 1 - min(1.0, linked / max(1, letters))
        return {one: score for one, score in scores.items() if one.tag != "html"}

    def of(self, number: int, total: int) -> tuple[float, float, float, float, float]:
        """The score around a block, whether it stands in the best element, and its nearest surroundings."""
        chain = self._chains[number]
        around = max((self._scores.get(one, 0.0) for one in chain[:6]), default=0.0) / (self._most or 1.0)
        near = chain[1] if len(chain) > 1 and chain[0].tag in WITHIN else chain[0] if chain else None
        letters, linked, count = self._mass[near] if near is not None else (self._sizes[number], 0, 1)
        return (
            min(1.0, around),
            float(self._best is not None and self._best in chain),
            math.sqrt(letters / total),
            min(1.0, linked / max(1, letters)),
            math.log1p(letters / count) / 6,
        )
