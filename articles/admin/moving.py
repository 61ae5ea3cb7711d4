"""Moves in the admin: the buttons of the form, the question before a withdrawal, and moves of several articles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import rules
from articles.admin.moment import now_of, shown
from articles.models import Article
from articles.publishing import moves
from articles.states import MoveName, State

LONGEST_COMMENT = 500
# Control characters but tabs and line ends: PostgreSQL takes no NUL, and the others show nothing.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
MOST_NAMED = 20  # articles named one by one after a move of several
# These take an article from the readers or the reviewers' work back: they have a page of their own with a comment.
ASKED = frozenset({MoveName.WITHDRAW})
# The label of the publishing button follows the date, also while it is typed.
PUBLISH_WORDS = {
    "now": gettext_lazy("Save and publish now"),
    "later": gettext_lazy("Save and schedule for %(moment)s"),
    "dated": gettext_lazy("Save and publish with the date %(moment)s"),
}
DONE = {
    MoveName.SUBMIT: gettext_lazy("“%(title)s” is in review now."),
    MoveName.SEND_BACK: gettext_lazy("“%(title)s” went back to its writer as a draft."),
    MoveName.PUBLISH: gettext_lazy("“%(title)s” is published."),
    MoveName.WITHDRAW: gettext_lazy("“%(title)s” is withdrawn; readers no longer see it."),
    MoveName.REOPEN: gettext_lazy("“%(title)s” is a draft again."),
}


@dataclass(frozen=True)
class Offer:
    """A move that this person may make now, with a label that says what happens."""

    name: MoveName
    label: str
    asked: bool
    moment: str = ""
    later: bool = False

    @property
    def saving(self) -> str:
        """The label of a button that saves the form first."""
        if self.name != MoveName.PUBLISH:
            return {
                MoveName.SUBMIT: _("Save and send to review"),
                MoveName.SEND_BACK: _("Save and send back"),
                MoveName.REOPEN: _("Save and make a draft again"),
            }.get(self.name, self.label)
        word = "later" if self.later else "dated" if self.moment else "now"
        return str(PUBLISH_WORDS[word]) % {"moment": self.moment}


def offers(person: User, article: Article, *, at: datetime) -> list[Offer]:
    moment = shown(article.published_at, article.published_precision)
    later = article.published_at is not None and article.published_at > at
    return [
        Offer(name, _label(name, moment, later=later), name in ASKED, moment, later)
        for name in rules.moves_for(person, article)
    ]


def _label(name: MoveName, moment: str, *, later: bool) -> str:
    if name != MoveName.PUBLISH:
        return str(name.label)
    if not moment:
        return _("Publish now")
    if later:
        return _("Schedule for %(moment)s") % {"moment": moment}
    return _("Publish with the date %(moment)s") % {"moment": moment}


def make(article: Article, name: str, *, by: User, at: datetime, comment: str) -> tuple[bool, str]:
    """Make the move; whether it was made, and the sentence that tells so or why not."""
    if name not in moves.MOVES:
        return False, _("There is no move “%(move)s”.") % {"move": name}
    comment = CONTROLS.sub("", comment)[:LONGEST_COMMENT]
    try:
        moves.MOVES[MoveName(name)](article, by=by, at=at, comment=comment)
    except (moves.NotAllowed, moves.ImpossibleMove) as refused:
        return False, str(refused)
    if name == MoveName.PUBLISH and article.published_at is not None and article.published_at > at:
        moment = shown(article.published_at, article.published_precision)
        return True, _("“%(title)s” appears by itself on %(moment)s.") % {"title": article.title, "moment": moment}
    return True, str(DONE[MoveName(name)]) % {"title": article.title}


def make_several(request: HttpRequest, articles: Iterable[Article], name: MoveName, *, comment: str = "") -> None:
    """Make the move with each of them, and tell the person what became of each."""
    made: list[str] = []
    refused: list[str] = []
    for article in articles:
        done, sentence = make(article, name, by=cast(User, request.user), at=now_of(request), comment=comment)
        (made if done else refused).append(sentence)
    for level, sentences in ((messages.SUCCESS, made), (messages.WARNING, refused)):
        for sentence in sentences[:MOST_NAMED]:
            messages.add_message(request, level, sentence)
        more = len(sentences) - MOST_NAMED
        if more > 0:
            text = ngettext("… and %(count)d more.", "… and %(count)d more.", more) % {"count": more}
            messages.add_message(request, level, text)


def badge(article: Article, *, at: datetime) -> tuple[str, str]:
    """The state as a list shows it: a published article whose time is to come is scheduled."""
    if article.state == State.PUBLISHED and not article.is_public(at=at):
        return "scheduled", _("Scheduled")
    return article.state, str(State(article.state).label)
