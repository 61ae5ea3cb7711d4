"""Feeds: each entry a document of its own."""

import io
import json
from datetime import UTC, datetime

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.documents import feed
from articles.documents.document import Attachment, Circumstances, Image, Paragraph, Reading, Status

AT = Circumstances(datetime(2026, 11, 27, tzinfo=UTC))
LONG = "全文。" * 250
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>海岬大学新闻</title><link>https://old.example.edu/</link><description>x</description>
<item><title>图书馆新馆启用</title><link>https://old.example.edu/news/1.html</link><guid>news-1</guid>
<pubDate>Wed, 04 Dec 2024 10:30:00 +0800</pubDate><dc:creator>林梅</dc:creator><category>校园</category>
<description>简介。</description><content:encoded><![CDATA[<p>第一段。</p><img src="/a.jpg"><script>x</script><p>第二段。</p>]]></content:encoded>
<enclosure url="https://old.example.edu/plan.pdf" type="application/pdf" length="3"/></item>
<item><title>Second</title><link>https://old.example.edu/news/2.html</link><pubDate>Wed, 04 Dec 2024 10:30:00</pubDate>
<description>{LONG}</description></item>
<item><title>Third</title><guid isPermaLink="false">3</guid><description>Only a summary.</description></item>
</channel></rss>"""


def split(data: bytes) -> list[tuple[str, Reading | None]]:
    found = list(feed.split(io.BytesIO(data)))
    return [(one.key, feed.read(one.data, AT) if one.data else None) for one in found]


def sentences(reading: Reading) -> list[str]:
    with translation.override("en"):
        return [str(note) for note in reading.warnings]


def test_an_entry_with_its_whole_text_becomes_an_article() -> None:
    (key, reading), *_rest = split(RSS.encode())
    assert reading is not None
    document = reading.document
    assert document.published is not None
    assert (key, reading.status, document.title, document.author, document.source, document.tags, document.summary) == (
        "news-1",
        Status.OK,
        "图书馆新馆启用",
        "林梅",
        "海岬大学新闻",
        ("校园",),
        "简介。",
    )
    assert document.published.when.isoformat() == "2024-12-04T10:30:00+08:00"
    assert document.blocks == (Paragraph("第一段。"), Paragraph("第二段。"))
    assert [(one.name, one.after_paragraph) for one in document.images] == [("a.jpg", 1)]
    assert document.attachments == (Attachment("plan.pdf", "https://old.example.edu/plan.pdf"),)
    assert document.addresses == ("https://old.example.edu/news/1.html",)


def test_a_date_without_a_zone_is_that_of_the_site_and_told() -> None:
    reading = split(RSS.encode())[1][1]
    assert reading is not None
    assert reading.document.published is not None
    assert reading.document.published.when.isoformat() == "2024-12-04T10:30:00+08:00"
    assert (reading.document.state, sentences(reading)) == (
        "",
        ["The date of the entry has no time zone; that of the site was assumed."],
    )


def test_a_summary_alone_makes_a_draft() -> None:
    reading = split(RSS.encode())[2][1]
    assert reading is not None
    assert (reading.document.state, reading.status, reading.document.paragraphs) == (
        "draft",
        Status.REVIEW,
        ["Only a summary."],
    )
    assert sentences(reading)[0] == "The feed gives a summary only; the article becomes a draft."


def test_atom_is_read_with_its_links_made_whole() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://old.example.edu/"><title>News</title>
    <entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link href="news/1"/><updated>2024-12-04T10:30:00Z</updated>
    <author><name>Mei Lin</name></author><content type="html">&lt;p&gt;Text of the entry.&lt;/p&gt;</content></entry></feed>"""
    ((key, reading),) = split(atom.encode())
    assert reading is not None
    assert (key, reading.document.title, reading.document.author, reading.document.addresses) == (
        "urn:1",
        "A & B",
        "Mei Lin",
        ("https://old.example.edu/news/1",),
    )


def test_a_json_feed_is_read() -> None:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [
            {
                "id": "1",
                "url": "https://old.example.edu/1",
                "title": "校运动会开幕",
                "content_html": "<p>正文。</p>",
                "date_published": "2024-12-04T10:30:00+08:00",
                "authors": [{"name": "林梅"}],
                "image": "https://old.example.edu/a.jpg",
                "tags": ["运动会"],
            },
            "no entry",
        ],
    }
    (key, reading), (_other, nothing) = split(json.dumps(data).encode())
    assert reading is not None
    assert (key, nothing, reading.document.title, reading.document.author, reading.document.tags) == (
        "1",
        None,
        "校运动会开幕",
        "林梅",
        ("运动会",),
    )
    assert reading.document.images == (Image("a.jpg", 0, address="https://old.example.edu/a.jpg"),)


def test_entity_bombs_and_what_is_no_feed_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "a">]><rss><channel><item><title>&a;</title></item></channel></rss>'
    with translation.override("en"):
        refusals = [str(one.refusal) for data in (bomb, "{", "<rss/>") for one in feed.split(io.BytesIO(data.encode()))]
    assert refusals == [
        "The feed declares entities; no feed needs them.",
        "The feed is no JSON Feed.",
        "The feed has no entry that can be read.",
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading(data: bytes) -> None:
    assert isinstance(feed.read(data, AT), Reading)
    list(feed.split(io.BytesIO(b"<rss><channel><item>" + data + b"</item></channel></rss>")))
