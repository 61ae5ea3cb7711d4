"""Addresses of an old site: one comparable form for each, so that an old link finds its article.

``canonical(address)`` is the path and the query as they are stored and looked up; ``forms(address)`` adds the other
addresses under which the same system showed the same article. The host does not count: a site often had several.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST_PATH = 800  # characters of the columns
LONGEST_QUERY = 400
MOST_PARAMETERS = 40

# What names an article in the query strings of VSB, PHPCMS, WordPress, ASP and JSP sites. Where one of them is there,
# the others (pages, counters, where a link was shared) do not count.
_IDENTIFYING = """
    id aid nid tid cid pid p page_id newsid news_id articleid article_id infoid info_id contentid docid wbnewsid
    m c a catid column_id columnid classid typeid s key code guid uuid no
"""
IDENTIFYING = frozenset(_IDENTIFYING.split())
# One article of VSB may be shown under several columns; its own number is enough.
IGNORED_IN_VSB = frozenset({"urltype", "wbtreeid"})
TRACKING = re.compile(
    r"^(?:utm_\w+|from|isappinstalled|spm|fbclid|gclid|msclkid|share\w*|scene|sharer\w*|_\w*|timestamp|t|v|rand(?:om)?|"
    r"refer|referer|referrer|ref|source|jsessionid|phpsessid|sid|ticket|lang)$"
)
_VSB = re.compile(r"^(?P<prefix>.*)/info/(?P<tree>\d+)/(?P<number>\d+)\.html?$")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SAFE = "/-._~!$&'(),;=:@*+"


def canonical(address: str) -> tuple[str, str] | None:
    """Path and query in their one form, both ASCII; None for what is no address of a page.

    >>> canonical("https://news.example.edu/info/1012/3456.htm?from=timeline")
    ('/info/1012/3456.htm', '')
    >>> canonical("/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1012&wbnewsid=3456")
    ('/content.jsp', 'wbnewsid=3456')
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("", "http", "https"):
        return None
    path = _path(parts.path)
    query = _query(path, parts.query)
    if path == "/index.php" and query.partition("=")[0] in ("p", "page_id"):
        path = "/"
    if (path == "/" and not query) or len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return None
    return path, query


def _path(raw: str) -> str:
    path = _SESSION.sub("", unquote(raw, errors="surrogateescape"))
    path = quote(re.sub("/{2,}", "/", "/" + path), safe=_SAFE, errors="surrogateescape")
    path = path.rstrip("/") or "/"
    return path.lower() if re.search(r"\.aspx?$", path, re.IGNORECASE) else path


def _query(path: str, raw: str) -> str:
    try:
        found = parse_qsl(raw, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="surrogateescape")
    except ValueError:
        return ""
    pairs = [(name.lower(), value) for name, value in found]
    if path.endswith("/content.jsp") and any(name == "wbnewsid" for name, _value in pairs):
        pairs = [(name, value) for name, value in pairs if name == "wbnewsid"]
    elif any(name in IDENTIFYING for name, _value in pairs):
        pairs = [(name, value) for name, value in pairs if name in IDENTIFYING]
    else:
        pairs = [(name, value) for name, value in pairs if value and not TRACKING.match(name)]
    return urlencode(sorted(set(pairs)), errors="surrogateescape")


def forms(address: str) -> list[tuple[str, str]]:
    """All canonical forms under which the same system shows the same article, the given one first."""
    first = canonical(address)
    if first is None:
        return []
    found = [first]
    if vsb := _VSB.match(first[0]):
        found.append((f"{vsb['prefix']}/content.jsp", urlencode({"wbnewsid": vsb["number"]})))
    elif first[0].endswith("/content.jsp"):
        values = dict(parse_qsl(urlsplit(address).query))
        tree, number = values.get("wbtreeid", ""), values.get("wbnewsid", "")
        if tree.isascii() and tree.isdigit() and number.isascii() and number.isdigit():
            found.append((f"{first[0].removesuffix('/content.jsp')}/info/{tree}/{number}.htm", ""))
    return found
