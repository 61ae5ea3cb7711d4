"""The three groups of an editorial office. An institution may cut them differently afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PERMISSIONS = {
    "edit_any_article": "Can edit everyone's articles in every state",
    "publish_article": "Can publish articles",
    "withdraw_article": "Can withdraw published articles",
}
MODELS = {
    "article": "article",
    "articleimage": "image",
    "attachment": "attachment",
    "section": "section",
    "revision": "revision",
    "move": "move",
    "origin": "origin",
}
CONTENT = [
    f"{action}_{model}" for model in ("articleimage", "attachment") for action in ("add", "change", "delete", "view")
]
WRITER = [
    "add_article", "change_article", "view_article", *CONTENT,
    "view_section", "view_revision", "view_move", "view_origin",
]  # fmt: skip
EDITOR = [*WRITER, "edit_any_article", "publish_article"]
CHIEF = [
    *EDITOR, "withdraw_article", "delete_article",
    "add_section", "change_section", "delete_section",
]  # fmt: skip
GROUPS = {"Writers": WRITER, "Editors": EDITOR, "Chiefs": CHIEF}


def make_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group")
    for model, noun in MODELS.items():
        kind, _ = content_type.objects.get_or_create(app_label="articles", model=model)
        names = {f"{action}_{model}": f"Can {action} {noun}" for action in ("add", "change", "delete", "view")}
        for codename, name in {**names, **(PERMISSIONS if model == "article" else {})}.items():
            permission.objects.get_or_create(content_type=kind, codename=codename, defaults={"name": name})
    for name, codenames in GROUPS.items():
        made, _ = group.objects.get_or_create(name=name)
        made.permissions.add(
            *permission.objects.filter(content_type__app_label="articles", codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
