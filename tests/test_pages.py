"""Kept pages: the same bytes as new ones, never an old one, never somebody else's."""

import gzip
import io
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles import pages, views
from articles.middleware import KeptPages
from articles.models import Article, DayFigure, SiteViews
from articles.models.triggers import install
from articles.publishing import moves, writing
from newsroom.wsgi import django_application
from tests import make
from tests.conftest import LONG_AGO, NOW
from tests.counting.agents import FIREFOX

ROBOT = "curl/8.5.0"


class Got(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: Any) -> Any:
        return dict(self.headers).get(name) if isinstance(name, str) else tuple.__getitem__(self, name)


class Site:
    """The WSGI application as a server calls it; knows how often Django was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.application = KeptPages(self._django)

    def _django(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        return django_application(environ, start_response)

    def get(self, path: str, query: str = "", *, method: str = "GET", agent: str = ROBOT, **meta: str) -> Got:
        said: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": agent,
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **meta,
        }
        body = b"".join(self.application(environ, lambda status, headers, *_rest: said.extend([status, headers])))
        return Got(said[0], said[1], body)


@pytest.fixture
def site(transactional_db: None, settings: Any) -> Iterator[Site]:
    settings.PAGE_CACHE_BYTES = 10_000_000
    settings.ALLOWED_HOSTS = ["localhost"]
    install()
    pages.shelf.clear()
    yield Site()
    pages.shelf.clear()


def written() -> Article:
    section = make.section()
    make.article("早前的新闻", section=section, language="zh-hans", at=LONG_AGO - timedelta(days=1))
    return make.article(
        "图书馆开放", section=section, language="zh-hans", at=LONG_AGO, tags=("阅读",), body="<p>正文。</p>" * 40
    )


@pytest.mark.parametrize("agent", [ROBOT, FIREFOX])
@pytest.mark.parametrize("encoding", ["", "gzip, deflate, br", "gzip;q=0"])
@pytest.mark.parametrize("address", ["article", "/", "/en/", "/sections/research/", "tag", "/archive/2021/"])
def test_a_kept_page_is_the_same_byte_for_byte(
    site: Site, settings: Any, address: str, encoding: str, agent: str
) -> None:
    article = written()
    named = {"article": article.get_absolute_url(), "tag": f"/tags/{article.tags.get().slug}/"}
    path = named.get(address, address)
    ask = {"agent": agent, "HTTP_ACCEPT_ENCODING": encoding}
    first, second = site.get(path, **ask), site.get(path, **ask)
    assert (site.asked, first.status) == (1, "200 OK")
    settings.PAGE_CACHE_BYTES = 0
    third = site.get(path, **ask)
    if agent == FIREFOX:  # Each reading is in the next page; the rest is the same.
        assert [one["X-View"] for one in (first, second, third)] == ["recorded"] * 3
        assert [name for name, _value in first.headers] == [name for name, _value in second.headers]
        return
    assert first == second == third
    assert first.status == "200 OK"
    assert first["X-View"] == "refused: robot"
    assert (first["Content-Encoding"] == "gzip") is (encoding.startswith("gzip,"))
    plain = gzip.decompress(first.body) if first["Content-Encoding"] else first.body
    assert "图书馆开放" in plain.decode() or address == "/en/"
    assert "hole-" not in plain.decode()
    # The browser that has it gets no more than that it has it.
    again = ask | {"HTTP_IF_NONE_MATCH": first["ETag"]}
    slow = site.get(path, **again)
    settings.PAGE_CACHE_BYTES = 10_000_000
    fast = site.get(path, **again)
    assert fast == slow == Got("304 Not Modified", fast.headers, b"")
    assert (fast["X-View"], fast["ETag"], fast["Content-Type"]) == ("refused: status", first["ETag"], None)


def test_the_numbers_in_a_kept_page_are_those_of_the_moment(site: Site) -> None:
    article = make.article(imported_views=1_233, at=LONG_AGO)
    path = article.get_absolute_url()
    for expected in ("1,233", "1,234", "1,235"):
        assert f'<dd data-count="views">{expected}</dd>' in site.get(path, agent=FIREFOX).body.decode()
    site.get("/", agent=FIREFOX)
    assert site.asked == 2
    assert '<span data-count="site">1<' in site.get("/en/").body.decode()
    assert SiteViews.objects.get().counted == 1


def test_an_edit_is_seen_at_once_and_a_withdrawn_article_is_gone(site: Site) -> None:
    article = written()
    path = article.get_absolute_url()
    assert site.get(path).status == site.get("/").status == "200 OK"
    article.title = "图书馆明日开放"
    writing.save(article, by=None, at=NOW, expected=article.version)
    assert "图书馆明日开放" in site.get(path).body.decode()
    assert "图书馆明日开放" in site.get("/").body.decode()
    moves.withdraw(article, by=None, at=NOW)
    assert site.get(path).status == "404 Not Found"
    assert "图书馆明日开放" not in site.get("/").body.decode()
    moves.publish(article, by=None, at=NOW)
    assert site.get(path).status == "200 OK"


def test_a_change_in_another_process_is_seen_too(site: Site) -> None:
    article = written()
    site.get("/")
    with connection.cursor() as cursor:  # as any program would
        cursor.execute("UPDATE articles_article SET title = 'Changed elsewhere' WHERE id = %s", [article.pk])
    assert "Changed elsewhere" in site.get("/").body.decode()


def test_a_page_is_true_until_the_next_article_appears_or_the_day_ends(db: None) -> None:
    now = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    day_ends = datetime(2026, 11, 3, 16, 0, tzinfo=UTC).timestamp()
    assert pages.good_until(now, day_ends=day_ends) == day_ends
    soon = now + timedelta(minutes=5)
    make.article("Soon", at=now, published_at=soon)
    make.draft("Never", at=now, published_at=now + timedelta(minutes=1), published_precision="minute")
    assert pages.good_until(now, day_ends=day_ends) == soon.timestamp()
    leaf = pages.Leaf(until=soon.timestamp())
    page = pages.rendered(b"", 200, {}, leaf, edition=7)
    page.since = now.timestamp()
    at = {"then": 0, "before it appears": 299, "when it appears": 300, "a clock put back": -60}
    truth = {name: page.is_true(pages.Numbers(7, 0, 0), now.timestamp() + more) for name, more in at.items()}
    assert truth == {"then": True, "before it appears": True, "when it appears": False, "a clock put back": False}
    assert page.is_true(pages.Numbers(8, 0, 0), now.timestamp()) is False


def test_a_signed_in_persons_page_is_never_kept_nor_given_to_others(site: Site) -> None:
    editor = User.objects.create_superuser("chief")
    article = written()
    path = article.get_absolute_url()
    client = Client()
    client.force_login(editor)
    cookie = f"newsroom_session={client.cookies['newsroom_session'].value}"
    own = site.get(path, HTTP_COOKIE=cookie)
    assert ("Edit this article" in own.body.decode() or "编辑这篇文章" in own.body.decode()) is True
    assert own["Cache-Control"] == "private, no-store"
    public = site.get(path)
    assert "/admin/" not in public.body.decode()
    assert site.get(path, HTTP_COOKIE=cookie)["Cache-Control"] == "private, no-store"
    assert site.asked == 3


def test_only_what_a_page_depends_on_makes_another_page(site: Site) -> None:
    for number in range(40):
        make.article(f"Number {number}", at=LONG_AGO + timedelta(hours=number))
    first = site.get("/")
    same = ["utm_source=mail", "from=singlemessage&isappinstalled=0", "a=" + "x" * 500, "q%5B=1&b"]
    assert [site.get("/", query).body == first.body for query in same[:3]] == [True] * 3
    assert site.asked == 1
    poison = {
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_COOKIE": "a=b",
        "HTTP_X_A": "1",
    }
    assert site.get("/", **poison).body == first.body
    assert site.asked == 1
    second = site.get("/", "page=2")
    assert second.body != first.body
    assert (site.get("/", "utm=1&page=2").body, site.asked) == (second.body, 2)
    assert site.get("/", "%70age=2").body == second.body
    assert site.get("/", "page=2&page=1").body == first.body
    assert site.get("/", "page=02").status == "404 Not Found"
    assert site.get("/search/", "q=Number").body != first.body
    asked = site.asked
    site.get("/", HTTP_HOST="evil.example")
    assert site.get("/", HTTP_HOST="evil.example").status == "400 Bad Request"
    assert site.asked == asked + 2


@pytest.mark.parametrize("path", ["/admin/x.css", "/articles/1/a.jpg", "/articles%2f1/", "/none/", "/admin/login/"])
def test_what_is_no_public_page_is_not_kept(site: Site, path: str) -> None:
    site.get(path)
    site.get(path)
    assert site.asked == 2
    assert pages.shelf._pages == {}


@given(st.text(alphabet="pageq=&%7+12;qviw_d", max_size=20))
def test_a_query_that_is_simplified_means_the_same(query: str) -> None:
    simple = pages._query(query)
    if simple is not None:
        asked, kept = QueryDict(query), QueryDict(simple)
        assert {name: asked.getlist(name) for name in pages.ASKED} == {name: kept.getlist(name) for name in pages.ASKED}


@pytest.mark.parametrize(
    ("sent", "accepted"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP ; q=1", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, br", False),
        ("xgzip", False),
        ("identity", False),
    ],
)
def test_a_page_is_compressed_for_those_who_say_so(sent: str, accepted: bool) -> None:
    assert pages.accepts_gzip(sent) is accepted


def test_a_head_request_is_answered_from_the_kept_page_and_not_counted(site: Site) -> None:
    article = written()
    path = article.get_absolute_url()
    page, head = site.get(path), site.get(path, method="HEAD")
    assert (head.status, head["Content-Length"], head["ETag"]) == ("200 OK", page["Content-Length"], page["ETag"])
    assert head["X-View"] == "refused: method"


def test_without_a_database_kept_pages_stay_and_others_say_when_to_come_again(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = written()
    path = article.get_absolute_url()
    page = site.get(path)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_edition RENAME TO hidden_edition")
    try:
        caplog.clear()
        assert [site.get(path).body, site.get(path).body] == [page.body] * 2
        told = [record.getMessage().partition(".")[0] for record in caplog.records if record.name == "articles.pages"]
        assert told == ["The database does not answer; pages are shown as they were"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE hidden_edition RENAME TO articles_edition")
    assert site.get(path) == page

    def gone(*_args: object, **_options: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(views, "get_object_or_404", gone)
    with caplog.at_level(logging.CRITICAL, "django.request"):
        answer = site.get("/sections/research/")
    assert (answer.status, answer["Retry-After"], answer["Cache-Control"]) == (
        "503 Service Unavailable",
        "30",
        "no-store",
    )


def test_many_readers_of_a_page_that_is_not_kept_wait_for_one_rendering(settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 1_000_000
    shelf, made = pages.Shelf(), []
    key = ("http", "localhost", "/", "")

    def read() -> None:
        with shelf.alone(key):
            if key not in shelf._pages:
                made.append(1)
                time.sleep(0.01)
                shelf.keep(key, pages.rendered(b"page", 200, {}, pages.Leaf(until=1), edition=1))

    readers = [threading.Thread(target=read) for _ in range(50)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (len(made), shelf._rendering) == (1, {})


def test_the_kept_pages_weigh_no_more_than_allowed(settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 200_000
    shelf = pages.Shelf()
    for number in range(100):
        page = pages.rendered(b"x" * 6_000, 200, {}, pages.Leaf(until=1), edition=1)
        shelf.keep(("http", "localhost", f"/{number}", ""), page)
    kept = [path for _scheme, _host, path, _query in shelf._pages]
    assert kept == [f"/{number}" for number in range(100 - len(kept), 100)]
    assert 5 < len(kept) < 20
    assert shelf._weight == sum(page.weight for page in shelf._pages.values()) <= 200_000


@pytest.fixture
def behind(site: Site, settings: Any) -> Site:
    settings.SHARED_CACHE_SECONDS = 60
    return site


def counted() -> tuple[int, int]:
    return sum(Article.objects.values_list("counted_views", flat=True)), sum(
        SiteViews.objects.values_list("counted", flat=True)
    )


def test_behind_a_shared_cache_the_page_may_be_kept_and_the_beacon_counts(behind: Site) -> None:
    article = written()
    path = article.get_absolute_url()
    page = behind.get(path, agent=FIREFOX)
    text = page.body.decode()
    assert (page["Cache-Control"], page["X-View"], page["Set-Cookie"]) == ("public, max-age=0, s-maxage=60", None, None)
    assert f'data-views="/views/{article.pk}/" defer></script>' in text
    assert f'<noscript><img src="/views/{article.pk}/?image" alt="" width="1" height="1"></noscript>' in text
    assert counted() == (0, 0)
    for number in (1, 2):
        said = behind.get(f"/views/{article.pk}/", "r=https%3A%2F%2Fbaidu.com%2Fs", agent=FIREFOX)
        assert (said.status, said["X-View"], said["Cache-Control"]) == ("200 OK", "recorded", "no-store")
        assert json.loads(said.body) == {"site": "0", "views": str(number - 1)}
        assert counted() == (number, 0)
    assert behind.asked == 2  # The second beacon was answered before Django.
    image = behind.get(f"/views/{article.pk}/", "image", agent=FIREFOX)
    assert (image["Content-Type"], image["X-View"], image.body[:6]) == ("image/gif", "recorded", b"GIF89a")
    assert counted() == (3, 0)
    assert dict(DayFigure.objects.filter(subject="referrer").values_list("name", "number")) == {"baidu.com": 2}


def test_the_beacon_counts_by_the_same_rules(behind: Site, settings: Any) -> None:
    settings.REPEAT_SECONDS = 1800
    article = written()
    path = f"/views/{article.pk}/"
    assert behind.get(path)["X-View"] == "refused: robot"
    assert behind.get(path, agent=FIREFOX, HTTP_SEC_PURPOSE="prefetch")["X-View"] == "refused: prefetch"
    assert [behind.get(path, agent=FIREFOX)["X-View"] for _ in range(3)] == ["recorded"] * 3
    assert counted() == (1, 0)
    moves.withdraw(article, by=None, at=NOW)
    assert behind.get(path, agent=FIREFOX).status == "404 Not Found"
    assert behind.get("/views/0/", agent=FIREFOX).status == "404 Not Found"
    assert counted() == (1, 0)


def test_lists_have_a_beacon_and_searches_without_a_hit_are_not_shared(behind: Site) -> None:
    written()
    found = re.search(r'data-views="(/views/lists/\d+/)"', behind.get("/").body.decode())
    assert found
    assert json.loads(behind.get(found[1], agent=FIREFOX).body) == {"site": "0"}
    assert counted() == (0, 1)
    search = behind.get("/search/", "q=nothing+of+it", agent=FIREFOX)
    assert (search["Cache-Control"], search["X-View"]) == ("no-cache", "recorded")
    assert list(DayFigure.objects.filter(subject="search").values_list("name", flat=True)) == ["nothing of it"]


def test_the_script_of_the_beacon_is_small() -> None:
    script = finders.find("articles/count.js")
    assert script
    assert Path(script).stat().st_size < 300


def test_signed_in_people_get_no_shared_page(behind: Site) -> None:
    article = written()
    chief = User.objects.create_superuser("chief")
    client = Client()
    client.force_login(chief)
    cookie = f"newsroom_session={client.cookies['newsroom_session'].value}"
    page = behind.get(article.get_absolute_url(), HTTP_COOKIE=cookie, agent=FIREFOX)
    assert (page["Cache-Control"], page["X-View"]) == ("private, no-store", "refused: staff")
    assert b"count.js" not in page.body
