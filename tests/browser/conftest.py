"""Debian's chromium, which reaches this machine only, and visitors of a running site."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]
# Without this a browser without a window calls itself a robot, and its readings would not count.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36"
LEFT = "net::ERR_ABORTED"  # the reader went on before all had come


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} does not exist (Debian's package chromium); name another in CHROMIUM.")
    # Playwright keeps an event loop running in this thread; Django would take the test's queries for that loop's.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Visit]:
    """Open an address of the site: ``visit("/", width=320)``. Nothing may go wrong in the page, nor ask elsewhere."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(address: str, *, width: int = 1280, **options: Any) -> Page:
        options.setdefault("user_agent", PERSON)
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(live_server.url) else wrong.append(asked.url))
        page.on(
            "requestfailed",
            lambda failed: wrong.append(f"{failed.url}: {failed.failure}") if failed.failure != LEFT else None,
        )
        page.goto(address, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
