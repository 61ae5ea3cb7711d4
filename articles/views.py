"""The public pages. A view asks, its template prints; what a reader may not see does not exist for that reader."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import prefetch_related_objects
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles import brand, counting, lists, pages, rules, search, sharing, states
from articles.finding import Filters, extract
from articles.models import Article, ArticleQuerySet, Section
from articles.reports import Span, people
from articles.states import Language
from articles.tags import Tag
from articles.text import markup

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

BESIDE = 3  # articles beside the lead of the front page
BAND = 3  # and below it
NEWEST_ON_LOST = 5  # articles offered where a page was not found
# The smallest GIF: one transparent pixel.
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
FOR_EVER = "public, max-age=31536000, immutable"
SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
HOT_ON_FRONT = 5
HOT_ON_PAGE = 20
LIST_PAGES = {
    "author",
    "source",
    "front",
    "most_read",
    "most_read_span",
    "section",
    "tag",
    "archive_year",
    "archive",
    "search",
}

SPANS = [
    (Span.DAY.value, gettext_lazy("24 hours")),
    (Span.WEEK.value, gettext_lazy("7 days")),
    (Span.MONTH.value, gettext_lazy("30 days")),
]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The site's first page: pinned articles and the newest, then pages of all others."""
    now = timezone.now()
    articles = _listed(now)
    keys = lists.top(articles, most=1 + BESIDE + BAND)
    page = _page(request, articles, besides=keys)
    top = lists.cards(keys) if page.number == 1 else []
    context = {
        "page": page,
        "lead": top[0] if top else None,
        "beside": top[1 : 1 + BESIDE],
        "band": top[1 + BESIDE :],
        "empty": not keys,
        "hot": _hot(Span.WEEK, now, HOT_ON_FRONT) if page.number == 1 else [],
    }
    return _list_page(request, "articles/front.html", now, context, hot=True)


@require_safe
def most_read(request: HttpRequest, span: str = Span.WEEK) -> HttpResponse:
    """The articles that were read most of late."""
    if span not in set(Span):
        raise Http404
    now = timezone.now()
    context = {"hot": _hot(Span(span), now, HOT_ON_PAGE), "span": span, "spans": SPANS}
    return _list_page(request, "articles/most_read.html", now, context, hot=True)


def _hot(span: Span, now: datetime, most: int) -> list[Article]:
    return lists.hot(span, at=now, interface=_interface(), most=most)


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(Section, slug=slug)
    page = _page(request, _listed(now).filter(section=found))
    return _list_page(request, "articles/section.html", now, {"page": page, "section": found, "feeds": True})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles with a tag; a tag that only hidden articles have does not exist."""
    now = timezone.now()
    found = Tag.objects.filter(slug=slug).first() if "\x00" not in slug else None
    if found is None or not Article.objects.public(at=now).filter(tagged__tag=found).exists():
        raise Http404
    page = _page(request, _listed(now).filter(tagged__tag=found))
    return _list_page(request, "articles/tag.html", now, {"page": page, "tag": found, "feeds": True})


@require_safe
def author(request: HttpRequest, name: str) -> HttpResponse:
    """The articles that name this person as an author."""
    return _named(request, name, "author", {"kicker": gettext_lazy("Author"), "feeds": True})


@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    return _named(request, name, "source", {"kicker": gettext_lazy("Source")})


def _named(request: HttpRequest, name: str, field: str, context: dict[str, Any]) -> HttpResponse:
    """The articles of a person or unit; whoever has none does not exist."""
    now = timezone.now()
    if "\x00" in name:
        raise Http404
    among: Any = search.naming(name, among=_listed(now)).filter(**{f"{field}__icontains": name})
    page = _page(request, among)
    if not page.count:
        raise Http404
    return _list_page(request, "articles/named.html", now, {"page": page, "name": name, **context})


@require_safe
def archives(request: HttpRequest) -> HttpResponse:
    """The archive opens at the year of the newest article."""
    now = timezone.now()
    newest = _listed(now).newest().values_list("published_at", flat=True).first()
    address = reverse("archive_year", args=[timezone.localtime(newest or now).year])
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-cache"})


@require_safe
def archive(request: HttpRequest, year: int, month: int | None = None) -> HttpResponse:
    """The articles of a year or a month in the site's time zone. Months without any do not exist."""
    now = timezone.now()
    try:
        span, whole_year = lists.span(year, month), lists.span(year)
    except ValueError as error:
        raise Http404 from error
    this_year = month is None and year == timezone.localtime(now).year
    if not this_year and not lists.listed(at=now, span=span).exists():
        raise Http404
    interface = _interface()
    context = {
        "page": _page(request, lists.listed(at=now, interface=interface, span=span)),
        "year": whole_year.start,
        "month": span.start if month else None,
        "months": lists.months(year, at=now, interface=interface),
        "years": lists.years(at=now, interface=interface),
    }
    return _list_page(request, "articles/archive.html", now, context)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    query = search.tidy(request.GET.get("q", ""))
    asked = Filters.of(request)
    found = search.find(query, among=asked.applied(_listed(now)), by_date=asked.by_date)
    try:
        page = lists.page_of(found.keys, lists.page_number(request.GET.get("page")), texts=True)
    except lists.NoSuchPage as error:
        raise Http404 from error
    for found_article in page.articles:
        found_article.extract = extract(found_article, query)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "query": query,
        "more": found.more,
        "asked": asked,
        "years": lists.years(at=now, interface=_interface()) if query else [],
        "tongues": Language.choices,
        "suffix": urlencode({"q": query, **asked.chosen}),
    }
    nothing = query if query and not found.keys and not asked.chosen else ""
    return _list_page(request, "articles/search.html", now, context, found_nothing=nothing)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for what was typed so far."""
    query = search.tidy(request.GET.get("q", ""))
    titles = search.suggest(query, among=_listed(timezone.now())) if query else []
    return JsonResponse({"titles": titles}, headers={"Cache-Control": "no-cache"})


@require_safe
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One article at its one address; the staff may see a hidden one with ``?preview``."""
    now = timezone.now()
    found = Article.objects.select_related("section").filter(pk=pk).first()
    if found is None:
        raise Http404
    public = found.is_public(at=now)
    if not public and not ("preview" in request.GET and _may_preview(request, found)):
        raise Http404
    if slug != found.slug:
        return _moved(request, found.get_absolute_url())
    prefetch_related_objects([found], "images__renditions", "attachments", "tags")
    with translation.override(lists.interface_for(found.language)):
        leaf = pages.Leaf(found.pk, counting.Subject(article=found.pk) if public else None, _until(now))
        response = _show(request, "articles/article.html", now, _story(request, found, now=now, public=public), leaf)
    if not public:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["X-View"] = "refused: preview"
    return response


