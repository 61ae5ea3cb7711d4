"""Repeats, visits, refusals, referrers, devices: what the fold makes of readings, against a slow and plain count."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import counting
from articles.counting import figures, ledger, repeats, salt
from articles.counting.hours import day_of, hour_of
from articles.counting.records import Kind, Reading, pack, pack_name
from articles.models import Article, ArticleDay, ArticleHour, DayFigure, RecentReading, SiteHour, SiteViews
from tests import make
from tests.counting.agents import FIREFOX, WECHAT

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = int(datetime(2026, 11, 3, 12, tzinfo=SHANGHAI).timestamp())
DAY = date(2026, 11, 3)
MINUTE = 60


@pytest.fixture(autouse=True)
def _half_an_hour(settings: Any) -> None:
    settings.REPEAT_SECONDS = 30 * MINUTE


def visitor(number: int) -> bytes:
    return number.to_bytes(2, "big") * 6


def view(article: int, at: int, who: int = 1, device: int = 1) -> bytes:
    return pack(Kind.ARTICLE, article, seconds=at, visitor=visitor(who), device=device)


def fold(folder: Path, *parts: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{len(list(folder.iterdir()))}.journal").write_bytes(b"".join(parts))
    # Inside a test's transaction no journal is removed.
    ledger.fold(folder, wait=0)


def counted(article: Article) -> int:
    return Article.objects.get(pk=article.pk).counted_views


def figures_of(subject: str) -> dict[str, int]:
    return dict(DayFigure.objects.filter(subject=subject).values_list("name", "number"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "views"),
    [
        ([0, 0, 1, 29], 1),
        ([0, 30], 2),
        ([0, 29, 31], 2),  # The window runs from the view that counted, not from the last reload.
        ([0, 29, 58, 59, 60], 2),
        ([0, 29, 58, 59, 88], 3),
        ([0, -20, -29], 1),  # a clock that was put back
        ([0, -60 * 24], 2),
    ],
)
def test_a_reload_within_the_window_is_a_repeat(tmp_path: Path, minutes: list[int], views: int) -> None:
    article = make.article()
    for minute in minutes:  # Each in a fold of its own, as if seconds lay between them.
        fold(tmp_path, view(article.pk, NOON + minute * MINUTE))
    assert counted(article) == views
    assert figures_of("repeat") == ({"article": len(minutes) - views} if len(minutes) > views else {})


@pytest.mark.django_db
def test_other_visitors_and_other_pages_are_no_repeats(tmp_path: Path) -> None:
    one, two = make.article("One"), make.article("Two")
    page = [pack(Kind.PAGE, 0, seconds=NOON, visitor=visitor(1), device=place << 4) for place in (5, 6, 5)]
    fold(tmp_path, view(one.pk, NOON, 1), view(one.pk, NOON, 2), view(two.pk, NOON, 1), view(one.pk, NOON, 1), *page)
    assert (counted(one), counted(two), SiteViews.objects.get().counted) == (2, 1, 2)
    assert figures_of("repeat") == {"article": 1, "page": 1}


@pytest.mark.django_db
def test_a_window_of_nothing_counts_each_load(settings: Any, tmp_path: Path) -> None:
    settings.REPEAT_SECONDS = 0
    article = make.article()
    fold(tmp_path, *[view(article.pk, NOON)] * 7)
    assert counted(article) == 7
    assert figures_of("repeat") == {}


@pytest.mark.django_db
def test_a_reload_over_midnight_is_a_repeat_although_the_key_is_another(tmp_path: Path) -> None:
    article = make.article()
    midnight = day_of(NOON).end
    fold(tmp_path, view(article.pk, midnight - 60, who=1))
    former = pack(Kind.FORMER, 0, seconds=midnight, visitor=visitor(1))
    fold(tmp_path, former, view(article.pk, midnight + 60, who=2))
    fold(tmp_path, former, view(article.pk, midnight + 120, who=2))
    assert counted(article) == 1
    assert sum(SiteHour.objects.values_list("visits", flat=True)) == 1


@pytest.mark.django_db
def test_a_visit_ends_after_half_an_hour_without_reading(tmp_path: Path) -> None:
    article = make.article()
    for minute in (0, 29, 58, 89, 300):
        fold(tmp_path, view(article.pk, NOON + minute * MINUTE))
    rows = SiteHour.objects.order_by("hour").values_list("hour", "day", "article_views", "visits")
    assert list(rows) == [(NOON, DAY, 2, 1), (NOON + 3600, DAY, 1, 1), (NOON + 5 * 3600, DAY, 1, 1)]


@pytest.mark.django_db
def test_hours_and_days_are_those_of_the_sites_zone(tmp_path: Path) -> None:
    article = make.article()
    midnight = day_of(NOON).end
    fold(tmp_path, view(article.pk, midnight - 1, 1), view(article.pk, midnight, 2), view(article.pk, midnight + 1, 3))
    assert list(ArticleDay.objects.order_by("day").values_list("article", "day", "views")) == [
        (article.pk, DAY, 1),
        (article.pk, DAY + timedelta(days=1), 2),
    ]
    assert list(ArticleHour.objects.order_by("hour").values_list("hour", "article", "views")) == [
        (midnight - 3600, article.pk, 1),
        (midnight, article.pk, 2),
    ]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"])
@given(seconds=st.integers(0, 2**32 - 1))
def test_an_hour_holds_its_second_and_lies_in_its_day(zone: str, seconds: int) -> None:
    with override_settings(TIME_ZONE=zone):
        hour, day = hour_of(seconds), day_of(seconds)
        if seconds < 4_102_444_800:
            assert hour.start <= seconds < hour.start + 2 * 3600
            assert day.start <= seconds < day.end
        assert hour.day == day.date
        assert 22 * 3600 <= day.end - day.start <= 26 * 3600


@pytest.mark.django_db
def test_referrers_devices_downloads_and_searches_are_counted_by_day(tmp_path: Path) -> None:
    article = make.article()
    fold(
        tmp_path,
        pack_name("weixin.qq.com") + view(article.pk, NOON, 1, device=4),
        pack_name("weixin.qq.com") + view(article.pk, NOON, 2, device=2),
        pack_name("weixin.qq.com") + view(article.pk, NOON, 2, device=2),  # a repeat came from nowhere new
        view(article.pk, NOON, 3, device=9),
        pack(Kind.ATTACHMENT, 12, seconds=NOON, visitor=visitor(3)),
        pack_name("图书馆 开放时间") + pack(Kind.SEARCH, 0, seconds=NOON),
        pack_name("a\x00b\n") + pack(Kind.SEARCH, 0, seconds=NOON),
        pack(Kind.REFUSED, 5, seconds=NOON),
        pack(Kind.REFUSED, 7 | 41 << 8, seconds=NOON),
        pack(Kind.REFUSED, 99, seconds=NOON),
    )
    assert figures_of("referrer") == {"weixin.qq.com": 2}
    assert figures_of("device") == {"wechat": 1, "phone": 1, "unknown": 1}
    assert figures_of("download") == {"12": 1}
    assert figures_of("search") == {"图书馆 开放时间": 1, "a b": 1}
    assert figures_of("refused") == {"robot": 1, "unrecordable": 42, "unknown": 1}


@pytest.mark.django_db
def test_thousands_of_names_fill_no_table(tmp_path: Path) -> None:
    article = make.article()
    parts = [pack_name(f"{n:04}.example") + view(article.pk, NOON, n) for n in range(300)]
    fold(tmp_path, *parts[:150])
    fold(tmp_path, *parts[150:], pack_name("0001.example") + view(article.pk, NOON, 999))
    found = figures_of("referrer")
    assert (len(found), found["…"], found["0001.example"], sum(found.values())) == (201, 100, 2, 301)


@pytest.mark.django_db
def test_what_is_out_of_date_is_removed(tmp_path: Path) -> None:
    article = make.article()
    fold(tmp_path, view(article.pk, NOON - 49 * 3600), view(article.pk, NOON - 3600), view(article.pk, NOON))
    repeats.forget(NOON + 60)
    figures.forget(NOON + 60)
    assert set(RecentReading.objects.values_list("at", flat=True)) == {NOON}
    assert list(ArticleHour.objects.values_list("hour", flat=True).order_by("hour")) == [NOON - 3600, NOON]
    assert sum(ArticleDay.objects.values_list("views", flat=True)) == 3
    repeats.forget(NOON - 40 * 24 * 3600)  # The clock was put back: rows of the future must not stay for ever.
    assert RecentReading.objects.count() == 0


def read(article: int, *, agent: str = FIREFOX, **meta: str) -> str:
    request = RequestFactory().get("/articles/1/", HTTP_USER_AGENT=agent, **meta)
    response = HttpResponse("page")
    counting.record(request, response, article=article)
    return response.headers["X-View"]


@pytest.mark.django_db
def test_thirty_reloads_with_other_cookies_and_forged_headers_are_one_view() -> None:
    article = make.article()
    for n in range(30):
        forged = {
            "HTTP_X_FORWARDED_FOR": f"1.1.1.{n}",
            "HTTP_FORWARDED": f"for=2.2.2.{n}",
            "HTTP_X_REAL_IP": f"3.3.3.{n}",
        }
        assert read(article.pk, HTTP_COOKIE=f"id={n}", QUERY_STRING=f"utm_source={n}", **forged) == "recorded"
    assert counted(article) == 1
    assert figures_of("repeat") == {"article": 29}


@pytest.mark.django_db
def test_thirty_visitors_are_thirty_views() -> None:
    article = make.article()
    for n in range(30):
        read(article.pk, REMOTE_ADDR=f"198.51.100.{n}", HTTP_REFERER="https://mp.weixin.qq.com/s/x", agent=WECHAT)
    assert counted(article) == 30
    assert figures_of("referrer") == {"mp.weixin.qq.com": 30}
    assert figures_of("device") == {"wechat": 30}


@pytest.mark.django_db
def test_refusals_are_counted_by_reason() -> None:
    article = make.article()
    assert read(article.pk, agent="curl/8.5.0") == "refused: robot"
    assert read(article.pk, HTTP_SEC_PURPOSE="prefetch") == "refused: prefetch"
    assert read(article.pk, HTTP_RANGE="bytes=0-") == "refused: part"
    assert figures_of("refused") == {"robot": 1, "prefetch": 1, "part": 1}
    assert counted(article) == 0


@pytest.mark.django_db
def test_nothing_that_tells_who_read_is_in_the_database() -> None:
    article = make.article()
    read(article.pk, REMOTE_ADDR="203.0.113.77", HTTP_REFERER="https://example.org/private?name=me")
    for model in (ArticleDay, ArticleHour, DayFigure, RecentReading, SiteHour):
        text = repr(list(model.objects.values()))
        assert [word for word in ("203.0.113", "Firefox", "private", "name=me") if word in text] == []


events = st.lists(
    st.tuples(
        st.integers(1, 3), st.integers(1, 3), st.integers(0, 4 * 3600), st.sampled_from([Kind.ARTICLE, Kind.PAGE])
    ),
    max_size=60,
)


def plain_count(readings: list[Reading], window: int) -> Counter[tuple[int, int]]:
    """Slow and plain: each reading against every view that counted before it."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda one: one.seconds):
        same = [one for one in kept if one[1:] == reading[1:]]
        if not any(abs(one.seconds - reading.seconds) < window for one in same):
            kept.append(reading)
    return Counter((one.kind, one.number) for one in kept)


