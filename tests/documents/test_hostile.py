"""Hostile and damaged input through the command: what cannot be read is named with a reason, and the rest comes in."""

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article, ArticleImage

pytestmark = pytest.mark.django_db

TEXT = "A Meeting in the Old Library\n\n2024-12-04\n\nStaff and students met on Monday.\n\nA report follows in May."
WORDS = "Staff and students met on Monday, and a report on everything that was said there follows in May."
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    f'{SCRIPT}<img src="x.png" onerror="alert(2)"><a href="javascript:alert(3)">Read on</a><svg onload="alert(4)"/>'
    '<iframe src="https://evil.example/"></iframe><form action="https://evil.example/"><input name="password"></form>'
    '<style>body{background:url(https://evil.example/x)}</style><p style="position:fixed">Do stay.</p>'
)
HARM = re.compile(
    r"<script|onerror|onload|javascript:|<iframe|<form|<input|<style|style=|<svg|<object|<link|<base", re.IGNORECASE
)
ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(letter + 1)} '{f'&{chr(letter)};' * 10}'>" for letter in range(ord("a"), ord("j"))
)  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with one good document in it, which must come in whatever lies beside it."""
    place = tmp_path / "old site"
    place.mkdir()
    (place / "good.txt").write_text(TEXT)
    yield place
    assert Article.objects.filter(title="A Meeting in the Old Library").count() == 1


def run(*arguments: object) -> tuple[int, dict[str, str], str]:
    """The exit status, the sentence for each refusal, and all that was told beside."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("import_articles", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    refused = dict(re.findall(r"^refused +(.*?): (.*)$", err.getvalue(), re.MULTILINE))
    return status, refused, out.getvalue()


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return file.getvalue()


def word(document: str, **more: bytes) -> bytes:
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
        '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document'
        '.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    parts = {"[Content_Types].xml": kinds, "_rels/.rels": relations, "word/document.xml": document}
    return packed({name: text.encode() for name, text in parts.items()} | more)


