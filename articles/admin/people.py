"""People in the admin: who they are, whether they may sign in, and their group. No more than an office needs."""

from typing import Any

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext

# The groups that the migration makes, by their names in the table.
NAMES: dict[str, Promise] = {
    "Writers": gettext_lazy("Writers"),
    "Editors": gettext_lazy("Editors"),
    "Chiefs": gettext_lazy("Chiefs"),
}


def named(group: Group) -> str:
    """The group's name in the interface language; the office's own groups under the name that it gave them."""
    return str(NAMES.get(group.name, group.name))


class PersonForm(UserChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self.fields["groups"].label_from_instance = named  # type: ignore[attr-defined]


class NewPersonForm(AdminUserCreationForm):
    """A new person may sign in to the desk unless somebody says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self.fields["groups"].label_from_instance = named  # type: ignore[attr-defined]
        if "is_staff" in self.fields:
            self.fields["is_staff"].initial = True


class PersonDesk:
    """Put in front of Django's own admin of users, which registers itself while it is being loaded."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "full_name", "group_names", "is_staff", "is_active", "last_login")
    list_filter = ("groups", "is_staff", "is_active")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("last_name", "first_name", "email")}),
        (gettext_lazy("Work"), {"fields": ("groups", "is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (gettext_lazy("Person"), {"fields": ("last_name", "first_name", "email")}),
        (gettext_lazy("Work"), {"fields": ("groups", "is_staff")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = super().get_queryset(request)  # type: ignore[misc]
        return people.prefetch_related("groups")

    def full_name(self, person: User) -> str:
        """Family name first where it is Chinese, as it is said."""
        parts = [person.last_name, person.first_name]
        return "".join(parts) if not "".join(parts).isascii() else " ".join(reversed(parts)).strip()

    full_name.short_description = gettext_lazy("Name")  # type: ignore[attr-defined]

    def group_names(self, person: User) -> str:
        return pgettext("between the members of a list", ", ").join(named(group) for group in person.groups.all())

    group_names.short_description = gettext_lazy("Groups")  # type: ignore[attr-defined]
