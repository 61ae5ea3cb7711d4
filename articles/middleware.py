"""Middleware: the content security policy, the interface language and the addresses of the old site."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation

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
