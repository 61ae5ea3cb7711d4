"""A sound SQLite library, put in place before Django loads.

Releases 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections checkpoint at once (sqlite.org,
release notes of 3.51.3). PyPI's pysqlite3 carries a newer library; it takes the place of the standard module where that
one is older. The system check articles.W001 says when neither is sound.
"""

import sqlite3
import sys
from typing import Any

SOUND = (3, 51, 3)
# Names and numbers of sqlite3.h, and the library's own defaults; pysqlite3's build allows more variables.
COLUMN_LIMIT, COLUMNS = 2, 2_000
VARIABLE_LIMIT, VARIABLES = 9, 32_766


def use_sound_library() -> None:
    """From now on ``import sqlite3`` gives a library of release 3.51.3 or newer, if one is installed."""
    if sqlite3.sqlite_version_info >= SOUND:
        return
    try:
        import pysqlite3  # noqa: PLC0415 - only where the system's library is old
    except ImportError:  # There is no build for this system.
        return
    if not hasattr(pysqlite3, "SQLITE_LIMIT_VARIABLE_NUMBER"):
        pysqlite3.SQLITE_LIMIT_COLUMN = COLUMN_LIMIT
        pysqlite3.SQLITE_LIMIT_VARIABLE_NUMBER = VARIABLE_LIMIT
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def connection_factory() -> type[Any]:
    """The connection class for Django: pysqlite3's has no ``getlimit``, which Django 6 asks for."""
    import sqlite3 as chosen  # noqa: PLC0415 - after the choice above

    if hasattr(chosen.Connection, "getlimit"):
        return chosen.Connection

    class Connection(chosen.Connection):
        def getlimit(self, category: int, /) -> int:
            """The number of columns or of variables in one statement, the only limits that Django asks for."""
            limits = {COLUMN_LIMIT: COLUMNS, VARIABLE_LIMIT: VARIABLES}
            if category not in limits:
                raise ValueError(f"The limit {category} is not known here; only {sorted(limits)} are.")
            return limits[category]

    return Connection
