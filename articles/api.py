"""For other programs: public articles and sections as JSON, oEmbed, and a list of newest articles to embed.

Read only, without keys, and the same for everyone; any site's script may read it. ``describe`` is the OpenAPI
description of what stands here.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import conditional_page, require_safe

from articles import lists, search, sharing, syndication
from articles.finding import Filters
from articles.models import Article, Section
from articles.states import Language, Precision

MOST_NEWEST = 20
ARTICLE_ADDRESS = re.compile(r"/articles/([1-9][0-9]{0,17})/")
View = Callable[..., HttpResponse]


def for_programs(view: View) -> View:
    """GET only, with an ETag, readable by scripts of other sites; what cannot be is told as JSON."""

    @require_safe
    @conditional_page
    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponse:
        try:
            response = view(request, **values)
        except Http404 as error:
            response = JsonResponse({"error": str(error) or "There is nothing here."}, status=404)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return answered


@for_programs
def articles(request: HttpRequest) -> HttpResponse:
    """A page of public articles, the newest first or as the search ranks them."""
    now = timezone.now()
    asked = Filters.of(request)
    public = asked.applied(Article.objects.public(at=now))
    if tag := request.GET.get("tag", "").replace("\x00", ""):
        public = public.filter(tagged__tag__slug=tag)
    query = search.tidy(request.GET.get("q", ""))
    try:
        number = lists.page_number(request.GET.get("page"))
        if query:
            page = lists.page_of(search.find(query, among=public, by_date=asked.by_date).keys, number)
        else:
            page = lists.page(public, number)
    except lists.NoSuchPage as error:
        raise Http404(f"There is no page {request.GET.get('page', '')[:20]!r}.") from error
    rows: Any = Article.objects.cards().order_by()
    found = rows.prefetch_related("tags", "images__renditions").in_bulk([one.pk for one in page.articles])
    return JsonResponse(
        {
            "count": page.count,
            "page": page.number,
            "pages": page.last,
            "next": _page_address(request, page.next),
            "previous": _page_address(request, page.previous),
            "results": [_card(request, found[one.pk]) for one in page.articles if one.pk in found],
        }
    )


@for_programs
def article(request: HttpRequest, pk: int) -> HttpResponse:
    found = _public(pk)
    root = request.build_absolute_uri("/")
    attachments = [
        {"name": one.name, "url": request.build_absolute_uri(one.get_absolute_url()), "size": one.size}
        for one in found.attachments.all()
        if one.file
    ]
    return JsonResponse(
        _card(request, found) | {"content_html": syndication.whole(found, root=root), "attachments": attachments}
    )


@for_programs
def sections(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "slug": one.slug,
            "name": {"zh-Hans": one.name_zh, "en": one.name_en},
            "url": request.build_absolute_uri(one.get_absolute_url()),
        }
        for one in Section.objects.all()
    ]
    return JsonResponse({"results": rows})


@for_programs
def oembed(request: HttpRequest) -> HttpResponse:
    """What a page shows of a link to an article (oembed.com, 1.0, type link)."""
    address = urlsplit(request.GET.get("url", "")[:2_000])
    match = ARTICLE_ADDRESS.match(address.path)
    if match is None or address.netloc.lower() != request.get_host().lower():
        raise Http404("The parameter url must be the address of an article of this site.")
    if request.GET.get("format", "json") != "json":
        return JsonResponse({"error": "Only the format json is spoken here."}, status=501)
    found = _public(int(match[1]))
    described = sharing.describe(found, at=request.build_absolute_uri("/"))
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": found.title,
        "author_name": found.author,
        "provider_name": settings.SITE_NAMES[settings.LANGUAGE_CODE],
        "provider_url": request.build_absolute_uri("/"),
        "cache_age": 3600,
    }
    if described.image:
        said |= {
            "thumbnail_url": described.image,
            "thumbnail_width": described.image_width,
            "thumbnail_height": described.image_height,
        }
    return JsonResponse(said)


@for_programs
def newest(request: HttpRequest) -> HttpResponse:
    """A list of the newest articles as a piece of HTML, for the pages of other units of the institution."""
    asked = Filters.of(request)
    number = request.GET.get("number", "5")
    most = min(int(number), MOST_NEWEST) if number.isascii() and number.isdecimal() and len(number) < 4 else 5
    public = asked.applied(Article.objects.public(at=timezone.now()))
    keys = list(public.newest().values_list("pk", flat=True)[:most])
    shown = lists.cards(keys)
    with translation.override(lists.interface_for(asked.language) if asked.language else settings.LANGUAGE_CODE):
        context = {"articles": shown, "root": request.build_absolute_uri("/").rstrip("/")}
        return render(request, "articles/newest.html", context)


@for_programs
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(describe(request.build_absolute_uri("/").rstrip("/")))


def _public(pk: int) -> Article:
    rows: Any = Article.objects.public(at=timezone.now()).select_related("section")
    found: Article | None = rows.prefetch_related("tags", "attachments", "images__renditions").filter(pk=pk).first()
    if found is None:
        raise Http404(f"There is no public article {pk}.")
    return found


def _page_address(request: HttpRequest, number: int | None) -> str | None:
    if number is None:
        return None
    asked = [(name, value) for name, value in request.GET.items() if name != "page"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*asked, ('page', number)])}")


def _card(request: HttpRequest, found: Article) -> dict[str, Any]:
    described = sharing.describe(found, at=request.build_absolute_uri("/"))
    return {
        "id": found.pk,
        "url": request.build_absolute_uri(found.get_absolute_url()),
        "api_url": request.build_absolute_uri(reverse("api_article", args=[found.pk])),
        "title": found.title,
        "subtitle": found.subtitle,
        "summary": found.excerpt,
        "language": found.language_tag,
        "published": sharing.moment(found),
        "published_precision": found.published_precision,
        "changed": described.changed,
        "author": found.author,
        "source": found.source,
        "editor": found.editor,
        "section": found.section.slug if found.section else None,
        "tags": [tag.name for tag in found.tags.all()],
        "image": described.image or None,
        "views": found.views,
    }


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_MAYBE = {"type": ["string", "null"]}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _schemas() -> dict[str, Any]:
    card = {
        "id": _NUMBER,
        **dict.fromkeys(("url", "api_url", "title", "subtitle", "summary"), _TEXT),
        "language": {"type": "string", "enum": [Language(one).tag for one in Language]},
        "published": {"type": "string", "description": "A date, or a time with its offset, as exactly as it is known."},
        "published_precision": {"type": "string", "enum": list(Precision.values)},
        "changed": {"type": "string", "format": "date-time"},
        **dict.fromkeys(("author", "source", "editor"), _TEXT),
        "section": _MAYBE,
        "tags": {"type": "array", "items": _TEXT},
        "image": _MAYBE,
        "views": _NUMBER,
    }
    attachment = _object(name=_TEXT, url=_TEXT, size=_NUMBER)
    section = _object(slug=_TEXT, url=_TEXT, name=_object(**{"zh-Hans": _TEXT, "en": _TEXT}))
    return {
        "Card": _object(**card),
        "Article": _object(**card, content_html=_TEXT, attachments={"type": "array", "items": attachment}),
        "Articles": _object(
            count=_NUMBER,
            page=_NUMBER,
            pages=_NUMBER,
            next=_MAYBE,
            previous=_MAYBE,
            results={"type": "array", "items": {"$ref": "#/components/schemas/Card"}},
        ),
        "Sections": _object(results={"type": "array", "items": section}),
    }


def describe(root: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description."""
    asked = {
        "q": "words, as in the search of the site",
        "page": "number of the page, from 1",
        "section": "slug of a section",
        "tag": "slug of a tag",
        "language": f"one of {', '.join(Language.values)}",
        "year": "year of publication",
        "author": "part of the line of authors",
        "source": "part of the source",
        "sort": "“date” for the newest first",
    }
    parameters = [{"name": name, "in": "query", "description": words, "schema": _TEXT} for name, words in asked.items()]
    number = {"name": "id", "in": "path", "required": True, "schema": _NUMBER}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{settings.SITE_NAMES['en']} API", "version": "1", "description": __doc__.split("\n")[0]},
        "servers": [{"url": root}],
        "paths": {
            "/api/articles/": _path("Public articles", "Articles", parameters),
            "/api/articles/{id}/": _path("One public article with its text", "Article", [number]),
            "/api/sections/": _path("The sections", "Sections", []),
        },
        "components": {"schemas": _schemas()},
    }


def _path(summary: str, schema: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    answers = {"200": {"description": summary, "content": content}, "404": {"description": "There is none."}}
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}
