"""The index in SQLite: an FTS5 table without content of its own, its row numbers those of the articles."""

from collections.abc import Sequence

from django.db import connection

from articles.text.terms import Phrase

TABLE = "articles_search"
CREATE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(a, b, c, d, content='', contentless_delete=1, "
    'tokenize="unicode61 remove_diacritics 0")'
)
DROP = f"DROP TABLE {TABLE}"
MISSING = f"articles_article.id NOT IN (SELECT rowid FROM {TABLE})"  # noqa: S608 - a constant
COLUMNS = "abcd"


def put(article: int, fields: Sequence[Sequence[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [article])  # noqa: S608 - a constant
        cursor.execute(
            f"INSERT INTO {TABLE} (rowid, a, b, c, d) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
            [article, *(" ".join(terms) for terms in fields)],
        )


def matching(phrases: Sequence[Phrase], fields: int) -> tuple[str, list[str]]:
    """The condition that an article holds every phrase in its first ``fields`` fields, and its parameters."""
    asked = " AND ".join(f'"{" ".join(phrase.terms)}"{"*" if phrase.begins else ""}' for phrase in phrases)
    columns = " ".join(COLUMNS[:fields])
    # Every phrase may stand in another of the fields.
    query = asked if fields == len(COLUMNS) else f"{{{columns}}} : ({asked})"
    return f"articles_article.id IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", [query]  # noqa: S608
