"""Files on their way: their names are written down first, so that a killed process leaves none behind for ever.

Inside ``noted()`` every name given to ``note`` stands in a list of its own in the data folder, locked for as long as
the process lives; the list goes when the block ends, whichever way. ``sweep()`` reads the lists of dead processes and
removes the files that no row knows.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage

from articles.models import ArticleImage, Attachment

SUFFIX = ".files"


class _List:
    """The names of one block. Its file is made with the first name."""

    def __init__(self) -> None:
        self.file: IO[str] | None = None

    def add(self, name: str) -> None:
        if self.file is None:
            folder = _folder()
            folder.mkdir(parents=True, exist_ok=True)
            self.file = (folder / f"{os.getpid()}-{secrets.token_hex(8)}{SUFFIX}").open("x", encoding="utf-8")
            fcntl.flock(self.file, fcntl.LOCK_EX)
        self.file.write(name + "\n")
        self.file.flush()

    def remove(self) -> None:
        if self.file is not None:
            Path(self.file.name).unlink(missing_ok=True)
            self.file.close()


_current: ContextVar[_List | None] = ContextVar("files_on_their_way", default=None)


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "pending"
    return folder


@contextmanager
def noted() -> Iterator[None]:
    """Names noted inside are forgotten at the end of the outermost such block."""
    if _current.get() is not None:
        yield
        return
    names = _List()
    token = _current.set(names)
    try:
        yield
    finally:
        _current.reset(token)
        names.remove()


def note(name: str) -> None:
    """A file of this name, or of this stem in the same folder, is about to be stored."""
    names = _current.get()
    if names is not None:
        names.add(name)


def sweep() -> list[str]:
    """Remove what dead processes left half way; returns the names of the files."""
    removed: list[str] = []
    for path in sorted(_folder().glob(f"*{SUFFIX}")):
        with suppress(OSError), path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for line in file:
                if line.endswith("\n"):
                    removed += _remove(line.rstrip("\n"))
            path.unlink(missing_ok=True)
    return removed


def _remove(name: str) -> list[str]:
    if ArticleImage.objects.filter(file=name).exists() or Attachment.objects.filter(file=name).exists():
        return []
    place = PurePosixPath(name)
    with suppress(FileNotFoundError, NotADirectoryError):
        _folders, files = default_storage.listdir(str(place.parent))
        own = [f"{place.parent}/{file}" for file in files if file.startswith(place.stem)]
        for file in own:
            default_storage.delete(file)
        return own
    return []
