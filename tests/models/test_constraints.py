"""Each constraint refuses in the database, whatever a form or a program lets through."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from articles.models import (
    Article,
    ArticleImage,
    Attachment,
    JournalPosition,
    Move,
    Origin,
    Rendition,
    Revision,
    Section,
    SiteViews,
    TaggedArticle,
)
from articles.tags import Tag
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(now: datetime) -> Article:
    return make.draft(at=now, tags=("AI",))


def image(article: Article, **fields: Any) -> ArticleImage:
    return ArticleImage.objects.create(article=article, **{"original_name": "a.jpg", **fields})


def rendition(article: Article, **fields: Any) -> Rendition:
    values = {"image": image(article), "width": 480, "height": 320, "format": "webp", "file": "images/a-480.webp"}
    return Rendition.objects.create(**values | fields)


def origin(article: Article, **fields: Any) -> Origin:
    values = {"name": "a.txt", "sha256": "0" * 64, "reader": "plain", "content": b"", "article_version": 1}
    return Origin.objects.create(article=article, imported_at=article.created_at, **values | fields)


def move(article: Article, **fields: Any) -> Move:
    values = {"name": "submit", "start": "draft", "end": "review", "version": 1, "at": article.created_at}
    return Move.objects.create(article=article, **values | fields)


def changed(**fields: Any) -> Callable[[Article], object]:
    return lambda article: Article.objects.filter(pk=article.pk).update(**fields)


def section(**fields: Any) -> Callable[[Article], object]:
    return lambda _: Section.objects.create(**{"name_en": "A", "name_zh": "甲", "slug": "a"} | fields)


WRONG: dict[str, Callable[[Article], object]] = {
    "article_has_title": changed(title=""),
    "article_has_slug": changed(slug=""),
    "article_state_known": changed(state="lost"),
    "article_language_known": changed(language="fr"),
    "article_date_has_precision": lambda article: changed(published_at=article.created_at)(article),
    "article_date_has_precision, without a date": changed(published_precision="day"),
    "article_date_has_precision, unknown": lambda article: changed(
        published_at=article.created_at, published_precision="year"
    )(article),
    "article_published_has_date": changed(state="published"),
    "article_version_counts": changed(version=0),
    "a count below zero": changed(counted_views=-1),
    "an imported count below zero": changed(imported_views=-1),
    "an address twice": lambda article: changed(slug=article.slug)(make.draft("Other")),
    "tag_once_an_article": lambda article: TaggedArticle.objects.create(
        content_object=article, tag=Tag.objects.get(name="AI")
    ),
    "image_has_file_or_name": lambda article: image(article, original_name=""),
    "an order below zero": lambda article: image(article, order=-1),
    "rendition_once": lambda article: [rendition(article, image=one) for one in [image(article)] for _ in range(2)],
    "rendition_has_size": lambda article: rendition(article, width=0),
    "rendition_has_size, height": lambda article: rendition(article, height=0),
    "attachment_has_name": lambda article: Attachment.objects.create(article=article, name=""),
    "section_has_slug": section(slug=""),
    "section_has_names, Chinese": section(name_zh=""),
    "section_has_names, English": section(name_en=""),
    "a section's address twice": lambda article: [section()(article), section()(article)],
    "origin_has_name": lambda article: origin(article, name=""),
    "origin_has_sha256": lambda article: origin(article, sha256=""),
    "an origin twice": lambda article: [origin(article), origin(article, name="b.txt")],
    "revision_once_a_version": lambda article: Revision.objects.create(
        article=article, version=1, at=article.created_at, content={}
    ),
    "move_start_known": lambda article: move(article, start="nowhere"),
    "article_views_bounded": lambda article: Article.objects.filter(pk=article.pk).update(imported_views=10**15 + 1),
    "move_name_known": lambda article: move(article, name="jump"),
    "move_end_known": lambda article: move(article, end="lost"),
    "site_views_one_row": lambda _: SiteViews.objects.create(pk=2),
    "journal_once_a_machine": lambda _: [JournalPosition.objects.create(machine="a", journal="b") for _ in range(2)],
}


@pytest.mark.parametrize("name", WRONG)
def test_the_database_refuses(name: str, article: Article) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WRONG[name](article)


def test_every_constraint_is_tried_here() -> None:
    tables: list[type[models.Model]] = [
        Article, ArticleImage, Attachment, JournalPosition, Move, Origin, Rendition, Revision, Section, SiteViews,
        TaggedArticle,
    ]  # fmt: skip
    names = {constraint.name for table in tables for constraint in table._meta.constraints}
    assert names - {name.split(",")[0] for name in WRONG} == set()


@pytest.mark.parametrize(
    "right",
    [
        changed(title="校" * 300),
        changed(slug="x" * 100),
        changed(imported_views=2**40),
        lambda article: image(article, original_name="", file="images/aa/a.jpg", width=1, height=1),
        lambda article: origin(article, name="新闻/" * 100, content=b"\x00\xff"),
        lambda article: [
            rendition(article, image=one, format=form) for one in [image(article)] for form in ("webp", "jpeg")
        ],
    ],
)
def test_the_database_takes(right: Callable[[Article], object], article: Article) -> None:
    with transaction.atomic():
        right(article)


def test_a_section_with_articles_cannot_be_deleted(article: Article) -> None:
    one = make.section()
    Article.objects.filter(pk=article.pk).update(section=one)

    with pytest.raises(models.ProtectedError):
        one.delete()


def test_deleting_an_article_takes_all_that_belongs_to_it(article: Article) -> None:
    rendition(article)
    origin(article)
    move(article)
    Attachment.objects.create(article=article, name="a.pdf")
    article.delete()

    counts = [table.objects.count() for table in (ArticleImage, Rendition, Origin, Move, Attachment, Revision)]
    assert counts == [0] * 6
    assert TaggedArticle.objects.count() == 0
