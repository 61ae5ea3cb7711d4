import pytest

from articles.documents import names


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("林夕 宋遥", "林夕、宋遥"),
        ("记者 林夕 通讯员 宋遥", "林夕、宋遥"),
        ("王　伟", "王伟"),
        ("By Mei Lin and Anna Becker", "Mei Lin, Anna Becker"),
        ("约翰·史密斯", "约翰·史密斯"),
        ("机械学院 林夕", "机械学院 林夕"),
        ("林夕，林夕", "林夕"),
        ("", ""),
    ],
)
def test_names_are_set_in_one_way(value: str, line: str) -> None:
    assert names.line(value) == line


@pytest.mark.parametrize(("value", "weak"), [("本站", True), ("管理員", True), ("Admin", True), ("林夕", False)])
def test_values_that_say_nothing_are_known(value: str, *, weak: bool) -> None:
    assert names.is_weak(value) is weak
