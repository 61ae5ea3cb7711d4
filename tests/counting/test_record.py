"""The door: what counts, what does not, and what the answer says about it."""

import errno
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from articles import counting
from articles.counting import ledger, worker
from articles.counting.records import Kind, pack
from articles.models import Article, Attachment, SiteViews
from tests import make
from tests.counting.agents import FIREFOX, WECHAT


def read(
    *,
    method: str = "GET",
    status: int = 200,
    agent: str = FIREFOX,
    by: User | None = None,
    cookie: str = "",
    article: int | None = None,
    attachment: int | None = None,
    **meta: str,
) -> str:
    """Read something as a view does it; returns what X-View says."""
    request = RequestFactory().generic(method, "/", HTTP_USER_AGENT=agent, HTTP_COOKIE=cookie, **meta)  # type: ignore[arg-type]
    request.user = by or AnonymousUser()
    response = HttpResponse("page", status=status)
    counting.record(request, response, article=article, attachment=attachment)
    return response.headers["X-View"]


def counted(article: Article) -> int:
    return Article.objects.get(pk=article.pk).counted_views


def site_total() -> int:
    return sum(SiteViews.objects.values_list("counted", flat=True))


@pytest.mark.django_db
def test_a_person_reading_an_article_is_one_view() -> None:
    article = make.article(imported_views=400)
    assert [read(article=article.pk) for _ in range(3)] == ["recorded"] * 3
    found = Article.objects.get()
    assert (found.imported_views, found.counted_views, found.views) == (400, 3, 403)
    assert site_total() == 0


@pytest.mark.django_db
def test_a_list_page_counts_for_the_site_and_a_download_for_its_file() -> None:
    article = make.article()
    file = Attachment.objects.create(article=article, name="招生计划.xlsx")
    assert site_total() == 0
    assert [read(), read(), read(attachment=file.pk)] == ["recorded"] * 3
    assert (site_total(), Attachment.objects.get().downloads, counted(article)) == (2, 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"agent": WECHAT}, "recorded"),
        ({"method": "HEAD"}, "refused: method"),
        ({"method": "OPTIONS"}, "refused: method"),
        ({"method": "POST"}, "refused: method"),
        ({"status": 304}, "refused: status"),
        ({"status": 404}, "refused: status"),
        ({"status": 302}, "refused: status"),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, "refused: prefetch"),
        ({"HTTP_SEC_PURPOSE": "prefetch;anonymous-client-ip"}, "refused: prefetch"),
        ({"HTTP_PURPOSE": "prefetch"}, "refused: prefetch"),
        ({"HTTP_X_PURPOSE": "preview"}, "refused: prefetch"),
        ({"HTTP_X_MOZ": "prefetch"}, "refused: prefetch"),
        ({"HTTP_RANGE": "bytes=100-"}, "refused: part"),
        ({"agent": "curl/8.5.0"}, "refused: robot"),
        ({"agent": ""}, "refused: robot"),
        ({"agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, "refused: robot"),
        ({"article": -1}, "refused: unrecordable"),
    ],
)
def test_the_answer_says_what_became_of_it(request_: dict[str, Any], says: str) -> None:
    article = make.article()
    assert read(**{"article": article.pk} | request_) == says
    assert counted(article) == (1 if says == "recorded" else 0)


@pytest.mark.django_db
def test_signed_in_staff_do_not_count_and_others_do(writer: User) -> None:
    article = make.article()
    reader = User.objects.create_user("reader")
    cookie = "newsroom_session=abc"
    assert read(article=article.pk, by=writer, cookie=cookie) == "refused: staff"
    assert read(article=article.pk, by=reader, cookie=cookie) == "recorded"
    assert read(article=article.pk, cookie=cookie) == "recorded"
    assert counted(article) == 2


def test_without_a_session_cookie_nobody_asks_who_it_is(settings: Any, tmp_path: Path) -> None:
    class Request:
        @property
        def user(self) -> object:
            raise AssertionError("The user was asked for.")

    settings.FOLD_SECONDS = 60
    request = RequestFactory().get("/", HTTP_USER_AGENT=FIREFOX)
    type(request).user = Request.user  # type: ignore[attr-defined]
    try:
        assert counting.staff(request) is False
    finally:
        del type(request).user  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_saving_an_article_never_writes_an_old_number_back() -> None:
    article = make.article()
    read(article=article.pk)
    article.title = "Changed"
    article.save()
    found = Article.objects.get()
    assert (found.title, found.counted_views) == ("Changed", 1)


