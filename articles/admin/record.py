"""The record of an article: its moves and versions, and the document it came from."""

from itertools import zip_longest
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Move, Origin, Revision

MOST_SHOWN = 200  # moves and versions on one page
FIELD_NAMES = {
    "section_id": "section",
    "cover_id": "cover",
}


def moves_of(article: Article) -> list[Move]:
    return list(article.moves.select_related("by")[:MOST_SHOWN])


def last_comment(article: Article) -> Move | None:
    """The newest move, if something was said with it."""
    newest: Move | None = article.moves.select_related("by").first()
    return newest if newest is not None and newest.comment else None


def versions_of(article: Article) -> list[dict[str, Any]]:
    """The versions, the newest first, each with what it changed against the one before it."""
    revisions: list[Revision] = list(article.revisions.select_related("by")[:MOST_SHOWN])
    found = []
    for newer, older in zip_longest(revisions, revisions[1:]):
        changed = [] if older is None else changed_fields(older.content, newer.content)
        found.append({"revision": newer, "changed": changed, "first": older is None and newer.version == 1})
    return found


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The labels of what differs between two contents."""
    names = [name for name in after if before.get(name) != after[name]]
    return [str(_label(name)) for name in names]


def _label(name: str) -> Any:
    special = {"images": _("pictures"), "attachments": _("attachments"), "tags": _("tags")}
    if name in special:
        return special[name]
    return Article._meta.get_field(FIELD_NAMES.get(name, name)).verbose_name  # type: ignore[union-attr]


def origins_of(article: Article) -> list[Origin]:
    """The documents, without their bytes."""
    return list(article.origins.defer("content"))


def original(origin: Origin) -> HttpResponse:
    """The document byte for byte, as a download that no browser shows or runs."""
    response = HttpResponse(bytes(origin.content), content_type="application/octet-stream")
    name = origin.name.replace("\\", "/").rsplit("/", 1)[-1] or "document"
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
