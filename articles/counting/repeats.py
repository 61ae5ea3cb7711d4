"""Which readings are views: the same visitor's reload of the same page within the window is a repeat.

Judged when journals are folded, by a table that all machines share, so it does not matter which process answered.
The window runs from the view that counted, in both directions: a clock that was put back counts nothing again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from articles.counting.hours import hour_of
from articles.counting.records import VIEWS, Kind, Reading
from articles.models import RecentReading

VISIT_SECONDS = 30 * 60  # a visit ends when nothing was read for so long (the field's common rule)
LONG_AGO = -(2**40)
KEYS_A_QUESTION = 5_000
ROWS_A_STATEMENT = 1_000
DEVICES = 0xF  # the four low bits of a record's detail; the others tell list pages apart
_SPREAD = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: neighbouring numbers land far apart
_MASK = 2**63 - 1


@dataclass
class Sifted:
    """What remained of the readings."""

    views: list[Reading] = field(default_factory=list)
    others: list[Reading] = field(default_factory=list)  # refusals, searches
    repeats: Counter[tuple[int, int]] = field(default_factory=Counter)  # (hour's start, kind)
    visits: Counter[int] = field(default_factory=Counter)  # by hour's start


def sift(readings: Iterable[Reading]) -> Sifted:
    """Tell views from repeats and note when each visitor read what. Inside the transaction of the fold."""
    ordered = sorted(readings, key=lambda reading: reading.seconds)
    found = Sifted(others=[reading for reading in ordered if reading.kind not in VIEWS])
    keyed = [(reading, _keys(reading)) for reading in ordered if reading.kind in VIEWS]
    known = _known({key for _reading, keys in keyed for pair in keys for key in pair})
    window, changed = settings.REPEAT_SECONDS, set()
    for reading, keys in keyed:
        seconds = reading.seconds
        if all(abs(seconds - known[key]) >= VISIT_SECONDS for key, _what in keys):
            found.visits[hour_of(seconds).start] += 1
        visitor, what = keys[0]
        known[visitor] = seconds
        changed.add(visitor)
        if window and any(abs(seconds - known[key]) < window for _visitor, key in keys):
            found.repeats[hour_of(seconds).start, reading.kind] += 1
            continue
        found.views.append(reading)
        if window:
            known[what] = seconds
            changed.add(what)
    _remember({key: known[key] for key in sorted(changed)})
    return found


def forget(now: int) -> None:
    """Remove what no reading can be a repeat of any more."""
    longest = max(VISIT_SECONDS, settings.REPEAT_SECONDS)
    RecentReading.objects.exclude(at__range=(now - longest, now + longest)).delete()


def _keys(reading: Reading) -> list[tuple[int, int]]:
    """The visitor, and the visitor with what was read: under today's key, then under yesterday's if one rode along."""
    number = reading.device >> 4 if reading.kind == Kind.PAGE else reading.number
    spread = (number * 8 + reading.kind) * _SPREAD
    return [_pair(reading.visitor, spread)] + ([_pair(reading.former, spread)] if reading.former else [])


def _pair(visitor: bytes, spread: int) -> tuple[int, int]:
    own = int.from_bytes(visitor[:8], "little")
    return own & _MASK, (own ^ spread) & _MASK


def _known(keys: set[int]) -> defaultdict[int, int]:
    found: defaultdict[int, int] = defaultdict(lambda: LONG_AGO)
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), KEYS_A_QUESTION):
            some = ",".join(map(str, ordered[start : start + KEYS_A_QUESTION]))
            cursor.execute(f"SELECT key, at FROM articles_recentreading WHERE key IN ({some})")  # noqa: S608 - whole numbers
            found.update(cursor.fetchall())
    return found


def _remember(seconds: dict[int, int]) -> None:
    rows = list(seconds.items())
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            values = ",".join(f"({key},{at})" for key, at in rows[start : start + ROWS_A_STATEMENT])
            cursor.execute(
                f"INSERT INTO articles_recentreading (key, at) VALUES {values} "  # noqa: S608 - whole numbers
                "ON CONFLICT (key) DO UPDATE SET at = excluded.at"
            )
