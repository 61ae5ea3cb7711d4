"""The three groups of an editorial office, as the migration makes them."""

from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

FILES = {
    f"{action}_{model}" for model in ("articleimage", "attachment") for action in ("add", "change", "delete", "view")
}
WRITERS = FILES | {
    "add_article", "change_article", "view_article", "view_section", "view_revision", "view_move", "view_origin",
}  # fmt: skip
EDITORS = WRITERS | {"edit_any_article", "publish_article"}
CHIEFS = EDITORS | {
    "withdraw_article", "delete_article", "import_article", "add_section", "change_section", "delete_section",
}  # fmt: skip


def permissions(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_the_migration_makes_three_groups_and_what_each_may_do(db: None) -> None:
    assert {group.name: permissions(group.name) for group in Group.objects.all()} == {
        "Writers": WRITERS,
        "Editors": EDITORS,
        "Chiefs": CHIEFS,
    }


def test_each_group_may_do_what_the_one_before_it_may(db: None) -> None:
    assert permissions("Writers") < permissions("Editors") < permissions("Chiefs")


def test_nobody_in_the_groups_may_manage_people_or_counts(db: None) -> None:
    apps = Permission.objects.filter(group__isnull=False).values_list("content_type__app_label", flat=True)
    counts = Permission.objects.filter(
        group__isnull=False, content_type__model__in=["siteviews", "journalposition", "user", "group", "permission"]
    )
    assert (set(apps), list(counts)) == ({"articles"}, [])


def test_the_groups_permissions_are_the_ones_that_the_models_have(db: None) -> None:
    """A permission made by the migration and once more by Django would be two rows of one name."""
    call_command("migrate", verbosity=0)
    ours = Permission.objects.filter(content_type__app_label="articles").values_list("content_type__model", "codename")
    assert len(ours) == len(set(ours))
    assert Permission.objects.get(codename="edit_any_article").name == "Can edit everyone's articles in every state"


def test_a_person_has_the_permissions_of_the_group(writer: User, editor: User, chief: User) -> None:
    asked = ["change_article", "edit_any_article", "publish_article", "withdraw_article", "delete_article"]
    assert {
        person.get_username(): [name for name in asked if person.has_perm(f"articles.{name}")]
        for person in (writer, editor, chief)
    } == {
        "writer": ["change_article"],
        "editor": ["change_article", "edit_any_article", "publish_article"],
        "chief": asked,
    }
