"""The journal: whole records or none, also when the disk is full, the folder is gone, or the process forks."""

import contextlib
import errno
import fcntl
import os
import resource
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from articles.counting import journal
from articles.counting.records import Kind, pack, read

KEY = bytes(12)


@pytest.fixture(autouse=True)
def _own_journal() -> Iterator[None]:
    yield
    journal.close()


def write(folder: Path, number: int = 1, *, seconds: int = 1_000) -> None:
    journal.append(pack(Kind.ARTICLE, number, seconds=seconds, visitor=KEY), folder=folder, seconds=seconds)


def journals(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.journal"))]


def numbers(folder: Path) -> list[int]:
    found = [
        number
        for data in journals(folder)
        for number, n in Counter(reading.number for reading in read(data, offset=0).readings).items()
        for _ in range(n)
    ]
    return sorted(found)


def test_a_process_has_one_journal_that_it_holds_locked(tmp_path: Path) -> None:
    write(tmp_path, 1)
    write(tmp_path, 2)
    [path] = tmp_path.iterdir()
    assert (path.suffix, path.stat().st_size, path.stat().st_mode & 0o777) == (".journal", 64, 0o600)
    with path.open("rb") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    journal.close()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_threads_lose_nothing_over_many_new_journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LARGEST_BYTES", 32 * 10)

    def some(first: int) -> None:
        for number in range(first, first + 250):
            write(tmp_path, number)

    threads = [threading.Thread(target=some, args=(first,)) for first in (1, 251, 501, 751)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(tmp_path) == list(range(1, 1001))
    assert [len(data) for data in journals(tmp_path)] == [320] * 100


def test_a_forked_child_begins_its_own_and_lets_go_of_its_parents(tmp_path: Path) -> None:
    write(tmp_path, 1)
    parents = next(tmp_path.iterdir())
    go_in, go_out = os.pipe()
    ready_in, ready_out = os.pipe()
    child = os.fork()
    if not child:  # Living on while the parent gives its journal up.
        write(tmp_path, 2)
        os.write(ready_out, b"x")
        os.read(go_in, 1)
        os._exit(0)
    os.read(ready_in, 1)
    journal.close()
    with parents.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.write(go_out, b"x")
    assert os.waitpid(child, 0)[1] == 0
    for end in (go_in, go_out, ready_in, ready_out):
        os.close(end)
    assert sorted(len(data) for data in journals(tmp_path)) == [32, 32]
    assert numbers(tmp_path) == [1, 2]


def test_a_write_cut_short_by_a_full_disk_is_taken_back(tmp_path: Path) -> None:
    """The limit on the size of files makes the system do what a full disk does: write a part, then refuse."""
    child = os.fork()
    if not child:
        kept = []
        for number, room in enumerate([100, 100, 100, 100, 100, 1_000], start=1):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            with contextlib.suppress(OSError):
                write(tmp_path, number)
                kept.append(number)
        os._exit(0 if kept == [1, 2, 3, 6] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert [len(data) for data in journals(tmp_path)] == [128]
    assert numbers(tmp_path) == [1, 2, 3, 6]


def test_what_cannot_be_taken_back_ends_that_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: int, length: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    write(tmp_path, 1)
    whole, cut = os.write, os.ftruncate
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:10]))
    monkeypatch.setattr(os, "ftruncate", fail)
    with pytest.raises(OSError):
        write(tmp_path, 2)
    monkeypatch.setattr(os, "write", whole)
    monkeypatch.setattr(os, "ftruncate", cut)
    write(tmp_path, 3)
    assert sorted(len(data) for data in journals(tmp_path)) == [32, 42]
    assert numbers(tmp_path) == [1, 3]


def test_a_folder_cleared_while_the_site_runs_is_filled_again(tmp_path: Path) -> None:
    folder = tmp_path / "journals"
    write(folder, 1)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    write(folder, 2, seconds=1_001)
    assert numbers(folder) == [2]


def test_no_room_for_a_new_journal_lets_the_old_one_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    write(tmp_path, 1)
    monkeypatch.setattr(journal, "LARGEST_BYTES", 32)
    monkeypatch.setattr(journal, "_new_journal", full)
    write(tmp_path, 2)
    assert [len(data) for data in journals(tmp_path)] == [64]


def test_a_folder_that_cannot_be_made_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OSError):
        write(file / "journals")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
