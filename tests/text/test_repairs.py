import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text.repairs import Repaired, Step, Suggestion, repair, replay, suggest

ORDINARY = [
    "校运动会开幕，三千名师生参加。\n\n　　各学院代表队入场。",
    "The library’s wing opens at 9:30 – see the plan (PDF).\nSecond line, with  two blanks.",
    "一家人👨‍👩‍👧在图书馆",
    "کتاب‌خانه مرکزی دانشگاه",
    "数学：x＝1；“引号”、《书名》……",
    "नमस्ते क्‍ष",
    "孩子长(zhǎng)大了。",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_never_changed(text: str) -> None:
    assert repair(text) == Repaired(text)


@pytest.mark.parametrize(
    ("damaged", "sound", "steps"),
    [
        ("one\u00a0two\u00a0", "one two ", (Step("nbsp", 2),)),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", (Step("line_ends", 3),)),
        ("\ufeff新闻", "新闻", (Step("bom", 1),)),
        ("新\u200b闻\u00ad稿", "新闻稿", (Step("zero_width", 2),)),
        ("图\u202e书\u200d馆", "图书馆", (Step("zero_width", 2),)),
        ("作者：张三　编辑：李四", "作者：张三 编辑：李四", (Step("wide_blanks", 1),)),
        ("新\x00闻\x08", "新闻", (Step("controls", 2),)),
        ("產(chǎn)業(yè)創(chuàng)新發(fā)展產(chǎn)業(yè)", "產業創新發展產業", (Step("pinyin_notes", 6),)),
    ],
)
def test_a_repair_tells_its_steps(damaged: str, sound: str, steps: tuple[Step, ...]) -> None:
    assert repair(damaged) == Repaired(sound, steps)


def test_the_same_steps_can_be_taken_again() -> None:
    damaged = "\ufeffone\u00a0two\r\nthree"
    repaired = repair(damaged)
    assert replay(damaged, [step.name for step in repaired.steps]) == repaired


def test_a_step_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        replay("text", ["beautify"])


def test_damage_that_cannot_be_undone_is_shown_with_its_line() -> None:
    doubtful = repair("第一行\n工作?，F(xiàn)在").doubtful
    assert [(place.line, place.excerpt) for place in doubtful] == [(2, "工作?，F(xiàn)在")]


def test_suggestions_are_counted_and_change_nothing() -> None:
    text = "He came。He saw,then left.。\n为了工作，March 15"
    assert suggest(text, language="en") == (
        Suggestion("ideographic_full_stop_in_english", 2, "He came。He saw,then"),
        Suggestion("missing_blank_after_comma", 2, "came。He saw,then left.。"),
        Suggestion("double_stop", 1, "aw,then left.。"),
    )
    assert repair(text) == Repaired(text)


def test_a_suggestion_is_applied_when_it_is_named() -> None:
    repaired = repair("He came。He saw.", also=["ideographic_full_stop_in_english"])
    assert repaired == Repaired("He came. He saw.", (Step("ideographic_full_stop_in_english", 1),))


def test_english_advice_is_not_given_for_chinese() -> None:
    assert suggest("会议召开。会议结束。", language="zh-Hans") == ()


fragments = st.sampled_from(
    [
        "\u00a0",
        "\r\n",
        "\r",
        "\ufeff",
        "\u200b",
        "\u200d",
        "\u3000",
        " ",
        "\t",
        "\n",
        "發(fā)",
        "產(chǎn)",
        "業(yè)",
        "要?jiǎng)?chuàng)",
        "?wù)",
        "a",
        "学",
        "。",
        ",",
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(fragments, max_size=60).map("".join)))
def test_a_repaired_text_needs_no_repair(text: str) -> None:
    repaired = repair(text)
    assert repair(repaired.text).text == repaired.text
    assert repair(repaired.text).steps == ()


@settings(deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N", "P"], exclude_characters="?()（）"), max_size=200))
def test_letters_and_punctuation_are_never_changed(text: str) -> None:
    assert repair(text).text == text
