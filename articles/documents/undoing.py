"""Repairs of a document undone, made again or asked for, in the article that came of it.

``undo``, ``redo`` and ``apply`` read the kept original twice, as it was read so far and as it is to be read from now
on, and carry what differs into the article as it stands now: block by block, field by field. What an editor has
changed since is left alone and counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import rules, tags
from articles.documents import merging, readers, storing
from articles.documents.document import Circumstances, Document, Reading, Status, render
from articles.documents.files import file_name
from articles.documents.sniffing import Kind
from articles.models import Article, ArticleImage, Origin
from articles.publishing import moves, writing
from articles.text import markup, repairs

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Notes and what was rebuilt from them are one act, which the readers know by the first name.
TOGETHER = {"pinyin_rebuilt": "pinyin_notes"}


class CannotChange(ValueError):
    """There is no such repair to be undone or made, or the original cannot be read so; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """How many pieces of the article were changed, and how many were left because they were edited since.

    ``differs`` is False where the document reads the same with and without the repair.
    """

    changed: int
    left: int
    differs: bool = True


@dataclass(slots=True)
class _Count:
    changed: int = 0
    left: int = 0


def can_undo(origin: Origin) -> list[str]:
    """The repairs that an editor may undo: made by a step that readers can leave out, or applied since."""
    made = {TOGETHER.get(name, name) for name in origin.repairs}
    return [*(name for name in repairs.AUTOMATIC if name in made - {*origin.undone}), *origin.applied]


def can_apply(origin: Origin) -> list[str]:
    """The suggested repairs that a step can make; the others only an editor can."""
    return [name for name in repairs.STEPS if name in origin.suggestions and name not in origin.applied]


def undo(origin: Origin, name: str, *, by: "User | None", at: datetime) -> Change:
    """The article without this repair of its document, as a new version.

    Raises CannotChange, moves.NotAllowed if the rules forbid ``by`` to edit the article, and writing.EditConflict
    if somebody undoes or applies a repair at the same moment.
    """
    if name not in can_undo(origin):
        raise CannotChange(_("The document has no such repair that could be undone."))
    if name in origin.applied:
        return _carry(
            origin, undone=origin.undone, applied=[one for one in origin.applied if one != name], by=by, at=at
        )
    return _carry(origin, undone=[*origin.undone, name], applied=origin.applied, by=by, at=at)


def redo(origin: Origin, name: str, *, by: "User | None", at: datetime) -> Change:
    """The article with a repair that was undone before; raises as ``undo`` does."""
    if name not in origin.undone:
        raise CannotChange(_("This repair was not undone."))
    return _carry(origin, undone=[one for one in origin.undone if one != name], applied=origin.applied, by=by, at=at)


def apply(origin: Origin, name: str, *, by: "User | None", at: datetime) -> Change:
    """The article with a suggested repair of its document; raises as ``undo`` does."""
    if name not in can_apply(origin):
        raise CannotChange(_("The document has no such suggestion that could be followed."))
    return _carry(origin, undone=origin.undone, applied=[*origin.applied, name], by=by, at=at)


def _carry(origin: Origin, *, undone: list[str], applied: list[str], by: "User | None", at: datetime) -> Change:
    """Read the original both ways, outside the transaction, and carry what differs into the article."""
    former = (list(origin.undone), list(origin.applied))
    before, after = _read(origin, *former), _read(origin, undone, applied)
    if before.document == after.document:
        return Change(0, 0, differs=False)
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=origin.article_id)
        if by is not None and not rules.may_edit(by, article):
            raise moves.NotAllowed(
                _("%(person)s may not edit “%(title)s”.") % {"person": by.get_username(), "title": article.title}
            )
        standing = Origin.objects.select_for_update().defer("content").get(pk=origin.pk)
        if (standing.undone, standing.applied) != former:
            raise writing.EditConflict(article)
        count = _merge(article, origin.name, before.document, after.document, by=by, at=at)
        standing.undone, standing.applied = undone, applied
        standing.save(update_fields=["undone", "applied"])
    origin.undone, origin.applied = undone, applied
    return Change(count.changed, count.left)


