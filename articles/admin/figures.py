"""The figures page: what was read, by whom it was written, where readers came from; and the contribution table."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from articles import reports
from articles.admin import exports, plots, tables
from articles.admin.moment import now_of
from articles.admin.tables import DIMENSIONS, TABLES, Question, Table
from articles.models import Article
from articles.publishing import writing
from articles.reports import Dimension, Period, Step, Totals
from articles.states import Language

DEFAULT_DAYS = 30
EARLIEST = date(2000, 1, 1)
LONGEST_DAYS = 366 * 20
MOST_STEPS = 750  # of a plot
SHORT = 10  # rows of a table that stand open; the rest is unfolded
ON_PAGE = ("groups", "articles", "referrers", "devices", "downloads", "searches", "refusals", "repeats")
NARROW = {"devices", "refusals", "repeats", "referrers", "searches", "downloads"}


def addresses(site: AdminSite) -> list[URLPattern]:
    """The addresses of the figures, for whoever may see articles."""

    def wrapped(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        def checked(request: HttpRequest, **values: str) -> HttpResponse:
            if not request.user.has_perm("articles.view_article"):
                raise PermissionDenied
            return view(request, site, **values)

        return path(route, site.admin_view(checked), name=name)

    return [
        wrapped("figures/", require_GET(figures), "figures"),
        wrapped(
            "figures/contributions/", require_http_methods(["GET", "HEAD", "POST"])(contributions), "contributions"
        ),
        wrapped("figures/<slug:name>.<slug:kind>", require_GET(export), "figures_export"),
    ]


def figures(request: HttpRequest, site: AdminSite) -> HttpResponse:
    asked, problems = _asked(request)
    for problem in problems:
        messages.warning(request, problem)
    readings = tables.readings(asked)
    context = {
        **_frame(request, site, asked, _("Figures")),
        "steps": [(step.value, label, step == asked.step) for step, label in _steps()],
        "cards": list(_cards(asked)),
        "plot": _plot(asked, readings),
        "readings": _shown(readings, request),
        "tables": [_shown(TABLES[name](asked), request) for name in ON_PAGE],
        "by": asked.by.value,
    }
    return TemplateResponse(request, "admin/figures/figures.html", context)


def contributions(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The contribution table, ready to print; a POST makes a draft of it."""
    asked, problems = _asked(request, by=Dimension.AUTHOR)
    table = tables.contributions(asked)
    if request.method == "POST":
        return _draft(request, asked, table)
    for problem in problems:
        messages.warning(request, problem)
    context = {
        **_frame(request, site, asked, table.title),
        "table": _shown(table, request, short=len(table.rows)),
        "articles": sum(row.cells[0] for row in table.rows),
        "may_add": request.user.has_perm("articles.add_article"),
    }
    return TemplateResponse(request, "admin/figures/contributions.html", context)


def export(request: HttpRequest, site: AdminSite, *, name: str, kind: str) -> HttpResponse:
    if name not in TABLES or kind not in {"csv", "xlsx"}:
        raise Http404
    asked, _problems = _asked(request)
    table = TABLES[name](asked)
    file = f"{name}-{asked.period.first}-{asked.period.last}"
    if kind == "csv":
        return exports.as_csv(file, table.columns, table.cells())
    return exports.as_xlsx(
        file, f"{table.title} {asked.period.first} – {asked.period.last}", table.columns, table.cells()
    )


def _draft(request: HttpRequest, asked: Question, table: Table) -> HttpResponse:
    if not request.user.has_perm("articles.add_article"):
        raise PermissionDenied
    head = format_html_join("", "<th>{}</th>", ((label,) for label in table.columns))
    rows = format_html_join(
        "", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", ((row.label, *row.shown) for row in table.rows)
    )
    chinese = (get_language() or "").startswith("zh")
    article = Article(
        title=_("%(table)s by %(by)s, %(first)s to %(last)s")
        % {"table": table.title, "by": DIMENSIONS[asked.by], "first": asked.period.first, "last": asked.period.last},
        language=Language.ZH_HANS if chinese else Language.EN,
        body=format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows),
    )
    with transaction.atomic():
        person: Any = request.user
        writing.begin(article, by=person, at=now_of(request))
        writing.settle(article, by=person, at=now_of(request))
    messages.success(request, _("The table is a draft now. Look it over before it is published."))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))


