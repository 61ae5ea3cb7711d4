"""The public lists: what they show, their addresses, pages, languages and headers."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from articles import views
from articles.models import Article, SiteViews
from articles.tags import Tag
from tests import make
from tests.conftest import LONG_AGO
from tests.pages import Page, articles, inline_scripts, page_queries

ADDRESSES = ["/", "/sections/research/", "/tags/light/", "/archive/2021/", "/archive/2021/6/", "/search/?q=light"]
IN_ENGLISH = [f"/en{address}" for address in ADDRESSES]
HOSTILE = "\"><script>alert(1)</script>'&amp;{{ 7 }}"


@pytest.fixture
def site(db: None) -> list[Article]:
    """Three articles in each kind of list, one of them in Chinese."""
    section = make.section()
    return [
        make.article(title, section=section, tags=("light",), language=language, at=LONG_AGO + timedelta(hours=number))
        for number, (title, language) in enumerate(
            [("First light", "en"), ("一束光 light", "zh-hans"), ("Last light", "en")]
        )
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_lists_under_the_main_language_hold_articles_of_all_languages(
    reader: Client, site: list[Article], address: str
) -> None:
    assert articles(reader.get(address)) == ["Last light", "一束光 light", "First light"]


@pytest.mark.parametrize("address", IN_ENGLISH)
def test_lists_under_en_hold_english_articles(reader: Client, site: list[Article], address: str) -> None:
    assert articles(reader.get(address)) == ["Last light", "First light"]


@pytest.mark.parametrize("address", ["/", "/sections/research/", "/search/?q=light"])
def test_each_title_carries_its_language(reader: Client, site: list[Article], address: str) -> None:
    page = Page(reader.get(address))
    found = [
        next(outer["lang"] for outer in reversed(link.inside) if "lang" in outer.attributes)
        for link in page.find("main", "a")
        if link["href"].startswith("/articles/")
    ]
    assert (page.one("html")["lang"], found) == ("zh-Hans", ["en", "zh-Hans", "en"])


@pytest.mark.parametrize("address", ["/en/", "/en/sections/research/", "/en/tags/light/", "/en/archive/2021/"])
def test_an_english_list_without_articles_leads_to_the_list_of_all(reader: Client, db: None, address: str) -> None:
    make.article("一束光", language="zh-hans", section=make.section(), tags=("light",), at=LONG_AGO)
    response = reader.get(address)
    links = {link["href"] for link in Page(response).find("main", "a")}
    assert (response.status_code, articles(response), address.removeprefix("/en") in links) == (200, [], True)


def test_a_new_site_has_a_front_page(reader: Client, db: None) -> None:
    response = reader.get("/")
    assert (response.status_code, Page(response).texts("h1")) == (200, ["新闻中心"])


@pytest.mark.parametrize("address", [*ADDRESSES, *IN_ENGLISH])
def test_every_list_has_one_heading_one_main_and_a_way_to_skip_to_it(
    reader: Client, site: list[Article], address: str
) -> None:
    page = Page(reader.get(address))
    assert page.open == []
    found = [len(page.find(name)) for name in ("h1", "main", "title")]
    assert (found, page.find("body", "a")[0]["href"]) == ([1, 1, 1], f"#{page.one('main')['id']}")


@pytest.mark.parametrize("address", [*ADDRESSES, *IN_ENGLISH])
def test_a_list_leads_to_itself_in_the_other_language(reader: Client, site: list[Article], address: str) -> None:
    there = address.removeprefix("/en") if address.startswith("/en/") else f"/en{address}"
    assert there in [link["href"] for link in Page(reader.get(address)).find("nav.languages", "a")]


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "search" not in address])
def test_a_list_names_its_own_address_and_that_in_each_language(
    reader: Client, site: list[Article], address: str
) -> None:
    for here in (address, f"/en{address}"):
        links = Page(reader.get(f"{here}?utm_source=x")).find("head", "link")
        found = [(one["rel"], one.attributes.get("hreflang"), one["href"]) for one in links if "hreflang" in
                 one.attributes or one["rel"] == "canonical"]  # fmt: skip
        server = "http://testserver"
        assert sorted(found, key=str) == sorted(
            [
                ("canonical", None, f"{server}{here}"),
                ("alternate", "zh-Hans", f"{server}{address}"),
                ("alternate", "x-default", f"{server}{address}"),
                ("alternate", "en", f"{server}/en{address}"),
            ],
            key=str,
        )


def test_pages_lead_to_each_other(reader: Client, db: None) -> None:
    section = make.section()
    for number in range(45):
        make.article(f"News {number}", section=section, at=LONG_AGO + timedelta(hours=number))
    found = []
    for query in ("", "?page=2", "?page=3"):
        links = {
            one["rel"]: one["href"] for one in Page(reader.get(f"/sections/research/{query}")).find("head", "link")
        }
        found.append((links.get("prev"), links.get("next"), links["canonical"]))
    here = "http://testserver/sections/research/"
    assert found == [
        (None, "?page=2", here),
        ("?page=1", "?page=3", f"{here}?page=2"),
        ("?page=2", None, f"{here}?page=3"),
    ]
    pages = [articles(reader.get(f"/sections/research/?page={page}")) for page in (1, 2, 3)]
    assert [(page[0], page[-1], len(page)) for page in pages] == [
        ("News 44", "News 25", 20),
        ("News 24", "News 5", 20),
        ("News 4", "News 0", 5),
    ]


def test_the_front_page_shows_each_article_once_over_all_its_pages(reader: Client, db: None) -> None:
    for number in range(50):
        make.article(f"News {number}", pinned=number == 7, at=LONG_AGO + timedelta(hours=number))
    shown: list[str] = []
    for page in range(1, 4):
        shown += articles(reader.get(f"/?page={page}"))
    assert shown[:2] == ["News 7", "News 49"]
    assert sorted(shown) == sorted(f"News {number}" for number in range(50))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_a_list_has_not_is_not_found(reader: Client, site: list[Article], address: str) -> None:
    pages = ["99999999", "-1", "0", "1e9", "x", "", "2", "%00", "9" * 5000]
    asked = f"{address}{'&' if '?' in address else '?'}page="
    assert [reader.get(f"{asked}{page}").status_code for page in pages] == [404] * len(pages)


def test_what_does_not_exist_is_not_found(reader: Client, site: list[Article]) -> None:
    addresses = [
        *(
            "/sections/none/",
            "/sections/校园/",
            "/sections/research/a.css",
            "/tags/none/",
            "/tags/%00/",
            "/tags/a%2Fb/",
        ),
        *(
            "/archive/0/",
            "/archive/1/",
            "/archive/1/1/",
            "/archive/9998/12/",
            "/archive/9999/",
            f"/archive/{'9' * 30}/",
        ),
        *("/archive/2021/0/", "/archive/2021/13/", "/archive/2021/7/", "/archive/2020/", "/archive/2021/06/01/"),
        *("/de/", "/en/articles/1/", "/zh-hans/", "/none", "/admin.css", "/articles/", "/articles/x/"),
    ]
    found = {}
    for address in addresses:
        response = reader.get(address)
        page = Page(response)
        found[address] = (response.status_code, response["Cache-Control"], page.open, len(page.find("h1")))
    assert found == {address: (404, "no-cache", [], 1) for address in addresses}


def test_what_does_not_exist_is_not_found_by_any_method(reader: Client, db: None) -> None:
    methods = (reader.get, reader.head, reader.post, reader.put, reader.delete, reader.options)
    assert [ask("/nowhere/").status_code for ask in methods] == [404] * 6


def test_what_is_not_found_offers_a_search_and_the_newest_articles(reader: Client, site: list[Article]) -> None:
    page = Page(reader.get("/en/none/"))
    fields = [one["name"] for one in page.find("main", "form", "input")]
    assert (fields, page.texts("main", "h3")) == (["q"], ["Last light", "First light"])


def test_the_archive_of_this_year_exists_before_its_first_article(reader: Client, db: None) -> None:
    year = timezone.localtime().year
    assert [reader.get(f"{prefix}/archive/{year}/").status_code for prefix in ("", "/en")] == [200, 200]


def test_the_archive_opens_at_the_year_of_the_newest_article(reader: Client, db: None) -> None:
    this_year = timezone.localtime().year
    empty = reader.get("/archive/")["Location"]
    make.article("一束光", language="zh-hans", at=LONG_AGO)
    make.article("First light", published_at=datetime.fromisoformat("2019-12-31T16:00:00+00:00"), at=LONG_AGO)
    found = [reader.get(address)["Location"] for address in ("/archive/", "/en/archive/")]
    assert (empty, found) == (f"/archive/{this_year}/", ["/archive/2021/", "/en/archive/2020/"])


def test_the_archive_leads_to_the_years_and_months_that_have_articles(reader: Client, db: None) -> None:
    for moment in ("2019-12-31T23:30:00+08:00", "2021-02-03T09:00:00+08:00", "2021-11-30T23:59:59+08:00"):
        make.article(moment, published_at=datetime.fromisoformat(moment), at=LONG_AGO)
    links = [link["href"] for link in Page(reader.get("/en/archive/2021/")).find("main", "nav", "a")]
    assert links == ["/en/archive/2021/", "/en/archive/2019/", "/en/archive/2021/2/", "/en/archive/2021/11/"]


def test_months_begin_and_end_in_the_sites_time_zone(reader: Client, db: None) -> None:
    for moment in ("2019-12-31T15:59:59+00:00", "2019-12-31T16:00:00+00:00"):
        make.article(moment, published_at=datetime.fromisoformat(moment), at=LONG_AGO)
    assert [articles(reader.get(f"/archive/{month}/")) for month in ("2019/12", "2020/1", "2019", "2020")] == [
        ["2019-12-31T15:59:59+00:00"],
        ["2019-12-31T16:00:00+00:00"],
        ["2019-12-31T15:59:59+00:00"],
        ["2019-12-31T16:00:00+00:00"],
    ]


def test_a_tag_with_a_chinese_name_has_a_list(reader: Client, db: None) -> None:
    make.article("校运动会", language="zh-hans", tags=("运动会",), at=LONG_AGO)
    slug = Tag.objects.get(name="运动会").slug
    assert articles(reader.get(f"/tags/{quote(slug)}/")) == ["校运动会"]


def test_a_query_is_only_text(reader: Client, site: list[Article]) -> None:
    for query in (HOSTILE, "a" * 5000, "%", "_", "\\", "会" * 500, "\x00", "＜b＞"):
        response = reader.get("/en/search/", {"q": query})
        page = Page(response)
        assert (response.status_code, inline_scripts(page), len(page.find("h1"))) == (200, [], 1)
        assert {len(one["value"]) <= 100 for one in page.find("input")} == {True}


def test_a_query_is_shown_again_and_kept_from_page_to_page(reader: Client, db: None) -> None:
    for number in range(21):
        make.article(f"Fish & “chips” {number}", at=LONG_AGO + timedelta(hours=number))
    page = Page(reader.get("/en/search/", {"q": "fish & “chips”"}))
    assert page.find("main", "input")[0]["value"] == "fish & “chips”"
    [following] = {one["href"] for one in page.find("a") if one.attributes.get("rel") == "next"}
    assert articles(reader.get(f"/en/search/{following}")) == ["Fish & “chips” 0"]


@pytest.mark.parametrize("address", ["/search/", "/search/?q=", "/search/?q=none"])
def test_a_search_without_result_says_what_would_help(reader: Client, site: list[Article], address: str) -> None:
    response = reader.get(address)
    assert (response.status_code, articles(response), len(Page(response).find("main", "p")) > 0) == (200, [], True)


@pytest.mark.parametrize("address", [*ADDRESSES, *IN_ENGLISH])
def test_a_hostile_title_is_only_text(reader: Client, db: None, address: str) -> None:
    section = make.section(name_en=HOSTILE, name_zh=HOSTILE)
    make.article(f"{HOSTILE} light", section=section, tags=("light", HOSTILE[:40]), subtitle=HOSTILE, at=LONG_AGO)
    page = Page(reader.get(address))
    assert (inline_scripts(page), page.open) == ([], [])
    assert f"{HOSTILE} light" in articles(reader.get(address))


@pytest.mark.parametrize("address", [*ADDRESSES, *IN_ENGLISH])
def test_readers_get_no_cookie_and_pages_that_depend_on_none(reader: Client, site: list[Article], address: str) -> None:
    response = reader.get(address)
    assert {
        "status": response.status_code,
        "cookies": dict(response.cookies),
        "vary": response["Vary"],
        "cache": response["Cache-Control"],
        "view": response["X-View"],
        "language": response["Content-Language"],
        "sniff": response["X-Content-Type-Options"],
    } == {
        "status": 200,
        "cookies": {},
        "vary": "Accept-Encoding",
        "cache": "no-cache",
        "view": "recorded",
        "language": "en" if address.startswith("/en/") else "zh-Hans",
        "sniff": "nosniff",
    }


def test_an_address_without_its_last_slash_leads_to_it(reader: Client, site: list[Article]) -> None:
    assert reader.get("/sections/research")["Location"] == "/sections/research/"


@pytest.mark.parametrize("address", ADDRESSES)
def test_lists_are_read_only(reader: Client, site: list[Article], address: str) -> None:
    assert [reader.post(address).status_code, reader.put(address).status_code] == [405, 405]


def test_readings_of_lists_make_the_sites_total(reader: Client, site: list[Article]) -> None:
    for address in [*ADDRESSES, *IN_ENGLISH]:
        reader.get(address)
    reader.head("/")
    reader.get("/none/")
    Client(headers={"user-agent": "curl/8"}).get("/")
    total = SiteViews.objects.get().counted
    assert (total, "12" in Page(reader.get("/en/")).one("footer.foot", "p.foot-views").text) == (12, True)


def test_what_the_staff_sees_is_stored_nowhere_and_not_counted(editor: Any, site: list[Article]) -> None:
    client = Client()
    client.force_login(editor)
    response = client.get("/")
    assert (response["Cache-Control"], response["X-View"][:8]) == ("private, no-store", "refused:")


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/sections/research/", 8),
        ("/tags/light/", 9),
        ("/archive/2021/", 11),
        ("/archive/2021/6/", 11),
        ("/search/?q=light", 10),
        ("/none/", 6),
    ],
)
def test_a_list_costs_the_same_for_one_article_and_for_three(
    client: Client, db: None, address: str, queries: int
) -> None:
    section = make.section()
    for number in range(3):
        make.pictured(f"Light {number}", section=section, tags=("light",), at=LONG_AGO + timedelta(hours=number))
        if number != 1:
            assert page_queries(client, address) == queries


def test_the_front_page_costs_the_same_however_many_articles_it_shows(client: Client, db: None) -> None:
    section = make.section()
    for number in range(1, 11):
        make.pictured(f"Light {number}", section=section, at=LONG_AGO + timedelta(hours=number))
        if number in {1, 3, 8, 10}:
            # The list below the top stories begins with the eighth: its articles and their pictures are asked for.
            cache.clear()  # The hot list is asked for once in five minutes.
            assert page_queries(client, "/en/") == (9 if number < 8 else 12)


def test_what_fails_is_said_in_the_readers_language_without_a_query(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(views.lists, "listed", fail)
    # Without the fixture "db" any query would fail this test.
    client = Client(raise_request_exception=False)
    answers = [client.get(address) for address in ("/", "/en/")]
    pages = [Page(answer) for answer in answers]
    assert [(answer.status_code, page.one("html")["lang"]) for answer, page in zip(answers, pages, strict=True)] == [
        (500, "zh-hans"),
        (500, "en"),
    ]
    assert (pages[1].texts("h1"), caplog.messages) == (
        ["The page could not be made"],
        ["Internal Server Error: /", "Internal Server Error: /en/"],
    )
