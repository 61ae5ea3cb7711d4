"""Who folds, and when: a process of its own where the server is ours, else a thread of each process that recorded
something, a request where folding is at once, the stop.

Whichever process gets the machine's lock folds for all of them.
"""

import atexit
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import util
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import OperationalError, connection

from articles.counting import figures, journal, keeper, ledger, repeats, salt, totals
from articles.counting.hours import day_of
from articles.counting.ledger import Folded

IDLE_SECONDS = 5.0  # so often an idle process looks for what a dead one has left
AT_ONCE_WAIT_SECONDS = 1.0  # a page waits no longer than this for the fold, and only where folding is at once
AT_STOP_TURNS = 3
AT_STOP_WAIT_SECONDS = 3.0  # a server gives its workers some ten seconds to end
RETRY_SECONDS = 0.1
# A thread that folds lets the others have their turn so often; with Python's 5 ms a page waits for several turns.
SWITCH_SECONDS = 0.0005
TIDY_SECONDS = 60  # so often what is out of date is removed
log = logging.getLogger(__name__)


def fold(*, wait: float) -> Folded:
    """Fold this machine's journals, trying again for ``wait`` seconds while another fold or writer is in the way.

    A failure is told in the result, not raised; what was not taken waits in the journals.
    """
    folder: Path = settings.JOURNAL_DIR
    deadline = time.monotonic() + wait
    done = Folded()
    while True:
        done.problem = ""
        left = max(0.0, deadline - time.monotonic())
        try:
            with totals.patience(left or None):
                ledger.fold(folder, wait=left, done=done)
                _tidy(folder)
            return done
        except (ledger.Busy, ledger.Moved, OperationalError) as error:
            done.problem = _sentence(error)
        except (DatabaseFailure, OSError) as error:  # Waiting does not help.
            done.problem = _sentence(error)
            return done
        if time.monotonic() + RETRY_SECONDS >= deadline:
            return done
        time.sleep(RETRY_SECONDS)  # Whoever holds the rows gives no sign when it is done.


_tidied: tuple[Path, int] | None = None


def _tidy(folder: Path) -> None:
    """Once a minute, when everything is taken: remove salts, recent readings and hours that are out of date."""
    global _tidied  # noqa: PLW0603 - one moment a process
    now = int(time.time())
    if _tidied is not None and _tidied[0] == folder and 0 <= now - _tidied[1] < TIDY_SECONDS:
        return
    _tidied = (folder, now)
    salt.keep_only_needed(day_of(now), now, folder=folder)
    repeats.forget(now)
    figures.forget(now)


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip()


def recorded() -> None:
    """Called after each record: the worker of this process folds it within FOLD_SECONDS, or it is folded now."""
    if settings.FOLD_SECONDS == 0:
        _tell(fold(wait=AT_ONCE_WAIT_SECONDS))
        return
    worker = _worker
    if worker is None:
        worker = _start()
    if not worker.wake.is_set():
        worker.wake.set()


class Worker(threading.Thread):
    """Folds a moment after a record, then once in each interval while there are more."""

    def __init__(self) -> None:
        super().__init__(name="fold-views", daemon=True)
        self.wake = threading.Event()

    def run(self) -> None:
        while True:
            self.wake.wait(IDLE_SECONDS)
            self.wake.clear()
            if not keeper.is_kept(settings.JOURNAL_DIR):
                sys.setswitchinterval(SWITCH_SECONDS)
                self.turn()
            time.sleep(settings.FOLD_SECONDS)  # The interval between two folds.

    def turn(self) -> None:
        try:  # The thread outlives whatever a driver raises.
            connection.close_if_unusable_or_obsolete()
            done = fold(wait=0)
        except Exception:
            log.exception("The views could not be folded; it is tried again.")
            done = Folded(problem="An error that is in the log.")
        if not done.complete:
            self.wake.set()
        if not (done.complete or done.problem.startswith(ledger.Busy.__name__)):
            connection.close()
        _tell(done)


@contextmanager
def keeping() -> Iterator[None]:
    """Within it a process of its own folds what this machine's processes record."""
    if settings.FOLD_SECONDS == 0:
        yield
        return
    with keeper.keeping(settings.JOURNAL_DIR, turn=Worker().turn, every=settings.FOLD_SECONDS):
        yield


_worker: Worker | None = None
_starting = threading.Lock()
_told: set[str] = set()


def _start() -> Worker:
    global _worker  # noqa: PLW0603 - one worker a process
    with _starting:
        if _worker is None:
            worker = Worker()
            worker.start()
            _fold_at_stop()
            _worker = worker
        return _worker


def _tell(done: Folded) -> None:
    """Log a failure once, until a fold succeeds."""
    kind = done.problem.partition(":")[0]
    if done.complete:
        if _told:
            _told.clear()
            log.warning("Views are folded into the database again.")
    elif kind != ledger.Busy.__name__ and kind not in _told:
        _told.add(kind)
        log.error("Views wait in the journals and lose nothing; the fold is tried again. %s", done.problem)


def _fold_at_stop() -> None:
    """When the process ends in order. Children of multiprocessing (granian's workers) end without atexit."""
    pid = os.getpid()

    def stop() -> None:
        if os.getpid() != pid:
            return
        # Requests in flight may begin another journal while the first is folded.
        for _turn in range(AT_STOP_TURNS):
            journal.close()
            fold(wait=AT_STOP_WAIT_SECONDS)
            if not journal.is_open():
                break
        connection.close()

    atexit.register(stop)
    util.Finalize(None, stop, exitpriority=0)


def _after_fork() -> None:
    global _worker, _starting  # noqa: PLW0603
    _worker = None
    _starting = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
