"""The index in PostgreSQL: a tsvector an article, made of our own terms, under a GIN index."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from articles.text.terms import Phrase

TABLE = "articles_search"
CREATE = f"CREATE TABLE {TABLE} (article bigint PRIMARY KEY, terms tsvector NOT NULL)"
CREATE_INDEX = f"CREATE INDEX articles_search_terms ON {TABLE} USING gin (terms)"
DROP = f"DROP TABLE {TABLE}"
MISSING = f"articles_article.id NOT IN (SELECT article FROM {TABLE})"  # noqa: S608 - a constant
WEIGHTS = "ABCD"
FARTHEST = 16_383  # PostgreSQL's last position
MOST_PLACES = 255  # of one term that PostgreSQL keeps
GAP = 2  # between fields: no phrase reaches over


def put(article: int, fields: Sequence[Sequence[str]]) -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    position = 0
    for weight, terms in zip(WEIGHTS, fields, strict=True):
        for term in terms:
            position += 1
            if len(places[term]) < MOST_PLACES:
                places[term].append(f"{min(position, FARTHEST)}{weight}")
        position += GAP
    vector = " ".join(f"'{term}':{','.join(found)}" for term, found in places.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (article, terms) VALUES (%s, %s::tsvector) "  # noqa: S608 - a constant
            "ON CONFLICT (article) DO UPDATE SET terms = excluded.terms",
            [article, vector],
        )


def matching(phrases: Sequence[Phrase], fields: int) -> tuple[str, list[str]]:
    """The condition that an article holds every phrase in its first ``fields`` fields, and its parameters."""
    weights = "" if fields == len(WEIGHTS) else WEIGHTS[:fields]
    asked = []
    for phrase in phrases:
        flags = f"{'*' if phrase.begins else ''}{weights}"
        asked.append(" <-> ".join(f"'{term}'{f':{flags}' if flags else ''}" for term in phrase.terms))
    query = " & ".join(f"({one})" for one in asked)
    return f"articles_article.id IN (SELECT article FROM {TABLE} WHERE terms @@ %s::tsquery)", [query]  # noqa: S608
