"""The side views of an article: what its form sends while it is open, the question before a move, and the record.

Each asks the same rules as the form itself, and each that changes something takes POST only.
"""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from articles import rules, tags
from articles.admin import moving, pictures, record
from articles.admin.importing import ImportViews
from articles.admin.moment import now_of
from articles.models import Article, Origin
from articles.publishing import writing
from articles.states import Language, MoveName

MOST_COMPLETIONS = 10
LONGEST_NUMBER = 18  # digits of an article's number that every database takes


class SideViews(ImportViews):
    """The addresses below those of the article's own form."""

    def get_urls(self) -> list[URLPattern]:
        def wrapped(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"articles_article_{name}")

        return [
            wrapped("tags/", require_GET(self.tags_view), "tags"),
            wrapped("begin/", require_POST(self.begin_view), "begin"),
            wrapped("<int:number>/pictures/", require_POST(self.pictures_view), "pictures"),
            wrapped("<int:number>/pictures/<int:picture>/", require_POST(self.missing_view), "missing"),
            wrapped("<int:number>/files/", require_POST(self.files_view), "files"),
            wrapped("<int:number>/move/<str:name>/", self.move_view, "move"),
            wrapped("<int:number>/origins/<int:origin>/", require_GET(self.origin_view), "origin"),
            wrapped("<int:number>/origins/<int:origin>/repairs/", require_POST(self.repairs_view), "repairs"),
            *super().get_urls(),
        ]

    def tags_view(self, request: HttpRequest) -> HttpResponse:
        """Tags that hold what was typed, the most used first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = tags.spelling(request.GET.get("q", "")[: tags.LONGEST_TAG])
        if not typed:
            return JsonResponse({"tags": []})
        found = tags.Tag.objects.filter(name__icontains=typed).annotate(uses=Count("articles_taggedarticle_items"))
        names = found.order_by("-uses", "name").values_list("name", flat=True)[:MOST_COMPLETIONS]
        return JsonResponse({"tags": list(names)})

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft, so that pictures have an article to belong to before its form is saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        title = " ".join(request.POST.get("title", "").replace("\x00", "").split())[:300] or _("Untitled")
        language = request.POST.get("language", "")
        article = Article(title=title, language=language if language in Language.values else Language.ZH_HANS)
        with transaction.atomic():
            writing.begin(article, by=person(request), at=now_of(request))
            writing.settle(article, by=person(request), at=now_of(request))
        return JsonResponse(
            {
                "id": article.pk,
                "version": article.version,
                "slug": article.slug,
                "address": reverse("admin:articles_article_change", args=[article.pk]),
                "pictures": reverse("admin:articles_article_pictures", args=[article.pk]),
                "files": reverse("admin:articles_article_files", args=[article.pk]),
            }
        )

    def pictures_view(self, request: HttpRequest, number: int) -> HttpResponse:
        article = self._editable(request, number)
        return pictures.receive_picture(request, article, by=person(request), at=now_of(request))

    def missing_view(self, request: HttpRequest, number: int, picture: int) -> HttpResponse:
        article = self._editable(request, number)
        image = get_object_or_404(article.images.filter(file=""), pk=picture)
        return pictures.receive_missing(request, article, image, by=person(request), at=now_of(request))

    def files_view(self, request: HttpRequest, number: int) -> HttpResponse:
        article = self._editable(request, number)
        return pictures.receive_file(request, article, by=person(request), at=now_of(request))

    def move_view(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        """Ask before a move, with room for a comment; make it on POST."""
        article = self._visible(request, number)
        if name not in MoveName.values or not rules.may_move(person(request), MoveName(name), article):
            raise PermissionDenied
        back = reverse("admin:articles_article_change", args=[article.pk])
        if request.method == "POST":
            comment = request.POST.get("comment", "")
            made, sentence = moving.make(article, name, by=person(request), at=now_of(request), comment=comment)
            messages.add_message(request, messages.SUCCESS if made else messages.ERROR, sentence)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": MoveName(name).label,
            "article": article,
            "move": MoveName(name),
            "danger": name == MoveName.WITHDRAW,
            "back": back,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/article/move.html", context)

    def origin_view(self, request: HttpRequest, number: int, origin: int) -> HttpResponse:
        """The document that the article came from, byte for byte."""
        article = self._previewable(request, number)
        return record.original(_origin(article, origin))

    def repairs_view(self, request: HttpRequest, number: int, origin: int) -> HttpResponse:
        """Undo a repair of the document, make it again, or follow a suggestion, in the article as it stands."""
        article = self._editable(request, number)
        act, name = request.POST.get("act", ""), request.POST.get("name", "")
        if act not in {"undo", "redo", "apply"}:
            raise PermissionDenied
        done, sentence = record.change(_origin(article, origin), act, name, by=person(request), at=now_of(request))
        messages.add_message(request, messages.SUCCESS if done else messages.WARNING, sentence)
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[article.pk]) + f"#origin-{origin}")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who did what when: the moves and the versions."""
        if not object_id.isdecimal() or len(object_id) > LONGEST_NUMBER:
            raise Http404
        article = self._previewable(request, int(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": article.title,
            "article": article,
            "moves": record.moves_of(article),
            "versions": record.versions_of(article),
            "panels": record.panels_of(article, may_edit=self.has_change_permission(request, article)),
            "addresses": record.addresses_of(article),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/article/history.html", context)

    def _visible(self, request: HttpRequest, number: int) -> Article:
        if number >= 2**63:
            raise Http404
        visible = Article.objects.visible_to(request.user, at=now_of(request))
        return get_object_or_404(visible.select_related("cover"), pk=number)

    def _previewable(self, request: HttpRequest, number: int) -> Article:
        article = self._visible(request, number)
        if not rules.may_preview(person(request), article):
            raise PermissionDenied
        return article

    def _editable(self, request: HttpRequest, number: int) -> Article:
        article = self._visible(request, number)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article


def _origin(article: Article, number: int) -> Origin:
    if number >= 2**63:
        raise Http404
    return get_object_or_404(Origin, pk=number, article=article)


def person(request: HttpRequest) -> User:
    """The signed-in member of the office."""
    return cast(User, request.user)
