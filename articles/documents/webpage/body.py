"""Which element of a page holds the article's text, and which of its blocks and pictures belong to it.

The container of a known system is taken as it is. On other pages each block is weighed (``weighing``), and the element
is the smallest one that holds most of what was chosen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from lxml.html import HtmlElement

from articles.documents import blocks, furniture, pictures
from articles.documents.blocks import Content
from articles.documents.document import Circumstances, Heading, ListItem, TableRow
from articles.documents.webpage import containers
from articles.documents.webpage.looks import HAN
from articles.documents.webpage.page import Page
from articles.documents.webpage.weighing import weigh

__all__ = ["HAN", "Body", "find"]

MOST_BLOCKS = 6000  # a page with more is weighed no further than this
TEXT_SHARE = 0.85  # of the chosen text lies in the element that is taken for its container
MOST_OF_A_TABLE, ENOUGH_OF_A_TABLE = 0.5, 0.15  # of its letters; the smaller share where it is no table of links
LINKED = 0.5  # of its letters
ABOVE, BELOW = 3, 1  # blocks before the first and after the last of the text among which its pictures may stand
SMALLEST = 25  # pixels; a smaller picture is an icon
FILES_BELOW = 2  # elements up from the text in which its attachments are listed

_PICTURE = re.compile(rf"\.(?:{pictures.PICTURE_SUFFIXES})$", re.IGNORECASE)
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Body:
    """``element`` is the smallest element of the page that holds the text; None where there is no text."""

    element: HtmlElement | None = None
    content: Content = field(default_factory=Content)
    dropped: tuple[str, ...] = ()
    known: bool = False  # the element is the container of a known system
    whole: Content = field(default_factory=Content)  # all blocks of the page, for what stands around the text
    outside: int = 0  # blocks of the page that stand outside the text


def find(page: Page, circumstances: Circumstances) -> Body:
    """The text of the page."""
    tree = page.tree
    for element in list(containers.matching(tree, circumstances.rules.drop)):
        if element.getparent() is not None:
            element.drop_tree()
    root = tree.find("body")
    root = tree if root is None else root
    whole = blocks.whole(root, base=page.base)
    container = containers.certain(tree, circumstances.rules.containers)
    if container is not None:
        return _known(page, container, whole)
    if not whole.blocks:
        return Body(root, blocks.once(whole), whole=whole) if whole.images or whole.attachments else Body()
    return _weighed(root, whole, weigh(tree, _beginning(whole)))


def _beginning(content: Content) -> Content:
    """The blocks that are weighed."""
    if len(content.blocks) <= MOST_BLOCKS:
        return content
    return replace(
        content,
        blocks=content.blocks[:MOST_BLOCKS],
        elements=content.elements[:MOST_BLOCKS],
        linked=content.linked[:MOST_BLOCKS],
    )


# ---------------------------------------------------------------- the container of a known system
def _known(page: Page, container: HtmlElement, whole: Content) -> Body:
    inner = blocks.whole(container, base=page.base)
    keep = [not _is_furniture(block.text) for block in inner.blocks]
    shown = [not _is_icon(element) for element in inner.shown]
    kept = _with_files_below(_chosen(inner, keep, shown), container, whole, up=FILES_BELOW)
    return Body(
        container,
        blocks.once(kept),
        (*_left(inner, keep), *inner.dropped),
        known=True,
        whole=whole,
        outside=max(0, len(whole.blocks) - len(inner.blocks)),
    )


def _is_furniture(text: str) -> bool:
    """Buttons and links to neighbours that systems put into their containers."""
    return furniture.is_navigation(text) or furniture.is_crumb(text)


def _with_files_below(content: Content, container: HtmlElement, whole: Content, *, up: int) -> Content:
    """Attachments that systems list below the text, not in it."""
    around = container
    for _up in range(up):
        parent = around.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        around = parent
    inside = set(around.iter())
    there = {one.address for one in content.attachments}
    places = [
        place
        for place, element in enumerate(whole.offered)
        if element in inside and whole.attachments[place].address not in there
    ]
    return replace(
        content,
        attachments=(*content.attachments, *(whole.attachments[place] for place in places)),
        offered=(*content.offered, *(whole.offered[place] for place in places)),
    )


# ---------------------------------------------------------------- any other page
def _weighed(root: HtmlElement, whole: Content, chosen: list[bool]) -> Body:
    keep = [*chosen, *(False for _block in range(len(whole.blocks) - len(chosen)))]
    keep = _with_headings(whole, _with_whole_tables(whole, keep))
    element = _around(root, whole, keep)
    inside = set(element.iter())
    places = [place for place, yes in enumerate(keep) if yes]
    first, last = (places[0], places[-1]) if places else (0, -1)
    shown = _shown(whole, keep, inside, first, last)
    offered = [one in inside for one in whole.offered]
    content = _with_files_below(_chosen(whole, keep, shown, offered), element, whole, up=1)
    within = [
        text
        for place, text in enumerate(block.text for block in whole.blocks)
        if first < place < last and not keep[place]
    ]
    return Body(
        element,
        blocks.once(replace(content, dropped=())),
        tuple(within),
        whole=whole,
        outside=len(whole.blocks) - (last - first + 1 if places else 0),
    )


def _with_whole_tables(content: Content, keep: list[bool]) -> list[bool]:
    """The rows of one table, or the items of one list, stay together where most of their text was chosen."""
    kept = list(keep)
    places = [place for place, block in enumerate(content.blocks) if isinstance(block, TableRow | ListItem)]
    for _parent, group in groupby(places, key=lambda place: _table_of(content.elements[place])):
        members = list(group)
        sizes = [len(content.blocks[place].text) for place in members]
        chosen = sum(size for size, place in zip(sizes, members, strict=True) if keep[place])
        linked = sum(content.linked[place] for place in members)
        enough = ENOUGH_OF_A_TABLE if linked < LINKED * sum(sizes) else MOST_OF_A_TABLE
        if chosen > enough * sum(sizes):
            for place in members:
                kept[place] = True
    return kept


def _with_headings(content: Content, keep: list[bool]) -> list[bool]:
    """A heading between two blocks of the text is one of its headings."""
    kept = list(keep)
    for place in range(1, len(keep) - 1):
        if not keep[place] and isinstance(content.blocks[place], Heading) and kept[place - 1] and keep[place + 1]:
            kept[place] = True
    return kept


def _table_of(element: HtmlElement | None) -> HtmlElement | None:
    if element is None or element.tag != "tr":
        return element.getparent() if element is not None else None
    return next(element.iterancestors("table"), None)


def _shown(content: Content, keep: list[bool], inside: set[HtmlElement], first: int, last: int) -> list[bool]:
    """For each picture whether it stands with the text."""
    found = []
    kept = {element for element, yes in zip(content.elements, keep, strict=True) if yes}
    for image, element in zip(content.images, content.shown, strict=True):
        place = image.after_paragraph
        if _is_icon(element):
            found.append(False)
        elif first <= place <= last:
            found.append(all(keep[max(0, place - 1) : place + 1]) or not _leads_away(element, kept))
        else:
            near = first - ABOVE <= place <= last + 1 + BELOW
            beside = any(keep[max(0, place - 1) : place + 1])
            apart = _is_set_apart(element)
            found.append(near and (beside or apart) and (element in inside or (apart and place == last + 1)))
    return found


def _leads_away(element: HtmlElement, kept: set[HtmlElement | None]) -> bool:
    """A picture that is a link to another page, or an item of a list of which no word was chosen."""
    item = next((one for one in element.iterancestors("li", "aside", "nav")), None)
    if item is not None and any(one in kept for one in item.iter()):
        return False
    for one, _up in zip(element.iterancestors(), range(4), strict=False):
        if one.tag == "a" and (address := one.get("href")):
            return not (address.startswith(("#", "javascript:")) or _PICTURE.search(blocks.urlsplit_path(address)))
        if one is item:
            return True
    return False


def _is_set_apart(element: HtmlElement) -> bool:
    """A figure of its own, not one in a list of links."""
    tags = [one.tag for one, _up in zip(element.iterancestors(), range(5), strict=False)]
    return "figure" in tags and not {"li", "nav", "aside"} & set(tags)


def _is_icon(element: HtmlElement) -> bool:
    sizes = [(element.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    stated = [int(size) for size in sizes if size.isdigit() and len(size) < 6]
    if stated and max(stated) < SMALLEST:
        return True
    return any(
        containers.is_noise(one) for one, _up in zip((element, *element.iterancestors()), range(4), strict=False)
    )


# ---------------------------------------------------------------- parts of a content
def _chosen(content: Content, keep: list[bool], shown: list[bool], offered: list[bool] | None = None) -> Content:
    """These blocks and pictures; the pictures keep their places among the blocks."""
    before = [0]
    for yes in keep:
        before.append(before[-1] + yes)
    images = [replace(image, after_paragraph=before[min(image.after_paragraph, len(keep))]) for image in content.images]
    chosen = _only(images, shown)
    offered = [True for _one in content.offered] if offered is None else offered
    return replace(
        content,
        blocks=_only(content.blocks, keep),
        elements=_only(content.elements, keep),
        linked=_only(content.linked, keep),
        images=chosen,
        parts={name: part for name, part in content.parts.items() if any(name == one.address for one in chosen)},
        shown=_only(content.shown, shown),
        attachments=_only(content.attachments, offered),
        offered=_only(content.offered, offered),
    )


def _only(values: Sequence[Kept], keep: list[bool]) -> tuple[Kept, ...]:
    return tuple(value for value, yes in zip(values, keep, strict=True) if yes)


def _left(content: Content, keep: list[bool]) -> tuple[str, ...]:
    return tuple(block.text for block, yes in zip(content.blocks, keep, strict=True) if not yes)


def _around(whole: HtmlElement, content: Content, keep: list[bool]) -> HtmlElement:
    """The smallest element that holds most of the chosen text."""
    weights: dict[HtmlElement, int] = {}
    depths: dict[HtmlElement, int] = {}
    total = 0
    for place, yes in enumerate(keep):
        element = content.elements[place]
        if not yes or element is None:
            continue
        size = len(content.blocks[place].text)
        total += size
        chain = [element, *element.iterancestors()]
        for up, ancestor in enumerate(chain):
            weights[ancestor] = weights.get(ancestor, 0) + size
            depths[ancestor] = len(chain) - up
    enough = [element for element, weight in weights.items() if weight >= TEXT_SHARE * total]
    return max(enough, key=depths.__getitem__, default=whole)
