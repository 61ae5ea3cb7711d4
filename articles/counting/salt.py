"""The day's salt: with it a visitor has a key, without it nobody can tell whose key that was.

The processes of one machine share a file of the day in the journals' folder. Several machines agree on it through a row
of the database, which the fold makes a day ahead. File and row are removed when their day, and the window of a reload
that reaches over midnight, are over: with them goes every way back from a key to an address.
"""

import contextlib
import logging
import os
import secrets
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection

from articles.counting.hours import Day
from articles.models import DaySalt

PREFIX = "salt-"
SALT_BYTES = 32
log = logging.getLogger(__name__)

_known: dict[tuple[Path, date], bytes] = {}


def of_day(day: date, *, folder: Path) -> bytes:
    """The salt that is used on that day."""
    known = _known.get((folder, day))
    if known is not None:
        return known
    try:
        salt = _shared(day, folder)
    except OSError as error:
        log.warning("The salt of %s cannot be shared in %s (%s); this process uses its own.", day, folder, error)
        salt = secrets.token_bytes(SALT_BYTES)
    for old in [key for key in _known if key[0] != folder or abs(key[1] - day) > timedelta(days=1)]:
        del _known[old]
    _known[folder, day] = salt
    return salt


def former_day(day: Day, seconds: int) -> date | None:
    """Yesterday, while a reload may be one of a view before midnight."""
    return day.date - timedelta(days=1) if seconds - day.start < settings.REPEAT_SECONDS else None


def keep_only_needed(day: Day, seconds: int, *, folder: Path) -> None:
    """Remove the salts of days that are over, here and in the database, and have tomorrow's where machines share it.

    Tomorrow's may be in use already by a process that looked at the clock later.
    """
    former, tomorrow = former_day(day, seconds), day.date + timedelta(days=1)
    needed = {day.date, tomorrow} | ({former} if former else set())
    kept = {f"{PREFIX}{each.isoformat()}" for each in needed}
    for path in folder.glob(f"{PREFIX}*"):
        if path.name not in kept and not path.name.startswith(tuple(f"{name}." for name in kept)):
            path.unlink(missing_ok=True)
    for key in [key for key in _known if key[1] not in needed]:
        _known.pop(key, None)
    if _is_shared():
        if not (folder / f"{PREFIX}{tomorrow.isoformat()}").exists():
            _shared(tomorrow, folder)
        DaySalt.objects.exclude(day__in=needed).delete()


def _is_shared() -> bool:
    """Whether other machines may count into this database: only a server's can be reached by several."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _shared(day: date, folder: Path) -> bytes:
    path = folder / f"{PREFIX}{day.isoformat()}"
    for _attempt in range(2):
        with contextlib.suppress(FileNotFoundError):
            salt = path.read_bytes()
            if len(salt) == SALT_BYTES:
                return salt
            path.unlink(missing_ok=True)  # A crash of the machine may leave it empty.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_agreed(day))
            # The link fails where another process was first; then theirs is read in the next round.
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(own)
        finally:
            own.unlink(missing_ok=True)
    return path.read_bytes()


def _agreed(day: date) -> bytes:
    """The salt that all machines use, or one of this machine's own where none can be asked."""
    own = secrets.token_bytes(SALT_BYTES)
    if not _is_shared():
        return own
    try:
        DaySalt.objects.bulk_create([DaySalt(day=day, salt=own.hex())], ignore_conflicts=True)
        return bytes.fromhex(DaySalt.objects.values_list("salt", flat=True).get(day=day))
    except DatabaseFailure as error:
        log.warning("The salt of %s cannot be shared with other machines (%s).", day, error)
        connection.close()
        return own
