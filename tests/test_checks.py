"""The system check of the SQLite library."""

import sqlite3
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from articles import checks
from newsroom import sqlite


def test_a_sound_library_or_another_database_gives_no_warning() -> None:
    sound = connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= sqlite.SOUND
    assert [message.id for message in checks.sound_sqlite()] == ([] if sound else ["articles.W001"])


def test_a_library_with_the_fault_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.51.2")
    found = checks.sound_sqlite()

    if connection.vendor != "sqlite":
        assert found == []
        return
    assert [(message.id, message.msg, message.hint) for message in found] == [
        (
            "articles.W001",
            "The SQLite library is 3.51.2; before 3.51.3 two connections at once can damage a database in WAL mode.",
            "Install the package pysqlite3, or use PostgreSQL by DATABASE_URL.",
        )
    ]


@pytest.mark.parametrize(("https", "proxies", "found"), [(False, 0, []), (True, 1, []), (True, 0, ["articles.W002"])])
def test_https_without_a_trusted_proxy_is_warned_of(settings: Any, https: bool, proxies: int, found: list[str]) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = https, proxies
    assert [message.id for message in checks.proxies_behind_https()] == found


def test_the_check_runs_with_those_of_the_database(db: None) -> None:
    call_command("check", databases=["default"], fail_level="WARNING")
