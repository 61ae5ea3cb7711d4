"""The office's figures: what the page shows, what the files hold, and who may see them."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.admin import plots
from articles.admin.exports import harmless
from articles.counting import figures as fold
from articles.counting import repeats
from articles.counting.records import Kind, Reading
from articles.models import Article, DayFigure
from tests import make
from tests.pages import Page

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://evil.example","x")'


def read(article: int, days_ago: int, times: int) -> None:
    at = int((timezone.now() - timedelta(days=days_ago)).timestamp())
    visitor = f"{article:06}{days_ago:06}".encode()
    fold.add(repeats.sift([Reading(at, Kind.ARTICLE, article, visitor, 1, b"", "")] * times))


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    section = make.section("Research & more", "科研", "research")
    now = timezone.now()
    one = make.article("Light <b>", section=section, author="张三 李四", source=HOSTILE, at=now)
    two = make.article("图书馆", section=section, author="张三", source="校报", language="zh-hans", at=now)
    read(one.pk, 0, 1_234)
    read(two.pk, 3, 7)
    read(two.pk, 40, 6)
    today = timezone.localtime(now).date()
    for subject, name, number in [
        ("referrer", "baidu.com", 3),
        ("device", "wechat", 9),
        ("device", "phone", 1),
        ("search", "食堂 菜单", 2),
        ("refused", "robot", 77),
        ("repeat", "article", 5),
    ]:
        DayFigure.objects.update_or_create(day=today, subject=subject, name=name, defaults={"number": number})
    client.force_login(editor)
    client.cookies["newsroom_language"] = "en"
    return client


def rows(page: Page, name: str) -> list[list[str]]:
    """The lines of a table on the page."""
    section = f"table-{name}"
    found: list[list[str]] = []
    inside = False
    for element in page.elements:
        if element.name == "h2":
            inside = element.attributes.get("id") == section
        elif inside and element.name == "tr":
            found.append([])
        elif inside and element.name in {"th", "td"}:
            found[-1].append(element.text)
    return found


def test_the_page_answers_the_offices_questions(office: Client) -> None:
    response = office.get("/admin/figures/", headers={"accept-language": "en"})
    page = Page(response)
    assert response.status_code == 200
    assert [one.text for one in page.find("dl.figures-cards", "dd")] == ["1,241", "0", "0", "2"]
    assert rows(page, "groups") == [
        ["Section", "Articles published", "Views", "Share"],
        ["Research & more", "2", "1,241", "100.0%"],
    ]
    assert rows(page, "articles") == [
        ["Article", "Views", "Share"],
        ["Light <b>", "1,234", "99.4%"],
        ["图书馆", "7", "0.6%"],
    ]
    assert rows(page, "referrers") == [["Site", "Number", "Share"], ["baidu.com", "3", "100.0%"]]
    assert rows(page, "searches") == [["Words", "Number", "Share"], ["食堂 菜单", "2", "100.0%"]]
    assert rows(page, "refusals")[1] == ["Robots and link previews", "77", "100.0%"]
    assert rows(page, "repeats")[1] == ["Reload of an article", "5", "100.0%"]
    assert len(page.find("figure.figures-plot", "rect")) == 30
    assert page.one("figure.figures-plot", "svg")["role"] == "img"


def test_the_page_speaks_chinese(office: Client) -> None:
    page = Page(office.get("/admin/figures/?by=author", headers={"accept-language": "zh-hans"}))
    assert page.one("main", "h1").text == "数据统计"
    assert rows(page, "groups")[0] == ["作者", "发布文章", "浏览", "占比"]
    assert [row[:3] for row in rows(page, "groups")[1:]] == [["张三", "2", "1,241"], ["李四", "1", "1,234"]]


def test_two_periods_are_compared(office: Client) -> None:
    page = Page(office.get("/admin/figures/?compare=before", headers={"accept-language": "en"}))
    assert page.find("dl.figures-cards", "dd")[0].text == "1,241 before: 6 (+20583%)"
    assert rows(page, "groups")[1] == ["Research & more", "2", "1,241", "100.0%", "0", "6"]


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ("from=abc", "“abc” is no day between 2000 and 2100; write it as 2026-11-03."),
        ("to=0001-01-01", "“0001-01-01” is no day between 2000 and 2100; write it as 2026-11-03."),
        ("from=2026-02-02&to=2026-01-01", "The period began after its end; the two days were exchanged."),
        ("from=2000-01-01&to=2100-01-01", "The period is longer than twenty years; its last twenty are shown."),
        ("step=hour&from=2020-01-01&to=2026-01-01&by=x&compare=y", ""),
    ],
)
def test_a_strange_period_is_told_and_breaks_nothing(office: Client, query: str, warning: str) -> None:
    response = office.get(f"/admin/figures/?{query}", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]] == ([warning] if warning else [])


def test_every_table_is_a_file_too(office: Client) -> None:
    names = ["readings", "groups", "articles", "referrers", "devices", "downloads", "searches", "refusals", "repeats"]
    for name in [*names, "contributions"]:
        for kind in ("csv", "xlsx"):
            response = office.get(f"/admin/figures/{name}.{kind}?by=source")
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
            assert response["Content-Disposition"].startswith(f'attachment; filename="{name}-2')
            assert response.content.startswith(b"\xef\xbb\xbf" if kind == "csv" else b"PK")
    assert office.get("/admin/figures/secrets.csv").status_code == 404
    assert office.get("/admin/figures/groups.exe").status_code == 404


def test_no_cell_becomes_a_formula(office: Client) -> None:
    response = office.get("/admin/figures/groups.csv?by=source", headers={"accept-language": "en"})
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[1] == [f"'{HOSTILE}", "1", "1234", str(1234 / 1241)]
    book = zipfile.ZipFile(io.BytesIO(office.get("/admin/figures/groups.xlsx?by=source").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1234</v>" in sheet
    assert "HYPERLINK" in book.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  =", "\u3000="])
def test_a_text_that_a_spreadsheet_would_calculate_is_marked(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert [harmless("张三"), harmless(-5), harmless(0.5)] == ["张三", -5, 0.5]


def test_the_contribution_table_becomes_a_draft(office: Client) -> None:
    page = Page(office.get("/admin/figures/contributions/", headers={"accept-language": "en"}))
    cells = [one.text for one in page.find("tbody", "td")]
    assert ([one.text for one in page.find("tbody", "th")], cells) == (["张三", "李四"], ["2", "1,241", "1", "1,234"])
    answer = office.post("/admin/figures/contributions/?by=source", headers={"accept-language": "en"})
    made = Article.objects.get(title__startswith="Contributions by Source")
    assert answer["Location"] == f"/admin/articles/article/{made.pk}/change/"
    assert (made.state, made.language) == ("draft", "en")
    assert "<td>校报</td><td>1</td><td>7</td>" in made.body
    assert "<b>" not in made.body


def test_only_who_may_see_articles_sees_figures(client: Client, person: Any) -> None:
    assert client.get("/admin/figures/")["Location"].startswith("/admin/login/")
    outsider = User.objects.create_user("outsider", is_staff=True)
    client.force_login(outsider)
    for address in ("/admin/figures/", "/admin/figures/contributions/", "/admin/figures/groups.csv"):
        assert client.get(address).status_code == 403
    client.force_login(person("reader", "Writers"))
    assert client.get("/admin/figures/").status_code == 200
    assert client.post("/admin/figures/").status_code == 405


def test_an_empty_site_has_figures_too(client: Client, editor: User) -> None:
    client.force_login(editor)
    page = Page(client.get("/admin/figures/", headers={"accept-language": "en"}))
    assert page.find("figure.figures-plot") == []
    assert "Nothing was read in this period." in [one.text for one in page.find("p.quiet")]


def test_the_page_costs_the_same_for_one_article_and_for_many(
    client: Client, editor: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(editor)
    for number in range(12):
        read(make.article(f"Number {number}", author=f"Author {number}", at=timezone.now()).pk, 0, 1)
        if number in {0, 11}:
            with django_assert_max_num_queries(24):
                client.get("/admin/figures/?by=author")


@pytest.mark.parametrize(
    ("most", "top"), [(1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (501, 1000), (999_999, 1_000_000)]
)
def test_the_highest_tick_is_round(most: int, top: int) -> None:
    assert plots.nice(most) == top


def test_a_plot_stays_inside_its_frame() -> None:
    made = plots.plot(["a", "b", "c"], [0, 50, 100], [1, 2, 3], ["a", "b", "c"])
    assert [bar.height for bar in made.bars] == [0.0, 100.0, 200.0]
    assert all(bar.x >= plots.LEFT and bar.x + bar.width <= plots.WIDTH for bar in made.bars)
    assert [tick.label for tick in made.up] == ["0", "50", "100"]
    assert [tick.label for tick in made.across] == ["a", "b", "c"]
