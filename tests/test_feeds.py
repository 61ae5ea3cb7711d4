"""What programs read: the Atom feed, the sitemap, robots.txt."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from articles import feeds
from articles.models import Article
from articles.publishing import moves
from articles.states import State
from tests import make
from tests.conftest import NOW

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Checker = Any


def entries(client: Client, address: str = "/feed/") -> list[ET.Element]:
    return ET.fromstring(client.get(address).content).findall(f"{ATOM}entry")


def titles(client: Client, address: str = "/feed/") -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in entries(client, address)]


def locations(content: bytes) -> list[str | None]:
    return [one.text for one in ET.fromstring(content).iter(f"{MAP}loc")]


def test_an_entry_tells_what_the_article_says_and_when_it_changed(client: Client, db: None) -> None:
    article = make.article(
        "校运动会开幕",
        language="zh-hans",
        author="李明",
        section=make.section(),
        tags=("运动会",),
        body="<p>两千名学生参加。</p>",
        at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    [entry] = entries(client)
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert {
        "language": entry.get(XML_LANG),
        "title": entry.findtext(f"{ATOM}title"),
        "link": dict(link.attrib),
        "id": entry.findtext(f"{ATOM}id"),
        "published": entry.findtext(f"{ATOM}published"),
        "updated": entry.findtext(f"{ATOM}updated"),
        "author": entry.findtext(f"{ATOM}author/{ATOM}name"),
        "categories": [one.get("term") for one in entry.findall(f"{ATOM}category")],
        "summary": [(one.get("type"), one.text) for one in entry.findall(f"{ATOM}summary")],
    } == {
        "language": "zh-Hans",
        "title": "校运动会开幕",
        "link": {"rel": "alternate", "href": f"http://testserver{article.get_absolute_url()}"},
        "id": f"tag:testserver,2026-01-02:articles/{article.pk}",
        "published": "2026-01-02T02:04:05+00:00",
        "updated": "2026-01-02T03:04:05+00:00",
        "author": "李明",
        "categories": ["科学研究", "运动会"],
        "summary": [("text", "两千名学生参加。")],
    }


def test_a_feed_names_itself_its_page_and_its_language(client: Client, db: None) -> None:
    found = []
    for address in ("/feed/", "/en/feed/"):
        response = client.get(address)
        root = ET.fromstring(response.content)
        links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
        found.append((response["Content-Type"], root.get(XML_LANG), root.findtext(f"{ATOM}title"), links))
    kind = "application/atom+xml; charset=utf-8"
    assert found == [
        (kind, "zh-Hans", "新闻中心", {"alternate": "http://testserver/", "self": "http://testserver/feed/"}),
        (kind, "en", "News Center", {"alternate": "http://testserver/en/", "self": "http://testserver/en/feed/"}),
    ]


def test_the_english_feed_has_english_articles_only(client: Client, db: None) -> None:
    make.article("Sports day", language="en", at=NOW - timedelta(days=2000))
    make.article("校运动会", language="zh-hans", at=NOW - timedelta(days=2000))
    assert (titles(client), titles(client, "/en/feed/")) == (["校运动会", "Sports day"], ["Sports day"])


def test_a_feed_keeps_the_newest_thirty(client: Client, db: None) -> None:
    for number in range(32):
        make.article(f"News {number}", published_at=NOW - timedelta(days=2000 - number))
    assert titles(client) == [f"News {number}" for number in range(31, 1, -1)]


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "a ]]> b & c", "quote \" and '", "&lt;b&gt;", "\u202e中"]
)
def test_a_hostile_title_is_only_text(client: Client, db: None, title: str) -> None:
    make.article(title, at=NOW - timedelta(days=2000))
    assert titles(client) == [title]


def test_what_xml_cannot_hold_is_left_out(client: Client, db: None) -> None:
    article = make.article("Bell", at=NOW - timedelta(days=2000))
    Article.objects.filter(pk=article.pk).update(title="Be\x07ll\x1f\ufffe", author="A\x0b", excerpt="x\x08y")
    [entry] = entries(client)
    assert [entry.findtext(f"{ATOM}{name}") for name in ("title", "summary")] == ["Bell", "xy"]


def test_a_scheduled_article_is_as_new_as_its_publication(client: Client, db: None) -> None:
    make.article("Later", at=NOW - timedelta(days=2000), published_at=NOW - timedelta(days=1990))
    [entry] = entries(client)
    assert entry.findtext(f"{ATOM}updated") == (NOW - timedelta(days=1990)).isoformat()


def test_an_unchanged_feed_is_not_sent_again(client: Client, db: None) -> None:
    make.article(at=NOW - timedelta(days=2000))
    first = client.get("/feed/")
    again = client.get("/feed/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_feed_costs_the_same_for_one_article_and_for_three(
    client: Client, db: None, django_assert_num_queries: Checker
) -> None:
    section = make.section()
    make.article("One", section=section, tags=("a",), at=NOW - timedelta(days=2000))
    with django_assert_num_queries(4):
        client.get("/feed/")
    make.article("Two", section=section, tags=("a", "b"), at=NOW - timedelta(days=2000))
    make.article("Three", section=section, tags=("c",), at=NOW - timedelta(days=2000))
    with django_assert_num_queries(4):
        client.get("/feed/")


def test_the_sitemap_names_lists_in_both_languages_and_each_article_once(client: Client, db: None) -> None:
    make.section()
    article = make.article(at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    response = client.get("/sitemap.xml")
    site = "http://testserver"
    assert (response["Content-Type"], locations(response.content)) == (
        "application/xml; charset=utf-8",
        [
            *(f"{site}{path}" for path in ("/", "/sections/research/", "/en/", "/en/sections/research/")),
            f"{site}/articles/{article.pk}/{article.slug}/",
        ],
    )
    changes = [one.text for one in ET.fromstring(response.content).iter(f"{MAP}lastmod")]
    assert changes == ["2026-01-02T03:04:05+00:00"]


def test_the_sitemaps_article_addresses_are_those_of_the_articles(client: Client, db: None) -> None:
    made = make.article("校运动会开幕", language="zh-hans", at=NOW - timedelta(days=2000))
    assert f"http://testserver{made.get_absolute_url()}" in locations(client.get("/sitemap.xml").content)


def test_a_large_site_has_an_index_of_parts_with_each_article_once(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_IN_A_FILE", 5)
    made = [make.article(f"News {number}", at=NOW - timedelta(days=2000)) for number in range(12)]
    index = client.get("/sitemap.xml")
    assert ET.fromstring(index.content).tag == f"{MAP}sitemapindex"
    parts = [str(part).removeprefix("http://testserver") for part in locations(index.content)]
    held = [client.get(part) for part in parts]
    assert max(len(locations(part.content)) for part in held) <= 5
    listed = sorted(str(one) for part in held for one in locations(part.content) if "/articles/" in str(one))
    assert listed == sorted(f"http://testserver{article.get_absolute_url()}" for article in made)


@pytest.mark.parametrize("part", ["0", "-1", "1e9", "x", "99999999", "9" * 40, "%00"])
def test_a_part_that_is_none_does_not_exist(client: Client, db: None, part: str) -> None:
    make.article(at=NOW - timedelta(days=2000))
    assert client.get(f"/sitemap.xml?part={part}").status_code == 404


def test_the_sitemap_costs_the_same_for_one_article_and_for_three(
    client: Client, db: None, django_assert_num_queries: Checker
) -> None:
    make.article(at=NOW - timedelta(days=2000))
    with django_assert_num_queries(3):
        client.get("/sitemap.xml")
    make.article("Two", at=NOW - timedelta(days=2000))
    make.article("Three", at=NOW - timedelta(days=2000))
    with django_assert_num_queries(3):
        client.get("/sitemap.xml")


def test_feed_and_sitemap_hold_no_hidden_article(client: Client, db: None) -> None:
    hidden = [
        make.in_state(State.DRAFT, "A draft"),
        make.in_state(State.REVIEW, "In review"),
        make.in_state(State.WITHDRAWN, "Withdrawn", published_at=NOW, published_precision="day"),
        make.article("To come", published_at=timezone.now() + timedelta(days=1)),
    ]
    page = client.get("/sitemap.xml").content.decode()
    assert (titles(client), [article.slug for article in hidden if article.slug in page]) == ([], [])


def test_a_withdrawn_article_leaves_feed_and_sitemap_at_once(client: Client, db: None) -> None:
    article = make.article(at=NOW - timedelta(days=2000))
    before = (titles(client), article.slug in client.get("/sitemap.xml").content.decode())
    moves.withdraw(article, by=None, at=NOW)
    after = (titles(client), article.slug in client.get("/sitemap.xml").content.decode())
    assert (before, after) == ((["A new laboratory opens"], True), ([], False))


def test_robots_are_let_in_everywhere_but_to_the_admin_and_the_search(client: Client) -> None:
    response = client.get("/robots.txt")
    assert (response["Content-Type"], response.content.decode().splitlines()) == (
        "text/plain; charset=utf-8",
        [
            "User-agent: *",
            "Disallow: /admin/",
            "Disallow: /search/",
            "Disallow: /en/search/",
            "Allow: /",
            "",
            "Sitemap: http://testserver/sitemap.xml",
            "Sitemap: http://testserver/sitemap-news.xml",
        ],
    )


@pytest.mark.parametrize("address", ["/feed/", "/en/feed/", "/sitemap.xml", "/robots.txt"])
def test_programs_get_no_cookie_and_are_not_counted(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, "Cookie" in response.get("Vary", ""), response.cookies, "X-View" in response) == (
        200,
        False,
        {},
        False,
    )


def test_sections_tags_and_authors_have_feeds_in_three_forms(client: Client, db: None) -> None:
    section = make.section()
    made = make.pictured("图书馆", language="zh-hans", section=section, tags=("阅读",), author="张三", size=(1200, 800))
    make.article("Another", at=NOW)
    tag = made.tags.get().slug
    for start in ("/sections/research/", f"/tags/{tag}/", "/authors/张三/"):
        for form, kind in (("", "atom+xml"), ("rss/", "rss+xml"), ("json/", "feed+json")):
            response = client.get(f"{start}feed/{form}")
            assert (response.status_code, response["Content-Type"]) == (200, f"application/{kind}; charset=utf-8")
            text = response.content.decode()
            assert ("图书馆" in text, "Another" in text) == (True, False)
            again = client.get(f"{start}feed/{form}", headers={"if-none-match": response["ETag"]})
            assert again.status_code == 304
    for address in ("/sections/none/feed/", "/tags/none/feed/", "/authors/none/feed/", "/feed/doc/", "/tags/%00/feed/"):
        assert client.get(address).status_code == 404


def test_every_form_holds_the_whole_text_with_absolute_addresses_and_the_picture(client: Client, db: None) -> None:
    article = make.pictured(
        "图书馆", language="zh-hans", author="张三", size=(1200, 800), body='<p>读<a href="/x/">书</a></p>'
    )
    atom = ET.fromstring(client.get("/feed/").content)
    entry = atom.find(f"{ATOM}entry")
    assert entry is not None
    rss = ET.fromstring(client.get("/feed/rss/").content)
    item = rss.find("channel/item")
    assert item is not None
    data = client.get("/feed/json/").json()
    contents = [
        entry.findtext(f"{ATOM}content"),
        item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"),
        data["items"][0]["content_html"],
    ]
    assert len(set(contents)) == 1
    assert '<a href="http://testserver/x/"' in str(contents[0])
    assert '<img src="http://testserver/media/images/' in str(contents[0])
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("url") == data["items"][0]["image"]
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "张三"
    assert (data["version"], data["items"][0]["url"]) == (
        "https://jsonfeed.org/version/1.1",
        f"http://testserver{article.get_absolute_url()}",
    )


def test_the_sitemap_names_the_cover_of_an_article(client: Client, db: None) -> None:
    article = make.pictured(at=NOW - timedelta(days=9000), size=(1200, 800))
    [image] = ET.fromstring(client.get("/sitemap.xml").content).iter(
        "{http://www.google.com/schemas/sitemap-image/1.1}loc"
    )
    assert article.cover is not None
    assert image.text == f"http://testserver{article.cover.file.url}"


def test_the_news_sitemap_holds_two_days(client: Client, db: None) -> None:
    news = "{http://www.google.com/schemas/sitemap-news/0.9}"
    now = timezone.now()
    make.article("Old", at=now, published_at=now - timedelta(hours=49))
    make.article("校 <b> & 庆", language="zh-hans", at=now, published_at=now - timedelta(hours=47))
    make.article("To come", at=now, published_at=now + timedelta(hours=1))
    [entry] = ET.fromstring(client.get("/sitemap-news.xml").content).findall(f"{MAP}url")
    assert [entry.findtext(f".//{news}{name}") for name in ("name", "language", "title")] == [
        "新闻中心",
        "zh-cn",
        "校 <b> & 庆",
    ]
    assert "Sitemap: http://testserver/sitemap-news.xml" in client.get("/robots.txt").content.decode()
