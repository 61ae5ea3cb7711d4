"""Exports of WordPress: cut item by item, each post read with everything that the export knows of it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.documents import wordpress
from articles.documents.document import Circumstances, Document, Heading, Image, Paragraph, Reading, Status
from articles.documents.fragments import Fragment

AT = Circumstances(datetime(2026, 11, 27, tzinfo=UTC))
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress" created="2026-01-01" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Northfield</title><link>https://old.example.edu</link><language>zh-CN</language>
<wp:author><wp:author_id>2</wp:author_id><wp:author_login><![CDATA[mlin]]></wp:author_login>
<wp:author_display_name><![CDATA[林梅]]></wp:author_display_name></wp:author>
"""
END = "</channel></rss>"
ATTACHMENT = """<item><title>hall</title><wp:post_id>{id}</wp:post_id><wp:post_parent>{parent}</wp:post_parent>
<wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>
<excerpt:encoded><![CDATA[{caption}]]></excerpt:encoded>
<wp:attachment_url>https://old.example.edu/wp-content/uploads/2024/12/{name}</wp:attachment_url>
<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>{alt}</wp:meta_value></wp:postmeta>
</item>
"""


def item(
    title: str = "图书馆新馆启用",
    content: str = "第一段。\n\n第二段，\n第二行。",
    *,
    number: int = 7,
    kind: str = "post",
    state: str = "publish",
    gmt: str = "2024-12-04 02:30:00",
    more: str = "",
) -> str:
    return f"""<item><title>{title}</title><link>https://old.example.edu/2024/12/library/</link>
<dc:creator><![CDATA[mlin]]></dc:creator><guid isPermaLink="false">https://old.example.edu/?p={number}</guid>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>2024-12-04 10:30:00</wp:post_date>
<wp:post_date_gmt>{gmt}</wp:post_date_gmt><wp:status>{state}</wp:status><wp:post_type>{kind}</wp:post_type>
<category domain="category" nicename="campus"><![CDATA[校园]]></category>
<category domain="post_tag" nicename="library"><![CDATA[图书馆]]></category>{more}</item>
"""


def fragments(*items: str, head: str = HEAD, end: str = END, pages: bool = False) -> list[Fragment]:
    data = (head + "".join(items) + end).encode()
    return list(wordpress.split(io.BytesIO(data), pages=pages))


def readings(*items: str, **options: Any) -> Iterator[Reading]:
    for fragment in fragments(*items, **options):
        if fragment.data:
            yield wordpress.read(fragment.data, AT)


def read(*items: str) -> Document:
    (reading,) = readings(*items)
    return reading.document


def sentences(reading: Reading) -> list[str]:
    with translation.override("en"):
        return [str(note) for note in reading.warnings]


def notes(fragment: Fragment) -> list[str]:
    with translation.override("en"):
        return [str(note) for note in ((fragment.refusal,) if fragment.refusal else fragment.notes)]


def test_a_post_brings_everything_that_the_export_knows() -> None:
    meta = "<wp:postmeta><wp:meta_key>views</wp:meta_key><wp:meta_value>1286</wp:meta_value></wp:postmeta>"
    (reading,) = readings(item(more=meta))
    document = reading.document
    assert reading.status is Status.OK
    assert document.published is not None
    assert (document.title, document.author, document.section, document.tags, document.initial_views) == (
        "图书馆新馆启用",
        "林梅",
        "校园",
        ("图书馆",),
        1286,
    )
    assert (document.published.when.isoformat(), document.published.precision, document.language) == (
        "2024-12-04T10:30:00+08:00",
        "second",
        "zh-Hans",
    )
    assert document.addresses == ("https://old.example.edu/2024/12/library/", "https://old.example.edu/?p=7")
    assert document.blocks == (Paragraph("第一段。"), Paragraph("第二段， 第二行。", "第二段，<br>第二行。"))
    assert {name: each.quote for name, each in reading.evidence.items()} == {
        "title": "title 图书馆新馆启用",
        "author": "wp:author_display_name 林梅",
        "published": "wp:post_date_gmt 2024-12-04 02:30:00",
        "section": "category 校园",
        "tags": "category 图书馆",
        "initial_views": "wp:postmeta views 1286",
        "addresses": "link https://old.example.edu/2024/12/library/",
    }


@pytest.mark.parametrize(("state", "ours"), [("publish", ""), ("future", ""), ("draft", "draft"), ("private", "draft")])
def test_the_state_of_a_post_is_kept(state: str, ours: str) -> None:
    assert read(item(state=state)).state == ours


def test_a_zero_date_is_the_local_one_and_two_zero_dates_are_none() -> None:
    local = read(item(gmt="0000-00-00 00:00:00")).published
    assert local is not None
    assert local.when.isoformat() == "2024-12-04T10:30:00+08:00"
    none = item(gmt="0000-00-00 00:00:00").replace("2024-12-04 10:30:00", "0000-00-00 00:00:00")
    (reading,) = readings(none)
    assert (reading.document.published, reading.status) == (None, Status.REVIEW)


def test_what_is_no_post_is_counted_and_pages_come_on_request() -> None:
    items = [
        item(),
        item("About", kind="page", number=8),
        item("", kind="nav_menu_item", number=9),
        item("Old", state="trash", number=10),
        item("", kind="revision", number=11),
    ]
    found = fragments(*items)
    assert [fragment.key for fragment in found] == ["7", ""]
    with translation.override("en"):
        assert [str(note) for note in found[-1].notes] == [
            "Items of the export that are no articles: page 1, nav_menu_item 1, trash 1, revision 1."
        ]
    assert [fragment.key for fragment in fragments(*items, pages=True)] == ["7", "8", ""]


