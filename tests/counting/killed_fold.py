"""Folds that are killed at one line of the fold after another; run as a program, its exit status tells.

    python -m tests.counting.killed_fold FIRST STEP     (1 1: at every line)

Before each fold, views are added to the journal of this living process and to one of a dead process. A child folds and
kills itself at the n-th line; then another child folds in peace, and the totals must be those of all views so far.
Every third time a second fold is killed before the peaceful one.
"""

import os
import signal
import sys
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from articles.counting import journal, ledger  # noqa: E402
from articles.counting.records import Kind, pack  # noqa: E402
from articles.models import Article, SiteViews  # noqa: E402

FOLDER = Path(settings.JOURNAL_DIR)
# The lines of the fold itself, and those of Django between which a transaction begins and ends.
WATCHED = ("counting/ledger.py", "counting/totals.py", "counting/machine.py", "django/db/transaction.py")


def view(kind: Kind, number: int) -> bytes:
    return pack(kind, number, seconds=1_000, visitor=bytes(12))


def killer(at: int) -> Any:
    """A trace function that ends the process at the n-th line of the watched files."""
    lines = 0

    def enter(frame: FrameType, event: str, argument: object) -> Any:
        return step if watched(frame.f_code.co_filename) else None

    def step(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        if event == "line":
            lines += 1
            if lines == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    return enter


@cache
def watched(file: str) -> bool:
    return file.endswith(WATCHED)


def in_child(work: Any) -> int:
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    work()
    connection.close()
    os._exit(0)


def killed_fold(at: int) -> bool:
    """Whether the fold was killed; False when it has fewer lines than that."""

    def work() -> None:
        sys.settrace(killer(at))
        ledger.fold(FOLDER, wait=10, batch=4)

    status = in_child(work)
    assert status in {0, signal.SIGKILL}, status
    return status != 0


def check(expected: list[int]) -> None:
    def work() -> None:
        ledger.fold(FOLDER, wait=10)
        found = list(Article.objects.order_by("pk").values_list("counted_views", flat=True)[:2])
        found.append(SiteViews.objects.get().counted)
        if found != expected:
            print(f"Counted {found}, expected {expected}.", file=sys.stderr)
            os._exit(1)

    assert in_child(work) == 0


def main() -> None:
    one, two = list(Article.objects.order_by("pk").values_list("pk", flat=True)[:2])
    connection.close()
    expected = [0, 0, 0]
    at, step = int(sys.argv[1]), int(sys.argv[2])
    kills = 0
    killed = True
    while killed:
        dead = [view(Kind.ARTICLE, one), view(Kind.ARTICLE, two), view(Kind.PAGE, 0), view(Kind.ARTICLE, one)]
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{at:06}.journal").write_bytes(b"".join(dead))
        for record in (view(Kind.ARTICLE, one), view(Kind.ARTICLE, two)):
            journal.append(record, folder=FOLDER, seconds=at)
        expected = [expected[0] + 3, expected[1] + 2, expected[2] + 1]
        killed = killed_fold(at)
        kills += killed
        at += step
        if kills % 3 == 0:
            killed_fold(at)
        check(expected)
    left = [path.name for path in FOLDER.glob("*.journal")]
    assert len(left) == 1, left
    print(kills)


main()
