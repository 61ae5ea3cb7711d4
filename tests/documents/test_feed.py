"""Feeds: each entry a document of its own."""

import io
import json
import time
from datetime import UTC, datetime

import pytest
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


def test_no_words_are_lost_behind_an_element_that_ends_at_once() -> None:
    text = '<p>First words.</p><svg viewBox="0 0 1 1"/><p>Last words, <a href="/more">and more</a>.</p>'
    content = text.replace("<", "&lt;").replace('"', "&quot;")
    ((_key, reading),) = split(
        f"""<rss version="2.0"><channel><title>N</title><link>https://old.example.edu/</link><item><title>A</title>
        <link>https://old.example.edu/a</link><description>{content}</description></item></channel></rss>""".encode()
    )
    assert reading is not None
    assert reading.document.paragraphs == ["First words.", "Last words, and more."]
    assert '<a href="https://old.example.edu/more">' in getattr(reading.document.blocks[1], "html", "")


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


def test_the_words_of_a_title_are_kept_and_its_mark_up_is_not() -> None:
    titles = {
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>new</em> hall</div></title>': "A new hall",
        '<title type="html">A &amp;lt;b&amp;gt; tag</title>': "A <b> tag",
        "<title>3 &lt; 5 and AT&amp;T</title>": "3 < 5 and AT&T",
    }
    for written, title in titles.items():
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{written}<id>urn:1</id></entry></feed>'
        ((_key, reading),) = split(atom.encode())
        assert reading is not None
        assert reading.document.title == title
    reading = split(RSS.replace("Third", "<![CDATA[It&#8217;s <b>open</b>]]>").encode())[2][1]
    assert reading is not None
    assert reading.document.title == "It’s open"


@pytest.mark.parametrize(
    ("written", "moment", "told"),
    [
        ("2024-12-04T10:30:00+08:00", "2024-12-04T10:30:00+08:00 second", ""),
        ("2024-12-04T02:30Z", "2024-12-04T02:30:00+00:00 minute", ""),
        ("2024-12-04", "2024-12-04T00:00:00+08:00 day", ""),
        ("Wed, 04 Dec 2024 10:30:00 CST", "2024-12-04T10:30:00+08:00 second", ""),
        ("Wed, 04 Dec 2024 10:30:00 EST", "2024-12-04T10:30:00-05:00 second", ""),
        ("Wed, 04 Dec 24 10:30 GMT", "2024-12-04T10:30:00+00:00 minute", ""),
        ("2024-12-04 10:30", "2024-12-04T10:30:00+08:00 minute", "zone"),
        ("2024年12月4日 10:30", "2024-12-04T10:30:00+08:00 minute", "zone"),
        ("04/12/2024", "", "date"),
        ("2024-12", "", "date"),
        ("yesterday", "", "date"),
    ],
)
def test_dates_are_read_as_they_are_written_and_never_guessed(written: str, moment: str, told: str) -> None:
    data = RSS.replace("Wed, 04 Dec 2024 10:30:00 +0800", written)
    reading = split(data.encode())[0][1]
    assert reading is not None
    found = reading.document.published
    assert (f"{found.when.isoformat()} {found.precision}" if found else "") == moment
    assert (
        sentences(reading)[:1]
        == {
            "": [],
            "zone": ["The date of the entry has no time zone; that of the site was assumed."],
            "date": [f"The date “{written}” of the entry is not understood."],
        }[told]
    )