def test_pictures_have_their_full_size_their_captions_and_the_featured_one_leads() -> None:
    content = (
        '[caption id="attachment_21" width="300"]<img class="wp-image-21" '
        'src="https://old.example.edu/wp-content/uploads/2024/12/hall-300x200.jpg" alt="" /> 新馆大厅[/caption]\n\n'
        'Text of the post.\n\n[gallery ids="22,23"]'
    )
    featured = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>24</wp:meta_value></wp:postmeta>"
    attachments = [
        ATTACHMENT.format(id=21, parent=7, name="hall.jpg", caption="", alt="The hall"),
        ATTACHMENT.format(id=22, parent=0, name="one.jpg", caption="一楼", alt=""),
        ATTACHMENT.format(id=23, parent=0, name="two.jpg", caption="", alt="Upstairs"),
        ATTACHMENT.format(id=24, parent=0, name="front.jpg", caption="", alt="Front"),
    ]
    document = read(item(content=content, more=featured), *attachments)
    base = "https://old.example.edu/wp-content/uploads/2024/12/"
    assert document.images == (
        Image("front.jpg", 0, "", "Front", base + "front.jpg"),
        Image("hall.jpg", 0, "新馆大厅", "The hall", base + "hall.jpg"),
        Image("one.jpg", 1, "一楼", "", base + "one.jpg"),
        Image("two.jpg", 1, "", "Upstairs", base + "two.jpg"),
    )
    assert (document.lead_image, document.paragraphs) == ("front.jpg", ["Text of the post."])


def test_blocks_of_the_new_editor_are_read() -> None:
    content = (
        "<!-- wp:heading --><h2>缘起</h2><!-- /wp:heading -->\n\n<!-- wp:paragraph -->\n<p>正文。</p>\n"
        '<!-- /wp:paragraph -->\n<!-- wp:image {"id":21} --><figure class="wp-block-image"><img src="https://old.example.edu/'
        'wp-content/uploads/a.png"/><figcaption>图注</figcaption></figure><!-- /wp:image -->'
    )
    document = read(item(content=content))
    assert document.blocks == (Heading("缘起", 2), Paragraph("正文。"))
    assert [(one.name, one.caption, one.after_paragraph) for one in document.images] == [("a.png", "图注", 2)]


def test_shorthand_of_plugins_is_quoted_and_a_word_in_brackets_stays() -> None:
    content = 'Before [sic] it.\n\n[contact-form id="3"]\n\n[video src="https://v.example/a.mp4"]\n\nAfter it.'
    (reading,) = readings(item(content=content))
    assert reading.document.paragraphs == ["Before [sic] it.", "After it."]
    assert [one.address for one in reading.document.attachments] == ["https://v.example/a.mp4"]
    assert sentences(reading) == [
        "Films and sounds of the post became links: https://v.example/a.mp4.",
        'Shorthand of plugins that means nothing here was left out: contact-form id="3".',
    ]


def test_the_text_before_the_more_mark_is_the_summary() -> None:
    document = read(item(content="开头。\n\n<!--more-->\n\n其余。"))
    assert (document.summary, document.paragraphs) == ("开头。", ["开头。", "其余。"])


def test_an_item_whose_section_has_no_end_is_mended_and_costs_no_other() -> None:
    broken = "<item><title>Broken</title><content:encoded><![CDATA[never closed</content:encoded></item>\n"
    found = fragments(item("One", number=1), broken, item("Two", number=2))
    assert [fragment.key for fragment in found if fragment.data] == ["1", "item-2", "2"]
    reading = wordpress.read(found[1].data, AT)
    assert (reading.document.title, reading.document.paragraphs, reading.status) == (
        "Broken",
        ["never closed"],
        Status.REVIEW,
    )
    assert notes(found[-1]) == ["Items of the export that were not sound XML and were mended: 1."]


def test_stray_ampersands_and_entities_of_html_lose_no_text() -> None:
    entity = item("Three & four&nbsp;five", number=3)
    assert [reading.document.title for reading in readings(item("One", number=1), entity)] == [
        "One",
        "Three & four five",
    ]


def test_an_export_that_is_cut_off_gives_what_it_has() -> None:
    data = (HEAD + item("One", number=1) + item("Two", number=2)).encode()[:-200]
    found = list(wordpress.split(io.BytesIO(data)))
    assert [bool(fragment.data) for fragment in found] == [True, False]
    with translation.override("en"):
        assert str(found[1].refusal) == "The item “Two” is cut off by the end of the file and cannot be read."


def test_declared_entities_refuse_the_export() -> None:
    bomb = HEAD.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">]>\n<rss')
    (fragment,) = fragments(item(), head=bomb)
    with translation.override("en"):
        assert str(fragment.refusal) == "The export declares entities; no export of WordPress does."


def test_the_same_post_in_another_export_has_the_same_bytes() -> None:
    later = HEAD.replace('created="2026-01-01"', 'created="2027-05-05"')
    assert fragments(item())[0].data == fragments(item(), item(number=8), head=later)[0].data


@given(st.binary(max_size=400))
def test_any_bytes_are_a_reading(data: bytes) -> None:
    assert isinstance(wordpress.read(data, AT), Reading)
    list(wordpress.split(io.BytesIO(data)))
    list(wordpress.split(io.BytesIO(HEAD.encode() + b"<item>" + data + b"</item>")))
