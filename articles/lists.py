"""Lists of articles: what a list shows in a language, and one page of it.

A page costs about the same wherever it lies: the numbers of its articles come from the index, counted from the nearer
end, and only their rows are read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from articles import reports
from articles.models import Article, ArticleQuerySet, Section, TaggedArticle
from articles.models.article import WIDE
from articles.states import Language, State

PAGE_SIZE = 20
MOST_YEARS = 50  # years that the archive links to
MOST_PINNED = 100  # in all languages, scheduled ones among them
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
HOT_SECONDS = {reports.Span.DAY: 60, reports.Span.WEEK: 300, reports.Span.MONTH: 300}  # as old as a hot list may be
MOST_RELATED = 4
MOST_TAGGED = 300
MOST_HOT = 200  # looked at: those of other languages and withdrawn ones are left out
CHINESE = (Language.ZH_HANS, Language.ZH_HANT)


class NoSuchPage(Exception):
    """The list has no page of this number, or the number is none."""


@dataclass(frozen=True)
class Page:
    articles: list[Article]
    number: int
    last: int
    count: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to link: both ends and those around this one; None stands for what is left out.

        >>> Page([], number=6, last=20, count=400).numbers
        [1, None, 5, 6, 7, None, 20]
        """
        near = {1, self.last, self.number - 1, self.number, self.number + 1}
        shown: list[int | None] = []
        for number in sorted(number for number in near if 1 <= number <= self.last):
            if shown and number - (shown[-1] or 0) > 1:
                shown.append(None)
            shown.append(number)
        return shown


@dataclass(frozen=True)
class Span:
    """A year or a month, by its first and its last moment."""

    start: datetime
    last: datetime


def written_in(interface: str) -> tuple[str, ...]:
    """The languages of articles that readers of this interface language read."""
    return CHINESE if interface.startswith("zh") else (interface,)


def interface_for(language: str) -> str:
    """The interface language that fits an article of this language; the main one where none does."""
    enabled = [code for code, _name in settings.LANGUAGES]
    fitting = (code for code in enabled if language in written_in(code))
    return next(fitting, settings.LANGUAGE_CODE)


def listed(*, at: datetime, interface: str | None = None, span: Span | None = None) -> ArticleQuerySet:
    """The public articles of the lists in this interface language: the main one lists all, another its own."""
    if span is None:
        found = Article.objects.public(at=at)
    else:
        # One upper bound: of two, the database may take the later one and read all that lies between.
        found = Article.objects.public(at=min(at, span.last)).filter(published_at__gte=span.start)
    return found if interface in {None, settings.LANGUAGE_CODE} else found.in_language(*written_in(str(interface)))


def sections(*, at: datetime, interface: str) -> QuerySet[Section]:
    """The sections in which readers of this interface language find anything."""
    return Section.objects.filter(Exists(listed(at=at, interface=interface).filter(section=OuterRef("pk"))))


def span(year: int, month: int | None = None) -> Span:
    """The year or month in the site's time zone. Raises ValueError where there is none such."""
    if not 1 < year < MAXYEAR:
        raise ValueError(year)  # the first and the last have moments that no clock in UTC shows
    zone = timezone.get_default_timezone()
    after = (year + 1, 1) if month in {None, 12} else (year, (month or 0) + 1)
    return Span(
        datetime(year, 1 if month is None else month, 1, tzinfo=zone),
        datetime(*after, 1, tzinfo=zone) - timedelta(microseconds=1),
    )


def months(year: int, *, at: datetime, interface: str) -> list[datetime]:
    """The beginnings of the months with articles."""
    return _held([span(year, number) for number in range(1, 13)], at=at, interface=interface)


def years(*, at: datetime, interface: str) -> list[datetime]:
    """The beginnings of the years with articles, the newest first."""
    moments = listed(at=at, interface=interface).order_by("published_at", "id").values_list("published_at", flat=True)
    first = moments.first()
    if first is None:
        return []
    newest = timezone.localtime(at).year
    oldest = max(timezone.localtime(first).year, newest - MOST_YEARS + 1)
    return _held([span(year) for year in range(newest, oldest - 1, -1)], at=at, interface=interface)


def _held(spans: Sequence[Span], *, at: datetime, interface: str) -> list[datetime]:
    """The beginnings of those spans in which there are articles: one query, one look into the index for each."""
    inside: dict[str, Any] = {
        f"span_{number}": Exists(listed(at=at, interface=interface, span=span)) for number, span in enumerate(spans)
    }
    rows: QuerySet[Any, Any] = Article.objects.public(at=at).newest().annotate(**inside).values(*inside)
    row = rows.first() or {}
    return [span.start for number, span in enumerate(spans) if row.get(f"span_{number}")]


def page_number(text: str | None) -> int:
    """The number that an address asks for. Raises NoSuchPage for anything but a plain number."""
    if text is None:
        return 1
    if not PAGE_NUMBER.fullmatch(text):
        raise NoSuchPage(text)
    return int(text)


