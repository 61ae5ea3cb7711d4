"""People in the admin: Django's own form, with the groups under the names of the interface language."""

from typing import Any

from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
