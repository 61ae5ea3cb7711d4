"""The import page in a real browser: files and folders dropped, looked at, imported, and a repair undone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from articles.models import Article, Origin
from tests import make
from tests.browser.test_admin import DROP, desk, file

__all__ = ["desk"]  # the fixture of the other tests at the desk

pytestmark = pytest.mark.django_db(transaction=True)

START = "/admin/articles/article/import/"
TEXT = """A Meeting in the Old Library

Author: Mei Lin  Source: Office of Research  2024-12-04

Staff and students\u00a0met on Monday and talked about the coming term.

hall.jpg

A report follows at the end of May, said the office, and all may read it.
"""


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


def looked_at(page: Page) -> None:
    page.wait_for_url("**/import/*/")
    page.wait_for_load_state("networkidle")


def drop_documents(page: Page) -> None:
    files = [file("news.txt", TEXT.encode(), "text/plain"), file("hall.jpg", make.picture())]
    page.evaluate(DROP, [".import-drop", files])
    looked_at(page)


def test_dropped_files_are_shown_corrected_and_imported(desk: Any) -> None:
    page = desk(START)
    drop_documents(page)
    assert page.inner_text(".import-list tbody td >> nth=0") == "sound"
    assert page.inner_text(".import-list tbody td >> nth=2") == "1 of 1 found"
    page.click(".import-list .desk-title")
    page.wait_for_selector(".import-body img")
    assert page.evaluate("document.querySelector('.import-body img').naturalWidth") == 800
    assert page.inner_text(".import-used .import-gave >> nth=0") == "title"
    page.fill("#id_author", "Lin Mei")
    page.check("input[name=state][value=published]")
    page.click("[name=_import]")
    page.wait_for_selector(".messagelist a")
    article = Article.objects.get()
    assert (article.author, article.state, article.images.count()) == ("Lin Mei", "published", 1)
    page.click(".messagelist a")
    page.wait_for_selector("#id_title")
    assert page.input_value("#id_title") == "A Meeting in the Old Library"


def test_a_folder_is_sent_with_its_places(desk: Any, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "page_files").mkdir(parents=True)
    text = "<p>Trees were planted on the sports field, and they are watered by students.</p>" * 3
    page_file = (
        f'<html><head><title>Trees</title></head><body><h1>Trees</h1>{text}<img src="page_files/1.jpg"></body></html>'
    )
    (folder / "page.html").write_text(page_file, "utf-8")
    (folder / "page_files" / "1.jpg").write_bytes(make.picture())
    page = desk(START)
    page.set_input_files("#id_folder", folder)
    looked_at(page)
    assert page.inner_text(".import-list tbody th .quiet") == "saved/page.html"
    assert page.inner_text(".import-list tbody td >> nth=2") == "1 of 1 found"


def test_all_sound_documents_are_imported_with_one_press(desk: Any) -> None:
    page = desk(START, "Writers")
    files = [file(f"{number}.txt", TEXT.replace("Meeting", f"Meeting {number}").encode()) for number in range(3)]
    page.evaluate(DROP, [".import-drop", files])
    looked_at(page)
    page.click(".import-all [type=submit]")
    page.wait_for_selector(".messagelist")
    assert page.inner_text(".messagelist li") == "3 documents were imported."
    assert list(Article.objects.values_list("state", flat=True)) == ["review"] * 3


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(desk: Any) -> None:
    page = desk(START)
    page.evaluate("document.querySelector('.import-drop').dataset.most = 100")
    page.evaluate(DROP, [".import-drop", [file("news.txt", TEXT.encode())]])
    page.wait_for_selector(".import-sending .errors")
    assert page.inner_text(".import-sending .errors") == "news.txt has 0.0 MB; at most 0 MB are taken."
    assert page.url.endswith(START)


def test_the_page_works_without_script(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(TEXT, "utf-8")
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    page = desk(START, java_script_enabled=False)
    page.set_input_files("#id_files", [tmp_path / "news.txt", tmp_path / "hall.jpg"])
    page.click(".import-drop [type=submit]")
    page.wait_for_url("**/import/*/")
    page.click(".import-list .desk-title")
    page.click("[name=_import]")
    assert "is imported. It is now: In review." in page.inner_text(".messagelist")


def test_a_repair_is_undone_from_the_history_with_the_keyboard(desk: Any) -> None:
    page = desk(START)
    drop_documents(page)
    page.click(".import-list .desk-title")
    page.click("[name=_import]")
    page.wait_for_selector(".messagelist a")
    article, origin = Article.objects.get(), Origin.objects.get()
    page.goto(f"/admin/articles/article/{article.pk}/history/")
    page.focus(f"#origin-{origin.pk} .origin-repairs button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist")
    assert page.inner_text(".messagelist li") == "1 place of the article was changed."
    assert "students&nbsp;met" in Article.objects.get().body
    assert page.inner_text(f"#origin-{origin.pk} .origin-repairs button").startswith("Make this repair again")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(desk: Any, scheme: str) -> None:
    page = desk(START, width=320, color_scheme=scheme)
    drop_documents(page)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    page.click(".import-list .desk-title")
    page.wait_for_load_state("networkidle")
    assert not page.evaluate(wide)
    assert page.evaluate("(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(id_title)") <= 0