@pytest.mark.django_db
def test_a_journal_that_cannot_be_written_refuses_is_told_once_and_counted(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    article = make.article()
    (tmp_path / "file").touch()
    settings.JOURNAL_DIR = tmp_path / "file" / "journals"
    assert [read(article=article.pk) for _ in range(3)] == ["refused: unrecordable"] * 3
    settings.JOURNAL_DIR = tmp_path / "journals"
    assert read(article=article.pk) == "recorded"
    assert counted(article) == 1
    told = [record.getMessage() for record in caplog.records if record.name == "articles.counting"]
    assert [sentence.partition(" in ")[0] for sentence in told] == [
        "A view could not be recorded",
        "Views are recorded again; 3 could not be.",
    ]


@pytest.mark.django_db
def test_a_full_disk_refuses_and_goes_on_when_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    article = make.article()
    read(article=article.pk)
    whole = os.write
    monkeypatch.setattr(os, "write", full)
    assert read(article=article.pk) == "refused: unrecordable"
    monkeypatch.setattr(os, "write", whole)
    assert read(article=article.pk) == "recorded"
    assert counted(article) == 2


@pytest.mark.django_db
def test_a_database_that_fails_delays_the_count_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*args: object, **options: object) -> None:
        raise OperationalError("database is locked")

    article = make.article()
    fold = ledger.fold
    monkeypatch.setattr(worker, "AT_ONCE_WAIT_SECONDS", 0)
    monkeypatch.setattr(ledger, "fold", locked)
    assert [read(article=article.pk), read(article=article.pk)] == ["recorded", "recorded"]
    assert counted(article) == 0
    assert counting.fold(wait=0).complete is False
    monkeypatch.setattr(ledger, "fold", fold)
    assert read(article=article.pk) == "recorded"
    assert counted(article) == 3
    assert [record.getMessage() for record in caplog.records] == [
        "Views wait in the journals and lose nothing; the fold is tried again. OperationalError: database is locked",
        "Views are folded into the database again.",
    ]


@pytest.mark.django_db
def test_a_session_that_cannot_be_read_breaks_no_page(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        @property
        def is_authenticated(self) -> bool:
            raise OperationalError("unable to open database file")

    article = make.article()
    assert read(article=article.pk, by=Broken(), cookie="newsroom_session=abc") == "refused: unrecordable"  # type: ignore[arg-type]


@pytest.mark.django_db
def test_nothing_about_the_reader_is_in_the_journals(settings: Any) -> None:
    read(REMOTE_ADDR="203.0.113.77", cookie="a=secret")
    kept = b"".join(path.read_bytes() for path in Path(settings.JOURNAL_DIR).iterdir())
    assert [word for word in (b"203.0.113.77", b"Firefox", b"secret", bytes([203, 0, 113, 77])) if word in kept] == []


def waiting(folder: Path, *records: bytes) -> None:
    folder.mkdir()
    (folder / "a.journal").write_bytes(b"".join(records))


@pytest.mark.django_db(transaction=True)
def test_the_command_folds_and_says_what_it_did(settings: Any) -> None:
    article = make.article()
    one = pack(Kind.ARTICLE, article.pk, seconds=1_000, visitor=bytes(12))
    waiting(settings.JOURNAL_DIR, one, b"?" * 32, one)
    said, warned = StringIO(), StringIO()
    call_command("fold_views", stdout=said, stderr=warned)
    assert said.getvalue() == "Views folded: 2. Records skipped: 1. Journals removed: 1.\n"
    assert warned.getvalue() == "1 damaged record was skipped; the log names its journal.\n"
    assert counted(article) == 2
    said = StringIO()
    call_command("fold_views", stdout=said, verbosity=0)
    assert said.getvalue() == ""


@pytest.mark.django_db
def test_the_command_fails_when_views_are_left_waiting(settings: Any) -> None:
    waiting(settings.JOURNAL_DIR)
    (settings.JOURNAL_DIR / ledger.LOCK).mkdir()
    with pytest.raises(
        CommandError, match="Not all views were folded; the others wait in the journals and lose nothing"
    ):
        call_command("fold_views")


@pytest.mark.django_db
def test_the_command_speaks_chinese_on_a_chinese_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = StringIO()
    call_command("fold_views", stdout=said)
    with translation.override("zh-hans"):
        sentence = translation.gettext(
            "Views folded: %(taken)d. Records skipped: %(damaged)d. Journals removed: %(removed)d."
        )
    assert said.getvalue() == sentence % {"taken": 0, "damaged": 0, "removed": 0} + "\n"
