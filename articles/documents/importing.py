"""Documents become articles.

``Importer(...).take(source)`` reads one document and writes it as an article in one short transaction:
created, updated, unchanged or refused, keyed by its origin. A rehearsal decides the same and writes
nothing. Articles that were edited since they came in are never touched unless ``force`` says so.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from articles.documents import document as neutral
from articles.documents import plain
from articles.documents.companions import Companions, Source
from articles.documents.document import Document, Note, Reading, Status, Value, refused, render
from articles.images import uploads
from articles.models import Article, ArticleImage, Attachment, Origin
from articles.publishing import moves, writing
from articles.states import Language, State
from articles.text import markup

LARGEST_ATTACHMENT = 100 * 1024 * 1024  # bytes


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document."""

    name: str
    outcome: Outcome
    reading: Reading
    sha256: str
    article: int | None = None
    found: frozenset[int] = frozenset()  # which of the document's pictures were found, by their order

    def as_json(self) -> dict[str, Any]:
        """The stable form for machines, one object a document."""
        read = self.reading.document
        return {
            "file": self.name,
            "outcome": self.outcome.value,
            "status": self.reading.status.value,
            "title": read.title,
            "subtitle": read.subtitle,
            "published": read.published.when.isoformat(timespec="seconds") if read.published else None,
            "published_precision": read.published.precision if read.published else "",
            **{name: getattr(read, name) for name in PEOPLE},
            "initial_views": read.initial_views,
            "language": read.language,
            "images": [
                {
                    "name": image.name,
                    "after_paragraph": image.after_paragraph,
                    "caption": image.caption,
                    "found": place in self.found,
                }
                for place, image in enumerate(read.images)
            ],
            "attachments": [attachment.name for attachment in read.attachments],
            "paragraphs": read.paragraphs,
            "body": render(read),
            "repairs": dict(self.reading.repairs),
            "warnings": [str(note) for note in self.reading.warnings],
            "origin_sha256": self.sha256,
            "article": self.article,
        }


PEOPLE = ("author", "source", "editor", "reviewer", "photographer")


@dataclass(slots=True)
class _Files:
    """The pictures and attachments of a document that were found and accepted."""

    pictures: dict[int, uploads.Accepted] = field(default_factory=dict)
    attachments: dict[int, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def warn(self, message: str, **values: Value) -> None:
        self.notes.append(Note(message, values))


@dataclass(slots=True)
class _Work:
    """One document on its way."""

    source: Source
    data: bytes
    sha256: str
    reading: Reading
    files: _Files

    @property
    def document(self) -> Document:
        return self.reading.document

    def result(self, outcome: Outcome, *, article: int | None = None, notes: tuple[Note, ...] = ()) -> Result:
        reading = replace(self.reading, warnings=(*notes, *self.reading.warnings, *self.files.notes))
        return Result(self.source.name, outcome, reading, self.sha256, article, frozenset(self.files.pictures))


@dataclass(slots=True)
class Importer:
    """Takes documents in, one after the other. ``has_tables`` is False where there is no database yet."""

    update: bool = False
    force: bool = False
    rehearsal: bool = False
    has_tables: bool = True
    _rehearsed: dict[str, tuple[str, str]] = field(default_factory=dict)  # SHA-256 -> collection, name

    def take(self, source: Source, *, at: datetime) -> Result:
        """Read a document and write its article, or say why not. Raises nothing for a strange document."""
        try:
            size = source.path.stat().st_size
            data = source.path.read_bytes() if size <= plain.LARGEST else b""
        except OSError as error:
            return _unread(source, refused(_("The file cannot be read: %(reason)s."), reason=error.strerror or "?"))
        if size > plain.LARGEST:
            message = _("The document has %(size)d bytes; at most %(most)d are read.")
            return _unread(source, refused(message, size=size, most=plain.LARGEST))
        reading = plain.read(data, at=at, zone=timezone.get_default_timezone())
        work = _Work(source, data, hashlib.sha256(data).hexdigest(), reading, _Files())
        if reading.status is Status.REFUSED:
            return work.result(Outcome.REFUSED)
        _collect(work)
        return self._decide(work, at=at)

    def _decide(self, work: _Work, *, at: datetime) -> Result:
        if self.rehearsal:
            return self._write(work, at=at)
        try:
            return self._write(work, at=at)
        except IntegrityError:
            # Another import took the same document in at the same moment; now it is known.
            return self._write(work, at=at)
        except markup.MarkupRefused as error:
            return _refuse(work, _("The text is too large for an article: %(reason)s"), reason=str(error))
        except writing.EditConflict:
            return _refuse(work, _("The article was changed by someone at this very moment; import it again."))

    def _write(self, work: _Work, *, at: datetime) -> Result:
        stored: list[Callable[[], None]] = []
        try:
            with transaction.atomic(durable=False) if not self.rehearsal else _nothing():
                return self._known_or_new(work, stored, at=at)
        except BaseException:
            # Files know no transactions: what was stored for rows that are not there is taken away again.
            for forget in stored:
                forget()
            raise
