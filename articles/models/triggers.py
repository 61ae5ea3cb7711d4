"""What the database does by itself: the edition grows with each change that readers could see, and the figures keep
what they need of an article that is deleted.

In the database, because no code path can then forget it: admin, import, shell, a cascade, a raw statement. The fold's
own column is left out, or each view would be an edition. Made again after every migration, since SQLite's way to change
a table drops them. On PostgreSQL the edition grows when the transaction ends: two editors never wait for its one row,
and none can hold it while waiting for another.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.models.article import COUNTERS, Article
from articles.models.attachment import Attachment
from articles.models.image import ArticleImage, Rendition
from articles.models.readership import Edition, GoneArticle
from articles.models.section import Section
from articles.tags import Tag

NAME = "newsroom"
SEARCH_TABLE = "articles_search"  # made by a migration; articles.search knows what is in it
KEPT = ("title", "language", "author", "source", "editor", "section_id", "published_at")


def install(*, using: str = "default", **_options: Any) -> None:
    """The triggers are in place, and the edition has its row. Safe to run again."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {Edition._meta.db_table, GoneArticle._meta.db_table, SEARCH_TABLE} <= tables:
        return  # an older state of the migrations
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for statement in make():
            cursor.execute(statement)
        table = Edition._meta.db_table
        cursor.execute(f"INSERT INTO {table} (id, number) VALUES ({Edition.SITE}, 1) ON CONFLICT (id) DO NOTHING")  # noqa: S608


def remove(connection: BaseDatabaseWrapper) -> None:
    """No trigger is left: before the tables go that they write to."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{NAME}_%"])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for function in ("edition", "gone", "found"):
                cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}_{function} CASCADE")


def _watched() -> list[tuple[str, str, dict[str, str]]]:
    """Table, the columns whose change matters (empty: all), and the condition by event."""
    columns = ", ".join(
        f'"{field.column}"'
        for field in Article._meta.concrete_fields
        if field.name not in COUNTERS and not field.generated and not field.primary_key
    )
    public = {
        "INSERT": "NEW.state = 'published'",
        "UPDATE": "OLD.state = 'published' OR NEW.state = 'published'",
        "DELETE": "OLD.state = 'published'",
    }
    others = [Section, Tag, Article.tags.through, ArticleImage, Rendition]
    downloads = ", ".join(
        f'"{field.column}"' for field in Attachment._meta.concrete_fields if field.name not in {"id", "downloads"}
    )
    everything = dict.fromkeys(public, "")
    return [
        (Article._meta.db_table, columns, public),
        (Attachment._meta.db_table, downloads, everything),
        *((model._meta.db_table, "", everything) for model in others),
    ]


def _gone() -> str:
    values = ", ".join(f"OLD.{column}" for column in KEPT)
    columns = ", ".join(KEPT).replace("section_id", "section")
    return (
        f"INSERT INTO {GoneArticle._meta.db_table} (number, {columns}) VALUES (OLD.id, {values}) "  # noqa: S608
        "ON CONFLICT (number) DO NOTHING"
    )


def _unfound(key: str) -> str:
    return f"DELETE FROM {SEARCH_TABLE} WHERE {key} = OLD.id"  # noqa: S608 - constants


def _sqlite() -> list[str]:
    grow = f"UPDATE {Edition._meta.db_table} SET number = number + 1"  # noqa: S608 - names of our own models
    found = []
    for table, columns, conditions in _watched():
        for event, condition in conditions.items():
            of = f" OF {columns}" if event == "UPDATE" and columns else ""
            when = f" WHEN {condition}" if condition else ""
            name = f"{NAME}_{table}_{event.lower()}"
            found += [
                f"DROP TRIGGER IF EXISTS {name}",
                f"CREATE TRIGGER {name} AFTER {event}{of} ON {table} FOR EACH ROW{when} BEGIN {grow}; END",
            ]
    name, table = f"{NAME}_gone", Article._meta.db_table
    found += [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} AFTER DELETE ON {table} FOR EACH ROW WHEN OLD.counted_views > 0 BEGIN {_gone()}; END",
    ]
    found += [
        f"DROP TRIGGER IF EXISTS {NAME}_found",
        f"CREATE TRIGGER {NAME}_found AFTER DELETE ON {table} FOR EACH ROW BEGIN {_unfound('rowid')}; END",
    ]
    return found


def _postgresql() -> list[str]:
    grow = f"UPDATE {Edition._meta.db_table} SET number = number + 1"  # noqa: S608 - names of our own models
    found = [
        # Once a transaction is enough, however many rows it changed.
        f"""CREATE OR REPLACE FUNCTION {NAME}_edition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF current_setting('{NAME}.grown', true) IS DISTINCT FROM txid_current()::text THEN
                PERFORM set_config('{NAME}.grown', txid_current()::text, true);
                {grow};
            END IF;
            RETURN NULL;
        END $$""",
        f"""CREATE OR REPLACE FUNCTION {NAME}_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_gone()};
            RETURN NULL;
        END $$""",
        f"""CREATE OR REPLACE FUNCTION {NAME}_found() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_unfound("article")};
            RETURN NULL;
        END $$""",
    ]
    for table, columns, conditions in _watched():
        for event, condition in conditions.items():
            of = f" OF {columns}" if event == "UPDATE" and columns else ""
            when = f" WHEN ({condition})" if condition else ""
            name = f"{NAME}_{table}_{event.lower()}"
            found += [
                f"DROP TRIGGER IF EXISTS {name} ON {table}",
                f"CREATE CONSTRAINT TRIGGER {name} AFTER {event}{of} ON {table} DEFERRABLE INITIALLY DEFERRED "
                f"FOR EACH ROW{when} EXECUTE FUNCTION {NAME}_edition()",
            ]
    name, table = f"{NAME}_gone", Article._meta.db_table
    found += [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} AFTER DELETE ON {table} FOR EACH ROW WHEN (OLD.counted_views > 0) "
        f"EXECUTE FUNCTION {NAME}_gone()",
        f"DROP TRIGGER IF EXISTS {NAME}_found ON {table}",
        f"CREATE TRIGGER {NAME}_found AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {NAME}_found()",
    ]
    return found
