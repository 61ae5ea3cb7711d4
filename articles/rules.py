"""Who may see an article and who may do what with it: predicates that ask for no rows of their own.

Writers work on their own drafts, editors on everyone's articles and publish them, chiefs also withdraw and delete.
The groups are made by a migration; the rules ask for permissions, so an institution may cut its groups differently.
"""

from datetime import datetime
from typing import Any, Protocol

from articles.states import PATHS, MoveName, State


class Person(Protocol):
    """What the rules ask of a user; Django's User and AnonymousUser both answer it."""

    @property
    def pk(self) -> object: ...

    def has_perm(self, perm: str, obj: Any = None) -> bool: ...


class Piece(Protocol):
    """What the rules ask of an article."""

    state: str
    published_at: datetime | None
    created_by_id: int | None


MOVE_PERMISSIONS: dict[MoveName, str] = {
    MoveName.SUBMIT: "articles.change_article",
    MoveName.SEND_BACK: "articles.edit_any_article",
    MoveName.PUBLISH: "articles.publish_article",
    MoveName.WITHDRAW: "articles.withdraw_article",
    MoveName.REOPEN: "articles.edit_any_article",
}


def is_public(article: Piece, *, at: datetime) -> bool:
    """Readers see it: it is published and its time has come."""
    return article.state == State.PUBLISHED and article.published_at is not None and article.published_at <= at


def may_see(person: Person, article: Piece, *, at: datetime) -> bool:
    return is_public(article, at=at) or may_preview(person, article)


def may_preview(person: Person, article: Piece) -> bool:
    """See the article whatever its state: the staff who may edit any, and its writer."""
    if person.has_perm("articles.edit_any_article"):
        return True
    return _is_writer(person, article) and person.has_perm("articles.view_article")


def may_edit(person: Person, article: Piece) -> bool:
    """A writer edits an own draft; whoever may edit any article edits all of them, in every state."""
    if person.has_perm("articles.edit_any_article"):
        return True
    own_draft = _is_writer(person, article) and article.state == State.DRAFT
    return own_draft and person.has_perm("articles.change_article")


def _is_writer(person: Person, article: Piece) -> bool:
    """An imported article has no writer, and nobody without an account is one."""
    return article.created_by_id is not None and article.created_by_id == person.pk


def may_delete(person: Person, article: Piece) -> bool:
    """Only what readers have never seen goes at once; a published article is withdrawn first."""
    return article.state != State.PUBLISHED and person.has_perm("articles.delete_article")


def may_move(person: Person, move: MoveName, article: Piece) -> bool:
    if move not in MOVE_PERMISSIONS or not person.has_perm(MOVE_PERMISSIONS[move]):
        return False
    return move != MoveName.SUBMIT or may_edit(person, article)


def moves_for(person: Person, article: Piece) -> list[MoveName]:
    """The moves this person may make now, in the order of the table."""
    return [name for name, path in PATHS.items() if article.state in path.starts and may_move(person, name, article)]
