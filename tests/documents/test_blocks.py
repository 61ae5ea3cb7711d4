"""Any HTML element becomes blocks, pictures and attachments of the neutral form."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.documents import blocks
from articles.documents.blocks import Content
from articles.documents.document import (
    Attachment,
    Code,
    Heading,
    Image,
    ListItem,
    Paragraph,
    Quote,
    TableRow,
)


def content(html: str, base: str = "") -> Content:
    return blocks.of(blocks.parse(html), base=base)


def test_paragraphs_keep_emphasis_and_links_beside_their_plain_words():
    found = content(
        '<p>The <b>new</b>&nbsp;&nbsp;library\u200b opens,\n see <a href="http://a.example/x">plan</a>.</p>'
    )
    assert found.blocks == (
        Paragraph(
            "The new library opens, see plan.",
            'The <strong>new</strong> library opens, see <a href="http://a.example/x">plan</a>.',
        ),
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>第一段。</p><p>第二段。</p>",
        "<div>第一段。</div><div>第二段。</div>",
        "第一段。<br><br>第二段。",
        "第一段。<br>\u3000\u3000第二段。",
        "<table><tr><td><p>第一段。</p><p>第二段。</p></td></tr></table>",
        "<font><span>第一段。</span><p>第二段。</p></font>",
    ],
)
def test_paragraphs_are_parted_however_the_page_parts_them(html: str):
    assert content(html).blocks == (Paragraph("第一段。"), Paragraph("第二段。"))


def test_headings_have_three_levels():
    html = "<h1>A</h1><h2>B</h2><h3>C</h3><h4>D</h4><h6>E</h6>"
    assert [(block.text, block.level) for block in content(html).blocks if isinstance(block, Heading)] == [
        ("A", 2),
        ("B", 2),
        ("C", 3),
        ("D", 4),
        ("E", 4),
    ]


def test_lists_keep_their_kind_and_their_nested_items():
    found = content("<ul><li>one</li><li>two <b>x</b><ol><li>inner</li></ol></li></ul>")
    assert found.blocks == (
        ListItem("one"),
        ListItem("two x", html="two <strong>x</strong>"),
        ListItem("inner", ordered=True),
    )


def test_a_table_keeps_its_rows_and_spans():
    found = content(
        "<table><tr><th>Year</th><td colspan=2>Two</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>"
    )
    assert found.blocks == (
        TableRow(("Year", "Two"), '<th>Year</th><td colspan="2">Two</td>'),
        TableRow(("1", "2", "3")),
    )


def test_quotations_and_code_stay_what_they_are():
    found = content("<blockquote><p>One.</p><p>Two.</p></blockquote><pre>a\n  b</pre>")
    assert found.blocks == (Quote("One."), Quote("Two."), Code("a\n  b"))


def test_scripts_forms_and_hidden_elements_are_no_text():
    html = (
        "<p>Seen.</p><script>a()</script><style>p{}</style><p style='display:none'>Hidden.</p>"
        "<p hidden>Hidden.</p><button>Press</button><select><option>1</option></select>"
    )
    assert content(html).blocks == (Paragraph("Seen."),)


def test_links_that_run_code_lose_their_target():
    found = content('<p>Go <a href="javascript:alert(1)">here</a> or <a href="vbscript:x">there</a>.</p>')
    assert found.blocks == (Paragraph("Go here or there."),)


def test_a_link_without_words_says_nothing_of_the_next_paragraph():
    found = content("<div><a href='/x'><script>go()</script></a></div><p>Text without links.</p>")
    assert found.linked == (0,)


def test_links_become_whole_with_the_address_of_the_page():
    found = content('<p>See <a href="../b.htm">b</a>.</p>', base="https://news.example/a/a.htm")
    assert found.blocks == (Paragraph("See b.", 'See <a href="https://news.example/b.htm">b</a>.'),)


def test_a_frame_is_named_among_what_was_left_out():
    assert content('<p>A.</p><iframe src="http://v.example/1"></iframe>').dropped == ("iframe: http://v.example/1",)


# ---------------------------------------------------------------- pictures
@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ('<img src="/a/b.jpg">', "/a/b.jpg"),
        ('<img src="/spacer.gif" data-original="/a/b.jpg">', "/a/b.jpg"),
        ('<img src="data:image/gif;base64,R0lGODlhAQ" data-src="/a/b.jpg">', "/a/b.jpg"),
        ('<img src="/small/b.jpg" orisrc="/a/b.jpg">', "/a/b.jpg"),
        ('<img data-srcset="/a/s.jpg 300w, /a/b.jpg 900w">', "/a/b.jpg"),
    ],
)
def test_a_picture_lies_where_its_lazy_attributes_say(tag: str, address: str):
    assert content(f"<p>One.</p>{tag}<p>Two.</p>").images == (Image("b.jpg", 1, address="/a/b.jpg"),)


@pytest.mark.parametrize("tag", ['<img src="/x/spacer.gif">', '<img src="/a.png" width="1" height="1">', "<img>"])
def test_what_only_holds_a_place_is_no_picture(tag: str):
    assert content(f"<p>One.</p>{tag}").images == ()


@pytest.mark.parametrize(
    "html",
    [
        '<figure><img src="a.png"><figcaption>The hall</figcaption></figure>',
        '<div class="wp-caption"><img src="a.png"><p class="wp-caption-text">The hall</p></div>',
        '<p style="text-align: center"><img src="a.png"></p><p style="text-align: center">The hall</p>',
        '<p><img src="a.png"></p><p class="img-caption">The hall</p>',
    ],
)
def test_a_caption_belongs_to_its_picture(html: str):
    found = content(f"<p>Text.</p>{html}<p>More.</p>")
    assert found.images == (Image("a.png", 1, caption="The hall", address="a.png"),)
    assert found.blocks == (Paragraph("Text."), Paragraph("More."))


def test_a_picture_inside_a_paragraph_stands_after_it():
    found = content('<p>Before <img src="a.png" alt="the hall"> after.</p><p>Next.</p>')
    assert found.images == (Image("a.png", 1, alt="the hall", address="a.png"),)


def test_the_bytes_of_a_picture_in_the_page_are_a_part_of_it():
    data = bytes(range(256)) * 4
    found = content(f'<p>A.</p><img src="data:image/png;base64,{base64.b64encode(data).decode()}">')
    assert found.images == (Image("inline-1.png", 1, address="inline-1.png"),)
    assert found.parts == {"inline-1.png": data}


def test_pictures_in_cells_and_items_keep_their_own_bytes():
    one, two = (base64.b64encode(bytes([number]) * 600).decode() for number in (1, 2))
    html = (
        f'<ul><li>A <img src="data:image/png;base64,{one}"></li><li>B <img src="data:image/png;base64,{two}"></li></ul>'
    )
    found = content(html)
    assert [found.parts[image.address] for image in found.images] == [bytes([1]) * 600, bytes([2]) * 600]


def test_a_picture_is_found_in_what_readers_without_scripts_see():
    html = '<p>A.</p><img src="data:image/gif;base64,R0lG"><noscript><img src="a.png"></noscript>'
    assert content(html).images == (Image("a.png", 1, address="a.png"),)


def test_a_formula_is_read_as_its_words():
    html = "<p>So <math><mi>x</mi><annotation>x^2</annotation></math> grows.</p>"
    assert content(html).blocks == (Paragraph("So x^2 grows."),)


def test_a_picture_shown_twice_is_listed_once():
    assert content('<img src="a.png"><p>A.</p><img src="a.png">').images == (Image("a.png", 0, address="a.png"),)


# ---------------------------------------------------------------- attachments
def test_links_to_office_files_are_attachments_and_no_text():
    found = content('<p>Text.</p><p>附件1：<a href="/up/f.docx">名单.docx</a></p>')
    assert found.attachments == (Attachment("名单.docx", "/up/f.docx", "名单.docx"),)
    assert found.blocks == (Paragraph("Text."),)


def test_a_download_without_a_suffix_is_named_by_its_words():
    address = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&id=7"
    found = content(f'<p>See <a href="{address.replace("&", "&amp;")}">计划表.xlsx</a> for the plan of the year.</p>')
    assert found.attachments == (Attachment("计划表.xlsx", address, "计划表.xlsx"),)
    assert found.blocks == (Paragraph("See 计划表.xlsx for the plan of the year."),)


def test_the_document_in_a_player_is_an_attachment():
    found = content(
        '<div class="wp_pdf_player" pdfsrc="/_upload/a.pdf" sudyfile-attr="{\'title\':\'通知.pdf\'}"></div>'
    )
    assert found.attachments == (Attachment("通知.pdf", "/_upload/a.pdf", "{'title':'通知.pdf'}"),)


# ---------------------------------------------------------------- anything at all
@pytest.mark.parametrize("depth", [180, 5000])
def test_text_in_many_elements_inside_one_another_is_still_read(depth: int):
    assert content("<div>" * depth + "deep text" + "</div>" * depth).blocks == (Paragraph("deep text"),)


@pytest.mark.parametrize(
    "html",
    ["<div>" * 50_000, "<b>" * 20_000 + "x", "&" * 1_000_000, "</p>" * 100_000, "<a " + "b=c " * 50_000 + ">x</a>"],
)
def test_hostile_html_is_read_in_bounded_time(html: str):
    start = time.perf_counter()
    content(html)
    assert time.perf_counter() - start < 5


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/=\"' abipdivtrhul图。\x00\ud800&;#"), max_size=300))
def test_any_string_has_blocks_and_never_raises(html: str):
    found = content(html)
    assert len(found.blocks) == len(found.elements) == len(found.linked)
    assert all(block.text.strip() for block in found.blocks)
