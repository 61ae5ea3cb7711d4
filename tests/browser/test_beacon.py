"""Readers behind a shared cache, as a browser sees them: counted by script, and by an image without it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from articles.models import Article
from articles.models.triggers import install
from tests import make
from tests.browser.conftest import PERSON
from tests.conftest import LONG_AGO

Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def _behind_a_cache(transactional_db: None, settings: Any) -> None:
    settings.SHARED_CACHE_SECONDS = 60
    install()


def test_the_script_counts_and_shows_the_present_number(visit: Visit) -> None:
    article = make.article("图书馆开放", language="zh-hans", at=LONG_AGO, imported_views=1_500)
    page = visit(article.get_absolute_url())
    expect(page.locator("[data-count=views]")).to_have_text("1,500")
    Client(headers={"user-agent": PERSON}).get(f"/views/{article.pk}/")  # somebody else, meanwhile
    page.reload()
    # 1,500 stands in a page that is kept; the beacon tells of the two readings since.
    expect(page.locator("[data-count=views]")).to_have_text("1,502")


def test_without_script_an_image_counts(browser: Browser, live_server: Any) -> None:
    article = make.article(at=LONG_AGO)
    context = browser.new_context(java_script_enabled=False, user_agent=PERSON)
    page = context.new_page()
    page.goto(live_server.url + article.get_absolute_url(), wait_until="networkidle")
    context.close()
    assert Article.objects.get().counted_views == 1
