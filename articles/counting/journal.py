"""The journal: views of this process, appended to a file of its own before the page leaves.

One write call of a record and what rides before it; what is written survives the death of the process. A journal is
locked by its process for as long as that lives, so a journal whose lock can be had belongs to a dead one.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import threading
from pathlib import Path

from articles.counting.records import RECORD_BYTES

SUFFIX = ".journal"
UNBORN = ".unborn"  # being made: not locked yet, and nothing in it
LARGEST_BYTES = 4 * 1024 * 1024  # 131,072 views; then a new one, and this one goes when it is taken


class Journal:
    """The journal of one process in one folder. Threads share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._file = -1
        self._bytes = 0
        self._looked_at = 0

    def append(self, record: bytes, *, seconds: int) -> None:
        """The record is in the journal, whole, or not at all and OSError is raised."""
        with self._lock:
            self._make_ready(seconds)
            try:
                written = os.write(self._file, record)
                if written != len(record):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError:
                self._take_back()
                raise
            self._bytes += written

    @property
    def is_open(self) -> bool:
        return self._file >= 0

    def close(self) -> None:
        """Give the journal up: whoever folds next takes the rest and removes it."""
        with self._lock:
            self._leave()

    def forget(self) -> None:
        """In a forked child: the file is the parent's, and so is its lock until this copy is closed."""
        self._lock = threading.Lock()
        self._leave()

    def _make_ready(self, seconds: int) -> None:
        # Someone may have cleared the folder: once a second is often enough to look.
        if self._file >= 0 and seconds != self._looked_at:
            self._looked_at = seconds
            if os.fstat(self._file).st_nlink == 0:
                self._leave()
        if self._file < 0:
            self._file = _new_journal(self.folder)
            self._bytes = 0
        elif self._bytes >= LARGEST_BYTES:
            with contextlib.suppress(OSError):  # No room for a new one: the old one grows on.
                fresh = _new_journal(self.folder)
                self._leave()
                self._file = fresh
                self._bytes = 0

    def _take_back(self) -> None:
        """Remove what a write cut short has left; records stay at multiples of their size."""
        try:
            os.ftruncate(self._file, self._bytes)
        except OSError:
            self._leave()

    def _leave(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            with contextlib.suppress(OSError):
                os.close(file)


def _new_journal(folder: Path) -> int:
    """Make and lock a journal, then give it the name under which folds see it. Returns its file descriptor."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    unborn = folder / (name + UNBORN)
    file = os.open(unborn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unborn.rename(folder / (name + SUFFIX))
    except OSError:
        os.close(file)
        with contextlib.suppress(OSError):
            unborn.unlink()
        raise
    return file


_current: Journal | None = None
_choosing = threading.Lock()


def append(record: bytes, *, folder: Path, seconds: int) -> None:
    """Append to this process's journal in the folder. Raises OSError if the record could not be kept."""
    global _current  # noqa: PLW0603 - one journal a process is the point
    assert len(record) % RECORD_BYTES == 0  # noqa: S101 - all offsets rest on it
    journal = _current
    if journal is None or (journal.folder is not folder and journal.folder != folder):
        with _choosing:
            journal = _current
            if journal is None or journal.folder != folder:
                close()
                journal = _current = Journal(folder)
    journal.append(record, seconds=seconds)


def close() -> None:
    """Give up this process's journal; the next view begins a new one."""
    if _current is not None:
        _current.close()


def is_open() -> bool:
    """Whether this process has a journal that it writes to."""
    return _current is not None and _current.is_open


def _after_fork() -> None:
    global _current, _choosing  # noqa: PLW0603
    _choosing = threading.Lock()
    if _current is not None:
        _current.forget()
        _current = None


os.register_at_fork(after_in_child=_after_fork)
