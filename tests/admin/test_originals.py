"""Originals as lines of plain text, each with what it gave."""

import base64
import io
import zipfile

import pytest

from articles.admin import originals
from articles.documents import readers, report
from articles.documents.document import Circumstances
from articles.documents.sniffing import Kind
from tests.conftest import NOW

LABELS = {name: name for name in report.FIELDS}
PAGE = """<html><head><title>Trees are planted</title><style>p { color: red }</style></head><body>
<ul><li><a href="/">Home</a></li><li>News</li></ul><h1>Trees are planted</h1>
<div>Author: Mei Lin   Date: 2024-03-12</div><script>alert(1)</script>
<div id="vsb_content"><p>A hundred trees were <b>planted</b> on the sports field, and all of them grow.</p>
<p>The gardeners showed how to water them, and many students asked how often.</p></div></body></html>"""
ITEM = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><wp:wxr_version>1.2</wp:wxr_version><item><title>Trees</title>
<dc:creator>mei</dc:creator><content:encoded><![CDATA[<p>One tree.</p><p>Two trees.</p>]]></content:encoded></item></channel></rss>"""
WORD = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>Trees</w:t></w:r></w:p><w:p><w:r><w:t>One</w:t><w:tab/><w:t>tree.</w:t></w:r></w:p></w:body></w:document>"""


def lines(kind: Kind, data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    reading = readers.read(kind, data, Circumstances(NOW))
    return [(line.text, line.fields) for line in originals.shown(kind, data, reading, labels=LABELS, at=NOW).lines]


def test_a_saved_page_is_its_words_without_scripts() -> None:
    found = lines(Kind.WEBPAGE, PAGE.encode())
    assert [text for text, _fields in found] == [
        "Home",
        "News",
        "Trees are planted",
        "Author: Mei Lin Date: 2024-03-12",
        "A hundred trees were planted on the sports field, and all of them grow.",
        "The gardeners showed how to water them, and many students asked how often.",
    ]
    assert (found[2][1], set(found[3][1])) == (("title",), {"author", "published"})


def test_a_package_is_the_page_in_it() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n"
    body = base64.encodebytes(PAGE.encode()).decode()
    data = f"{head}Content-Transfer-Encoding: base64\n\n{body}\n--b--\n".encode()
    assert lines(Kind.MHTML, data) == lines(Kind.WEBPAGE, PAGE.encode())


def test_an_item_of_an_export_is_its_elements_by_name() -> None:
    assert [text for text, _fields in lines(Kind.WORDPRESS, ITEM.encode())] == [
        "wp:wxr_version: 1.2",
        "title: Trees",
        "dc:creator: mei",
        "content:encoded:",
        "One tree.",
        "Two trees.",
    ]


def test_a_word_document_is_its_paragraphs() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("word/document.xml", WORD)
    assert [text for text, _fields in lines(Kind.WORD, packed.getvalue())] == ["Trees", "One tree."]


def test_text_is_marked_where_notes_of_a_converter_were_taken_out() -> None:
    text = "三方攜手推進(jìn)新工藝\n發(fā)布時(shí)間：2024-12-04\n發(fā)言的代表認(rèn)為應(yīng)當(dāng)盡快進(jìn)入課堂，讓學(xué)生早日學(xué)習(xí)。\n"
    found = lines(Kind.PLAIN, text.encode())
    assert found[:2] == [("三方攜手推進(jìn)新工藝", ("title",)), ("發(fā)布時(shí)間：2024-12-04", ("published",))]


@pytest.mark.parametrize("kind", list(Kind)[:-1])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"<", b"<a><b>" * 3000, "新".encode() + b"\xff"])
def test_whatever_the_bytes_are_the_page_has_something_to_show(kind: Kind, data: bytes) -> None:
    reading = readers.read(kind, data, Circumstances(NOW))
    original = originals.shown(kind, data, reading, labels=LABELS, at=NOW)
    assert original.lines or original.note
