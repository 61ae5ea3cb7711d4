"""The title of a page: the heading that the page's own names for itself agree with.

Headings and title-like elements are weighed by how far they agree with parts of ``<title>`` and with the meta elements,
by their level and by how near they stand to the text. A banner, a link, a list or a label is never one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from articles.documents import furniture
from articles.documents.blocks import plain, urlsplit_path
from articles.documents.labels import fold
from articles.documents.webpage.metadata import TITLES, Metadata

LONGEST = 250
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:arti[-_]?title|article[-_]?title|post[-_]?title|entry[-_]?title|news[-_]?title|"
    r"content[-_]?title|show[-_]?title|title|headline|biaoti|bt|tit|h1)(?:$|[\s_-])|[a-z]Title\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|sidebar|side|footer|breadcrumb|crumb|related|recommend|hot|list|logo|site[-_]?title|"
    r"widget|comment|share|login|search|aside|popular|teaser|promo)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:[|_»«›‹·•–—]+|\s-+\s|\s::+\s|\s/\s|<|>|-{2,})\s*|(?<=[\u3400-\u9fff”》！？])-(?=[\u3400-\u9fff])"
)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Title:
    text: str = ""
    element: HtmlElement | None = None
    quote: str = ""
    above: str = ""


def find(
    tree: HtmlElement, metadata: Metadata, around: HtmlElement | None, *, is_above_header: Callable[[str], bool]
) -> Title:
    """The title of the page whose text stands in the element ``around``."""
    page = plain(tree.findtext(".//title") or "")
    named, stated = metadata.first(TITLES)
    headline, site = metadata.told("headline"), metadata.first(("og:site_name",))[1]
    best, most = Title(), 3.0
    order = {element: place for place, element in enumerate(tree.iter())}
    start = order.get(around, len(order)) if around is not None else len(order)
    seen: dict[str, int] = {}
    for element in _candidates(tree):
        text = plain(element.text_content()[: 4 * LONGEST]).rstrip("¶# ")
        if not _may_be_title(text):
            continue
        seen[text] = seen.get(text, 0) + 1
        agreement = max(_agreement(text, other) for other in (page, stated, headline))
        weight = _weight(element, text) + agreement
        if len(text) >= 6 and is_above_header(text):
            weight += 3.0
        elif not agreement and len(_squeezed(page)) > 7 and _is_short(text):
            weight -= 3.0  # the page calls itself something else altogether
        if (site and _squeezed(text) == _squeezed(site)) or _leads_home(element):
            weight -= 4.0
        distance = order[element] - start
        inside = around is not None and distance > 0
        weight += -2.5 if inside and distance > 15 else 1.5 * (0.98 ** abs(distance))
        if weight > most:
            best, most = Title(text, element, text), weight
    return best if best.text else _from_names(page, stated or headline, named or "headline")


def _candidates(tree: HtmlElement) -> list[HtmlElement]:
    tags = ("h1", "h2", "h3", "h4", "h5", "div", "p", "span", "td", "strong", "b", "font", "center", "dt", "li")
    found = (
        element
        for element in tree.iter(*tags)
        if element.tag in tags[:5] or (_CLASS.search(_named(element)) and len(element) < 12)
    )
    return list(islice(found, 400))


def _is_short(text: str) -> bool:
    return len(HAN.findall(text)) < 6 if HAN.search(text) else len(text.split()) < 4


def _leads_home(element: HtmlElement) -> bool:
    """Whether it is a link to the first page of the site: the site's own name."""
    links = [*element.iterancestors("a"), *element.iter("a")]
    return any(
        urlsplit_path(link.get("href") or "x").rstrip("/") in ("", "/index.html", "/index.php") for link in links[:2]
    )


def _named(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def _may_be_title(text: str) -> bool:
    if not 2 <= len(text) <= LONGEST or not re.search(r"\w", text):
        return False
    return not (furniture.is_furniture(text) or furniture.is_banner(text, "") or _LABEL.search(fold(text)))


_LABEL = re.compile(r"^(?:来源|作者|发布时间|责任编辑|编辑|浏览次数|点击数|source|author|posted on|published)\s*:")


def _weight(element: HtmlElement, text: str) -> float:
    weight = {"h1": 3.0, "h2": 2.0, "h3": 1.0, "h4": 0.6, "h5": 0.3}.get(element.tag, 0.8)
    if _CLASS.search(_named(element)):
        weight += 0.8
    for up, ancestor in enumerate((element, *element.iterancestors())):
        if up > 6:
            break
        if ancestor.tag in ("nav", "aside", "footer") or (up < 5 and _NO_TITLE.search(_named(ancestor))):
            weight -= 2.5
            break
    if element.find(".//a") is not None and len(plain("".join(element.find(".//a").itertext()))) > 0.8 * len(text):
        weight -= 0.7
    return weight


def _agreement(text: str, other: str) -> float:
    """Up to 5 where the page calls itself by this text, less where it only begins so."""
    one, two = _squeezed(text), _squeezed(other)
    if len(one) < 3 or not two:
        return 0.0
    if one == two:
        return 5.0
    parts = [_squeezed(part) for part in _CUT.split(other)]
    if one in parts:
        return 5.0 if len(one) > 5 else 2.0
    if one in two:
        return 1.0 + 3.5 * len(one) / len(two) if len(one) > 5 else 0.5
    if len(two) > 8 and two.rstrip("…") in one:
        return 3.0 * len(two) / len(one)
    start = next((place for place, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), 0)
    return 3.0 * start / len(one) if start > 12 else 0.0


def _from_names(page: str, stated: str, named: str) -> Title:
    """What the page calls itself, without the name of the site."""
    if stated:
        return Title(without_site(stated, page), None, f"{named}: {stated}")
    return Title(without_site(page, ""), None, page) if page else Title()


def without_site(text: str, page: str) -> str:
    """The part of a page's name that is the article's own: the longest, and the first of equals."""
    parts = [part.strip() for part in _CUT.split(text) if part and part.strip()]
    if len(parts) < 2:
        return text
    first = parts[0]
    if len(first) >= 10 or len(first) >= max(len(part) for part in parts[1:]):
        cut = text.find(parts[1], len(first))
        rest = text[cut:]
        return first if len(rest) <= 40 or not page else text
    return max(parts, key=len)


def _squeezed(text: str) -> str:
    return _NOT_WORDS.sub("", text).casefold()
