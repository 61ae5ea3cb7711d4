"""Statistics: each function answers one question with plain rows, and changes nothing.

Days are those of the site's time zone; a period holds its first and its last day. Views of a period are those read in
it, whenever the article was published; articles of a period are those published in it. What was deleted stays in the
sums under the facts that it had.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from articles.models import Article, ArticleDay, ArticleHour, Attachment, DayFigure, GoneArticle, Section, SiteHour
from articles.states import Language

HOUR = 3600
LONGEST_IN_HOURS = 2  # days that are shown hour by hour
LONGEST_IN_DAYS = 92
MOST_ROWS = 1_000  # of a table by article
_READ = (
    "WITH been AS (SELECT article, SUM(views) AS views FROM articles_articleday "
    "WHERE day BETWEEN %s AND %s GROUP BY article) "
)
_JOINED = (
    "FROM been LEFT JOIN articles_article a ON a.id = been.article "
    "LEFT JOIN articles_gonearticle g ON g.number = been.article AND a.id IS NULL "
)


class Period(NamedTuple):
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def year_before(self) -> "Period":
        return Period(_year_before(self.first), _year_before(self.last))

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.last + timedelta(days=1))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


class Step(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


def step_for(period: Period) -> Step:
    """The step in which a plot of the period can be read."""
    if period.days <= LONGEST_IN_HOURS:
        return Step.HOUR
    return Step.DAY if period.days <= LONGEST_IN_DAYS else Step.MONTH


class Totals(NamedTuple):
    """What was read on the site."""

    articles: int = 0
    pages: int = 0
    downloads: int = 0
    visits: int = 0


class Point(NamedTuple):
    at: datetime  # local; the start of its hour, day or month
    totals: Totals


_SUMS = {"articles": "article_views", "pages": "page_views", "downloads": "downloads", "visits": "visits"}


def totals(period: Period) -> Totals:
    sums = {name: Sum(column) for name, column in _SUMS.items()}
    found = SiteHour.objects.filter(day__range=period).aggregate(**sums)
    return Totals(**{name: number or 0 for name, number in found.items()})


def series(period: Period, step: Step) -> list[Point]:
    """The site's readings, step by step; steps without any are there too."""
    found: defaultdict[datetime, Counter[str]] = defaultdict(Counter)
    for row in SiteHour.objects.filter(day__range=period).values("hour", "day", *_SUMS.values()):
        at = _hour(row["hour"]) if step == Step.HOUR else _step_of(row["day"], step)
        found[at].update({name: row[column] for name, column in _SUMS.items()})
    return [Point(at, Totals(**found[at])) for at in _steps(period, step)]


def _hour(seconds: int) -> datetime:
    return timezone.localtime(datetime.fromtimestamp(seconds, UTC), timezone.get_default_timezone())


def _step_of(day: date, step: Step) -> datetime:
    return _midnight(day.replace(day=1) if step == Step.MONTH else day)


def _steps(period: Period, step: Step) -> list[datetime]:
    if step == Step.HOUR:
        start, end = int(period.start.timestamp()), int(period.end.timestamp())
        return [_hour(seconds) for seconds in range(start, end, HOUR)]
    days = (period.first + timedelta(days=number) for number in range(period.days))
    return list(dict.fromkeys(_step_of(day, step) for day in days))


class Dimension(StrEnum):
    """By what articles are grouped."""

    SECTION = "section"
    AUTHOR = "author"
    SOURCE = "source"
    EDITOR = "editor"
    TAG = "tag"
    LANGUAGE = "language"


PEOPLE = {Dimension.AUTHOR, Dimension.EDITOR}
_COLUMNS = {
    Dimension.SECTION: "COALESCE(a.section_id, g.section)",
    Dimension.AUTHOR: "COALESCE(a.author, g.author, '')",
    Dimension.SOURCE: "COALESCE(a.source, g.source, '')",
    Dimension.EDITOR: "COALESCE(a.editor, g.editor, '')",
    Dimension.LANGUAGE: "COALESCE(a.language, g.language, '')",
}


class Group(NamedTuple):
    name: str  # empty where articles have none
    articles: int  # published in the period
    views: int  # read in the period


def groups(dimension: Dimension, period: Period, *, at: datetime) -> list[Group]:
    """Articles and views by section, person, source, tag or language; the most read first.

    An article of two authors or with two tags counts for each.
    """
    views = _named(dimension, _views(dimension, period))
    articles = _named(dimension, _published(dimension, period, at))
    rows = [Group(name, articles[name], views[name]) for name in {*views, *articles}]
    return sorted(rows, key=lambda row: (-row.views, -row.articles, row.name))


def _views(dimension: Dimension, period: Period) -> Counter[object]:
    if dimension == Dimension.TAG:
        statement = (
            f"{_READ} SELECT t.name, SUM(been.views) FROM been "  # noqa: S608 - constants
            "JOIN articles_taggedarticle o ON o.content_object_id = been.article "
            "JOIN taggit_tag t ON t.id = o.tag_id GROUP BY t.name"
        )
    else:
        statement = f"{_READ} SELECT {_COLUMNS[dimension]} AS name, SUM(been.views) {_JOINED} GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(statement, [period.first.isoformat(), period.last.isoformat()])
        return Counter({name: int(views) for name, views in cursor.fetchall()})


