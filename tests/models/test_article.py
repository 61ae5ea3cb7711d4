"""The article's row: what saving it writes, who finds it, and at what cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F

from articles import rules
from articles.models import Article, ArticleImage
from articles.states import State
from tests import make
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def titles(articles: Any) -> list[str]:
    return sorted(article.title for article in articles)


def test_saving_an_article_never_writes_an_old_count_back(db: None) -> None:
    article = make.article(imported_views=400)
    Article.objects.filter(pk=article.pk).update(counted_views=F("counted_views") + 25)
    article.title = "Another title"
    article.save()
    kept = Article.objects.get(pk=article.pk)
    assert (kept.title, kept.imported_views, kept.counted_views, kept.views) == ("Another title", 400, 25, 425)


def test_an_article_without_its_text_is_saved_without_losing_it(db: None) -> None:
    made = make.article(body="<p>正文。</p>")
    card = Article.objects.cards().get(pk=made.pk)
    card.subtitle = "副标题"
    card.save()
    kept = Article.objects.get(pk=made.pk)
    assert (kept.subtitle, kept.body) == ("副标题", "<p>正文。</p>")


def test_named_fields_alone_are_written_where_they_are_named(db: None) -> None:
    article = make.article()
    Article.objects.filter(pk=article.pk).update(title="Theirs")
    article.title, article.subtitle = "Ours", "Ours"
    article.save(update_fields=["subtitle"])
    kept = Article.objects.get(pk=article.pk)
    assert (kept.title, kept.subtitle) == ("Theirs", "Ours")


def test_views_are_the_imported_and_the_counted_ones_together(db: None) -> None:
    article = make.article(imported_views=695)
    Article.objects.filter(pk=article.pk).update(counted_views=F("counted_views") + 5)
    assert list(Article.objects.order_by("-views").values_list("views", flat=True)) == [700]
    assert Article.objects.filter(views__gte=700).count() == 1


def every_state(writer: User | None = None) -> dict[str, Article]:
    return {
        "draft": make.in_state(State.DRAFT, "draft", by=writer),
        "review": make.in_state(State.REVIEW, "review"),
        "withdrawn": make.in_state(State.WITHDRAWN, "withdrawn", published_at=NOW - HOUR, published_precision="minute"),
        "published": make.article("published"),
        "at this moment": make.article("at this moment", published_at=NOW),
        "to come": make.article("to come", published_at=NOW + timedelta(seconds=1)),
    }


def test_readers_see_what_is_published_and_whose_time_has_come(db: None) -> None:
    every_state()
    assert titles(Article.objects.public(at=NOW)) == ["at this moment", "published"]
    assert titles(Article.objects.public(at=NOW + HOUR)) == ["at this moment", "published", "to come"]
    assert titles(Article.objects.public(at=NOW - 2 * HOUR)) == []


def test_each_person_sees_what_the_rules_allow(
    writer: User, editor: User, chief: User, outsider: AnonymousUser
) -> None:
    every_state(writer)
    public = ["at this moment", "published"]
    everything = ["at this moment", "draft", "published", "review", "to come", "withdrawn"]
    people: dict[str, User | AnonymousUser] = {"writer": writer, "editor": editor, "chief": chief, "outsider": outsider}
    assert {name: titles(Article.objects.visible_to(person, at=NOW)) for name, person in people.items()} == {
        "writer": ["at this moment", "draft", "published"],
        "editor": everything,
        "chief": everything,
        "outsider": public,
    }


def test_the_queryset_and_the_rule_for_one_article_agree(
    writer: User, editor: User, outsider: AnonymousUser, person: Callable[[str, str], User]
) -> None:
    articles = every_state(writer)
    other = person("other", "Writers")
    for someone in (writer, other, editor, outsider):
        for at in (NOW - 2 * HOUR, NOW, NOW + HOUR):
            listed = titles(Article.objects.visible_to(someone, at=at))
            assert listed == sorted(
                article.title for article in articles.values() if rules.may_see(someone, article, at=at)
            )


def test_somebody_without_a_group_sees_what_readers_see(db: None) -> None:
    person = User.objects.create_user("guest")
    make.draft(by=person)
    assert titles(Article.objects.visible_to(person, at=NOW)) == []


def test_the_newest_stands_first_and_the_number_decides_between_equal_times(db: None) -> None:
    for title, at in [("one", NOW - HOUR), ("two", NOW), ("three", NOW - HOUR), ("four", NOW - 2 * HOUR)]:
        make.article(title, published_at=at)
    assert [article.title for article in Article.objects.newest()] == ["two", "three", "one", "four"]


def test_articles_are_found_by_language(db: None) -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        make.article(language, language=language)
    assert titles(Article.objects.in_language("zh-hans", "zh-hant")) == ["zh-hans", "zh-hant"]
    assert [Article.objects.in_language(language).get().language_tag for language in ("en", "zh-hans", "zh-hant")] == [
        "en",
        "zh-Hans",
        "zh-Hant",
    ]


def test_cards_cost_the_same_for_one_article_and_three(db: None, django_assert_num_queries: Any) -> None:
    section = make.section()
    for count in (1, 3):
        while Article.objects.count() < count:
            article = make.article(f"Article {Article.objects.count()}", section=section)
            article.cover = ArticleImage.objects.create(article=article, file="images/a.jpg", width=8, height=6)
            article.save()
        with django_assert_num_queries(2):
            cards = [
                (str(card.section), card.cover.pk, list(card.cover.renditions.all()), card.title, card.excerpt)
                for card in Article.objects.public(at=NOW).newest().cards()
            ]
        assert len(cards) == count


def test_a_card_does_not_read_the_text(db: None) -> None:
    make.article()
    assert Article.objects.cards().get().get_deferred_fields() == {"body"}


@pytest.mark.parametrize(
    ("published_at", "state", "public"),
    [
        (NOW, State.PUBLISHED, True),
        (NOW - HOUR, State.PUBLISHED, True),
        (NOW + HOUR, State.PUBLISHED, False),
        (NOW, State.WITHDRAWN, False),
        (NOW, State.REVIEW, False),
        (None, State.DRAFT, False),
    ],
)
def test_an_article_knows_whether_it_is_public(published_at: datetime | None, state: State, public: bool) -> None:
    assert Article(state=state, published_at=published_at).is_public(at=NOW) is public


def test_things_are_named_for_people(db: None) -> None:
    from django.utils import translation

    section = make.section()
    article = make.draft("校运会开幕", section=section)
    image = ArticleImage(article=article, original_name="a.jpg")
    with translation.override("zh-hans"):
        chinese = str(section)
    with translation.override("en"):
        english = str(section)
    assert (str(article), chinese, english, str(image)) == ("校运会开幕", "科学研究", "Research", "a.jpg")
    image.alt = "Runners"
    assert str(image) == "Runners"
    image.caption = "起跑"
    assert str(image) == "起跑"
