"""Repairs undone, made again and asked for, in articles as they were imported and as editors changed them since."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from articles.documents import merging, report, undoing
from articles.documents.companions import sources
from articles.documents.gathering import Opening, gather
from articles.documents.importing import Importer
from articles.models import Article, Origin
from articles.publishing import moves, writing
from articles.text import repairs
from tests import make
from tests.conftest import NOW

LATER = NOW + timedelta(days=1)
TEXT = """The\u00a0Orchard Opens

Author: Mei Lin  2024-12-04

The first\u00a0tree was planted on Monday in front of the old library.

Students watered it,and went home。 The next tree follows in May.

row.jpg

Nothing else\u00a0happened on that day, said the office of the campus.
"""


@pytest.fixture
def origin(db: None, tmp_path: Path) -> Origin:
    return imported(tmp_path, TEXT)


def imported(folder: Path, text: str) -> Origin:
    (folder / "news.txt").write_text(text, "utf-8")
    (folder / "row.jpg").write_bytes(make.picture())
    (piece,) = gather(sources([folder / "news.txt"]), Opening(folder))
    Importer().take(piece, at=NOW)
    return Origin.objects.get()


def edit(article: Article, **fields: str) -> None:
    for name, value in fields.items():
        setattr(article, name, value)
    writing.save(article, by=None, at=NOW, expected=article.version)
    writing.settle(article, by=None, at=NOW)


def test_undoing_a_repair_gives_the_article_what_the_document_had(origin: Origin) -> None:
    before = Article.objects.get()
    change = undoing.undo(origin, "nbsp", by=None, at=LATER)
    article = Article.objects.get()
    assert change == undoing.Change(changed=2, left=0)
    assert article.title == "The Orchard Opens"  # titles have single plain blanks in any case
    assert article.body == (
        before.body.replace("first tree", "first&nbsp;tree").replace("else happened", "else&nbsp;happened")
    )
    assert (article.version, article.changed_at) == (before.version + 1, LATER)
    assert article.revisions.first().content["body"] == article.body
    assert Origin.objects.get().undone == ["nbsp"]


def test_a_repair_that_was_undone_is_made_again(origin: Origin) -> None:
    before = Article.objects.get().body
    undoing.undo(origin, "nbsp", by=None, at=LATER)
    change = undoing.redo(origin, "nbsp", by=None, at=LATER)
    assert (change.left, Article.objects.get().body, Origin.objects.get().undone) == (0, before, [])


def test_what_an_editor_changed_since_is_left_and_counted(origin: Origin) -> None:
    article = Article.objects.get()
    edit(article, body=article.body.replace("Nothing else happened", "Much happened"), title="Trees")
    change = undoing.undo(origin, "nbsp", by=None, at=LATER)
    after = Article.objects.get()
    assert (change.changed, change.left) == (1, 1)
    assert ("first&nbsp;tree" in after.body, "Much happened" in after.body, after.title) == (True, True, "Trees")


def test_a_suggestion_is_followed_and_taken_back(origin: Origin) -> None:
    before = Article.objects.get().body
    assert undoing.can_apply(origin) == ["ideographic_full_stop_in_english", "missing_blank_after_comma"]
    undoing.apply(origin, "ideographic_full_stop_in_english", by=None, at=LATER)
    assert "went home. The next tree" in Article.objects.get().body
    undoing.apply(origin, "missing_blank_after_comma", by=None, at=LATER)
    assert "watered it, and went home. The next" in Article.objects.get().body
    undoing.undo(origin, "ideographic_full_stop_in_english", by=None, at=LATER)
    undoing.undo(origin, "missing_blank_after_comma", by=None, at=LATER)
    assert (Article.objects.get().body, Origin.objects.get().applied) == (before, [])


NOTED = """三方攜手推進(jìn)新工藝

發(fā)布時(shí)間：2024-12-04 來源：科研處 點擊：400

