"""Search: which articles hold all the words."""

from datetime import timedelta

import pytest

from articles import search
from articles.models import Article
from articles.states import State
from tests import make
from tests.conftest import NOW


def found(query: str) -> list[str]:
    keys = search.find(query, among=Article.objects.public(at=NOW)).keys
    rows = Article.objects.in_bulk(keys)
    return [rows[key].title for key in keys]


def test_a_chinese_word_is_found_inside_a_sentence(db: None) -> None:
    make.article("校企合作座谈会在我校召开", language="zh-hans", body="<p>会议在图书馆举行。</p>")
    make.article("校运动会开幕", language="zh-hans", body="<p>两千名学生参加。</p>")
    assert [found("座谈会"), found("图书馆"), found("学生"), found("校"), found("化学")] == [
        ["校企合作座谈会在我校召开"],
        ["校企合作座谈会在我校召开"],
        ["校运动会开幕"],
        ["校运动会开幕", "校企合作座谈会在我校召开"],
        [],
    ]


def test_every_word_must_be_in_the_article_in_either_case(db: None) -> None:
    make.article("The Observatory sees first light", body="<p>A mirror of four metres.</p>")
    make.article("A mirror for the hall", body="<p>It is tall.</p>")
    assert [found("OBSERVATORY mirror"), found("mirror"), found("mirror harbour")] == [
        ["The Observatory sees first light"],
        ["A mirror for the hall", "The Observatory sees first light"],
        [],
    ]


def test_a_word_is_not_found_in_the_markup(db: None) -> None:
    make.article(
        "Plain", body="<p>A <strong>red</strong> line &amp; a <a href='https://example.org/blue'>link</a>.</p>"
    )
    assert [found(query) for query in ("strong", "href", "example.org", "amp", "noopener")] == [[], [], [], [], []]
    assert [found(query) for query in ("red", "&", "red line", "link")] == [["Plain"]] * 4


def test_signs_of_the_database_and_of_html_are_looked_for_as_they_stand(db: None) -> None:
    make.article("100% of a_b", body="<p>x &lt; y</p>")
    make.article("100 of axb", body="<p>nothing</p>")
    assert [found("100%"), found("a_b"), found("<"), found("\\"), found("'; DROP TABLE")] == [
        ["100% of a_b"],
        ["100% of a_b"],
        ["100% of a_b"],
        [],
        [],
    ]


def test_hidden_articles_are_never_found(db: None) -> None:
    make.in_state(State.DRAFT, "Comet draft")
    make.in_state(State.REVIEW, "Comet in review")
    make.article("Comet to come", published_at=NOW + timedelta(days=1))
    make.in_state(State.WITHDRAWN, "Comet gone", published_at=NOW - timedelta(days=1), published_precision="day")
    make.article("Comet here")
    assert found("comet") == ["Comet here"]


@pytest.mark.parametrize("query", ["", "   ", "\x00", "\u3000"])
def test_no_words_find_nothing(db: None, query: str) -> None:
    make.article()
    assert search.find(query, among=Article.objects.all()) == search.Found([], more=False)


def test_a_query_is_one_line_of_at_most_a_hundred_characters() -> None:
    assert search.tidy("  座谈会\n\t2026\x00年 ") == "座谈会 2026 年"
    assert len(search.tidy("会" * 100_000)) == 100
    assert search.tidy("\ud800") == ""
