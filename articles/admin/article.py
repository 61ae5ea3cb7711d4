"""Articles in the admin: what the list shows, what the form holds, and who may do what.

Everything is written through articles.publishing; the rules of articles.rules decide for each article.
"""

from typing import Any

import js_asset
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import reports, rules, tags
from articles.admin import conflict, moving, pictures, plots, record
from articles.admin.editor import words
from articles.admin.forms import ArticleForm
from articles.admin.listing import (
    CURVE_DAYS,
    Desk,
    DeskFilter,
    KeysAtOnce,
    KeysFirst,
    OriginFilter,
    PinnedFilter,
    search,
    seen_by,
    wide,
)
from articles.admin.moment import now_of, shown
from articles.admin.side import LONGEST_NUMBER, SideViews, person
from articles.images import renditions, uploads
from articles.models import Article
from articles.publishing import writing
from articles.states import Language, MoveName, State


class ArticleAdmin(SideViews):
    form = ArticleForm
    list_display = ("thumbnail", "headline", "section", "author", "date", "read", "tongue", "changed")
    list_display_links = None
    list_filter = (DeskFilter, "section", "language", PinnedFilter, OriginFilter)
    search_fields = ("title", "author")
    search_help_text = gettext_lazy("Title, author, or number of an article")
    date_hierarchy = "published_at"
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = KeysFirst
    actions = ("submit_several", "publish_several", "withdraw_several")
    actions_selection_counter = True
    list_select_related = ("section", "cover", "changed_by")
    view_on_site = False
    save_on_top = False
    fieldsets = (
        (None, {"fields": ("title", "subtitle", "body", "summary")}),
        (
            gettext_lazy("Publication"),
            {"classes": ("side",), "fields": ("published_at", "language", "section", "pinned")},
        ),
        (gettext_lazy("Tags"), {"classes": ("side",), "fields": ("tags",)}),
        (
            gettext_lazy("People"),
            {"classes": ("side",), "fields": ("author", "source", "editor", "reviewer", "photographer")},
        ),
        (None, {"classes": ("apart",), "fields": ("cover",)}),
        (
            gettext_lazy("Address and views"),
            {"classes": ("side",), "fields": ("slug", "imported_views", "views", "readership")},
        ),
    )
    readonly_fields = ("views", "readership")
    inlines = (pictures.PictureRows, pictures.AttachmentRows)

    # Permissions: each article by the rules, every view alike.

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Article]":
        return wide(seen_by(request.user, at=now_of(request)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """The article with its text: the list alone goes without."""
        if not object_id.isdecimal() or len(object_id) > LONGEST_NUMBER:
            return None
        visible = Article.objects.visible_to(request.user, at=now_of(request))
        return visible.select_related("section", "cover", "changed_by", "created_by").filter(pk=int(object_id)).first()

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        may = super().has_view_permission(request)
        return may and (obj is None or rules.may_see(person(request), obj, at=now_of(request)))

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request) and (obj is None or rules.may_edit(person(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_delete_permission(request) and (obj is None or rules.may_delete(person(request), obj))

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Who may only look sees the text as readers do, and the date as far as it is known."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        shown_instead: dict[Any, Any] = {
            "body": "text",
            "published_at": "date",
            "tags": "tag_line",
            "cover": "thumbnail",
        }
        return [
            (name, {**options, "fields": tuple(shown_instead.get(field, field) for field in options["fields"])})
            for name, options in self.fieldsets
        ]

    @admin.display(description=gettext_lazy("text"))
    def text(self, article: Article) -> SafeString:
        return format_html('<div class="desk-text" lang="{}">{}</div>', article.language_tag, mark_safe(article.body))

    @admin.display(description=gettext_lazy("tags"))
    def tag_line(self, article: Article) -> str:
        return tags.join(article.tags.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        """Whoever may not publish sets neither what readers know already nor what ranks the article."""
        if request.user.has_perm("articles.publish_article"):
            return ("views", "readership")
        known = obj is not None and (obj.state != State.DRAFT or obj.published_at is not None)
        return ("views", "readership", "imported_views", "pinned", *(("slug",) if known else ()))

    # The list.

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Desk]:
        return Desk

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, **kwargs: Any) -> KeysFirst:  # type: ignore[override]
        return (KeysAtOnce if "q" in request.GET else KeysFirst)(queryset, per_page, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Article]", search_term: str
    ) -> tuple["QuerySet[Article]", bool]:
        return search(queryset, search_term), False

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, article: Article) -> SafeString | str:
        address = renditions.thumbnail(article.cover) if article.cover else ""
        picture = '<img class="desk-thumb" src="{}" alt="" width="72" height="48" loading="lazy">'
        return format_html(picture, address) if address else ""

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def headline(self, article: Article) -> SafeString:
        state, label = article.badge  # type: ignore[attr-defined]
        return format_html(
            '<a class="desk-title" href="{}">{}</a><span class="desk-marks">'
            '<span class="desk-badge desk-{}">{}</span>{}</span>',
            reverse("admin:articles_article_change", args=[article.pk]),
            article.title,
            state,
            label,
            format_html('<span class="desk-badge desk-pinned">{}</span>', _("Pinned")) if article.pinned else "",
        )

    @admin.display(description=gettext_lazy("date"), ordering="published_at")
    def date(self, article: Article) -> str:
        return shown(article.published_at, article.published_precision) or "—"

    @admin.display(description=gettext_lazy("views"), ordering="views")
    def read(self, article: Article) -> SafeString:
        """All views, and those of the last month as a curve where there are any."""
        values = article.curve  # type: ignore[attr-defined]
        drawn = plots.curve(values, _in_days(values)) if any(values) else ""
        return format_html('<span class="desk-views">{} {}</span>', f"{article.views:,}", drawn)

    @admin.display(description=gettext_lazy("read lately"))
    def readership(self, article: Article) -> SafeString | str:
        if article.pk is None:
            return "—"
        today = timezone.localtime(timezone.now()).date()
        values = reports.curves([article.pk], until=today, days=CURVE_DAYS)[article.pk]
        return format_html("{} {}", plots.curve(values, _in_days(values)) if any(values) else "", _in_days(values))

    @admin.display(description=gettext_lazy("language"))
    def tongue(self, article: Article) -> SafeString:
        short = {Language.ZH_HANS: "简", Language.ZH_HANT: "繁", Language.EN: "EN"}[Language(article.language)]
        return format_html('<span title="{}">{}</span>', article.get_language_display(), short)

    @admin.display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, article: Article) -> SafeString:
        by = article.changed_by.get_username() if article.changed_by else _("import")
        return format_html(
            '<span class="desk-changed">{}<br><span class="quiet">{} · {}</span></span>',
            shown(article.changed_at),
            by,
            _("version %(version)d") % {"version": article.version},
        )

    @admin.action(description=gettext_lazy("Send to review"), permissions=["change"])
    def submit_several(self, request: HttpRequest, queryset: "QuerySet[Article]") -> None:
        moving.make_several(request, queryset, MoveName.SUBMIT)

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_several(self, request: HttpRequest, queryset: "QuerySet[Article]") -> None:
        moving.make_several(request, queryset, MoveName.PUBLISH)

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["withdraw"])
    def withdraw_several(self, request: HttpRequest, queryset: "QuerySet[Article]") -> HttpResponse | None:
        """Readers lose what is withdrawn, so the person is asked first, with the titles."""
        if "confirmed" in request.POST:
            moving.make_several(request, queryset, MoveName.WITHDRAW, comment=request.POST.get("comment", ""))
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw"),
            "articles": list(queryset),
            "action": "withdraw_several",
            "checkbox": ACTION_CHECKBOX_NAME,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/article/withdraw_several.html", context)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.withdraw_article")

    # The form.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return self._kept_or_removed(request, object_id, form_url, extra_context)
        except writing.EditConflict:
            # Somebody saved between the check of this form and its write; the check finds it the second time.
            for _name, files in request.FILES.lists():
                for file in files:
                    file.seek(0)
            return self._kept_or_removed(request, object_id, form_url, extra_context)

    def _kept_or_removed(self, request: HttpRequest, *args: Any) -> HttpResponse:
        """The view of the form; where its rows are rolled back, its files go too."""
        with uploads.kept_or_removed() as written:
            request.newsroom_written = written  # type: ignore[attr-defined]
            return super().changeform_view(request, *args)

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:  # type: ignore[override]  # noqa: FBT001
        """A new article is begun here; one that stands is written in save_related, once it is known to have changed."""
        if not change:
            writing.begin(obj, by=person(request), at=now_of(request))

    def save_related(self, request: HttpRequest, form: ArticleForm, formsets: Any, change: bool) -> None:  # type: ignore[override]  # noqa: FBT001
        article: Article = form.instance
        by, at = person(request), now_of(request)
        if change and not form.content_changed and not any(formset.has_changed() for formset in formsets):
            request.newsroom_untouched = True  # type: ignore[attr-defined]
            return
        if change:
            writing.save(article, by=by, at=at, expected=form.standing_version or 0)
        written: list[str] = request.newsroom_written  # type: ignore[attr-defined]
        transaction.on_commit(written.clear)  # first of all: what is committed stays, whatever fails afterwards
        super().save_related(request, form, formsets, change)
        refused = pictures.store(article, form, formsets, written=written)
        request.newsroom_refused = refused  # type: ignore[attr-defined]
        writing.settle(article, by=by, at=at)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        pictures.save_rows(formset)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """The titles and the sums; not the name of every size of every picture."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return [one for one in deleted if not isinstance(one, list)], counts, needed, protected

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        pictures.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Article]") -> None:
        for article in queryset:
            pictures.delete(article)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        return [] if _untouched(request) else super().construct_change_message(request, form, formsets, add)

    def log_change(self, request: HttpRequest, obj: Article, message: Any) -> Any:
        return None if _untouched(request) else super().log_change(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return self._after_saving(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_saving(request, obj)

    def _after_saving(self, request: HttpRequest, article: Article) -> HttpResponse:
        refused: list[str] = getattr(request, "newsroom_refused", [])
        if _untouched(request):
            saved = _("Nothing was changed.")
        else:
            saved = _("“%(title)s” is saved.") % {"title": article.title}
        if refused:
            messages.success(request, saved)
            for sentence in refused:
                messages.error(request, sentence)
        elif name := request.POST.get("_move"):
            comment = request.POST.get("move_comment", "")
            made, sentence = moving.make(article, name, by=person(request), at=now_of(request), comment=comment)
            if not made:
                messages.info(request, saved)
            messages.add_message(request, messages.SUCCESS if made else messages.ERROR, sentence)
        else:
            messages.add_message(request, messages.INFO if _untouched(request) else messages.SUCCESS, saved)
        if "_save" in request.POST and not refused:
            return self.response_post_save_change(request, article)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article: Article | None = kwargs.get("obj")
        nonce = getattr(request, "_csp_nonce", "")
        # Django 5.2 gives the editor's import map no nonce, and without one the policy forbids it.
        context["media"] = js_asset.Media.from_media(context["media"], nonce=nonce)
        context["words"] = dict(words())
        context["article"] = article
        context["largest"] = {
            "picture": uploads.LARGEST_IMAGE_BYTES,
            "picture_mb": uploads.LARGEST_IMAGE_BYTES // 1_048_576,
            "file": uploads.LARGEST_FILE_BYTES,
            "file_mb": uploads.LARGEST_FILE_BYTES // 1_048_576,
            "form": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        }
        form = context["adminform"].form
        pictures.prepare(
            context["inline_admin_formsets"], cover=form["cover"].value() if "cover" in form.fields else None
        )
        begun = article or Article(state=State.DRAFT, created_by_id=person(request).pk)
        offers = moving.offers(person(request), begun, at=now_of(request))
        context["offers"] = [offer for offer in offers if not offer.asked]
        context["asked"] = [offer for offer in offers if offer.asked]
        context["publish_words"] = moving.PUBLISH_WORDS
        if article is not None:
            context |= self._standing(request, article)
            if form.is_bound and form.conflict:
                context["conflict"] = conflict.shown(form, context["inline_admin_formsets"], article)
        return super().render_change_form(request, context, *args, **kwargs)

    def _standing(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        """What the page tells of an article that exists, beside its form."""
        now = now_of(request)
        may_preview = rules.may_preview(person(request), article)
        is_public = article.is_public(at=now)
        return {
            "state": moving.badge(article, at=now),
            "may_preview": may_preview,
            "is_public": is_public,
            "public_address": article.get_absolute_url() + ("" if is_public else "?preview"),
            "last_comment": record.last_comment(article) if may_preview else None,
            "origins": record.origins_of(article) if may_preview else [],
            "record": {"created": shown(article.created_at), "changed": shown(article.changed_at)},
        }


def _untouched(request: HttpRequest) -> bool:
    return getattr(request, "newsroom_untouched", False)


def _in_days(values: list[int]) -> str:
    number = sum(values)
    return ngettext("%(number)s view in %(days)d days", "%(number)s views in %(days)d days", number) % {
        "number": f"{number:,}",
        "days": len(values),
    }
