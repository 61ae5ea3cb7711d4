"""Documents become articles: created, updated, unchanged or refused."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import translation

from articles.documents.companions import sources
from articles.documents.gathering import Opening, gather
from articles.documents.importing import Importer
from articles.documents.results import Outcome, Result
from articles.models import Article, ArticleImage, Attachment, Origin
from articles.publishing import moves, writing
from articles.states import State
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

TEXT = """A Meeting in the Old Library

Author: Mei Lin  Source: Office of Research  2024-12-04  Views: 1,286

Staff and students met on Monday and talked about the coming term.

hall.jpg

A report follows at the end of May.

Attachment 1: report.pdf
"""


def write(folder: Path, text: str = TEXT, *, name: str = "news.txt") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def take(path: Path, importer: Importer | None = None, *, days: int = 0) -> Result:
    found = importer or Importer()
    pieces = gather(sources([path]), Opening(path.parent))
    (result,) = found.run(pieces, at=NOW + timedelta(days=days))
    assert isinstance(result, Result)
    return result


def warnings(result: Result) -> list[str]:
    with translation.override("en"):
        return [str(note) for note in result.reading.warnings]


def stored_files() -> list[str]:
    root = Path(default_storage.path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def edit(article: Article, title: str) -> None:
    article.title = title
    writing.save(article, by=None, at=NOW, expected=article.version)


def test_a_document_becomes_a_public_article(tmp_path: Path) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 report")
    result = take(write(tmp_path))
    article = Article.objects.get()
    image = article.images.get()
    assert (result.outcome, result.article, result.found) == (Outcome.CREATED, article.pk, frozenset({0}))
    assert (article.title, article.author, article.source, article.language, article.views) == (
        "A Meeting in the Old Library",
        "Mei Lin",
        "Office of Research",
        "en",
        1286,
    )
    assert (article.state, f"{article.published_at:%Y-%m-%d %H:%M}", article.published_precision) == (
        State.PUBLISHED,
        "2024-12-03 16:00",
        "day",
    )
    assert article.body == (
        "<p>Staff and students met on Monday and talked about the coming term.</p>\n"
        f'<img data-file="{image.pk}" src="{image.file.url}" alt="">\n'
        "<p>A report follows at the end of May.</p>"
    )
    assert (image.original_name, image.place, article.cover) == ("hall.jpg", 1, image)
    assert [(one.name, one.size) for one in article.attachments.all()] == [("report.pdf", 15)]


def test_the_origin_keeps_the_document_byte_for_byte(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("Office of", "Office\u00a0of"))
    result = take(path)
    origin = Origin.objects.get()
    assert (bytes(origin.content), origin.sha256, origin.name) == (path.read_bytes(), result.sha256, "news.txt")
    assert (origin.collection, origin.reader, origin.repairs) == (str(tmp_path), "plain", {"nbsp": 1})
    assert len(origin.warnings) == 1


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path)
    first = take(path)
    again = take(path, days=1)
    assert (again.outcome, again.article) == (Outcome.UNCHANGED, first.article)
    assert (Article.objects.count(), Origin.objects.get().imported_at, Article.objects.get().version) == (1, NOW, 1)


def test_the_same_bytes_under_another_name_are_told(tmp_path: Path) -> None:
    first = take(write(tmp_path))
    copy = take(write(tmp_path, name="copy.txt"))
    assert (copy.outcome, copy.article) == (Outcome.UNCHANGED, first.article)
    assert warnings(copy)[0] == "The same document was imported as “news.txt”."


def test_a_document_without_a_date_waits_in_review(tmp_path: Path) -> None:
    result = take(write(tmp_path, TEXT.replace("2024-12-04", "")))
    article = Article.objects.get()
    assert (result.outcome, result.reading.status, article.state) == (Outcome.CREATED, "review", State.REVIEW)
    assert (article.published_at, article.published_precision) == (None, "")


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    result = take(write(tmp_path, "A Meeting in the Old Library\n2024-12-04"))
    assert (result.outcome, result.article, Article.objects.count()) == (Outcome.REFUSED, None, 0)
    assert warnings(result) == ["The document has no text beside its title “A Meeting in the Old Library”."]


def test_the_name_of_the_file_stands_in_for_a_missing_title(tmp_path: Path) -> None:
    result = take(write(tmp_path, "Staff and students met on Monday.\n\nA report follows at the end of May."))
    assert (result.reading.document.title, Article.objects.get().title) == ("", "news")


def test_a_changed_document_is_told_and_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    take(path)
    result = take(write(tmp_path, TEXT.replace("Monday", "Tuesday")))
    assert result.outcome is Outcome.UNCHANGED
    assert warnings(result)[0] == "The document has changed since it was imported; --update takes the new text in."
    assert "Monday" in Article.objects.get().body


def test_a_changed_document_is_taken_in_as_a_new_revision(tmp_path: Path) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    first = take(write(tmp_path))
    image = ArticleImage.objects.get()
    slug = Article.objects.get().slug
    text = TEXT.replace("Monday", "Tuesday").replace("A Meeting", "One Meeting").replace("1,286", "2,000")
    result = take(write(tmp_path, text), Importer(update=True), days=1)
    article = Article.objects.get()
    assert (result.outcome, result.article) == (Outcome.UPDATED, first.article)
    assert (article.title, article.slug, article.version, article.views) == (
        "One Meeting in the Old Library",
        slug,
        2,
        2000,
    )
    assert "Tuesday" in article.body
    assert ArticleImage.objects.get() == image
    assert [revision.version for revision in article.revisions.all()] == [2, 1]
    assert take(tmp_path / "news.txt", Importer(update=True)).outcome is Outcome.UNCHANGED


def test_an_edited_article_is_never_overwritten_without_force(tmp_path: Path) -> None:
    take(write(tmp_path))
    edit(Article.objects.get(), "An editor's title")
    path = write(tmp_path, TEXT.replace("Monday", "Tuesday"))
    kept = take(path, Importer(update=True))
    assert (kept.outcome, Article.objects.get().title) == (Outcome.UNCHANGED, "An editor's title")
    assert warnings(kept)[0] == (
        "The document has changed, but the article was edited since; --force overwrites the editor's work."
    )
    forced = take(path, Importer(update=True, force=True))
    assert (forced.outcome, Article.objects.get().title) == (Outcome.UPDATED, "A Meeting in the Old Library")


def test_a_document_that_goes_back_to_former_bytes_is_a_change(tmp_path: Path) -> None:
    take(write(tmp_path))
    take(write(tmp_path, TEXT.replace("Monday", "Tuesday")), Importer(update=True), days=1)
    back = write(tmp_path)
    assert take(back, days=2).outcome is Outcome.UNCHANGED
    assert take(back, Importer(update=True), days=2).outcome is Outcome.UPDATED
    assert "Monday" in Article.objects.get().body
    assert take(back, days=3).outcome is Outcome.UNCHANGED


def test_a_date_that_comes_later_publishes_what_waited(tmp_path: Path) -> None:
    take(write(tmp_path, TEXT.replace("2024-12-04", "")))
    take(write(tmp_path), Importer(update=True), days=1)
    article = Article.objects.get()
    assert (article.state, Origin.objects.first().article_version) == (State.PUBLISHED, article.version)  # type: ignore[union-attr]


def test_a_missing_picture_keeps_its_name_and_its_place(tmp_path: Path) -> None:
    result = take(write(tmp_path))
    image = ArticleImage.objects.get()
    assert (bool(image.file), image.original_name, image.place) == (False, "hall.jpg", 1)
    assert warnings(result) == ["Not found beside the document: hall.jpg, report.pdf."]
    assert [(one.name, bool(one.file)) for one in Attachment.objects.all()] == [("report.pdf", False)]


def test_a_picture_that_came_later_is_filled_in(tmp_path: Path) -> None:
    path = write(tmp_path)
    first = take(path)
    edit(Article.objects.get(), "An editor's title")
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 report")
    rehearsed = take(path, Importer(rehearsal=True))
    assert (rehearsed.outcome, stored_files()) == (Outcome.UPDATED, [])
    result = take(path, days=1)
    article = Article.objects.get()
    image = article.images.get()
    assert (result.outcome, result.article, article.title) == (Outcome.UPDATED, first.article, "An editor's title")
    assert f'<img data-file="{image.pk}" src="{image.file.url}" alt="">' in article.body
    assert warnings(result) == ["Files that were missing are there now: hall.jpg, report.pdf."]
    assert [(one.name, one.size) for one in article.attachments.all()] == [("report.pdf", 15)]
    assert take(path, days=2).outcome is Outcome.UNCHANGED
    changed = take(write(tmp_path, TEXT.replace("Monday", "Tuesday")), Importer(update=True))
    assert changed.outcome is Outcome.UNCHANGED


def test_a_picture_that_is_none_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "hall.jpg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "report.pdf").write_bytes(b"#!/bin/sh")
    result = take(write(tmp_path))
    assert (result.outcome, result.found, len(warnings(result))) == (Outcome.CREATED, frozenset(), 2)
    assert warnings(result)[0].startswith("The picture “hall.jpg” was not taken: ")
    assert warnings(result)[1].startswith("The attachment “report.pdf” was not taken: ")


def test_a_replaced_picture_leaves_no_file_behind(tmp_path: Path, django_capture_on_commit_callbacks: object) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    take(write(tmp_path))
    before = stored_files()
    (tmp_path / "hall.jpg").write_bytes(make.picture(color="#aa3333"))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        take(write(tmp_path, TEXT.replace("Monday", "Tuesday")), Importer(update=True), days=1)
    after = stored_files()
    assert len(after) == len(before)
    assert set(after).isdisjoint(before)


def test_a_rehearsal_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    path, copy = write(tmp_path), write(tmp_path, name="other.txt")
    rehearsal = Importer(rehearsal=True)
    rehearsed = [take(path, rehearsal), take(copy, rehearsal)]
    assert (Article.objects.count(), Origin.objects.count(), stored_files()) == (0, 0, [])
    real = Importer()
    done = [take(path, real), take(copy, real)]
    without_number = [{**result.as_json(), "article": None} for result in done]
    assert [result.as_json() for result in rehearsed] == without_number


def test_an_interrupted_document_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())

    def interrupt(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(moves, "arrive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        take(write(tmp_path))
    assert (Article.objects.count(), ArticleImage.objects.count(), stored_files()) == (0, 0, [])


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    (piece,) = gather(sources([path]), Opening(tmp_path))
    path.unlink()
    result = Importer().take(piece, at=NOW)
    assert (result.outcome, warnings(result)) == (
        Outcome.REFUSED,
        ["The file cannot be read: No such file or directory."],
    )


def test_a_folder_and_its_file_are_the_same_document(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    path = write(tmp_path / "deep")
    assert take(tmp_path).name == "deep/news.txt"
    changed = write(tmp_path / "deep", TEXT.replace("Monday", "Tuesday"))
    assert take(changed, Importer(update=True), days=1).outcome is Outcome.UPDATED
    assert path == changed


def test_the_record_for_machines_is_stable(tmp_path: Path) -> None:
    (tmp_path / "hall.jpg").write_bytes(make.picture())
    result = take(write(tmp_path))
    with translation.override("en"):
        record = result.as_json()
    assert record == {
        "file": "news.txt",
        "outcome": "created",
        "status": "ok",
        "kind": "plain",
        "title": "A Meeting in the Old Library",
        "subtitle": "",
        "published": "2024-12-04T00:00:00+08:00",
        "published_precision": "day",
        "author": "Mei Lin",
        "source": "Office of Research",
        "editor": "",
        "reviewer": "",
        "photographer": "",
        "initial_views": 1286,
        "language": "en",
        "section": "",
        "tags": [],
        "summary": "",
        "state": "",
        "link": "",
        "addresses": [],
        "images": [
            {"name": "hall.jpg", "after_paragraph": 1, "caption": "", "alt": "", "address": "", "found": True},
        ],
        "lead_image": "",
        "attachments": ["report.pdf"],
        "paragraphs": [
            "Staff and students met on Monday and talked about the coming term.",
            "A report follows at the end of May.",
        ],
        "body": (
            "<p>Staff and students met on Monday and talked about the coming term.</p>\n"
            '<figure><img src="hall.jpg" alt=""></figure>\n'
            "<p>A report follows at the end of May.</p>"
        ),
        "repairs": {},
        "suggestions": {},
        "warnings": ["Not found beside the document: report.pdf."],
        "dropped": [],
        "evidence": record["evidence"],
        "origin_sha256": result.sha256,
        "article": result.article,
    }


def test_a_name_that_is_not_utf_8_is_read_as_gb18030_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("运动会.txt".encode("gb18030"))).write_text(TEXT, "utf-8")
    (tmp_path / os.fsdecode(b"\xff\xfe\xff.txt")).write_text(TEXT.replace("Old", "New"), "utf-8")
    importer = Importer()
    found = list(importer.run(gather(sources([tmp_path]), Opening(tmp_path)), at=NOW))
    assert sorted(result.name for result in found) == ["\N{REPLACEMENT CHARACTER}" * 3 + ".txt", "运动会.txt"][::-1]
    assert [result.outcome for result in found] == [Outcome.CREATED, Outcome.CREATED]


def test_an_update_takes_the_section_and_the_tags_of_the_document(tmp_path: Path) -> None:
    section = make.section("Research", "科学研究", "research")
    path = write(tmp_path)
    take(path)
    write(tmp_path, TEXT.replace("Views: 1,286", "Views: 1,286  Section: Research  Tags: library, term"))
    result = take(path, Importer(update=True), days=1)
    article = Article.objects.get()
    assert (result.outcome, article.section, sorted(article.tags.names())) == (
        Outcome.UPDATED,
        section,
        ["library", "term"],
    )
