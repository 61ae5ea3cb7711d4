"""Rules about rows stand in the tables: the database itself refuses, whoever writes."""

from collections.abc import Callable
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
from tests.conftest import NOW


def is_refused(act: Callable[[], Any]) -> bool:
    """Whether the database refuses, without any form, model method or check of ours in between."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


ARTICLE_CHANGES: dict[str, tuple[dict[str, Any], bool]] = {
    "no title": ({"title": ""}, True),
    "a title": ({"title": "校运会开幕"}, False),
    "no slug": ({"slug": ""}, True),
    "the slug of another": ({"slug": "taken"}, True),
    "an unknown state": ({"state": "deleted"}, True),
    "no state": ({"state": ""}, True),
    "a known state": ({"state": "review"}, False),
    "an unknown language": ({"language": "fr"}, True),
    "a tag of BCP 47 in place of the language": ({"language": "zh-Hans"}, True),
    "a known language": ({"language": "zh-hant"}, False),
    "a date without a precision": ({"published_at": NOW, "published_precision": ""}, True),
    "a date with an unknown precision": ({"published_at": NOW, "published_precision": "year"}, True),
    "a date with its precision": ({"published_at": NOW, "published_precision": "day"}, False),
    "a precision without a date": ({"published_at": None, "published_precision": "day"}, True),
    "published without a date": ({"state": "published", "published_at": None, "published_precision": ""}, True),
    "published with a date": ({"state": "published", "published_at": NOW, "published_precision": "second"}, False),
    "version zero": ({"version": 0}, True),
    "version one": ({"version": 1}, False),
    "counted views below zero": ({"counted_views": -1}, True),
    "imported views below zero": ({"imported_views": -1}, True),
    "a section that does not exist": ({"section_id": 987_654}, True),
}


@pytest.mark.parametrize(("changes", "refused"), ARTICLE_CHANGES.values(), ids=ARTICLE_CHANGES.keys())
def test_the_table_of_articles_holds_its_rules(db: None, changes: dict[str, Any], refused: bool) -> None:
    make.draft("Taken", slug="taken")
    article = make.draft()

    def act() -> None:
        Article.objects.filter(pk=article.pk).update(**changes)
        check_now()

    assert is_refused(act) is refused


def check_now() -> None:
    """Foreign keys are checked at the end of a transaction; here they are checked at once."""
    from django.db import connection

    connection.check_constraints()


def test_the_table_of_images_holds_its_rules(db: None) -> None:
    article = make.draft()
    image = ArticleImage.objects.create(article=article, original_name="合影.jpg")
    rendition = Rendition.objects.create(image=image, width=480, height=320, format="webp", file="a-480.webp")
    rows: models.QuerySet[ArticleImage] = ArticleImage.objects.filter(pk=image.pk)
    assert {
        "neither file nor name": is_refused(lambda: rows.update(original_name="")),
        "a file and no name": is_refused(lambda: rows.update(file="images/a.jpg", original_name="")),
        "an order below zero": is_refused(lambda: rows.update(order=-1)),
        "no article": is_refused(lambda: rows.update(article=None)),
        "a rendition once more": is_refused(
            lambda: Rendition.objects.create(image=image, width=480, height=321, format="webp", file="b")
        ),
        "a rendition in another format": is_refused(
            lambda: Rendition.objects.create(image=image, width=480, height=320, format="jpeg", file="b")
        ),
        "a rendition without width": is_refused(lambda: Rendition.objects.filter(pk=rendition.pk).update(width=0)),
        "a rendition without height": is_refused(lambda: Rendition.objects.filter(pk=rendition.pk).update(height=0)),
    } == {
        "neither file nor name": True,
        "a file and no name": False,
        "an order below zero": True,
        "no article": True,
        "a rendition once more": True,
        "a rendition in another format": False,
        "a rendition without width": True,
        "a rendition without height": True,
    }


def test_the_tables_around_an_article_hold_their_rules(db: None) -> None:
    article = make.draft()
    make.section(slug="research")
    tag = Tag.objects.create(name="科研", slug="ke-yan")
    TaggedArticle.objects.create(tag=tag, content_object=article)
    origin = {"article": article, "reader": "plain", "imported_at": NOW, "article_version": 1, "content": b"x"}
    Origin.objects.create(name="a.txt", sha256="a" * 64, **origin)
    Revision.objects.filter(article=article).delete()
    Revision.objects.create(article=article, version=1, at=NOW, content={})
    move = {"article": article, "version": 1, "at": NOW}
    attempts: dict[str, Callable[[], Any]] = {
        "a tag twice": lambda: TaggedArticle.objects.create(tag=tag, content_object=article),
        "an attachment without a name": lambda: Attachment.objects.create(article=article, name=""),
        "a section without an address": lambda: Section.objects.create(name_zh="科研", name_en="Research", slug=""),
        "a section with an address that is taken": lambda: Section.objects.create(
            name_zh="科研", name_en="Research", slug="research"
        ),
        "a section without a Chinese name": lambda: Section.objects.create(name_zh="", name_en="News", slug="news"),
        "a section without an English name": lambda: Section.objects.create(name_zh="要闻", name_en="", slug="news"),
        "an origin twice": lambda: Origin.objects.create(name="b.txt", sha256="a" * 64, **origin),
        "an origin without a name": lambda: Origin.objects.create(name="", sha256="b" * 64, **origin),
        "an origin without a hash": lambda: Origin.objects.create(name="b.txt", sha256="", **origin),
        "a revision of one version twice": lambda: Revision.objects.create(
            article=article, version=1, at=NOW, content={}
        ),
        "a move of an unknown name": lambda: Move.objects.create(name="explode", end="draft", **move),
        "a move to an unknown state": lambda: Move.objects.create(name="submit", end="deleted", **move),
        "a second row of views of the site": lambda: SiteViews.objects.create(pk=2),
        "a journal of one machine twice": lambda: [
            JournalPosition.objects.create(machine="m", journal="j") for _ in range(2)
        ],
    }
    assert [name for name, act in attempts.items() if not is_refused(act)] == []


def test_one_journal_name_on_two_machines_are_two_journals(db: None) -> None:
    for machine in ("one", "two"):
        JournalPosition.objects.create(machine=machine, journal="j")
    assert JournalPosition.objects.count() == 2


def test_a_section_with_articles_cannot_be_deleted(db: None) -> None:
    section = make.section()
    make.draft(section=section)
    with pytest.raises(models.ProtectedError):
        section.delete()


def test_with_an_article_goes_all_that_belongs_to_it(db: None) -> None:
    article = make.article(tags=("科研",))
    image = ArticleImage.objects.create(article=article, original_name="a.jpg")
    Rendition.objects.create(image=image, width=1, height=1, format="webp", file="a")
    Attachment.objects.create(article=article, name="a.pdf")
    article.delete()
    kinds = (Article, ArticleImage, Rendition, Attachment, Revision, Move, TaggedArticle)
    assert {kind.__name__: kind.objects.count() for kind in kinds} == dict.fromkeys(
        [kind.__name__ for kind in kinds], 0
    )


def test_a_cover_that_is_deleted_leaves_the_article(db: None) -> None:
    article = make.draft()
    article.cover = ArticleImage.objects.create(article=article, original_name="a.jpg")
    article.save()
    article.cover.delete()
    assert Article.objects.get(pk=article.pk).cover is None
