"""Where the systems of institutions keep the text of an article, and what on a page is never text.

Each name belongs to a system that many sites use, or is mark-up in general; none is that of one site. The container of
a system whose pages were made by its own editor holds the text and nothing else, and is taken as it is (``certain``).
Other names only make it likely, and the blocks in them are weighed as all others.
"""

import re
from collections.abc import Iterable, Iterator

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

# VSB (Boda), WebPlus (Sudy), TRS, UCAP, WeChat; the surest stand first.
CERTAIN_CLASSES = (
    "v_news_content",
    "wp_articlecontent",
    "trs_editor",
    "trs_ueditor",
    "trs_editor_view",
    "arti_content",
)
CERTAIN_NAMES = ("ucap-content", "js_content", "zoom")
CERTAIN_STARTS = ("vsb_content", "vsb_newscontent")
# PHPCMS, DedeCMS, Discuz, ZCMS, JCMS, WordPress and its themes, MediaWiki, general names.
LIKELY_CLASSES = frozenset(
    (
        "article_content", "article-content", "articlecontent", "news_content", "news-content", "newscontent", "t_f",
        "entry-content", "post-content", "wp-block-post-content", "article-body", "article__body", "articlebody",
        "story-body", "post-body", "post__content", "article__content", "content-article", "field-name-body",
        "detail-content", "detail_content", "article-text", "article_text", "articletext", "text-content", "con_txt",
    )
)  # fmt: skip
LIKELY_NAMES = frozenset(
    (
        "artibody", "article_content", "articlecontent", "article-content", "newscontent", "news_content", "endtext",
        "article-body", "articlebody", "mw-content-text", "fontzoom", "contenttxt", "contenttext", "artcontent",
    )
)  # fmt: skip
SHORTEST = 60  # characters; a known container with less in it is empty, and the text stands elsewhere

NOISE = re.compile(
    r"(?:^|[-_\s])(?:share|sharing|social|addthis|addtoany|bdshare|jiathis|sns|related|recommend(?:ed|ation)?s?|"
    r"comments?|disqus|breadcrumbs?|crumbs?|nav|navi|navbar|navigation|menu|sidebar|side|aside|footer|foot|header|"
    r"copyright|toolbar|tools|pagination|pager|pagenav|prev|next|prevnext|prenext|newsletter|subscribe|subscription|"
    r"signup|promo|promotion|advert|ads?|adsense|sponsor(?:ed)?|banner|popup|modal|cookie|login|search|tags?|taglist|"
    r"meta|byline|dateline|author-?(?:box|bio|info)|print|qrcode|ewm|vote|rating|widget|trending|popular|hot|"
    r"more-?(?:stories|news|articles)?|read-?more|outbrain|taboola|teaser|hidden|editor-?info|artinfo|"
    r"article-?(?:info|meta|tools|share|footer|header)|post-?(?:meta|info|tags|share|nav)|entry-?(?:meta|footer))"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)


def names(element: HtmlElement) -> str:
    """Its classes and its name."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def is_noise(element: HtmlElement) -> bool:
    """Its class or its name says that it is none of the text."""
    named = names(element)
    return bool(named) and bool(NOISE.search(named[:300]))


def is_likely(element: HtmlElement) -> bool:
    """Its class, its name or its role in a vocabulary says that it holds the text."""
    if element.get("itemprop") == "articleBody" or (element.get("id") or "").lower() in LIKELY_NAMES:
        return True
    classes = element.get("class")
    return bool(classes) and not LIKELY_CLASSES.isdisjoint(classes.lower().split())


def matching(tree: HtmlElement, selectors: Iterable[str]) -> Iterator[HtmlElement]:
    """The elements that a selector names, outermost first; a selector that is none names nothing."""
    for selector in selectors:
        try:
            found = _compiled(selector)(tree)
        except (SelectorError, ValueError):
            continue
        yield from found


_cache: dict[str, CSSSelector] = {}


def _compiled(selector: str) -> CSSSelector:
    if selector not in _cache:
        _cache[selector] = CSSSelector(selector, translator="html")
    return _cache[selector]


def certain(tree: HtmlElement, own: Iterable[str] = ()) -> HtmlElement | None:
    """The container that surely holds the text of this page: by the site's own rules, or that of a known system."""
    for selector in own:
        if found := _fullest(list(matching(tree, [selector]))):
            return found[0]
    ranked: dict[int, list[HtmlElement]] = {}
    for element in tree.iter("div", "section", "article", "td", "span", "form", "ucapcontent"):
        if (rank := _rank(element)) >= 0:
            ranked.setdefault(rank, []).append(element)
    for rank in sorted(ranked):
        if found := _fullest(ranked[rank]):
            return found[0]
    return None


def _rank(element: HtmlElement) -> int:
    """How sure it is, from 0 on; -1 where nothing makes it a container."""
    name, classes = (element.get("id") or "").lower(), (element.get("class") or "").lower().split()
    for place, one in enumerate(CERTAIN_CLASSES):
        if one in classes:
            return place
    if name in CERTAIN_NAMES or name.startswith(CERTAIN_STARTS):
        return len(CERTAIN_CLASSES)
    return -1


def _fullest(found: list[HtmlElement]) -> list[HtmlElement]:
    """The one with most text among the outermost that have any, or a picture or a document in its place."""
    filled = [one for one in found if _letters(one) >= SHORTEST or _shows(one)]
    outer = [one for one in filled if not any(other in filled for other in one.iterancestors())]
    return [max(outer, key=_letters)] if outer else []


def _shows(element: HtmlElement) -> bool:
    return any(one.tag == "img" or one.get("pdfsrc") for one in element.iter("img", "div"))


_TEXT = ("p", "div", "span", "section", "td", "strong", "font", "br", "a", "li", "h2", "h3", "b", "em", "ucapcontent")


def _letters(element: HtmlElement) -> int:
    return len("".join(element.itertext(*_TEXT)).strip())
