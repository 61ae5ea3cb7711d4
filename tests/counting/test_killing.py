"""Whatever is killed at whatever moment: no answered view is lost, none is taken twice."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.counting.processes import ROOT, Database, environment, granian, prefork, wait_until

pytestmark = pytest.mark.processes

MACHINE = """
import random, sys, django; django.setup()
from django.conf import settings
from articles import counting
from articles.counting import journal
from articles.counting.records import Kind, pack
from articles.models import Article
numbers = list(Article.objects.values_list("pk", flat=True))
for turn in range(30):
    for number in random.sample(numbers, len(numbers)):
        for _ in range(number % 3 + 1):
            record = pack(Kind.ARTICLE, number, seconds=turn, visitor=bytes(12))
            journal.append(record, folder=settings.JOURNAL_DIR, seconds=turn)
    journal.append(pack(Kind.PAGE, 0, seconds=turn, visitor=bytes(12)), folder=settings.JOURNAL_DIR, seconds=turn)
    if turn % 10 == 9:
        journal.close()
    counting.fold()
done = counting.fold()
assert done.complete, done
"""
EDITOR = """
import random, django; django.setup()
from django.db import transaction
from articles.models import Article
numbers = list(Article.objects.values_list("pk", flat=True))
for turn in range(40):
    with transaction.atomic():
        for number in random.sample(numbers, len(numbers)):
            article = Article.objects.get(pk=number)
            article.subtitle = f"Edited {turn} times"
            article.save()
"""


def kill(pid: int | None) -> bool:
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


def test_workers_and_the_folding_one_killed_again_and_again(database: Database, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    rounds = killed_folding = 0
    with prefork(database, tmp_path, workers=3, fold_seconds=0.02) as site:
        site.read(readers=4)
        while rounds < 60:
            time.sleep(dice.uniform(0.02, 0.12))
            victim = None
            if rounds % 2:
                wait = time.monotonic() + 0.2
                while victim is None and time.monotonic() < wait:
                    victim = site.folding()
                killed_folding += kill(victim)
            if victim is None:
                workers = site.workers()
                kill(dice.choice(workers) if workers else None)
            rounds += 1
        told = site.told()
        site.stop()
    site.fold()
    counted = database.counted()[0]
    assert told["answered"] > 30, seed
    assert told["answered"] <= counted <= told["answered"] + told["cut"], seed
    assert told["recorded"] == told["answered"], seed
    assert killed_folding > 5, seed
    assert site.journals == []
    assert database.numbers("SELECT count(*), coalesce(sum(damaged), 0) FROM articles_journalposition") == [(0, 0)]


def test_a_whole_server_killed_under_load_loses_nothing(database: Database, tmp_path: Path) -> None:
    answered = cut = 0
    for _ in range(2):
        before = database.counted()[0]
        with granian(database, tmp_path) as site:
            site.read(readers=4)
            assert wait_until(lambda start=before: database.counted()[0] > start + 20)
            for pid in [site.process.pid, *site.workers()]:
                kill(pid)
            told = site.told()
            answered, cut = answered + told["answered"], cut + told["cut"]
    left = set(site.journals)
    assert left
    # The next start's worker takes what was left, without anyone calling for it.
    with granian(database, tmp_path) as site:
        site.read(readers=1, times=1)
        answered += site.told()["answered"]
        assert wait_until(lambda: left.isdisjoint(site.journals))
        assert wait_until(lambda: database.counted()[0] >= answered)
        site.stop()
    assert answered <= database.counted()[0] <= answered + cut
    assert site.journals == []


def test_a_fold_killed_at_any_line_neither_loses_nor_doubles(database: Database, tmp_path: Path) -> None:
    first, step = random.randint(1, 9), 9  # a part of the lines in each run, to be quick
    done = subprocess.run(
        [sys.executable, "-m", "tests.counting.killed_fold", str(first), str(step)],
        env=environment(database.url, tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), first
    assert int(done.stdout) > 40  # each at another line


def test_several_machines_and_an_editor_do_not_hinder_each_other(database: Database, tmp_path: Path) -> None:
    started = []
    for number, program in enumerate([MACHINE, MACHINE, MACHINE, EDITOR]):
        data = tmp_path / str(number)
        data.mkdir()
        command = [sys.executable, "-c", program]
        started.append(
            subprocess.Popen(command, env=environment(database.url, data), cwd=ROOT, stderr=subprocess.PIPE, text=True)
        )
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in started]
    assert ended == [("", 0)] * 4
    numbers = [row[0] for row in database.numbers("SELECT id FROM articles_article ORDER BY id")]
    assert database.counted() == [3 * 30 * (number % 3 + 1) for number in numbers]
    assert database.site() == 90
    assert {row[0] for row in database.numbers("SELECT subtitle FROM articles_article")} == {"Edited 39 times"}
