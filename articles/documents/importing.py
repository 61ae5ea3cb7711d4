"""Documents become articles.

``Importer(...).take(source, at=now)`` reads one document and writes its article in one short
transaction: created, updated, unchanged or refused, keyed by its origin. A rehearsal decides the same
and writes nothing. An article that was edited since it came in is not touched unless ``force`` says so.
"""

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from articles.documents import plain, storing
from articles.documents.companions import Source, readable
from articles.documents.document import Note, Reading, Status, Value, refused, render
from articles.documents.storing import Files
from articles.images import uploads
from articles.models import Article, Origin
from articles.publishing import writing
from articles.text import markup


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document; ``found`` are the places in its list of pictures that a file was found for."""

    name: str
    outcome: Outcome
    reading: Reading
    sha256: str
    article: int | None = None
    found: frozenset[int] = frozenset()
    news: tuple[Note, ...] = ()  # what this run has to say, beside what the document says each time

    def as_json(self) -> dict[str, Any]:
        """The stable form for machines."""
        read = self.reading.document
        return {
            "file": self.name,
            "outcome": self.outcome.value,
            "status": self.reading.status.value,
            "title": read.title,
            "subtitle": read.subtitle,
            "published": read.published.when.isoformat(timespec="seconds") if read.published else None,
            "published_precision": read.published.precision if read.published else "",
            **{name: getattr(read, name) for name in storing.PEOPLE},
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


@dataclass(slots=True)
class _Work:
    """One document on its way, and what there is to say about it."""

    source: Source
    data: bytes
    sha256: str
    reading: Reading
    files: Files
    notes: list[Note] = field(default_factory=list)

    def warn(self, message: str, **values: Value) -> None:
        self.notes.append(Note(message, values))

    @property
    def warnings(self) -> tuple[Note, ...]:
        return (*self.notes, *self.reading.warnings, *self.files.notes)

    def result(self, outcome: Outcome, article: int | None = None) -> Result:
        reading = replace(self.reading, warnings=self.warnings)
        return Result(self.source.name, outcome, reading, self.sha256, article, self.files.found, tuple(self.notes))

    def refusal(self, message: str, **values: Value) -> Result:
        self.reading = replace(self.reading, status=Status.REFUSED)
        self.files.notes.append(Note(message, values))
        return self.result(Outcome.REFUSED)


@dataclass(slots=True)
class Importer:
    """Takes documents in, one after the other; ``has_tables`` is False where there is no database yet."""

    update: bool = False
    force: bool = False
    rehearsal: bool = False
    has_tables: bool = True
    _rehearsed: dict[str, str] = field(default_factory=dict)  # SHA-256 -> name, of this rehearsal

    def take(self, source: Source, *, at: datetime) -> Result:
        """Read a document and write its article, or say why not; no document makes it raise."""
        data, reading = _read(source.path, at=at)
        work = _Work(source, data, hashlib.sha256(data).hexdigest() if data else "", reading, Files())
        if reading.status is Status.REFUSED:
            return work.result(Outcome.REFUSED)
        work.files = self._files(work)
        try:
            try:
                return self._decide(work, at=at)
            except IntegrityError:
                # Another import took the same document in at the same moment: now it is known.
                work.notes.clear()
                return self._decide(work, at=at)
        except markup.MarkupRefused as error:
            return work.refusal(_("The text is too large for an article. %(reason)s"), reason=str(error))
        except writing.EditConflict as error:
            return work.refusal(_("The article was edited at this very moment. %(reason)s"), reason=str(error))
        except (DatabaseError, OSError, UnicodeError) as error:
            # A locked database, a full disk, a text that the database cannot hold: the other documents go on.
            return work.refusal(_("The article could not be stored: %(reason)s"), reason=str(error).strip())

    def _files(self, work: _Work) -> Files:
        """The document's files; what is certainly stored, or certainly not needed, costs nothing."""
        same, standing = self._same_bytes(work.sha256), self._same_path(work.source)
        if same is not None and not _went_back(same, standing) and not storing.lacks_files(same.article):
            return storing.as_stored(same.article, work.reading.document)
        files = storing.collect(work.source, work.reading.document)
        if not self.rehearsal and (same is not None or standing is None or self.update):
            files.encode()
        return files

    def _decide(self, work: _Work, *, at: datetime) -> Result:
        # Files know no transactions: those stored for rows that come to nothing are taken away again.
        with uploads.kept_or_removed() as written, nullcontext() if self.rehearsal else transaction.atomic():
            result = self._outcome(work, written, at=at)
        if self.rehearsal:
            self._rehearsed.setdefault(work.sha256, work.source.name)
        return result

    def _outcome(self, work: _Work, written: list[str], *, at: datetime) -> Result:
        same = self._same_bytes(work.sha256)
        standing = self._same_path(work.source)
        if same is not None and not _went_back(same, standing):
            return self._known(work, same, written, at=at)
        if standing is not None:
            return self._changed(work, standing, written, at=at)
        if self.rehearsal and (first := self._rehearsed.get(work.sha256)) is not None:
            _say_first_name(work, first)
            return work.result(Outcome.UNCHANGED)
        section = storing.section_of(work.source, work.reading.document, work.files) if self.has_tables else None
        if self.rehearsal:
            return work.result(Outcome.CREATED)
        article = storing.create(
            work.reading, work.files, name=work.source.name, section=section, written=written, at=at
        )
        self._keep_origin(work, article, at=at)
        return work.result(Outcome.CREATED, article.pk)

    def _known(self, work: _Work, origin: Origin, written: list[str], *, at: datetime) -> Result:
        """The same bytes again: nothing to do but to fill in pictures that were missing."""
        if origin.name != work.source.name:
            _say_first_name(work, origin.name)
        article = origin.article
        missing = storing.missing(article, work.reading.document, work.files)
        if not missing:
            return work.result(Outcome.UNCHANGED, article.pk)
        work.warn(_("Files that were missing are there now: %(names)s."), names=tuple(missing.names))
        if not self.rehearsal:
            untouched = article.version == origin.article_version
            storing.fill(article, missing, work.files, written=written, at=at)
            if untouched:
                Origin.objects.filter(pk=origin.pk).update(article_version=article.version)
        return work.result(Outcome.UPDATED, article.pk)

    def _changed(self, work: _Work, origin: Origin, written: list[str], *, at: datetime) -> Result:
        """Other bytes under a known path: taken in only when asked for, and never over an editor's work."""
        article = origin.article
        if not self.update:
            work.warn(_("The document has changed since it was imported; --update takes the new text in."))
            return work.result(Outcome.UNCHANGED, article.pk)
        if article.version != origin.article_version and not self.force:
            work.warn(
                _("The document has changed, but the article was edited since; --force overwrites the editor's work.")
            )
            return work.result(Outcome.UNCHANGED, article.pk)
        if not self.rehearsal:
            section = storing.section_of(work.source, work.reading.document, work.files)
            storing.update(
                article, work.reading, work.files, name=work.source.name, section=section, written=written, at=at
            )
            self._keep_origin(work, article, at=at)
        return work.result(Outcome.UPDATED, article.pk)

    def _same_bytes(self, sha256: str) -> Origin | None:
        if not self.has_tables:
            return None
        return Origin.objects.defer("content").select_related("article").filter(sha256=sha256).first()

    def _same_path(self, source: Source) -> Origin | None:
        """The newest origin of this path, whatever folder was given when it came in."""
        if not self.has_tables:
            return None
        paths = Q()
        for folder in source.path.parents:
            paths |= Q(collection=_collection(folder), name=readable(source.path.relative_to(folder).as_posix())[-500:])
        return Origin.objects.defer("content").select_related("article").filter(paths).first()

    def _keep_origin(self, work: _Work, article: Article, *, at: datetime) -> None:
        Origin.objects.update_or_create(
            sha256=work.sha256,
            defaults={
                "article": article,
                "collection": work.source.collection[-255:],
                "name": work.source.name[-500:],
                "reader": plain.NAME,
                "imported_at": at,
                "article_version": article.version,
                "repairs": dict(work.reading.repairs),
                "warnings": storing.sentences(work.warnings),
                "content": work.data,
            },
        )


def _went_back(same: Origin, standing: Origin | None) -> bool:
    """The document has former bytes again, while its article follows newer ones."""
    return standing is not None and same.pk != standing.pk and same.article_id == standing.article_id


def _collection(folder: Path) -> str:
    return readable(str(folder))[-255:]


def _read(path: Path, *, at: datetime) -> tuple[bytes, Reading]:
    try:
        size = path.stat().st_size
        if size > plain.LARGEST:
            message = _("The document has %(size)d bytes; at most %(most)d are read.")
            return b"", refused(message, size=size, most=plain.LARGEST)
        data = path.read_bytes()
    except OSError as error:
        return b"", refused(_("The file cannot be read: %(reason)s."), reason=error.strerror or "?")
    return data, plain.read(data, at=at, zone=timezone.get_default_timezone())


def _say_first_name(work: _Work, name: str) -> None:
    if name != work.source.name:
        work.warn(_("The same document was imported as “%(name)s”."), name=name)
