"""The record of an article: its moves and versions, and the document it came from."""

from datetime import datetime
from itertools import zip_longest
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.admin.moment import shown
from articles.admin.trays import COLLECTION
from articles.documents import undoing
from articles.documents.document import Certainty
from articles.documents.report import CERTAINTIES, FIELDS, named
from articles.models import Article, Move, Origin, Revision
from articles.publishing import moves, writing
from articles.states import Language
from articles.text import markup
from articles.text.repairs import STEPS

Response = TypeVar("Response", bound=HttpResponseBase)
MOST_SHOWN = 200  # moves and versions on one page
FIELD_NAMES = {
    "section_id": "section",
    "cover_id": "cover",
}
COLUMNS = {"published": "published_at", "initial_views": "imported_views"}  # of a revision, for fields of a document


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
    names = [name for name in after if not _same(name, before.get(name), after[name])]
    return [str(_label(name)) for name in names]


def _same(name: str, one: Any, other: Any) -> bool:
    """The same moment may be written with the offset of another zone."""
    if name == "published_at" and one and other:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other)


def _label(name: str) -> Any:
    special = {"images": _("pictures"), "attachments": _("attachments"), "tags": _("tags")}
    if name in special:
        return special[name]
    return Article._meta.get_field(FIELD_NAMES.get(name, name)).verbose_name  # type: ignore[union-attr]


def origins_of(article: Article) -> list[Origin]:
    """The documents, without their bytes."""
    origins = list(article.origins.defer("content"))
    for origin in origins:
        own = origin.collection.startswith(COLLECTION)
        origin.shown_collection = _now("import page") if own else origin.collection  # type: ignore[attr-defined]
    return origins


def addresses_of(article: Article) -> list[str]:
    """The addresses of the old site that lead to the article."""
    return [str(former) for former in article.former_addresses.all()[:MOST_SHOWN]]


def panels_of(article: Article, *, may_edit: bool) -> list[dict[str, Any]]:
    """The documents at length: what each field was read from, and the repairs with what can be done about them."""
    return [_panel(origin, may_edit=may_edit) for origin in origins_of(article)]


def _panel(origin: Origin, *, may_edit: bool) -> dict[str, Any]:
    first = origin.article.revisions.filter(version=origin.article_version).first()
    content = first.content if first else {}
    evidence = [_evidence(name, origin.evidence[name], content) for name in FIELDS if name in origin.evidence]
    undoable, appliable = undoing.can_undo(origin), undoing.can_apply(origin)
    repairs = [
        {
            **one,
            "act": _act_of(one["name"], origin, undoable),
            "undone": undoing.TOGETHER.get(one["name"], one["name"]) in origin.undone,
        }
        for one in named({**origin.repairs, **dict.fromkeys(origin.applied, 0)})
    ]
    suggestions = [
        {**one, "act": "apply" if one["name"] in appliable else "", "person": one["name"] not in STEPS}
        for one in named(origin.suggestions)
        if one["name"] not in origin.applied
    ]
    for one in (*repairs, *suggestions):
        one["act"] = one["act"] if may_edit else ""
    return {"origin": origin, "evidence": evidence, "repairs": repairs, "suggestions": suggestions}


def _act_of(name: str, origin: Origin, undoable: list[str]) -> str:
    if name in origin.undone:
        return "redo"
    return "undo" if name in undoable else ""


def _evidence(name: str, proof: list[str], then: dict[str, Any]) -> dict[str, Any]:
    """One field: the value that the article had when it came in, the line, and how sure that was."""
    value = then.get(COLUMNS.get(name, name), "")
    if name == "published" and value:
        value = shown(datetime.fromisoformat(value), then.get("published_precision", ""))
    elif name == "language":
        value = Language(value).label if value in Language.values else value
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    certainty = CERTAINTIES.get(Certainty(proof[1])) if proof[1] in list(Certainty) else ""
    return {"label": FIELDS.get(name, name), "value": value, "quote": proof[0], "certainty": certainty}


def change(origin: Origin, act: str, name: str, *, by: User, at: datetime) -> tuple[bool, str]:
    """Undo, redo or apply a repair; whether the article was changed, and the sentence that tells of it."""
    try:
        done = {"undo": undoing.undo, "redo": undoing.redo, "apply": undoing.apply}[act](origin, name, by=by, at=at)
    except (undoing.CannotChange, moves.NotAllowed, writing.EditConflict, markup.MarkupRefused) as refused:
        return False, str(refused)
    if not done.differs:
        return False, _now("The document reads the same with and without this repair: nothing was changed.")
    sentences = [_now("Nothing of the article was changed.")]
    if done.changed:
        text = ngettext(
            "%(count)d place of the article was changed.", "%(count)d places of the article were changed.", done.changed
        )
        sentences = [text % {"count": done.changed}]
    if done.left:
        text = ngettext(
            "%(count)d place was edited since the import and left as it is.",
            "%(count)d places were edited since the import and left as they are.",
            done.left,
        )
        sentences.append(text % {"count": done.left})
    return bool(done.changed), " ".join(sentences)


def original(origin: Origin) -> HttpResponse:
    """The document byte for byte."""
    return as_download(HttpResponse(bytes(origin.content)), origin.name)


def as_download(response: Response, path: str) -> Response:
    """The response as a file that no browser shows or runs, under the last name of the path."""
    response.headers["Content-Type"] = "application/octet-stream"
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "document"
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
