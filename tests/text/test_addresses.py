"""Addresses of an old site have one comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.addresses import LONGEST_PATH, LONGEST_QUERY, canonical, forms


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://news.example.edu/info/1012/3456.htm", ("/info/1012/3456.htm", "")),
        ("http://news.example.edu//2020/05/a-day-out/?utm_source=x&from=timeline", ("/2020/05/a-day-out", "")),
        ("/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1012&wbnewsid=3456", ("/content.jsp", "wbnewsid=3456")),
        (
            "/index.php?m=content&c=index&a=show&catid=12&id=345&page=2",
            ("/index.php", "a=show&c=index&catid=12&id=345&m=content"),
        ),
        ("/News/Show.ASP?ID=12", ("/news/show.asp", "id=12")),
        ("https://example.edu/?p=12", ("/", "p=12")),
        ("https://example.edu/index.php?p=12&preview=true", ("/", "p=12")),
        ("/新闻/2020/图书馆.html", ("/%E6%96%B0%E9%97%BB/2020/%E5%9B%BE%E4%B9%A6%E9%A6%86.html", "")),
        ("/%E6%96%B0%E9%97%BB/2020/%e5%9b%be.html", ("/%E6%96%B0%E9%97%BB/2020/%E5%9B%BE.html", "")),
        ("/a/show.do;jsessionid=99AB?docid=7", ("/a/show.do", "docid=7")),
        ("javascript:alert(1)", None),
        ("https://example.edu/", None),
        ("", None),
        ("http://[broken", None),
    ],
)
def test_an_address_has_one_form(address: str, expected: tuple[str, str] | None) -> None:
    assert canonical(address) == expected


def test_vsb_shows_an_article_under_two_addresses() -> None:
    both = [("/xw/info/1012/3456.htm", ""), ("/xw/content.jsp", "wbnewsid=3456")]
    assert forms("https://example.edu/xw/info/1012/3456.htm") == both
    queried = "https://example.edu/xw/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1012&wbnewsid=3456"
    assert forms(queried) == both[::-1]


@given(st.text(max_size=300))
def test_the_form_of_a_form_is_itself_and_fits_the_columns(address: str) -> None:
    found = canonical(address)
    if found is not None:
        path, query = found
        assert (path + query).isascii()
        assert (len(path) <= LONGEST_PATH, len(query) <= LONGEST_QUERY) == (True, True)
        assert canonical(f"{path}?{query}" if query else path) == found
