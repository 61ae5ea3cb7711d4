"""Real servers and real readers: what was answered is what was counted."""

import time
from pathlib import Path

import pytest

from tests.counting.processes import Database, granian, wait_until

pytestmark = pytest.mark.processes


def test_eight_readers_of_one_article_are_counted_exactly(database: Database, tmp_path: Path) -> None:
    with granian(database, tmp_path) as site:
        site.read(readers=8, times=150)
        told = site.told()
        assert (told["answered"], told["recorded"], told["cut"]) == (1200, 1200, 0)
        assert wait_until(lambda: database.counted() == [1200, 0, 0])
        site.read(readers=2, times=20, path="/")
        site.told()
        assert wait_until(lambda: database.site() == 40)
        assert database.counted() == [1200, 0, 0]
        site.stop()
        assert site.journals == []


def test_a_long_write_of_someone_else_delays_no_page_and_loses_no_view(database: Database, tmp_path: Path) -> None:
    with granian(database, tmp_path) as site:
        with database.write_lock():
            site.read(readers=8, times=60)
            told = site.told()  # All are answered while the lock is held.
            time.sleep(2.5)
            site.read(readers=8, times=60)
            told["answered"] += site.told()["answered"]
            assert database.counted() == [0, 0, 0]
        assert told["answered"] == 960
        assert wait_until(lambda: database.counted() == [960, 0, 0])


def test_a_stop_in_order_loses_nothing_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    with granian(database, tmp_path) as site:
        site.read(readers=6)
        assert wait_until(lambda: database.counted()[0] > 50)
        site.stop()
        told = site.told()
        assert told["answered"] <= database.counted()[0] <= told["answered"] + told["cut"]
        assert site.journals == []


def test_thirty_visitors_at_one_moment_are_thirty_views_however_often_they_reload(
    database: Database, tmp_path: Path
) -> None:
    with granian(database, tmp_path, repeat_seconds=1800) as site:
        site.read(readers=30, times=5, each_from_its_own=True)
        told = site.told()
        assert (told["answered"], told["recorded"]) == (150, 150)
        assert wait_until(lambda: database.counted() == [30, 0, 0])
        site.stop()
    assert database.counted() == [30, 0, 0]
    assert database.numbers("SELECT subject, name, number FROM articles_dayfigure WHERE subject = 'repeat'") == [
        ("repeat", "article", 120)
    ]
