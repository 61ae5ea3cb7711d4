from django.utils import translation

from articles.documents.document import (
    Document,
    Heading,
    Image,
    ListItem,
    Note,
    Paragraph,
    TableRow,
    render,
)


def test_the_body_is_rendered_block_by_block_and_escaped() -> None:
    document = Document(
        blocks=(
            Heading("A & B", 3),
            Paragraph("<script>"),
            ListItem("one"),
            ListItem("two"),
            ListItem("first", ordered=True),
            TableRow(("a", "b")),
            Paragraph("end"),
        ),
        images=(Image("last.png", 7), Image('x"y.png', 0, "<caption>"), Image("22.png", 2)),
    )
    assert render(document).split("\n") == [
        '<figure><img src="x&quot;y.png" alt=""><figcaption>&lt;caption&gt;</figcaption></figure>',
        "<h3>A &amp; B</h3>",
        "<p>&lt;script&gt;</p>",
        '<figure><img src="22.png" alt=""></figure>',
        "<ul>",
        "<li>one</li>",
        "<li>two</li>",
        "</ul>",
        "<ol>",
        "<li>first</li>",
        "</ol>",
        "<table>",
        "<tr><td>a</td><td>b</td></tr>",
        "</table>",
        "<p>end</p>",
        '<figure><img src="last.png" alt=""></figure>',
    ]


def test_stored_pictures_can_take_the_place_of_names() -> None:
    document = Document(blocks=(Paragraph("text"),), images=(Image("a.png", 1),))
    assert render(document, image_tag=lambda image: f"[{image.name}]") == "<p>text</p>\n[a.png]"


def test_the_texts_of_all_blocks_are_the_paragraphs() -> None:
    document = Document(blocks=(Heading("h"), Paragraph("p"), ListItem("l"), TableRow(("a", "", "b"))))
    assert document.paragraphs == ["h", "p", "l", "a b"]


def test_a_note_is_put_into_words_when_it_is_shown() -> None:
    note = Note("Pictures seem to be missing after these paragraphs: %(places)s.", {"places": (3, 4)})
    with translation.override("en"):
        assert str(note) == "Pictures seem to be missing after these paragraphs: 3, 4."
    with translation.override("zh-hans"):
        assert str(note) == "以下段落之后可能缺少图片：3、4。"
