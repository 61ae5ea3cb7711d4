"""Counted pages against the yardsticks, on one machine in one run.

    python -m tests.benchmarks.speed [--seconds 5] [--rounds 3] [--workers 2]

Yardsticks: (a) nginx sending the same bytes as a file, (b) an empty Django view of the same size behind Django's
default middleware, (c) the plain way (ORM get, ``F()`` update, template) on the same database; (b) and (c) on the
same server with the same options. All run side by side on loopback; the load goes to one at a time, in turn, and the
table shows medians. DATABASE_URL chooses the database (default: a new SQLite file). Needs wrk; nginx where installed.
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
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from articles.management.serving import THREADS
from tests.counting.processes import ROOT, Database, free_port, fresh_database, wait_until

ARTICLES = 200
CONNECTIONS = 16
FEW = 2  # connections of a server that is half busy
FOLDED_RECORDS = 300_000
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
ROBOT = "curl/8.5.0"
TICKS = os.sysconf("SC_CLK_TCK")
SEED = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
from tests import make
text = "<p>" + "校企合作座谈会在我校召开，与会专家就人才培养交换了意见。" * 8 + "</p>"
section = make.section()
for number in range({ARTICLES}):
    article = make.article(f"Article {{number}}", section=section, body=text * 2, summary="A summary.", tags=("党建",))
    print(article.get_absolute_url())
"""
JOURNAL = f"""
import os, sys, django; django.setup()
from django.conf import settings
from articles.counting.records import Kind, pack
from articles.models import Article
keys = list(Article.objects.values_list("pk", flat=True))
data = b"".join(
    pack(Kind.ARTICLE, keys[n % len(keys)], seconds=1_700_000_000 + n // 3000, visitor=os.urandom(12), device=1)
    for n in range({FOLDED_RECORDS})
)
waiting = settings.JOURNAL_DIR / "benchmark.waiting"
waiting.write_bytes(data)
waiting.rename(settings.JOURNAL_DIR / "benchmark.journal")
"""
NGINX = """
worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:8m;
  server {{ listen 127.0.0.1:{file_port}; root {folder}/files; default_type text/html; }}
  server {{ listen 127.0.0.1:{cache_port};
    location / {{ proxy_pass http://127.0.0.1:{site_port}; proxy_set_header Host $host; proxy_cache pages;
      proxy_cache_lock on; }} }}
}}
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
    connections: int = CONNECTIONS
    port: int = 0  # where it is not the server's own
    rates: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)  # 99th percentile, ms
    cpu: list[float] = field(default_factory=list)  # seconds of CPU time for a thousand answers, all processes

    def load(self, seconds: int, folder: Path, *, keep: bool = True) -> None:
        cpu, began = self.server.cpu_seconds(), time.perf_counter()
        answers, slowest = wrk(self, seconds, folder)
        took, cpu = time.perf_counter() - began, self.server.cpu_seconds() - cpu
        if keep:
            self.rates.append(answers / took)
            self.slow.append(slowest)
            self.cpu.append(cpu / max(1, answers) * 1000)


def wrk(line: Line, seconds: int, folder: Path) -> tuple[int, float]:
    """Answers, and the 99th percentile in milliseconds."""
    address = f"http://127.0.0.1:{line.port or line.server.port}"
    options = ["-t1", f"-c{line.connections}", f"-d{seconds}s", "--latency", "-H", f"User-Agent: {line.agent}"]
    if len(line.paths) > 1:
        script = folder / "paths.lua"
        paths = ",".join(f'"{path}"' for path in line.paths)
        script.write_text(
            f"local paths = {{{paths}}}\nlocal n = 0\n"
            "function request() n = n + 1 return wrk.format(nil, paths[n % #paths + 1]) end\n"
        )
        options += ["-s", str(script)]
    command = ["wrk", *options, address + line.paths[0]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{line.name}: not every request was answered well.\n{said}")
    value, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", said)[0]
    return int(re.findall(r"(\d+) requests in", said)[0]), float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


@contextlib.contextmanager
def serving(name: str, command: list[str], port: int, environment: dict[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"PYTHONWARNINGS": "ignore"}, stdout=subprocess.DEVNULL
    )
    try:
        if not wait_until(lambda: get(port, "/") is not None):
            raise SystemExit(f"{name} does not answer.")
        yield Server(name, process, port)
    finally:
        process.terminate()
        process.wait(40)


def get(port: int, path: str) -> bytes | None:
    """The page; None if there is none yet."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"User-Agent": ROBOT})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: bytes = answer.read()
            return found
    except urllib.error.HTTPError:
        return b""
    except OSError:
        return None


def granian(application: str, workers: int, port: int) -> list[str]:
    options = f"--interface wsgi --no-ws --workers {workers} --blocking-threads {THREADS} --port {port}"
    options += " --http 1 --runtime-mode mt --runtime-threads 2"  # as start has it
    return [sys.executable, "-m", "granian", *options.split(), "--log-level", "warning", application]


def start(workers: int, port: int) -> list[str]:
    return [sys.executable, "manage.py", "start", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]


