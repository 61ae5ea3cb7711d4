"""Markdown with the front matter of the usual generators, and pages that a browser saved as one MHTML file."""

import quopri
from datetime import UTC, datetime
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.documents import markdown, mhtml
from articles.documents.document import Circumstances, Reading, Status, render

AT = Circumstances(datetime(2026, 11, 27, tzinfo=UTC))
TEXT = "三百棵树苗今天在江边种下，天气很冷，大家都很高兴。"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def told(reading: Reading) -> list[str]:
    return [str(note) for note in reading.warnings]


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "江边种下三百棵树苗"\ndate: 2024-03-12 08:30:00\nauthor: 周明\ntags: [植树, 江边]\n---\n',
        "---\ntitle: 江边种下三百棵树苗\ndate: 2024-03-12T08:30:00+08:00\nauthor: 周明\ntags:\n  - 植树\n  - 江边\n---\n",
        '+++\ntitle = "江边种下三百棵树苗"\ndate = 2024-03-12T08:30:00+08:00\nauthor = "周明"\ntags = ["植树", "江边"]\n+++\n',
    ],
    ids=["jekyll", "hexo", "hugo"],
)
def test_the_front_matter_gives_the_fields(front: str) -> None:
    reading = markdown.read(f"{front}\n{TEXT}\n\n## 经过\n\n{TEXT}\n".encode(), AT)
    document = reading.document
    assert document.published is not None
    assert (document.title, document.author, document.tags) == ("江边种下三百棵树苗", "周明", ("植树", "江边"))
    assert document.published.when.isoformat() == "2024-03-12T08:30:00+08:00"
    assert (document.paragraphs, reading.status) == ([TEXT, "经过", TEXT], Status.OK)


def test_without_front_matter_the_heading_is_the_title_and_header_lines_count() -> None:
    text = f"# 江边种下三百棵树苗\n\n作者：周明　发布时间：2024-03-12\n\n{TEXT}\n\n![种树](images/tree.jpg)\n\n{TEXT}\n"
    document = markdown.read(text.encode("gb18030"), AT).document
    assert (document.title, document.author) == ("江边种下三百棵树苗", "周明")
    assert [(one.name, one.after_paragraph, one.alt) for one in document.images] == [("tree.jpg", 1, "种树")]
    assert document.paragraphs == [TEXT, TEXT]


def test_tables_code_and_lists_keep_their_shape_and_raw_markup_is_clean() -> None:
    text = f"# Trees\n\n2024-03-12\n\n{TEXT}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx < 1\n```\n\n"
    text += "<script>alert(1)</script><p onclick=x()>Plain <b>words</b></p>\n"
    html = render(markdown.read(text.encode(), AT).document)
    assert "<ul>\n<li>one</li>\n<li>two</li>\n</ul>" in html
    assert "<td>1</td><td>2</td>" in html
    assert "x &lt; 1" in html
    assert ("script" in html, "onclick" in html, "alert" in html) == (False, False, False)


def test_a_line_of_front_matter_that_is_not_understood_is_quoted() -> None:
    reading = markdown.read(f"---\ntitle: Trees\n???\n---\n\n{TEXT}\n".encode(), AT)
    assert "A line of the front matter was not understood: “???”." in told(reading)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_a_reading_or_a_refusal(data: bytes) -> None:
    for reader in (markdown.read, mhtml.read):
        reading = reader(data, AT)
        assert reading.status is not Status.REFUSED or reading.warnings


def package(*, encoding: str) -> bytes:
    html = f"<html><head><title>江边种下三百棵树苗</title></head><body><h1>江边种下三百棵树苗</h1><p>发布时间：2024-03-12 作者：周明</p><p>{TEXT}</p><img src='cid:tree@x'><p>{TEXT}</p><img src='pic/b.png'><p>{TEXT}</p></body></html>"
    whole = MIMEMultipart("related", type="text/html")
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = "https://news.example.edu/info/1/2.htm"
    page = MIMEText(html, "html", "utf-8")
    if encoding == "quoted-printable":
        page = MIMEText("", "html", "utf-8")
        page.set_payload(html.encode().decode("latin-1"))
        del page["Content-Transfer-Encoding"]

        page["Content-Transfer-Encoding"] = "quoted-printable"
        page.set_payload(quopri.encodestring(html.encode()).decode())
    page["Content-Location"] = "https://news.example.edu/info/1/2.htm"
    whole.attach(page)
    for header, value in (
        ("Content-ID", "<tree@x>"),
        ("Content-Location", "https://news.example.edu/info/1/pic/b.png"),
    ):
        image = MIMEImage(PIXEL, "png")
        image[header] = value
        whole.attach(image)
    return whole.as_bytes()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_page_saved_as_one_file_brings_its_pictures_and_its_address(encoding: str) -> None:
    reading = mhtml.read(package(encoding=encoding), AT)
    document = reading.document
    assert (document.title, document.author, document.paragraphs) == ("江边种下三百棵树苗", "周明", [TEXT] * 3)
    assert [one.after_paragraph for one in document.images] == [1, 2]
    assert [reading.parts[one.address] for one in document.images] == [PIXEL, PIXEL]
    assert document.addresses == ("https://news.example.edu/info/1/2.htm",)


def test_a_package_without_a_page_is_refused() -> None:
    whole = MIMEMultipart("related")
    whole.attach(MIMEImage(PIXEL, "png"))
    reading = mhtml.read(whole.as_bytes(), AT)
    assert (reading.status, told(reading)) == (Status.REFUSED, ["The package holds no web page."])