@pytest.mark.django_db
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events, cut=st.integers(0, 60), window=st.sampled_from([0, 60, 1800]))
def test_every_figure_agrees_with_a_plain_count(
    settings: Any, events: list[tuple[int, int, int, Kind]], cut: int, window: int
) -> None:
    settings.REPEAT_SECONDS = window
    readings = sorted(
        Reading(NOON + at, kind, number if kind == Kind.ARTICLE else 0, visitor(who), 1, b"", "")
        for who, number, at, kind in events
    )
    with transaction.atomic():
        views: Counter[tuple[int, int]] = Counter()
        repeated = visits = 0
        for part in (readings[:cut], readings[cut:]):
            sifted = repeats.sift(part)
            figures.add(sifted)
            views.update((one.kind, one.number) for one in sifted.views)
            repeated += sifted.repeats.total()
            visits += sifted.visits.total()
        expected = plain_count(readings, window)
        assert views == expected
        assert views.total() + repeated == len(readings)
        by_article: Counter[int] = Counter()
        for number, count in ArticleDay.objects.values_list("article", "views"):
            by_article[number] += count
        assert by_article == Counter({number: n for (kind, number), n in expected.items() if kind == Kind.ARTICLE})
        rows = list(SiteHour.objects.values_list("article_views", "page_views", "visits"))
        assert sum(row[0] for row in rows) == by_article.total()
        assert sum(row[1] for row in rows) == expected[Kind.PAGE, 0]
        assert sum(row[2] for row in rows) == visits >= len({one.visitor for one in readings})
        transaction.set_rollback(True)


def test_the_salt_is_not_needed_beyond_its_window(settings: Any) -> None:
    day = day_of(NOON)
    assert salt.former_day(day, day.start + 1799) == date(2026, 11, 2)
    assert salt.former_day(day, day.start + 1800) is None
