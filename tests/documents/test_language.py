import pytest

from articles.documents import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("学校举行运动会，图书馆开馆。", ("zh-Hans", True)),
        ("學校舉行運動會，圖書館開館。", ("zh-Hant", True)),
        ("大小多少", ("zh-Hans", False)),
        ("學校学校會议", ("zh-Hans", False)),
        ("The library opens in 学校.", ("en", True)),
        ("12345", ("en", False)),
    ],
)
def test_language_and_script_are_told_from_the_text(text: str, expected: tuple[str, bool]) -> None:
    assert language.of(text) == expected


def test_a_traditional_text_with_simplified_leftovers_looks_converted() -> None:
    assert language.looks_converted("學校舉行運動會，圖書館開館，这个会议")
    assert not language.looks_converted("學校舉行運動會，圖書館開館。")
