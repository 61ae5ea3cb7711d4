"""The rules of an old site, from a file that a person wrote."""

from pathlib import Path

import pytest
from django.utils import translation

from articles.documents import siterules
from articles.documents.siterules import BadRules, SiteRules

WHOLE = """
banners = ["Northfield Newsroom", "北田大学新闻网"]
containers = ["#story .text", "td.zw > div"]
drop = [".share"]
dates = "dmy"
former_addresses = ["/info/{folder}/{stem}.htm"]
[sources]
"本站" = "北田大学"
[sections]
"综合新闻" = "campus"
"""


def load(folder: Path, text: str) -> SiteRules:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return siterules.load(path)


def test_a_whole_file_gives_every_rule(tmp_path: Path) -> None:
    assert load(tmp_path, WHOLE) == SiteRules(
        banners=frozenset({"Northfield Newsroom", "北田大学新闻网"}),
        containers=("#story .text", "td.zw > div"),
        drop=(".share",),
        dates="dmy",
        former_addresses=("/info/{folder}/{stem}.htm",),
        sources={"本站": "北田大学"},
        sections={"综合新闻": "campus"},
    )


@pytest.mark.parametrize("text", ["", "\ufeff", "# nothing yet\n"])
def test_an_empty_file_has_no_rules(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == siterules.NO_RULES


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'banner = ["News"]',
            "The rules in “rules.toml” have no “banner”. There are: banners, containers, drop, dates, former_addresses, "
            "sources, sections.",
        ),
        ("banners = 'News'", "The rule “banners” needs a list of texts in quotation marks, and not 'News'."),
        ("drop = [1]", "The rule “drop” needs a list of texts in quotation marks, and not [1]."),
        ("banners = [' ']", "The rule “banners” needs a list of texts in quotation marks, and not [' ']."),
        (
            "dates = 'ymd'",
            "The rule “dates” is 'ymd'. It says “dmy”, where 04/12/2024 is in December, or “mdy”, in April.",
        ),
        ("dates = []", "The rule “dates” is []. It says “dmy”, where 04/12/2024 is in December, or “mdy”, in April."),
        (
            "sources = ['a']",
            "The rule “sources” needs a table of names, each with the name that takes its place, and not ['a'].",
        ),
        (
            "[sections]\na = 1",
            "The rule “sections” needs a table of names, each with the name that takes its place, and not {'a': 1}.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(tmp_path: Path, text: str, sentence: str) -> None:
    with translation.override("en"), pytest.raises(BadRules) as refusal:
        load(tmp_path, text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("selector", ["#", "div >", "p[", "..share", "a::nothing", "div:unknown-thing"])
def test_a_selector_that_is_none_is_named(tmp_path: Path, selector: str) -> None:
    with translation.override("en"), pytest.raises(BadRules) as refusal:
        load(tmp_path, f"containers = ['{selector}']")
    opening = f"The rule “containers” has “{selector}”, which is no CSS selector: "
    assert (str(refusal.value)[: len(opening)], str(refusal.value)[-1]) == (opening, ".")


@pytest.mark.parametrize(
    "data", [b"banners = [", b"\xff\xfe\x00", b"a = " + b"[" * 5_000, b"#" * (siterules.LARGEST + 1)]
)
def test_a_file_that_is_no_rules_is_refused_with_its_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(data)
    with translation.override("en"), pytest.raises(BadRules, match=r"^The rules in “rules.toml” ") as refusal:
        siterules.load(path)
    assert str(refusal.value).endswith(".")


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with translation.override("en"), pytest.raises(BadRules) as refusal:
        siterules.load(tmp_path / "none.toml")
    assert str(refusal.value) == "The rules in “none.toml” cannot be read: No such file or directory."
