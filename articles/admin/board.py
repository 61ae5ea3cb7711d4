"""The first page of the desk: what waits for this person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.admin.moment import now_of, shown
from articles.models import Article, ArticleQuerySet
from articles.states import State

MOST_SHOWN = 8  # of one box; the list has them all


@dataclass(frozen=True)
class Box:
    label: str
    nothing: str
    address: str
    number: int
    articles: list[Article]


def boxes(request: HttpRequest) -> Iterator[Box]:
    now = now_of(request)
    seen = Article.objects.visible_to(request.user, at=now)
    mine = seen.filter(created_by=request.user.pk)
    yield _box(_("In review"), _("Nothing waits for review."), "review", seen.filter(state=State.REVIEW))
    yield _box(_("My drafts"), _("You have no drafts."), "mine", mine.filter(state=State.DRAFT))
    scheduled = seen.filter(state=State.PUBLISHED, published_at__gt=now)
    yield _box(_("Scheduled"), _("Nothing is scheduled."), "scheduled", scheduled, order="published_at")
    public = seen.public(at=now)
    yield _box(_("Newest on the site"), _("Nothing is published yet."), "published", public, order="-published_at")


def _box(label: str, nothing: str, desk: str, rows: ArticleQuerySet, *, order: str = "-changed_at") -> Box:
    way = "-" if order.startswith("-") else ""
    columns = ("title", "state", "published_at", "published_precision", "changed_at", "changed_by__username")
    found: list[Any] = list(rows.order_by(order, f"{way}id").select_related("changed_by").only(*columns)[:MOST_SHOWN])
    for article in found:
        if order.endswith("published_at"):
            article.note = shown(article.published_at, article.published_precision)
        else:
            article.note = " · ".join(filter(None, (shown(article.changed_at), _name(article))))
    number = rows.count() if len(found) == MOST_SHOWN else len(found)
    address = reverse("admin:articles_article_changelist") + f"?desk={desk}"
    return Box(label, nothing, address, number, found)


def _name(article: Article) -> str:
    return article.changed_by.get_username() if article.changed_by else ""