def _read(origin: Origin, undone: list[str], applied: list[str]) -> Reading:
    """The reading of the kept bytes under the circumstances of their import."""
    try:
        kind = Kind(origin.reader)
    except ValueError as error:
        raise CannotChange(_("The original of this article can no longer be read.")) from error
    circumstances = Circumstances(
        at=origin.imported_at,
        zone=timezone.get_default_timezone(),
        name=PurePosixPath(origin.name.partition("#")[0]).name,
        skip=frozenset(undone),
        also=tuple(applied),
    )
    reading = readers.read(kind, bytes(origin.content), circumstances)
    if reading.status is Status.REFUSED:
        raise CannotChange(
            _("The document cannot be read in this way. %(reason)s") % {"reason": " ".join(map(str, reading.warnings))}
        )
    return reading


# ---------------------------------------------------------------- into the article
def _merge(
    article: Article, name: str, before: Document, after: Document, *, by: "User | None", at: datetime
) -> _Count:
    """Write the article with what differs between the two readings, as a new version if anything does."""
    count = _Count()
    _merge_fields(article, storing.fields_of(before, name), storing.fields_of(after, name), count)
    _merge_views(article, before, after, by, count)
    body = merging.merge(_text(before), _text(after), article.body)
    article.body = body.html
    count.changed += body.changed
    count.left += body.left
    rows = list(_merge_captions(article, before, after, count))
    going, coming = _tags(before, after)
    count.changed += len(going) + len(coming)
    if not count.changed:
        return count
    for row in rows:
        row.save(update_fields=["caption", "alt"])
    article.tags.remove(*going)
    article.tags.add(*coming)
    writing.save(article, by=by, at=at, expected=article.version)
    writing.settle(article, by=by, at=at)
    return count


def _text(document: Document) -> str:
    """The blocks as they are stored, without the pictures, which stay where they are."""
    return markup.clean(render(replace(document, images=())))


def _merge_fields(article: Article, before: Mapping[str, Any], after: Mapping[str, Any], count: _Count) -> None:
    if (before.get("published_at"), before.get("published_precision")) != (
        after.get("published_at"),
        after.get("published_precision"),
    ):
        same = (article.published_at, article.published_precision) == (
            before.get("published_at"),
            before.get("published_precision", ""),
        )
        if same and "published_at" in after:
            article.published_at, article.published_precision = after["published_at"], after["published_precision"]
            count.changed += 1
        else:  # edited since, or the date would be lost
            count.left += 1
    for key in before.keys() - {"published_at", "published_precision"}:
        if before[key] == after[key]:
            continue
        present = getattr(article, key)
        if _one_line(present) == _one_line(before[key]):
            setattr(article, key, after[key])
            count.changed += 1
        elif _one_line(present) != _one_line(after[key]):
            count.left += 1


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


def _merge_views(article: Article, before: Document, after: Document, by: "User | None", count: _Count) -> None:
    """The number of former views ranks an article: whoever may not publish does not set it."""
    if before.initial_views == after.initial_views:
        return
    may = by is None or by.has_perm("articles.publish_article")
    if may and after.initial_views is not None and article.imported_views == (before.initial_views or 0):
        article.imported_views = after.initial_views
        count.changed += 1
    else:
        count.left += 1


def _merge_captions(article: Article, before: Document, after: Document, count: _Count) -> Iterator[ArticleImage]:
    """The rows of pictures whose caption or alternative text differs, with the new words."""
    if len(before.images) != len(after.images):
        count.left += abs(len(before.images) - len(after.images))
        return
    rows: dict[str, list[ArticleImage]] = {}
    for image in article.images.order_by("order", "id"):
        rows.setdefault(image.original_name, []).append(image)
    for old, new in zip(before.images, after.images, strict=True):
        same = rows.get(file_name(old.name))
        row = same.pop(0) if same else None
        if (old.caption, old.alt) == (new.caption, new.alt):
            continue
        if row is None or (row.caption, row.alt) != (old.caption[:500], old.alt[:300]):
            count.left += 1
            continue
        row.caption, row.alt = new.caption[:500], new.alt[:300]
        count.changed += 1
        yield row


def _tags(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """The tags that go and those that come."""
    old = [tag[: tags.LONGEST_TAG] for tag in tags.distinct(before.tags)]
    new = [tag[: tags.LONGEST_TAG] for tag in tags.distinct(after.tags)]
    return [tag for tag in old if tag not in new], [tag for tag in new if tag not in old]
