"""The figures by hour and day, as the fold adds to them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from articles.counting.hours import Hour, hour_of
from articles.counting.records import Kind, Reading
from articles.counting.repeats import DEVICES, Sifted
from articles.counting.visitor import Device, Reason
from articles.models import ArticleHour, DayFigure
from articles.models.readership import LONGEST_FIGURE_NAME

HOURS_KEPT = 48
MOST_NAMES = 200  # of one kind a day; whoever sends thousands of names fills no table
OTHER = "…"  # what came after them
ROWS_A_STATEMENT = 200
LIMITED = frozenset({DayFigure.Subject.REFERRER, DayFigure.Subject.SEARCH})
SITE_COLUMNS = {Kind.ARTICLE: "article_views", Kind.PAGE: "page_views", Kind.ATTACHMENT: "downloads"}

Figures = Counter[tuple[date, str, str]]


def add(sifted: Sifted) -> None:
    """Add what one batch of journals holds. Inside the transaction of the fold."""
    hours: Counter[tuple[int, int]] = Counter()
    days: Counter[tuple[int, date]] = Counter()
    site: defaultdict[Hour, Counter[str]] = defaultdict(Counter)
    figures: Figures = Counter()
    for view in sifted.views:
        hour = hour_of(view.seconds)
        site[hour][SITE_COLUMNS[Kind(view.kind)]] += 1
        if view.kind == Kind.ARTICLE:
            hours[hour.start, view.number] += 1
            days[view.number, hour.day] += 1
        elif view.kind == Kind.ATTACHMENT:
            figures[hour.day, DayFigure.Subject.DOWNLOAD, str(view.number)] += 1
        if view.kind != Kind.ATTACHMENT:
            figures[hour.day, DayFigure.Subject.DEVICE, _device(view)] += 1
        if view.name:
            figures[hour.day, DayFigure.Subject.REFERRER, view.name] += 1
    for start, number in sifted.visits.items():
        site[hour_of(start)]["visits"] += number
    for (start, kind), number in sifted.repeats.items():
        figures[hour_of(start).day, DayFigure.Subject.REPEAT, Kind(kind).name.lower()] += number
    _add_others(sifted.others, figures)
    _grow("articles_articlehour", ("hour", "article"), ("views",), {key: (n,) for key, n in hours.items()})
    _grow("articles_articleday", ("article", "day"), ("views",), {key: (n,) for key, n in days.items()})
    _grow_site(site)
    rows = {key: (number,) for key, number in _limited(figures).items()}
    _grow("articles_dayfigure", ("day", "subject", "name"), ("number",), rows)


def forget(now: int) -> None:
    """Remove hours older than 48; their days stay."""
    ArticleHour.objects.filter(hour__lt=hour_of(now).start - HOURS_KEPT * 3600).delete()


def _device(view: Reading) -> str:
    number = view.device & DEVICES
    return Device(number).name.lower() if number in set(Device) else Device.UNKNOWN.name.lower()


def _add_others(others: Sequence[Reading], figures: Figures) -> None:
    reasons = list(Reason)
    for reading in others:
        day = hour_of(reading.seconds).day
        if reading.kind == Kind.SEARCH:
            figures[day, DayFigure.Subject.SEARCH, reading.name] += 1
        else:
            code, more = reading.number & 0xFF, reading.number >> 8
            reason = reasons[code - 1] if 0 < code <= len(reasons) else "unknown"
            figures[day, DayFigure.Subject.REFUSED, reason] += 1 + more


def _limited(figures: Figures) -> Figures:
    """Names beyond the day's limit are put together."""
    found: Figures = Counter()
    asked: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for (day, subject, name), number in figures.items():
        if subject in LIMITED:
            asked[day, subject].append(name)
        else:
            found[day, subject, name] += number
    for (day, subject), names in sorted(asked.items()):
        there = set(DayFigure.objects.filter(day=day, subject=subject).values_list("name", flat=True))
        for name in sorted(names):
            shown = _printable(name)
            if shown not in there and len(there) >= MOST_NAMES:
                shown = OTHER
            there.add(shown)
            found[day, subject, shown] += figures[day, subject, name]
    return found


def _printable(name: str) -> str:
    """What PostgreSQL can keep and a page can show."""
    return "".join(sign if sign.isprintable() else " " for sign in name).strip()[:LONGEST_FIGURE_NAME] or OTHER


def _grow_site(site: Mapping[Hour, Counter[str]]) -> None:
    columns = (*SITE_COLUMNS.values(), "visits")
    rows = {(hour.start, hour.day): tuple(more[column] for column in columns) for hour, more in site.items()}
    _grow("articles_sitehour", ("hour", "day"), columns, rows, unique=("hour",))


def _grow(
    table: str,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Mapping[tuple[Any, ...], tuple[int, ...]],
    *,
    unique: tuple[str, ...] = (),
) -> None:
    """Add to the rows that are there, make the others: one statement on both databases, which the ORM has not."""
    width = len(keys) + len(columns)
    marks = "(" + ",".join(["%s"] * width) + ")"
    grown = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns)
    with connection.cursor() as cursor:
        for some in _slices(sorted(rows.items())):
            cursor.execute(
                f"INSERT INTO {table} ({', '.join((*keys, *columns))}) "  # noqa: S608 - names of this module
                f"VALUES {','.join([marks] * len(some))} "
                f"ON CONFLICT ({', '.join(unique or keys)}) DO UPDATE SET {grown}",
                [_plain(value) for key, more in some for value in (*key, *more)],
            )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _slices(rows: list[tuple[tuple[Any, ...], tuple[int, ...]]]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        yield rows[start : start + ROWS_A_STATEMENT]
