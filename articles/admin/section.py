"""Sections in the admin: their names in both languages, and their order by drag."""

from typing import Any

from admin_ordering.admin import OrderableAdmin
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Section


class SectionAdmin(OrderableAdmin, admin.ModelAdmin):  # type: ignore[misc]
    ordering_field = "order"
    list_display = ("name_zh", "name_en", "slug", "articles", "order")
    list_editable = ("order",)
    list_per_page = 200
    view_on_site = False
    fields = ("name_zh", "name_en", "slug")
    prepopulated_fields = {"slug": ("name_en",)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == self.ordering_field:
            field.widget.attrs["aria-label"] = db_field.verbose_name  # a list has no label beside its inputs
        return field

    # The address of a section that readers may know leads nowhere once it is changed: it stays.

    def get_readonly_fields(self, request: HttpRequest, obj: Section | None = None) -> tuple[str, ...]:
        return ("slug",) if _is_in_use(obj) else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Section | None = None) -> dict[str, Any]:
        return {} if _is_in_use(obj) else super().get_prepopulated_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Section | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        if _is_in_use(obj):
            kwargs["help_texts"] = {"slug": _("The section has articles, and readers know its address: it stays.")}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Section]":
        return super().get_queryset(request).annotate(number=Count("articles"))

    @admin.display(description=gettext_lazy("articles"))
    def articles(self, section: Any) -> int:
        return int(section.number)

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            last = Section.objects.order_by("order").last()
            obj.order = last.order + 10 if last else 10
        super().save_model(request, obj, form, change)


def _is_in_use(section: Section | None) -> bool:
    return section is not None and section.articles.exists()
