"""Exports of WordPress: cut item by item, each post read with everything that the export knows of it."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.documents import wordpress
from articles.documents.document import Attachment, Circumstances, Document, Heading, Image, Paragraph, Reading, Status
from articles.documents.fragments import Fragment
from articles.documents.wordpress import scanning

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


def test_a_reusable_block_stands_where_the_post_calls_it() -> None:
    call = '<!-- wp:paragraph --><p>Before.</p><!-- /wp:paragraph --><!-- wp:block {"ref":30} /-->'
    block = "<!-- wp:paragraph --><p>Open from nine to five.</p><!-- /wp:paragraph -->"
    found = fragments(item(content=call), item("Hours", block, number=30, kind="wp_block"))
    assert [fragment.key for fragment in found] == ["7"]
    assert wordpress.read(found[0].data, AT).document.paragraphs == ["Before.", "Open from nine to five."]


def test_blocks_that_the_old_site_filled_are_told_of() -> None:
    (reading,) = readings(
        item(content="<!-- wp:paragraph --><p>Text.</p><!-- /wp:paragraph --><!-- wp:latest-posts /-->")
    )
    assert reading.document.paragraphs == ["Text."]
    assert sentences(reading) == ["Blocks that the old site filled when it showed them were left out: latest-posts."]


def test_each_picture_of_a_gallery_block_keeps_its_own_caption() -> None:
    base = "https://old.example.edu/wp-content/uploads/"
    picture = '<figure class="wp-block-image"><img src="{}"/><figcaption>{}</figcaption></figure>'
    content = (
        '<!-- wp:gallery --><figure class="wp-block-gallery">'
        + picture.format(base + "a-150x150.jpg", "东门")
        + picture.format(base + "b.jpg", "西门")
        + "<figcaption>校园四季</figcaption></figure><!-- /wp:gallery -->"
    )
    document = read(item(content=content))
    assert document.images == (
        Image("a.jpg", 0, "东门", "", base + "a.jpg"),
        Image("b.jpg", 0, "西门", "", base + "b.jpg"),
    )
    assert document.paragraphs == ["校园四季"]


def test_poems_covers_and_files_of_the_block_editor_are_read() -> None:
    content = (
        '<!-- wp:verse --><pre class="wp-block-verse">One<br>two<br>three</pre><!-- /wp:verse -->'
        '<!-- wp:cover --><div class="wp-block-cover" style="background-image:url(https://old.example.edu/c.jpg)">'
        "<p>On it.</p></div><!-- /wp:cover -->"
        '<!-- wp:file --><div class="wp-block-file"><a href="https://old.example.edu/plan.pdf">Plan</a>'
        '<a href="https://old.example.edu/plan.pdf" class="wp-block-file__button" download>Download</a></div><!-- /wp:file -->'
    )
    document = read(item(content=content))
    assert document.paragraphs == ["One\ntwo\nthree", "On it."]
    assert [(one.name, one.after_paragraph) for one in document.images] == [("c.jpg", 1)]
    assert [one.address for one in document.attachments] == ["https://old.example.edu/plan.pdf"]


def test_the_file_of_a_spoken_post_comes_along() -> None:
    meta = "<wp:postmeta><wp:meta_key>enclosure</wp:meta_key><wp:meta_value>{}\n1\naudio/mpeg</wp:meta_value></wp:postmeta>"
    document = read(item(more=meta.format("https://old.example.edu/talk.mp3")))
    assert document.attachments == (Attachment("talk.mp3", "https://old.example.edu/talk.mp3"),)


def test_a_gallery_without_numbers_shows_the_pictures_of_its_post() -> None:
    attachments = [
        ATTACHMENT.format(id=21, parent=7, name="one.jpg", caption="", alt=""),
        ATTACHMENT.format(id=22, parent=8, name="other.jpg", caption="", alt=""),
        ATTACHMENT.format(id=23, parent=7, name="plan.pdf", caption="", alt=""),
    ]
    found = fragments(item(content="Text.\n\n[gallery]"), *attachments)
    assert [image.name for image in wordpress.read(found[0].data, AT).document.images] == ["one.jpg"]
    assert notes(found[-1]) == ["Attachments of the export that no article shows: 1 of 3."]


def test_pictures_that_the_export_does_not_hold_are_told_of() -> None:
    featured = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>99</wp:meta_value></wp:postmeta>"
    (reading,) = readings(item(content='Text.\n\n[gallery ids="41,42"]', more=featured))
    assert (reading.document.images, reading.document.lead_image) == ((), "")
    assert sentences(reading) == [
        "Pictures of a gallery that the export does not hold: 41, 42.",
        "The export does not hold the picture that stands for the post, number 99.",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Text.\n\nhttps://films.example/watch?v=1\n\nMore.",
        "Text.\n\n[embed]https://films.example/watch?v=1[/embed]\n\nMore.",
        "Text.\n\n[youtube=https://films.example/watch?v=1]\n\nMore.",
        'Text.\n\n<iframe src="https://films.example/watch?v=1"></iframe>\n\nMore.',
        '<!-- wp:paragraph --><p>Text.</p><!-- /wp:paragraph --><!-- wp:embed --><figure class="wp-block-embed"><div '
        'class="wp-block-embed__wrapper">\nhttps://films.example/watch?v=1\n</div></figure><!-- /wp:embed --><p>More.</p>',
    ],
)
def test_a_film_becomes_a_link_wherever_it_was_shown(content: str) -> None:
    (reading,) = readings(item(content=content))
    link = '<a href="https://films.example/watch?v=1">https://films.example/watch?v=1</a>'
    assert reading.document.blocks == (
        Paragraph("Text."),
        Paragraph("https://films.example/watch?v=1", link),
        Paragraph("More."),
    )
    assert sentences(reading) == ["Films and sounds of the post became links: https://films.example/watch?v=1."]


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        ("One\ntwo.\n\nThree.", ["One two.", "Three."]),
        ("<blockquote>One.\n\nTwo.</blockquote>\n\nThree.", ["One.", "Two.", "Three."]),
        ("<p>One.</p>\n\nTwo.\n<ul><li>a</li>\n\n<li>b</li></ul>", ["One.", "Two.", "a", "b"]),
        ("<pre>a\n\nb</pre>\n\nTwo.", ["a\n\nb", "Two."]),
        ("[[gallery]] is a shorthand.", ["[gallery] is a shorthand."]),
        ("[vc_row][vc_column width='1/2']Text.[/vc_column][/vc_row]", ["Text."]),
        ("甲。\r\n\r\n乙。", ["甲。", "乙。"]),
    ],
)
def test_empty_lines_part_paragraphs(content: str, paragraphs: list[str]) -> None:
    assert read(item(content=content)).paragraphs == paragraphs


def test_former_addresses_are_the_link_earlier_names_and_the_number() -> None:
    named = "<wp:post_name>library</wp:post_name>"
    old = (
        "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>reading-room</wp:meta_value></wp:postmeta>"
    )
    assert read(item(more=named + old)).addresses == (
        "https://old.example.edu/2024/12/library/",
        "https://old.example.edu/2024/12/reading-room/",
        "https://old.example.edu/?p=7",
    )


def test_fields_that_say_what_they_are_are_taken_and_all_others_quoted() -> None:
    meta = "<wp:postmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value><![CDATA[{}]]></wp:meta_value></wp:postmeta>"
    told = [
        ("来源", "海岬日报"),
        ("editor", "周 宁"),
        ("_edit_last", "1"),
        ("mood", "calm"),
        ("post_views_count", "1,286"),
    ]
    region = '<category domain="region" nicename="north"><![CDATA[North]]></category>'
    more = '<category domain="category" nicename="news"><![CDATA[新闻]]></category>'
    (reading,) = readings(item(more="".join(meta.format(*one) for one in told) + region + more))
    document = reading.document
    assert (document.source, document.editor, document.initial_views, document.section, document.tags) == (
        "海岬日报",
        "周宁",
        1286,
        "校园",
        ("图书馆", "新闻"),
    )
    assert reading.dropped == ("region: North", "mood: calm")
    assert sentences(reading) == [
        "Words of other lists of the old site were left out: region: North.",
        "Custom fields of the post that have no place here: mood.",
    ]


def test_passwords_pins_and_comments_are_told_of() -> None:
    more = (
        "<wp:post_password>secret</wp:post_password><wp:is_sticky>1</wp:is_sticky>"
        "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>Nice</wp:comment_content></wp:comment>"
    )
    found = fragments(item(more=more))
    reading = wordpress.read(found[0].data, AT)
    assert reading.document.state == "draft"
    assert sentences(reading) == [
        "Comments of readers were left out: 1.",
        "The post was pinned to the front page of the old site.",
        "The post was protected by a password; it becomes a draft.",
    ]
    assert notes(found[-1]) == ["Comments of readers in the whole export, left out: 1."]


def test_a_title_has_no_mark_up_and_keeps_its_brackets() -> None:
    assert read(item("<![CDATA[A <em>new</em> hall & 3 < 5]]>")).title == "A new hall & 3 < 5"


def test_the_tags_of_items_inside_a_text_cut_nothing() -> None:
    content = "A feed has &lt;item&gt; and <pre></item><item></pre> in it."
    assert [fragment.key for fragment in fragments(item(content=content), item(number=8))] == ["7", "8"]


def test_an_item_without_its_end_tag_ends_where_the_next_begins() -> None:
    found = fragments(item("One", number=1).replace("</item>", ""), item("Two", number=2))
    assert [fragment.key for fragment in found] == ["1", "2", ""]
    assert [wordpress.read(one.data, AT).document.paragraphs for one in found[:2]] == [
        ["第一段。", "第二段， 第二行。"]
    ] * 2
    assert notes(found[2]) == ["Items of the export that were not sound XML and were mended: 1."]


def test_characters_that_xml_does_not_have_are_taken_out_and_counted() -> None:
    (reading,) = readings(item("One\x0b", "Te\x08xt.\x00"))
    assert (reading.document.title, reading.document.paragraphs) == ("One", ["Text."])
    assert reading.repairs == {"controls": 3}


def test_a_section_may_hold_the_end_of_a_section() -> None:
    (reading,) = readings(item(content="a ]]]]><![CDATA[> b"))
    assert reading.document.paragraphs == ["a ]]> b"]
    (reading,) = readings(item(content="a ]]> b & <b>c</b>"))
    assert (reading.document.paragraphs, reading.status) == (["a ]]> b & c"], Status.REVIEW)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_an_export_in_another_encoding_is_read(encoding: str) -> None:
    data = (HEAD + item() + END).encode(encoding)
    found = list(wordpress.split(io.BytesIO(data)))
    assert wordpress.read(found[0].data, AT).document.title == "图书馆新馆启用"
    told = ["Items of the export that were read as gb18030: 1."] if encoding == "gb18030" else []
    assert [sentence for one in found[1:] for sentence in notes(one)] == told


def test_bytes_of_no_encoding_cost_their_item_and_are_named() -> None:
    data = (
        (HEAD + item("One", number=1)).encode()
        + item("Two", "好好好好好好X").encode().replace(b"X", b"\xff\xfe")
        + END.encode()
    )
    found = list(wordpress.split(io.BytesIO(data)))
    assert found[0].key == "1"
    assert notes(found[1]) == ["The item “Two” of the export cannot be read: byte 225 fits no known encoding."]


def test_the_same_number_twice_gives_two_keys() -> None:
    assert [one.key for one in fragments(item("One", number=1), item("Two", number=1))] == ["1", "1~2"]


def test_an_export_that_stops_between_two_posts_says_so() -> None:
    found = fragments(item(), end="")
    assert notes(found[-1]) == ["The export stops before its end; it may have been cut off, and posts may be missing."]


def test_entities_that_a_text_speaks_of_are_words() -> None:
    assert read(item(content="Write <code>&lt;!DOCTYPE x [&lt;!ENTITY a></code> first. <!ENTITY")).paragraphs == [
        "Write <!DOCTYPE x [<!ENTITY a> first."
    ]


def test_an_item_without_end_is_given_up_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LARGEST_ITEM", 4 << 20)
    endless = b"<item><title>Endless</title><content:encoded><![CDATA[" + b"x" * (12 << 20)
    found = list(wordpress.split(io.BytesIO(HEAD.encode() + endless)))
    assert notes(found[0]) == ["The item “Endless” of the export has more than 4194304 bytes; so many are not read."]


@pytest.mark.parametrize(
    "content",
    [
        "[caption]",
        "[caption][/caption]",
        "[aa x=1 ",
        "<!--",
        "<!-- wp:a ",
        "<p",
        "<div>",
        "\n ",
        "[gallery ",
        "<![CDATA[",
        "<item>",
    ],
)
def test_hostile_texts_are_read_in_bounded_time(content: str) -> None:
    started = time.monotonic()
    for reading in readings(item(content=content * 20_000)):
        assert isinstance(reading, Reading)
    assert time.monotonic() - started < 20


@given(st.binary(max_size=400))
def test_any_bytes_are_a_reading(data: bytes) -> None:
    assert isinstance(wordpress.read(data, AT), Reading)
    list(wordpress.split(io.BytesIO(data)))
    for around in (
        b"<item>%s</item>",
        b"<item><title>x</title><content:encoded><![CDATA[%s]]></content:encoded></item>",
    ):
        for fragment in wordpress.split(io.BytesIO(HEAD.encode() + around % data)):
            assert isinstance(wordpress.read(fragment.data, AT), Reading)


@given(st.text(st.sampled_from('[]/=" caption gallery ids<>!-wp:p\n&;'), max_size=120))
def test_any_text_of_a_post_is_a_reading(text: str) -> None:
    for reading in readings(item(content=text)):
        assert isinstance(reading, Reading)
