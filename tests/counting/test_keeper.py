"""A process of its own folds; when it goes, the others do."""

import os
import signal
import time
from pathlib import Path

from articles.counting import keeper
from tests.counting.processes import wait_until


def test_it_turns_while_its_parent_lives_and_holds_its_lock(tmp_path: Path) -> None:
    said = tmp_path / "said"

    def turn() -> None:
        with said.open("a") as file:
            file.write(f"{os.getpid()}\n")

    assert keeper.is_kept(tmp_path) is False
    with keeper.keeping(tmp_path, turn=turn, every=0.01):
        assert wait_until(lambda: said.exists() and len(said.read_text().splitlines()) > 3)
        assert keeper.is_kept(tmp_path) is True
        [pid] = set(said.read_text().split())
        assert int(pid) != os.getpid()
        os.kill(int(pid), signal.SIGTERM)  # as a terminal's Ctrl-C: it ends with its parent, not before
        before = len(said.read_text())
        assert wait_until(lambda: len(said.read_text()) > before)
    assert keeper.is_kept(tmp_path) is False


def test_when_it_is_killed_its_lock_is_free_at_once(tmp_path: Path) -> None:
    with keeper.keeping(tmp_path, turn=lambda: None, every=0.01) as pid:
        assert wait_until(lambda: keeper.is_kept(tmp_path))
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not keeper.is_kept(tmp_path))


def test_when_its_parent_dies_it_ends(tmp_path: Path) -> None:
    parent = os.fork()
    if not parent:
        with keeper.keeping(tmp_path, turn=lambda: None, every=5):
            time.sleep(60)
    assert wait_until(lambda: keeper.is_kept(tmp_path))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert wait_until(lambda: not keeper.is_kept(tmp_path))
