"""The kind of a document is told from its content."""

import io
import zipfile

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.documents.document import Note
from articles.documents.sniffing import Kind, kind_of

WXR = b'<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel></channel></rss>'
MHTML = b"From: <Saved>\r\nSnapshot-Content-Location: https://a.example/\r\nMIME-Version: 1.0\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        ("图书馆新馆启用\n2024-12-04\n".encode(), "a.txt", Kind.PLAIN),
        ("图书馆新馆启用".encode("gb18030"), "a", Kind.PLAIN),
        ("图书馆新馆启用".encode("utf-16"), "a.html", Kind.PLAIN),
        (b"# A day out\n\nText.", "a.md", Kind.MARKDOWN),
        (b"---\ntitle: A day out\ndate: 2024-12-04\n---\nText.", "a.txt", Kind.MARKDOWN),
        (b"<!DOCTYPE html><html><body>x", "a.txt", Kind.WEBPAGE),
        (b"\xef\xbb\xbf\r\n<!-- saved from url=(0014)about:internet -->\r\n<html>", "a", Kind.WEBPAGE),
        (
            b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN"><html>',
            "a",
            Kind.WEBPAGE,
        ),
        ("<html><body>图书馆".encode("utf-16"), "a", Kind.WEBPAGE),
        (b"<div class='v_news_content'><p>x</p></div>", "a.htm", Kind.WEBPAGE),
        (MHTML, "a.mhtml", Kind.MHTML),
        (WXR, "a.html", Kind.WORDPRESS),
        (b'<?xml version="1.0"?><rss version="2.0"><channel>', "a", Kind.FEED),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "a", Kind.FEED),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', "a", Kind.FEED),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "a", Kind.FEED),
    ],
)
def test_content_decides(head: bytes, name: str, kind: Kind) -> None:
    assert kind_of(head, name=name) is kind


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["[Content_Types].xml", "word/document.xml"], Kind.WORD),
        (["a.txt", "b.jpg"], Kind.ARCHIVE),
        (
            ["[Content_Types].xml", "xl/workbook.xml"],
            "This is an Excel workbook. Add it to an article as an attachment.",
        ),
        (["mimetype", "content.xml"], "This is an OpenDocument file. Save it as .docx and import that."),
    ],
)
def test_a_package_is_what_it_holds(names: list[str], found: Kind | str) -> None:
    result = kind_of(b"PK\x03\x04", name="a.docx", entries=names)
    assert (str(result) if isinstance(result, Note) else result) == found


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\xef\xbb\xbf", "The file is empty."),
        (
            b"%PDF-1.7",
            "This is a PDF. Add it to an article as an attachment, or import the Word document it was made from.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "This is an old binary Office document (.doc, .wps, .xls). Save it as .docx and import that.",
        ),
        (b"{\\rtf1", "This is a document in Rich Text Format. Save it as .docx and import that."),
        (b"\x89PNG\r\n", "This is a picture, not a document."),
        (b"Rar!\x1a", "This is a packed archive of another kind. Unpack it, or pack it as ZIP, and import that."),
        (
            b'<?xml version="1.0"?><invoice/>',
            "This is XML of a kind that is not known: no feed, no WordPress export, no web page.",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_advice(head: bytes, sentence: str) -> None:
    with translation.override("en"):
        assert str(kind_of(head, name="a.txt")) == sentence


@given(st.binary(max_size=600), st.text(max_size=12))
def test_any_bytes_have_a_kind_or_a_sentence(head: bytes, name: str) -> None:
    assert isinstance(kind_of(head, name=name), Kind | Note)


def test_a_real_package_is_seen_through_its_names() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("新闻.txt", "x")
        names = package.namelist()
    assert kind_of(file.getvalue(), name="a.bin", entries=names) is Kind.ARCHIVE


def test_json_that_is_no_feed_is_no_text_either() -> None:
    assert str(kind_of(b'{"title": "Trees"}', name="a.json")) == "This is JSON, but no JSON Feed."
    assert kind_of(b'{"title": "Trees"}', name="a.txt") is Kind.PLAIN
