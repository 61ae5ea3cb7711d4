"""A process of its own that folds, so that no page waits while views are summed.

Threads of one process take turns: a fold in a process that answers readers makes them wait. Where the server is ours,
one process folds for all; it holds a lock as long as it lives, and the threads of the others leave the work to it.
Without it, or when it is killed, they do it themselves.
"""

import fcntl
import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "keeper.lock"


@contextmanager
def keeping(folder: Path, *, turn: Callable[[], None], every: float) -> Iterator[int]:
    """Until the block ends, or this process dies, a child calls ``turn`` again and again. Gives its number."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(writing)
        try:
            _keep(folder, reading, turn, every)
        finally:
            os._exit(0)
    os.close(reading)
    try:
        yield pid
    finally:
        os.close(writing)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def is_kept(folder: Path) -> bool:
    """Whether a process of its own folds the journals of this folder."""
    try:
        file = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _keep(folder: Path, alive: int, turn: Callable[[], None], every: float) -> None:
    # Ctrl-C goes to all processes of a terminal; this one ends with its parent, after the readers' processes.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    while not select.select([alive], [], [], every)[0]:
        turn()
