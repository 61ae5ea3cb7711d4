"""Counted views a second against a bare Django view, on the same server in one run.

    python -m tests.benchmarks.counted_views [--seconds 5] [--rounds 3] [--workers 2]

Both sites run side by side in servers with the same options on loopback; the load goes to one at a time, in turn, and
the table shows medians. DATABASE_URL chooses the database (default: a new SQLite file). Where gunicorn can be imported
it is timed too. Uses wrk if it is installed, else a few Python processes, which reach less.
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from articles.management.serving import THREADS
from tests.counting.processes import HERE as COUNTING
from tests.counting.processes import ROOT, Database, free_port, fresh_database, wait_until

ARTICLES = 200
CONNECTIONS = 16
FOLDED_RECORDS = 300_000
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
ROBOT = "curl/8.5.0"
TICKS = os.sysconf("SC_CLK_TCK")
SEED = f"""
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
from tests import make
text = "<p>" + "校企合作座谈会在我校召开，与会专家就人才培养交换了意见。" * 8 + "</p>"
for number in range({ARTICLES}):
    article = make.article(f"Article {{number}}", body=text * 5, summary="A summary.", tags=("Research", "党建"))
    print(article.get_absolute_url())
"""
FOLD = f"""
import os, sys, time, django; django.setup()
from django.conf import settings
from articles import counting
from articles.counting.records import Kind, pack
from articles.models import Article
settings.JOURNAL_DIR.mkdir(parents=True, exist_ok=True)
keys = list(Article.objects.values_list("pk", flat=True))
records = [pack(Kind.ARTICLE, key, seconds=1, visitor=bytes(12)) for key in keys]
data = b"".join(records[number * number % len(keys)] for number in range({FOLDED_RECORDS}))
(settings.JOURNAL_DIR / "benchmark.journal").write_bytes(data)
began = time.perf_counter()
done = counting.fold()
print(done.taken / (time.perf_counter() - began))
"""


@dataclass
class Server:
    name: str
    process: subprocess.Popen[bytes]
    port: int

    def pids(self) -> list[int]:
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def cpu_seconds(self) -> float:
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.pids()]
        return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS

    def megabytes(self) -> float:
        """Memory of its own, the share in what is shared counted in (PSS)."""
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids()]
        return sum(int(re.findall(r"^Pss: +(\d+)", text, re.MULTILINE)[0]) for text in texts) / 1024


@dataclass
class Line:
    """One line of the table."""

    name: str
    server: Server
    paths: list[str]
    agent: str = PERSON
    answers: int = 0
    rates: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)  # 99th percentile, ms
    cpu: list[float] = field(default_factory=list)  # ms of CPU time an answer, of all the server's processes

    def load(self, seconds: int, folder: Path, *, warm_up: bool = False) -> None:
        cpu, began = self.server.cpu_seconds(), time.perf_counter()
        answers, slowest = (wrk if shutil.which("wrk") else readers)(self, seconds, folder)
        took, cpu = time.perf_counter() - began, self.server.cpu_seconds() - cpu
        self.answers += answers
        if not warm_up:
            self.rates.append(answers / took)
            self.slow.append(slowest)
            self.cpu.append(cpu / max(1, answers) * 1000)


def wrk(line: Line, seconds: int, folder: Path) -> tuple[int, float]:
    script = folder / "paths.lua"
    paths = ",".join(f'"{path}"' for path in line.paths)
    script.write_text(
        f'local paths = {{{paths}}}\nlocal n = 0\nwrk.headers["User-Agent"] = "{line.agent}"\n'
        "function request() n = n + 1 return wrk.format(nil, paths[n % #paths + 1]) end\n"
    )
    address = f"http://127.0.0.1:{line.server.port}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{line.name}: not every request was answered well.\n{said}")
    value, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", said)[0]
    return int(re.findall(r"(\d+) requests in", said)[0]), float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def readers(line: Line, seconds: int, folder: Path) -> tuple[int, float]:
    import json

    if line.agent != PERSON:
        raise SystemExit("Without wrk the readers are all people; install wrk.")
    command = [sys.executable, "-S", str(COUNTING / "reader.py"), str(line.server.port), line.paths[0], "0"]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    time.sleep(seconds)
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
        one.stdin = None
    told = [json.loads(one.communicate()[0]) for one in started]
    return sum(one["answered"] for one in told), max(one["slowest"] for one in told) * 1000


@contextlib.contextmanager
def serving(name: str, kind: str, application: str, workers: int, environment: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    if kind == "granian":
        options = f"--interface wsgi --no-ws --workers {workers} --blocking-threads {THREADS} --port {port}"
    else:
        options = f"--worker-class gthread --threads {THREADS} --workers {workers} --bind 127.0.0.1:{port}"
        options += " --keep-alive 30 --no-control-socket --log-level warning"
    command = [sys.executable, "-m", kind, *options.split(), application]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"PYTHONWARNINGS": "ignore"}, stdout=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: get(port, "/") > 0)
        yield Server(name, process, port)
    finally:
        process.terminate()
        process.wait(30)


def get(port: int, path: str) -> int:
    """The length of the page; 0 if there is none yet."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"User-Agent": ROBOT})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return len(answer.read())
    except OSError:
        return 0


