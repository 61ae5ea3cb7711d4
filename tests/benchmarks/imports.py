"""Documents a second, from the files to public articles, with the true command on a new site.

    python -m tests.benchmarks.imports [--documents 1000] [--kinds text Word] [--processes N]
    python -m tests.benchmarks.imports --scale 1000 10000 100000 [--every 50]

The first form shows a table by format: documents a second of the whole command, its start and its database included;
the same with reading alone, in one process, without database; CPU time of all processes; memory. The second form takes
texts in one flat folder, one in fifty with a picture beside it, and shows whether the pace holds from the first
thousand to the last, what memory it took, and how fast a second run finds that nothing changed.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsroom.bootstrap import BASE_DIR
from tests.benchmarks import documents

TICKS = os.sysconf("SC_CLK_TCK")
REST = 0.1  # seconds between two looks at the processes
SLICE = 1000  # documents
READING = """
import sys, time, tempfile, django; django.setup()
from pathlib import Path
from django.utils import timezone
from articles.documents import companions, readers
from articles.documents.document import Circumstances
from articles.documents.gathering import Opening, gather
with tempfile.TemporaryDirectory() as scratch:
    pieces = list(gather(companions.sources([Path(sys.argv[1])]), Opening(Path(scratch))))
    at = Circumstances(timezone.now())
    began = time.perf_counter()
    for piece in pieces:
        readers.read(piece.kind, piece.source.path.read_bytes() if piece.data is None else piece.data, at)
    print(len(pieces) / (time.perf_counter() - began))
"""


@dataclass
class Run:
    """One command, and what its processes took."""

    seconds: float = 0
    answers: str = ""
    cpu: dict[int, float] = field(default_factory=dict)  # seconds of each process
    writer: float = 0  # MB, the most that the process that writes ever held
    together: float = 0  # MB, the most that all held at one moment, what they share counted once
    marks: list[float] = field(default_factory=list)  # seconds at which each further slice was told

    @property
    def counts(self) -> tuple[int, ...]:
        found = re.findall(r"(\d+) created, (\d+) updated, (\d+) unchanged, (\d+) refused", self.answers)
        return tuple(map(int, found[-1])) if found else ()

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())


def environment(data: Path) -> dict[str, str]:
    return os.environ | {
        "NEWSROOM_DATA": str(data),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{data / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "PYTHONPATH": str(BASE_DIR),
        "PYTHONWARNINGS": "ignore",
        "LC_ALL": "C.UTF-8",
    }


def new_site(folder: Path) -> Path:
    folder.mkdir()
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=BASE_DIR, env=environment(folder), check=True)
    return folder


def imported(data: Path, folder: Path, *options: str) -> Run:
    """Run the command to its end."""
    run = Run()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", str(folder), *options],
        cwd=BASE_DIR,
        env=environment(data),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    watching = threading.Thread(target=_watch, args=(process, run))
    watching.start()
    assert process.stdout is not None
    told = 0
    for line in process.stdout:
        run.answers = line
        told += line.startswith("created")
        if told == SLICE * (len(run.marks) + 1):
            run.marks.append(time.perf_counter() - began)
    process.wait()
    run.seconds = time.perf_counter() - began
    watching.join()
    if process.returncode != 0:
        raise SystemExit(f"The import ended with {process.returncode}: {run.answers}")
    return run


def _watch(process: "subprocess.Popen[str]", run: Run) -> None:
    while process.poll() is None:
        together = 0.0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) != process.pid:
                    continue
                run.cpu[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
                together += _kilobytes(folder / "smaps_rollup", "Pss") / 1024
                if int(folder.name) == process.pid:
                    run.writer = max(run.writer, _kilobytes(folder / "status", "VmHWM") / 1024)
            except (OSError, IndexError):
                continue
        run.together = max(run.together, together)
        time.sleep(REST)


def _kilobytes(path: Path, name: str) -> int:
    return int(re.findall(rf"^{name}:\s+(\d+)", path.read_text(), re.MULTILINE)[0])


def reading_alone(folder: Path, data: Path) -> float:
    """Documents a second of one process that reads and does no more."""
    command = [sys.executable, "-c", READING, str(folder)]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment(data), stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def by_format(kinds: Sequence[str], count: int, options: Sequence[str], folder: Path) -> None:
    print(
        f"{'':18}{'documents':>10}{'seconds':>9}{'a second':>10}{'of text':>9}{'reading':>9}{'ratio':>7}"
        f"{'CPU (ms)':>10}{'writer (MB)':>13}{'all (MB)':>10}"
    )
    first = 0.0
    for number, kind in enumerate(kinds):
        papers = folder / f"papers{number}"
        documents.write(kind, papers, count)
        data = new_site(folder / f"site{number}")
        alone = reading_alone(papers, data)
        run = imported(data, papers, *options)
        if run.counts != (count, 0, 0, 0):
            raise SystemExit(f"{kind}: {run.answers}")
        rate = count / run.seconds
        first = first or rate
        print(
            f"{kind:18}{count:10,}{run.seconds:9.1f}{rate:10.1f}{rate / first:9.2f}{alone:9.0f}{rate / alone:7.2f}"
            f"{run.cpu_seconds / count * 1000:10.1f}{run.writer:13.0f}{run.together:10.0f}",
            flush=True,
        )


def at_scale(counts: Sequence[int], every: int, options: Sequence[str], folder: Path) -> None:
    print(
        f"{'documents':>10}{'seconds':>9}{'a second':>10}{'first 1000':>12}{'last 1000':>11}{'writer (MB)':>13}"
        f"{'all (MB)':>10}{'again (s)':>11}{'a second':>10}{'writer (MB)':>13}"
    )
    for count in counts:
        papers = folder / f"papers{count}"
        papers.mkdir()
        documents.with_pictures(papers, count, every=every)
        data = new_site(folder / f"site{count}")
        run = imported(data, papers, *options)
        again = imported(data, papers, *options)
        if (run.counts, again.counts) != ((count, 0, 0, 0), (0, 0, count, 0)):
            raise SystemExit(f"{count}: {run.answers} {again.answers}")
        marks = [0.0, *run.marks]
        print(
            f"{count:10,}{run.seconds:9.1f}{count / run.seconds:10.1f}{SLICE / (marks[1] - marks[0]):12.1f}"
            f"{SLICE / (marks[-1] - marks[-2]):11.1f}{run.writer:13.0f}{run.together:10.0f}"
            f"{again.seconds:11.1f}{count / again.seconds:10.1f}{again.writer:13.0f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the import of documents.")
    parser.add_argument("--documents", type=int, default=1000, help="of each format")
    parser.add_argument("--kinds", nargs="*", default=[], help="only formats with one of these words in their name")
    parser.add_argument("--processes", help="that read; the command's own choice if not given")
    parser.add_argument("--scale", type=int, nargs="*", help="numbers of documents in one folder, of 1000 or more")
    parser.add_argument("--every", type=int, default=50, help="one document in so many has a picture, with --scale")
    asked = parser.parse_args()
    options = ["--processes", asked.processes] if asked.processes else []
    kinds = [kind for kind in documents.KINDS if not asked.kinds or any(word in kind for word in asked.kinds)]
    with tempfile.TemporaryDirectory() as name:
        if asked.scale:
            at_scale(asked.scale, asked.every, options, Path(name))
        else:
            by_format(kinds, asked.documents, options, Path(name))


if __name__ == "__main__":
    main()
