"""Days and hours of the site's time zone, for Unix seconds; as quick as a look into a dictionary."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

QUARTER_SECONDS = 900  # every offset from UTC in use is a multiple of it, so a quarter lies within one hour
FARTHEST = 4_102_444_800  # 2100: a clock beyond it is wrong, and dates after 2106 have no record


class Hour(NamedTuple):
    start: int  # Unix seconds
    day: date


class Day(NamedTuple):
    date: date
    start: int  # Unix seconds, the first of the day
    end: int  # the first of the next day


def hour_of(seconds: int) -> Hour:
    """The hour of the site's zone in which the second lies."""
    return _hour_of_quarter(min(seconds, FARTHEST) // QUARTER_SECONDS, settings.TIME_ZONE)


@lru_cache(4_096)
def _hour_of_quarter(quarter: int, _zone: str) -> Hour:
    local = _local(quarter * QUARTER_SECONDS)
    past = local.minute * 60 + local.second
    return Hour(quarter * QUARTER_SECONDS - past, local.date())


_today: tuple[str, Day] | None = None


def day_of(seconds: int) -> Day:
    """The day of the site's zone in which the second lies."""
    global _today  # noqa: PLW0603 - asked at each view, changed once a day
    zone = settings.TIME_ZONE
    known = _today
    if known is not None and known[0] == zone and known[1].start <= seconds < known[1].end:
        return known[1]
    day = _local(min(seconds, FARTHEST)).date()
    found = Day(day, _midnight(day), _midnight(day + timedelta(days=1)))
    _today = (zone, found)
    return found


def _local(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(timezone.get_default_timezone())


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), timezone.get_default_timezone()).timestamp())