def test_the_date_of_publication_comes_before_that_of_a_change() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id><title>T</title>
    <updated>2025-01-01T00:00:00Z</updated><published>2024-12-04T10:30:00Z</published></entry></feed>"""
    ((_key, reading),) = split(atom.encode())
    assert reading is not None
    assert reading.evidence["published"].quote == "published 2024-12-04T10:30:00Z"


def test_rdf_and_old_forms_are_read() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://old.example.edu/"><title>旧站</title></channel>
    <item rdf:about="https://old.example.edu/1"><title>甲</title><dc:creator>林梅</dc:creator><dc:date>2004-05-06</dc:date>
    </item></rdf:RDF>"""
    cdf = """<CHANNEL HREF="https://old.example.edu/"><TITLE>Old</TITLE><ITEM HREF="https://old.example.edu/2">
    <TITLE>Second</TITLE><ABSTRACT>Words.</ABSTRACT></ITEM></CHANNEL>"""
    netscape = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/a.dtd">
    <rss version="0.91"><channel><title>Old</title><item><title>Caf&eacute; &amp; bar</title></item></channel></rss>"""
    found = [
        (key, reading.document) for text in (rdf, cdf, netscape) for key, reading in split(text.encode()) if reading
    ]
    assert [(key, one.title, one.author, one.source) for key, one in found][:2] == [
        ("https://old.example.edu/1", "甲", "林梅", "旧站"),
        ("https://old.example.edu/2", "Second", "", "Old"),
    ]
    assert found[2][1].title == "Café & bar"


def test_a_broken_feed_gives_the_entries_that_can_be_found() -> None:
    broken = "<rss><channel><title>News</title><item><title>One & more</title><description>A<br>B</description></item>"
    broken += "<item><title>Two</title><guid>2</guid><item><title>Three"
    found = list(feed.split(io.BytesIO(broken.encode())))
    readings = [feed.read(one.data, AT).document.title for one in found if one.data]
    assert readings == ["One & more", "Two"]
    with translation.override("en"):
        assert str(found[2].refusal) == "The entry “Three” of the feed is broken and cannot be read."
        assert [str(note) for note in found[3].notes] == [
            "The feed is no sound XML; its entries were found by their tags: 3."
        ]


def test_a_long_description_is_the_text_unless_it_ends_open() -> None:
    whole = split(RSS.encode())[1][1]
    opened = split(RSS.replace(LONG, f"{LONG}[…]").encode())[1][1]
    assert whole is not None
    assert opened is not None
    assert (whole.document.state, opened.document.state) == ("", "draft")


def test_a_draft_and_what_is_no_post_are_told_apart() -> None:
    kind = "http://schemas.example/2008/kind"
    entry = '<entry><id>{}</id><title>{}</title><category scheme="{}#kind" term="{}#{}"/>{}</entry>'
    draft = '<app:control xmlns:app="http://purl.org/atom/app#"><app:draft>yes</app:draft></app:control>'
    entries = entry.format("urn:1", "Post", kind, kind, "post", draft) + entry.format(
        "urn:2", "Re", kind, kind, "comment", ""
    )
    found = list(feed.split(io.BytesIO(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode())))
    reading = feed.read(found[0].data, AT)
    assert (reading.document.title, reading.document.state) == ("Post", "draft")
    assert sentences(reading)[0] == "The entry was a draft on the old site."
    with translation.override("en"):
        assert [str(note) for note in found[1].notes] == [
            "Entries of the feed that are no articles (comments, settings, templates): 1."
        ]


def test_pictures_and_files_beside_the_text_come_along() -> None:
    media = """<enclosure url="/pictures/a%20b.jpg?w=300" type="image/jpeg"/>
    <media:content xmlns:media="http://search.yahoo.com/mrss/" url="https://old.example.edu/talk.mp4" medium="video"/>"""
    reading = split(RSS.replace("<guid>news-1</guid>", f"<guid>news-1</guid>{media}").encode())[0][1]
    assert reading is not None
    assert [(one.name, one.address, one.after_paragraph) for one in reading.document.images] == [
        ("a%20b.jpg", "https://old.example.edu/pictures/a%20b.jpg?w=300", 0),
        ("a.jpg", "https://old.example.edu/a.jpg", 1),
    ]
    assert [one.name for one in reading.document.attachments] == ["plan.pdf", "talk.mp4"]


def test_plain_text_of_a_json_feed_keeps_its_lines_and_its_brackets() -> None:
    item = {"id": 3, "title": "3 < 5", "content_text": "一 < 二\n\n第二段。", "date_published": "2024-12-04T10:30:00"}
    ((key, reading),) = split(json.dumps({"version": "1", "title": "站", "items": [item]}).encode())
    assert reading is not None
    assert (key, reading.document.title, reading.document.paragraphs) == ("3", "3 < 5", ["一 < 二", "第二段。"])


def test_the_same_key_twice_gives_two() -> None:
    data = RSS.replace('<guid isPermaLink="false">3</guid>', "<guid>news-1</guid>")
    assert [key for key, _reading in split(data.encode())] == [
        "news-1",
        "https://old.example.edu/news/2.html",
        "news-1~2",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'{"items":[{"id":true,"tags":5,"authors":"x","attachments":[1],"title":["a"]}]}',
        b'{"title":"\\ud800","items":[{"title":"\\ud800x","id":"\\udfff","content_html":"<p>\\ud812</p>"}]}',
        b'{"items":' + b"[" * 100_000,
        b"<rss><channel><item>" + b"<a>" * 100_000,
        b"<rss><channel>" + b"<item>" * 5_000,
        b"<rss><channel><item>&" + b"<![CDATA[" * 50_000,
        b"<!DOCTYPE" * 50_000,
        "<!DOCTYPE a [<!ENTITY b 'c'>]><rss><channel><item><title>&b;</title></item></channel></rss>".encode("utf-16"),
    ],
)
def test_hostile_feeds_are_read_or_refused_in_bounded_time(data: bytes) -> None:
    started = time.monotonic()
    for fragment in feed.split(io.BytesIO(data)):
        assert isinstance(feed.read(fragment.data, AT), Reading)
    assert isinstance(feed.read(data, AT), Reading)
    assert time.monotonic() - started < 20


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading(data: bytes) -> None:
    assert isinstance(feed.read(data, AT), Reading)
    for around in (b"<rss><channel><item>%s</item></channel></rss>", b"<feed><entry><title>%s</title></entry></feed>"):
        for fragment in feed.split(io.BytesIO(around % data)):
            assert isinstance(feed.read(fragment.data, AT), Reading)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_json_is_a_reading(value: object) -> None:
    names = (
        "id",
        "url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "date_published",
        "authors",
        "tags",
        "image",
    )
    data = json.dumps({"title": value, "items": [dict.fromkeys(names, value), value]}).encode()
    for fragment in feed.split(io.BytesIO(data)):
        assert isinstance(feed.read(fragment.data, AT), Reading)