def bomb_of_pixels() -> bytes:
    """A PNG of a few bytes that claims 60,000 by 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")
    )


# ---------------------------------------------------------------- archives
def test_bombs_of_archives_are_refused_and_leave_nothing_behind(folder: Path, tmp_path: Path) -> None:
    flat = packed({"a.txt": bytes(300 * 1024 * 1024)})
    (folder / "flat.zip").write_bytes(flat)
    (folder / "nested.zip").write_bytes(packed({"b.zip": packed({"c.zip": packed({"d.zip": b"PK"})})}))
    (folder / "inner.zip").write_bytes(packed({"flat.zip": flat}))
    status, refused, _out = run(folder)
    assert (status, refused) == (
        1,
        {
            "flat.zip": "The archive unpacks to more than 58 MB; so much is not taken.",
            "inner.zip/flat.zip": "The archive unpacks to more than 58 MB; so much is not taken.",
            "nested.zip/b.zip/c.zip": "An archive inside an archive inside an archive is not opened.",
        },
    )


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt", "..\\out.txt", "C:\\out.txt"])
def test_an_archive_that_leads_out_of_its_folder_writes_nothing(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "a.zip").write_bytes(packed({"in.txt": TEXT.replace("Old", "New").encode(), name: b"x"}))
    status, refused, _out = run(folder)
    assert (status, list(refused)) == (1, ["a.zip"])
    assert "leads out of" in refused["a.zip"]
    assert Article.objects.count() == 1
    assert list(tmp_path.rglob("out.txt")) == []


# ---------------------------------------------------------------- XML
@pytest.mark.parametrize("trick", [ENTITY, LAUGHS + "]>"])
def test_entities_of_xml_are_never_resolved(folder: Path, trick: str) -> None:
    name = "x" if trick is ENTITY else "j"
    item = f"<item><title>Trick</title><pubDate>Wed, 04 Dec 2024 10:00:00 +0800</pubDate><description>&{name};{WORDS}</description></item>"
    (folder / "a.rss").write_text(
        f'<?xml version="1.0"?>{trick}<rss version="2.0"><channel><title>T</title>{item}</channel></rss>'
    )
    wxr = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>T</title><wp:wxr_version>1.2</wp:wxr_version>'
        f"<item><title>Trick</title><content:encoded>&{name};{WORDS}</content:encoded>"
        "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>"
    )
    (folder / "b.xml").write_text(f'<?xml version="1.0"?>{trick}{wxr}')
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {w}><w:body><w:p><w:r><w:t>&{name};{WORDS}</w:t></w:r></w:p></w:body></w:document>"
    (folder / "c.docx").write_bytes(word(f'<?xml version="1.0"?>{trick}{document}'))
    status, refused, _out = run(folder)
    assert (status, refused) == (
        1,
        {
            "a.rss": "The feed declares entities; no feed needs them.",
            "b.xml": "The export declares entities; no export of WordPress does.",
            "c.docx": "The Word document declares entities in “word/document.xml”; no real one does.",
        },
    )
    assert Article.objects.count() == 1


# ---------------------------------------------------------------- mark-up
def test_script_and_style_come_in_by_no_format(folder: Path) -> None:
    (folder / "a.html").write_text(
        f"<html><body><h1>By a Page</h1><p>2024-12-04</p><div>{HOSTILE}<p>{WORDS}</p><p>{WORDS}</p></div></body></html>"
    )
    (folder / "b.md").write_text(
        f"# By Markdown\n\n2024-12-04\n\n{WORDS}\n\n{HOSTILE}\n\n[Read on](javascript:alert(5))\n"
    )
    feed = HOSTILE.replace("<", "&lt;").replace('"', "&quot;")
    (folder / "c.rss").write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>By a Feed</title><pubDate>'
        f"Wed, 04 Dec 2024 10:00:00 +0800</pubDate><description>{feed} {WORDS}</description></item></channel></rss>"
    )
    (folder / "d.txt").write_text(f"By a Text\n\n2024-12-04\n\n{HOSTILE}\n\n{WORDS}\n")
    status, refused, _out = run(folder)
    assert (status, refused) == (0, {})
    bodies = dict(Article.objects.values_list("title", "body"))
    harm = {title: HARM.findall(re.sub(r"&lt;[^&]*&gt;", "", body)) for title, body in bodies.items()}
    # The link of the Markdown text is shown as the words that it was written in.
    assert harm == {
        "A Meeting in the Old Library": [],
        "By a Page": [],
        "By Markdown": ["javascript:"],
        "By a Feed": [],
        "By a Text": [],
    }
    assert "<p>[Read on](javascript:alert(5))</p>" in bodies["By Markdown"]
    assert all(WORDS in body for title, body in bodies.items() if title.startswith("By "))


# ---------------------------------------------------------------- pictures
def test_a_bomb_of_pixels_costs_its_document_nothing_but_the_picture(folder: Path) -> None:
    (folder / "bomb.txt").write_text(TEXT.replace("Old", "New") + "\n\nbig.png\n")
    (folder / "big.png").write_bytes(bomb_of_pixels())
    status, refused, out = run(folder)
    assert (status, refused) == (0, {})
    assert [line for line in out.splitlines() if line.startswith("warning")] == [
        "warning  bomb.txt: The picture “big.png” was not taken: “big.png” has 3600 million pixels; at most 40 million "
        "are taken. Save it smaller."
    ]
    assert [(one.original_name, one.file.name) for one in ArticleImage.objects.all()] == [("big.png", "")]


# ---------------------------------------------------------------- bytes
def test_odd_bytes_are_read_or_refused_by_name(folder: Path) -> None:
    (folder / "line.txt").write_bytes(b"a" * (60 * 1024 * 1024))
    (folder / "nul.txt").write_bytes(TEXT.replace("Old", "Very\0 Old").encode())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "deep.html").write_text(
        "<html><body><h1>Deep</h1><p>2024-12-04</p>" + "<div>" * 50_000 + f"<p>{WORDS}</p>"
    )
    (folder / "program.txt").write_bytes(b"MZ\x90\0" + bytes(range(256)) * 40)
    status, refused, _out = run(folder)
    assert (status, refused) == (
        1,
        {
            "line.txt": "The document has 62914560 bytes; at most 8388608 are read.",
            "empty.txt": "The file is empty.",
            "deep.html": "The page has more elements inside one another than a page can have.",
            "program.txt": "This is a program, not a document.",
        },
    )
    assert list(Article.objects.order_by("title").values_list("title", flat=True)) == [
        "A Meeting in the Old Library",
        "A Meeting in the Very Old Library",
    ]


# ---------------------------------------------------------------- the file system
def test_what_is_no_file_is_named_and_not_waited_for(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT.replace("Old", "Secret"))
    os.mkfifo(folder / "pipe.txt")
    (folder / "circle.txt").symlink_to(folder / "circle.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "above").symlink_to(tmp_path)
    (folder / "name\nwith\tcontrols\x1b[31m.txt").write_text(TEXT.replace("Old", "Odd"))
    status, refused, out = run(folder)
    assert (status, refused) == (
        1,
        {
            "circle.txt": "The file cannot be read: Too many levels of symbolic links.",
            "out.txt": "This is a link that leads out of the folder; give the path of its file itself.",
            "pipe.txt": "This is no file but a pipe, a socket or a device.",
        },
    )
    assert out.splitlines() == [
        "note  above: This is a link to a folder; links to folders are not followed.",
        "created  A Meeting in the Old Library  good.txt",
        "created  A Meeting in the Odd Library  name\N{REPLACEMENT CHARACTER}with\N{REPLACEMENT CHARACTER}controls"
        "\N{REPLACEMENT CHARACTER}[31m.txt",
        "2 created, 0 updated, 0 unchanged, 3 refused.",
    ]
