"""The totals in the database, and how safely they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.transaction import atomic

from articles.counting.records import Kind
from articles.models import Article, Attachment, SiteViews

KEYS_A_STATEMENT = 500
# Less than PostgreSQL's deadlock_timeout (1 s): where an editor's transaction and a fold wait for each other, the fold
# gives way and tries again a second later.
LOCK_TIMEOUT_MS = 500
FOLD_LOCK = 7_239_511  # any number of our own
SQLITE_SYNCHRONOUS = {True: "FULL", False: "NORMAL"}


@contextmanager
def transaction(*, durable: bool) -> Iterator[None]:
    """A transaction that a crash of the machine may undo whole, unless ``durable``: then journals give it again."""
    if connection.in_atomic_block:  # The caller's transaction decides.
        with atomic():
            yield
    elif connection.vendor == "sqlite":
        with _sqlite_setting("synchronous", SQLITE_SYNCHRONOUS[durable]), atomic():
            yield
    else:
        with atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
                if not durable:
                    cursor.execute("SET LOCAL synchronous_commit = off")
            yield


def alone() -> None:
    """One fold at a time, whichever machine's: what is a repeat depends on what the others have just counted."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])


@contextmanager
def patience(seconds: float | None) -> Iterator[None]:
    """Within it SQLite's writers wait no longer than that for each other. None leaves it as it is."""
    if seconds is None or connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _sqlite_setting("busy_timeout", str(int(seconds * 1000))):
        yield


@contextmanager
def _sqlite_setting(name: str, value: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name} = {before}")


def add(views: Counter[tuple[int, int]]) -> None:
    """Add these views to their totals. What was deleted meanwhile has none to add to.

    Every fold goes the same way, by kind and number, so that two machines cannot wait for each other; the one row that
    all of them want is last, when the rest is done.
    """
    numbered: dict[int, dict[int, int]] = defaultdict(dict)
    for (kind, number), count in views.items():
        numbered[kind][number] = count
    _grow(Article.objects.all(), "counted_views", numbered[Kind.ARTICLE])
    _grow(Attachment.objects.all(), "downloads", numbered[Kind.ATTACHMENT])
    if pages := views[Kind.PAGE, 0]:
        site = SiteViews.objects.filter(pk=SiteViews.SITE)
        if not site.update(counted=models.F("counted") + pages):
            SiteViews.objects.bulk_create([SiteViews(pk=SiteViews.SITE)], ignore_conflicts=True)
            site.update(counted=models.F("counted") + pages)


def _grow(rows: models.QuerySet[Any], column: str, more: Mapping[int, int]) -> None:
    keys = sorted(more)
    if connection.features.has_select_for_update:
        for some in _slices(keys):
            list(rows.select_for_update(no_key=True).filter(pk__in=some).order_by("pk").values_list("pk"))
    # In any second most articles have the same few counts: one statement for each count, not for each article.
    by_count = defaultdict(list)
    for key in keys:
        by_count[more[key]].append(key)
    for count, having in by_count.items():
        for some in _slices(having):
            rows.filter(pk__in=some).update(**{column: models.F(column) + count})


def _slices(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), KEYS_A_STATEMENT):
        yield keys[start : start + KEYS_A_STATEMENT]
