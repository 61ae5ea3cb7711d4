"""The admin site of the newsroom: its name, its first page, and the models it holds."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.admin import board, figures
from articles.admin.article import ArticleAdmin
from articles.admin.people import PersonDesk
from articles.admin.section import SectionAdmin
from articles.models import Article, Section

# Each language under the name that its readers look for.
LANGUAGES_BY_THEMSELVES = [
    {"code": code, "tag": tag, "name": name}
    for code, tag, name in (("zh-hans", "zh-Hans", "中文"), ("en", "en", "English"))
    if code in dict(settings.LANGUAGES)
]


class NewsroomAdminSite(AdminSite):
    site_url = "/"
    enable_nav_sidebar = False
    index_template = "admin/desk.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.register(Article, ArticleAdmin)
        self.register(Section, SectionAdmin)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does; its own admin of people becomes the office's."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        if User in models:
            admin_class = type("PersonAdmin", (PersonDesk, admin_class), {})
        super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """No address that leads from a number to a public address: that of a hidden article holds its title."""
        return [path("r/<path:row>", nowhere), *figures.addresses(self), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = site_name()
        return {
            **super().each_context(request),
            "site_title": name,
            "site_header": name,
            "desk_links": list(self._links(request)),
            "desk_languages": LANGUAGES_BY_THEMSELVES,
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {
            "title": _("Desk"),
            "may_add": request.user.has_perm("articles.add_article"),
            "boxes": list(board.boxes(request)) if request.user.has_perm("articles.view_article") else [],
        }
        return super().index(request, {**context, **(extra_context or {})})

    def _links(self, request: HttpRequest) -> Iterator[dict[str, Any]]:
        """The few places that an editor goes to every day."""
        places = [
            (_("Desk"), "admin:index", True),
            (_("Articles"), "admin:articles_article_changelist", request.user.has_perm("articles.view_article")),
            (_("New article"), "admin:articles_article_add", request.user.has_perm("articles.add_article")),
            (_("Import"), "admin:articles_article_import", request.user.has_perm("articles.add_article")),
            (_("Figures"), "admin:figures", request.user.has_perm("articles.view_article")),
            (_("Sections"), "admin:articles_section_changelist", request.user.has_perm("articles.view_section")),
            (_("People"), "admin:auth_user_changelist", request.user.has_perm("auth.view_user")),
        ]
        for label, name, allowed in places:
            if allowed:
                address = reverse(name)
                yield {"label": label, "address": address, "here": request.path == address}


def nowhere(request: HttpRequest, row: str) -> HttpResponse:
    raise Http404


def site_name() -> str:
    """The site's name in the interface language."""
    names: dict[str, str] = settings.SITE_NAMES
    return names.get(get_language() or "", "") or names[settings.LANGUAGE_CODE]
