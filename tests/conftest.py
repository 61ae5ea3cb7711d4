"""The people of an office, a clock, and folders of their own for every test."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.cache import cache
from django.test import Client
from django.utils import translation

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
# Pages are shown by the clock of the machine, whatever it says: what they are to hold was published before.
LONG_AGO = datetime(2021, 6, 8, 1, 30, tzinfo=UTC)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI nothing is skipped: a server or a browser that is missing there is a failure."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"Skipped in CI: {report.longrepr}"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Each test writes its pictures and journals into a folder of its own, and speaks English unless a page does not."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOURNAL_DIR = tmp_path / "journals"
    settings.FOLD_SECONDS = 0
    settings.PAGE_CACHE_BYTES = 0  # Pages are made anew, except where keeping them is tried.
    settings.REPEAT_SECONDS = 0  # Each load counts, except where the window is tried.
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def person(db: None) -> Callable[[str, str], User]:
    def make(name: str, group: str) -> User:
        user = User.objects.create_user(name, password="a long password", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def writer(person: Callable[[str, str], User]) -> User:
    return person("writer", "Writers")


@pytest.fixture
def editor(person: Callable[[str, str], User]) -> User:
    return person("editor", "Editors")


@pytest.fixture
def chief(person: Callable[[str, str], User]) -> User:
    return person("chief", "Chiefs")


@pytest.fixture
def outsider() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def reader(db: None) -> Client:
    """A person outside the office, whose readings count."""
    return Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"})
