"""Moves: the only code that changes the state of an article.

Each function makes one move, for one person, at one moment: the state changes, the version grows, a Move and a Revision
are written. ``by=None`` is the program itself, which asks no rules (an import).
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from articles import rules
from articles.models import Article, Move
from articles.publishing import history
from articles.states import PATHS, MoveName, Precision, State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NotAllowed(Exception):
    """The rules forbid this person this move."""


class ImpossibleMove(Exception):
    """The article is not in a state from which the move starts, or something that the move needs is missing."""


def submit(article: Article, *, by: "User | None", at: datetime, comment: str = "") -> Move:
    """Hand a draft to the reviewers."""
    return _make(MoveName.SUBMIT, article, by=by, at=at, comment=comment)


def send_back(article: Article, *, by: "User | None", at: datetime, comment: str = "") -> Move:
    """Give an article in review back to its writer."""
    return _make(MoveName.SEND_BACK, article, by=by, at=at, comment=comment)


def publish(article: Article, *, by: "User | None", at: datetime, comment: str = "") -> Move:
    """Make the article public from its time of publication on; without one, from this moment on."""
    return _make(MoveName.PUBLISH, article, by=by, at=at, comment=comment)


def withdraw(article: Article, *, by: "User | None", at: datetime, comment: str = "") -> Move:
    """Take a published article from the readers; its text and its counts stay."""
    return _make(MoveName.WITHDRAW, article, by=by, at=at, comment=comment)


def reopen(article: Article, *, by: "User | None", at: datetime, comment: str = "") -> Move:
    """Make a withdrawn article a draft again."""
    return _make(MoveName.REOPEN, article, by=by, at=at, comment=comment)


MOVES = {
    MoveName.SUBMIT: submit,
    MoveName.SEND_BACK: send_back,
    MoveName.PUBLISH: publish,
    MoveName.WITHDRAW: withdraw,
    MoveName.REOPEN: reopen,
}


def arrive(article: Article, *, state: State, at: datetime, by: "User | None" = None) -> Move:
    """Record that a new article came in from a document, in this state: the program's own move, or an editor's.

    Whether ``by`` may bring it in in this state is asked before.
    """
    if state == State.PUBLISHED and article.published_at is None:
        raise ImpossibleMove(_("“%(title)s” has no date of publication.") % {"title": article.title})
    Article.objects.filter(pk=article.pk).update(state=state)
    article.state = state
    return Move.objects.create(
        article=article, name=MoveName.IMPORT, start="", end=state, version=article.version, at=at, by=by
    )


def _make(name: MoveName, article: Article, *, by: "User | None", at: datetime, comment: str) -> Move:
    if by is not None and not rules.may_move(by, name, article):
        raise NotAllowed(
            _("%(person)s may not make the move “%(move)s” with “%(title)s”.")
            % {"person": by.get_username(), "move": name.label, "title": article.title}
        )
    with transaction.atomic():
        standing = Article.objects.select_for_update().filter(pk=article.pk).first()
        path, start = PATHS[name], State(article.state)
        if standing is None or standing.state != start or start not in path.starts:
            raise ImpossibleMove(
                _("“%(title)s” cannot make the move “%(move)s”: it is %(state)s.")
                % {"title": article.title, "move": name.label, "state": State((standing or article).state).label}
            )
        changes = {"state": path.end, "version": F("version") + 1, "changed_at": at, "changed_by": by}
        if name == MoveName.PUBLISH and standing.published_at is None:
            changes |= {"published_at": at.replace(microsecond=0), "published_precision": Precision.MINUTE}
        Article.objects.filter(pk=article.pk).update(**changes)
        article.refresh_from_db()  # whole: what others saved meanwhile belongs into the revision
        history.keep(article, by=by, at=at)
        return Move.objects.create(
            article=article,
            name=name,
            start=start,
            end=path.end,
            version=article.version,
            at=at,
            by=by,
            comment=comment,
        )
