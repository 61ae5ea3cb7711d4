"""Names and kinds of files that people send."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.images import kinds

NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/cron.d/x.jpg": "x.jpg",
    "C:\\Users\\王老师\\图片.jpg": "图片.jpg",
    "a\x00.jpg": "a.jpg",
    "a.jpg\r\nSet-Cookie: x=1": "a.jpgSet-Cookie: x=1",
    "photo\u202egpj.exe": "photogpj.exe",
    "\u2066a\u2069.jpg": "a.jpg",
    "a\u200b\u2028b.png": "ab.png",
    "\ufeff简报.docx": "简报.docx",
    "half \ud83d of a character.png": "half  of a character.png",
    "🏫🎉.png": "🏫🎉.png",
    "e\u0301te\u0301.pdf": "été.pdf",
    "...": "file",
    "..": "file",
    ".": "file",
    "": "file",
    "   ": "file",
    "/": "file",
    ".htaccess": "htaccess",
    "a.jpg.": "a.jpg",
    "校运会 (1).JPG": "校运会 (1).JPG",
    "x" * 300 + ".jpeg": "x" * 195 + ".jpeg",
    "长" * 300 + ".docx": "长" * 195 + ".docx",
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png",
}


@pytest.mark.parametrize(("given_name", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_its_last_part_without_marks_that_mislead(given_name: str, kept: str) -> None:
    assert kinds.clean_name(given_name) == kept


@given(st.text(st.characters(codec=None), max_size=400))
def test_any_name_becomes_one_that_can_be_stored_and_leads_nowhere(name: str) -> None:
    kept = kinds.clean_name(name)
    assert 0 < len(kept) <= kinds.LONGEST_NAME
    assert not set(kept) & set("/\\\x00\r\n\u202e")
    assert kept not in {".", ".."}
    kept.encode()


@given(st.text(max_size=400))
def test_a_cleaned_name_is_clean(name: str) -> None:
    assert kinds.clean_name(kinds.clean_name(name)) == kinds.clean_name(name)


def office(*parts: str, first: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for part in parts:
            archive.writestr(part, "<x/>")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
WORD = office("[Content_Types].xml", "word/document.xml")
OFFERED = {
    "notice.pdf": b"%PDF-1.7\n1 0 obj",
    "notice.docx": WORD,
    "NOTICE.DOCX": WORD,
    "table.xlsx": office("[Content_Types].xml", "xl/workbook.xml"),
    "talk.pptx": office("[Content_Types].xml", "ppt/presentation.xml"),
    "notice.odt": office("content.xml", first=b"application/vnd.oasis.opendocument.text"),
    "table.ods": office("content.xml", first=b"application/vnd.oasis.opendocument.spreadsheet"),
    "notice.doc": OLE,
    "table.xls": OLE,
    "talk.ppt": OLE,
    "all.zip": office("a.txt"),
    "empty.zip": office(),
    "list.csv": "姓名,单位\n王,化学学院\n".encode(),
    "list of excel.csv": "姓名,单位\n".encode("gb18030"),
    "note.txt": b"Plain words, a < b.",
    "note of notepad.txt": "记事本\r\n".encode("utf-16"),
    "logo.png": b"\x89PNG\r\n\x1a\n...",
    "logo.webp": b"RIFF\x00\x00\x00\x00WEBP",
}
REFUSED = {
    "page.html": b"<html>",
    "page.pdf": b"<html><script>alert(1)</script>",
    "drawing.svg": b"<svg/>",
    "code.js": b"alert(1)",
    "program.exe": b"MZ\x90",
    "program.pdf": b"MZ\x90",
    "shell.sh": b"#!/bin/sh",
    "server.php": b"<?php",
    "note.txt": b"<!DOCTYPE html><script>alert(1)</script>",
    "wide.txt": "<script>alert(1)</script>".encode("utf-16"),
    "program.txt": b"\x7fELF\x00\x00",
    "archive.docx": office("evil.html"),
    "table.docx": office("xl/workbook.xml"),
    "macros.docx": office("word/document.xml", "word/vbaProject.bin"),
    "macros.docm": office("word/document.xml", "word/vbaProject.bin"),
    "application.jar": office("META-INF/MANIFEST.MF"),
    "sound.webp": b"RIFF\x00\x00\x00\x00WAVE",
    "notice": b"%PDF-1.7",
    ".htaccess": b"Options +Indexes",
    "notice.pdf.exe": b"%PDF-1.7",
    "script.hta": b"<script>",
    "feed.xml": b"<?xml version='1.0'?>",
}


def test_documents_for_download_are_taken_where_name_and_content_agree() -> None:
    assert [name for name, data in OFFERED.items() if not kinds.may_be_offered(data, name)] == []


def test_pages_programs_and_files_under_false_names_are_not_offered() -> None:
    assert [name for name, data in REFUSED.items() if kinds.may_be_offered(data, name)] == []


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_file_is_offered_or_described(data: bytes, name: str) -> None:
    kinds.may_be_offered(data, name)
    assert str(kinds.describe(data))
