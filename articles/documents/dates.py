"""Dates as news headers write them, in Chinese and English.

The door is ``find(text)``: the first date, where it stands and how precise it is. Nothing is guessed:
a day without a year, a two-digit year and 04/12/2024, which has two readings, are no dates.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLIEST_YEAR = 1990  # news sites are not older; an earlier date is looked at by a person

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<name>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = (
    r"(?:[\s,，]*[(（\[]?\s*(?:星期[一二三四五六日天]|[周週][一二三四五六日]|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?(?![a-z]))\s*[)）\]]?)?"
)
_HALF = r"(?P<half>上午|下午|中午|晚上|晚间|凌晨|早上|[ap]\.?m\.?(?![a-z]))"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})\s*[:：]\s*(?P<minute>\d{2})(?:\s*[:：]\s*(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?!\d)"
    r"|(?P<hour2>\d{1,2})\s*[时時点點]\s*(?P<minute2>\d{1,2})\s*分(?:\s*(?P<second2>\d{1,2})\s*秒)?)"
)
_OFFSET = r"(?:\s*(?P<offset>Z(?![a-z])|(?:UTC|GMT)?[+\-−]\d{2}:?\d{2}(?!\d)))?"
_TIME = (
    rf"{_WEEKDAY}(?:(?:\s*[,，T]\s*|\s+at\s+|\s*[|｜]\s*|\s*){_HALF.replace('half', 'half1')}?\s*{_CLOCK}"
    rf"\s*{_HALF.replace('half', 'half2')}?{_OFFSET})?"
)
# 2004年12月11－12日 and 4-6 Dec 2024 are the days of an event.
_NO_RANGE = r"(?!\s*[日號号]?\s*[-－‐–—~～至到]\s*(?:\d{1,2}\s*月)?\d{1,2}(?!\d|\s*[:：时時点點次a-z]))"
_NUMERIC = (
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)"
    r"(?:\s*(?P<mark>[-/.．\-－‐–—])\s*(?P<month>\d{1,2})\s*(?P=mark)\s*(?P<day>(?>[0-3]\d|\d))"
    r"|\s*年\s*(?P<month2>\d{1,2})\s*月\s*(?P<day2>\d{1,2}+)\s*[日號号]?+)" + _NO_RANGE
)
_DIGITS = "〇○零ＯOo0一二三四五六七八九"
_WRITTEN = (
    rf"(?P<wyear>[一二][{_DIGITS}]{{3}})\s*年\s*(?P<wmonth>[元正一二三四五六七八九十]{{1,2}})\s*月\s*"
    r"(?P<wday>[一二三四五六七八九十廿]{1,3})\s*[日號号]"
)
_ROC = r"(?:中華)?民[國国]\s*(?P<roc>\d{2,3})\s*年\s*(?P<rmonth>\d{1,2})\s*月\s*(?P<rday>\d{1,2})\s*[日號号]?"
_OF_YEAR = r",?\s+(?P<{}>(?:19|20)\d\d)(?!\d)"
_ENGLISH = (
    r"(?:(?<![a-z])(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+))?(?:"
    r"(?<!\d)(?<!\d[-–—~])(?P<eday>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    + _MONTH.replace("name", "ename")
    + _OF_YEAR.format("eyear")
    # A month may be glued to the name before it.
    + r"|(?:(?<![\da-z])|(?-i:(?<=[a-z])(?=[A-Z])))"
    + _MONTH.replace("name", "aname")
    + r"\s*(?P<aday>\d{1,2})(?:st|nd|rd|th)?"
    + _OF_YEAR.format("ayear")
    + r"|(?<![\da-z])(?P<dday>\d{1,2})-"
    + _MONTH.replace("name", "dname")
    + r"-(?P<dyear>(?:19|20)\d\d)(?!\d))"
)
_SLASHED = r"(?<![\d/.\-])(?P<one>\d{1,2})(?P<smark>[/.\-])(?P<two>\d{1,2})(?P=smark)(?P<syear>(?:19|20)\d\d)(?!\d)"

PATTERNS = tuple(
    re.compile(pattern + _TIME, re.IGNORECASE) for pattern in (_NUMERIC, _WRITTEN, _ROC, _ENGLISH, _SLASHED)
)
COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and how much of it is known: second, minute or day."""

    when: datetime
    precision: str

    def is_doubtful(self, *, at: datetime) -> bool:
        """A date to come, or one before there were news sites, is looked at by a person."""
        return self.when > at + timedelta(days=1) or self.when.year < EARLIEST_YEAR


@dataclass(frozen=True, slots=True)
class Found:
    moment: Moment
    start: int
    end: int


