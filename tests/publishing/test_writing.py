"""Articles begun and saved: versions, addresses, covers, places, and what a save may not touch."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from articles.images import uploads
from articles.models import Article, ArticleImage, Revision
from articles.publishing import moves, writing
from articles.states import State
from articles.text import markup
from tests import make

pytestmark = pytest.mark.django_db


def test_an_article_begins_as_a_draft_of_its_writer(writer: User, now: datetime) -> None:
    article = writing.begin(
        Article(title="  A \n day  ", language="en", state=State.PUBLISHED, version=9), by=writer, at=now
    )
    found = Article.objects.get(pk=article.pk)

    assert (found.title, found.slug, found.state, found.version) == ("A day", "a-day", State.DRAFT, 1)
    assert (found.created_by, found.created_at, found.changed_by, found.changed_at) == (writer, now, writer, now)


def test_the_text_is_cleaned_and_gives_the_excerpt(now: datetime) -> None:
    article = make.draft("校运会", language="zh-hans", body="<p onclick=x>开幕<script>x</script>。</p><p></p>", at=now)
    assert (article.body, article.excerpt) == ("<p>开幕。</p>", "开幕。")


def test_a_summary_is_the_excerpt(now: datetime) -> None:
    assert make.draft(summary=" Short. ", at=now).excerpt == "Short."


def test_a_text_that_is_refused_begins_no_article(now: datetime) -> None:
    with pytest.raises(markup.MarkupRefused):
        make.draft(body="<em>" * 200, at=now)
    assert Article.objects.count() == 0


def test_a_precision_without_a_date_is_dropped(now: datetime) -> None:
    assert make.draft(published_precision="day", at=now).published_precision == ""


def test_a_save_raises_the_version_and_keeps_who_began_it(writer: User, editor: User, now: datetime) -> None:
    article = make.draft(by=writer, at=now)
    later = now + timedelta(hours=1)
    article.title = "Another day"
    article.created_by, article.created_at = editor, later
    writing.save(article, by=editor, at=later, expected=1)
    found = Article.objects.get(pk=article.pk)

    assert (found.title, found.version, found.changed_by, found.changed_at) == ("Another day", 2, editor, later)
    assert (found.created_by, found.created_at, found.slug) == (writer, now, "a-new-laboratory-opens")


def test_a_save_over_another_version_is_refused_with_the_other_text(writer: User, editor: User, now: datetime) -> None:
    mine = make.draft("校运会", at=now)
    theirs = Article.objects.get(pk=mine.pk)
    theirs.title, theirs.body = "运动会", "<p>Theirs.</p>"
    writing.save(theirs, by=editor, at=now, expected=1)
    mine.title, mine.body = "Mine", "<p>Mine.</p>"

    with pytest.raises(writing.EditConflict) as refused:
        writing.save(mine, by=writer, at=now, expected=1)
    assert str(refused.value) == "“运动会” was changed meanwhile: it is now version 2."
    assert (refused.value.theirs.title, refused.value.theirs.body) == ("运动会", "<p>Theirs.</p>")
    found = Article.objects.get(pk=mine.pk)
    assert (found.title, found.body, found.version, found.changed_by) == ("运动会", "<p>Theirs.</p>", 2, editor)
    assert mine.version == 1


def test_a_refused_text_leaves_the_article_as_it_stands(now: datetime) -> None:
    article = make.draft(at=now)
    article.title, article.body = "Other", "<em>" * 200
    with pytest.raises(markup.MarkupRefused):
        writing.save(article, by=None, at=now, expected=1)

    found = Article.objects.get(pk=article.pk)
    assert (found.title, found.body, found.version, article.version) == (
        "A new laboratory opens",
        "<p>The text.</p>",
        1,
        1,
    )


def test_a_move_meanwhile_is_a_conflict_too(now: datetime) -> None:
    mine = make.draft(at=now)
    moves.publish(Article.objects.get(pk=mine.pk), by=None, at=now)

    with pytest.raises(writing.EditConflict):
        writing.save(mine, by=None, at=now, expected=1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wanted", State)
def test_a_save_changes_no_state(state: State, wanted: State, now: datetime) -> None:
    article = make.in_state(state, at=now)
    article.state = wanted
    writing.save(article, by=None, at=now, expected=article.version)

    assert article.state == state
    assert Article.objects.get(pk=article.pk).state == state


def test_a_save_writes_no_counter_back(now: datetime) -> None:
    article = make.article(at=now, imported_views=400)
    Article.objects.filter(pk=article.pk).update(counted_views=7)
    article.counted_views = 0
    writing.save(article, by=None, at=now, expected=article.version)

    assert Article.objects.get(pk=article.pk).views == 407


def test_a_published_article_keeps_the_date_that_readers_know(now: datetime) -> None:
    article = make.article(at=now, published_at=now - timedelta(days=2), published_precision="day")
    article.published_at = None
    writing.save(article, by=None, at=now, expected=article.version)
    found = Article.objects.get(pk=article.pk)

    assert (found.published_at, found.published_precision) == (now - timedelta(days=2), "day")


def test_a_draft_may_lose_its_date(now: datetime) -> None:
    article = make.draft(at=now, published_at=now, published_precision="day")
    article.published_at = None
    writing.save(article, by=None, at=now, expected=1)
    found = Article.objects.get(pk=article.pk)

    assert (found.published_at, found.published_precision) == (None, "")


# Addresses.


def test_equal_titles_get_addresses_of_their_own(now: datetime) -> None:
    slugs = [make.draft("A day", at=now).slug for _ in range(3)]
    assert slugs == ["a-day", "a-day-2", "a-day-3"]


@pytest.mark.parametrize(
    ("taken", "wanted", "expected"),
    [
        ([], "a", "a"),
        (["a-2"], "a", "a"),
        (["a-2", "ab"], "a", "a"),
        (["a"], "a", "a-2"),
        (["a", "a-2"], "a", "a-3"),
        (["a", "a-3"], "a", "a-2"),
        (["a", "a-2"], "a-2", "a-2-2"),
        (["a-b"], "a", "a"),
        (["a_b"], "a%b", "a%b"),
        (["x" * 100], "x" * 100, "x" * 92 + "-2"),
        ([], "x" * 150, "x" * 100),
        (["x" * 91 + "-" + "x" * 8], "x" * 91 + "-" + "x" * 8, "x" * 91 + "-2"),
    ],
)
def test_a_free_address_is_the_wanted_one_or_has_the_next_number(
    taken: list[str], wanted: str, expected: str, now: datetime
) -> None:
    for slug in taken:
        make.draft(slug=slug, at=now)
    assert writing.free_slug(wanted) == expected


def test_an_article_does_not_stand_in_its_own_way(now: datetime) -> None:
    article = make.draft("A day", at=now)
    other = make.draft("A day", at=now)

    assert writing.free_slug("a-day", besides=article) == "a-day"
    assert writing.free_slug("a-day", besides=other) == "a-day-2"
    writing.save(other, by=None, at=now, expected=1)
    assert other.slug == "a-day-2"


def test_an_emptied_address_stays_and_a_taken_one_gets_a_number(now: datetime) -> None:
    make.draft("A day", at=now)
    article = make.draft("校运会", language="zh-hans", at=now)
    article.slug = ""
    writing.save(article, by=None, at=now, expected=1)
    assert article.slug == "xiao-yun-hui"
    article.slug = "a-day"
    writing.save(article, by=None, at=now, expected=2)
    assert article.slug == "a-day-2"


@pytest.mark.parametrize("title", ["！？", "🎉", "admin", "feed", ".."])
def test_every_title_has_an_address(title: str, now: datetime) -> None:
    first, second = make.draft(title, at=now), make.draft(title, at=now)
    assert first.slug
    assert second.slug == f"{first.slug}-2"


def test_what_the_database_refuses_for_another_reason_is_told(now: datetime) -> None:
    with pytest.raises(IntegrityError):
        make.draft("", slug="free", at=now)
    with pytest.raises(IntegrityError):
        make.draft("A day", published_at=now, at=now)


# Cover, places and revisions.


def with_pictures(now: datetime, count: int = 2) -> tuple[Article, list[ArticleImage]]:
    article = writing.begin(Article(title="Pictures", language="en", body="<p>One</p><p>Two</p>"), by=None, at=now)
    images = [uploads.attach(article, make.picture(40, 30), name=f"{number}.jpg") for number in range(count)]
    return article, images


def test_settling_puts_the_places_of_pictures_in_order(now: datetime) -> None:
    article, (first, second) = with_pictures(now)
    article.body = f'<p>One</p><img data-file="{second.pk}"><p>Two</p>'
    writing.save(article, by=None, at=now, expected=1)
    writing.settle(article, by=None, at=now)
    assert dict(article.images.values_list("pk", "place")) == {first.pk: None, second.pk: 1}

    article.body = f'<img data-file="{first.pk}"><p>One</p><p>Two</p>'
    writing.save(article, by=None, at=now, expected=2)
    writing.settle(article, by=None, at=now)
    assert dict(article.images.values_list("pk", "place")) == {first.pk: 0, second.pk: None}


def test_the_first_picture_with_a_file_is_the_cover_unless_one_is_chosen(now: datetime) -> None:
    article, (first, second) = with_pictures(now)
    ArticleImage.objects.create(article=article, original_name="missing.jpg", order=0)
    ArticleImage.objects.filter(pk=first.pk).update(order=30)
    writing.settle(article, by=None, at=now)
    assert Article.objects.get(pk=article.pk).cover == second

    article.cover = first
    writing.settle(article, by=None, at=now)
    assert article.cover == first


def test_a_cover_that_is_gone_or_belongs_to_another_article_is_replaced(now: datetime) -> None:
    article, (first, second) = with_pictures(now)
    _other, (foreign,) = with_pictures(now, 1)
    article.cover = foreign
    writing.settle(article, by=None, at=now)
    assert Article.objects.get(pk=article.pk).cover == first

    for image in (first, second):
        uploads.remove(image)
    article = Article.objects.get(pk=article.pk)
    writing.settle(article, by=None, at=now)
    assert Article.objects.get(pk=article.pk).cover is None


def test_settling_sees_pictures_that_came_after_the_article_was_read(now: datetime) -> None:
    article, _images = with_pictures(now, 0)
    article = Article.objects.prefetch_related("images").get(pk=article.pk)
    image = uploads.attach(article, make.picture(40, 30), name="late.jpg")
    writing.settle(article, by=None, at=now)

    assert article.cover == image
    assert [one["id"] for one in article.revisions.get().content["images"]] == [image.pk]


def test_a_revision_holds_the_whole_content(editor: User, now: datetime) -> None:
    section = make.section()
    article = make.draft(
        "校运会",
        by=editor,
        at=now,
        tags=("体育", "AI"),
        section=section,
        author="张三、李四",
        imported_views=12,
        published_at=now,
        published_precision="day",
    )
    image = uploads.attach(article, make.picture(40, 30), name="开幕.jpg", alt="a", caption="b", credit="c")
    attachment = uploads.attach_file(article, b"one,two", name="表.csv")
    writing.settle(article, by=editor, at=now)
    revision = Revision.objects.get(article=article)

    assert (revision.version, revision.by, revision.at, str(revision)) == (1, editor, now, "Version 1")
    content: dict[str, Any] = revision.content
    assert content == {
        "title": "校运会",
        "subtitle": "",
        "slug": "xiao-yun-hui",
        "language": "en",
        "published_at": now.isoformat(),
        "published_precision": "day",
        "author": "张三、李四",
        "source": "",
        "editor": "",
        "reviewer": "",
        "photographer": "",
        "section_id": section.pk,
        "cover_id": image.pk,
        "pinned": False,
        "imported_views": 12,
        "summary": "",
        "body": "<p>The text.</p>",
        "tags": ["AI", "体育"],
        "images": [
            {
                "id": image.pk,
                "file": image.file.name,
                "original_name": "开幕.jpg",
                "alt": "a",
                "caption": "b",
                "credit": "c",
                "order": 0,
                "place": None,
                "sha256": image.sha256,
            }
        ],
        "attachments": [{"id": attachment.pk, "file": attachment.file.name, "name": "表.csv", "size": 7, "order": 0}],
    }


def test_every_save_keeps_a_revision_and_settling_twice_keeps_one(now: datetime) -> None:
    article = make.draft("One", at=now)
    for version, title in enumerate(("Two", "Three"), start=1):
        article.title = title
        writing.save(article, by=None, at=now, expected=version)
        writing.settle(article, by=None, at=now)
        writing.settle(article, by=None, at=now)

    assert [(one.version, one.content["title"]) for one in article.revisions.all()] == [
        (3, "Three"),
        (2, "Two"),
        (1, "One"),
    ]
