"""Several people write at one moment, with real processes on a real database."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting.processes import ROOT, Database, environment, fresh_database, make_database

pytestmark = pytest.mark.processes

WRITERS = 3
BEGIN = """
import sys
import django; django.setup()
from articles.models import Article
from articles.publishing import writing
from tests.conftest import NOW
print("ready", flush=True)
sys.stdin.readline()
for _ in range(4):
    article = writing.begin(Article(title="校运会开幕", body="<p>a</p>"), by=None, at=NOW)
    writing.settle(article, by=None, at=NOW)
"""
SAVE = """
import json, sys
import django; django.setup()
from articles.models import Article
from articles.publishing import writing
from tests.conftest import NOW
print("ready", flush=True)
sys.stdin.readline()
saved = 0
for _ in range(10):
    article = Article.objects.get(title="Number 0")
    article.subtitle = str(int(article.subtitle or 0) + 1)
    try:
        writing.save(article, by=None, at=NOW, expected=article.version)
    except writing.EditConflict:
        pass
    else:
        saved += 1
print(json.dumps(saved))
"""


def at_once(program: str, url: str, data: Path) -> list[str]:
    """What several processes print that run the program from one moment on."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=environment(url, data),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(WRITERS)
    ]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=120) for one in started]
    assert [(one.returncode, errors) for one, (_said, errors) in zip(started, answers, strict=True)] == [
        (0, "")
    ] * WRITERS
    return [said for said, _errors in answers]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with fresh_database(tmp_path_factory.mktemp("at_once")) as made:
        make_database(made.url)
        yield made


def test_articles_begun_at_once_under_one_title_have_addresses_of_their_own(database: Database, tmp_path: Path) -> None:
    at_once(BEGIN, database.url, tmp_path)
    rows = database.numbers("SELECT slug FROM articles_article WHERE slug LIKE 'xiao-yun%'")
    expected = {f"xiao-yun-hui-kai-mu-{number}" for number in range(2, 4 * WRITERS + 1)}
    assert {slug for (slug,) in rows} == expected | {"xiao-yun-hui-kai-mu"}


def test_of_saves_at_once_each_is_whole_or_refused(database: Database, tmp_path: Path) -> None:
    before = database.numbers("SELECT version FROM articles_article WHERE title = 'Number 0'")[0][0]
    saved = sum(json.loads(said) for said in at_once(SAVE, database.url, tmp_path))
    rows = database.numbers("SELECT subtitle, version FROM articles_article WHERE title = 'Number 0'")
    assert saved > 0
    assert rows == [(str(saved), before + saved)]