def run(
    kind: str, options: argparse.Namespace, environment: dict[str, str], paths: list[str], folder: Path
) -> list[Line]:
    with contextlib.ExitStack() as stack:

        def start(name: str, application: str, **more: str) -> Server:
            site = serving(name, kind, application, options.workers, environment | more)
            return stack.enter_context(site)

        ours = start("site", "newsroom.wsgi:application")
        length = str(get(ours.port, paths[0]))
        bare = start("bare", "tests.benchmarks.bare:application", BARE_BYTES=length)
        # A page that is one row read and nothing rendered shows what the count itself costs.
        small = start("small", "tests.counting.wsgi:application", DJANGO_SETTINGS_MODULE="tests.counting.site_settings")
        numbered = [f"/articles/{number + 1}/" for number in range(ARTICLES)]
        lines = [
            Line(f"bare Django view, {length} bytes", bare, ["/"]),
            Line("article, view recorded", ours, paths),
            Line("article, view refused (robot)", ours, paths, ROBOT),
            Line("front page, view recorded", ours, ["/"]),
            Line("article, one row and no template, recorded", small, numbered),
            Line("article, one row and no template, refused", small, numbered, ROBOT),
        ]
        for line in lines:
            line.load(2, folder, warm_up=True)
        for _ in range(options.rounds):
            for line in lines:
                line.load(options.seconds, folder)
        print(
            f"\n{kind}, {options.workers} workers, {THREADS} threads each; memory of the site {ours.megabytes():.0f} MB"
        )
        print_table(lines)
    return lines


def print_table(lines: list[Line]) -> None:
    base = statistics.median(lines[0].rates)
    print(f"{'':44}{'a second':>10}{'ratio':>8}{'99 % (ms)':>11}{'CPU (ms)':>10}")
    for line in lines:
        rate = statistics.median(line.rates)
        slow, cpu = statistics.median(line.slow), statistics.median(line.cpu)
        print(f"{line.name:44}{rate:10,.0f}{rate / base:8.2f}{slow:11.1f}{cpu:10.3f}")


def print_count(database: Database, lines: list[Line]) -> None:
    """Counted against answered: wrk leaves the last request of each connection unread when its time is over."""
    for name, counted in (("article", sum(database.counted())), ("front page", database.site())):
        answered = sum(line.answers for line in lines if line.name.startswith(name) and line.agent == PERSON)
        loads = sum(1 + len(line.rates) for line in lines if line.name.startswith(name) and line.agent == PERSON)
        print(f"{name}: {answered:,} answered, {counted:,} counted; {loads * CONNECTIONS:,} at most were cut off")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time counted views against a bare Django view.")
    parser.add_argument("--seconds", type=int, default=5, help="of load on each page in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, fresh_database(Path(name)) as database:
        folder = Path(name)
        environment = os.environ | {
            "DATABASE_URL": database.url,
            "NEWSROOM_DATA": name,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }
        seeded = subprocess.run(
            [sys.executable, "-c", SEED], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        paths = seeded.stdout.split()
        lines: list[Line] = []
        for kind in ["granian"] + (["gunicorn"] if find_spec("gunicorn") else []):
            lines += run(kind, options, environment, paths, folder)
        print()
        print_count(database, lines)
        folded = subprocess.run(
            [sys.executable, "-c", FOLD], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        print(f"fold: {float(folded.stdout):,.0f} records a second ({FOLDED_RECORDS:,} of {ARTICLES} articles)")


if __name__ == "__main__":
    main()
