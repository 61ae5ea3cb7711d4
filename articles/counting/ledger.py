"""The ledger: what stands in the journals goes into the database, each record exactly once.

One transaction adds the sums and remembers how far each journal is taken, so neither happens without the other,
whatever dies when. The journal of a dead process is sealed in the transaction that takes its last record, then
removed, then its row: a seal without a file, or a file with a seal, is finished by whoever folds next.

A fold holds the machine's lock, but the sums rest on the positions alone: they are read before the records are summed
and again inside the transaction, which gives up if someone else moved them.
"""

import fcntl
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.db import connection

from articles.counting import figures, machine, repeats, totals
from articles.counting.journal import SUFFIX, UNBORN
from articles.counting.records import RECORD_BYTES, Stretch, is_rider, is_whole, read
from articles.models import JournalPosition

LOCK = "fold.lock"
LOCK_RETRY_SECONDS = 0.02
BATCH_RECORDS = 50_000  # a transaction of about a tenth of a second, and 1.6 MB in memory
OPEN_JOURNALS = 64  # files open at once
TRIES = 5  # of a batch whose positions somebody else moved
STILLBORN_SECONDS = 60  # a journal is made in less
log = logging.getLogger(__name__)


class Busy(Exception):
    """Another process is folding."""


class Moved(Exception):
    """Somebody else took records of the same journals meanwhile."""


@dataclass
class Folded:
    """What a fold did."""

    taken: int = 0  # records
    damaged: int = 0  # records skipped
    removed: int = 0  # journals
    problem: str = ""  # why records may be waiting still; empty when all are taken

    @property
    def complete(self) -> bool:
        return not self.problem


@dataclass
class _Source:
    """A journal as this fold sees it."""

    name: str
    file: int
    dead: bool
    size: int  # as it was when the fold began: the next fold takes what comes meanwhile
    known: bool = False  # it has a row
    position: int = 0
    damaged: int = 0
    stretch: Stretch = field(default_factory=Stretch)
    end: int = 0  # the position after this batch

    @property
    def sealed(self) -> bool:
        return self.dead and self.end + RECORD_BYTES > self.size


def fold(folder: Path, *, wait: float, batch: int = BATCH_RECORDS, done: Folded | None = None) -> Folded:
    """Take every whole record that was in the folder's journals when the fold began; ``done`` grows by what was done.

    Raises Busy if another process still folds after ``wait`` seconds, OSError and DatabaseError when folder or
    database fail; what was committed before that stays taken, the rest waits. Inside a transaction of the caller
    nothing is removed, because that transaction may be undone.
    """
    done = Folded() if done is None else done
    if not folder.is_dir():
        return done
    with _lock(folder, wait):
        identity = machine.identity(folder)
        _remove_sealed(identity, folder, done)
        names = _journals(folder)
        for start in range(0, len(names), OPEN_JOURNALS):
            _fold_some(identity, folder, names[start : start + OPEN_JOURNALS], done, batch)
    return done


@contextmanager
def _lock(folder: Path, wait: float) -> Iterator[None]:
    """One fold at a time on this machine. The lock goes with the process that holds it."""
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy("Another process is folding the views into the database.") from None
                time.sleep(LOCK_RETRY_SECONDS)  # The holder gives no sign when it is done.
        yield
    finally:
        os.close(file)


def _journals(folder: Path) -> list[str]:
    names = []
    for entry in os.scandir(folder):
        if entry.name.endswith(SUFFIX):
            names.append(entry.name)
        elif entry.name.endswith(UNBORN) and time.time() - entry.stat().st_mtime > STILLBORN_SECONDS:
            Path(entry.path).unlink(missing_ok=True)  # Its maker died; there is nothing in it.
    return sorted(names)


def _fold_some(identity: str, folder: Path, names: list[str], done: Folded, batch: int) -> None:
    with ExitStack() as files:
        sources = [source for name in names if (source := _open(folder / name, files)) is not None]
        tries = 0
        while True:
            _read_positions(identity, sources)
            waiting = _gather(sources, batch)
            if not waiting:
                return
            try:
                _commit(identity, waiting)
            except Moved:
                tries += 1
                if tries == TRIES:
                    raise
                continue
            tries = 0
            for source in waiting:
                done.taken += source.stretch.taken
                done.damaged += len(source.stretch.damaged)
                _tell_damage(source)
            if any(source.sealed for source in waiting):
                sources = [source for source in sources if source not in waiting or not source.sealed]
                _remove_sealed(identity, folder, done)


