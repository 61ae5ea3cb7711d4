"""The groups that the migration makes, with their permissions by name."""

import pytest
from django.contrib.auth.models import Group, Permission

pytestmark = pytest.mark.django_db

WRITERS = {
    "add_article", "change_article", "view_article",
    "add_articleimage", "change_articleimage", "delete_articleimage", "view_articleimage",
    "add_attachment", "change_attachment", "delete_attachment", "view_attachment",
    "view_section", "view_revision", "view_move", "view_origin",
}  # fmt: skip
EDITORS = WRITERS | {"edit_any_article", "publish_article"}
CHIEFS = EDITORS | {
    "withdraw_article", "delete_article", "add_section", "change_section", "delete_section",
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [("Writers", WRITERS), ("Editors", EDITORS), ("Chiefs", CHIEFS)])
def test_a_group_has_its_permissions_and_no_other(name: str, expected: set[str]) -> None:
    permissions = Group.objects.get(name=name).permissions.select_related("content_type")

    assert {permission.codename for permission in permissions} == expected
    assert {permission.content_type.app_label for permission in permissions} == {"articles"}


def test_there_are_three_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {"Writers", "Editors", "Chiefs"}


def test_each_permission_exists_once_under_its_model() -> None:
    found = Permission.objects.filter(content_type__app_label="articles").values_list("codename", "content_type__model")
    codenames = [codename for codename, _model in found]

    assert len(codenames) == len(set(codenames))
    assert {model for codename, model in found if codename in {"publish_article", "edit_any_article"}} == {"article"}
