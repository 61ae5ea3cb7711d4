"""Counting views.

The door is ``record``, which is called when an answer is ready: a reading by a person goes into this process's journal
at once and into the totals within a second. Robots, prefetches and signed-in staff are refused, and counted as
refused; ``X-View`` tells which. No address, agent, cookie or lasting identifier is stored. ``fold`` takes what the
journals hold.
"""

import logging
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from articles.counting import journal, visitor, worker
from articles.counting.hours import day_of
from articles.counting.ledger import Folded
from articles.counting.records import Kind, pack, pack_name
from articles.counting.visitor import Environment, Reason
from articles.counting.worker import keeping

__all__ = [
    "MOST_PLACES",
    "Environment",
    "Folded",
    "Reason",
    "Subject",
    "day_of",
    "fold",
    "keeping",
    "note",
    "place_of",
    "record",
    "staff",
]

HEADER = "X-View"
MOST_PLACES = 0xFFF
FOLD_WAIT_SECONDS = 30.0  # a command waits this long for another fold
log = logging.getLogger(__name__)
_lost: Counter[str] = Counter()  # what could not be recorded, by kind of failure, since it last could
_codes = {reason: code for code, reason in enumerate(Reason, 1)}


class Subject(NamedTuple):
    """What was read: an article or an attachment by its number, else a list page by its place."""

    article: int | None = None
    attachment: int | None = None
    place: int = 0  # see place_of
    found_nothing: str = ""  # the words of a search without a result

    def named(self) -> tuple[Kind, int, int]:
        """Kind, number, and the bits that tell one list page from another."""
        if self.article is not None:
            return Kind.ARTICLE, self.article, 0
        if self.attachment is not None:
            return Kind.ATTACHMENT, self.attachment, 0
        return Kind.PAGE, 0, self.place & MOST_PLACES


def place_of(address: str) -> int:
    """A number that tells one list page from another, as far as twelve bits of a record can."""
    return zlib.crc32(address.encode()) & MOST_PLACES


def record(
    request: HttpRequest,
    response: HttpResponseBase,
    *,
    article: int | None = None,
    attachment: int | None = None,
) -> None:
    """The view of this article, this attachment or else of a list page is in the journal, if it is one.

    ``X-View`` says "recorded" or "refused: <reason>". Never raises and waits for no lock.
    """
    subject = Subject(article, attachment)
    response.headers[HEADER] = note(request.META, response.status_code, subject, staff=lambda: staff(request))


def note(environ: Environment, status: int, subject: Subject, *, staff: Callable[[], bool] | None = None) -> str:
    """As ``record``, for any server's environment. Returns what X-View says; ``staff`` is asked last."""
    try:
        refused = visitor.refusal(environ, status)
        if refused is None and staff is not None and staff():
            refused = Reason.STAFF
        _write(environ, subject, refused)
        _tell_recovery()
    except Exception as error:  # noqa: BLE001 - a page is worth more than its count
        _tell_loss(error)
        return f"refused: {Reason.UNRECORDABLE}"
    try:
        worker.recorded()
    except Exception:
        log.exception("The view is kept in the journal, but the fold could not be begun.")
    return f"refused: {refused}" if refused else "recorded"


def staff(request: HttpRequest) -> bool:
    """Whether somebody of the office is signed in."""
    # Readers have no session, and a page for them must not depend on a cookie: asked only where one is sent.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and user.is_staff


def fold(*, wait: float = FOLD_WAIT_SECONDS) -> Folded:
    """Take what this machine's journals hold into the database, waiting at most so many seconds for another fold."""
    return worker.fold(wait=wait)


def _write(environ: Environment, subject: Subject, refused: Reason | None) -> None:
    """One write call; what the record needs beyond its 32 bytes rides before it."""
    folder: Path = settings.JOURNAL_DIR
    seconds = int(time.time())
    if refused is not None:
        journal.append(pack(Kind.REFUSED, _codes[refused], seconds=seconds), folder=folder, seconds=seconds)
        return
    kind, number, place = subject.named()
    keys = visitor.keys(environ, seconds=seconds, folder=folder)
    agent = visitor.look(environ.get("HTTP_USER_AGENT", "")[: visitor.LONGEST_AGENT])
    data = pack(kind, number, seconds=seconds, visitor=keys.today, device=agent.device | place << 4)
    if keys.former:
        data = pack(Kind.FORMER, 0, seconds=seconds, visitor=keys.former) + data
    if host := visitor.referrer(environ):
        data = pack_name(host) + data
    if subject.found_nothing:
        data += pack_name(subject.found_nothing) + pack(Kind.SEARCH, 0, seconds=seconds)
    journal.append(data, folder=folder, seconds=seconds)


def _tell_loss(error: Exception) -> None:
    """Say it once for each kind of failure; the rest are counted."""
    kind = type(error).__name__
    _lost[kind] += 1
    if _lost[kind] == 1:
        log.error("A view could not be recorded in %s: %s", settings.JOURNAL_DIR, error, exc_info=error)


def _tell_recovery() -> None:
    """What was lost goes into the figures as soon as anything can be written again."""
    if _lost:
        total = _lost.total()
        _lost.clear()
        log.warning("Views are recorded again; %d could not be.", total)
        seconds = int(time.time())
        number = _codes[Reason.UNRECORDABLE] | (total - 1) << 8
        journal.append(pack(Kind.REFUSED, number, seconds=seconds), folder=settings.JOURNAL_DIR, seconds=seconds)
