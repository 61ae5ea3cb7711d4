"""Real servers, readers and databases for tests."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PATIENCE_SECONDS = 30  # for what takes a moment; a failure, not a measure
SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import make
for number in range(3):
    make.article(f"Number {number}", imported_views=1000)
from django.db import connection
connection.close()
"""


@dataclass
class Database:
    """A database with three articles, and nothing counted yet."""

    url: str

    def numbers(self, question: str) -> list[Any]:
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as line:
                return list(line.execute(question).fetchall())
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as line:
            return list(line.execute(question).fetchall())  # type: ignore[call-overload]

    def write(self, statement: str) -> None:
        """As any other program would."""
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as line, line:
                line.execute(statement)
            return
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as line:
            line.execute(statement)  # type: ignore[call-overload]

    def counted(self) -> list[int]:
        return [row[0] for row in self.numbers("SELECT counted_views FROM articles_article ORDER BY id")]

    def site(self) -> int:
        return sum(row[0] for row in self.numbers("SELECT counted FROM articles_siteviews"))

    @contextlib.contextmanager
    def write_lock(self) -> Iterator[None]:
        """Nobody else can write an article, as during a long import."""
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)) as line:
                line.execute("BEGIN IMMEDIATE")
                yield
                line.execute("ROLLBACK")
        else:
            import psycopg

            with psycopg.connect(self.url) as line:
                line.execute("LOCK TABLE articles_article IN EXCLUSIVE MODE")
                yield
                line.rollback()


def make_database(url: str) -> None:
    subprocess.run([sys.executable, "-c", SEED], env=environment(url), cwd=ROOT, check=True, timeout=120)


@contextlib.contextmanager
def fresh_database(folder: Path, template: str | None = None) -> Iterator[Database]:
    """A new database beside the one of the other tests, on the same kind of server; a copy of the template if given."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        path = folder / "db.sqlite3"
        if template:
            shutil.copy(template.removeprefix("sqlite:///"), path)
        yield Database(f"sqlite:///{path}")
        return
    import psycopg

    name = f"newsroom_{secrets.token_hex(6)}"
    source = f" TEMPLATE {template.rpartition('/')[2]}" if template else ""
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{source}")  # type: ignore[call-overload]
        try:
            yield Database(f"{given.rpartition('/')[0]}/{name}")
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def environment(
    url: str, data: Path | None = None, *, fold_seconds: float = 1, repeat_seconds: int = 0
) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "NEWSROOM_DATA": str(data or os.environ.get("NEWSROOM_DATA", ROOT / "var")),
        "DJANGO_SETTINGS_MODULE": "tests.counting.site_settings",
        "TEST_FOLD_SECONDS": str(fold_seconds),
        "TEST_REPEAT_SECONDS": str(repeat_seconds),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",  # no collected static files here
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running server, its data folder and its database."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    database: Database
    readers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def journals(self) -> list[Path]:
        return sorted((self.data / "journals").glob("*.journal"))

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def folding(self) -> int | None:
        """The process that holds the fold's lock at this moment."""
        try:
            inode = (self.data / "journals" / "fold.lock").stat().st_ino
        except FileNotFoundError:
            return None
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if "FLOCK" in words and words[-3].endswith(f":{inode}"):
                return int(words[-4])
        return None

    def read(
        self, *, readers: int = 8, times: int = 0, path: str = "/articles/1/", each_from_its_own: bool = False
    ) -> None:
        """Start readers; ``times`` 0 reads until they are told to stop. Each may come from an address of its own."""
        self.readers += [
            subprocess.Popen(
                [
                    *(sys.executable, "-S", str(HERE / "reader.py"), str(self.port), path, str(times)),
                    *([f"127.0.1.{number + 1}"] if each_from_its_own else []),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(readers)
        ]

    def told(self) -> dict[str, float]:
        """What the readers met, once they have ended; those that read on are told to stop."""
        for reader in self.readers:
            if reader.stdin:
                reader.stdin.close()
                reader.stdin = None
        found = [json.loads(reader.communicate(timeout=120)[0]) for reader in self.readers]
        self.readers.clear()
        return {
            "answered": sum(one["answered"] for one in found),
            "recorded": sum(one["recorded"] for one in found),
            "cut": sum(one["cut"] for one in found),
            "slowest": max(one["slowest"] for one in found),
        }

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE_SECONDS)

    def fold(self) -> str:
        """The command, in the site's folders."""
        done = subprocess.run(
            [sys.executable, "manage.py", "fold_views"],
            env=environment(self.database.url, self.data) | {"LC_ALL": "C.UTF-8"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return done.stdout


@contextlib.contextmanager
def running(
    command: list[str],
    port: int,
    database: Database,
    data: Path,
    *,
    fold_seconds: float = 1,
    repeat_seconds: int = 0,
    urls: str = "tests.counting.site",
) -> Iterator[Site]:
    with (data / "server.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=environment(database.url, data, fold_seconds=fold_seconds, repeat_seconds=repeat_seconds)
            | {"TEST_URLCONF": urls},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    site = Site(process, port or int(process.stdout.readline()), data, database)
    try:
        wait_until(lambda: answers(site.port))
        yield site
    finally:
        for reader in site.readers:
            reader.kill()
            reader.communicate()
        workers = site.workers() if process.poll() is None else []
        if process.poll() is None:
            process.kill()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


def granian(
    database: Database,
    data: Path,
    *,
    workers: int = 2,
    repeat_seconds: int = 0,
    application: str = "tests.counting.wsgi:application",
    urls: str = "tests.counting.site",
) -> contextlib.AbstractContextManager[Site]:
    port = free_port()
    options = f"--interface wsgi --no-ws --workers {workers} --blocking-threads 4 --host 127.0.0.1 --port {port}"
    command = ["-m", "granian", *options.split(), "--workers-kill-timeout", "10", application]
    return running(command, port, database, data, repeat_seconds=repeat_seconds, urls=urls)


def prefork(
    database: Database, data: Path, *, workers: int = 3, fold_seconds: float = 1
) -> contextlib.AbstractContextManager[Site]:
    return running(["-m", "tests.counting.prefork", str(workers)], 0, database, data, fold_seconds=fold_seconds)


def answers(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except OSError:
        return False


def wait_until(question: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return question()
