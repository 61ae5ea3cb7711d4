"""How safely the documents of one import are committed: all together, not one by one.

An import that a power cut ends is completed by the next run, so no document needs to wait for the disk; waiting took a
quarter of the time. What was told as created is on the disk when the import has ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def together() -> Iterator[None]:
    """Within it no commit waits for the disk; afterwards all of them are there. Does nothing inside a transaction."""
    if connection.in_atomic_block or connection.vendor not in _WAYS:
        yield
        return
    begin, end = _WAYS[connection.vendor]
    _run(begin)
    try:
        yield
    finally:
        _run(end)


# SQLite: a checkpoint waits for the disk before it moves pages. PostgreSQL: a commit that waits carries all before it.
_WAYS = {
    "sqlite": (
        ["PRAGMA synchronous = NORMAL"],
        ["PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(PASSIVE)"],
    ),
    "postgresql": (
        ["SET synchronous_commit = off"],
        ["RESET synchronous_commit", "SELECT pg_current_xact_id()"],
    ),
}


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
