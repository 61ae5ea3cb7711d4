"""The whole table of states, moves and people, and what a move writes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from articles.models import Article, Move, Revision
from articles.publishing import moves, writing
from articles.states import PATHS, MoveName, State
from tests import make

pytestmark = pytest.mark.django_db

D, R, P, W = State.DRAFT, State.REVIEW, State.PUBLISHED, State.WITHDRAWN
OK, NO, NEVER = "made", "not allowed", "impossible"

# State, move: what comes of it for the article's writer, another writer, an editor, a chief, the program itself.
TABLE = {
    (D, MoveName.SUBMIT): (OK, NO, OK, OK, OK),
    (D, MoveName.SEND_BACK): (NO, NO, NEVER, NEVER, NEVER),
    (D, MoveName.PUBLISH): (NO, NO, OK, OK, OK),
    (D, MoveName.WITHDRAW): (NO, NO, NO, NEVER, NEVER),
    (D, MoveName.REOPEN): (NO, NO, NEVER, NEVER, NEVER),
    (R, MoveName.SUBMIT): (NO, NO, NEVER, NEVER, NEVER),
    (R, MoveName.SEND_BACK): (NO, NO, OK, OK, OK),
    (R, MoveName.PUBLISH): (NO, NO, OK, OK, OK),
    (R, MoveName.WITHDRAW): (NO, NO, NO, NEVER, NEVER),
    (R, MoveName.REOPEN): (NO, NO, NEVER, NEVER, NEVER),
    (P, MoveName.SUBMIT): (NO, NO, NEVER, NEVER, NEVER),
    (P, MoveName.SEND_BACK): (NO, NO, NEVER, NEVER, NEVER),
    (P, MoveName.PUBLISH): (NO, NO, NEVER, NEVER, NEVER),
    (P, MoveName.WITHDRAW): (NO, NO, NO, OK, OK),
    (P, MoveName.REOPEN): (NO, NO, NEVER, NEVER, NEVER),
    (W, MoveName.SUBMIT): (NO, NO, NEVER, NEVER, NEVER),
    (W, MoveName.SEND_BACK): (NO, NO, NEVER, NEVER, NEVER),
    (W, MoveName.PUBLISH): (NO, NO, OK, OK, OK),
    (W, MoveName.WITHDRAW): (NO, NO, NO, NEVER, NEVER),
    (W, MoveName.REOPEN): (NO, NO, OK, OK, OK),
}


def outcome(article: Article, name: MoveName, *, by: User | None, at: datetime) -> str:
    try:
        moves.MOVES[name](article, by=by, at=at)
    except moves.NotAllowed:
        return NO
    except moves.ImpossibleMove:
        return NEVER
    return OK


@pytest.mark.parametrize(("state", "name"), TABLE, ids=str)
def test_a_move_is_made_from_its_states_by_those_who_may(
    state: State, name: MoveName, person: Callable[[str, str], User], now: datetime
) -> None:
    author = person("author", "Writers")
    people = [
        author,
        person("other", "Writers"),
        person("editor", "Editors"),
        person("chief", "Chiefs"),
        None,
    ]
    found = []
    for by in people:
        article = make.in_state(state, by=author, at=now)
        before = (article.version, article.moves.count(), article.revisions.count())
        result = outcome(article, name, by=by, at=now)
        made = result == OK
        article = Article.objects.get(pk=article.pk)
        assert article.state == (PATHS[name].end if made else state)
        assert (article.version, article.moves.count(), article.revisions.count()) == tuple(
            number + made for number in before
        )
        found.append(result)
    assert tuple(found) == TABLE[state, name]


def test_the_table_names_every_state_and_move() -> None:
    assert set(TABLE) == {(state, name) for state in State for name in MoveName if name != MoveName.IMPORT}
    assert set(moves.MOVES) == set(PATHS) == set(MoveName) - {MoveName.IMPORT}


def test_a_move_is_written_with_its_person_moment_and_comment(editor: User, now: datetime) -> None:
    article = make.draft(at=now)
    later = now + timedelta(hours=2)
    move = moves.publish(article, by=editor, at=later, comment="很好")

    assert (move.name, move.start, move.end, move.version, move.at, move.by, move.comment) == (
        "publish", "draft", "published", 2, later, editor, "很好"
    )  # fmt: skip
    assert (article.state, article.version, article.changed_at, article.changed_by) == ("published", 2, later, editor)
    assert str(move) == "Publish: draft → published"


def test_publishing_sets_the_moment_where_none_is_given(now: datetime) -> None:
    article = make.draft(at=now)
    moves.publish(article, by=None, at=now.replace(microsecond=123))

    assert (article.published_at, article.published_precision) == (now, "minute")
    assert article.is_public(at=now)


def test_publishing_keeps_a_date_that_is_given(now: datetime) -> None:
    soon = now + timedelta(days=3)
    article = make.draft(at=now, published_at=soon, published_precision="day")
    moves.publish(article, by=None, at=now)

    assert (article.published_at, article.published_precision) == (soon, "day")
    assert not article.is_public(at=now)
    assert article.is_public(at=soon)


def test_publishing_keeps_a_date_that_somebody_else_gave_meanwhile(now: datetime) -> None:
    mine = make.draft(at=now)
    theirs = Article.objects.get(pk=mine.pk)
    theirs.published_at, theirs.published_precision = now - timedelta(days=9), "day"
    writing.save(theirs, by=None, at=now, expected=1)
    moves.publish(mine, by=None, at=now)

    assert (mine.published_at, mine.published_precision) == (now - timedelta(days=9), "day")


def test_of_two_people_who_move_at_once_the_second_is_refused(editor: User, chief: User, now: datetime) -> None:
    first = make.in_state(State.REVIEW, "校运会开幕", at=now)
    second = Article.objects.get(pk=first.pk)
    moves.publish(first, by=editor, at=now)

    with pytest.raises(moves.ImpossibleMove) as refused:
        moves.send_back(second, by=chief, at=now)
    assert str(refused.value) == "“校运会开幕” cannot make the move “Send back”: it is Published."
    assert Article.objects.get(pk=first.pk).state == State.PUBLISHED
    assert Move.objects.filter(article=first).count() == 2


def test_an_article_that_is_deleted_meanwhile_cannot_be_moved(now: datetime) -> None:
    article = make.draft(at=now)
    Article.objects.filter(pk=article.pk).delete()

    with pytest.raises(moves.ImpossibleMove):
        moves.publish(article, by=None, at=now)


def test_a_refusal_names_person_move_and_title(writer: User, now: datetime) -> None:
    article = make.draft("A day", at=now)
    with pytest.raises(moves.NotAllowed) as refused:
        moves.publish(article, by=writer, at=now)
    assert str(refused.value) == "writer may not make the move “Publish” with “A day”."


def test_the_revision_of_a_move_holds_what_others_saved_meanwhile(now: datetime) -> None:
    mine = make.draft("Mine", at=now)
    theirs = Article.objects.get(pk=mine.pk)
    theirs.title = "Theirs"
    writing.save(theirs, by=None, at=now, expected=1)
    writing.settle(theirs, by=None, at=now)
    moves.publish(mine, by=None, at=now)

    assert mine.title == "Theirs"
    assert [(one.version, one.content["title"]) for one in Revision.objects.filter(article=mine)] == [
        (3, "Theirs"), (2, "Theirs"), (1, "Mine"),
    ]  # fmt: skip


def test_every_version_has_a_revision(now: datetime) -> None:
    article = make.draft(at=now)
    for name in (moves.submit, moves.send_back, moves.publish, moves.withdraw, moves.reopen, moves.publish):
        name(article, by=None, at=now)

    assert article.version == 7
    assert list(article.revisions.values_list("version", flat=True)) == [7, 6, 5, 4, 3, 2, 1]
    assert [move.end for move in article.moves.all()] == [
        "published",
        "draft",
        "withdrawn",
        "published",
        "draft",
        "review",
    ]


def test_withdrawing_keeps_text_date_and_counts(now: datetime) -> None:
    article = make.article(at=now, imported_views=400)
    Article.objects.filter(pk=article.pk).update(counted_views=7)
    published_at = article.published_at
    moves.withdraw(article, by=None, at=now)

    found = Article.objects.get(pk=article.pk)
    assert (found.body, found.published_at, found.views) == ("<p>The text.</p>", published_at, 407)


def test_an_import_arrives_in_its_state_by_a_move_of_the_program(now: datetime) -> None:
    article = make.draft(at=now, published_at=now, published_precision="day")
    move = moves.arrive(article, state=State.PUBLISHED, at=now)

    assert (move.name, move.start, move.end, move.version, move.by) == ("import", "", "published", 1, None)
    assert Article.objects.get(pk=article.pk).state == article.state == State.PUBLISHED


def test_an_import_without_a_date_cannot_arrive_as_published(now: datetime) -> None:
    article = make.draft("Undated", at=now)
    with pytest.raises(moves.ImpossibleMove, match=r"“Undated” has no date of publication\."):
        moves.arrive(article, state=State.PUBLISHED, at=now)
    assert Article.objects.get(pk=article.pk).state == State.DRAFT
