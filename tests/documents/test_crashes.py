"""Imports that are killed, interrupted or run twice at the same moment, with real processes and real files."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Picture

from tests.counting.processes import wait_until
from tests.documents import sites
from tests.documents.sites import PATIENCE_SECONDS, Site

pytestmark = pytest.mark.processes

ROUNDS = int(os.environ.get("TEST_KILLED_IMPORTS", "3"))
DOCUMENTS = 36
Make = Callable[[str], Site]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents in both languages and two formats; every third has a picture, every fourth an attachment."""
    folder = tmp_path_factory.mktemp("old site")
    for number in range(DOCUMENTS - 6):
        name = f"第{number}期" if number % 2 else f"story {number}"
        named = []
        if number % 3 == 0:
            Picture.new("RGB", (640, 400), (number * 7, 90, 120)).save(folder / f"{name}.jpg")
            named.append(f"{name}.jpg")
        if number % 4 == 0:
            (folder / f"{name}.pdf").write_bytes(b"%PDF-1.7 report " + str(number).encode())
            named.append(f"附件：{name}.pdf" if number % 2 else f"Attachment: {name}.pdf")
        if number % 2:
            text = f"第{number}次植树活动在江边举行\n\n发布时间：2024-03-{1 + number % 28:02} 来源：校报 作者：周明\n\n"
            text += f"三百棵树苗今天在江边种下，这是第{number}次。\n\n关键词：植树 江边\n\n"
        else:
            text = "Trees planted along the river\n\n" if number % 4 else f"The {number}th tree is planted\n\n"
            text += f"Date: 2024-03-{1 + number % 28:02} Author: Mei Lin Views: {number}\n\n"
            text += f"The gardeners planted {number} trees.\n\n"
        (folder / f"{name}.txt").write_text(text + "\n\n".join(named) + "\n", "utf-8")
    for number in range(6):
        page = f"<h1>Lanterns of year {number}</h1><p>Date: 2023-02-0{number + 1}</p>"
        (folder / f"page{number}.html").write_text(page + "<p>All lanterns were lit in the old yard.</p>" * 4, "utf-8")
    return folder


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes a site with this name."""
    with sites.sites(tmp_path_factory.mktemp("empty")) as begin:
        yield lambda name: begin(tmp_path_factory.mktemp(name))


@pytest.fixture(scope="module")
def clean(make: Make, folder: Path) -> list[dict[str, Any]]:
    """What one undisturbed import leaves."""
    site = make("clean")
    done = site.run(folder)
    assert (done.status, done.counts, site.count()) == (0, (DOCUMENTS, 0, 0, 0), DOCUMENTS), done
    assert site.files() == site.named()
    found = site.dump()
    assert sum(len(article["pictures"]) for article in found) == 10
    assert sum(len(article["attachments"]) for article in found) == 8
    return found


def complete(site: Site, folder: Path, clean: list[dict[str, Any]], *options: object) -> None:
    """One more run makes the site equal to one that was never disturbed, and a further one changes nothing."""
    done = site.run(folder, *options)
    assert (done.status, sum(done.counts)) == (0, DOCUMENTS), done
    assert site.dump() == clean
    assert site.files() == site.named()
    assert list((site.data / "pending").glob("*")) == []
    assert site.run(folder, *options).counts == (0, 0, DOCUMENTS, 0)


def living(group: int) -> list[str]:
    """The processes of a group that still run; those that only wait to be taken from the table do not count."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = path.read_text().rpartition(") ")[2].split()[:3]
            if its_group == str(group) and state != "Z":
                found.append(path.parent.name)
    return found


def check_whole(site: Site, clean: list[dict[str, Any]]) -> None:
    """Each article that is there is there with all that belongs to it."""
    half = site.dump()
    assert [article for article in half if article not in clean] == []
    assert site.named() - site.files() == set()


@pytest.mark.parametrize("processes", [1, 2])
def test_a_killed_import_leaves_whole_articles_and_the_next_run_completes_them(
    make: Make, folder: Path, clean: list[dict[str, Any]], processes: int
) -> None:
    site = make(f"killed{processes}")
    dice = random.Random(processes)
    for number in range(ROUNDS):
        process = site.begin(folder, "--processes", processes)
        before = site.count()
        goal = min(DOCUMENTS - 1, before + max(1, DOCUMENTS // ROUNDS))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and site.count() < goal and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.05)
        os.killpg(process.pid, signal.SIGKILL)  # the writer and all who read for it
        process.communicate()
        assert site.count() >= min(goal, before + 1), f"round {number}"
        check_whole(site, clean)
    complete(site, folder, clean, "--processes", processes)


def test_an_import_killed_at_any_moment_of_its_life_leaves_nothing_half_done(
    make: Make, folder: Path, clean: list[dict[str, Any]]
) -> None:
    site = make("moments")
    dice = random.Random(7)
    for _number in range(ROUNDS):
        process = site.begin(folder)
        time.sleep(dice.uniform(0, 4))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        check_whole(site, clean)
    complete(site, folder, clean)


def test_readers_end_when_their_writer_is_killed(make: Make, folder: Path, clean: list[dict[str, Any]]) -> None:
    site = make("readers")
    process = site.begin(folder, "--processes", "2")
    while process.poll() is None and site.count() < 3:
        time.sleep(0.005)
    process.kill()  # alone
    process.communicate()  # ends when nobody holds its output any more
    assert wait_until(lambda: living(process.pid) == [])
    check_whole(site, clean)
    complete(site, folder, clean)


def test_two_imports_at_the_same_moment_make_no_duplicate(
    make: Make, folder: Path, clean: list[dict[str, Any]]
) -> None:
    site = make("two")
    both = [site.begin(folder) for _number in range(2)]
    done = [site.end(process) for process in both]
    assert [one.status for one in done] == [0, 0], done
    assert sum(one.counts[0] for one in done) == DOCUMENTS
    assert [sum(one.counts) for one in done] == [DOCUMENTS, DOCUMENTS]
    complete(site, folder, clean)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes begun here do not inherit that Ctrl-C is ignored, as it is for what a shell runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("whole_group", [False, True], ids=["the command", "its whole group, as Ctrl-C does"])
def test_an_interrupted_import_says_how_it_goes_on(
    make: Make, folder: Path, clean: list[dict[str, Any]], *, whole_group: bool
) -> None:
    site = make("interrupted")
    process = site.begin(folder)
    while process.poll() is None and site.count() < 3:
        time.sleep(0.005)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    done = site.end(process)
    assert (done.status, "Interrupted. The same command goes on where it stopped." in done.out) == (130, True), done
    assert "Traceback" not in done.err
    assert 0 < site.count() < DOCUMENTS
    assert done.counts[0] <= site.count() <= done.counts[0] + 1
    check_whole(site, clean)
    assert site.files() == site.named()
    complete(site, folder, clean)
