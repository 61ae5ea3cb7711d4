"""Who may see, edit, delete and move what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from articles import rules
from articles.states import MoveName, State

D, R, P, W = State.DRAFT, State.REVIEW, State.PUBLISHED, State.WITHDRAWN


@dataclass
class Someone:
    pk: int | None
    permissions: set[str] = field(default_factory=set)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm.removeprefix("articles.") in self.permissions


@dataclass
class Text:
    state: str
    published_at: datetime | None = None
    created_by_id: int | None = None


WRITER = Someone(1, {"add_article", "change_article", "view_article"})
OTHER = Someone(2, WRITER.permissions)
EDITOR = Someone(3, {*WRITER.permissions, "edit_any_article", "publish_article"})
CHIEF = Someone(4, {*EDITOR.permissions, "withdraw_article", "delete_article"})
READER = Someone(None)
PEOPLE = (READER, WRITER, OTHER, EDITOR, CHIEF)

# State: who may preview, edit, delete it; in the order reader, writer (its own), another writer, editor, chief.
TABLE = {
    D: ("01011", "01011", "00001"),
    R: ("01011", "00011", "00001"),
    P: ("01011", "00011", "00000"),
    W: ("01011", "00011", "00001"),
}


def marks(rule: Callable[[Any, Any], bool], article: Text) -> str:
    return "".join(str(int(rule(person, article))) for person in PEOPLE)


@pytest.mark.parametrize("state", State)
def test_preview_edit_and_delete_are_as_the_table_says(state: State, now: datetime) -> None:
    article = Text(state, now, created_by_id=1)

    assert (
        marks(rules.may_preview, article),
        marks(rules.may_edit, article),
        marks(rules.may_delete, article),
    ) == TABLE[state]


@pytest.mark.parametrize(
    ("state", "hours", "public"),
    [(P, -1, True), (P, 0, True), (P, 1, False), (P, None, False), (D, -1, False), (R, -1, False), (W, -1, False)],
)
def test_readers_see_what_is_published_and_whose_time_has_come(
    state: State, hours: int | None, public: bool, now: datetime
) -> None:
    article = Text(state, None if hours is None else now + timedelta(hours=hours), created_by_id=1)

    assert rules.is_public(article, at=now) is public
    seen = [rules.may_see(person, article, at=now) for person in PEOPLE]
    assert seen == ([True] * 5 if public else [False, True, False, True, True])


def test_an_article_without_a_writer_is_nobodys_own(now: datetime) -> None:
    article = Text(D)
    nobody = Someone(None, set(WRITER.permissions))

    assert [rules.may_edit(person, article) for person in (*PEOPLE, nobody)] == [False, False, False, True, True, False]
    assert [rules.may_preview(person, article) for person in (*PEOPLE, nobody)] == [
        False,
        False,
        False,
        True,
        True,
        False,
    ]


MOVES = {
    D: [
        [],
        [MoveName.SUBMIT],
        [],
        [MoveName.SUBMIT, MoveName.PUBLISH],
        [MoveName.SUBMIT, MoveName.PUBLISH],
    ],
    R: [[], [], [], [MoveName.SEND_BACK, MoveName.PUBLISH], [MoveName.SEND_BACK, MoveName.PUBLISH]],
    P: [[], [], [], [], [MoveName.WITHDRAW]],
    W: [[], [], [], [MoveName.PUBLISH, MoveName.REOPEN], [MoveName.PUBLISH, MoveName.REOPEN]],
}


@pytest.mark.parametrize("state", State)
def test_the_moves_offered_are_those_that_are_possible_and_allowed(state: State) -> None:
    assert [rules.moves_for(person, Text(state, created_by_id=1)) for person in PEOPLE] == MOVES[state]


def test_nobody_may_import_by_hand() -> None:
    assert [rules.may_move(person, MoveName.IMPORT, Text(D, created_by_id=1)) for person in PEOPLE] == [False] * 5


@pytest.mark.django_db
def test_a_switched_off_account_and_a_stranger_may_nothing(chief: User) -> None:
    chief.is_active = False
    article = Text(D, created_by_id=chief.pk)

    for person in (chief, AnonymousUser(), User.objects.create_user("stranger")):
        assert not rules.may_preview(person, article)
        assert not rules.may_edit(person, article)
        assert not rules.may_delete(person, article)
        assert rules.moves_for(person, article) == []


@pytest.mark.django_db
def test_a_superuser_may_do_all_that_is_possible(admin_user: User) -> None:
    assert rules.moves_for(admin_user, Text(D)) == [MoveName.SUBMIT, MoveName.PUBLISH]
    assert rules.may_edit(admin_user, Text(P))
    assert not rules.may_delete(admin_user, Text(P))
