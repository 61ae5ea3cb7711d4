"""An old link leads to its article for ever."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, FormerAddress
from articles.publishing import moves
from articles.text import addresses
from tests import make
from tests.conftest import LONG_AGO

pytestmark = pytest.mark.django_db


def moved(address: str) -> Article:
    article = make.article(at=LONG_AGO)
    for path, query in addresses.forms(address):
        FormerAddress.objects.create(article=article, path=path, query=query)
    return article


@pytest.mark.parametrize(
    ("old", "asked"),
    [
        ("/info/1012/3456.htm", "/info/1012/3456.htm"),
        ("/info/1012/3456.htm", "/info/1012/3456.htm?from=singlemessage&isappinstalled=0"),
        ("/info/1012/3456.htm", "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1012&wbnewsid=3456"),
        ("/index.php?m=content&c=index&a=show&catid=12&id=345", "/index.php?id=345&catid=12&a=show&c=index&m=content"),
        ("https://old.example.edu/?p=12", "/?p=12"),
        ("/2020/05/a-day-out/", "/2020/05/a-day-out"),
        ("/新闻/图书馆.html", "/%E6%96%B0%E9%97%BB/%E5%9B%BE%E4%B9%A6%E9%A6%86.html"),
    ],
)
def test_a_former_address_leads_to_the_article_for_ever(reader: Client, old: str, asked: str) -> None:
    article = moved(old)
    response = reader.get(asked)
    assert (response.status_code, response.headers["Location"]) == (301, article.get_absolute_url())


def test_a_former_address_of_a_hidden_article_does_not_exist(reader: Client) -> None:
    article = moved("/info/1012/3456.htm")
    moves.withdraw(article, by=None, at=timezone.now() - timedelta(days=1))
    assert reader.get("/info/1012/3456.htm").status_code == 404


def test_an_unknown_address_is_not_found_and_the_front_page_stays_the_front_page(reader: Client) -> None:
    moved("/?p=12")
    assert [reader.get(path).status_code for path in ("/info/1/2.htm", "/?p=13", "/?page=1")] == [404, 200, 200]


def test_nothing_is_sent_on_by_post(reader: Client) -> None:
    moved("/info/1012/3456.htm")
    assert reader.post("/info/1012/3456.htm").status_code == 404
