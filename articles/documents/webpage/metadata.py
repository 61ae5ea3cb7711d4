"""What a page says of itself to machines: meta elements, JSON-LD, and the marks of systems in its scripts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from articles.documents.blocks import plain

LARGEST_SCRIPT = 400_000  # characters
MOST_NODES = 2000
ARTICLES = re.compile(r"Article|BlogPosting|Report|Review|WebPage|CreativeWork|VideoObject|Recipe|Product|ItemPage")
BEST = re.compile(r"Article|BlogPosting|Report")
TITLES = (
    "og:title", "articletitle", "dc.title", "dcterms.title", "twitter:title", "headline", "sailthru.title",
    "parsely-title", "citation_title", "title",
)  # fmt: skip
DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate",
    "publish_date", "publish-date", "article_date_original", "article.published", "og:published_time",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dc:date", "dcterms.date", "date",
    "datecreated", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "rnews:datepublished",
    "weibo:article:create_at", "originalpublicationdate", "release_date", "published_time",
    "article-published-time", "citation_date", "citation_publication_date", "bt:pubdate", "publication_date",
    "shareaholic:article_published_time",
)  # fmt: skip
AUTHORS = (
    "author", "article:author", "dc.creator", "dcterms.creator", "dc:creator", "parsely-author",
    "sailthru.author", "byl", "byline", "citation_author", "cxenseparse:author", "rbauthors",
    "shareaholic:article_author_name", "article_author", "twitter:data1",
)  # fmt: skip
SOURCES = ("contentsource", "mediaid", "article:source", "og:article:source", "source")
SUMMARIES = ("og:description", "description", "dc.description", "twitter:description")
IMAGES = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
    "weibo:article:image",
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Meta elements by lower-case name, and the objects of JSON-LD that describe articles, the surest first."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    objects: list[dict[str, Any]] = field(default_factory=list)

    def first(self, names: tuple[str, ...]) -> tuple[str, str]:
        """The first of these meta elements that says something, as its name and its content."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return name, content
        return "", ""

    def all(self, name: str) -> list[str]:
        return [content for content in self.metas.get(name, ()) if content]

    def told(self, key: str) -> str:
        """A plain value of the JSON-LD objects."""
        for one in self.objects:
            value = one.get(key)
            value = value[0] if isinstance(value, list) and value else value
            value = value.get("@value") or value.get("name") if isinstance(value, dict) else value
            if isinstance(value, str) and value.strip():
                return plain(value)
        return ""

    def people(self) -> list[str]:
        """The authors that JSON-LD names; organizations are none."""
        for one in self.objects:
            found = [name for value in _listed(one.get("author")) for name in _names(value)]
            if found:
                return list(dict.fromkeys(found))
        return []


def read(tree: HtmlElement) -> Metadata:
    """The metadata of a page. Nothing in them is believed yet."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = plain(element.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and len(content) < 2000:
                metas.setdefault(name, []).append(content)
    return Metadata(metas, sorted(_objects(tree), key=_rank))


def _rank(found: dict[str, Any]) -> int:
    kind = str(found.get("@type"))
    return 0 if BEST.search(kind) else 1


def _objects(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        text = (script.text or "")[:LARGEST_SCRIPT]
        try:
            found = json.loads(re.sub(r"^\s*(?://)?<!\[CDATA\[|(?://)?\]\]>\s*$", "", text), strict=False)
        except (ValueError, RecursionError):
            continue
        for node, _number in zip(_nodes(found, depth=0), range(MOST_NODES), strict=False):
            if ARTICLES.search(str(node.get("@type"))):
                yield node


def _nodes(value: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 5:
        return
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth=depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart"):
            yield from _nodes(value.get(key), depth=depth + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield plain(value)
    elif isinstance(value, dict) and "Organization" not in str(value.get("@type")):
        for name in _listed(value.get("name")):
            if isinstance(name, str) and name.strip():
                yield plain(name)
