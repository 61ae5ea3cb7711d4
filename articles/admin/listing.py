"""The list of articles: quick at 100,000 of them.

A page is found by its keys alone, over an index, and only then are the rows of that page read, without their texts.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import reports
from articles.admin import moving
from articles.admin.moment import EARLIEST_YEAR, LATEST_YEAR, now_of
from articles.models import Article, ArticleQuerySet, Origin
from articles.states import State

LONGEST_QUESTION = 200  # characters of a search; nobody types more
MOST_WORDS = 8
CURVE_DAYS = 30
DATE = "published_at"
UNPUBLISHED = [state for state in State if state != State.PUBLISHED]


class KeysFirst(Paginator):
    """Pages whose keys are read first, so that skipped rows cost no more than a step in the index."""

    @cached_property
    def count(self) -> int:
        return cast(int, self.object_list.order_by().count())  # type: ignore[union-attr,attr-defined]

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        keys = self.page_keys((number - 1) * self.per_page)
        found = {row.pk: row for row in wide(Article.objects.filter(pk__in=keys)).order_by()}
        return Page([found[key] for key in keys if key in found], number, self)

    def page_keys(self, start: int) -> list[int]:
        rows = cast("QuerySet[Article]", self.object_list).select_related(None).prefetch_related(None)
        return list(rows.values_list("pk", flat=True)[start:][: self.per_page])


class KeysAtOnce(KeysFirst):
    """All keys in one pass, for a question that costs a pass over the table: it is not asked a second time to count."""

    @cached_property
    def keys(self) -> list[int]:
        rows = cast("QuerySet[Article]", self.object_list)
        return list(rows.select_related(None).prefetch_related(None).values_list("pk", flat=True))

    @cached_property
    def count(self) -> int:
        return len(self.keys)

    def page_keys(self, start: int) -> list[int]:
        return self.keys[start:][: self.per_page]


def seen_by(person: AbstractBaseUser | AnonymousUser, *, at: datetime) -> ArticleQuerySet:
    """The same articles as ``visible_to``, asked the other way round: all but the few that are hidden from the person.

    Public or own joins two indexes and sorts the whole table for each page; all but a few keeps the order of one index.
    """
    if person.has_perm("articles.edit_any_article"):  # type: ignore[union-attr]
        return Article.objects.all()
    hidden = Article.objects.filter(Q(state__in=UNPUBLISHED) | Q(state=State.PUBLISHED, published_at__gt=at)).order_by()
    if person.has_perm("articles.view_article"):  # type: ignore[union-attr]
        hidden = hidden.exclude(created_by=person.pk)
    return Article.objects.exclude(pk__in=hidden.values("pk"))


def wide(rows: ArticleQuerySet) -> ArticleQuerySet:
    """What the list shows of each row, and nothing of its text."""
    return rows.cards().defer("body", "summary", "excerpt").select_related("section", "cover", "changed_by")


class DeskFilter(SimpleListFilter):
    """The tabs above the list: mine, and one for each state."""

    title = gettext_lazy("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Article]") -> list[tuple[str, Any]]:
        return [
            ("mine", gettext_lazy("Mine")),
            (State.DRAFT.value, gettext_lazy("Drafts")),
            (State.REVIEW.value, State.REVIEW.label),
            ("scheduled", gettext_lazy("Scheduled")),
            (State.PUBLISHED.value, State.PUBLISHED.label),
            (State.WITHDRAWN.value, State.WITHDRAWN.label),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        chosen = self.value()
        if chosen == "mine":
            return queryset.filter(created_by=request.user.pk)
        if chosen == "scheduled":
            return queryset.filter(state=State.PUBLISHED, published_at__gt=now_of(request))
        if chosen == State.PUBLISHED:
            # The few scheduled ones are taken out by their keys: the order by change then comes from one index.
            scheduled = Article.objects.filter(state=State.PUBLISHED, published_at__gt=now_of(request)).order_by()
            return queryset.filter(state=State.PUBLISHED).exclude(pk__in=scheduled.values("pk"))
        return queryset.filter(state=chosen) if chosen in State.values else queryset


class PinnedFilter(SimpleListFilter):
    title = gettext_lazy("pinned")
    parameter_name = "pinned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("Pinned to the front page"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        return queryset.filter(pinned=True) if self.value() == "1" else queryset


class OriginFilter(SimpleListFilter):
    title = gettext_lazy("origin")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Article]") -> list[tuple[str, Any]]:
        return [("imported", gettext_lazy("Imported from a document")), ("written", gettext_lazy("Written here"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        imported = Exists(Origin.objects.filter(article=OuterRef("pk")))
        return {"imported": queryset.filter(imported), "written": queryset.filter(~imported)}.get(
            self.value() or "", queryset
        )


def search(rows: "QuerySet[Article]", question: str) -> "QuerySet[Article]":
    """The articles whose title or author holds every word of the question; a number finds that article too."""
    question = question[:LONGEST_QUESTION].replace("\x00", " ").strip()
    words = question.replace("\u3000", " ").split()[:MOST_WORDS]
    if not words:
        return rows
    # The inner query needs no column outside one index, so that no row is read that does not fit.
    keys = Article.objects.order_by()
    for word in words:
        keys = keys.filter(Q(title__icontains=word) | Q(author__icontains=word))
    number = question.lstrip("#")
    wanted = Q(pk__in=keys.values("pk"))
    if number.isdecimal() and len(number) < 18:
        wanted |= Q(pk=int(number))
    return rows.filter(wanted)


class Desk(ChangeList):
    """The change list with its tabs and its calendar, each counted over an index."""

    clear_search: str
    tabs: list[dict[str, Any]]
    calendar: dict[str, Any] | None

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        curves = reports.curves(
            [article.pk for article in self.result_list],
            until=timezone.localtime(now_of(request)).date(),
            days=CURVE_DAYS,
        )
        for article in self.result_list:
            article.curve = curves[article.pk]
            article.badge = moving.badge(article, at=now_of(request))
        self.clear_search = self.get_query_string(remove=[SEARCH_VAR])
        self.tabs = self._tabs(request)
        self.calendar = self._calendar()

    def _tabs(self, request: HttpRequest) -> list[dict[str, Any]]:
        numbers = _numbers(request)
        chosen = self.params.get(DeskFilter.parameter_name, "")
        names = [("", gettext_lazy("All")), *DeskFilter.lookups(cast(DeskFilter, None), request, self.model_admin)]
        return [
            {
                "name": name,
                "label": label,
                "number": numbers[name],
                "chosen": chosen == name,
                "address": self.get_query_string(
                    {DeskFilter.parameter_name: name} if name else {}, [DeskFilter.parameter_name]
                ),
            }
            for name, label in names
        ]

    def _calendar(self) -> dict[str, Any]:
        """The years of the list, the months of a year, or the days of a month that hold articles.

        The ends come from two steps in an index. What lies between is not counted: that would be a pass over all rows
        for every page of the list.
        """
        year, month, day = (self._part(name) for name in ("year", "month", "day"))
        drop = [f"{DATE}__{part}" for part in ("year", "month", "day")]

        def link(**parts: int) -> str:
            return self.get_query_string({f"{DATE}__{name}": str(number) for name, number in parts.items()}, drop)

        dated = cast("QuerySet[Article]", self.root_queryset).filter(published_at__isnull=False)
        dates = dated.order_by(DATE).values_list(DATE, flat=True)
        first, last = dates.first(), dates.last()
        if first is None or last is None:
            return {"back": "", "choices": []}
        first, last = timezone.localtime(first), timezone.localtime(last)
        if year and month:
            back, choices = link(year=year), _days(dates, year, month, day, link)
        elif year:
            back, choices = self.get_query_string({}, drop), _months(first, last, year, link)
        else:
            years = range(last.year, first.year - 1, -1)
            back, choices = "", [{"label": str(one), "address": link(year=one)} for one in years]
        return {"back": back, "back_label": str(year) if year and month else _("All dates"), "choices": choices}

    def get_filters(self, request: HttpRequest) -> Any:
        year = self.params.get(f"{DATE}__year", str(EARLIEST_YEAR))
        if not (year.isdecimal() and EARLIEST_YEAR <= int(year[:5]) <= LATEST_YEAR):
            raise IncorrectLookupParameters(year)
        return super().get_filters(request)

    def _part(self, name: str) -> int | None:
        value = self.params.get(f"{DATE}__{name}") or self.filter_params.get(f"{DATE}__{name}")
        value = value[0] if isinstance(value, list) else value
        return int(value) if value and value.isdecimal() else None


def _numbers(request: HttpRequest) -> dict[str, int]:
    """How many articles stand under each tab for this person, from groups over indexes.

    Whoever may not edit every article sees the public ones and the own ones; they are added up without a join.
    """
    now, rows = now_of(request), Article.objects.order_by()
    states = dict.fromkeys(State.values, 0) | dict(rows.values_list("state").annotate(number=Count("pk")))
    scheduled = rows.filter(state=State.PUBLISHED, published_at__gt=now)
    own = rows.filter(created_by=request.user.pk)
    states["scheduled"], states["mine"] = scheduled.count(), own.count()
    states[State.PUBLISHED.value] -= states["scheduled"]
    if not request.user.has_perm("articles.edit_any_article"):
        own_states = dict(own.values_list("state").annotate(number=Count("pk")))
        states |= {state: own_states.get(state, 0) for state in State.values if state != State.PUBLISHED}
        states["scheduled"] = scheduled.filter(created_by=request.user.pk).count()
    states[""] = sum(number for name, number in states.items() if name != "mine")
    return states


def _months(first: datetime, last: datetime, year: int, link: Callable[..., str]) -> list[dict[str, str]]:
    inside = range((first.month if year == first.year else 1), (last.month if year == last.year else 12) + 1)
    return [
        {"label": date_format(date(year, month, 1), "YEAR_MONTH_FORMAT"), "address": link(year=year, month=month)}
        for month in (inside if first.year <= year <= last.year else [])
    ]


def _days(dates: Any, year: int, month: int, chosen: int | None, link: Callable[..., str]) -> list[dict[str, str]]:
    start = timezone.make_aware(datetime(year, month, 1))  # noqa: DTZ001 - made aware at once
    end = timezone.make_aware(datetime(year + month // 12, month % 12 + 1, 1))  # noqa: DTZ001
    days = {timezone.localtime(at).day for at in dates.filter(published_at__gte=start, published_at__lt=end)}
    return [
        {
            "label": date_format(date(year, month, day), "MONTH_DAY_FORMAT"),
            "address": "" if day == chosen else link(year=year, month=month, day=day),
        }
        for day in sorted(days)
    ]
