"""What is not public does not exist for readers, at any address, and never shows through."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.images import uploads
from articles.models import Article
from articles.publishing import moves
from articles.states import State
from tests import make
from tests.conftest import LONG_AGO
from tests.pages import Page

SECRET = "Zebrafish in the river"
LISTS = ["/", "/sections/secret/", "/archive/2021/", "/archive/2021/6/", "/search/?q=zebrafish", "/feed/", "/none/"]
ELSEWHERE = ["/sitemap.xml", "/tags/zebra/", "/articles/{public}/{slug}/"]


def scheduled(**fields: Any) -> Article:
    return make.article(SECRET, published_at=timezone.now() + timedelta(days=1), **fields)


def unpublished(state: State) -> Callable[..., Article]:
    def made(**fields: Any) -> Article:
        return make.in_state(state, SECRET, published_at=LONG_AGO, published_precision="day", **fields)

    return made


HIDDEN = {
    "draft": unpublished(State.DRAFT),
    "review": unpublished(State.REVIEW),
    "withdrawn": unpublished(State.WITHDRAWN),
    "scheduled": scheduled,
}


@pytest.fixture(params=HIDDEN)
def hidden(request: pytest.FixtureRequest, db: None) -> Article:
    """An article that readers must not see, next to one that they do."""
    section = make.section(slug="secret")
    make.article("Seen by all", section=section, at=LONG_AGO - timedelta(hours=1))
    return HIDDEN[request.param](section=section, tags=("zebra",), pinned=True)


def test_no_page_shows_a_hidden_article(reader: Client, hidden: Article) -> None:
    public = Article.objects.get(title="Seen by all")
    for address in [*LISTS, *(f"/en{address}" for address in LISTS), *ELSEWHERE]:
        path = address.format(public=public.pk, slug=public.slug)
        said = reader.get(path).content.decode()
        assert (path, SECRET in said, hidden.slug in said) == (path, False, False)


def test_its_address_is_answered_as_one_that_never_was(reader: Client, hidden: Article) -> None:
    def answer(address: str) -> tuple[Any, ...]:
        response = reader.get(address)
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        return response.status_code, headers, response.content.decode().replace(address, "")

    never = answer(f"/articles/999999/{hidden.slug}/")
    for address in (hidden.get_absolute_url(), f"/articles/{hidden.pk}/", f"/articles/{hidden.pk}/wrong/"):
        assert answer(address) == never
        assert answer(f"{address}?preview")[0] == 404


def test_a_tag_of_hidden_articles_does_not_exist(reader: Client, hidden: Article) -> None:
    assert [reader.get(address).status_code for address in ("/tags/zebra/", "/en/tags/zebra/")] == [404, 404]


def test_a_month_of_hidden_articles_does_not_exist(reader: Client, db: None) -> None:
    make.in_state(State.DRAFT, published_at=LONG_AGO, published_precision="day")
    assert [reader.get(f"/archive/2021/{month}").status_code for month in ("", "6/")] == [404, 404]


def test_a_hidden_article_is_no_neighbour(reader: Client, hidden: Article) -> None:
    public = Article.objects.get(title="Seen by all")
    assert Page(reader.get(public.get_absolute_url())).find("nav.neighbours") == []


def test_the_staff_sees_hidden_articles_in_the_admin_only(editor: User, hidden: Article) -> None:
    client = Client()
    client.force_login(editor)
    found = [SECRET in client.get(address).content.decode() for address in ("/", "/sections/secret/", "/feed/")]
    assert found == [False, False, False]


def test_an_article_is_gone_from_everywhere_right_after_it_is_withdrawn(reader: Client, db: None) -> None:
    article = make.article(SECRET, section=make.section(slug="secret"), tags=("zebra",), at=LONG_AGO)
    image = uploads.attach(article, make.picture(50, 50), name="a.png")
    addresses = ["/", "/sections/secret/", "/tags/zebra/", "/archive/2021/6/", "/feed/", "/sitemap.xml"]

    def shown() -> list[bool]:
        return [article.slug in reader.get(address).content.decode() for address in addresses]

    before = shown()
    moves.withdraw(article, by=None, at=timezone.now())
    after = [reader.get(address).status_code for address in (article.get_absolute_url(), image.file.url)]
    assert (before, shown(), after) == ([True] * 6, [False] * 6, [404, 404])


def test_a_scheduled_article_appears_by_itself(reader: Client, db: None) -> None:
    article = scheduled()
    before = reader.get(article.get_absolute_url()).status_code
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
    after = [SECRET in reader.get(address).content.decode() for address in (article.get_absolute_url(), "/", "/feed/")]
    assert (before, after) == (404, [True, True, True])


def test_counting_of_a_hidden_article_is_refused(reader: Client, hidden: Article) -> None:
    reader.get(hidden.get_absolute_url())
    hidden.refresh_from_db()
    assert hidden.counted_views == 0
