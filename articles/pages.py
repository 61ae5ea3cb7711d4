"""Rendered public pages: kept in this process, valid for one edition, finished with the numbers of the moment.

A page is rendered with holes where the views stand. One indexed read tells whether the kept page is still true and what
belongs into its holes; so a change is seen at once by every process, and nobody has to be told of it. Kept are pages
under an allow-list of address and query, never one for a signed-in person.
"""

import gzip
import hashlib
import logging
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db import Error as DatabaseFailure

from articles.models import Article, SiteViews
from articles.states import State

Environment = Mapping[str, Any]
Key = tuple[str, str, str, str]

_secret = secrets.token_hex(12)  # no text of an article can look like a hole
VIEWS, SITE = f"hole-{_secret}-views", f"hole-{_secret}-site"
_HOLE = re.compile(f"hole-{_secret}-(views|site)".encode())
ASKED = {"image", "page", "q", "preview", "p", "page_id"}  # all that a public page reads of its query
PAGE = re.compile(r"[1-9][0-9]{0,8}")
COMPRESS_LEVEL = 5
SHORTEST_COMPRESSED = 400  # bytes
CLOCK_SLACK = 5.0  # seconds; a clock put back further makes a page untrue
OWN_HEADERS = frozenset({"content-length", "content-encoding", "etag", "vary"})
BODY_HEADERS = frozenset({"content-type"})
_NUMBERS = (
    "SELECT number, COALESCE((SELECT views FROM articles_article WHERE id = {mark}), 0), "
    "COALESCE((SELECT counted FROM articles_siteviews WHERE id = 1), 0) FROM articles_edition WHERE id = 1"
)
NUMBERS = {"sqlite": _NUMBERS.format(mark="?"), "postgresql": _NUMBERS.format(mark="%s")}
log = logging.getLogger(__name__)


class Numbers(NamedTuple):
    edition: int
    views: int  # of the article
    site: int  # of all list pages


class Leaf(NamedTuple):
    """What a view knows of the page that it rendered."""

    article: int = 0  # whose views stand in the page; 0 for none
    subject: Any = None  # what is counted when somebody reads it
    until: float = 0.0  # Unix time from which the page may be untrue by itself


class Filled(NamedTuple):
    """A page with its numbers."""

    views: int
    site: int
    plain: bytes
    packed: bytes  # gzip; empty where that would not help
    etag: str


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Page:
    """A rendered page: its headers, and its text cut at the holes."""

    leaf: Leaf
    status: int
    headers: list[tuple[str, str]]
    parts: list[bytes]
    edition: int
    since: float
    etagged: bool  # not where nothing may be stored
    filled: Filled | None = None

    def is_true(self, numbers: Numbers, now: float) -> bool:
        return self.edition == numbers.edition and self.since - CLOCK_SLACK <= now < self.leaf.until

    def fill(self, numbers: Numbers) -> Filled:
        """The text with these numbers; made once for each pair of them, which change at most once a second."""
        known = self.filled
        if known is not None and known.views == numbers.views and known.site == numbers.site:
            return known
        told = {b"views": f"{numbers.views:,}".encode(), b"site": f"{numbers.site:,}".encode()}
        plain = b"".join(told[part] if place % 2 else part for place, part in enumerate(self.parts))
        packed = gzip.compress(plain, COMPRESS_LEVEL, mtime=0) if len(plain) >= SHORTEST_COMPRESSED else b""
        etag = f'W/"{hashlib.blake2b(plain, digest_size=9).hexdigest()}"'
        self.filled = known = Filled(numbers.views, numbers.site, plain, packed, etag)
        return known

    @property
    def weight(self) -> int:
        """Bytes in memory, about: the parts, the filled text, a third of it compressed, and what Python adds."""
        return 4_000 + sum(len(part) for part in self.parts) * 7 // 3


def rendered(content: bytes, status: int, headers: Mapping[str, str], leaf: Leaf, *, edition: int) -> Page:
    kept = [(name, value) for name, value in headers.items() if name.lower() not in OWN_HEADERS]
    named = [part.strip() for part in headers.get("Vary", "").split(",") if part.strip()]
    vary = ", ".join([*named, "Accept-Encoding"])
    etagged = status == 200 and "no-store" not in headers.get("Cache-Control", "")
    return Page(leaf, status, [*kept, ("Vary", vary)], _HOLE.split(content), edition, time.time(), etagged)


def answer(page: Page, environ: Environment, numbers: Numbers, count: Callable[[int, Any], str]) -> Answer:
    """What goes to the reader: the page, or 304 where the reader has it already. ``count`` gets status and subject."""
    filled = page.fill(numbers)
    status = page.status
    if page.etagged and _has(environ.get("HTTP_IF_NONE_MATCH", ""), filled.etag):
        status = 304
    headers = page.headers.copy()
    if status == 304:
        headers = [header for header in headers if header[0].lower() not in BODY_HEADERS]
        body = b""
    elif filled.packed and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = filled.packed
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = filled.plain
    if page.etagged:
        headers.append(("ETag", filled.etag))
    if status != 304:
        headers.append(("Content-Length", str(len(body))))
    if page.leaf.subject is not None:
        headers.append(("X-View", count(status, page.leaf.subject)))
    return Answer(status, headers, body)


