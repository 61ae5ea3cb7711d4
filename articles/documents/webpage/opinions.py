"""What two extractors think of the blocks of a page.

trafilatura is asked about each page. Where it and the look of the page agree, there is nothing to decide; only where
they differ is readability asked as well, for it costs as much time again.
"""

import re
from copy import deepcopy

import readability
import trafilatura
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from articles.documents.webpage.looks import Looks, squeezed

DOUBTFUL = 0.2  # so far apart, and the second extractor is asked
MOST_ELEMENTS, DEEPEST = 15_000, 90  # the extractors need seconds for pages beyond; those are judged by their looks
SHORT = 16  # letters; a shorter block must be a line of its own in what an extractor says
_SCRIPTS = ("script", "style", "noscript", "template", "svg", "iframe", "link")
_LINE_END = re.compile("\n")


def of(tree: HtmlElement, looks: Looks) -> tuple[list[float], list[float]]:
    """For each block whether readability and whether trafilatura keep it."""
    if looks.deepest > DEEPEST or sum(1 for _element in tree.iter()) > MOST_ELEMENTS:
        return looks.best, looks.best
    bare = _bare(tree)
    second = _kept(looks, _extracted(bare))
    if apart(looks.worth, second, looks.best)[0] < DOUBTFUL:
        return second, second
    return _kept(looks, _readable(bare)), second


def apart(worth: list[float], one: list[float], other: list[float]) -> tuple[float, float]:
    """How far two opinions differ, and which found more running text (1: only the first, -1: only the second)."""
    first = sum(map(float.__mul__, one, worth))
    second = sum(map(float.__mul__, other, worth))
    both = sum(value for value, a, b in zip(worth, one, other, strict=True) if a and b)
    either = first + second - both
    return (1 - both / either if either else 1.0), ((first - second) / (first + second) if first + second else 0.0)


def _bare(tree: HtmlElement) -> HtmlElement:
    """A copy without what no extractor reads."""
    copy = deepcopy(tree)
    etree.strip_elements(copy, *_SCRIPTS, with_tail=False)
    return copy


def _kept(looks: Looks, said: str) -> list[float]:
    lines = {squeezed(line) for line in _LINE_END.split(said)}
    whole = squeezed(said)
    return [float(bool(text) and text in (lines if len(text) < SHORT else whole)) for text in looks.texts]


def _extracted(tree: HtmlElement) -> str:
    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), include_comments=False, include_tables=True, with_metadata=False, fast=True
        )
    except (etree.LxmlError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return ""
    text = found.get("text") if isinstance(found, dict) else getattr(found, "text", None)
    return text or ""


class _Readable(readability.Document):  # type: ignore[misc]
    """readability on a tree that is there already; it may read it more than once, and changes what it reads."""

    def _parse(self, input: HtmlElement) -> HtmlElement:
        return super()._parse(deepcopy(input))


def _readable(tree: HtmlElement) -> str:
    try:
        summary = _Readable(tree).summary(html_partial=True)
        found = document_fromstring(summary) if summary.strip() else None
    except (readability.readability.Unparseable, etree.LxmlError, ValueError, AttributeError, TypeError, KeyError):
        return ""
    return _lines(found) if found is not None else ""


_ENDS = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 section blockquote table ul ol figure figcaption pre td".split())  # noqa: SIM905


def _lines(tree: HtmlElement) -> str:
    """The text of a tree, one line for each block."""
    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            parts.append("\n" if element.tag in _ENDS else "")
            parts.append(element.text or "")
        else:
            parts.append("\n" if element.tag in _ENDS else "")
            parts.append(element.tail or "")
    return "".join(parts)
