"""A post's text as HTML elements: shorthand and block editor understood, paragraphs marked up.

``tree(text, into, reused)`` is the door; what became of films, shorthand and blocks is told in ``into``.
"""

import re
from collections.abc import Mapping

from lxml.html import Element, HtmlElement

from articles.documents import blocks
from articles.documents.wordpress import autop, shortcodes
from articles.documents.wordpress.shortcodes import Expansion

_EDITED = "<!-- wp:"
_REUSED = re.compile(r"<!--\s?wp:block\s?\{\"ref\":(\d{1,12})")
_MADE = re.compile(r"<!--\s?wp:([\w/-]{1,80})(?:\s[^\n]{0,5000}?)?/-->")
_BARE_ADDRESS = re.compile(r"https?://\S{4,2000}")
_BACKGROUND = re.compile(r"background(?:-image)?\s?:\s?url\(\s?[\"']?([^\"'()\s]{4,2000})")
_SHOWN = ("video", "audio", "iframe", "embed")
DEEPEST = 3  # reusable blocks inside one another


def tree(text: str, into: Expansion, reused: Mapping[str, str]) -> HtmlElement:
    """The text of a post as elements that any reader of HTML understands."""
    for _round in range(DEEPEST):
        text, found = _with_reused(text, reused)
        if not found:
            break
    edited = _EDITED in text
    text = _without_comments(text, into)
    text = shortcodes.expanded(text, into)
    root = blocks.parse(f"<div>{text if edited else autop.paragraphs(text)}</div>")
    for element in list(root.iter()):
        _plainer(element)
    for element in list(root.iter(*_SHOWN)):
        _linked(element, into)
    for element in list(root.iter("p", "div")):
        _linked_address(element, into)
    for element in list(root.iter("figure")):
        _opened(element)
    return root


def _with_reused(text: str, reused: Mapping[str, str]) -> tuple[str, bool]:
    """The text with the reusable blocks of the site in their places."""
    pieces, place, found = [], 0, False
    for match in _REUSED.finditer(text):
        end = text.find("-->", match.end())
        if end < 0 or match[1] not in reused or len(reused[match[1]]) > 200_000:
            continue
        pieces += [text[place : match.start()], reused[match[1]]]
        place, found = end + 3, True
        if sum(map(len, pieces)) > 4_000_000:
            break
    return "".join([*pieces, text[place:]]), found


def _without_comments(text: str, into: Expansion) -> str:
    """The text without HTML comments; a block that the old site made anew each time is told of."""
    pieces, place = [], 0
    while (start := text.find("<!--", place)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            pieces.append(text[place:start])
            place = start + 4
            break
        pieces.append(text[place:start])
        place = end + 3
        if match := _MADE.fullmatch(text[start:place]):
            into.made.append(match[1])
    return "".join([*pieces, text[place:]])


def _plainer(element: HtmlElement) -> None:
    """Lines of a poem end with line ends, a background is a picture, and a button beside a file says nothing."""
    classes = (element.get("class") or "").split()
    if element.tag == "br" and next(element.iterancestors("pre"), None) is not None:
        element.tail = "\n" + (element.tail or "")
        element.drop_tag()
    elif "wp-block-file__button" in classes:
        element.drop_tree()
    elif "wp-block-cover" in classes and (match := _BACKGROUND.search(element.get("style") or "")):
        picture = Element("img", src=match[1])
        picture.tail, element.text = element.text, None
        element.insert(0, picture)


def _linked(element: HtmlElement, into: Expansion) -> None:
    """A film or a sound becomes a link to it."""
    sources = [element.get("src"), element.get("data-src"), *(one.get("src") for one in element.iter("source"))]
    address = next((one.strip() for one in sources if one and one.strip().startswith(("http", "//"))), "")
    parent = element.getparent()
    if not address or parent is None:
        return
    into.films.append(address)
    paragraph = Element("p")
    paragraph.append(_link(address))
    paragraph.tail = element.tail
    parent.replace(element, paragraph)


def _linked_address(element: HtmlElement, into: Expansion) -> None:
    """An address that is a whole paragraph stood for a film or a page shown in its place."""
    words = (element.text or "").strip()
    if len(element) or not _BARE_ADDRESS.fullmatch(words):
        return
    into.films.append(words)
    element.text = ""
    element.append(_link(words))


def _link(address: str) -> HtmlElement:
    link = Element("a", href=address)
    link.text = address
    return link


def _opened(element: HtmlElement) -> None:
    """A figure around others is a gallery; each picture keeps its own caption, and that of all is a paragraph."""
    if next(element.iterdescendants("figure"), None) is None:
        return
    element.tag = "div"
    for child in element:
        if child.tag == "figcaption":
            child.tag = "p"
