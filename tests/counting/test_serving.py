"""Real servers and real readers: what was answered is what was counted."""

import contextlib
import time
import urllib.request
from pathlib import Path

import pytest

from tests.counting.processes import Database, Site, granian, wait_until

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


def product(database: Database, data: Path, **options: int) -> contextlib.AbstractContextManager[Site]:
    return granian(
        database,
        data,
        application="newsroom.wsgi:application",
        urls="newsroom.urls",
        **options,  # type: ignore[arg-type]
    )


def page(site: Site, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_kept_pages_count_as_exactly_as_others(database: Database, tmp_path: Path) -> None:
    [(number, slug)] = database.numbers("SELECT id, slug FROM articles_article ORDER BY id LIMIT 1")
    with product(database, tmp_path, repeat_seconds=1800) as site:
        site.read(readers=20, times=40, each_from_its_own=True, path=f"/articles/{number}/{slug}/")
        told = site.told()
        assert (told["answered"], told["recorded"], told["cut"]) == (800, 800, 0)
        assert wait_until(lambda: database.counted() == [20, 0, 0])
        assert wait_until(lambda: ">1,020<" in page(site, f"/articles/{number}/{slug}/"))
        site.stop()
    assert (database.counted(), site.journals) == ([20, 0, 0], [])


def test_an_edit_is_seen_at_once_by_every_worker(database: Database, tmp_path: Path) -> None:
    [(number, slug)] = database.numbers("SELECT id, slug FROM articles_article ORDER BY id LIMIT 1")
    path = f"/articles/{number}/{slug}/"
    with product(database, tmp_path) as site:
        for turn in range(10):
            for _ in range(8):  # Both workers have the page.
                page(site, path)
            database.write(f"UPDATE articles_article SET subtitle = 'Turn {turn}' WHERE id = {number}")
            assert all(f"Turn {turn}" in page(site, path) for _ in range(8))


def test_while_the_write_lock_is_held_kept_pages_are_quick_and_nothing_is_lost(
    database: Database, tmp_path: Path
) -> None:
    [(number, slug)] = database.numbers("SELECT id, slug FROM articles_article ORDER BY id LIMIT 1")
    path = f"/articles/{number}/{slug}/"
    with product(database, tmp_path) as site:
        page(site, path)
        with database.write_lock():
            began = time.monotonic()
            answered = 0
            while time.monotonic() - began < 3:
                site.read(readers=4, times=100, path=path)
                told = site.told()
                answered += int(told["answered"])
            assert database.counted() == [0, 0, 0]
        assert wait_until(lambda: database.counted() == [answered, 0, 0])
