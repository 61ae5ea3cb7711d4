"""Queries: what is asked for, and in which order the answers come."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from articles.models import Article, ArticleQuerySet
from articles.search.index import FIELDS, backend
from articles.text.terms import Phrase, phrases

LONGEST_QUERY = 100  # characters
MOST_PHRASES = 12
MOST_FOUND = 1_000  # fifty pages; nobody turns more
MOST_IN_TITLES = 200  # that come before the others
MOST_SUGGESTED = 8
UNWANTED = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True)
class Found:
    """The numbers of the articles in their order; ``more`` where not all could be looked at."""

    keys: list[int]
    more: bool


def tidy(query: str) -> str:
    """The query as it is used and shown again: one line of at most 100 characters."""
    return " ".join(UNWANTED.sub(" ", query[: LONGEST_QUERY * 4]).split())[:LONGEST_QUERY].strip()


def find(query: str, *, among: ArticleQuerySet, by_date: bool = False) -> Found:
    """The articles that hold everything the query asks for.

    Those that hold it in their titles come first, then those with it in their names and tags, then the others; the
    newest first in each. ``by_date`` puts the newest first whatever they hold it in.
    """
    asked = phrases(tidy(query))[:MOST_PHRASES]
    if not asked:
        return Found([], more=False)
    newest = _keys(_holding(asked, among, fields=len(FIELDS)), MOST_FOUND + 1)
    more, keys = len(newest) > MOST_FOUND, newest[:MOST_FOUND]
    if by_date or not keys:
        return Found(keys, more)
    first: list[int] = []
    for fields in (1, 2):
        first += _keys(_holding(asked, among, fields=fields), MOST_IN_TITLES)
    return Found(list(dict.fromkeys([*first, *keys]))[:MOST_FOUND], more)


def suggest(query: str, *, among: ArticleQuerySet) -> list[str]:
    """Titles that hold what was typed so far, the newest first."""
    asked = phrases(tidy(query))[:MOST_PHRASES]
    if not asked:
        return []
    keys = _keys(_holding(_unfinished(asked), among, fields=1), MOST_SUGGESTED)
    titles = dict(Article.objects.filter(pk__in=keys).order_by().values_list("pk", "title"))
    return list(dict.fromkeys(titles[key] for key in keys if key in titles))


def naming(name: str, *, among: ArticleQuerySet) -> "QuerySet[Article]":
    """The articles that have this name among their names, tags or titles: the few of which a list by name is made."""
    asked = phrases(tidy(name))[:MOST_PHRASES]
    return _holding(asked, among, fields=2) if asked else among.none()


def _unfinished(asked: list[Phrase]) -> list[Phrase]:
    """The last word may be the beginning of one that is still being typed."""
    return [*asked[:-1], asked[-1]._replace(begins=True)]


def _holding(asked: list[Phrase], among: ArticleQuerySet, *, fields: int) -> "QuerySet[Article]":
    condition, parameters = backend().matching(asked, fields)
    return among.extra(where=[condition], params=parameters)  # noqa: S610 - the text is a constant of the backend


def _keys(rows: "QuerySet[Article]", most: int) -> list[int]:
    return list(rows.order_by("-published_at", "-id").values_list("pk", flat=True)[:most])