def page(articles: ArticleQuerySet, number: int, *, besides: Sequence[int] = (), size: int = PAGE_SIZE) -> Page:
    """The page of this number, newest first, without the articles ``besides`` that stand elsewhere on the page.

    A list without articles has one empty page. Raises NoSuchPage.
    """
    count = articles.count() - len(besides)  # counted by the index alone, which a condition on numbers would prevent
    articles = articles.exclude(pk__in=besides)
    last = _last(count, size)
    if number > last:
        raise NoSuchPage(number)
    start, stop = (number - 1) * size, min(number * size, count)
    if start > count // 2:
        numbers = articles.order_by("published_at", "id").values_list("pk", flat=True)[count - stop : count - start]
        keys = list(numbers)[::-1]
    else:
        keys = list(articles.newest().values_list("pk", flat=True)[start:stop])
    return Page(cards(keys), number, last, count)


def page_of(keys: Sequence[int], number: int, *, size: int = PAGE_SIZE, texts: bool = False) -> Page:
    """The page of this number of a list whose articles are known by number, with their texts if asked.

    Raises NoSuchPage.
    """
    last = _last(len(keys), size)
    if number > last:
        raise NoSuchPage(number)
    return Page(cards(keys[(number - 1) * size : number * size], texts=texts), number, last, len(keys))


def cards(keys: Sequence[int], *, texts: bool = False) -> list[Article]:
    """These articles as lists show them, in this order, without those withdrawn since their numbers were read."""
    # Asked for by number alone: with the condition of a list SQLite reads all published articles to find these.
    rows = Article.objects.cards().order_by()
    found = (rows.defer(None) if texts else rows).in_bulk(list(keys))
    return [found[key] for key in keys if key in found and found[key].state == State.PUBLISHED]


def top(articles: ArticleQuerySet, *, most: int) -> list[int]:
    """The numbers of the articles at the head of the front page: pinned ones first, then the newest."""
    # By the index of pinned articles, whatever the list: other indexes hold hundreds of articles for each pinned one.
    all_pinned = Article.objects.filter(state=State.PUBLISHED, pinned=True).newest().values("pk")[:MOST_PINNED]
    pinned = list(articles.filter(pk__in=all_pinned).newest().values_list("pk", flat=True)[:most])
    newest = articles.newest().values_list("pk", flat=True)[:most]
    return [*pinned, *(key for key in newest if key not in pinned)][:most]


def hot(span: reports.Span, *, at: datetime, interface: str, most: int) -> list[Article]:
    """The most read public articles of late in this interface language, as links show them."""
    numbers: list[int] | None = cache.get(f"hot-{span}")
    if numbers is None:
        numbers = reports.hot(span, at=at, most=MOST_HOT)
        cache.set(f"hot-{span}", numbers, timeout=HOT_SECONDS[span])
    shown = listed(at=at, interface=interface).filter(pk__in=numbers).order_by()
    keys = set(shown.values_list("pk", flat=True))
    return cards([number for number in numbers if number in keys][:most])


class Related(NamedTuple):
    """An article that another one leads to, and why: the tags that both have, or the section."""

    article: Article
    tags: list[str]


def related(article: Article, *, at: datetime, most: int = MOST_RELATED) -> list[Related]:
    """Public articles in its language with the most of its tags, then the newest of its section."""
    tags = [tag.pk for tag in article.tags.all()]
    public = Article.objects.public(at=at).in_language(*_same_readers(article.language)).exclude(pk=article.pk)
    keys: list[int] = []
    if tags:
        # The newest of the tags alone are looked at, however many articles a tag has.
        tagged = TaggedArticle.objects.filter(tag__in=tags).order_by("-content_object_id")
        shared = Counter(tagged.values_list("content_object_id", flat=True)[:MOST_TAGGED])
        dated = dict(public.filter(pk__in=shared).order_by().values_list("pk", "published_at"))
        keys += sorted(dated, key=lambda key: (shared[key], dated[key], key), reverse=True)[:most]
    if len(keys) < most and article.section_id is not None:
        newest = public.filter(section=article.section_id).newest().values_list("pk", flat=True)[: 2 * most]
        keys += [key for key in newest if key not in keys][: most - len(keys)]
    rows: Any = Article.objects.defer(*WIDE).order_by()
    found = rows.prefetch_related("tags").in_bulk(keys)
    names = {tag.pk: tag.name for tag in article.tags.all()}
    return [
        Related(found[key], [names[tag.pk] for tag in found[key].tags.all() if tag.pk in names])
        for key in keys
        if key in found
    ]


def _same_readers(language: str) -> tuple[str, ...]:
    return CHINESE if language in CHINESE else (language,)


def neighbours(article: Article, *, at: datetime) -> tuple[Article | None, Article | None]:
    """The articles before and after this one in time: in its section and language, or of all in its language."""
    public = Article.objects.public(at=at).in_language(article.language).only("id", "title", "slug", "language")
    if article.section_id is not None:
        public = public.filter(section=article.section_id)
    same = Q(published_at=article.published_at)
    older = public.filter(published_at__lte=article.published_at).exclude(same & Q(pk__gte=article.pk)).newest()
    newer = public.filter(published_at__gte=article.published_at).exclude(same & Q(pk__lte=article.pk))
    return older.first(), newer.order_by("published_at", "id").first()


def _last(count: int, size: int) -> int:
    return max(1, -(-count // size))
