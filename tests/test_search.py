"""Search: which articles hold all the words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import search
from articles.images import uploads
from articles.models import Article, Attachment
from articles.publishing import moves, writing
from articles.states import State
from tests import make
from tests.conftest import LONG_AGO, NOW
from tests.pages import Page


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
    assert [found(query) for query in ("red", "red line", "Links", "RED & LINK")] == [["Plain"]] * 4


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "<",
        "\\",
        "'; DROP TABLE",
        '"',
        "NEAR(a b)",
        "a:b",
        "{a} : x",
        "* OR *",
        "^light",
        "-",
        "(",
        "&|!:*",
        "AND",
        "\U0001f600",
        "e\u0301",
    ],
)
def test_signs_and_operators_are_no_errors_and_find_nothing_of_their_own(db: None, query: str) -> None:
    make.article("Nothing of it", body="<p>plain</p>")
    assert found(query) == []


@given(query=st.text(max_size=120))
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered(db: None, query: str) -> None:
    search.find(query, among=Article.objects.all())
    search.suggest(query, among=Article.objects.all())


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("研讨会", True),  # in the middle of a sentence
        ("研討會", True),  # typed in Traditional for a Simplified text
        ("讨会", True),
        ("讨", True),
        ("会研", False),
        ("研会", False),
        ("laboratory", True),
        ("Laboratories", True),  # English with endings
        ("ＬＡＢＯＲＡＴＯＲＹ", True),
        ("cafe", True),
        ("張三", True),  # the author
        ("化学", True),  # a tag
        ("穹顶", True),  # a caption
        ("招生计划", True),  # the name of an attachment
        ("摘要", True),
        ("2026", True),
        ("研讨会 laboratory 张三", True),
        ("研讨会 物理", False),
        ("5G网络", True),
    ],
)
def test_plain_words_in_any_script_find_the_article(db: None, query: str, finds: bool) -> None:
    article = make.draft(
        "我校举行学术研讨会",
        language="zh-hans",
        author="张三",
        summary="这是摘要。",
        tags=("化学",),
        body="<p>The laboratory opened a café. 2026年5G网络。</p>",
    )
    image = uploads.attach(article, make.picture(), name="1.png")
    image.caption = "穹頂下的望遠鏡"
    image.save()
    Attachment.objects.create(article=article, name="2026年招生计划.pdf")
    writing.settle(article, by=None, at=NOW)
    moves.publish(article, by=None, at=NOW)
    assert found(query) == (["我校举行学术研讨会"] if finds else [])


def test_a_traditional_text_is_found_by_simplified_words(db: None) -> None:
    make.article("圖書館開放", language="zh-hant", body="<p>臺灣學者來訪。</p>")
    assert [found("图书馆"), found("学者"), found("圖書館")] == [["圖書館開放"]] * 3


def test_titles_come_before_names_and_names_before_texts_the_newest_first(db: None) -> None:
    for hours, fields in enumerate(
        [
            {"title": "In the title: comet"},
            {"title": "By name", "author": "Comet"},
            {"title": "Text"},
            {"title": "A comet"},
        ]
    ):
        body = "<p>A comet.</p>" if fields["title"] == "Text" else "<p>x</p>"
        make.article(body=body, published_at=NOW - timedelta(hours=10 - hours), **fields)
    assert found("comets") == ["A comet", "In the title: comet", "By name", "Text"]
    keys = search.find("comet", among=Article.objects.public(at=NOW), by_date=True).keys
    assert [Article.objects.get(pk=key).title for key in keys] == ["A comet", "Text", "By name", "In the title: comet"]


def test_what_is_changed_is_found_by_its_new_words_and_what_is_deleted_by_none(db: None) -> None:
    article = make.article("旧标题")
    article.title = "新标题"
    writing.save(article, by=None, at=NOW, expected=article.version)
    writing.settle(article, by=None, at=NOW)
    assert [found("旧标题"), found("新标题")] == [[], ["新标题"]]
    number = article.pk
    article.delete()
    make.article("Another", pk=number)
    assert found("新标题") == []


def test_articles_of_an_older_version_are_caught_up_with(db: None) -> None:
    article = make.article("图书馆开放")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search")
    assert found("图书馆") == []
    assert [search.catch_up(), search.catch_up(), search.catch_up(everything=True)] == [1, 0, 1]
    assert found("图书馆") == [article.title]


def test_suggestions_hold_what_was_typed_so_far(db: None, reader: Client) -> None:
    make.article("Laboratory opens", at=LONG_AGO)
    make.article("实验室开放日", at=LONG_AGO, language="zh-hans")
    make.article("Laundry", at=LONG_AGO)
    assert reader.get("/search/suggestions/?q=labor").json() == {"titles": ["Laboratory opens"]}
    assert reader.get("/search/suggestions/?q=實驗").json() == {"titles": ["实验室开放日"]}
    assert reader.get("/search/suggestions/?q=").json() == {"titles": []}


def test_a_search_is_narrowed_by_what_stands_in_the_address(db: None, reader: Client) -> None:
    section = make.section()
    one = make.article("Comet one", section=section, author="张三 李四", source="校报", at=LONG_AGO)
    two = make.article("彗星 comet two", language="zh-hans", at=LONG_AGO, published_at=LONG_AGO - timedelta(days=800))
    for query, titles in {
        "": [one.title, two.title],
        "section=research": [one.title],
        "language=zh-hans": [two.title],
        "year=2021": [one.title],
        "author=张三": [one.title],
        "source=校报&author=李四": [one.title],
        "section=none&language=x&year=20211&sort=y": [one.title, two.title],
        "year=1990": [],
    }.items():
        page = Page(reader.get(f"/search/?q=comet&{query}"))
        assert [item.text for item in page.find("ol.rows", "h2", "a")] == titles, query


def test_an_extract_shows_why_an_article_was_found(db: None, reader: Client) -> None:
    text = "前文。" * 60 + "我校举行<b>学术研讨会</b>，各地学者参加。" + "后文。" * 60
    make.article("Plain", language="zh-hans", body=f"<p>{text}</p>", at=LONG_AGO)
    page = Page(reader.get("/search/?q=研討會"))
    assert [item.text for item in page.find("p.extract", "mark")] == ["研讨会"]
    extract = page.one("p.extract").text
    assert (extract[0], extract[-1], "学术" in extract) == ("…", "…", True)
    hostile = make.article("Hostile", body="<p>a &lt;script&gt; comet &lt;/script&gt;</p>", at=LONG_AGO)
    assert hostile.pk
    assert Page(reader.get("/search/?q=comet")).find("p.extract", "script") == []


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
