"""Where the systems of institutions keep the text of an article, and what in it is never text.

Each selector names the mark-up of a system that many sites use, none that of one site. The surest stand first.
"""

import re
from collections.abc import Iterable, Iterator

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

# VSB (Boda), WebPlus (Sudy), TRS, UCAP, WeChat, PHPCMS, DedeCMS, Discuz, ZCMS, JCMS, then general mark-up.
KNOWN = (
    ".v_news_content",
    "[id^=vsb_content]",
    "[id^=vsb_newscontent]",
    ".wp_articlecontent",
    ".TRS_Editor",
    ".TRS_UEDITOR",
    ".trs_editor_view",
    "#UCAP-CONTENT",
    "#js_content",
    "#Zoom",
    "#zoom",
    ".arti_content",
    "#artibody",
    "#article_content",
    ".article_content",
    ".article-content",
    "#articleContent",
    "#ArticleContent",
    "#NewsContent",
    "#newsContent",
    ".news_content",
    "[itemprop=articleBody]",
    ".entry-content",
    ".post-content",
    ".wp-block-post-content",
    ".article-body",
    ".article__body",
    ".story-body",
    "#mw-content-text",
)
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


def known(tree: HtmlElement, own: Iterable[str] = ()) -> HtmlElement | None:
    """The container of a known system that holds the text of this page, those of the site's own rules first."""
    for selector in (*own, *KNOWN):
        found = [one for one in matching(tree, [selector]) if _letters(one) >= SHORTEST]
        outer = [one for one in found if not any(other in one.iterancestors() for other in found)]
        if outer:
            return max(outer, key=_letters)
    return None


def _letters(element: HtmlElement) -> int:
    return len("".join(element.itertext("p", "div", "span", "section", "td", "strong", "font", "br", "a")).strip())


def is_noise(element: HtmlElement) -> bool:
    """Its class or its name says that it is none of the text."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return bool(names) and bool(NOISE.search(names))
