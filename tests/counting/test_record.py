"""The door: what counts, what does not, and what the answer says about it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory

from articles import counting
from articles.models import Article, Attachment, JournalPosition
from tests import make

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def read(*, method: str = "GET", status: int = 200, agent: str = FIREFOX, count: dict[str, Any] | None = None, **headers: str) -> str:
    """Read something the way a view does it; returns what X-View says."""
    request = RequestFactory().generic(method, "/", headers={"user-agent": agent, **{name.replace("_", "-"): value for name, value in headers.items()}})
    response = HttpResponse("page", status=status)
    counting.record(request, response, **(count or {}))
    return response.headers["X-View"]


def totals(article: Article) -> tuple[int, int, int]:
    article.refresh_from_db()
    return article.imported_views, article.counted_views, article.views


@pytest.mark.django_db
def test_a_person_reading_an_article_is_one_view() -> None:
    article = make.article(imported_views=400)
    assert [read(count={"article": article.pk}) for _ in range(3)] == ["recorded"] * 3
    assert totals(article) == (400, 3, 403)
    assert counting.site_total() == 0
