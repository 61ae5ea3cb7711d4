from datetime import UTC, datetime

import pytest

from articles.documents import dates
from articles.documents.dates import Moment


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2023-06-25 08:46:00", "2023-06-25T08:46:00+08:00", "second"),
        ("2023/1/2 9:05", "2023-01-02T09:05:00+08:00", "minute"),
        ("2023.1.12", "2023-01-12T00:00:00+08:00", "day"),
        ("2023年11月24日", "2023-11-24T00:00:00+08:00", "day"),
        ("2023年11月24 10时20分", "2023-11-24T10:20:00+08:00", "minute"),
        ("2023年11月24日10:20", "2023-11-24T10:20:00+08:00", "minute"),
        ("2023年11月24日 下午3时20分05秒", "2023-11-24T15:20:05+08:00", "second"),
        ("2024年12月4日 星期三 10:11", "2024-12-04T10:11:00+08:00", "minute"),
        ("2023-11-2410:03:00", "2023-11-24T10:03:00+08:00", "second"),
        ("2023-11-24T08:00:00Z", "2023-11-24T08:00:00+00:00", "second"),
        ("2023-11-24T08:00:00.123+09:00", "2023-11-24T08:00:00+09:00", "second"),
        ("4 Dec 2024", "2024-12-04T00:00:00+08:00", "day"),
        ("Dec. 4th, 2024, 3:05 pm", "2024-12-04T15:05:00+08:00", "minute"),
        ("December 4th, 2024 at 12:05 AM", "2024-12-04T00:05:00+08:00", "minute"),
        ("Wednesday, December 4, 2024", "2024-12-04T00:00:00+08:00", "day"),
        ("25/12/2024", "2024-12-25T00:00:00+08:00", "day"),
        ("二〇二四年十二月二十四日", "2024-12-24T00:00:00+08:00", "day"),
        ("民國113年12月4日", "2024-12-04T00:00:00+08:00", "day"),
        ("2006-12-22 00:00", "2006-12-22T00:00:00+08:00", "minute"),
        ("2023-11-24 24:00", "2023-11-24T00:00:00+08:00", "day"),
    ],
)
def test_a_date_is_read_in_every_common_form(text: str, iso: str, precision: str) -> None:
    moment = dates.only_date(text)
    assert moment == Moment(datetime.fromisoformat(iso), precision)


@pytest.mark.parametrize(
    "text",
    [
        "04/12/2024",
        "2004年12月11－12日",
        "4-6 Dec 2024",
        "2023-11-24 10:00-12:00",
        "12月4日",
        "23-11-24",
        "113年12月4日",
        "2024-13-04",
        "2023-02-30",
        "1657246372468255",
        "20241204",
        "March 15",
    ],
)
def test_what_may_be_read_in_two_ways_is_no_date(text: str) -> None:
    assert dates.find(text) is None


def test_the_first_of_several_dates_is_found_where_it_stands() -> None:
    found = dates.find("发布：2024-12-04 来源：本站 2025-01-01")
    assert found is not None
    assert (found.moment.when.date().isoformat(), found.start, found.end) == ("2024-12-04", 3, 13)


def test_eight_digits_are_a_date_only_where_a_label_says_so() -> None:
    found = dates.find_compact("20241204")
    assert found is not None
    assert found.moment == Moment(datetime(2024, 12, 4, tzinfo=dates.SHANGHAI), "day")


@pytest.mark.parametrize(("year", "doubtful"), [(1985, True), (2020, False), (2031, True)])
def test_dates_to_come_and_very_old_ones_are_doubtful(year: int, *, doubtful: bool) -> None:
    moment = Moment(datetime(year, 5, 1, tzinfo=UTC), "day")
    assert moment.is_doubtful(at=datetime(2026, 11, 3, tzinfo=UTC)) is doubtful
