"""For programs: feeds, the sitemap and robots.txt."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import rfc3339_date
from django.views.decorators.http import conditional_page, require_safe

from articles import lists, search, sharing, syndication
from articles.models import Article, ArticleQuerySet, Section
from articles.states import language_tag
from articles.syndication import Form
from articles.tags import Tag

FEED_SIZE = 30
NEWS_DAYS, MOST_NEWS = 2, 1_000  # what a news sitemap may hold
NEWS_LANGUAGES = {"zh-hans": "zh-cn", "zh-hant": "zh-tw", "en": "en"}  # as the format names them
MORE_NAMES = (
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)
MOST_IN_A_FILE = 10_000  # addresses of a sitemap; its standard allows 50,000, which take a second to write


@require_safe
@conditional_page
def feed(
    request: HttpRequest, *, form: str = Form.ATOM, section: str = "", tag: str = "", author: str = ""
) -> HttpResponse:
    """The newest articles in the language of the address: of the site, a section, a tag or an author."""
    if form not in set(Form) or "\x00" in tag + author:
        raise Http404
    interface = translation.get_language() or settings.LANGUAGE_CODE
    found, title, page = lists.listed(at=timezone.now(), interface=interface), settings.SITE_NAMES[interface], "front"
    values: dict[str, str] = {}
    if section:
        named = get_object_or_404(Section, slug=section)
        found, title, page, values = (
            found.filter(section=named),
            f"{named.name} · {title}",
            "section",
            {"slug": section},
        )
    elif tag:
        tagged = get_object_or_404(Tag, slug=tag)
        found, title, page, values = found.filter(tagged__tag=tagged), f"{tagged.name} · {title}", "tag", {"slug": tag}
    elif author:
        found = search.naming(author, among=found).filter(author__icontains=author)  # type: ignore[assignment]
        title, page, values = f"{author} · {title}", "author", {"name": author}
    keys = list(found.newest().values_list("pk", flat=True)[:FEED_SIZE])
    if (tag or author) and not keys:
        raise Http404
    rows: Any = Article.objects.select_related("section").order_by()
    articles = rows.prefetch_related("tags", "images__renditions").in_bulk(keys)
    channel = syndication.Channel(
        title=syndication.clean(title),
        page=request.build_absolute_uri(reverse(page, kwargs=values)),
        address=request.build_absolute_uri(request.path),
        language=language_tag(interface),
        site=syndication.clean(settings.SITE_NAMES[interface]),
        root=request.build_absolute_uri("/"),
    )
    data = syndication.build(Form(form), channel, [articles[key] for key in keys if key in articles])
    return HttpResponse(data, content_type=syndication.TYPES[Form(form)], headers={"Cache-Control": "no-cache"})


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
        rows: Any = articles.values_list("pk", "slug", "changed_at", "published_at", "cover__file")
        for key, slug, changed, published, cover in rows.iterator(chunk_size=2_000):
            image = ""
            if cover:
                image = f"<image:image><image:loc>{root}{escape(default_storage.url(cover))}</image:loc></image:image>"
            # As reverse("article") makes it; fifty thousand calls of that take seconds.
            yield (
                f"<url><loc>{root}/articles/{key}/{slug}/</loc>"
                f"<lastmod>{rfc3339_date(max(changed, published))}</lastmod>{image}</url>"
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
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{MORE_NAMES}>\n{text}\n</{root}>\n',
        content_type="application/xml; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The articles of the last two days, as news search engines ask for them (at most a thousand)."""
    now = timezone.now()
    recent = Article.objects.public(at=now).filter(published_at__gte=now - timedelta(days=NEWS_DAYS)).newest()
    name = escape(syndication.clean(settings.SITE_NAMES[settings.LANGUAGE_CODE]))

    def urls() -> Iterator[str]:
        for one in recent.only("id", "slug", "title", "language", "published_at", "published_precision")[:MOST_NEWS]:
            address = escape(request.build_absolute_uri(one.get_absolute_url()))
            language = NEWS_LANGUAGES.get(one.language, "en")
            yield (
                f"<url><loc>{address}</loc><news:news><news:publication><news:name>{name}</news:name>"
                f"<news:language>{language}</news:language></news:publication>"
                f"<news:publication_date>{sharing.moment(one)}</news:publication_date>"
                f"<news:title>{escape(syndication.clean(one.title))}</news:title></news:news></url>"
            )

    return _xml("urlset", urls())


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/"]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            lines.append(f"Disallow: {reverse('search')}")
    lines += ["Allow: /", "", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}"]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap_news'))}", ""]
    return HttpResponse(
        "\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": "max-age=3600"}
    )
