"""The day's salt: with it a visitor has a key, without it nobody can tell whose key that was.

The processes of one machine share a file of the day in the journals' folder. The first process of the next day removes
it, and with it every way back from a key to an address.
"""

import contextlib
import logging
import os
import secrets
from datetime import date, timedelta
from pathlib import Path

PREFIX = "salt-"
SALT_BYTES = 32
log = logging.getLogger(__name__)

_known: tuple[Path, date, bytes] | None = None


def of_day(day: date, *, folder: Path) -> bytes:
    """The salt that this machine's processes use on that day."""
    global _known  # noqa: PLW0603 - read from the disk once a day
    known = _known
    if known is not None and known[0] == folder and known[1] == day:
        return known[2]
    try:
        salt = _shared(folder / f"{PREFIX}{day.isoformat()}")
        forget_others(day, folder=folder)
    except OSError as error:
        log.warning("The salt of %s cannot be shared in %s (%s); this process uses its own.", day, folder, error)
        salt = secrets.token_bytes(SALT_BYTES)
    _known = (folder, day, salt)
    return salt


def forget_others(day: date, *, folder: Path) -> None:
    """Remove the salts of other days. Tomorrow's may be in use already by a process that looked at the clock later."""
    kept = {f"{PREFIX}{day.isoformat()}", f"{PREFIX}{(day + timedelta(days=1)).isoformat()}"}
    for path in folder.glob(f"{PREFIX}*"):
        if path.name not in kept and not path.name.startswith(tuple(f"{name}." for name in kept)):
            path.unlink(missing_ok=True)


def _shared(path: Path) -> bytes:
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
                file.write(secrets.token_bytes(SALT_BYTES))
            # The link fails where another process was first; then theirs is read in the next round.
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(own)
        finally:
            own.unlink(missing_ok=True)
    return path.read_bytes()
