"""The edition grows with what readers could see, and with nothing else; deleted articles leave their facts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from articles.images import uploads
from articles.models import Article, Attachment, Edition, GoneArticle, Section
from articles.models.triggers import install
from articles.publishing import moves, writing
from articles.tags import Tag
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def edition() -> int:
    return Edition.objects.get().number


@pytest.fixture(autouse=True)
def _row() -> None:
    install()  # Tests that commit empty all tables.


@contextmanager
def grown(yes: bool = True) -> Iterator[None]:
    before = edition()
    yield
    assert (edition() > before) is yes


def test_publishing_editing_and_withdrawing_are_editions() -> None:
    article = make.draft()
    with grown():
        moves.publish(article, by=None, at=NOW)
    article.subtitle = "新的副标题"
    with grown():
        writing.save(article, by=None, at=NOW, expected=article.version)
    with grown():
        moves.withdraw(article, by=None, at=NOW)


def test_drafts_and_counted_views_are_none() -> None:
    make.article()
    with grown(False):
        make.draft("Another")
        Article.objects.update(counted_views=F("counted_views") + 1)
        Attachment.objects.update(downloads=F("downloads") + 1)


CHANGES: dict[str, Callable[[Article], object]] = {
    "a statement of its own": lambda article: Article.objects.filter(pk=article.pk).update(title="改"),
    "views brought along": lambda article: Article.objects.filter(pk=article.pk).update(imported_views=7),
    "a section's name": lambda article: Section.objects.filter(articles=article).update(name_zh="改"),
    "a tag of an article": lambda article: article.tags.add("化学"),
    "a tag's name": lambda article: Tag.objects.filter(article=article).update(name="物理"),
    "a picture": lambda article: uploads.attach(article, make.picture(), name="1.png"),
    "an attachment": lambda article: Attachment.objects.create(article=article, name="计划.pdf"),
    "an attachment's name": lambda article: article.attachments.update(name="other.pdf"),
    "a deletion": lambda article: article.delete(),
    "a raw statement": lambda article: connection.cursor().execute(
        "UPDATE articles_article SET pinned = NOT pinned WHERE id = %s", [article.pk]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_way_to_change_what_readers_see_is_an_edition(change: str) -> None:
    article = make.article(section=make.section(), tags=("数学",))
    Attachment.objects.create(article=article, name="plan.pdf")
    with grown():
        CHANGES[change](article)


def test_after_a_migration_the_triggers_are_there_again() -> None:
    article = make.article()
    if connection.vendor == "sqlite":
        connection.cursor().execute("DROP TRIGGER newsroom_articles_article_update")
    call_command("migrate", verbosity=0)
    with grown():
        Article.objects.filter(pk=article.pk).update(title="改")


def test_what_was_deleted_stays_known_to_the_figures_if_it_was_read() -> None:
    section = make.section()
    read = make.article("Read", author="张三", source="校报", editor="李四", section=section, language="zh-hans")
    unread = make.article("Unread")
    Article.objects.filter(pk=read.pk).update(counted_views=5)
    number = read.pk
    Article.objects.all().delete()
    assert list(
        GoneArticle.objects.values_list("number", "title", "language", "author", "source", "editor", "section")
    ) == [(number, "Read", "zh-hans", "张三", "校报", "李四", section.pk)]
    assert unread.title == "Unread"


def test_a_site_can_go_back_to_the_version_before_and_come_again() -> None:
    article = make.article()
    call_command("migrate", "articles", "0003", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_article SET subtitle = 'Written by the older version'")
    finally:
        call_command("migrate", "articles", verbosity=0)
    with grown():
        Article.objects.filter(pk=article.pk).update(title="改")
    assert Article.objects.get(pk=article.pk).subtitle == "Written by the older version"
