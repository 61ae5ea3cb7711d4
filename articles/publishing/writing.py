"""Writing: an article is begun and saved here, from the admin and from the importer alike.

``begin`` or ``save`` writes the fields; when its images and tags are written too, ``settle`` puts in order what depends
on them and keeps the revision. The three belong into one transaction.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles import search
from articles.models import Article
from articles.publishing import history
from articles.states import State
from articles.text import markup, words

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_ADDRESS = 100  # characters, as the column has them
LONGEST_NUMBER = 8  # of them, for the number of an address that is taken
SLUG_ATTEMPTS = 20  # each writer who chooses the same address at the same moment costs the others one


class EditConflict(Exception):
    """Somebody else saved the article since it was read; ``theirs`` is the article as it now stands."""

    def __init__(self, theirs: Article) -> None:
        super().__init__(
            _("“%(title)s” was changed meanwhile: it is now version %(version)d.")
            % {"title": theirs.title, "version": theirs.version}
        )
        self.theirs = theirs


def begin(article: Article, *, by: "User | None", at: datetime) -> Article:
    """Write a new article as a draft, with its text cleaned and an address of its own."""
    article.state = State.DRAFT
    article.version = 1
    article.created_at = article.changed_at = at
    article.created_by = article.changed_by = by
    _tidy(article)
    _write(article, article.slug or words.slug(article.title), force_insert=True)
    return article


def save(article: Article, *, by: "User | None", at: datetime, expected: int) -> Article:
    """Write the fields over version ``expected`` and raise the version by one; state and counters stay as they are.

    Raises EditConflict, and writes nothing, if the article is not at that version any more.
    """
    with transaction.atomic():
        standing = Article.objects.select_for_update().get(pk=article.pk)
        if standing.version != expected:
            raise EditConflict(standing)
        _tidy(article)
        article.state = standing.state
        if article.state == State.PUBLISHED and article.published_at is None:  # the date that readers know stays
            article.published_at, article.published_precision = standing.published_at, standing.published_precision
        article.version = expected + 1
        article.changed_at, article.changed_by = at, by
        article.created_at, article.created_by_id = standing.created_at, standing.created_by_id
        _write(article, article.slug or standing.slug, force_update=True)
    return article


def replace_body(article: Article, body: str) -> None:
    """Give an article that was begun in this transaction its text and cover, now that its pictures have numbers."""
    article.body = body
    _tidy(article)
    article.save(update_fields=["body", "excerpt", "cover"])


def _write(article: Article, wanted: str, **how: Any) -> None:
    """Save the row under the wanted address, or under the next free one if somebody takes it at this moment."""
    for attempt in range(SLUG_ATTEMPTS):
        # Mostly it is free, and the attempt itself is the cheapest way to know.
        article.slug = free_slug(wanted, besides=article) if attempt else wanted[:LONGEST_ADDRESS]
        try:
            with transaction.atomic():
                article.save(**how)
        except IntegrityError:
            if not Article.objects.filter(slug=article.slug).exclude(pk=article.pk).exists():
                raise
        else:
            return
    raise IntegrityError(f"No free address was found for {wanted!r}.")


def settle(article: Article, *, by: "User | None", at: datetime) -> None:
    """After its images and tags are written: places in the text, the cover, and the revision of this version."""
    _put_in_order(article)
    search.index(_as_it_stands(article))
    history.keep(article, by=by, at=at)


def _put_in_order(article: Article) -> None:
    places = markup.places(article.body)
    images = list(article.images.order_by("order", "id"))  # from the table, not from what was read before
    for image in images:
        if image.place != places.get(image.pk):
            image.place = places.get(image.pk)
            image.save(update_fields=["place"])
    own = {image.pk for image in images if image.file}
    if article.cover_id not in own:
        article.cover = next((image for image in images if image.file), None)
        article.save(update_fields=["cover"])


def settle_new(article: Article, *, by: "User | None", at: datetime, bare: bool) -> None:
    """As ``settle``, for an article begun in this transaction; a bare one has no images, tags or attachments."""
    if not bare:
        _put_in_order(article)
    search.index(_as_it_stands(article), bare=bare)
    history.begin(article, by=by, at=at, bare=bare)


def _as_it_stands(article: Article) -> Article:
    """With its images, attachments and tags from the tables, not from what was read before they were written."""
    for name in ("images", "attachments", "tags"):
        getattr(article, "_prefetched_objects_cache", {}).pop(name, None)
    return article


def free_slug(wanted: str, *, besides: Article | None = None) -> str:
    """The wanted address, or with the next free number behind it."""
    wanted = wanted[:LONGEST_ADDRESS]
    others = Article.objects.exclude(pk=besides.pk) if besides is not None else Article.objects.all()
    if not others.filter(slug=wanted).exists():
        return wanted
    wanted = wanted[: LONGEST_ADDRESS - LONGEST_NUMBER].rstrip("-")
    slugs = set(others.filter(slug__startswith=f"{wanted}-").values_list("slug", flat=True))
    number = 2
    while f"{wanted}-{number}" in slugs:
        number += 1
    return f"{wanted}-{number}"


def _tidy(article: Article) -> None:
    article.title = " ".join(article.title.split())
    article.body = markup.clean(article.body)
    article.excerpt = article.summary.strip() or words.excerpt(article.body)
    if article.published_at is None:
        article.published_precision = ""
