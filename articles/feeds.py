"""For programs: the Atom feed, the sitemap and robots.txt."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page, require_safe

from articles import lists
from articles.models import Article, ArticleQuerySet, Section
from articles.states import language_tag

FEED_SIZE = 30
MOST_IN_A_FILE = 10_000  # addresses of a sitemap; its standard allows 50,000, which take a second to write
# What XML cannot hold, not even as a reference.
UNWANTED = {code: None for code in [*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF] if code not in {9, 10, 13}}


class Feed(Atom1Feed):
    """Atom with a language for each entry and summaries of plain text."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        # An entry has one summary; Django would write its description as another, of HTML.
        super().add_item_elements(handler, {**item, "description": None})
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """The newest articles in the language of the address."""
    now = timezone.now()
    interface = translation.get_language() or settings.LANGUAGE_CODE
    found = lists.listed(at=now, interface=interface)
    keys = list(found.newest().values_list("pk", flat=True)[:FEED_SIZE])
    articles = Article.objects.select_related("section").defer("body").order_by().in_bulk(keys)
    prefetch_related_objects(list(articles.values()), "tags")
    site = request.build_absolute_uri(reverse("front"))
    name = settings.SITE_NAMES[interface]
    made = Feed(
        title=_clean(name),
        link=site,
        description=None,
        language=language_tag(interface),
        author_name=_clean(name),
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=f"tag:{_authority(request)},2026:{request.path}",
    )
    for key in keys:
        if key in articles:
            _add(made, articles[key], request)
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    made.write(response, "utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _add(made: Feed, article: Article, request: HttpRequest) -> None:
    names = [article.section.name] if article.section else []
    names += [tag.name for tag in article.tags.all()]
    made.add_item(
        title=_clean(article.title),
        link=request.build_absolute_uri(article.get_absolute_url()),
        description="",
        unique_id=f"tag:{_authority(request)},{article.created_at:%Y-%m-%d}:articles/{article.pk}",
        author_name=_clean(article.author) or None,
        pubdate=article.published_at,
        updateddate=_changed(article),
        categories=[_clean(name) for name in names],
        language=article.language_tag,
        summary=_clean(article.excerpt),
    )


def _changed(article: Article) -> datetime:
    """A scheduled article was written before it came out: for readers it is as new as that."""
    return max(article.changed_at, article.published_at or article.changed_at)


def _authority(request: HttpRequest) -> str:
    return request.get_host().rpartition("@")[2].partition(":")[0] or "localhost"


def _clean(text: str) -> str:
    return text.translate(UNWANTED)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages; an index of parts where they are more than one file may hold.

    A part holds the articles of a span of numbers, so that it stays the same file however many others there are.
    """
    articles = Article.objects.public(at=timezone.now())
    part = request.GET.get("part")
    if part is not None:
        return _part(request, articles, part)
    pages = _list_addresses()
    if articles.count() + len(pages) <= MOST_IN_A_FILE:
        return _url_set(request, pages, articles.order_by("id"))
    return _index(request, _parts(articles))


def _part(request: HttpRequest, articles: ArticleQuerySet, part: str) -> HttpResponse:
    if part == "lists":
        return _url_set(request, _list_addresses(), articles.none())
    if not lists.PAGE_NUMBER.fullmatch(part):
        raise Http404
    start = (int(part) - 1) * MOST_IN_A_FILE
    inside = articles.filter(id__gte=start, id__lt=start + MOST_IN_A_FILE).order_by("id")
    if not inside.exists():
        raise Http404
    return _url_set(request, [], inside)


def _list_addresses() -> list[str]:
    sections = list(Section.objects.values_list("slug", flat=True))
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(reverse("front"))
            found.extend(reverse("section", args=[slug]) for slug in sections)
    return found


def _url_set(request: HttpRequest, pages: Iterable[str], articles: ArticleQuerySet) -> HttpResponse:
    def urls() -> Iterator[str]:
        root = escape(request.build_absolute_uri("/").rstrip("/"))
        for page in pages:
            yield f"<url><loc>{root}{escape(page)}</loc></url>"
        rows: Any = articles.values_list("pk", "slug", "changed_at", "published_at")
        for key, slug, changed, published in rows.iterator(chunk_size=2_000):
            # As reverse("article") makes it; fifty thousand calls of that take seconds.
            yield (
                f"<url><loc>{root}/articles/{key}/{slug}/</loc>"
                f"<lastmod>{rfc3339_date(max(changed, published))}</lastmod></url>"
            )

    return _xml("urlset", urls())


def _parts(articles: ArticleQuerySet) -> list[int]:
    """The numbers of the parts that hold any article: one look into the index for each."""
    found = []
    last = articles.order_by("-id").values_list("id", flat=True).first() or 0
    for part in range(1, last // MOST_IN_A_FILE + 2):
        start = (part - 1) * MOST_IN_A_FILE
        if articles.filter(id__gte=start, id__lt=start + MOST_IN_A_FILE).order_by("id").exists():
            found.append(part)
    return found


def _index(request: HttpRequest, parts: Iterable[int]) -> HttpResponse:
    address = escape(request.build_absolute_uri(reverse("sitemap")))
    return _xml("sitemapindex", (f"<sitemap><loc>{address}?part={part}</loc></sitemap>" for part in ["lists", *parts]))


def _xml(root: str, parts: Iterable[str]) -> HttpResponse:
    text = "\n".join(parts)
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{text}\n</{root}>\n',
        content_type="application/xml; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/"]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            lines.append(f"Disallow: {reverse('search')}")
    lines += ["Allow: /", "", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse(
        "\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": "max-age=3600"}
    )
