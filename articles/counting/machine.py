"""Which machine this is: several may fold their own journals into one PostgreSQL."""

import contextlib
import os
import re
import secrets
from pathlib import Path

FILE = "machine"
_IDENTITY = re.compile(r"[0-9a-f]{32}")


def identity(folder: Path) -> str:
    """The identity that is kept beside the journals, so that it goes where they go. Made on the first call."""
    path = folder / FILE
    with contextlib.suppress(FileNotFoundError):
        kept = path.read_text("ascii", errors="replace").strip()
        if _IDENTITY.fullmatch(kept):
            return kept
        path.unlink(missing_ok=True)
    own = folder / f"{FILE}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        # Before the first position is stored under it: a lost identity would make taken journals look new.
        os.fsync(file.fileno())
    own.rename(path)
    sync_folder(folder)
    return path.read_text("ascii").strip()


def sync_folder(folder: Path) -> None:
    """Names made, changed and removed in the folder are on the disk."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