def measure(options: argparse.Namespace, environment: dict[str, str], paths: list[str], folder: Path) -> None:
    with contextlib.ExitStack() as stack:

        def run(name: str, command: list[str], port: int, **more: str) -> Server:
            return stack.enter_context(serving(name, command, port, environment | more))

        port = free_port()
        ours = run("site", start(options.workers, port), port)
        page = get(port, paths[0]) or b""
        port = free_port()
        shared = run("shared", start(options.workers, port), port, NEWSROOM_SHARED_CACHE_SECONDS="60")
        port, length = free_port(), str(len(page))
        bare = run("bare", granian("tests.benchmarks.bare:application", options.workers, port), port, BARE_BYTES=length)
        port = free_port()
        plain = run("plain", granian("tests.benchmarks.plain:application", options.workers, port), port)
        lines = [
            Line(f"(b) empty Django view, {length} bytes", bare, ["/"]),
            Line("(c) plain way", plain, paths[:1]),
            Line("article, view recorded", ours, paths[:1]),
            Line("article, refused (robot)", ours, paths[:1], ROBOT),
            Line(f"{ARTICLES} articles in turn, recorded", ours, paths),
            Line(f"article, {FEW} connections", ours, paths[:1], connections=FEW),
            Line("list page, recorded", ours, ["/sections/research/"]),
            Line("beacon, recorded", shared, ["/views/1/"]),
        ]
        if shutil.which("nginx"):
            lines = nginx_lines(stack, folder, page, shared, paths[0], environment) + lines
        for line in lines:
            line.load(2, folder, keep=False)
        for _ in range(options.rounds):
            for line in lines:
                line.load(options.seconds, folder)
        print_table(lines)
        print(f"memory of the site, {options.workers} workers and the process that folds: {ours.megabytes():.0f} MB")
        fold_beside(ours, lines, environment, folder)


def nginx_lines(  # noqa: PLR0917 - what it needs
    stack: contextlib.ExitStack, folder: Path, page: bytes, shared: Server, path: str, environment: dict[str, str]
) -> list[Line]:
    (folder / "files").mkdir()
    (folder / "files" / "index.html").write_bytes(page)
    file_port, cache_port = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, file_port=file_port, cache_port=cache_port, site_port=shared.port))
    command = ["nginx", "-p", str(folder), "-c", str(config)]
    server = stack.enter_context(serving("nginx", command, file_port, environment))
    return [
        Line("(a) nginx, the same bytes as a file", server, ["/"]),
        Line("article from nginx's page cache", server, [path], port=cache_port),
    ]


def fold_beside(ours: Server, lines: list[Line], environment: dict[str, str], folder: Path) -> None:
    """How fast journals are folded while pages are served, and how slow pages are meanwhile."""
    subprocess.run([sys.executable, "-c", JOURNAL], env=environment, cwd=ROOT, check=True)
    began = time.perf_counter()
    line = Line("beside", ours, lines[-1].paths and ["/articles/1/"], connections=FEW)
    line.paths = next(one.paths for one in lines if one.name == "article, view recorded")
    slow = []
    journal = Path(environment["NEWSROOM_DATA"]) / "journals" / "benchmark.journal"
    while journal.exists():
        line.load(1, folder)
        slow.append(line.slow[-1])
    took = time.perf_counter() - began
    print(
        f"fold beside {statistics.median(line.rates):,.0f} pages a second: at least {FOLDED_RECORDS / took:,.0f} records "
        f"a second; 99th percentile of pages {max(slow):.1f} ms"
    )


def print_table(lines: list[Line]) -> None:
    rates = {line.name[:3]: statistics.median(line.rates) for line in lines if line.name.startswith("(")}
    head = "".join(f"{f'/ {name}':>8}" for name in rates)
    print(f"{'':40}{'a second':>10}{head}{'99 % (ms)':>11}{'CPU s / 1000':>14}")
    for line in lines:
        rate = statistics.median(line.rates)
        ratios = "".join(f"{rate / base:8.2f}" for base in rates.values())
        print(
            f"{line.name:40}{rate:10,.0f}{ratios}{statistics.median(line.slow):11.1f}{statistics.median(line.cpu):14.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time counted pages against nginx, an empty view and the plain way.")
    parser.add_argument("--seconds", type=int, default=5, help="of load on each page in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed (Debian's package wrk).")
    with tempfile.TemporaryDirectory() as name, fresh_database(Path(name)) as database:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers read the page from it
        environment = os.environ | {
            "DATABASE_URL": database.url,
            "NEWSROOM_DATA": name,
            "NEWSROOM_REPEAT_MINUTES": "0",  # wrk is one visitor: each load counts
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }
        seeded = subprocess.run(
            [sys.executable, "-c", SEED], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        print_kind(database)
        measure(options, environment, seeded.stdout.split(), folder)


def print_kind(database: Database) -> None:
    print(f"\n{database.url.partition(':')[0]}, {THREADS} threads a worker, {CONNECTIONS} connections\n")


if __name__ == "__main__":
    main()