發(fā)言的代表認(rèn)為，新工藝應(yīng)當(dāng)盡快進(jìn)入課堂，讓學(xué)生早日學(xué)習(xí)。
會(huì)議還討論了經(jīng)費(fèi)問題，各方將(jiāng)在下月再次會(huì)面。
"""


def test_notes_that_hid_the_header_come_back_and_go_again(db: None, tmp_path: Path) -> None:
    origin = imported(tmp_path, NOTED)
    before = Article.objects.get()
    undoing.undo(origin, "pinyin_notes", by=None, at=LATER)
    noted = Article.objects.get()
    assert noted.title == "三方攜手推進(jìn)新工藝"
    assert "各方將(jiāng)在下月再次會(huì)面。" in noted.body
    assert (noted.published_at, noted.imported_views) == (before.published_at, 400)
    undoing.redo(origin, "pinyin_notes", by=None, at=LATER)
    again = Article.objects.get()
    assert (again.title, again.body, again.source) == (before.title, before.body, "科研處")


def test_the_picture_stays_in_its_place(origin: Origin) -> None:
    undoing.undo(origin, "nbsp", by=None, at=LATER)
    article = Article.objects.get()
    assert article.images.get().place == 2
    assert article.body.count("<img") == 1


def test_only_who_may_edit_the_article_may_undo(origin: Origin, writer: User, editor: User) -> None:
    with pytest.raises(moves.NotAllowed):
        undoing.undo(origin, "nbsp", by=writer, at=LATER)
    assert Origin.objects.get().undone == []
    undoing.undo(origin, "nbsp", by=editor, at=LATER)
    assert Article.objects.get().changed_by == editor


def test_the_same_button_pressed_twice_at_once_is_a_conflict(origin: Origin) -> None:
    second = Origin.objects.get()
    undoing.undo(origin, "nbsp", by=None, at=LATER)
    with pytest.raises(writing.EditConflict):
        undoing.undo(second, "nbsp", by=None, at=LATER)


@pytest.mark.parametrize("name", ["pinyin_notes", "", "title", "ideographic_full_stop_in_english"])
def test_a_repair_that_was_not_made_cannot_be_undone(origin: Origin, name: str) -> None:
    with pytest.raises(undoing.CannotChange):
        undoing.undo(origin, name, by=None, at=LATER)


def test_a_suggestion_that_only_a_person_can_follow_is_not_offered(db: None, tmp_path: Path) -> None:
    origin = imported(tmp_path, TEXT.replace("planted", "““planted””"))
    assert "doubled_quotes" in origin.suggestions
    assert "doubled_quotes" not in undoing.can_apply(origin)
    with pytest.raises(undoing.CannotChange):
        undoing.apply(origin, "doubled_quotes", by=None, at=LATER)


def test_an_original_whose_reader_is_gone_says_so(origin: Origin) -> None:
    Origin.objects.update(reader="scroll")
    with pytest.raises(undoing.CannotChange, match="can no longer be read"):
        undoing.undo(Origin.objects.get(), "nbsp", by=None, at=LATER)


# The text alone: before, after, as it stands, and what comes of it.
MERGES = [
    ("<p>a</p><p>b</p>", "<p>a</p><p>B</p>", "<p>a</p><p>b</p>", "<p>a</p><p>B</p>", 1, 0),
    ("<p>a</p><p>b</p>", "<p>A</p><p>B</p>", "<p>new</p><p>b</p>", "<p>new</p><p>B</p>", 1, 1),
    ("<p>a</p>\n<p>a</p>", "<p>a</p>\n<p>x</p>", "<p>a</p><img src='i'><p>a</p>", "<p>a</p><img src='i'><p>x</p>", 1, 0),
    ("<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", "<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", 1, 0),
    ("<p>a</p>", "<p>n</p><p>a</p>", "<p>a</p>", "<p>n</p><p>a</p>", 1, 0),
    ("<p>a</p><p>b</p>", "<p>b</p>", "<p>a</p><p>b</p>", "<p>b</p>", 1, 0),
    ("<ul><li>a</li></ul><p>b</p>", "<p>b</p>", "<ul><li><p>a</p></li></ul><p>b</p>", "<p>b</p>", 1, 0),
    ("<ul><li>a</li><li>b</li></ul>", "<ul><li>A</li><li>b</li></ul>",
     "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "<ul><li><p>A</p></li><li><p>b</p></li></ul>", 1, 0),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "<table><tr><td>a</td><td>B</td></tr></table>",
     "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
     "<table><tbody><tr><td>a</td><td>B</td></tr></tbody></table>", 1, 0),
    ("<p>a</p><p>b</p>", "<p>ab</p>", "<p>a</p><p>b</p>", "<p>ab</p>", 2, 0),
    ("<p>a</p><p>b</p>", "<p>ab</p>", "<p>a</p><p>mine</p><p>b</p>", "<p>a</p><p>mine</p><p>b</p>", 0, 2),
    ("<p>a</p><p>b</p>", "<p>a</p><p>B</p>", "<p>a</p><p>B</p>", "<p>a</p><p>B</p>", 0, 0),
    ("<p>a</p>", "<p>b</p>", "", "", 0, 1),
]  # fmt: skip


@pytest.mark.parametrize("case", MERGES)
def test_what_differs_is_carried_over(case: tuple[str, str, str, str, int, int]) -> None:
    before, after, present, *merged = case
    assert merging.merge(before, after, present) == merging.Merged(*merged)


def test_every_repair_has_words() -> None:
    assert sorted({*repairs.STEPS, *repairs.SUGGESTED} - report.REPAIRS.keys()) == []
