"""The index: one entry an article, written in the transaction that writes the article."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from articles.models import Article
from articles.search import postgresql, sqlite
from articles.text import markup
from articles.text.terms import terms

LONGEST_TEXT = 50_000  # characters of a text; PostgreSQL keeps at most a megabyte of terms for an article
FIELDS = ("title", "names", "notes", "body")  # from the weightiest to the lightest
BATCH = 200


def backend() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgresql


def index(article: Article, *, bare: bool = False) -> None:
    """The article is found by what stands in it now: title, names and tags, summary and captions, text.

    A bare one has no images, attachments and tags, and is not asked for them.
    """
    backend().put(article.pk, [terms(field) for field in _fields(article, bare=bare)])


def catch_up(*, everything: bool = False, told: Callable[[int], None] | None = None) -> int:
    """Index what has no entry, or all articles anew. Returns their number; may be stopped and called again."""
    done = 0
    for keys in _batches(everything=everything):
        with transaction.atomic():
            rows: Any = Article.objects.filter(pk__in=keys)
            for article in rows.prefetch_related("images", "attachments", "tags"):
                index(article)
                done += 1
        if told:
            told(done)
    return done


def _batches(*, everything: bool) -> Iterator[list[int]]:
    last = 0
    while True:
        rows: QuerySet[Article] = Article.objects.filter(pk__gt=last).order_by("pk")
        if not everything:
            rows = rows.extra(where=[backend().MISSING])  # noqa: S610 - a constant
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _fields(article: Article, *, bare: bool) -> tuple[str, str, str, str]:
    images = [] if bare else list(article.images.all())
    notes = [article.summary, *(f"{image.caption} {image.alt}" for image in images)]
    notes += [] if bare else [attachment.name for attachment in article.attachments.all()]
    names = [article.author, article.source, article.editor, article.reviewer, article.photographer]
    names += [image.credit for image in images if image.credit]
    names += [] if bare else [tag.name for tag in article.tags.all()]
    text = markup.plain(article.body[: LONGEST_TEXT * 4])[:LONGEST_TEXT]
    return f"{article.title}\n{article.subtitle}", "\n".join(names), "\n".join(notes), text