def find(text: str, *, zone: tzinfo = SHANGHAI, start: int = 0) -> Found | None:
    """The first date in the text; without an offset of its own it is a date in ``zone``."""
    best: Found | None = None
    for pattern in PATTERNS:
        for match in pattern.finditer(text, start):
            if best is not None and match.start() >= best.start:
                break
            moment = _moment(match, zone)
            if moment is not None:
                end = match.start() + len(match[0].rstrip())
                best = Found(moment, match.start(), end)
                break
    return best


def find_compact(text: str, *, zone: tzinfo = SHANGHAI) -> Found | None:
    """20241204: only where a label says that it is a date."""
    match = COMPACT.search(text)
    if match is None:
        return None
    day = _at(zone, *(int(part) for part in match.groups()))
    return Found(Moment(day, "day"), match.start(), match.end()) if day else None


AMBIGUOUS = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{2,3}年\d{1,2}月\d{1,2}日?")


def is_ambiguous(text: str) -> bool:
    """A date with two readings, such as 04/12/2024, or with a year of two digits, or three."""
    day = text.strip().split(" ")[0]
    return bool(AMBIGUOUS.fullmatch(day)) and find(day) is None


def only_date(text: str, *, zone: tzinfo = SHANGHAI) -> Moment | None:
    """The date that is the whole text, brackets and blanks apart."""
    bare = text.strip(" \t[]【】()（）〔〕-—·•|｜:：,，。.")
    found = find(bare, zone=zone)
    return found.moment if found and found.start == 0 and found.end == len(bare) else None


def _moment(match: re.Match[str], zone: tzinfo) -> Moment | None:
    day = _day(match.groupdict())
    if day is None:
        return None
    date = _at(zone, *day)
    if date is None:
        return None
    clock = _clock(match.groupdict())
    if clock is None:
        return Moment(date, "day")
    hour, minute, second = clock
    written = match.groupdict().get("offset") or ""
    if written.startswith(("-", "−")) and second is None and "T" not in match[0]:
        return None  # 10:00-12:00 is how long an event lasts
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return Moment(date, "day")
    offset = _offset(written)
    when = date.replace(hour=hour, minute=minute, second=second or 0, tzinfo=offset or date.tzinfo)
    return Moment(when, "minute" if second is None else "second")


def _at(zone: tzinfo, year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=zone)
    except ValueError:
        return None


def _day(groups: dict[str, str | None]) -> tuple[int, int, int] | None:
    def number(name: str) -> int:
        return int(groups[name] or 0)

    if groups.get("year"):
        plain = "2" if groups["month"] is None else ""
        return number("year"), number("month" + plain), number("day" + plain)
    if groups.get("wyear"):
        return _written(groups["wyear"] or "", groups["wmonth"] or "", groups["wday"] or "")
    if groups.get("roc"):
        return number("roc") + 1911, number("rmonth"), number("rday")
    for form in "ead":
        if groups.get(f"{form}year"):
            return number(f"{form}year"), MONTHS[(groups[f"{form}name"] or "").lower()], number(f"{form}day")
    if groups.get("syear"):
        one, two = number("one"), number("two")
        if one == two or one > 12 >= two:
            return number("syear"), two, one
        if two > 12 >= one:
            return number("syear"), one, two
    return None


_VALUES = {character: value for value, character in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零ＯOo0", 0)


def _written(year: str, month: str, day: str) -> tuple[int, int, int]:
    return int("".join(str(_VALUES[c]) for c in year)), _tens(month), _tens(day)


def _tens(written: str) -> int:
    """十二 is 12, 二十 is 20, 廿三 is 23; what is no number is 0 and so no date."""
    written = written.replace("元", "一").replace("正", "一").replace("廿", "二十")
    head, ten, tail = written.partition("十")
    if len(head) > 1 or len(tail) > 1 or "十" in tail:
        return 0
    if not ten:
        return _VALUES.get(head, 0)
    return 10 * (_VALUES.get(head, 0) if head else 1) + (_VALUES.get(tail, 0) if tail else 0)


def _clock(groups: dict[str, str | None]) -> tuple[int, int, int | None] | None:
    which = "" if groups.get("hour") else "2"
    if not groups.get("hour" + which):
        return None
    hour, minute = int(groups["hour" + which] or 0), int(groups["minute" + which] or 0)
    second = groups["second" + which]
    half = (groups.get("half1") or groups.get("half2") or "").lower().replace(".", "")
    if half in ("下午", "晚上", "晚间", "pm", "中午") and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    elif half in ("am", "凌晨", "上午") and hour == 12:
        hour = 0 if half != "上午" else 12
    return hour, minute, int(second) if second else None


def _offset(written: str) -> tzinfo | None:
    if not written:
        return None
    written = re.sub("(?i)^(?:utc|gmt)", "", written)
    if written.upper() == "Z":
        return UTC
    digits = written[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead > timedelta(hours=14):
        return None
    return timezone(-ahead if written[0] in "-−" else ahead)
