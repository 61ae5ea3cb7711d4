"""What is read out of a clean text: places and numbers of pictures, plain words."""

import pytest

from articles.text import markup

BODY = markup.clean(
    '<img data-file="5" src="/m/5.jpg" alt=""><h2>One</h2><p>Two</p><img data-file="6"><ul><li>Three</li>'
    '<li>Four<img data-file="8"></li></ul><img data-file="6"><table><tr><td>Five</td></tr></table>'
    '<figure><img data-file="9"></figure><img src="/old.png">'
)


def test_places_count_the_blocks_before_each_picture() -> None:
    assert markup.places(BODY) == {5: 0, 6: 2, 8: 3, 9: 5}


def test_an_item_or_a_row_counts_once_with_or_without_paragraphs_in_it() -> None:
    picture = '<img data-file="7">'
    for item, row in [
        ("One", "Two"),
        ("<p>One</p>", "<p>Two</p>"),
        ("<p>One</p><p>more</p>", "<h2>Two</h2><p>more</p>"),
    ]:
        before = f"<ul><li>{item}</li></ul><table><tbody><tr><td>{row}</td><td>{row}</td></tr></tbody></table><p>a</p>"
        assert markup.places(markup.clean(before + picture)) == {7: 3}
    nested = "<ul><li>One<ul><li>Two</li></ul></li></ul><blockquote><p>Three</p></blockquote>"
    assert markup.places(markup.clean(nested + picture)) == {7: 3}


def test_picture_numbers_stand_in_the_order_of_the_text() -> None:
    assert markup.picture_numbers(BODY) == [5, 6, 8, 6, 9]
    assert markup.picture_numbers("<p>data-file=&quot;5&quot;</p>") == []
    assert markup.picture_numbers(markup.clean("<img src=x alt=' data-file=\"5\"'>")) == []


def test_pictures_are_replaced_by_what_is_given_for_their_numbers() -> None:
    html = markup.replace_pictures(BODY, lambda number, _tag: f"[{number}]")
    assert html == (
        "[5]<h2>One</h2><p>Two</p>[6]<ul><li>Three</li><li>Four[8]</li></ul>[6]"
        "<table><tbody><tr><td>Five</td></tr></tbody></table><figure>[9]</figure>[0]"
    )
    assert markup.replace_pictures(BODY, lambda _number, tag: tag) == BODY


def test_the_alternative_text_of_a_picture_cannot_leave_its_tag() -> None:
    html = markup.clean('<img data-file="7" alt="a > b <script> &quot;c">')
    assert markup.replace_pictures(html, lambda _number, _tag: "") == ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One &amp; two</p><p>三</p>", "One & two\n三"),
        ("<h2>A</h2><ul><li>b</li><li>c</li></ul>", "A\nb\nc"),
        ("<p>a<br>b</p><hr><p></p>", "a\nb"),
        ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", "a\nb"),
        ('<p>a</p><img data-file="7" alt="seen"><p>b</p>', "a\nb"),
        ("<p>&lt;script&gt;</p>", "<script>"),
        ("<p>half <strong>bo</strong>ld</p>", "half bold"),
        ("", ""),
    ],
)
def test_plain_text_has_a_line_for_each_block(html: str, expected: str) -> None:
    assert markup.plain(html) == expected
