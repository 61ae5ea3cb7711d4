"""The full-text index, in each database's own form."""

from django.db import migrations

from articles.models import triggers
from articles.search import postgresql, sqlite


def create(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(sqlite.CREATE)
    else:
        editor.execute(postgresql.CREATE)
        editor.execute(postgresql.CREATE_INDEX)


def drop(apps, editor):
    triggers.remove(editor.connection)
    editor.execute(sqlite.DROP if editor.connection.vendor == "sqlite" else postgresql.DROP)


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_readership")]
    operations = [migrations.RunPython(create, drop)]
