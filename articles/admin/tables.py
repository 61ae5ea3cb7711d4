"""The tables of the figures page: each answers one question about a period, for the page and for files alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from articles import reports
from articles.counting import Reason
from articles.models import DayFigure
from articles.reports import Dimension, Group, Period, Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise

DIMENSIONS = {
    Dimension.SECTION: gettext_lazy("Section"),
    Dimension.AUTHOR: gettext_lazy("Author"),
    Dimension.SOURCE: gettext_lazy("Source"),
    Dimension.EDITOR: gettext_lazy("Editor"),
    Dimension.TAG: gettext_lazy("Tag"),
    Dimension.LANGUAGE: gettext_lazy("Language"),
}
DEVICES = {
    "computer": gettext_lazy("Computer"),
    "phone": gettext_lazy("Phone"),
    "tablet": gettext_lazy("Tablet"),
    "wechat": gettext_lazy("WeChat"),
    "unknown": gettext_lazy("Unknown"),
}
REASONS = {
    Reason.METHOD: gettext_lazy("Asked for headers only, or wrote (HEAD, OPTIONS, POST)"),
    Reason.STATUS: gettext_lazy("Nothing new was shown (not modified, redirect, error)"),
    Reason.PREFETCH: gettext_lazy("Fetched by a browser before anyone asked for it"),
    Reason.PART: gettext_lazy("A part of a page or file"),
    Reason.ROBOT: gettext_lazy("Robots and link previews"),
    Reason.STAFF: gettext_lazy("Signed-in staff"),
    Reason.UNRECORDABLE: gettext_lazy("Could not be recorded"),
}
REPEATS = {
    "article": gettext_lazy("Reload of an article"),
    "page": gettext_lazy("Reload of a list"),
    "attachment": gettext_lazy("Repeated download"),
}
NONE = pgettext_lazy("no author, section or source", "None given")


class Row(NamedTuple):
    label: str
    cells: tuple[int | float, ...]  # whole numbers, and shares between 0 and 1
    address: str = ""
    lang: str = ""

    @property
    def shown(self) -> Iterator[str]:
        for cell in self.cells:
            yield f"{cell:.1%}" if isinstance(cell, float) else f"{cell:,}"


@dataclass
class Table:
    name: str
    title: str
    columns: list[str]
    rows: list[Row]
    nothing: str = field(default="")

    def cells(self) -> list[list[Any]]:
        return [[row.label, *row.cells] for row in self.rows]


@dataclass(frozen=True)
class Question:
    """What the page was asked for."""

    period: Period
    step: Step
    by: Dimension
    against: Period | None  # compared with
    at: datetime


def when(at: datetime, step: Step) -> str:
    """A step's label."""
    if step == Step.HOUR:
        return at.strftime("%m-%d %H:00")
    return date_format(at, "YEAR_MONTH_FORMAT") if step == Step.MONTH else at.strftime("%Y-%m-%d")


def readings(asked: Question) -> Table:
    rows = [Row(when(point.at, asked.step), tuple(point.totals)) for point in reports.series(asked.period, asked.step)]
    columns = [_("Time"), _("Article views"), _("List page views"), _("Downloads"), _("Visits")]
    return Table("readings", _("Readings over time"), columns, rows)


def groups(asked: Question) -> Table:
    found = reports.groups(asked.by, asked.period, at=asked.at)
    columns = [str(DIMENSIONS[asked.by]), _("Articles published"), _("Views"), _("Share")]
    total = sum(group.views for group in found) or 1
    before: dict[str, Group] = {}
    if asked.against:
        before = {group.name: group for group in reports.groups(asked.by, asked.against, at=asked.at)}
        found += [Group(name, 0, 0) for name in before.keys() - {group.name for group in found}]
        columns += [_("Articles before"), _("Views before")]
    rows = []
    for group in found:
        cells: tuple[int | float, ...] = (group.articles, group.views, group.views / total)
        if asked.against:
            former = before.get(group.name, Group(group.name, 0, 0))
            cells += (former.articles, former.views)
        rows.append(Row(group.name or str(NONE), cells))
    return Table("groups", _("By %(dimension)s") % {"dimension": DIMENSIONS[asked.by]}, columns, rows)


def articles(asked: Question) -> Table:
    found = reports.most_read(asked.period)
    total = reports.totals(asked.period).articles or 1
    rows = [
        Row(
            f"{read.title} ({_('deleted')})" if read.gone else read.title,
            (read.views, read.views / total),
            "" if read.gone else reverse("admin:articles_article_change", args=[read.number]),
        )
        for read in found
    ]
    return Table("articles", _("Most read articles"), [_("Article"), _("Views"), _("Share")], rows)


def _named(
    name: str, title: "Promise", column: "Promise", subject: DayFigure.Subject, names: dict[Any, Any]
) -> Callable[[Question], Table]:
    def table(asked: Question) -> Table:
        rows = [
            Row(str(names.get(share.name, share.name)), (share.number, share.share))
            for share in reports.figures(subject, asked.period)
        ]
        return Table(name, str(title), [str(column), _("Number"), _("Share")], rows)

    return table


def downloads(asked: Question) -> Table:
    rows = [Row(share.name, (share.number, share.share)) for share in reports.downloads(asked.period)]
    return Table("downloads", _("Downloads of attachments"), [_("Attachment"), _("Number"), _("Share")], rows)


def contributions(asked: Question) -> Table:
    """用稿统计: who gave how many articles, most first, and how often they were read in the period."""
    found = sorted(
        reports.groups(asked.by, asked.period, at=asked.at), key=lambda row: (-row.articles, -row.views, row.name)
    )
    rows = [Row(group.name or str(NONE), (group.articles, group.views)) for group in found]
    title = pgettext("table of who wrote how much", "Contributions")
    return Table("contributions", title, [str(DIMENSIONS[asked.by]), _("Articles"), _("Views")], rows)


Subject = DayFigure.Subject
OTHERS = {"…": gettext_lazy("Others")}
TABLES: dict[str, Callable[[Question], Table]] = {
    "readings": readings,
    "groups": groups,
    "articles": articles,
    "referrers": _named("referrers", gettext_lazy("Referring sites"), gettext_lazy("Site"), Subject.REFERRER, OTHERS),
    "devices": _named("devices", gettext_lazy("Devices"), gettext_lazy("Device"), Subject.DEVICE, DEVICES),
    "downloads": downloads,
    "searches": _named(
        "searches", gettext_lazy("Searches that found nothing"), gettext_lazy("Words"), Subject.SEARCH, OTHERS
    ),
    "refusals": _named("refusals", gettext_lazy("Not counted"), gettext_lazy("Reason"), Subject.REFUSED, REASONS),
    "repeats": _named(
        "repeats", gettext_lazy("Reloads within the window"), gettext_lazy("What"), Subject.REPEAT, REPEATS
    ),
    "contributions": contributions,
}