def _asked(request: HttpRequest, *, by: Dimension = Dimension.SECTION) -> tuple[Question, list[str]]:
    """What the address asks for; what cannot be understood is told and left out."""
    asked = request.GET
    today = timezone.localtime(now_of(request)).date()
    problems: list[str] = []
    last = _day(asked.get("to", ""), today, problems)
    first = _day(asked.get("from", ""), last - timedelta(days=DEFAULT_DAYS - 1), problems)
    if first > last:
        problems.append(_("The period began after its end; the two days were exchanged."))
        first, last = last, first
    if (last - first).days >= LONGEST_DAYS:
        problems.append(_("The period is longer than twenty years; its last twenty are shown."))
        first = last - timedelta(days=LONGEST_DAYS - 1)
    period = Period(first, last)
    against = {"before": period.before, "year": period.year_before}.get(asked.get("compare", ""))
    step = asked.get("step", "")
    chosen = Step(step) if step in set(Step) and _fits(period, Step(step)) else reports.step_for(period)
    dimension = asked.get("by", "")
    return (
        Question(period, chosen, Dimension(dimension) if dimension in set(Dimension) else by, against, now_of(request)),
        problems,
    )


def _day(text: str, otherwise: date, problems: list[str]) -> date:
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= date(2100, 1, 1):
        problems.append(
            _("“%(found)s” is no day between 2000 and 2100; write it as 2026-11-03.") % {"found": text[:40]}
        )
        return otherwise
    return found


def _fits(period: Period, step: Step) -> bool:
    return {Step.HOUR: period.days * 24, Step.DAY: period.days, Step.MONTH: 1}[step] <= MOST_STEPS


def _steps() -> list[tuple[Step, str]]:
    return [(Step.HOUR, _("By hour")), (Step.DAY, _("By day")), (Step.MONTH, _("By month"))]


def _frame(request: HttpRequest, site: AdminSite, asked: Question, title: str) -> dict[str, Any]:
    kept = {name: value for name, value in request.GET.items() if name in {"compare", "by"}}
    return {
        **site.each_context(request),
        "title": title,
        "period": asked.period,
        "compare": request.GET.get("compare", ""),
        "against": asked.against,
        "presets": [
            (
                label,
                urlencode(kept | {"from": first.isoformat(), "to": last.isoformat()}),
                (first, last) == asked.period,
            )
            for label, first, last in _presets(asked)
        ],
        "dimensions": [(one.value, label, one == asked.by) for one, label in DIMENSIONS.items()],
    }


def _presets(asked: Question) -> list[tuple[str, date, date]]:
    today = timezone.localtime(asked.at).date()
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        (pgettext("a period", "Today"), today, today),
        (_("7 days"), today - timedelta(days=6), today),
        (_("30 days"), today - timedelta(days=29), today),
        (_("This month"), month, today),
        (_("Last month"), before.replace(day=1), before),
        (_("This year"), today.replace(month=1, day=1), today),
        (_("Last year"), date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    ]


def _cards(asked: Question) -> Any:
    """The sums, with those of the other period beside them."""
    labels = Totals(_("Article views"), _("List page views"), _("Downloads"), _("Visits"))  # type: ignore[arg-type]
    sums = reports.totals(asked.period)
    before = reports.totals(asked.against) if asked.against else None
    for place, label in enumerate(labels):
        card: dict[str, Any] = {"label": label, "number": f"{sums[place]:,}"}
        if before is not None:
            former = before[place]
            change = f"{(sums[place] - former) / former:+.0%}" if former else "–"
            card |= {"before": f"{former:,}", "change": change}
        yield card


def _plot(asked: Question, table: Table) -> plots.Plot | None:
    if not any(any(row.cells) for row in table.rows):
        return None
    views, visits = _("Article views"), _("Visits")
    return plots.plot(
        [row.label.removeprefix(f"{asked.period.last.year}-") for row in table.rows],
        [int(row.cells[0]) for row in table.rows],
        [int(row.cells[3]) for row in table.rows],
        [f"{row.label} · {views}: {row.cells[0]:,} · {visits}: {row.cells[3]:,}" for row in table.rows],
    )


def _shown(table: Table, request: HttpRequest, *, short: int = SHORT) -> dict[str, Any]:
    query = urlencode(
        [(name, value) for name, value in request.GET.items() if name in {"from", "to", "by", "step", "compare"}]
    )

    def file(kind: str) -> str:
        address = reverse("admin:figures_export", kwargs={"name": table.name, "kind": kind})
        return f"{address}?{query}" if query else address

    return {
        "table": table,
        "first": table.rows[:short],
        "rest": table.rows[short:],
        "narrow": table.name in NARROW,
        "csv": file("csv"),
        "xlsx": file("xlsx"),
    }
