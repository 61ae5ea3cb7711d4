"""The list of articles: quick at 100,000 of them.

A page is found by its keys alone, over an index, and only then are the rows of that page read, without their texts.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import moving
from articles.admin.moment import EARLIEST_YEAR, LATEST_YEAR, now_of
from articles.models import Article, ArticleQuerySet, Origin
from articles.states import State

LONGEST_QUESTION = 200  # characters of a search; nobody types more
MOST_WORDS = 8
DATE = "published_at"


class KeysFirst(Paginator):
    """Pages whose keys are read first, so that skipped rows cost no more than a step in the index."""

    @cached_property
    def count(self) -> int:
        return cast(int, self.object_list.order_by().count())  # type: ignore[union-attr]

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = cast("QuerySet[Article]", self.object_list)
        keys = list(rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)[start:][: self.per_page])
        found = {row.pk: row for row in _same_shape(rows).filter(pk__in=keys)}
        return self._get_page([found[key] for key in keys if key in found], number, self)


def _same_shape(rows: "QuerySet[Article]") -> "QuerySet[Article]":
    """The same columns and joins, without conditions and order: the keys have met them already."""
    return wide(Article.objects.all()).order_by()


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
            return queryset.filter(state=State.PUBLISHED, published_at__lte=now_of(request))
        return queryset.filter(state=chosen) if chosen in State.values else queryset


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
        for article in self.result_list:
            article.badge = moving.badge(article, at=now_of(request))
        self.clear_search = self.get_query_string(remove=[SEARCH_VAR])
        self.tabs = self._tabs(request)
        self.calendar = self._calendar()

    def _tabs(self, request: HttpRequest) -> list[dict[str, Any]]:
        now = now_of(request)
        rows = cast("QuerySet[Article]", self.root_queryset).order_by()
        states = dict(rows.values_list("state").annotate(number=Count("pk")))
        scheduled = rows.filter(state=State.PUBLISHED, published_at__gt=now).count()
        numbers = {
            "": sum(states.values()),
            "mine": rows.filter(created_by=request.user.pk).count(),
            "scheduled": scheduled,
            **{state: states.get(state, 0) for state in State.values},
        }
        numbers[State.PUBLISHED.value] -= scheduled
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
        """Years, the months of a year, or the days of a month, that hold articles of this list."""
        year, month, day = (self._part(name) for name in ("year", "month", "day"))
        rows = cast("QuerySet[Article]", self.queryset).order_by()
        drop = [f"{DATE}__{part}" for part in ("year", "month", "day")]

        def link(**parts: int) -> str:
            return self.get_query_string({f"{DATE}__{name}": str(number) for name, number in parts.items()}, drop)

        ends = rows.aggregate(first=Min(DATE), last=Max(DATE))
        if ends["first"] is None:
            return {"back": self.get_query_string({}, drop) if year else "", "choices": []}
        first, last = (timezone.localtime(ends[name]) for name in ("first", "last"))
        if year and month:
            back = link(year=year)
            choices = [{"label": _day(year, month, day), "address": ""}] if day else self._days(rows, first, last, link)
        elif year:
            back = self.get_query_string({}, drop)
            choices = self._months(rows, year, link)
        else:
            back = ""
            choices = [
                {"label": str(one), "address": link(year=one)}
                for one in range(last.year, first.year - 1, -1)
                if one in {first.year, last.year} or _any(rows, datetime(one, 1, 1), datetime(one + 1, 1, 1))  # noqa: DTZ001
            ]
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

    def _months(self, rows: "QuerySet[Article]", year: int, link: Callable[..., str]) -> list[dict[str, str]]:
        found = []
        for month in range(1, 13):
            start = datetime(year, month, 1)  # noqa: DTZ001 - made aware below
            end = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
            if _any(rows, start, end):
                found.append({"label": date_format(start, "YEAR_MONTH_FORMAT"), "address": link(year=year, month=month)})
        return found

    def _days(
        self, rows: "QuerySet[Article]", first: datetime, last: datetime, link: Callable[..., str]
    ) -> list[dict[str, str]]:
        days = sorted({timezone.localtime(at).day for at in rows.values_list(DATE, flat=True)})
        return [
            {
                "label": _day(first.year, first.month, day),
                "address": link(year=first.year, month=first.month, day=day),
            }
            for day in days
        ]


def _any(rows: "QuerySet[Article]", start: datetime, end: datetime) -> bool:
    aware = timezone.make_aware
    return rows.filter(published_at__gte=aware(start), published_at__lt=aware(end)).exists()


def _day(year: int, month: int, day: int | None) -> str:
    return date_format(datetime(year, month, day or 1), "MONTH_DAY_FORMAT")  # noqa: DTZ001 - a name, not a time
