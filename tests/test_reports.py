"""Every figure agrees with a slow, plain count."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from articles import reports
from articles.counting import figures, repeats
from articles.counting.records import Kind, Reading
from articles.models import Article, Attachment, DayFigure
from articles.models.triggers import install
from articles.reports import Dimension, Group, Period, Span, Step, Totals
from articles.states import State
from tests import make
from tests.pages import Page

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 3, 17, 30, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 3)


def read(article: int, at: datetime, times: int = 1, kind: Kind = Kind.ARTICLE) -> list[Reading]:
    visitor = random.Random(f"{article} {at}").randbytes(12)
    return [Reading(int(at.timestamp()), kind, article, visitor, 1, b"", "")] * times


def fold(readings: Iterable[Reading]) -> None:
    figures.add(repeats.sift(readings))


@pytest.fixture
def office(db: None) -> dict[str, Article]:
    """Articles of several people, sections and languages, and what was read of them."""
    install()
    campus, research = make.section("Campus", "校园", "campus"), make.section("Research", "科研", "research", order=1)
    made = {
        "one": make.article("One", section=campus, author="张三 李四", source="校报", tags=("化学",), at=NOW),
        "two": make.article("Two", section=research, author="张三、Ann Lee", source="校报", language="zh-hans", at=NOW),
        "old": make.article(
            "Old",
            section=campus,
            author="",
            editor="王五",
            at=NOW,
            published_at=NOW - timedelta(days=400),
            tags=("物理",),
        ),
    }
    fold(read(made["one"].pk, NOW, 5))
    fold(read(made["two"].pk, NOW - timedelta(days=1), 3))
    fold(read(made["old"].pk, NOW - timedelta(days=6), 7))
    fold(read(made["old"].pk, NOW - timedelta(days=40), 100))
    fold(read(0, NOW, 2, Kind.PAGE))
    return made


WEEK = Period(TODAY - timedelta(days=6), TODAY)


def test_totals_hold_the_period_alone(office: dict[str, Article]) -> None:
    assert reports.totals(WEEK) == Totals(articles=15, pages=2, downloads=0, visits=4)
    assert reports.totals(Period(TODAY, TODAY)) == Totals(articles=5, pages=2, downloads=0, visits=2)
    assert reports.totals(WEEK.before) == Totals()


def test_a_series_has_every_step_also_the_empty_ones(office: dict[str, Article]) -> None:
    by_day = reports.series(WEEK, Step.DAY)
    assert [(point.at.date(), point.totals.articles) for point in by_day] == [
        (TODAY - timedelta(days=6), 7),
        *((TODAY - timedelta(days=number), 0) for number in (5, 4, 3, 2)),
        (TODAY - timedelta(days=1), 3),
        (TODAY, 5),
    ]
    by_hour = reports.series(Period(TODAY, TODAY), Step.HOUR)
    assert len(by_hour) == 24
    assert [(point.at.hour, point.totals) for point in by_hour if any(point.totals)] == [(17, Totals(5, 2, 0, 2))]
    by_month = reports.series(Period(date(2026, 8, 15), TODAY), Step.MONTH)
    assert [(point.at.month, point.totals.articles) for point in by_month] == [(8, 0), (9, 100), (10, 7), (11, 8)]


@pytest.mark.parametrize(
    ("dimension", "rows"),
    [
        (Dimension.SECTION, [("Campus", 1, 12), ("Research", 1, 3)]),
        (Dimension.AUTHOR, [("张三", 2, 8), ("", 0, 7), ("李四", 1, 5), ("Ann Lee", 1, 3)]),
        (Dimension.SOURCE, [("校报", 2, 8), ("", 0, 7)]),
        (Dimension.EDITOR, [("", 2, 8), ("王五", 0, 7)]),
        (Dimension.TAG, [("物理", 0, 7), ("化学", 1, 5)]),
        (Dimension.LANGUAGE, [("English", 1, 12), ("Simplified Chinese", 1, 3)]),
    ],
)
def test_articles_and_views_are_grouped(
    office: dict[str, Article], dimension: Dimension, rows: list[tuple[str, int, int]]
) -> None:
    with translation.override("en"):
        assert reports.groups(dimension, WEEK, at=NOW) == [Group(*row) for row in rows]


def test_what_was_deleted_stays_in_the_sums_under_its_facts(office: dict[str, Article]) -> None:
    Article.objects.update(counted_views=1)
    office["one"].delete()
    with translation.override("zh-hans"):
        by_author = reports.groups(Dimension.AUTHOR, WEEK, at=NOW)
        by_section = reports.groups(Dimension.SECTION, WEEK, at=NOW)
    assert by_author == [Group("张三", 1, 8), Group("", 0, 7), Group("李四", 0, 5), Group("Ann Lee", 1, 3)]
    assert by_section == [Group("校园", 0, 12), Group("科研", 1, 3)]
    assert [(row.title, row.views, row.gone) for row in reports.most_read(WEEK)] == [
        ("Old", 7, False),
        ("One", 5, True),
        ("Two", 3, False),
    ]


def test_the_hot_list_looks_back_as_far_as_it_says(office: dict[str, Article]) -> None:
    one, two, old = (office[name].pk for name in ("one", "two", "old"))
    assert reports.hot(Span.DAY, at=NOW, most=10) == [one, two]
    assert reports.hot(Span.WEEK, at=NOW, most=10) == [old, one, two]
    assert reports.hot(Span.MONTH, at=NOW, most=2) == [old, one]
    fold(read(two, NOW, 9))
    assert reports.hot(Span.DAY, at=NOW, most=10) == [two, one]


def test_curves_cost_one_question(office: dict[str, Article], django_assert_num_queries: Any) -> None:
    one, old = office["one"].pk, office["old"].pk
    with django_assert_num_queries(1):
        found = reports.curves([one, old], until=TODAY, days=7)
    assert found == {one: [0, 0, 0, 0, 0, 0, 5], old: [7, 0, 0, 0, 0, 0, 0]}


def test_names_and_shares(db: None) -> None:
    article = make.article(at=NOW)
    file = Attachment.objects.create(article=article, name="招生计划.pdf")
    for name, number in ((str(file.pk), 3), ("99", 1)):
        DayFigure.objects.create(day=TODAY, subject="download", name=name, number=number)
    DayFigure.objects.create(day=TODAY - timedelta(days=1), subject="referrer", name="a.example", number=1)
    DayFigure.objects.create(day=TODAY, subject="referrer", name="a.example", number=2)
    DayFigure.objects.create(day=TODAY, subject="referrer", name="b.example", number=1)
    assert reports.figures(DayFigure.Subject.REFERRER, WEEK) == [("a.example", 3, 0.75), ("b.example", 1, 0.25)]
    assert reports.downloads(WEEK) == [("招生计划.pdf", 3, 0.75), ("#99", 1, 0.25)]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", [""]),
        ("张三", ["张三"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三\u3000李四；王五", ["张三", "李四", "王五"]),
        ("Ann Lee, Bo Li", ["Ann Lee", "Bo Li"]),
        ("张三、张三", ["张三"]),
        ("阿不都·热合曼 李四", ["阿不都·热合曼", "李四"]),
    ],
)
def test_a_line_of_people_is_read_as_names(line: str, names: list[str]) -> None:
    assert reports.people(line) == names


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_every_report_agrees_with_a_plain_count(seed: int) -> None:
    dice = random.Random(seed)
    articles = [
        make.article(
            f"Number {n}", author=dice.choice(["张三", "张三 李四", ""]), at=NOW, tags=dice.sample(["a", "b"], n % 3)
        )
        for n in range(6)
    ]
    events = [
        (dice.choice(articles), NOW - timedelta(minutes=dice.randrange(60 * 24 * 60)), dice.randrange(1, 4))
        for _ in range(80)
    ]
    for article, at, times in events:
        fold(read(article.pk, at, times))
    first = TODAY - timedelta(days=dice.randrange(10, 50))
    period = Period(first, TODAY - timedelta(days=dice.randrange(9)))
    inside = [
        (a, at, n) for a, at, n in events if period.first <= timezone.localtime(at, SHANGHAI).date() <= period.last
    ]
    expected: dict[str, Counter[Any]] = {"article": Counter(), "author": Counter(), "tag": Counter(), "day": Counter()}
    for article, at, times in inside:
        expected["article"][article.pk] += times
        expected["day"][timezone.localtime(at, SHANGHAI).date()] += times
        for name in article.author.split() or [""]:
            expected["author"][name] += times
        for tag in article.tags.names():
            expected["tag"][tag] += times
    assert {row.number: row.views for row in reports.most_read(period)} == dict(expected["article"])
    for dimension in (Dimension.AUTHOR, Dimension.TAG):
        found = {row.name: row.views for row in reports.groups(dimension, period, at=NOW) if row.views}
        assert found == dict(expected[dimension.value])
    by_day = {point.at.date(): point.totals.articles for point in reports.series(period, Step.DAY)}
    assert {day: number for day, number in by_day.items() if number} == dict(expected["day"])
    assert reports.totals(period).articles == sum(expected["day"].values())


def test_the_same_days_a_year_before() -> None:
    assert Period(date(2028, 2, 29), date(2028, 3, 31)).year_before == Period(date(2027, 2, 28), date(2027, 3, 31))


@pytest.mark.django_db
def test_readers_see_what_is_read_most_in_their_language(reader: Any) -> None:
    now = timezone.now()
    english, chinese = make.article("Light", at=now), make.article("图书馆", at=now, language="zh-hans")
    hidden = make.in_state(State.WITHDRAWN, "Hidden", at=now, published_at=now, published_precision="minute")
    fold(read(english.pk, now, 3) + read(chinese.pk, now, 5) + read(hidden.pk, now, 9))
    fold(read(english.pk, now - timedelta(days=3), 4))
    front = Page(reader.get("/"))
    assert [one.text for one in front.find("aside.hot", "ol", "a")] == ["Light", "图书馆"]
    assert [one.text for one in Page(reader.get("/en/")).find("aside.hot", "ol", "a")] == ["Light"]
    assert [one.text for one in Page(reader.get("/most-read/24h/")).find("ol", "h2", "a")] == ["图书馆", "Light"]
    assert [one.text for one in Page(reader.get("/most-read/")).find("ol", "h2", "a")] == ["Light", "图书馆"]
    spans = Page(reader.get("/en/most-read/30/")).find("nav.spans", "a")
    assert [one.text for one in spans] == ["24 hours", "7 days", "30 days"]
    assert reader.get("/most-read/8/").status_code == 404
