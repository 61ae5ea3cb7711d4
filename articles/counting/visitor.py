"""Who reads: a person or a robot, with what, from where; and the key by which a visitor's repeats are recognised.

A key is a hash of address and agent under the day's salt (``salt``). Neither address nor agent is stored. Everything
is read from the request's environment alone, as a WSGI server gives it.
"""

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from crawleruseragents import is_crawler
from django.conf import settings

from articles.counting import salt
from articles.counting.hours import day_of
from articles.counting.records import VISITOR_BYTES

Environment = Mapping[str, Any]


class Reason(StrEnum):
    """Why a reading is no view. Journals know a reason by its place: add new ones at the end."""

    METHOD = "method"  # only GET reads
    STATUS = "status"  # nothing was shown: redirect, not modified, not found, error
    PREFETCH = "prefetch"  # fetched before anyone asked for it
    PART = "part"  # the rest of a page or file that was counted when it began
    ROBOT = "robot"
    STAFF = "staff"  # the office does not count itself
    UNRECORDABLE = "unrecordable"  # the journal cannot be written


class Device(IntEnum):
    """What was read with, as far as the agent tells. Journals keep the number, in four bits."""

    UNKNOWN = 0
    COMPUTER = 1
    PHONE = 2
    TABLET = 3
    WECHAT = 4  # the browser inside WeChat, on whatever


class Agent(NamedTuple):
    robot: bool
    device: Device


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
_WECHAT = re.compile(r"MicroMessenger|WeChat|wxwork", re.IGNORECASE)
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Kindle|Silk/|Android(?!.*Mobile)", re.IGNORECASE)
_PHONE = re.compile(r"Mobi|iPhone|iPod|Android|Phone|HarmonyOS|MIDP|Opera Mini", re.IGNORECASE)
_COMPUTER = re.compile(r"Windows|Macintosh|X11|Linux|CrOS|BSD", re.IGNORECASE)
_REFERRER = re.compile(r"https?://([A-Za-z0-9.-]{1,90})(?=(?::[0-9]{1,5})?(?:[/?#]|\Z))")
_PURPOSE_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_EARLY = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def refusal(environ: Environment, status: int) -> Reason | None:
    """Why this answer is not a view, or None when a person reads it. Whether it is the staff's is asked elsewhere."""
    if environ.get("REQUEST_METHOD") != "GET":
        return Reason.METHOD
    if status != 200:
        return Reason.STATUS
    if any(name in environ and _EARLY.search(environ[name]) for name in _PURPOSE_HEADERS):
        return Reason.PREFETCH
    if "HTTP_RANGE" in environ:
        return Reason.PART
    if look(environ.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]).robot:
        return Reason.ROBOT
    return None


@lru_cache(KNOWN_AGENTS)
def look(agent: str) -> Agent:
    """What the agent tells of who reads with what."""
    if is_robot(agent):
        return Agent(robot=True, device=Device.UNKNOWN)
    for device, pattern in (
        (Device.WECHAT, _WECHAT),
        (Device.TABLET, _TABLET),
        (Device.PHONE, _PHONE),
        (Device.COMPUTER, _COMPUTER),
    ):
        if pattern.search(agent):
            return Agent(robot=False, device=device)
    return Agent(robot=False, device=Device.UNKNOWN)


def is_robot(agent: str) -> bool:
    """Whether a program that is not a person's browser calls itself by this agent. No agent is a robot's."""
    return not _BROWSER.match(agent) or _ROBOT.search(agent) is not None or is_crawler(agent)


def referrer(environ: Environment) -> str:
    """The other site that the reader came from, its host only; empty for our own and for none."""
    sent = environ.get("HTTP_REFERER")
    found = _REFERRER.match(sent) if sent else None
    if found is None:
        return ""
    host = found[1].lower().strip(".")
    own = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower()
    return "" if host == own else host.removeprefix("www.")


class Keys(NamedTuple):
    today: bytes
    former: bytes  # yesterday's, while a reload may be one of a view before midnight; else empty


def keys(environ: Environment, *, seconds: int, folder: Path) -> Keys:
    """The visitor's key at this second, and the one of yesterday where it matters still."""
    agent = environ.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]
    reader = f"{address(environ)}\n{agent}".encode("utf-8", "surrogateescape")
    day = day_of(seconds)
    former = salt.former_day(day, seconds)
    return Keys(
        _hash(reader, salt.of_day(day.date, folder=folder)),
        _hash(reader, salt.of_day(former, folder=folder)) if former else b"",
    )


def _hash(reader: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(reader, key=key, digest_size=VISITOR_BYTES).digest()


def address(environ: Environment) -> str:
    """The reader's address, as far as it can be believed.

    Each proxy appends the address that it saw. With n proxies of ours, the n-th from the right is the one that the
    outermost of them saw; whatever stands left of it was sent by the reader and means nothing.
    """
    own = str(environ.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        forwarded = [part for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
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
