"""The salt of a day is shared, secret, and gone the day after."""

import os
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from articles.counting import salt
from articles.counting.hours import day_of
from articles.models import DaySalt

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 3)
NEXT = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salt, "_known", {})


NOON = 1_793_678_400  # 2026-11-03 12:00 in Shanghai


def tidy(folder: Path, seconds: int) -> None:
    salt.keep_only_needed(day_of(seconds), seconds, folder=folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_day_has_one_salt_for_all_processes(tmp_path: Path) -> None:
    read, write = os.pipe()
    children = []
    for _ in range(8):
        child = os.fork()
        if not child:
            os.write(write, salt.of_day(DAY, folder=tmp_path))
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == salt.of_day(DAY, folder=tmp_path) * 8
    assert names(tmp_path) == ["salt-2026-11-03"]
    assert stat.S_IMODE((tmp_path / "salt-2026-11-03").stat().st_mode) == 0o600


def test_the_next_day_has_another_and_the_former_is_gone(tmp_path: Path) -> None:
    assert salt.of_day(DAY, folder=tmp_path) != salt.of_day(NEXT, folder=tmp_path)
    tidy(tmp_path, NOON + 24 * 3600)
    assert names(tmp_path) == ["salt-2026-11-04"]
    assert {day for _folder, day in salt._known} == {NEXT}


def test_the_former_stays_for_the_length_of_the_window(settings: Any, tmp_path: Path) -> None:
    settings.REPEAT_SECONDS = 1800
    first = salt.of_day(DAY, folder=tmp_path)
    midnight = NOON + 12 * 3600
    tidy(tmp_path, midnight + 1799)
    assert salt.of_day(DAY, folder=tmp_path) == first
    tidy(tmp_path, midnight + 1800)
    assert names(tmp_path) == []


def test_a_clock_that_steps_back_over_midnight_disturbs_no_other_process(tmp_path: Path) -> None:
    salt.of_day(DAY, folder=tmp_path)
    second = salt.of_day(NEXT, folder=tmp_path)
    salt.of_day(DAY, folder=tmp_path)
    tidy(tmp_path, NOON)
    assert salt.of_day(NEXT, folder=tmp_path) == second
    assert names(tmp_path) == ["salt-2026-11-03", "salt-2026-11-04"]


def test_a_salt_cut_short_by_a_crash_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "salt-2026-11-03").write_bytes(b"half")
    made = salt.of_day(DAY, folder=tmp_path)
    assert len(made) == salt.SALT_BYTES
    assert (tmp_path / "salt-2026-11-03").read_bytes() == made


def test_without_a_folder_the_process_has_a_salt_of_its_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "file"
    file.touch()
    made = salt.of_day(DAY, folder=file / "journals")
    assert len(made) == salt.SALT_BYTES
    assert salt.of_day(DAY, folder=file / "journals") == made
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_salts_of_other_days_and_of_dead_makers_are_removed(tmp_path: Path) -> None:
    for name in ("salt-2026-10-01", "salt-2026-11-02.ab12", "salt-2030-01-01", "salt-2026-11-03", "machine"):
        (tmp_path / name).write_bytes(os.urandom(32))
    tidy(tmp_path, NOON)
    assert names(tmp_path) == ["machine", "salt-2026-11-03"]


@pytest.mark.django_db(transaction=True)
def test_machines_that_share_a_database_server_agree_on_the_salt(tmp_path: Path) -> None:
    several = connection.vendor == "postgresql"  # an SQLite file has one machine
    salts = []
    for name in ("one", "two"):
        salt._known.clear()
        salts.append(salt.of_day(DAY, folder=tmp_path / name))
    assert (salts[0] == salts[1]) is several
    assert DaySalt.objects.count() == several
    tidy(tmp_path / "one", NOON)
    salt._known.clear()
    ahead = [path.read_bytes() for path in (tmp_path / "one").glob(f"salt-{NEXT}")]
    assert ahead == ([salt.of_day(NEXT, folder=tmp_path / "two")] if several else [])
    tidy(tmp_path / "one", NOON + 48 * 3600)
    assert set(DaySalt.objects.values_list("day", flat=True)) <= {NEXT + timedelta(days=1), NEXT + timedelta(days=2)}
