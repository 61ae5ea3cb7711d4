"""What an article says of itself, who finds it in which list, and what saving it never touches."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F
from django.utils import translation

from articles.images import uploads
from articles.models import Article, ArticleImage, Attachment, Move, Origin, Rendition, Revision, SiteViews
from articles.publishing import moves
from articles.states import State
from tests import make

pytestmark = pytest.mark.django_db


def test_the_views_are_the_imported_and_the_counted_ones(now: datetime) -> None:
    article = make.article(at=now, imported_views=400)
    Article.objects.filter(pk=article.pk).update(counted_views=F("counted_views") + 3)

    assert Article.objects.get(pk=article.pk).views == 403
    assert list(Article.objects.filter(views__gte=403)) == [article]


def test_saving_an_article_that_was_read_before_a_view_was_counted_keeps_the_view(now: datetime) -> None:
    article = make.article(at=now)
    Article.objects.filter(pk=article.pk).update(counted_views=5)
    article.title = "Changed"
    article.save()

    assert Article.objects.values_list("title", "counted_views", "views").get(pk=article.pk) == ("Changed", 5, 5)


def test_saving_writes_no_column_that_was_not_read(now: datetime) -> None:
    article = make.article(at=now)
    read = Article.objects.defer("body", "summary").get(pk=article.pk)
    Article.objects.filter(pk=article.pk).update(body="<p>Newer.</p>", counted_views=2)
    read.title = "Changed"
    read.save()

    found = Article.objects.get(pk=article.pk)
    assert (found.title, found.body, found.counted_views) == ("Changed", "<p>Newer.</p>", 2)


def test_saving_named_fields_writes_only_them(now: datetime) -> None:
    article = make.article(at=now)
    article.title, article.author = "Changed", "Nobody"
    article.save(update_fields=["title"])

    found = Article.objects.get(pk=article.pk)
    assert (found.title, found.author) == ("Changed", "")


def test_a_new_article_begins_with_the_counts_it_is_given(now: datetime) -> None:
    article = Article.objects.create(title="A", slug="a", created_at=now, changed_at=now, counted_views=9)
    assert Article.objects.get(pk=article.pk).views == 9


# Who finds what.


@pytest.fixture
def articles(now: datetime, writer: User) -> dict[str, Article]:
    made = {f"{state} own": make.in_state(state, by=writer, at=now - timedelta(hours=1)) for state in State}
    made |= {f"{state} other": make.in_state(state, at=now - timedelta(hours=1)) for state in State}
    made["coming own"] = make.article(at=now, by=writer, published_at=now + timedelta(seconds=1))
    made["coming other"] = make.article(at=now, published_at=now + timedelta(seconds=1))
    made["now"] = make.article(at=now, published_at=now)
    return made


def names(articles: dict[str, Article], found: object) -> set[str]:
    return {name for name, article in articles.items() if article in found}  # type: ignore[operator]


PUBLIC = {"published own", "published other", "now"}
OWN = {"draft own", "review own", "withdrawn own", "coming own"}


def test_readers_find_what_is_public_at_that_moment(articles: dict[str, Article], now: datetime) -> None:
    assert names(articles, Article.objects.public(at=now)) == PUBLIC
    assert names(articles, Article.objects.public(at=now + timedelta(seconds=1))) == PUBLIC | {
        "coming own",
        "coming other",
    }
    assert names(articles, Article.objects.public(at=now - timedelta(days=9))) == set()


def test_each_person_finds_what_the_rules_allow(
    articles: dict[str, Article], writer: User, editor: User, chief: User, now: datetime
) -> None:
    stranger = User.objects.create_user("stranger")
    found = {
        str(person): names(articles, Article.objects.visible_to(person, at=now))
        for person in (AnonymousUser(), stranger, writer, editor, chief)
    }
    assert found == {
        "AnonymousUser": PUBLIC,
        "stranger": PUBLIC,
        "writer": PUBLIC | OWN,
        "editor": set(articles),
        "chief": set(articles),
    }


def test_the_list_and_the_rule_say_the_same(articles: dict[str, Article], now: datetime) -> None:
    public = Article.objects.public(at=now)
    assert {article.pk for article in articles.values() if Article.objects.get(pk=article.pk).is_public(at=now)} == {
        article.pk for article in public
    }


def test_the_newest_stand_first_and_equal_times_by_number(now: datetime) -> None:
    made = [
        make.article(at=now, published_at=now - timedelta(days=days), published_precision="day")
        for days in (2, 1, 1, 3)
    ]
    assert list(Article.objects.newest()) == [made[2], made[1], made[0], made[3]]


def test_a_list_holds_the_languages_asked_for(now: datetime) -> None:
    made = {language: make.draft(at=now, language=language) for language in ("zh-hans", "zh-hant", "en")}
    assert set(Article.objects.in_language("zh-hans", "zh-hant")) == {made["zh-hans"], made["zh-hant"]}


def test_cards_ask_the_same_few_queries_for_one_and_for_three(
    now: datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    one = make.section()

    def another() -> None:
        article = make.article(at=now, section=one)
        uploads.attach(article, make.picture(600, 400), name="a.jpg")
        Article.objects.filter(pk=article.pk).update(cover=article.images.get())

    def read() -> list[object]:
        return [
            (card.title, card.excerpt, card.views, card.section, card.cover and len(card.cover.renditions.all()))
            for card in Article.objects.public(at=now).newest().cards()
        ]

    another()
    with django_assert_num_queries(2):
        assert len(read()) == 1
    another()
    another()
    with django_assert_num_queries(2):
        assert len(read()) == 3


def test_cards_do_not_read_the_text(now: datetime) -> None:
    make.article(at=now)
    assert Article.objects.cards().get().get_deferred_fields() == {"body"}


# Names and addresses.


def test_an_article_knows_its_language_tag_and_address(now: datetime) -> None:
    tags = {code: make.draft("校运会", at=now, language=code).language_tag for code in ("zh-hans", "zh-hant", "en")}
    article = make.draft("A day", at=now)

    assert tags == {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
    assert article.get_absolute_url() == f"/articles/{article.pk}/a-day/"
    assert str(article) == "A day"


def test_a_section_has_its_name_in_the_language_of_the_reader() -> None:
    one = make.section()
    with translation.override("zh-hans"):
        assert (one.name, str(one)) == ("科学研究", "科学研究")
    with translation.override("en"):
        assert (one.name, str(one)) == ("Research", "Research")
    with translation.override(None):
        assert one.name == "Research"


def test_everything_has_a_name_for_people(now: datetime) -> None:
    article = make.draft(at=now)
    picture = ArticleImage(article=article, original_name="a.jpg")
    named = [
        str(picture),
        str(ArticleImage(original_name="a.jpg", alt="Alt", caption="Caption")),
        str(ArticleImage(original_name="a.jpg", alt="Alt")),
        str(Rendition(file="images/a-480.webp", width=480, height=320)),
        str(Attachment(name="表.pdf")),
        str(Origin(name="a.txt")),
        str(Revision(version=3)),
        str(Move(name="publish", start="draft", end="published")),
        str(SiteViews(counted=7)),
    ]
    assert named == [
        "a.jpg", "Caption", "Alt", "images/a-480.webp (480 × 320)", "表.pdf", "a.txt", "Version 3",
        "Publish: draft → published", "7",
    ]  # fmt: skip


def test_pictures_and_attachments_stand_in_their_order(now: datetime) -> None:
    article = make.draft(at=now)
    for order, name in ((20, "c"), (0, "a"), (10, "b"), (0, "a2")):
        ArticleImage.objects.create(article=article, original_name=name, order=order)
        Attachment.objects.create(article=article, name=name, order=order)

    assert [image.original_name for image in article.images.all()] == ["a", "a2", "b", "c"]
    assert [attachment.name for attachment in article.attachments.all()] == ["a", "a2", "b", "c"]


def test_the_newest_revisions_and_moves_stand_first(now: datetime) -> None:
    article = make.draft(at=now)
    moves.submit(article, by=None, at=now)
    moves.publish(article, by=None, at=now)

    assert [revision.version for revision in article.revisions.all()] == [3, 2, 1]
    assert [move.name for move in article.moves.all()] == ["publish", "submit"]


def test_an_account_that_is_deleted_leaves_its_articles(writer: User, now: datetime) -> None:
    article = make.draft(by=writer, at=now)
    writer.delete()

    found = Article.objects.get(pk=article.pk)
    assert (found.created_by, found.changed_by, found.revisions.get().by) == (None, None, None)
