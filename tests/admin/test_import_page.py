"""The import page: files dropped, looked at, corrected, imported."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.admin import importing, record, trays
from articles.models import Article, Move, Origin
from tests import make
from tests.admin.conftest import signed_in
from tests.admin.pages import Form
from tests.conftest import NOW

START = reverse("admin:articles_article_import")
TEXT = """A Meeting in the Old Library

Author: Mei Lin  Source: Office of Research  2024-12-04  Views: 1,286

Staff and students met on Monday and talked about the coming term.

hall.jpg

A report follows at the end of May, said the office, and all may read it.
"""
UNDATED = """The Robot Orchard

Twelve robots pick apples in the orchard of the campus from this autumn on, and nobody minds.

They were built by students of the second year, who had asked for a project of their own.
"""


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Any:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def file(name: str, content: str | bytes = TEXT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def dropped(client: Client, *files: SimpleUploadedFile) -> str:
    """Drop the files; the address of the tray."""
    response = client.post(START, {"files": list(files)})
    assert response.status_code == 302
    return response.headers["Location"]


def document(client: Client, tray: str, number: int = 0) -> str:
    page = client.get(tray)
    return page.context["rows"][number]["address"]


def fields(client: Client, address: str) -> dict[str, Any]:
    found = Form("import-document")
    found.feed(client.get(address).content.decode())
    return found.values


def imported(client: Client, address: str, **typed: Any) -> Any:
    return client.post(address, {**fields(client, address), **typed, "_import": "1"}, follow=True)


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def zipped(**entries: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return packed.getvalue()


def test_a_dropped_document_is_shown_and_nothing_is_imported(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"), file("hall.jpg", make.picture()))
    (row,) = as_editor.get(tray).context["rows"]
    assert (row["status"], row["title"], row["date"], row["pictures"], row["found"]) == (
        "ok",
        "A Meeting in the Old Library",
        "2024-12-04",
        1,
        1,
    )
    assert (Article.objects.count(), Origin.objects.count()) == (0, 0)


def test_original_and_result_stand_side_by_side(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"), file("hall.jpg", make.picture()))
    page = as_editor.get(document(as_editor, tray))
    lines = page.context["original"].lines
    assert (lines[0].text, lines[0].fields) == ("A Meeting in the Old Library", ("title",))
    assert set(lines[2].fields) == {"author", "source", "published at", "views"}
    html = page.content.decode()
    assert "labelled in the document" in html
    assert "<p>Staff and students met on Monday" in html
    (picture,) = [part.split('"')[0] for part in html.split('<img src="')[1:]]
    answer = as_editor.get(picture)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_is_corrected_goes_into_the_article(as_editor: Client, editor: User) -> None:
    section = make.section()
    address = document(as_editor, dropped(as_editor, file("news.txt"), file("hall.jpg", make.picture())))
    response = imported(
        as_editor,
        address,
        title="A Meeting",
        author="Lin Mei",
        state="published",
        section=section.pk,
        tags="library, 2024",
    )
    article = Article.objects.get()
    assert (article.title, article.author, article.source, article.state, article.section) == (
        "A Meeting",
        "Lin Mei",
        "Office of Research",
        "published",
        section,
    )
    assert (sorted(article.tags.names()), article.imported_views, article.images.count()) == (
        ["2024", "library"],
        1286,
        1,
    )
    assert (article.created_by, article.changed_by, Move.objects.get().by) == (editor, editor, editor)
    assert article.published_precision == "day"
    assert Origin.objects.get().evidence["title"] == ["A Meeting", "rule"]
    (message,) = messages(response)
    assert message.startswith("“A Meeting” is imported. It is now: Published.")


def test_corrections_are_kept_until_the_import(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    address = document(as_editor, tray)
    as_editor.post(address, {**fields(as_editor, address), "title": "A Meeting", "published_date": "", "_keep": "1"})
    assert Article.objects.count() == 0
    assert (fields(as_editor, address)["title"], fields(as_editor, address)["published_date"]) == ("A Meeting", "")
    as_editor.post(f"{tray}sound/", {"state": "draft"})
    assert (Article.objects.get().title, Article.objects.get().published_at) == ("A Meeting", None)


def test_a_wrong_field_imports_nothing_and_says_so(as_editor: Client) -> None:
    address = document(as_editor, dropped(as_editor, file("news.txt")))
    page = as_editor.post(address, {**fields(as_editor, address), "title": "x" * 301, "_import": "1"})
    assert (page.status_code, Article.objects.count()) == (200, 0)
    assert "at most 300 characters" in page.content.decode()


def test_all_sound_documents_come_in_at_once_and_the_others_stay(as_editor: Client) -> None:
    tray = dropped(as_editor, file("a.txt"), file("b.txt", TEXT.replace("Meeting", "Feast")), file("c.txt", UNDATED))
    response = as_editor.post(f"{tray}sound/", {"state": "published", "more_tags": "archive"}, follow=True)
    assert sorted(Article.objects.values_list("title", "state")) == [
        ("A Feast in the Old Library", "published"),
        ("A Meeting in the Old Library", "published"),
    ]
    assert messages(response) == ["2 documents were imported."]
    assert [row["article"] is not None for row in response.context["rows"]] == [True, True, False]
    assert list(Article.objects.first().tags.names()) == ["archive"]


def test_a_script_is_told_how_many_are_left(as_editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = dropped(as_editor, *(file(f"{n}.txt", TEXT.replace("Meeting", f"Meeting {n}")) for n in range(3)))
    as_editor.get(tray)
    monkeypatch.setattr(importing, "IMPORT_WITHIN", 0.0)
    ask = {"accept": "application/json"}
    assert as_editor.post(f"{tray}sound/", {"state": "draft"}, headers=ask).json() == {
        "done": 0,
        "left": 3,
        "unread": 0,
    }
    monkeypatch.setattr(importing, "IMPORT_WITHIN", 60.0)
    answer = as_editor.post(f"{tray}sound/", {"state": "draft", "before": "4"}, headers=ask).json()
    assert answer == {"done": 3, "left": 0, "unread": 0}
    assert messages(as_editor.get(tray)) == ["7 documents were imported."]


def test_what_there_was_no_time_to_read_is_told(as_editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = dropped(as_editor, file("news.txt"))
    monkeypatch.setattr(importing, "READ_WITHIN", 0.0)
    page = as_editor.get(tray)
    assert (page.context["unread"], "1 document is not read yet." in page.content.decode()) == (1, True)
    monkeypatch.setattr(importing, "READ_WITHIN", 4.0)
    assert as_editor.get(tray).context["unread"] == 0


def test_an_article_without_date_waits_in_review(as_editor: Client) -> None:
    address = document(as_editor, dropped(as_editor, file("c.txt", UNDATED)))
    response = imported(as_editor, address, state="published")
    assert Article.objects.get().state == "review"
    assert "since it has no date" in messages(response)[0]


def test_a_document_that_was_imported_already_says_so(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    imported(as_editor, document(as_editor, tray), state="draft")
    again = dropped(as_editor, file("other.txt"))
    (row,) = as_editor.get(again).context["rows"]
    article = Article.objects.get()
    assert row["article"]["address"] == reverse("admin:articles_article_change", args=[article.pk])
    assert "This document was imported already." in as_editor.get(row["address"]).content.decode()
    imported(as_editor, row["address"], state="draft")
    assert Article.objects.count() == 1


def test_pictures_that_were_missing_come_in_later(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    imported(as_editor, document(as_editor, tray), state="draft")
    again = dropped(as_editor, file("news.txt"), file("hall.jpg", make.picture()))
    response = imported(as_editor, document(as_editor, again), state="draft")
    assert "Missing files were added" in messages(response)[0]
    assert bool(Article.objects.get().images.get().file)


def test_a_writer_imports_an_own_draft_and_publishes_nothing(as_writer: Client, writer: User) -> None:
    address = document(as_writer, dropped(as_writer, file("news.txt")))
    page = as_writer.get(address).content.decode()
    assert ('value="review"' in page, 'value="published"' in page, "initial_views" in page) == (True, False, False)
    refused = as_writer.post(address, {**fields(as_writer, address), "state": "published", "_import": "1"})
    assert (refused.status_code, Article.objects.count()) == (200, 0)
    imported(as_writer, address, state="draft", initial_views="999")
    article = Article.objects.get()
    assert (article.created_by, article.state, article.imported_views) == (writer, "draft", 0)


def test_a_writer_changes_no_article_of_others_by_its_document(as_editor: Client, as_writer: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    imported(as_editor, document(as_editor, tray), state="draft")
    mine = dropped(as_writer, file("news.txt"), file("hall.jpg", make.picture()))
    (row,) = as_writer.get(mine).context["rows"]
    assert row["article"] == {"title": "", "address": "", "state": ""}
    response = imported(as_writer, row["address"], state="draft")
    assert messages(response) == ["“news.txt” was imported already."]
    assert not Article.objects.get().images.get().file


def test_the_page_is_for_who_may_add_articles(client: Client, writer: User) -> None:
    assert client.get(START).status_code == 302
    writer.groups.clear()
    reader = signed_in(User.objects.get(pk=writer.pk))
    assert (reader.get(START).status_code, reader.post(START, {"files": file("a.txt")}).status_code) == (403, 403)


def test_the_tray_of_another_person_is_not_there(as_editor: Client, as_chief: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    address = document(as_editor, tray)
    for place in (tray, address, f"{address}original/", f"{address}0/"):
        response = as_chief.get(place, follow=True)
        assert messages(response) == ["These files are no longer here: they are kept for a day. Drop them again."]
    assert as_chief.post(f"{tray}away/").status_code == 302
    assert as_editor.get(tray).status_code == 200


@pytest.mark.parametrize("token", ["..", "%2e%2e", "0" * 24, "x", "0" * 5000, "%00"])
def test_a_forged_tray_leads_to_the_empty_page(as_editor: Client, token: str) -> None:
    assert as_editor.get(f"{START}{token}/").status_code in (302, 404)


def test_archives_are_opened_and_their_documents_listed(as_editor: Client) -> None:
    packed = zipped(**{"news/a.txt": TEXT, "news/hall.jpg": make.picture(), "c.txt": UNDATED})
    rows = as_editor.get(dropped(as_editor, file("all.zip", packed))).context["rows"]
    assert [(row["name"], row["status"], row["found"]) for row in rows] == [
        ("all.zip/c.txt", "review", 0),
        ("all.zip/news/a.txt", "ok", 1),
    ]


def test_what_cannot_be_read_is_refused_with_advice(as_editor: Client) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    tray = dropped(
        as_editor, file("old.doc", old), file("bad.zip", b"PK\x03\x04" + b"\xff" * 300), file("empty.txt", b" ")
    )
    rows = as_editor.get(tray).context["rows"]
    assert [(row["name"], row["status"]) for row in rows] == [
        ("bad.zip", "refused"),
        ("empty.txt", "refused"),
        ("old.doc", "refused"),
    ]
    assert "Save it as .docx" in rows[2]["reason"]
    for row in rows:
        assert as_editor.get(row["address"]).status_code == 200
        assert as_editor.post(row["address"], {"_import": "1"}).status_code == 200
    assert Article.objects.count() == 0


def test_script_of_a_document_is_words(as_editor: Client) -> None:
    text = TEXT.replace("Staff and", "<script>alert(1)</script><img src=x onerror=alert(2)> Staff and")
    page = as_editor.get(document(as_editor, dropped(as_editor, file("news.txt", text)))).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


HOSTILE = {
    "nul.txt": b"\x00" * 5000,
    "half.txt": "\ud800\udfff title".encode("utf-8", "surrogatepass"),
    "long.txt": b"Title\n\n" + b"word " * 100_000,
    "deep.html": b"<html><body>" + b"<div>" * 60_000 + b"text",
    "wide.html": b"<p " + b"a=1 " * 50_000 + b">text</p>" * 50,
    "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><rss>&c;</rss>',
    "outside.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&b;</channel></rss>',
    "export.xml": b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>x</title></item>',
    "feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": {"a": []}}, 7, null]}',
    "word.docx": b"PK\x03\x04" + b"\x00" * 400,
    "page.mht": b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n--x--",
    "front.md": b"---\ntitle: [\n---\n# Title\n\n<script>alert(1)</script> text text text text.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_shown_or_refused(as_editor: Client, name: str) -> None:
    tray = dropped(as_editor, file(name, HOSTILE[name]))
    page = as_editor.get(tray)
    assert page.status_code == 200
    for row in page.context["rows"]:
        shown = as_editor.get(row["address"])
        assert (shown.status_code, "<script>alert" in shown.content.decode()) == (200, False)
        kept = as_editor.get(f"{row['address']}original/").getvalue()
        assert kept == HOSTILE[name] or "#" in row["name"]  # an item of a feed is cut out of it
        assert imported(as_editor, row["address"], title="Taken", state="draft").status_code == 200
    assert as_editor.post(f"{tray}sound/", {"state": "draft"}).status_code == 302


def test_hostile_archives_write_nothing_outside(as_editor: Client, data_folder: Path) -> None:
    tray = dropped(
        as_editor, file("up.zip", zipped(**{"../../up.txt": TEXT})), file("n.zip", zipped(**{"n.txt": TEXT}))
    )
    rows = as_editor.get(tray).context["rows"]
    assert [(row["name"], row["status"]) for row in rows] == [("n.zip/n.txt", "ok"), ("up.zip", "refused")]
    assert list(data_folder.rglob("up.txt")) == []


def test_archives_that_unpack_to_too_much_are_told_of(as_editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trays, "LARGEST_UNPACKED", trays.MB)
    packed = zipped(**{"a.txt": TEXT, "b.txt": "x" * (3 * trays.MB)})
    page = as_editor.get(dropped(as_editor, file("big.zip", packed)))
    assert (page.context["rows"], page.context["remarks"]) == (
        [],
        [("big.zip/a.txt", "The archives unpack to more than 1 MB. The command import_articles takes larger ones.")],
    )


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"state": "withdrawn"},
        {"state": ["draft", "published"], "section": "9" * 400},
        {"state": "draft", "published_date": "9999-99-99"},
        {"state": "draft", "published_date": "2024-01-01", "published_time": "25:99"},
        {"state": "draft", "initial_views": "9" * 5000},
        {"state": "draft", "language": "tlh"},
        {"state": "draft", "title": "x\x00y"},
        {"state": "draft", "tags": ",".join(map(str, range(40)))},
    ],
)
def test_wrong_answers_of_a_form_import_nothing(as_editor: Client, posted: dict[str, Any]) -> None:
    address = document(as_editor, dropped(as_editor, file("news.txt")))
    right = {name: value for name, value in fields(as_editor, address).items() if name != "state"}
    assert as_editor.post(address, {**right, **posted, "_import": "1"}).status_code == 200
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\texts\\news.txt", "news.txt"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("~$news.txt", "news.txt"),
        ("新闻\u202egpj.txt", "新闻gpj.txt"),
        ("新" * 300 + ".txt", "新" * 65 + ".txt"),
    ],
)
def test_no_name_of_a_file_leads_anywhere(tmp_path: Path, name: str, kept: str) -> None:
    assert trays.sound_path(name).name == kept
    assert ".." not in trays.sound_path(name).parts


def test_a_folder_keeps_its_place_in_the_tray(as_editor: Client, editor: User) -> None:
    page = '<html><head><title>Trees</title></head><body><p><img src="p_files/tree.jpg"></p></body></html>'
    response = as_editor.post(
        START, {"files": file("p.html", page), "path": "saved/p.html"}, headers={"accept": "application/json"}
    )
    more = response.json()["files"]
    for path in ("saved/p_files/tree.jpg", "../../../../tmp/evil.jpg"):
        answer = as_editor.post(more, {"files": file("tree.jpg", make.picture()), "path": path})
        assert answer.status_code == 302
    (tray,) = trays.of(editor.pk)
    assert tray.names() == ["saved/p.html", "saved/p_files/tree.jpg", "tmp/evil.jpg"]


def test_a_second_file_of_the_same_name_does_not_replace_the_first(editor: User, db: None) -> None:
    tray = trays.begin(editor.pk, at=NOW)
    names = [tray.add(file("a.txt", content)) for content in ("one", "two", "one")]
    assert names == ["a.txt", "a (2).txt", "a.txt"]


def test_a_picture_that_is_added_later_is_found(as_editor: Client) -> None:
    tray = dropped(as_editor, file("news.txt"))
    address = document(as_editor, tray)
    as_editor.post(address, {**fields(as_editor, address), "title": "A Meeting", "_keep": "1"})
    as_editor.post(f"{tray}files/", {"files": file("hall.jpg", make.picture())})
    (row,) = as_editor.get(tray).context["rows"]
    assert (row["found"], row["title"]) == (1, "A Meeting")


def test_the_same_moment_in_two_zones_is_no_change() -> None:
    before, after = {"published_at": "2024-12-04T09:30:00+08:00"}, {"published_at": "2024-12-04T01:30:00+00:00"}
    assert record.changed_fields(before, after) == []


def test_a_file_that_is_refused_leaves_no_tray(
    as_editor: Client, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trays, "LARGEST_FILE", 10)
    answer = as_editor.post(START, {"files": file("news.txt")}, headers={"accept": "application/json"})
    assert (answer.json()["tray"], trays.of(editor.pk)) == ("", [])
    assert as_editor.post(START, {}, follow=True).status_code == 200
    assert list((trays._root() / str(editor.pk)).iterdir()) == []


def test_the_limits_of_a_tray_are_told(as_editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trays, "MOST_FILES", 1)
    monkeypatch.setattr(trays, "LARGEST_FILE", 2 * trays.MB)
    tray = dropped(as_editor, file("a.txt"), file("b.txt", TEXT + "more"), file("c.txt", b"x" * (3 * trays.MB)))
    response = as_editor.get(tray)
    assert messages(response) == [
        "“b.txt” was not taken: the tray has 1 files already.",
        "“c.txt” has 3 MB; at most 2 MB are taken here.",
    ]


def test_trays_of_yesterday_are_removed_and_a_person_has_few(editor: User, chief: User) -> None:
    old = trays.begin(chief.pk, at=NOW)
    os.utime(old.folder, (NOW.timestamp(), NOW.timestamp()))
    own = [trays.begin(editor.pk, at=NOW + timedelta(hours=25)) for _number in range(trays.MOST_TRAYS + 1)]
    for tray in own:
        tray.add(file("news.txt"))
    trays.keep_newest(editor.pk)
    assert not old.folder.exists()
    assert [tray.folder.exists() for tray in own].count(True) == trays.MOST_TRAYS


def test_files_are_thrown_away(as_editor: Client, editor: User) -> None:
    tray = dropped(as_editor, file("news.txt"))
    as_editor.post(f"{tray}away/")
    assert trays.of(editor.pk) == []
    assert as_editor.get(f"{tray}").status_code == 302


def test_the_origin_tells_where_the_fields_came_from_and_undoes_a_repair(as_editor: Client) -> None:
    text = TEXT.replace("all may read", "all\u00a0may read").replace("Monday and", "Monday,and")
    imported(as_editor, document(as_editor, dropped(as_editor, file("news.txt", text))), state="draft")
    article, origin = Article.objects.get(), Origin.objects.get()
    history = reverse("admin:articles_article_history", args=[article.pk])
    repairs = reverse("admin:articles_article_repairs", args=[article.pk, origin.pk])
    page = as_editor.get(history).content.decode()
    assert "Author: Mei Lin  Source: Office of Research  2024-12-04  Views: 1,286" in page
    assert "Undo this repair" in page
    assert "Apply this suggested repair" in page
    response = as_editor.post(repairs, {"act": "undo", "name": "nbsp"}, follow=True)
    assert messages(response) == ["1 place of the article was changed."]
    assert "all&nbsp;may read" in Article.objects.get().body
    assert "Make this repair again" in response.content.decode()
    as_editor.post(repairs, {"act": "redo", "name": "nbsp"})
    as_editor.post(repairs, {"act": "apply", "name": "missing_blank_after_comma"})
    body = Article.objects.get().body
    assert ("all may read" in body, "Monday, and" in body) == (True, True)


def test_only_who_may_edit_presses_the_buttons(as_editor: Client, as_writer: Client) -> None:
    imported(as_editor, document(as_editor, dropped(as_editor, file("news.txt"))), state="draft")
    article, origin = Article.objects.get(), Origin.objects.get()
    repairs = reverse("admin:articles_article_repairs", args=[article.pk, origin.pk])
    assert as_writer.post(repairs, {"act": "undo", "name": "nbsp"}).status_code == 404
    assert as_editor.get(repairs).status_code == 405
    assert as_editor.post(repairs, {"act": "burn", "name": "nbsp"}).status_code == 403
    response = as_editor.post(repairs, {"act": "undo", "name": "x\x00"}, follow=True)
    assert messages(response) == ["The document has no such repair that could be undone."]


def test_three_documents_cost_as_many_queries_as_one(as_editor: Client) -> None:
    texts = [file(f"{number}.txt", TEXT.replace("Meeting", f"Meeting {number}")) for number in range(3)]
    few, many = dropped(as_editor, texts[0]), dropped(as_editor, *texts)
    for tray in (few, many):
        as_editor.get(tray)  # is read now
    counts = []
    for tray in (few, many):
        with CaptureQueriesContext(connection) as found:
            as_editor.get(tray)
        counts.append(len(found))
    assert counts[0] == counts[1]
