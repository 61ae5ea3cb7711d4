"""Middleware: public pages, the content security policy, the interface language, the addresses of the old site."""

import logging
import secrets
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation

from articles import counting, pages
from articles.models import Article, FormerAddress
from articles.text import addresses

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The admin's own scripts set styles, and the editor's import map is an inline script with a nonce.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
ADMIN_PREFIX = "/admin/"
BEACON_PREFIX = "/views/"
RETRY_AFTER_SECONDS = 30
KEY = "newsroom.page_key"  # in the environment, where no header of a request can be
log = logging.getLogger(__name__)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class KeptPages:
    """Around the WSGI application: what is kept is answered before Django is asked, with the same bytes."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Asked once: Django writes the path anew into the environment.
        environ[KEY] = key = pages.key_of(environ)
        if key is not None and environ["REQUEST_METHOD"] == "GET":
            kept = pages.shelf.get(key)
            if kept is not None:
                given = pages.answer(*_asked(kept, environ), count=_count(environ))
                start_response(f"{given.status} {HTTPStatus(given.status).phrase}", given.headers)
                return [given.body]
        return self.application(environ, start_response)


class PublicPages:
    """The outermost: finishes public pages with their numbers, counts their readers, and keeps what may be kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.META[KEY] if KEY in request.META else pages.key_of(request.META)
        if key is None or request.path_info.startswith(ADMIN_PREFIX):
            return self._finished(request, self.get_response(request))
        with pages.shelf.alone(key):
            kept = pages.shelf.get(key)
            if kept is not None:
                given = pages.answer(*_asked(kept, request.META), count=_count(request.META))
                return _dressed(HttpResponse(), given)
            edition = _edition()
            response = self.get_response(request)
            return self._finished(request, response, key, edition)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A database that does not answer is no fault of the program: the page may be asked for again."""
        if not isinstance(exception, OperationalError | InterfaceError) or request.path.startswith(ADMIN_PREFIX):
            return None
        log.error("%s was answered with 503: the database does not answer. %s", request.path, exception)
        connection.close()
        return HttpResponse(
            render_to_string("500.html"),
            status=503,
            headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
        )

    def _finished(
        self, request: HttpRequest, response: HttpResponse, key: pages.Key | None = None, edition: int | None = None
    ) -> HttpResponse:
        leaf: pages.Leaf | None = getattr(response, "leaf", None)
        if leaf is None:
            return response
        page = pages.rendered(response.content, response.status_code, response.headers, leaf, edition=edition or 0)
        if key is not None and edition is not None and leaf.until and page.status == 200 and not response.cookies:
            pages.shelf.keep(key, page)
        count = _count(request.META, staff=lambda: counting.staff(request))
        return _dressed(response, pages.answer(page, request.META, pages.counts(leaf.article), count))


def _asked(
    kept: tuple[pages.Page, pages.Numbers], environ: pages.Environment
) -> tuple[pages.Page, pages.Environment, pages.Numbers]:
    return kept[0], environ, kept[1]


def _count(environ: pages.Environment, **asking: Any) -> Callable[[int, Any], str]:
    if environ.get("PATH_INFO", "").startswith(BEACON_PREFIX):
        # The page says where its reader came from: the beacon itself comes from the page.
        came_from = parse_qs(environ.get("QUERY_STRING", "")).get("r", [""])[0]
        environ = {**environ, "HTTP_REFERER": came_from}
    return lambda status, subject: counting.note(environ, status, subject, **asking)


def _edition() -> int | None:
    """The edition before a page is rendered: what changes meanwhile makes the page untrue, not wrong."""
    try:
        found = pages.numbers(0)
    except DatabaseFailure:
        return None
    return found.edition if found else None


def _dressed(response: HttpResponse, given: pages.Answer) -> HttpResponse:
    response.status_code = given.status
    response.content = given.body
    for name in list(response.headers):
        del response.headers[name]
    for name, value in given.headers:
        response.headers[name] = value
    return response


class ContentSecurityPolicy:
    """A strict policy for every page. Django 6 has one of its own; this one serves 5.2 too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request._csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        policy = ADMIN_POLICY.format(nonce=nonce) if request.path.startswith(ADMIN_PREFIX) else PUBLIC_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


def csp_nonce(request: HttpRequest) -> dict[str, str]:
    """Context processor: the nonce under the name that Django 6's admin templates use."""
    return {"csp_nonce": getattr(request, "_csp_nonce", "")}


class InterfaceLanguage:
    """Public pages: the language of the address. Admin: the editor's choice by cookie, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN_PREFIX):
            language = translation.get_language_from_request(request)
        else:
            language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class FormerAddresses:
    """What the old site had under an address leads to its article for ever. Costs one query, where there is no page.

    WordPress showed articles under ``/?p=12``: such a query is looked up before the front page answers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in ("/", "/index.php") and ("p" in request.GET or "page_id" in request.GET):
            return _former(request) or self.get_response(request)
        response = self.get_response(request)
        if response.status_code != 404 or request.path_info.startswith(ADMIN_PREFIX):
            return response
        return _former(request) or response


def _former(request: HttpRequest) -> HttpResponse | None:
    """The redirect to the article that stood here, if readers may see it."""
    if request.method not in ("GET", "HEAD"):
        return None
    key = addresses.canonical(request.get_full_path_info())
    if key is None:
        return None
    keys = [key] if not key[1] else [key, (key[0], "")]
    found = {
        (row.path, row.query): row.article_id
        for row in FormerAddress.objects.filter(path=key[0], query__in=[query for _path, query in keys])
    }
    number = next((found[each] for each in keys if each in found), None)
    if number is None:
        return None
    article = Article.objects.public(at=timezone.now()).only("pk", "slug").filter(pk=number).first()
    if article is None:
        return None
    response = HttpResponsePermanentRedirect(article.get_absolute_url())
    # The article may be withdrawn one day; a redirect that a browser keeps for ever would then lead nowhere.
    response.headers["Cache-Control"] = "no-cache"
    return response
