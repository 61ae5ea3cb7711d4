"""The system check of the SQLite library."""

import sqlite3

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


def test_the_check_runs_with_those_of_the_database(db: None) -> None:
    call_command("check", databases=["default"], fail_level="WARNING")
