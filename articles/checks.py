"""System checks: what an operator should know before readers come."""

import sqlite3
from typing import Any

from django.core import checks
from django.db import connection

from newsroom import sqlite


@checks.register(checks.Tags.database)
def sound_sqlite(**kwargs: Any) -> list[checks.CheckMessage]:
    """articles.W001: the SQLite library has the WAL fault (releases 3.7.0 to 3.51.2)."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= sqlite.SOUND:
        return []
    return [
        checks.Warning(
            f"The SQLite library is {sqlite3.sqlite_version}; before 3.51.3 two connections at once can damage "
            "a database in WAL mode.",
            hint="Install the package pysqlite3, or use PostgreSQL by DATABASE_URL.",
            id="articles.W001",
        )
    ]
