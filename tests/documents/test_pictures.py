import pytest

from articles.documents import pictures


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("22.png", ["22.png"]),
        ("WechatIMG43_ Copy.jpg", ["WechatIMG43_ Copy.jpg"]),
        ("图片1：合影.JPG", ["合影.JPG"]),
        ("[a.jpg]", ["a.jpg"]),
        ("（图1.jpg）", ["图1.jpg"]),
        ("photo(1).jpg", ["photo(1).jpg"]),
        ("(1).jpg", ["(1).jpg"]),
        ("a.jpg b.png、c.gif", ["a.jpg", "b.png", "c.gif"]),
        ("![caption](folder/a.png)", ["folder/a.png"]),
        ("see a.jpg for details", []),
        ("我校举行活动，a.jpg", []),
        ("a.jpg.txt", []),
        (".jpg", []),
        ("x" * 130 + ".jpg", []),
    ],
)
def test_a_name_line_is_nothing_but_names(line: str, found: list[str]) -> None:
    assert pictures.picture_names(line) == found


@pytest.mark.parametrize(
    ("line", "is_caption"),
    [
        ("图为座谈会现场。", True),
        ("▲ 合影", True),
        ("会议现场（林夕 摄）", True),
        ("Photo by Mei Lin.", True),
        ("Students on the lawn", True),
        ("会议指出，各单位要加强沟通，按照分工推进任务。", False),
        ("They met in the main building on Monday.", False),
    ],
)
def test_a_caption_says_so_or_is_short(line: str, *, is_caption: bool) -> None:
    assert pictures.is_caption(line) is is_caption


@pytest.mark.parametrize(
    ("line", "near_end", "name"),
    [
        ("附件1：名单.docx", False, "名单.docx"),
        ("附件【通知.pdf】已下载12次", False, "通知.pdf"),
        ("Attachment 2: plan.xlsx", False, "plan.xlsx"),
        ("plan.pdf", True, "plan.pdf"),
        ("plan.pdf", False, ""),
        ("附件：详见通知", True, ""),
    ],
)
def test_an_attachment_is_named_by_its_line(line: str, near_end: bool, name: str) -> None:
    assert pictures.attachment_name(line, near_end=near_end) == name
