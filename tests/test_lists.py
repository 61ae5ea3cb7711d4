"""Lists: what they hold in each language, and their pages."""

from datetime import timedelta
from typing import Any

import pytest

from articles import lists
from articles.models import Article
from articles.states import State
from tests import make
from tests.conftest import NOW


def titles(page: lists.Page) -> list[str]:
    return [article.title for article in page.articles]


def numbered(count: int) -> None:
    for number in range(1, count + 1):
        make.article(f"News {number}", published_at=NOW - timedelta(days=count - number))


def test_pages_cut_a_list_from_the_newest_to_the_oldest_without_gaps(db: None) -> None:
    numbered(7)
    articles = Article.objects.public(at=NOW)
    pages = [lists.page(articles, number, size=3) for number in (1, 2, 3)]
    assert [titles(page) for page in pages] == [
        ["News 7", "News 6", "News 5"],
        ["News 4", "News 3", "News 2"],
        ["News 1"],
    ]
    assert [(page.previous, page.next, page.last, page.count) for page in pages] == [
        (None, 2, 3, 7),
        (1, 3, 3, 7),
        (2, None, 3, 7),
    ]


def test_articles_of_the_same_moment_keep_one_order_on_all_pages(db: None) -> None:
    made = [make.article(f"News {number}", published_at=NOW).pk for number in range(9)]
    articles = Article.objects.public(at=NOW)
    shown = [article.pk for number in (1, 2, 3) for article in lists.page(articles, number, size=3).articles]
    assert shown == made[::-1]


def test_a_list_without_articles_has_one_empty_page(db: None) -> None:
    assert lists.page(Article.objects.public(at=NOW), 1) == lists.Page([], number=1, last=1, count=0)


@pytest.mark.parametrize("number", [3, 4, 999_999_999])
def test_a_page_after_the_last_does_not_exist(db: None, number: int) -> None:
    numbered(4)
    with pytest.raises(lists.NoSuchPage):
        lists.page(Article.objects.public(at=NOW), number, size=2)


@pytest.mark.parametrize(
    "text", ["0", "-1", "1e9", "1.0", "", " 1", "01", "+1", "next", "１", "9" * 10, "9" * 5_000, "1\n", "\x00"]
)
def test_only_a_plain_number_is_a_page_number(text: str) -> None:
    with pytest.raises(lists.NoSuchPage):
        lists.page_number(text)


def test_no_number_asks_for_the_first_page() -> None:
    assert [lists.page_number(text) for text in (None, "1", "12")] == [1, 1, 12]


def test_page_links_keep_both_ends_and_leave_out_what_lies_between() -> None:
    def numbers(number: int, last: int) -> list[int | None]:
        return lists.Page([], number=number, last=last, count=0).numbers

    assert [numbers(1, 1), numbers(1, 9), numbers(3, 9), numbers(9, 9)] == [
        [1],
        [1, 2, None, 9],
        [1, 2, 3, 4, None, 9],
        [1, None, 8, 9],
    ]


def test_the_main_language_lists_all_articles_and_another_its_own(db: None, settings: Any) -> None:
    make.article("校运动会", language="zh-hans")
    make.article("紙上山河", language="zh-hant")
    make.article("Sports day", language="en")

    def listed(interface: str) -> set[str]:
        return set(lists.listed(at=NOW, interface=interface).values_list("title", flat=True))

    assert (listed("zh-hans"), listed("en")) == ({"校运动会", "紙上山河", "Sports day"}, {"Sports day"})
    settings.LANGUAGE_CODE = "en"
    assert (listed("zh-hans"), listed("en")) == ({"校运动会", "紙上山河"}, {"校运动会", "紙上山河", "Sports day"})


def test_an_article_is_shown_in_the_interface_language_that_fits_it(settings: Any) -> None:
    codes = ("zh-hans", "zh-hant", "en")
    assert [lists.interface_for(code) for code in codes] == ["zh-hans", "zh-hans", "en"]
    settings.LANGUAGES = [("zh-hans", "简体中文")]
    assert [lists.interface_for(code) for code in codes] == ["zh-hans", "zh-hans", "zh-hans"]


def test_the_head_of_the_front_page_has_pinned_articles_first(db: None) -> None:
    old = make.article("Pinned long ago", pinned=True, published_at=NOW - timedelta(days=900))
    numbered(4)
    newest = Article.objects.public(at=NOW).newest().values_list("pk", flat=True)[:2]
    assert lists.top(Article.objects.public(at=NOW), most=3) == [old.pk, *newest]


def test_neighbours_are_the_next_in_time_in_the_same_section_and_language(db: None) -> None:
    research, campus = make.section(), make.section("Campus", "校园", "campus")
    day = timedelta(days=1)
    older = make.article("Older", section=research, published_at=NOW - 9 * day)
    make.article("Other section", section=campus, published_at=NOW - 6 * day)
    make.article("别的语言", section=research, language="zh-hans", published_at=NOW - 6 * day)
    here = make.article("Here", section=research, published_at=NOW - 5 * day)
    same_moment = make.article("Same moment", section=research, published_at=NOW - 5 * day)
    make.article("To come", section=research, published_at=NOW + day)
    make.in_state(State.DRAFT, "Hidden", section=research, published_at=NOW - 4 * day, published_precision="day")

    def around(article: Article) -> tuple[str | None, str | None]:
        before, after = lists.neighbours(article, at=NOW)
        return before and before.title, after and after.title

    assert [around(article) for article in (older, here, same_moment)] == [
        (None, "Here"),
        ("Older", "Same moment"),
        ("Here", None),
    ]


def test_an_article_without_section_has_neighbours_among_all_of_its_language(db: None) -> None:
    make.article("In a section", section=make.section(), published_at=NOW - timedelta(days=2))
    here = make.article("Here", published_at=NOW - timedelta(days=1))
    before, after = lists.neighbours(here, at=NOW)
    assert (before and before.title, after) == ("In a section", None)


def test_the_clock_decides_which_articles_are_listed(db: None) -> None:
    make.article("At noon", at=NOW, published_at=NOW + timedelta(hours=2))
    moments = (NOW, NOW + timedelta(minutes=119), NOW + timedelta(hours=2))
    assert [lists.listed(at=moment, interface="en").count() for moment in moments] == [0, 0, 1]
