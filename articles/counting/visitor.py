"""Who reads: a person or a robot, and the key under which a visitor's repeats are recognised for a day.

A key is a hash of address and agent under the day's salt (``salt``). Neither address nor agent is stored.
"""

import hashlib
import ipaddress
import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from crawleruseragents import is_crawler
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from articles.counting import salt
from articles.counting.records import VISITOR_BYTES


class Reason(StrEnum):
    """Why a reading is no view."""

    METHOD = "method"  # only GET reads
    STATUS = "status"  # nothing was shown: redirect, not modified, not found, error
    PREFETCH = "prefetch"  # fetched before anyone asked for it
    PART = "part"  # the rest of a page or file that was counted when it began
    ROBOT = "robot"
    STAFF = "staff"  # the office does not count itself
    UNRECORDABLE = "unrecordable"  # the journal cannot be written


KNOWN_AGENTS = 4_096  # a campus has some hundred at a time; 4 MB at most
LONGEST_AGENT = 1_000  # characters looked at; the longest of in-app browsers have about 600

# Graphical browsers and the browsers inside apps (WeChat, QQ, Weibo, DingTalk) all begin with Mozilla.
_BROWSER = re.compile(r"(?:Mozilla|Opera|UCWEB|Lynx|E?Links|w3m|Dillo|NetSurf)[/ (]")
# What the kept list misses: names that say what they are. "CUBOT" is a telephone.
_ROBOT = re.compile(
    r"(?<!cu)bots?\b|crawl|spider|slurp|scrap(?:er|ing|y)|archiver|"
    r"curl|wget|python|httpx|aiohttp|urllib|libwww(?!-fm)|java/|okhttp|go-http|httpclient|http_client|guzzle|node-fetch|axios|"
    r"undici|\b(?:perl|ruby|php|rust)\b|postman|insomnia|"
    r"headless|phantomjs|selenium|puppeteer|playwright|lighthouse|pagespeed|"
    r"monitor(?:ing)?\b|uptime|pingdom|statuscake|site24x7|link ?(?:check|preview)|validator|scanner|"
    r"feed ?(?:fetcher|parser|burner|reader)|\brss\b|facebookexternalhit|whatsapp/|telegrambot|slack-img",
    re.IGNORECASE,
)
_PURPOSE_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_EARLY = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def refusal(request: HttpRequest, response: HttpResponseBase) -> Reason | None:
    """Why this answer is not a view, or None when a person reads it."""
    meta = request.META
    if request.method != "GET":
        return Reason.METHOD
    if response.status_code != 200:
        return Reason.STATUS
    if any(name in meta and _EARLY.search(meta[name]) for name in _PURPOSE_HEADERS):
        return Reason.PREFETCH
    if "HTTP_RANGE" in meta:
        return Reason.PART
    if is_robot(meta.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]):
        return Reason.ROBOT
    if _is_staff(request):
        return Reason.STAFF
    return None


@lru_cache(KNOWN_AGENTS)
def is_robot(agent: str) -> bool:
    """Whether a program that is not a person's browser calls itself by this agent. No agent is a robot's."""
    return not _BROWSER.match(agent) or _ROBOT.search(agent) is not None or is_crawler(agent)


def _is_staff(request: HttpRequest) -> bool:
    # Readers have no session, and a page for them must not depend on a cookie: asked only where one is sent.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and user.is_staff


def key(request: HttpRequest, *, at: datetime, folder: Path) -> bytes:
    """The visitor's key on the day of ``at`` (an aware time in the site's zone)."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]
    reader = f"{address(request)}\n{agent}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(reader, key=salt.of_day(at.date(), folder=folder), digest_size=VISITOR_BYTES).digest()


def address(request: HttpRequest) -> str:
    """The reader's address, as far as it can be believed.

    Each proxy appends the address that it saw. With n proxies of ours, the n-th from the right is the one that the
    outermost of them saw; whatever stands left of it was sent by the reader and means nothing.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        forwarded = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if forwarded:
            own = forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))]
    return _plain(own.strip())


def _plain(text: str) -> str:
    """One spelling for an address; a port after it changes with every connection and is dropped."""
    if ":" not in text:
        return text[:LONGEST_AGENT]
    bare = text
    if text.startswith("["):
        bare = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        bare = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return text[:LONGEST_AGENT]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(found)
