"""The form of an article: everything typed is saved through publishing, or stays in the form with a sentence."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.admin.article import ArticleAdmin
from articles.models import Article, Move, Revision
from articles.publishing import writing
from articles.states import State
from tests import make
from tests.admin.pages import change_address, fields, opened, saved

ADD = reverse("admin:articles_article_add")


def new_form(client: Client, **typed: Any) -> dict[str, Any]:
    return {**fields(client.get(ADD)), "title": "座谈会召开", "language": "zh-hans", **typed}


def test_a_new_article_is_a_draft_of_the_person_who_typed_it(as_writer: Client, writer: User) -> None:
    form = new_form(as_writer, body="<p>第一段。</p>", tags="党建，校企合作、科研", author="张三", _continue="1")
    response = as_writer.post(ADD, form)
    article = Article.objects.get()
    assert response.headers["Location"] == change_address(article)
    assert (article.title, article.slug, article.body) == ("座谈会召开", "zuo-tan-hui-zhao-kai", "<p>第一段。</p>")
    assert (article.state, article.version, article.created_by) == (State.DRAFT, 1, writer)
    assert sorted(article.tags.names()) == ["党建", "校企合作", "科研"]
    assert Revision.objects.get().content["tags"] == ["党建", "校企合作", "科研"]


def test_saving_grows_the_version_and_keeps_the_state_and_the_counts(as_editor: Client) -> None:
    article = make.article("A day", body="<p>Old.</p>")
    Article.objects.filter(pk=article.pk).update(counted_views=7)
    response = saved(as_editor, article, body="<p>New.</p><script>alert(1)</script>")
    assert response.status_code == 302
    after = Article.objects.get()
    assert (after.body, after.state, after.version, after.views) == ("<p>New.</p>", State.PUBLISHED, 3, 7)


def test_saving_without_a_change_writes_nothing(as_editor: Client) -> None:
    article = make.article("A day", author="Li", tags=("AI",))
    before = Revision.objects.count()
    response = as_editor.post(change_address(article), {**opened(as_editor, article), "_continue": "1"}, follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert (Article.objects.get().version, Revision.objects.count()) == (2, before)


@pytest.mark.parametrize(
    ("date", "clock", "precision", "local"),
    [
        ("2024-12-04", "", "day", "2024-12-04 00:00:00"),
        ("2024-12-04", "9:30", "minute", "2024-12-04 09:30:00"),
        ("2024-12-04", "21：05：30", "second", "2024-12-04 21:05:30"),
    ],
)
def test_the_precision_follows_from_what_was_typed(
    as_editor: Client, date: str, clock: str, precision: str, local: str
) -> None:
    article = make.draft("A day")
    saved(as_editor, article, published_at_date=date, published_at_time=clock)
    after = Article.objects.get()
    assert after.published_at is not None
    assert timezone.localtime(after.published_at).strftime("%Y-%m-%d %H:%M:%S") == local
    assert after.published_precision == precision
    form = opened(as_editor, after)
    assert form["published_at_date"] == date
    assert bool(form["published_at_time"]) == bool(clock)


@pytest.mark.parametrize(
    ("date", "clock", "sentence"),
    [
        ("0001-01-01", "", "The year is 0001; an article&#x27;s date lies between 1800 and 2200."),
        ("9999-12-31", "", "The year is 9999; an article&#x27;s date lies between 1800 and 2200."),
        ("2024-12-04", "24:00", "“24:00” is not a time of day."),
        ("", "9:30", "The time “9:30” needs a date."),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_its_value(
    as_editor: Client, date: str, clock: str, sentence: str
) -> None:
    article = make.draft("A day")
    response = saved(as_editor, article, title="Kept", published_at_date=date, published_at_time=clock)
    assert sentence in response.content.decode()
    assert fields(response)["title"] == "Kept"
    assert Article.objects.get().version == 1


def test_seconds_that_the_form_does_not_show_stay(as_editor: Client) -> None:
    article = make.article("A day", published_at=make.NOW.replace(second=57))
    saved(as_editor, article, title="A better day")
    after = Article.objects.get()
    assert (after.title, after.published_at, after.published_precision) == (
        "A better day",
        make.NOW.replace(second=57),
        "minute",
    )


def test_a_published_article_keeps_its_date(as_editor: Client) -> None:
    article = make.article("A day")
    response = saved(as_editor, article, published_at_date="", published_at_time="")
    assert "A published article needs a date." in response.content.decode()
    assert Article.objects.get().published_at is not None


def test_a_refused_form_keeps_everything_typed(as_editor: Client) -> None:
    article = make.draft("A day")
    typed = {"title": " ", "body": "<p>Long work.</p>", "author": "Li Si", "tags": "one，two", "summary": "Short."}
    response = saved(as_editor, article, **typed)
    form = fields(response)
    assert {name: form[name] for name in typed} == {**typed, "title": form["title"]}
    assert "This field is required." in response.content.decode()


def test_too_many_tags_are_refused_with_the_limit(as_editor: Client) -> None:
    article = make.draft("A day")
    response = saved(as_editor, article, tags=",".join(f"t{n}" for n in range(31)))
    assert "31 tags were given; an article has at most 30." in response.content.decode()


def test_a_text_nested_too_deep_is_refused_and_kept(as_editor: Client) -> None:
    article = make.draft("A day")
    body = "<blockquote>" * 300 + "deep" + "</blockquote>" * 300
    response = saved(as_editor, article, body=body)
    assert "nested 101 deep; at most 100 levels are accepted." in response.content.decode()
    assert fields(response)["body"] == body


def test_a_text_of_five_megabytes_is_taken(as_editor: Client) -> None:
    article = make.draft("A day")
    body = "<p>" + "word " * 950_000 + "</p>"
    assert saved(as_editor, article, body=body).status_code == 302
    assert len(Article.objects.get().body) > 4_700_000


def test_a_save_over_a_version_of_somebody_else_shows_both_texts(as_editor: Client, chief: User) -> None:
    article = make.draft("A day", body="<p>First.</p>")
    form = opened(as_editor, article)
    theirs = Article.objects.get()
    theirs.body = "<p>Theirs.</p>"
    writing.save(theirs, by=chief, at=make.NOW, expected=1)
    response = as_editor.post(change_address(article), {**form, "body": "<p>Mine.</p>", "_continue": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Nothing was saved: the article was changed meanwhile." in page
    assert fields(response)["body"] == "<p>Mine.</p>"
    assert Article.objects.get().body == "<p>Theirs.</p>"
    assert Move.objects.count() == 0
    assert re.findall(r"<mark>([^<]*)</mark>", page) == ["Theirs.", "Mine."]
    assert fields(response)["seen_version"] == "1"
    assert "You did not change this." not in page


def test_enter_in_a_field_of_a_conflict_overwrites_nothing(as_editor: Client, chief: User) -> None:
    """A browser presses the first button of the form on Enter: that one asks again."""
    article = make.draft("A day")
    form = opened(as_editor, article)
    theirs = Article.objects.get()
    theirs.title = "Theirs"
    writing.save(theirs, by=chief, at=make.NOW, expected=1)
    page = as_editor.post(change_address(article), {**form, "title": "Mine", "_continue": "1"})
    inside = page.content.decode().split('id="article_form"')[1]
    buttons = re.findall(r'<(?:button|input)[^>]*type="submit"[^>]*name="(\w+)"', inside)
    assert buttons[:3] == ["_continue", "save_over", "_continue"]
    again = as_editor.post(change_address(article), {**fields(page), "_continue": "1"})
    assert "Nothing was saved: the article was changed meanwhile." in again.content.decode()
    assert (Article.objects.get().title, fields(again)["title"]) == ("Theirs", "Mine")


def test_more_views_than_anybody_has_are_refused_with_a_sentence(as_editor: Client) -> None:
    article = make.draft("A day")
    response = saved(as_editor, article, imported_views=str(10**18))
    page = response.content.decode()
    assert "Ensure this value is less than or equal to 1000000000000000." in page
    assert (fields(response)["imported_views"], Article.objects.get().imported_views) == (str(10**18), 0)


def test_a_field_that_only_the_other_one_changed_is_marked(as_editor: Client, chief: User) -> None:
    article = make.draft("A day", author="Li", tags=("AI",), published_at=make.NOW, published_precision="minute")
    form = opened(as_editor, article)
    theirs = Article.objects.get()
    theirs.author, theirs.published_at = "Wang", make.NOW.replace(hour=3)
    writing.save(theirs, by=chief, at=make.NOW, expected=1)
    theirs.tags.set(["ML"])
    response = as_editor.post(change_address(article), {**form, "title": "Mine", "_continue": "1"})
    rows = re.findall(r'<th scope="row">([^<]*)(<span)?', response.content.decode())
    assert sorted(rows) == [("Author", "<span"), ("Published at", "<span"), ("Tags", "<span"), ("Title", "")]


def test_the_second_editor_may_save_over_knowingly(as_editor: Client, chief: User) -> None:
    article = make.draft("A day", body="<p>First.</p>")
    form = opened(as_editor, article)
    writing.save(Article.objects.get(), by=chief, at=make.NOW, expected=1)
    as_editor.post(change_address(article), {**form, "body": "<p>Mine.</p>", "save_over": "2"})
    after = Article.objects.get()
    assert (after.body, after.version) == ("<p>Mine.</p>", 3)
    assert Revision.objects.get(version=3).content["body"] == "<p>Mine.</p>"


def test_a_form_without_its_version_saves_nothing(as_editor: Client) -> None:
    article = make.draft("A day")
    response = saved(as_editor, article, title="Other", seen_version="")
    assert (response.status_code, Article.objects.get().title) == (200, "A day")


def test_a_save_between_the_check_and_the_write_is_a_conflict_too(
    as_editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form is checked against version 1; before it is written, somebody else has saved version 2."""
    article = make.draft("A day", body="<p>First.</p>")
    form = opened(as_editor, article)
    save, read = writing.save, ArticleAdmin.get_object
    readings: list[str] = []

    def late(mine: Article, **arguments: Any) -> Article:
        raise writing.EditConflict(Article.objects.get())

    def read_again(self: ArticleAdmin, *arguments: Any) -> Article | None:
        readings.append("read")
        if len(readings) == 2:
            theirs = Article.objects.get()
            theirs.body = "<p>Theirs.</p>"
            save(theirs, by=None, at=make.NOW, expected=1)
        return read(self, *arguments)

    monkeypatch.setattr(writing, "save", late)
    monkeypatch.setattr(ArticleAdmin, "get_object", read_again)
    response = as_editor.post(change_address(article), {**form, "body": "<p>Mine.</p>", "_continue": "1"})
    assert (response.status_code, len(readings)) == (200, 2)
    assert re.findall(r"<mark>([^<]*)</mark>", response.content.decode()) == ["Theirs.", "Mine."]
    assert fields(response)["body"] == "<p>Mine.</p>"
    assert Article.objects.get().body == "<p>Theirs.</p>"


def test_the_import_map_of_the_editor_carries_the_nonce_of_the_policy(as_editor: Client) -> None:
    response = as_editor.get(ADD)
    page, policy = response.content.decode(), response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert re.search(rf'<script[^>]*nonce="{nonce.group(1)}"[^>]*type="importmap"', page) or re.search(
        rf'<script[^>]*type="importmap"[^>]*nonce="{nonce.group(1)}"', page
    )
    assert not re.findall(r"<script(?![^>]*(?:src|nonce|json))[^>]*>", page)
    assert not re.findall(r"\son[a-z]+=", page)


@pytest.mark.parametrize("typed", [{"summary": "x" * 13_000_000}, {f"field-{n}": "x" for n in range(5_100)}])
def test_a_form_too_large_to_be_read_is_told_so(as_editor: Client, typed: dict[str, str]) -> None:
    """The page's own script stops such a form before it is sent; this is what stands behind it."""
    response = as_editor.post(change_address(make.draft("A day")), typed)
    assert response.status_code == 400
    assert "A form has at most 12 MB of text, 5,000 fields and 200 files." in response.content.decode()
