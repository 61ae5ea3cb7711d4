"""System checks: what an operator should know before readers come."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection


@checks.register(checks.Tags.database)
def sound_sqlite(**kwargs: Any) -> list[checks.CheckMessage]:
    """articles.W001: the SQLite library has the WAL fault (releases 3.7.0 to 3.51.2)."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= settings.SOUND_SQLITE:
        return []
    return [
        checks.Warning(
            f"The SQLite library is {sqlite3.sqlite_version}; before 3.51.3 two connections at once can damage "
            "a database in WAL mode.",
            hint="Install the package pysqlite3, or use PostgreSQL by DATABASE_URL.",
            id="articles.W001",
        )
    ]


@checks.register(checks.Tags.security)
def proxies_behind_https(**kwargs: Any) -> list[checks.CheckMessage]:
    """articles.W002: HTTPS is asked for, but nobody is trusted to say that a request came by it."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "NEWSROOM_HTTPS is 1 and NEWSROOM_TRUSTED_PROXIES is 0: behind a proxy each page redirects to itself.",
            hint="Set NEWSROOM_TRUSTED_PROXIES to the number of your proxies; they must send X-Forwarded-Proto.",
            id="articles.W002",
        )
    ]
