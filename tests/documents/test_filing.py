"""What files an article: its section, by a label or by its folder, and its tags."""

from pathlib import Path

import pytest

from articles.models import Article
from tests import make
from tests.documents.test_importing import take, warnings, write

pytestmark = pytest.mark.django_db

CHINESE = (
    "听澜湖畔的新图书馆\n来源：新闻中心 时间：2026-09-01 10:30 {label}\n\n新馆于九月一日开放，读者可以坐到夜里。\n"
)
ENGLISH = "A New Library by the Lake\n\nAuthor: Mei Lin | Date: 2026-09-01 | {label}\n\nIt opened on the first of September.\n"


@pytest.mark.parametrize(
    ("text", "label", "tags"),
    [
        (CHINESE, "关键词：图书馆、建筑，湖", ["图书馆", "建筑", "湖"]),
        (CHINESE, "標籤：圖書館 開放日", ["圖書館", "開放日"]),
        (ENGLISH, "Tags: open library, lake, AI, ai", ["open library", "lake", "AI"]),
        (ENGLISH, "Keywords: library; lake", ["library", "lake"]),
    ],
)
def test_a_label_gives_the_tags(tmp_path: Path, text: str, label: str, tags: list[str]) -> None:
    result = take(write(tmp_path, text.format(label=label)))
    assert (sorted(Article.objects.get().tags.names()), warnings(result)) == (sorted(tags), [])


@pytest.mark.parametrize("label", ["栏目：校园生活", "Section: campus life"])
def test_a_label_names_the_section_in_either_language(tmp_path: Path, label: str) -> None:
    section = make.section("Campus Life", "校园生活", "life")
    result = take(write(tmp_path, (CHINESE if "栏" in label else ENGLISH).format(label=label)))
    assert (Article.objects.get().section, warnings(result)) == (section, [])


def test_a_section_that_the_site_does_not_have_is_told_and_not_made(tmp_path: Path) -> None:
    result = take(write(tmp_path, CHINESE.format(label="栏目：院系风采")))
    assert (Article.objects.get().section, warnings(result)) == (
        None,
        ["The site has no section “院系风采”; the article is in none."],
    )


def test_a_folder_named_like_the_address_of_a_section_files_its_documents_there(tmp_path: Path) -> None:
    section = make.section("Research", "科学研究", "research")
    (tmp_path / "research").mkdir()
    take(write(tmp_path / "research", ENGLISH.format(label="Views: 3")))
    assert Article.objects.get().section == section
