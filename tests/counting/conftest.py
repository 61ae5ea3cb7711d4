"""Databases for tests with real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting import processes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with tables and three articles, made once and copied for each test."""
    with processes.fresh_database(tmp_path_factory.mktemp("template")) as database:
        processes.make_database(database.url)
        yield database.url


@pytest.fixture
def database(template: str, tmp_path: Path) -> Iterator[processes.Database]:
    with processes.fresh_database(tmp_path, template) as made:
        yield made
