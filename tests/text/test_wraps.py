"""Lines of one width become paragraphs again; what only looks like it stays."""

import textwrap

import pytest

from articles.text import repairs, wraps

ENGLISH = (
    "The harbour laboratory opened its doors on Monday morning to more than two hundred guests from eleven partner "
    "schools, and the first of three guided tours began at nine. Visitors saw the wave tank, the tide models and a "
    "workshop in which second-year students build their own buoys, and they stayed until the evening."
)
CHINESE = (
    "海岬大学的潮汐实验室本周一上午向公众开放，来自十一所合作学校的两百多位来宾参观了造波水槽、潮汐模型和学生自己制作浮标的"
    "工作室。下午的座谈讨论了小型观测站怎样共享测量数据，与会者认为，开放的数据格式比昂贵的仪器更为重要。会后，各方约定"
    "明年春天在临江再次见面，并交换一年来的观测记录。"
)


def wrapped(paragraph: str, width: int) -> str:
    if " " in paragraph:
        return "\n".join(textwrap.wrap(paragraph, width))
    return "\n".join(paragraph[start : start + width] for start in range(0, len(paragraph), width))


@pytest.mark.parametrize(("paragraph", "width"), [(ENGLISH, 60), (ENGLISH, 72), (CHINESE, 30), (CHINESE, 38)])
def test_paragraphs_between_empty_lines_are_whole_again(paragraph: str, width: int) -> None:
    above = "A Title of Its Own\n2024-12-04\n\n"
    text = above + "\n\n".join([wrapped(paragraph, width)] * 2)
    assert wraps.join(text) == (f"{above}{paragraph}\n\n{paragraph}", 2 * wrapped(paragraph, width).count("\n"))


def test_an_indent_begins_a_paragraph_of_its_own() -> None:
    paragraph = "　　" + CHINESE
    text = "双方座谈会举行\n2024-12-04\n" + "\n".join([wrapped(paragraph, 33)] * 2)
    assert wraps.join(text)[0] == f"双方座谈会举行\n2024-12-04\n{paragraph}\n{paragraph}"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([ENGLISH] * 6),
        "\n\n".join([CHINESE] * 6),
        "\n".join(["座谈会上，双方就实验室的共同建设和学生的交流交换了意见，并约定年内再次会面。"] * 12),
        "\n".join(["海上的风来了又走", "潮水记得每一条船", "灯塔在夜里数着星", "把名字写在沙子上"] * 6),
        "\n".join(
            f"{number}. 关于公布第{number}批校级重点实验室建设项目立项名单的通知以及有关事项" for number in range(1, 12)
        ),
        "\n".join(["Mei Lin, School of Ocean Engineering", "Anna Becker, Institute of Tides and Coasts"] * 8),
        "\n".join(["校长办公室、教务处、学生处、科研处、人事处、财务处、保卫处、后勤处、图书馆、团委、工会"] * 3),
    ],
)
def test_verse_lists_and_whole_paragraphs_are_left_as_they_are(text: str) -> None:
    assert wraps.join(text) == (text, 0)


def test_labels_pictures_and_lists_keep_their_lines() -> None:
    paragraph = wrapped(ENGLISH, 72)
    text = f"A Title\n2024-12-04\n\n{paragraph}\n\n{paragraph}\nharbour-laboratory.jpg\n\n1. {paragraph}\n2. The end"
    assert [line for line in wraps.join(text)[0].split("\n") if len(line) < 80] == [
        *("A Title", "2024-12-04", "", "", "harbour-laboratory.jpg", "", "2. The end"),
    ]


def test_the_step_has_a_name_and_can_be_left_out() -> None:
    text = "A Title\n\n" + "\n\n".join([wrapped(ENGLISH, 72)] * 2)
    assert repairs.repair(text).counts == {"hard_wraps": 8}
    assert repairs.replay(text, [name for name in repairs.AUTOMATIC if name != "hard_wraps"]).text == text
