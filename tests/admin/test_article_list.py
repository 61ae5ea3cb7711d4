"""The list of articles and the first page of the desk."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.images import uploads
from articles.models import Article, Section
from articles.publishing import writing
from articles.states import State
from tests import make
from tests.admin.conftest import signed_in
from tests.conftest import NOW

LIST = reverse("admin:articles_article_changelist")
FUTURE = NOW.replace(year=2099)


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(LIST + query).content.decode()
    return re.findall(r'class="desk-title" href="[^"]*">([^<]*)<', page)


def tabs(client: Client) -> dict[str, int]:
    page = client.get(LIST).content.decode()
    nav = page[page.index('class="desk-tabs"') : page.index('id="changelist-search"')]
    return {name: int(number) for name, number in re.findall(r">([A-Z][A-Za-z ]+) <span>(\d+)</span>", nav)}


def illustrated(title: str) -> Article:
    article = make.article(title, section=Section.objects.first() or make.section(), tags=("AI",))
    uploads.attach(article, make.picture(), name="hall.jpg")
    writing.settle(article, by=None, at=NOW)
    return article


def test_the_list_asks_the_same_questions_for_one_article_and_for_three(as_editor: Client) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            illustrated("A day")
        as_editor.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            as_editor.get(LIST)
        counts.append(len(queries))
        assert not [query["sql"] for query in queries if '"body"' in query["sql"]]
    assert Article.objects.count() == 3
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_a_row_shows_picture_state_section_and_only_the_known_part_of_the_date(as_editor: Client) -> None:
    article = illustrated("A day")
    Article.objects.filter(pk=article.pk).update(published_precision="day", pinned=True, author="张三")
    page = as_editor.get(LIST).content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
    assert "A day Published Pinned Research 张三 2026-11-03 0 EN" in words
    assert 'class="desk-thumb" src="/media/images/' in row


def test_each_tab_tells_how_many_articles_stand_under_it(as_editor: Client, editor: User, writer: User) -> None:
    for state in State:
        make.in_state(state, f"A {state}", by=writer)
    make.article("Scheduled", published_at=FUTURE)
    make.draft("Mine", by=editor)
    assert tabs(as_editor) == {
        "All": 6, "Mine": 1, "Drafts": 2, "In review": 1, "Scheduled": 1, "Published": 1, "Withdrawn": 1,
    }  # fmt: skip
    assert titles(as_editor, "?desk=scheduled") == ["Scheduled"]
    assert titles(as_editor, "?desk=published") == ["A published"]
    assert titles(as_editor, "?desk=mine") == ["Mine"]
    make.draft("Hidden")
    make.article("Public")
    seen = {"All": 5, "Mine": 4, "Drafts": 1, "In review": 1, "Scheduled": 0, "Published": 2, "Withdrawn": 1}
    assert tabs(signed_in(writer)) == seen
    assert len(titles(signed_in(writer))) == 5


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("座谈", ["校企座谈会"]),
        ("校企　座谈", ["校企座谈会"]),
        ("ROBOT orchard", ["The robot orchard"]),
        ("张三", ["校企座谈会"]),
        ("%", []),
        ("' OR 1=1 --", []),
        ("robot 张三", []),
    ],
)
def test_search_finds_every_word_in_title_or_author(as_editor: Client, question: str, found: list[str]) -> None:
    make.draft("校企座谈会", author="张三、李四")
    make.draft("The robot orchard", author="Li Wen")
    assert titles(as_editor, f"?q={question}".replace("%", "%25").replace("#", "%23")) == found


def test_search_finds_an_article_by_its_number(as_editor: Client) -> None:
    make.draft("First")
    second = make.draft("Second")
    assert titles(as_editor, f"?q=%23{second.pk}") == ["Second"]
    assert titles(as_editor, "?q=99999999999999999999999999") == []


def test_filters_keep_what_they_name(as_editor: Client) -> None:
    research = make.section()
    make.draft("English", section=research)
    chinese = make.draft("中文", language="zh-hans")
    Article.objects.filter(pk=chinese.pk).update(pinned=True)
    assert titles(as_editor, f"?section__id__exact={research.pk}") == ["English"]
    assert titles(as_editor, "?language__exact=zh-hans") == ["中文"]
    assert titles(as_editor, "?pinned=1") == ["中文"]
    assert titles(as_editor, "?origin=imported") == []
    assert sorted(titles(as_editor, "?origin=written")) == ["English", "中文"]


def test_the_calendar_leads_from_the_year_to_the_day(as_editor: Client) -> None:
    make.article("Old", published_at=NOW.replace(year=2024, month=5, day=7))
    make.article("New", published_at=NOW)
    page = as_editor.get(LIST).content.decode()
    assert re.findall(r'href="\?published_at__year=(\d+)"', page) == ["2026", "2025", "2024"]
    page = as_editor.get(LIST + "?published_at__year=2024").content.decode()
    assert re.findall(r"published_at__month=(\d+)", page)[0] == "5"
    month = "?published_at__month=5&published_at__year=2024"
    assert "May 7" in as_editor.get(LIST + month).content.decode()
    assert titles(as_editor, month + "&published_at__day=7") == ["Old"]


@pytest.mark.parametrize("query", ["?published_at__year=9999", "?published_at__year=x", "?published_at__month=13&published_at__year=2024", "?p=999999", "?p=-1", "?section__id__exact=x", "?desk=no"])  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_error(as_editor: Client, query: str) -> None:
    make.article("A day")
    assert as_editor.get(LIST + query, follow=True).status_code == 200


def test_titles_and_names_are_shown_as_they_were_typed(as_editor: Client) -> None:
    title = "<script>alert(1)</script> & “quotes”"
    make.draft(title, author="<b>x</b>")
    page = as_editor.get(LIST).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “quotes”" in page
    assert "<b>x</b>" not in page


def test_the_last_page_holds_the_rest(as_editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from articles.admin.article import ArticleAdmin

    monkeypatch.setattr(ArticleAdmin, "list_per_page", 2)
    for number in range(5):
        make.draft(f"Day {number}", at=NOW.replace(minute=number))
    assert titles(as_editor) == ["Day 4", "Day 3"]
    assert titles(as_editor, "?p=3") == ["Day 0"]
    assert titles(as_editor, "?q=day&p=2") == ["Day 2", "Day 1"]


def test_the_first_page_says_what_waits(as_editor: Client, editor: User) -> None:
    make.in_state(State.REVIEW, "To review")
    make.draft("My draft", by=editor)
    make.article("For tomorrow", published_at=FUTURE)
    make.article("On the site")
    page = as_editor.get(reverse("admin:index")).content.decode()
    boxes = re.findall(r'<h2 id="desk-box-\d">([^<]+) <span[^>]*>(\d+)</span></h2>', page)
    assert boxes == [("In review", "1"), ("My drafts", "1"), ("Scheduled", "1"), ("Newest on the site", "1")]
    assert [title in page for title in ("To review", "My draft", "For tomorrow", "On the site")] == [True] * 4


def test_the_desk_speaks_the_language_that_was_chosen(editor: User) -> None:
    chinese = signed_in(editor, "zh-hans")
    assert '<html lang="zh-hans"' in chinese.get(LIST).content.decode()
    chinese.post(reverse("set_language"), {"language": "en", "next": LIST})
    page = chinese.get(LIST).content.decode()
    assert '<html lang="en"' in page
    assert "News Center" in page


def test_sections_are_ordered_by_dragging_their_rows(as_chief: Client, as_writer: Client) -> None:
    first, second = make.section(order=10), make.section("Campus", "校园", "campus", order=20)
    address = reverse("admin:articles_section_changelist")
    form: dict[str, Any] = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-id": first.pk, "form-0-order": "20",
        "form-1-id": second.pk, "form-1-order": "10", "_save": "Save",
    }  # fmt: skip
    assert as_writer.post(address, form).status_code == 403
    as_chief.post(address, form)
    assert list(Section.objects.values_list("slug", flat=True)) == ["campus", "research"]
    as_chief.post(reverse("admin:articles_section_add"), {"name_zh": "人物", "name_en": "People", "slug": "people"})
    assert Section.objects.last() == Section.objects.get(slug="people")
    page = as_chief.get(address).content.decode()
    assert "admin_ordering/admin_ordering.js" in page


def test_tags_in_use_are_offered_the_most_used_first(as_writer: Client) -> None:
    make.draft("One", tags=("校园", "校企合作"))
    make.draft("Two", tags=("校企合作",))
    address = reverse("admin:articles_article_tags")
    assert as_writer.get(address, {"q": "校"}).json() == {"tags": ["校企合作", "校园"]}
    assert as_writer.get(address, {"q": "  "}).json() == {"tags": []}