def lost(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What stands where nothing was found, or where something is that this reader may not see."""
    now = timezone.now()
    articles = _listed(now)
    keys = list(articles.newest().values_list("pk", flat=True)[:NEWEST_ON_LOST])
    context = {"newest": lists.cards(keys)}
    return _show(request, "404.html", now, context, pages.Leaf(), status=404)


def _listed(now: datetime) -> ArticleQuerySet:
    return lists.listed(at=now, interface=_interface())


def _interface() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _page(request: HttpRequest, articles: ArticleQuerySet, *, besides: Sequence[int] = ()) -> lists.Page:
    try:
        return lists.page(articles, lists.page_number(request.GET.get("page")), besides=besides)
    except lists.NoSuchPage as error:
        raise Http404 from error


def _list_page(
    request: HttpRequest,
    template: str,
    now: datetime,
    context: dict[str, Any],
    *,
    found_nothing: str = "",
    hot: bool = False,
) -> HttpResponse:
    """A list; one that holds a hot list is made anew after a minute."""
    place = counting.place_of(f"{request.path}?{request.GET.get('page', '')}")
    subject = counting.Subject(place=place, found_nothing=found_nothing)
    until = min(_until(now), now.timestamp() + min(lists.HOT_SECONDS.values())) if hot else _until(now)
    return _show(request, template, now, context, pages.Leaf(0, subject, until))


def _until(now: datetime) -> float:
    return pages.good_until(now, day_ends=counting.day_of(int(now.timestamp())).end)


def _show(
    request: HttpRequest, template: str, now: datetime, context: dict[str, Any], leaf: pages.Leaf, *, status: int = 200
) -> HttpResponse:
    """The page with what stands around it. Signed-in people's pages are never stored, readers' pages not reused.

    It has holes for the numbers, which the middleware fills by the leaf.
    """
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    shared = bool(settings.SHARED_CACHE_SECONDS) and not signed_in and _may_be_shared(leaf)
    frame = {
        "site_name": settings.SITE_NAMES[_interface()],
        "sections": lists.sections(at=now, interface=_interface()),
        "site_total": pages.SITE,
        "article_views": pages.VIEWS,
        "accent": settings.ACCENT.removeprefix("#"),
        "logo": settings.LOGO is not None,
        "beacon": _beacon(leaf.subject) if shared else "",
        "now": now,
        "languages": _languages(request),
        "language_tag": states.language_tag(_interface()),
        "canonical": request.build_absolute_uri(_canonical(request)),
    }
    response = render(request, template, frame | context, status=status)
    response.leaf = leaf._replace(subject=None) if shared else leaf  # type: ignore[attr-defined]
    kept = f"public, max-age=0, s-maxage={settings.SHARED_CACHE_SECONDS}" if shared else "no-cache"
    response.headers["Cache-Control"] = "private, no-store" if signed_in else kept
    response.headers["Content-Language"] = states.language_tag(_interface())
    return response


def _may_be_shared(leaf: pages.Leaf) -> bool:
    """Whether a cache in front may keep the page. A search without a hit must reach us: its words are counted."""
    return leaf.subject is not None and not leaf.subject.found_nothing


def _beacon(subject: counting.Subject) -> str:
    if subject.article is not None:
        return reverse("beacon", args=[subject.article])
    return reverse("beacon_list", args=[subject.place])


@require_safe
def beacon(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts a reading of a page that a cache in front has answered; gives the numbers that belong into it."""
    now = timezone.now()
    if not Article.objects.public(at=now).filter(pk=pk).exists():
        raise Http404
    return _counted(request, pages.Leaf(pk, counting.Subject(article=pk), _until(now)))


@require_safe
def beacon_list(request: HttpRequest, place: int) -> HttpResponse:
    if place > counting.MOST_PLACES:
        raise Http404
    return _counted(request, pages.Leaf(0, counting.Subject(place=place), _until(timezone.now())))


def _counted(request: HttpRequest, leaf: pages.Leaf) -> HttpResponse:
    if "image" in request.GET:
        response = HttpResponse(PIXEL, content_type="image/gif")
        leaf = leaf._replace(until=0.0)  # Under this address the numbers are kept.
    else:
        numbers = {"site": pages.SITE} | ({"views": pages.VIEWS} if leaf.article else {})
        response = JsonResponse(numbers)
    response.headers["Cache-Control"] = "no-store"
    response.leaf = leaf  # type: ignore[attr-defined]
    return response


@require_safe
def colours(request: HttpRequest, colour: str) -> HttpResponse:
    """The operator's colour; the address changes with it."""
    if not settings.ACCENT or colour != settings.ACCENT.removeprefix("#"):
        raise Http404
    sheet = brand.style_sheet(settings.ACCENT)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    if settings.LOGO is None:
        raise Http404
    # Whatever stands in the file, a browser that opens it runs nothing of it.
    headers = {"Cache-Control": "max-age=3600", "Content-Security-Policy": SEALED}
    kind = brand.LOGOS[settings.LOGO.suffix.lower()]
    return HttpResponse(settings.LOGO.read_bytes(), content_type=kind, headers=headers)


def _canonical(request: HttpRequest) -> str:
    """The address with what matters of its query: the page of a list."""
    number = request.GET.get("page", "1")
    return f"{request.path}?page={number}" if lists.PAGE_NUMBER.fullmatch(number) and number != "1" else request.path


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The interface languages, each with the address of this list in it, or of its front page."""
    match = request.resolver_match
    name, values = "front", {}
    if match is not None and match.url_name in LIST_PAGES:
        name, values = match.url_name, match.kwargs
    query = search.tidy(request.GET.get("q", "")) if name == "search" else ""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            address = reverse(name, kwargs=values) + (f"?{urlencode({'q': query})}" if query else "")
        found.append(
            {
                "code": code,
                "tag": states.language_tag(code),
                "name": LANG_INFO[code]["name_local"],
                "address": address,
                "absolute": request.build_absolute_uri(address),
                "here": code == _interface(),
                "main": code == settings.LANGUAGE_CODE,
                "list": match is not None and match.url_name in LIST_PAGES,
            }
        )
    return found


def _story(request: HttpRequest, found: Article, *, now: datetime, public: bool) -> dict[str, Any]:
    in_text = set(markup.picture_numbers(found.body))
    older, newer = lists.neighbours(found, at=now) if public else (None, None)
    return {
        "article": found,
        "gallery": [image for image in found.images.all() if image.file and image.pk not in in_text],
        "attachments": [attachment for attachment in found.attachments.all() if attachment.file],
        "older": older,
        "authors": [name for name in people(found.author) if name],
        "related": lists.related(found, at=now) if public else [],
        "newer": newer,
        "preview": not public,
        "sharing": sharing.describe(found, at=request.build_absolute_uri("/")),
        "canonical": request.build_absolute_uri(found.get_absolute_url()),
        "site": request.build_absolute_uri(reverse("front")),
        "may_edit": public and settings.SESSION_COOKIE_NAME in request.COOKIES and _may_preview(request, found),
    }


def _may_preview(request: HttpRequest, found: Article) -> bool:
    """Asked of signed-in staff only: a reader's page must not depend on a cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    person: User | AnonymousUser = request.user
    return person.is_staff and rules.may_preview(person, found)


def _moved(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    # An address may come back to what it was; a redirect that a browser keeps for ever would then be a loop.
    response.headers["Cache-Control"] = "no-cache"
    return response
