"""Counting views.

The door is ``record``, which a view calls when its response is ready: a reading by a person goes into this process's
journal at once and into the totals within a second. Robots, prefetches and signed-in staff are refused; ``X-View``
tells which. No address, agent, cookie or lasting identifier is stored. ``fold`` takes what the journals hold.
"""

import logging
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from articles.counting import journal, visitor, worker
from articles.counting.ledger import Folded
from articles.counting.records import Kind, pack
from articles.counting.totals import site_total
from articles.counting.visitor import Reason

__all__ = ["Folded", "Reason", "fold", "record", "site_total"]

HEADER = "X-View"
FOLD_WAIT_SECONDS = 30.0  # a command waits this long for another fold
log = logging.getLogger(__name__)
_lost: Counter[str] = Counter()  # what could not be recorded, by kind of failure, since it last could


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
    try:
        refused = visitor.refusal(request, response)
        if refused is None:
            _write(request, article=article, attachment=attachment)
            _tell_recovery()
    except Exception as error:  # noqa: BLE001 - a page is worth more than its count
        _tell_loss(error)
        refused = Reason.UNRECORDABLE
    response.headers[HEADER] = f"refused: {refused}" if refused else "recorded"
    if refused is None:
        try:
            worker.recorded()
        except Exception:
            log.exception("The view is kept in the journal, but the fold could not be begun.")


def fold(*, wait: float = FOLD_WAIT_SECONDS) -> Folded:
    """Take what this machine's journals hold into the database, waiting at most so many seconds for another fold."""
    return worker.fold(wait=wait)


def _write(request: HttpRequest, *, article: int | None, attachment: int | None) -> None:
    kind, number = Kind.PAGE, 0
    if article is not None:
        kind, number = Kind.ARTICLE, article
    elif attachment is not None:
        kind, number = Kind.ATTACHMENT, attachment
    folder: Path = settings.JOURNAL_DIR
    seconds = int(time.time())
    now = datetime.fromtimestamp(seconds, timezone.get_default_timezone())
    reader = visitor.key(request, at=now, folder=folder)
    journal.append(pack(kind, number, seconds=seconds, visitor=reader), folder=folder, seconds=seconds)


def _tell_loss(error: Exception) -> None:
    """Say it once for each kind of failure; the rest are counted."""
    kind = type(error).__name__
    _lost[kind] += 1
    if _lost[kind] == 1:
        log.error("A view could not be recorded in %s: %s", settings.JOURNAL_DIR, error, exc_info=error)


def _tell_recovery() -> None:
    if _lost:
        total = _lost.total()
        _lost.clear()
        log.warning("Views are recorded again; %d could not be.", total)
