"""Word documents as Word, WPS and hostile hands write them; each is put together here, part by part."""

import html
import io
import re
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from articles.documents import word
from articles.documents.document import Circumstances, Document, Reading, Status, render

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = {"Title": "Title", "a3": "标题", "1": "heading 1", "2": "heading 2", "a5": "Caption", "Subtitle": "Subtitle"}
LINES = "三百棵树苗今天在江边种下，天气很冷，大家都很高兴。"


def run(text: str, *, bold: bool = False) -> str:
    return f'<w:r>{"<w:rPr><w:b/></w:rPr>" if bold else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str, *, style: str = "", raw: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{run(text) if text else ''}{raw}</w:p>"


def picture(number: int, *, alt: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="{number}" name="p" descr="{alt}"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:blipFill><a:blip r:embed="rId{number}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def png(color: int) -> bytes:
    target = io.BytesIO()
    Picture.new("RGB", (40, 30), (color, 90, 90)).save(target, "PNG")
    return target.getvalue()


def docx(body: str, *, pictures: int = 0, parts: dict[str, str] | None = None, relations: str = "") -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATION}/image" Target="media/image{number}.png"/>'
        for number in range(1, pictures + 1)
    )
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{RELATION}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rIdS" '
        f'Type="{RELATION}/styles" Target="styles.xml"/>{links}{relations}</Relationships>',
    }
    files |= {f"word/media/image{number}.png": png(number) for number in range(1, pictures + 1)}
    files |= parts or {}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(data: bytes) -> Reading:
    return word.read(data, Circumstances(datetime(2026, 11, 27, tzinfo=UTC)))


def told(reading: Reading) -> list[str]:
    return [str(note) for note in reading.warnings]


def words(document: Document) -> str:
    captions = [caption for image in document.images for caption in (image.caption, image.name)]
    values = (document.title, document.subtitle, document.author, document.source, document.editor, render(document))
    return html.unescape(re.sub(r"<[^>]+>|\s", "", " ".join((*values, *captions, *document.tags))))


@pytest.mark.parametrize("style", ["Title", "a3", "1"])
def test_the_paragraph_with_the_style_of_a_title_is_the_title(style: str) -> None:
    header = paragraph("作者：周明　来源：校报　发布时间：2024-03-12")
    reading = read(docx(paragraph("江边种下三百棵树苗", style=style) + header + paragraph(LINES) * 2))
    document = reading.document
    assert (document.title, document.author, document.source) == ("江边种下三百棵树苗", "周明", "校报")
    assert document.published is not None
    assert document.published.when.date().isoformat() == "2024-03-12"
    assert (document.paragraphs, reading.status) == ([LINES, LINES], Status.OK)


def test_a_document_without_styles_is_read_like_a_text() -> None:
    document = read(docx(paragraph("Trees Along the River") + paragraph("By Mei Lin, March 12, 2024") + paragraph(
        "The gardeners planted three hundred trees on that cold morning.") * 2)).document  # fmt: skip
    assert (document.title, document.author) == ("Trees Along the River", "Mei Lin")


def test_all_pictures_come_in_where_they_stand_with_their_captions() -> None:
    body = paragraph("江边种下三百棵树苗", style="Title") + paragraph(LINES)
    body += paragraph("", raw=picture(1, alt="树苗")) + paragraph("图1 种树的人们", style="a5") + paragraph(LINES)
    table = f"<w:tc>{paragraph('', raw=picture(2))}</w:tc><w:tc>{paragraph('第二组')}</w:tc>"
    body += f"<w:tbl><w:tr>{table}</w:tr></w:tbl>"
    body += '<w:p><w:r><w:pict><v:shape><v:imagedata r:id="rId3"/></v:shape></w:pict></w:r></w:p>' + paragraph(LINES)
    reading = read(docx(body, pictures=3))
    found = [(one.after_paragraph, one.caption, one.alt) for one in reading.document.images]
    assert found[0] == (1, "图1 种树的人们", "树苗")
    assert sorted(reading.parts.values()) == sorted([png(1), png(2), png(3)])
    assert {one.address for one in reading.document.images} == set(reading.parts)


def test_tables_lists_notes_and_links_keep_their_shape() -> None:
    cells = "".join(
        f"<w:tr><w:tc>{paragraph(a)}</w:tc><w:tc>{paragraph(b)}</w:tc></w:tr>" for a, b in [("组", "棵"), ("一", "90")]
    )
    link = '<w:p><w:hyperlink r:id="rIdL">' + run("照片见这一页") + "</w:hyperlink></w:p>"
    relations = f'<Relationship Id="rIdL" Type="{RELATION}/hyperlink" Target="https://news.example.edu/1" TargetMode="External"/>'
    data = docx(
        paragraph("江边种下三百棵树苗", style="Title") + paragraph(LINES) + f"<w:tbl>{cells}</w:tbl>" + paragraph("经过", style="2") + paragraph(LINES) + link,
        relations=relations,
    )  # fmt: skip
    markup = render(read(data).document)
    assert "<table>" in markup
    assert "<td>一</td><td>90</td>" in re.sub(r"\s+(?=<)", "", markup)
    assert "<h2>经过</h2>" in markup
    assert '<a href="https://news.example.edu/1">照片见这一页</a>' in markup


def test_what_was_inserted_stays_and_what_was_deleted_is_gone_and_told() -> None:
    changed = "<w:p>" + run("今天种下") + f"<w:ins>{run('三百棵')}</w:ins><w:del><w:r><w:delText>二百棵</w:delText></w:r></w:del>" + run("树苗，大家都很高兴。") + "</w:p>"  # fmt: skip
    reading = read(docx(paragraph("江边种下三百棵树苗", style="Title") + changed + paragraph(LINES)))
    assert reading.document.paragraphs == ["今天种下三百棵树苗，大家都很高兴。", LINES]
    assert "Deleted text that the document still tracks was left out: 1 places." in told(reading)


def test_the_text_of_a_text_box_is_read_once() -> None:
    inner = f"<w:txbxContent>{paragraph('江边还有一座旧灯塔，今年重新点亮。')}</w:txbxContent>"
    box = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{inner}"
        "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    body = paragraph("江边种下三百棵树苗", style="Title") + paragraph(LINES, raw=f"<w:r>{box}</w:r>") + paragraph(LINES)
    assert read(docx(body)).document.paragraphs == [LINES, "江边还有一座旧灯塔，今年重新点亮。", LINES]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 and nothing", "The Word document is damaged"),
        (docx(paragraph(LINES))[:700], "The Word document is damaged"),
        (
            docx("<w:p/>", parts={"word/document.xml": '<!DOCTYPE d [<!ENTITY e "boom">]><d>&e;</d>'}),
            "The Word document declares entities",
        ),
        (docx(paragraph(LINES), parts={"word/media/zero.xml": "0" * 60_000_000}), "The Word document unpacks to more"),
    ],
)
def test_a_broken_or_hostile_document_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    reading = read(data)
    assert reading.status is Status.REFUSED
    assert told(reading)[-1].startswith(sentence)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Co", "Cn")), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6))
def test_no_word_of_a_document_is_lost(texts: list[str]) -> None:
    reading = read(docx(paragraph(LINES) + "".join(paragraph(text) for text in texts) + paragraph(LINES)))
    kept = words(reading.document) + re.sub(r"\s", "", " ".join([*told(reading), *reading.dropped]))
    lost = [text for text in texts if re.sub(r"\s", "", text) not in html.unescape(kept)]
    assert lost == []
