"""Saved web pages from their bytes to a reading; every page here is invented."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.documents.document import Circumstances, Reading, Status
from articles.documents.webpage import page as pages
from articles.documents.webpage import reader
from articles.documents.webpage.page import Page

CIRCUMSTANCES = Circumstances(at=datetime(2026, 11, 27, tzinfo=UTC))
TEXT = "合唱团的老师和同学在操场上集合，认真听取了新阅览室的建设情况，并一致同意在明年春天正式开放。"
PAGE = (
    '<html><head><meta charset="{charset}"><title>新阅览室开放-某某学院</title></head><body>'
    "<h1>新阅览室开放</h1><div>发布时间：2024-12-04 09:30 来源：宣传部</div>"
    f'<div class="v_news_content"><p>{TEXT}</p><p><img src="/up/a.jpg"></p><p>{TEXT[:-1]}，全体鼓掌。</p></div></body></html>'
)


def parsed(html: str | bytes, circumstances: Circumstances = CIRCUMSTANCES) -> Page:
    page = pages.parse(html.encode() if isinstance(html, str) else html, circumstances)
    assert isinstance(page, Page)
    return page


def words(page: Page) -> str:
    return str(page.tree.text_content())


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-8", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_is_in(charset: str, encoding: str):
    reading = reader.read(PAGE.format(charset=charset).encode(encoding), CIRCUMSTANCES)
    assert reading.document.paragraphs == [TEXT, f"{TEXT[:-1]}，全体鼓掌。"]
    assert [(image.name, image.after_paragraph) for image in reading.document.images] == [("a.jpg", 1)]
    assert reading.document.language == "zh-Hans"


def test_a_few_broken_bytes_are_told_of_and_do_not_refuse_the_page():
    data = PAGE.format(charset="utf-8").encode()
    place = data.index("操场".encode())
    page = parsed(data[:place] + b"\xff" + data[place:])
    assert [note.values["count"] for note in page.notes] == [1]
    assert "操场" in words(page)


def test_bytes_of_no_encoding_are_refused_with_their_place():
    reading = reader.read(b"<html><body>" + b"\xff\xfe\xfd\x80" * 2000 + b"</body></html>", CIRCUMSTANCES)
    assert reading.status is Status.REFUSED
    assert "offset" in reading.warnings[-1].values


def test_the_addresses_of_a_page_are_known_the_surest_first():
    page = parsed(
        "<!-- saved from url=(0031)https://news.example/old/1.htm -->"
        '<html><head><link rel="canonical" href="https://news.example/info/1.htm">'
        '<meta property="og:url" content="https://news.example/og/1.htm"></head><body>A</body></html>'
    )
    assert page.addresses == (
        "https://news.example/info/1.htm",
        "https://news.example/old/1.htm",
        "https://news.example/og/1.htm",
    )
    assert page.base == "https://news.example/info/1.htm"


def test_a_base_element_makes_links_whole():
    page = parsed('<html><head><base href="https://news.example/x/"></head><body>A</body></html>')
    assert page.base == "https://news.example/x/"


def test_repairs_are_counted_and_can_be_left_out():
    html = "<html><body><p>A\u200bB\u0008C</p></body></html>"
    assert parsed(html).repairs == {"controls": 1, "zero_width": 1}
    left = Circumstances(at=CIRCUMSTANCES.at, skip=frozenset({"zero_width"}))
    assert parsed(html, left).repairs == {"controls": 1}


def test_meta_elements_that_say_value_are_read_as_content():
    page = parsed('<html><head><meta name="a" value="b"></head><body>A</body></html>')
    assert [element.get("content") for element in page.tree.iter("meta")] == ["b"]


def test_a_page_without_text_is_refused():
    reading = reader.read(b"<html><body><div id=app></div><script>start()</script></body></html>", CIRCUMSTANCES)
    assert reading.status is Status.REFUSED
    assert str(reading.warnings[-1].message) == "The page has no article: no element of it holds a text."


def test_a_very_short_text_is_for_a_person_to_judge():
    reading = reader.read(b"<html><title>T</title><body><p>Not found.</p></body></html>", CIRCUMSTANCES)
    assert reading.status is Status.REVIEW
    assert "The text of the page has only %(count)d characters." in [note.message for note in reading.warnings]


LINES = "".join(f'<li><a href="/n/{n}.htm">第{n}条新闻的标题有这么长的一行字</a></li>' for n in range(30))


@pytest.mark.parametrize("around", ["<ul>{}</ul>", "<div>第一页 <ul>{}</ul> 下一页</div><p>站内搜索</p>"])
def test_a_list_of_links_is_refused(around: str):
    html = f"<html><title>新闻列表</title><body>{around.format(LINES)}</body></html>"
    reading = reader.read(html.encode(), CIRCUMSTANCES)
    assert (reading.status, reading.document.title) == (Status.REFUSED, "新闻列表")
    assert [note.message for note in reading.warnings] == ["The page is a list of links, not an article."]


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("", f"<div class='v_news_content'><p>{TEXT}</p></div>"),
        ("", f"<article><p>{TEXT}</p><p>{TEXT}</p></article>"),
        ('<meta property="og:type" content="article">', ""),
    ],
)
def test_an_article_among_many_links_is_none(head: str, text: str):
    html = f"<html><head><title>新闻</title>{head}</head><body>{text}<ul>{LINES}</ul></body></html>"
    assert reader.read(html.encode(), CIRCUMSTANCES).status is not Status.REFUSED


def test_nothing_of_a_page_is_code_in_the_reading():
    html = (
        f'<html><body><div class="v_news_content"><p onclick="x()">{TEXT}<script>x()</script></p>'
        '<p><a href="javascript:x()">再见，再见。</a><img src="javascript:x()"></p></div></body></html>'
    )
    document = reader.read(html.encode(), CIRCUMSTANCES).document
    assert document.paragraphs == [TEXT, "再见，再见。"]
    assert all("x()" not in getattr(block, "html", "") for block in document.blocks)
    assert document.images == ()


def test_an_entity_is_no_way_to_a_file():
    html = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>{TEXT}&x;</p></body></html>'
    document = reader.read(html.encode(), CIRCUMSTANCES).document
    assert [paragraph.removesuffix("&x;") for paragraph in document.paragraphs] == [TEXT]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + "x",
        "<p>&" * 300_000,
        "<p>" + "</b>" * 100_000,
        "<div " + "a=b " * 50_000 + ">x</div>",
        "<table><tr><td>" * 3_000 + "x",
        "<figure>" * 900 + "<img src=a.png>x",
        "<ul><li>" * 400 + "x",
        "<table><tr><td>1</td><td>" * 80 + "x",
        "<p>word</p>" * 40_000,
        "<p>" + "文" * 2_000_000,
        "<a href=x>a</a> " * 15_000,
    ],
)
def test_hostile_pages_are_read_or_refused_in_bounded_time(html: str):
    start = time.perf_counter()
    assert isinstance(reader.read(html.encode(), CIRCUMSTANCES), Reading)
    assert time.perf_counter() - start < 20


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(lambda text: f"<html><body><p>{text}".encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(data: bytes):
    assert isinstance(reader.read(data, CIRCUMSTANCES), Reading)