def _has(sent: str, etag: str) -> bool:
    if not sent:
        return False
    bare = etag.removeprefix("W/")
    return sent.strip() == "*" or any(one.strip().removeprefix("W/") == bare for one in sent.split(","))


_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?(?=,|$)", re.IGNORECASE)


def accepts_gzip(sent: str) -> bool:
    found = _GZIP.search(sent)
    return found is not None and (found[1] is None or float(found[1]) > 0)


def key_of(environ: Environment) -> Key | None:
    """Under which key the answer may be kept; None where it may depend on anything else."""
    if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"} or not settings.PAGE_CACHE_BYTES:
        return None
    if settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
        return None
    query = environ.get("QUERY_STRING", "")
    if query:
        cleaned = _query(query)
        if cleaned is None:
            return None
        query = cleaned
    host = environ.get("HTTP_HOST")
    if not host:
        return None
    scheme = environ.get("wsgi.url_scheme", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        scheme += " " + environ.get(settings.SECURE_PROXY_SSL_HEADER[0], "")
    return scheme, host, environ.get("PATH_INFO", ""), query


def _query(query: str) -> str | None:
    """What of the query a page depends on; None where only Django can tell."""
    asked = ""
    for part in query.split("&"):
        name, _equals, value = part.partition("=")
        if "%" in name or "+" in name:
            return None
        if name in ASKED:
            if name != "page" or asked or not PAGE.fullmatch(value):
                return None
            asked = part
    return asked


def numbers(article: int) -> Numbers | None:
    """Edition and counts, from the database. None where no edition is kept, or inside somebody's transaction.

    Raises DatabaseError where the database does not answer.
    """
    database = connections[DEFAULT_DB_ALIAS]  # The proxy costs a third of a microsecond at each use.
    if database.in_atomic_block:
        return None
    if database.connection is None:
        database.ensure_connection()
    with database.wrap_database_errors:
        row = database.connection.execute(NUMBERS[database.vendor], (article,)).fetchone()
    return Numbers(*row) if row else None


def _numbers_or_last(page: Page) -> Numbers | None:
    """Where the database does not answer, the page stays as it was: better an old page than none."""
    global _told  # noqa: PLW0603 - one line a failure
    try:
        found = numbers(page.leaf.article)
    except DatabaseFailure as error:
        if not _told:
            _told = True
            log.error("The database does not answer; pages are shown as they were. %s", error)
        with suppress(DatabaseFailure):
            connection.close()
        last = page.filled
        return Numbers(page.edition, last.views if last else 0, last.site if last else 0)
    if _told:
        _told = False
        log.warning("The database answers again.")
    return found


_told = False


def counts(article: int) -> Numbers:
    """The numbers for a page that is not kept; nothing where they cannot be read."""
    views = Article.objects.filter(pk=article).values_list("views", flat=True).first() if article else 0
    site = SiteViews.objects.filter(pk=SiteViews.SITE).values_list("counted", flat=True).first()
    return Numbers(0, views or 0, site or 0)


def good_until(now: datetime, *, day_ends: float) -> float:
    """The moment from which pages rendered now may be untrue although nobody changed anything."""
    coming = Article.objects.filter(state=State.PUBLISHED, published_at__gt=now).order_by("published_at", "id")
    first = coming.values_list("published_at", flat=True).first()
    return min(day_ends, first.timestamp()) if first else day_ends


class Shelf:
    """The kept pages of this process, the least used ones dropped when they weigh too much. Threads share it."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()
        self._rendering: dict[Key, tuple[threading.Lock, int]] = {}

    def get(self, key: Key) -> tuple[Page, Numbers] | None:
        """The page under the key if it is true at this moment, and the numbers for it."""
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            self._pages.move_to_end(key)
        found = _numbers_or_last(page)
        return (page, found) if found is not None and page.is_true(found, time.time()) else None

    def keep(self, key: Key, page: Page) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._weight += page.weight
            while self._weight > settings.PAGE_CACHE_BYTES and self._pages:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._weight = 0

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._weight -= page.weight

    @contextmanager
    def alone(self, key: Key) -> Iterator[None]:
        """One thread at a time renders a page; the others wait for what it makes."""
        with self._lock:
            lock, waiting = self._rendering.get(key, (threading.Lock(), 0))
            self._rendering[key] = (lock, waiting + 1)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._rendering[key]
                if waiting == 1:
                    del self._rendering[key]
                else:
                    self._rendering[key] = (lock, waiting - 1)


shelf = Shelf()