def _published(dimension: Dimension, period: Period, at: datetime) -> Counter[object]:
    column = "tags__name" if dimension == Dimension.TAG else dimension.value
    public = Article.objects.public(at=at).filter(published_at__gte=period.start, published_at__lt=period.end)
    if dimension == Dimension.TAG:
        public = public.filter(tags__name__isnull=False)
    return Counter(dict(public.order_by().values_list(column).annotate(number=Count("pk"))))


def _named(dimension: Dimension, found: Counter[object]) -> Counter[str]:
    """The same under names that people read."""
    named: Counter[str] = Counter()
    sections = {row.pk: row.name for row in Section.objects.all()} if dimension == Dimension.SECTION else {}
    for key, number in found.items():
        if dimension == Dimension.SECTION:
            names = [sections.get(key, "") if isinstance(key, int) else ""]
        elif dimension in PEOPLE:
            names = people(str(key))
        elif dimension == Dimension.LANGUAGE:
            names = [str(Language(key).label) if key in Language.values else ""]
        else:
            names = [str(key)]
        for name in names:
            named[name] += number
    return named


_BETWEEN = re.compile(r"\s*[、，,;；/]\s*")
_HAN_NAMES = re.compile(r"[\u4e00-\u9fff·]{2,12}(?:[\s\u3000]+[\u4e00-\u9fff·]{2,12})+")


def people(line: str) -> list[str]:
    """The names in a line of authors; one empty name where there is none. Blanks part Chinese names only.

    >>> people("张三 李四、Ann Lee")
    ['张三', '李四', 'Ann Lee']
    """
    names: list[str] = []
    for part in _BETWEEN.split(line):
        names += part.split() if _HAN_NAMES.fullmatch(part.strip()) else [part.strip()]
    return list(dict.fromkeys(name for name in names if name)) or [""]


class Read(NamedTuple):
    """An article and how often it was read."""

    number: int
    title: str
    views: int
    gone: bool = False


def most_read(period: Period, *, most: int = MOST_ROWS) -> list[Read]:
    """The articles read in the period, the most read first."""
    rows = (
        ArticleDay.objects.filter(day__range=period)
        .values_list("article")
        .annotate(sum=Sum("views"))
        .order_by("-sum", "article")[:most]
    )
    views = dict(rows)
    titles = dict(Article.objects.filter(pk__in=views).order_by().values_list("pk", "title"))
    gone = dict(GoneArticle.objects.filter(pk__in=views.keys() - titles.keys()).values_list("pk", "title"))
    return [
        Read(number, titles.get(number) or gone.get(number, ""), count, gone=number not in titles)
        for number, count in views.items()
    ]


class Span(StrEnum):
    """How far back the hot list looks."""

    DAY = "24h"
    WEEK = "7"
    MONTH = "30"


def hot(span: Span, *, at: datetime, most: int) -> list[int]:
    """The numbers of the articles most read of late, whatever their state is now."""
    if span == Span.DAY:
        since = int(at.timestamp()) - 24 * HOUR
        ranked = ArticleHour.objects.filter(hour__gt=since - HOUR).values_list("article").annotate(sum=Sum("views"))
    else:
        last = timezone.localtime(at, timezone.get_default_timezone()).date()
        first = last - timedelta(days=int(span) - 1)
        # Both ends, or SQLite takes the index by article and reads all days.
        ranked = ArticleDay.objects.filter(day__range=(first, last)).values_list("article").annotate(sum=Sum("views"))  # type: ignore[assignment]
    return [number for number, _views in ranked.order_by("-sum", "-article")[:most]]


def curves(numbers: Sequence[int], *, until: date, days: int) -> dict[int, list[int]]:
    """For each article its views day by day, the last day last: one question for all."""
    first = until - timedelta(days=days - 1)
    found = {number: [0] * days for number in numbers}
    rows = ArticleDay.objects.filter(article__in=list(numbers), day__range=(first, until))
    for number, day, views in rows.values_list("article", "day", "views"):
        found[number][(day - first).days] = views
    return found


class Share(NamedTuple):
    name: str
    number: int
    share: float  # of all in the table, 0 to 1


def figures(subject: DayFigure.Subject, period: Period) -> list[Share]:
    """How often each name occurred, the most frequent first."""
    rows = (
        DayFigure.objects.filter(subject=subject, day__range=period)
        .values_list("name")
        .annotate(sum=Sum("number"))
        .order_by("-sum", "name")
    )
    counted = list(rows)
    return _shares(counted)


def downloads(period: Period) -> list[Share]:
    """Downloads by attachment; one that is gone keeps its number as a name."""
    rows = figures(DayFigure.Subject.DOWNLOAD, period)
    keys = [int(row.name) for row in rows if row.name.isdecimal()]
    names = dict(Attachment.objects.filter(pk__in=keys).order_by().values_list("pk", "name"))
    return [row._replace(name=names.get(int(row.name), f"#{row.name}")) for row in rows if row.name.isdecimal()]


def _shares(counted: Iterable[tuple[str, int]]) -> list[Share]:
    rows = list(counted)
    total = sum(number for _name, number in rows) or 1
    return [Share(name, number, number / total) for name, number in rows]