def _open(path: Path, files: ExitStack) -> _Source | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    files.callback(os.close, file)
    dead = False
    if not connection.in_atomic_block:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            dead = True
    # The size after the lock: nobody appends to a journal whose lock was had.
    return _Source(name=path.name, file=file, dead=dead, size=os.fstat(file).st_size)


def _read_positions(identity: str, sources: list[_Source]) -> None:
    rows = {row.journal: row for row in JournalPosition.objects.filter(machine=identity)}
    for source in sources:
        row = rows.get(source.name)
        source.known = row is not None
        source.position = row.position if row else 0
        source.damaged = row.damaged if row else 0


def _gather(sources: list[_Source], batch: int) -> list[_Source]:
    """Read and sum what is not taken yet, at most ``batch`` records. Returns the journals that have something to do."""
    waiting = []
    for source in sources:
        if batch <= 0:
            break
        data = _read(source, batch)
        source.stretch = read(data, offset=source.position)
        source.end = source.position + len(data)
        if source.sealed and source.end < source.size:
            source.stretch.damaged.append(source.end)  # a part of a record, which its writer could not take back
        batch -= len(data) // RECORD_BYTES
        if data or source.sealed:
            waiting.append(source)
    return waiting


def _read(source: _Source, batch: int) -> bytes:
    most = min(source.size - source.position, batch * RECORD_BYTES)
    data = os.pread(source.file, max(0, most), source.position)
    data = data[: len(data) // RECORD_BYTES * RECORD_BYTES]
    at_end = source.position + len(data) + RECORD_BYTES > source.size
    if data and at_end and not source.dead and not is_whole(data[-RECORD_BYTES:]):
        # It may be on its way through the file system: judged when something stands behind it, or its writer is dead.
        data = data[:-RECORD_BYTES]
    return _with_whom_they_ride(source, data)


def _with_whom_they_ride(source: _Source, data: bytes) -> bytes:
    """The data without riders at its end, unless the record that they belong to is there too or will never be."""
    while is_rider(data[-RECORD_BYTES:]):
        end = source.position + len(data)
        more = os.pread(source.file, min(RECORD_BYTES, source.size - end), end)
        if len(more) == RECORD_BYTES:
            data += more
        elif source.dead:
            break
        else:
            data = data[:-RECORD_BYTES]
    return data


def _commit(identity: str, waiting: list[_Source]) -> None:
    # Before a file goes, what was taken from it must survive a power cut.
    with totals.transaction(durable=any(source.sealed for source in waiting)):
        totals.alone()
        _check_unmoved(identity, waiting)
        sifted = repeats.sift(chain.from_iterable(source.stretch.readings for source in waiting))
        totals.add(Counter((view.kind, view.number) for view in sifted.views))
        figures.add(sifted)
        _write_positions(identity, waiting)


def _check_unmoved(identity: str, waiting: list[_Source]) -> None:
    rows = (
        JournalPosition.objects.select_for_update()
        .filter(machine=identity, journal__in=[source.name for source in waiting])
        .order_by("journal")
    )
    now = {row.journal: row.position for row in rows}
    if now != {source.name: source.position for source in waiting if source.known}:
        raise Moved("Somebody else took views of the same journals.")


def _write_positions(identity: str, waiting: list[_Source]) -> None:
    for source in waiting:
        values = {
            "position": source.end,
            "damaged": source.damaged + len(source.stretch.damaged),
            "sealed": source.sealed,
        }
        if source.known:
            JournalPosition.objects.filter(machine=identity, journal=source.name).update(**values)
        else:
            JournalPosition.objects.create(machine=identity, journal=source.name, **values)


def _tell_damage(source: _Source) -> None:
    if source.stretch.damaged:
        log.error(
            "The journal %s has %d damaged records, the first at byte %d; they were skipped.",
            source.name,
            len(source.stretch.damaged),
            source.stretch.damaged[0],
        )


def _remove_sealed(identity: str, folder: Path, done: Folded) -> None:
    """File first, then its row: a row without a file is harmless, a file without a row would be taken again."""
    if connection.in_atomic_block:
        return
    sealed = JournalPosition.objects.filter(machine=identity, sealed=True)
    names = list(sealed.values_list("journal", flat=True))
    if not names:
        return
    for name in names:
        with suppress(FileNotFoundError):
            (folder / name).unlink()
            done.removed += 1
    machine.sync_folder(folder)  # The files must stay removed even if the power fails now.
    sealed.filter(journal__in=names).delete()
