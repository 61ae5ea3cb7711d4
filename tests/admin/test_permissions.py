"""Who sees, changes and moves what: on the form and on every address beside it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import permission_denied

from articles.admin.listing import seen_by
from articles.models import Article, Move, Origin
from articles.publishing import moves
from articles.states import MoveName, State
from tests import make
from tests.admin.pages import change_address, fields, opened, saved
from tests.conftest import NOW

LIST = reverse("admin:articles_article_changelist")


def origin(article: Article, name: str = "2024/三方攜手.txt") -> Origin:
    return Origin.objects.create(
        article=article,
        name=name,
        sha256="ab" * 32,
        reader="plain",
        imported_at=NOW,
        article_version=1,
        repairs={"nbsp": 4},
        warnings=["The picture a.png was not found."],
        content="原文".encode(),
    )


def test_the_list_asks_for_the_same_articles_as_the_model(
    writer: User, editor: User, chief: User, outsider: Any
) -> None:
    for number, state in enumerate(State):
        make.in_state(state, f"Own {number}", by=writer)
        make.in_state(state, f"Other {number}")
    make.article("Scheduled", published_at=NOW.replace(year=2099))
    for person in (writer, editor, chief, outsider):
        asked = set(seen_by(person, at=NOW).values_list("title", flat=True))
        assert asked == set(Article.objects.visible_to(person, at=NOW).values_list("title", flat=True))


def test_a_writer_reads_what_is_public_and_edits_own_drafts_only(as_writer: Client, writer: User) -> None:
    own, public, hidden = make.draft("Own", by=writer), make.article("Public"), make.draft("Hidden")
    page = as_writer.get(LIST).content.decode()
    assert ("Own" in page, "Public" in page, "Hidden" in page) == (True, True, False)
    assert 'name="_continue"' in as_writer.get(change_address(own)).content.decode()
    reading = as_writer.get(change_address(public)).content.decode()
    assert 'name="_continue"' not in reading
    assert "<p>The text.</p>" in reading
    assert as_writer.get(change_address(hidden)).status_code == 302  # to the desk: "does not exist"
    assert as_writer.post(change_address(public), {"title": "Mine"}).status_code == 403
    assert Article.objects.get(pk=public.pk).title == "Public"


def test_what_ranks_an_article_or_what_readers_know_is_not_the_writers_to_set(as_writer: Client, writer: User) -> None:
    article = make.draft("Own", by=writer, published_at=NOW, published_precision="day")
    slug = article.slug
    saved(as_writer, article, title="New", pinned="on", imported_views="999", slug="mine", views="5", state="published")
    after = Article.objects.get()
    assert (after.title, after.pinned, after.imported_views, after.slug, after.state) == (
        "New",
        False,
        0,
        slug,
        "draft",
    )


def test_an_editor_sets_them(as_editor: Client) -> None:
    article = make.article("A day")
    saved(as_editor, article, pinned="on", imported_views="999", slug="a-better-day", counted_views="5")
    after = Article.objects.get()
    assert (after.pinned, after.imported_views, after.counted_views, after.slug) == (True, 999, 0, "a-better-day")


@pytest.mark.parametrize(
    ("who", "state", "names"),
    [
        ("writer", State.DRAFT, ["submit"]),
        ("writer", State.REVIEW, []),
        ("editor", State.DRAFT, ["submit", "publish"]),
        ("editor", State.REVIEW, ["send_back", "publish"]),
        ("editor", State.PUBLISHED, []),
        ("chief", State.PUBLISHED, ["withdraw"]),
        ("chief", State.WITHDRAWN, ["publish", "reopen"]),
    ],
)
def test_the_form_offers_the_moves_that_the_rules_give(
    who: str, state: State, names: list[str], request: pytest.FixtureRequest, writer: User
) -> None:
    article = make.in_state(state, by=writer)
    client: Client = request.getfixturevalue(f"as_{who}")
    page = client.get(change_address(article)).content.decode()
    offered = [
        name.value for name in MoveName if f'name="_move" value="{name.value}"' in page or f"/move/{name}/" in page
    ]
    assert sorted(offered) == sorted(names)


def test_a_forged_move_changes_nothing(as_writer: Client, writer: User) -> None:
    article = make.draft("Own", by=writer)
    response = saved(as_writer, article, "_move", "publish", title="New title")
    page = as_writer.get(response.headers["Location"]).content.decode()
    assert "Writer may not make the move “Publish” with “New title”." in page
    assert (Article.objects.get().state, Article.objects.get().title) == ("draft", "New title")
    address = reverse("admin:articles_article_move", args=[article.pk, "publish"])
    assert as_writer.post(address).status_code == 403


def test_save_and_publish_is_one_click(as_editor: Client, editor: User) -> None:
    article = make.draft("A day")
    saved(as_editor, article, "_move", "publish", title="A better day", move_comment="Read twice.")
    after = Article.objects.get()
    move = Move.objects.get()
    assert (after.title, after.state, after.published_precision) == ("A better day", "published", "minute")
    assert (move.name, move.by, move.comment, move.version) == ("publish", editor, "Read twice.", 3)


def test_an_article_for_tomorrow_is_scheduled_and_the_button_says_so(as_editor: Client) -> None:
    article = make.draft("A day", published_at=NOW.replace(year=2099), published_precision="minute")
    page = as_editor.get(change_address(article)).content.decode()
    assert "Save and schedule for 2099-11-03 17:30" in page
    response = saved(as_editor, article, "_move", "publish")
    page = as_editor.get(response.headers["Location"]).content.decode()
    assert "appears by itself on 2099-11-03 17:30." in page
    assert "desk-scheduled" in page


def test_a_withdrawal_is_asked_for_and_keeps_its_comment(as_chief: Client) -> None:
    article = make.article("A day")
    address = reverse("admin:articles_article_move", args=[article.pk, "withdraw"])
    assert "disappears from the site" in as_chief.get(address).content.decode()
    assert Article.objects.get().state == "published"
    as_chief.post(address, {"comment": "Wrong figures."})
    assert (Article.objects.get().state, Move.objects.latest("id").comment) == ("withdrawn", "Wrong figures.")


def test_moves_of_several_tell_what_became_of_each(as_editor: Client) -> None:
    ready, done = make.draft("Ready"), make.article("Done")
    data = {"action": "publish_several", "_selected_action": [ready.pk, done.pk]}
    page = as_editor.post(LIST, data, follow=True).content.decode()
    assert "“Ready” is published." in page
    assert "“Done” cannot make the move “Publish”: it is Published." in page


def test_several_are_withdrawn_after_a_question(as_chief: Client, as_editor: Client) -> None:
    articles = [make.article("One"), make.article("Two")]
    data = {"action": "withdraw_several", "_selected_action": [article.pk for article in articles]}
    assert as_editor.post(LIST, data, follow=True).status_code == 200
    assert set(Article.objects.values_list("state", flat=True)) == {"published"}
    assert "Two" in as_chief.post(LIST, data).content.decode()
    as_chief.post(LIST, {**data, "confirmed": "1", "comment": "Both wrong."})
    assert set(Article.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(Move.objects.filter(name="withdraw").values_list("comment", flat=True)) == {"Both wrong."}


def test_a_writer_moves_only_own_articles_from_the_list(as_writer: Client, writer: User) -> None:
    own, hidden = make.draft("Own", by=writer), make.draft("Hidden")
    as_writer.post(LIST, {"action": "submit_several", "_selected_action": [own.pk, hidden.pk]})
    assert dict(Article.objects.values_list("title", "state")) == {"Own": "review", "Hidden": "draft"}
    as_writer.post(LIST, {"action": "publish_several", "_selected_action": [own.pk]})
    assert Article.objects.get(pk=own.pk).state == "review"


def test_only_chiefs_delete_and_never_what_is_published(as_chief: Client, as_editor: Client) -> None:
    public, draft = make.article("Public"), make.draft("Draft")
    delete = {article: reverse("admin:articles_article_delete", args=[article.pk]) for article in (public, draft)}
    assert as_editor.post(delete[draft], {"post": "yes"}).status_code == 403
    assert as_chief.post(delete[public], {"post": "yes"}).status_code == 403
    assert as_chief.get(delete[draft]).status_code == 200
    assert as_chief.post(delete[draft], {"post": "yes"}).status_code == 302
    data = {"action": "delete_selected", "_selected_action": [public.pk], "post": "yes"}
    assert as_chief.post(LIST, data).status_code == 403
    assert list(Article.objects.values_list("title", flat=True)) == ["Public"]


def test_history_and_document_are_for_those_who_may_preview(as_editor: Client, as_writer: Client, editor: User) -> None:
    article = make.article("A day")
    kept = origin(article)
    moves.withdraw(article, by=None, at=NOW, comment="Wrong figures.")
    moves.publish(article, by=editor, at=NOW)
    history = reverse("admin:articles_article_history", args=[article.pk])
    document = reverse("admin:articles_article_origin", args=[article.pk, kept.pk])
    page = as_editor.get(history).content.decode()
    assert "Wrong figures." in page
    assert "Published → Withdrawn" in page
    assert "The picture a.png was not found." in as_editor.get(change_address(article)).content.decode()
    response = as_editor.get(document)
    assert response.content.decode() == "原文"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert (as_writer.get(history).status_code, as_writer.get(document).status_code) == (403, 403)
    other = reverse("admin:articles_article_origin", args=[make.draft("Other").pk, kept.pk])
    assert as_editor.get(other).status_code == 404


def test_preview_leads_to_the_public_page_that_readers_do_not_see(as_editor: Client, client: Client) -> None:
    article = make.draft("A day")
    page = as_editor.get(change_address(article)).content.decode()
    address = f"{article.get_absolute_url()}?preview"
    assert f'href="{address}"' in page
    assert as_editor.get(address).status_code == 200
    assert client.get(address).status_code == 404


def test_strangers_see_the_question_for_their_name_and_nothing_else(client: Client, db: None) -> None:
    article = make.draft("A secret day")
    for address in (
        LIST,
        change_address(article),
        reverse("admin:articles_article_history", args=[article.pk]),
        reverse("admin:articles_article_tags"),
        reverse("admin:articles_article_move", args=[article.pk, "publish"]),
    ):
        response = client.get(address)
        assert (response.status_code, "/admin/login/" in response.headers["Location"]) == (302, True)


def test_no_page_of_the_desk_is_kept_by_a_cache(as_editor: Client) -> None:
    article = make.draft("A day")
    for address in (LIST, change_address(article), reverse("admin:index")):
        assert "no-store" in as_editor.get(address).headers["Cache-Control"]


def test_the_form_holds_no_field_that_a_reader_must_not_write(as_writer: Client, writer: User) -> None:
    form = opened(as_writer, make.draft("Own", by=writer))
    assert not {"state", "version", "counted_views", "views", "created_by", "changed_by"} & set(form)
    assert fields(as_writer.get(reverse("admin:articles_article_add")))["seen_version"] == ""


def test_a_comment_holds_no_control_characters_and_ends_where_the_column_does(as_chief: Client) -> None:
    article = make.article("A day")
    address = reverse("admin:articles_article_move", args=[article.pk, "withdraw"])
    as_chief.post(address, {"comment": "数字\x00有误。\x1b\n\tSee　below." + "x" * 600})
    comment = Move.objects.latest("id").comment
    assert (comment[:21], len(comment)) == ("数字有误。\n\tSee　below.xxxx", 500)


@pytest.mark.parametrize("who", ["writer", "editor"])
def test_no_address_of_the_desk_tells_the_public_address_of_a_number(
    who: str, request: pytest.FixtureRequest, db: None
) -> None:
    client: Client = request.getfixturevalue(f"as_{who}")
    for article in (make.draft("A secret day"), make.article("A public day")):
        kind = ContentType.objects.get_for_model(Article).pk
        response = client.get(reverse("admin:view_on_site", args=[kind, article.pk]))
        assert (response.status_code, "Location" in response.headers) == (404, False)


@pytest.mark.parametrize("number", [pytest.param("9" * 5000, id="long"), "9" * 19, "0", "٣" * 40, "abc"])
def test_a_number_that_no_article_has_is_not_found(as_chief: Client, number: str) -> None:
    for view in ("history", "change", "delete"):
        address = reverse(f"admin:articles_article_{view}", args=[number])
        assert as_chief.get(address).status_code == (404 if view == "history" else 302)


def test_who_may_not_is_told_so_in_the_design_of_the_site(as_writer: Client) -> None:
    history = reverse("admin:articles_article_history", args=[make.article("A day").pk])
    response = as_writer.get(history)
    page = response.content.decode()
    assert response.status_code == 403
    assert "<h1>This is not yours to do</h1>" in page
    assert 'href="/admin/"' in page


def test_the_page_for_who_may_not_asks_the_database_nothing(
    rf: RequestFactory, django_assert_num_queries: Any, writer: User
) -> None:
    request = rf.get("/admin/")
    request.user = writer
    with django_assert_num_queries(0):
        assert permission_denied(request, PermissionDenied()).status_code == 403
