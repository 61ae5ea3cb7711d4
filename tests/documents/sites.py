"""Sites of their own for tests of the true command: a data folder, a database, processes that import."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.bootstrap import BASE_DIR
from tests.counting.processes import Database, fresh_database

PATIENCE_SECONDS = 300  # for a process that is slow; a failure, not a measure
ANSWER = re.compile(r"(\d+) created, (\d+) updated, (\d+) unchanged, (\d+) refused\.")
ARTICLES = """
    SELECT a.id, a.title, a.subtitle, a.language, a.state, a.published_at, a.published_precision, a.author, a.source,
        a.editor, a.reviewer, a.photographer, a.version, a.imported_views, a.summary, a.excerpt, a.body, s.slug,
        c.original_name
    FROM articles_article a LEFT JOIN articles_section s ON s.id = a.section_id
        LEFT JOIN articles_articleimage c ON c.id = a.cover_id"""
PICTURES = """
    SELECT article_id, id, original_name, alt, caption, credit, "order", place, width, height, sha256, file
    FROM articles_articleimage ORDER BY "order", id"""
NAMED = """
    SELECT file FROM articles_articleimage UNION SELECT file FROM articles_rendition
    UNION SELECT file FROM articles_attachment"""
ORIGINS = "SELECT article_id, name, sha256, reader, article_version, repairs, warnings, evidence, dropped, content"
TAGS = "SELECT g.content_object_id, t.name FROM articles_taggedarticle g JOIN taggit_tag t ON t.id = g.tag_id"
ATTACHED = 'SELECT article_id, name, size, "order", file FROM articles_attachment ORDER BY "order", id'
MOVES = 'SELECT article_id, name, start, "end", version FROM articles_move ORDER BY id'


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote on each of its two outputs."""

    status: int
    out: str
    err: str

    @property
    def counts(self) -> tuple[int, ...]:
        """Created, updated, unchanged, refused."""
        found = ANSWER.search(self.out + self.err)
        return tuple(map(int, found.groups())) if found else ()

    @property
    def refusals(self) -> dict[str, str]:
        """What was refused, with the sentence that says why."""
        lines = re.findall(r"^refused +(.*?): (.*)$", self.err, re.MULTILINE)
        return dict(lines)


@dataclass
class Site:
    """A data folder and a database of its own."""

    database: Database
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.database.url,
            "NEWSROOM_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "LC_ALL": "C.UTF-8",
            "PYTHONWARNINGS": "ignore",  # no collected static files here
        }

    def begin(self, *arguments: object, command: str = "import_articles") -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "manage.py", command, *map(str, arguments)],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def end(self, process: "subprocess.Popen[bytes]") -> Done:
        """Wait for it; one that does not end in time is ended with all that it began."""
        try:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return Done(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))

    def run(self, *arguments: object) -> Done:
        return self.end(self.begin(*arguments))

    def count(self) -> int:
        number: int = self.database.numbers("SELECT COUNT(*) FROM articles_article")[0][0]
        return number

    def bodies(self) -> dict[str, str]:
        return dict(self.database.numbers("SELECT title, body FROM articles_article"))

    # ------------------------------------------------------------ everything that an import leaves
    def dump(self) -> list[dict[str, Any]]:
        """Each article with all that belongs to it, without what is another in each run: numbers, names of files."""
        ask = self.database.numbers
        pictures = [_with_content(row, self._content(row[-1])) for row in ask(PICTURES)]
        names = {row[1]: row[2] for row in pictures}
        attached = [_with_content(row, self._content(row[-1])) for row in ask(ATTACHED)]
        tags, moves = ask(TAGS), ask(MOVES)
        origins = ask(f"{ORIGINS} FROM articles_origin")
        revisions = ask('SELECT article_id, version, "by_id" FROM articles_revision ORDER BY version')
        found = []
        for row in ask(ARTICLES):
            fields = [_without_numbers(str(value), names) for value in row[1:]]
            found.append(
                {
                    "fields": fields,
                    "pictures": [one[2:] for one in pictures if one[0] == row[0]],
                    "attachments": [one[1:] for one in attached if one[0] == row[0]],
                    "tags": sorted(one[1] for one in tags if one[0] == row[0]),
                    "origins": sorted([str(part) for part in _plain(one)[1:]] for one in origins if one[0] == row[0]),
                    "moves": [list(one[1:]) for one in moves if one[0] == row[0]],
                    "revisions": [list(one[1:]) for one in revisions if one[0] == row[0]],
                }
            )
        return sorted(found, key=lambda one: one["origins"])

    def files(self) -> set[str]:
        """The names of all files under the media folder."""
        media = self.data / "media"
        return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}

    def named(self) -> set[str]:
        """The names of the files that the tables speak of."""
        return {row[0] for row in self.database.numbers(NAMED) if row[0]}

    def _content(self, name: str) -> str:
        return hashlib.sha256((self.data / "media" / name).read_bytes()).hexdigest() if name else ""


def _with_content(row: tuple[Any, ...], content: str) -> list[Any]:
    return [*row[:-1], content]


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def _without_numbers(text: str, names: dict[int, str]) -> str:
    """A text with the names of its pictures in the place of their numbers and addresses."""
    text = re.sub(r'data-file="(\d+)"', lambda match: f'data-file="{names[int(match[1])]}"', text)
    return re.sub(r'src="/media/images/[0-9a-f/]{33}(\.\w+)"', r'src="…\1"', text)


@contextmanager
def sites(first: Path) -> Iterator[Callable[[Path], Site]]:
    """Gives a function that makes sites in a folder, each with its tables, the sections, and nothing in them."""
    with ExitStack() as stack:
        empty = Site(stack.enter_context(fresh_database(first)), first)
        done = empty.end(empty.begin("--verbosity", "0", command="migrate"))
        assert done.status == 0, done
        if empty.database.url.startswith("sqlite"):
            empty.database.numbers("PRAGMA wal_checkpoint(TRUNCATE)")  # the file alone is the database
        yield lambda folder: Site(stack.enter_context(fresh_database(folder, empty.database.url)), folder)
