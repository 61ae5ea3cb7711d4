"""Documents become articles.

``Importer(...).run(pieces, at=now)`` reads documents, in several processes where there are many, and writes the article
of each in one short transaction: created, updated, unchanged or refused, keyed by its origin. A rehearsal decides the
same and writes nothing. An article that was edited since it came in is not touched unless ``force`` says so.
"""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from articles.documents import choices, committing, jobs, standing, storing
from articles.documents.choices import Choices
from articles.documents.crew import Crew, Failure
from articles.documents.document import Circumstances, Note, Reading, Status, Value, refused
from articles.documents.files import Files, collect
from articles.documents.gathering import Piece
from articles.documents.jobs import Depth, Job, Taken
from articles.documents.results import Outcome, Remark, Result
from articles.documents.standing import Standing
from articles.images import pending, uploads
from articles.models import Article, Origin
from articles.publishing import writing
from articles.text import markup

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TOGETHER = 32  # documents whose names are looked up in one query


@dataclass(slots=True)
class _Work:
    """One document on its way, and what there is to say about it."""

    piece: Piece
    data: bytes
    sha256: str
    reading: Reading
    files: Files
    prepared: bool = False
    notes: list[Note] = field(default_factory=list)

    def warn(self, message: str, **values: Value) -> None:
        self.notes.append(Note(message, values))

    @property
    def warnings(self) -> tuple[Note, ...]:
        return (*self.notes, *self.reading.warnings, *self.files.notes)

    def result(self, outcome: Outcome, article: int | None = None) -> Result:
        reading = replace(self.reading, warnings=self.warnings)
        kind = self.piece.kind.value if self.piece.kind else ""
        found, news = self.files.found, tuple(self.notes)
        return Result(self.piece.name, outcome, reading, self.sha256, kind, article, found, news)

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
    choices: Choices = field(default_factory=Choices)
    processes: int = 1
    by: "User | None" = None
    _rehearsed: dict[str, str] = field(default_factory=dict)  # SHA-256 -> name, of this rehearsal
    _sections: storing.Shelves | None = None

    def run(self, pieces: Iterable[Piece], *, at: datetime | None = None) -> Iterator[Result | Remark]:
        """Read the documents and write their articles, or say why not; no document makes it raise."""
        if not self.rehearsal:
            pending.sweep()
        crew = Crew(jobs.take, processes=self.processes)
        with nullcontext() if self.rehearsal else committing.together():
            for job, taken in crew.results(self._jobs(pieces, at=at)):
                if job.piece.kind is None and job.piece.refusal is None:
                    yield Remark(job.piece.name, job.piece.notes)
                else:
                    yield self.write(job.piece, taken, at=at or timezone.now())

    def take(self, piece: Piece, *, at: datetime) -> Result:
        """One document, read here and now."""
        return self.write(piece, jobs.take(Job(piece, self._circumstances(piece, at))), at=at)

    def _jobs(self, pieces: Iterable[Piece], *, at: datetime | None) -> Iterator[Job]:
        """A new document has its files made ready by the process that reads it; a known one mostly needs none."""
        waiting = iter(pieces)
        while chunk := list(islice(waiting, TOGETHER if self.processes > 1 else 1)):
            known = self._known_names(chunk)
            for piece in chunk:
                depth = Depth.FIND_FILES if self.rehearsal else Depth.ENCODE
                if self.processes < 2 or (piece.collection, piece.name) in known:
                    depth = Depth.READ
                yield Job(piece, self._circumstances(piece, at or timezone.now()), depth)

    def _known_names(self, chunk: list[Piece]) -> set[tuple[str, str]]:
        if not self.has_tables or self.processes < 2:
            return set()
        names = {standing.name_of(piece) for piece in chunk}
        collections = {standing.collection_of(piece) for piece in chunk}
        rows = Origin.objects.filter(collection__in=collections, name__in=names)
        return set(rows.values_list("collection", "name"))

    def _circumstances(self, piece: Piece, at: datetime) -> Circumstances:
        zone = self.choices.zone or timezone.get_default_timezone()
        return Circumstances(at=at, zone=zone, name=piece.source.path.name, rules=self.choices.rules)

    def write(self, piece: Piece, taken: Taken | Failure, *, at: datetime) -> Result:
        """Write the article of a document that was read, or say why not."""
        if isinstance(taken, Failure):
            taken = Taken(b"", "", _failed(taken))
        reading = choices.applied(taken.reading, self.choices, name=piece.name)
        work = _Work(piece, taken.data, taken.sha256, reading, taken.files or Files(), taken.files is not None)
        if reading.status is Status.REFUSED:
            return work.result(Outcome.REFUSED)
        try:
            if not work.prepared:
                work.files = self._files(work)
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
        if not (work.reading.document.images or work.reading.document.attachments):
            return Files()
        found = self._standing(work)
        if found.known is not None and not storing.lacks_files(found.known.article):
            return storing.as_stored(found.known.article, work.reading.document)
        files = collect(work.piece.source, work.reading)
        if not self.rehearsal and (found.same is not None or found.former is None or self.update):
            files.encode()
        return files

    def _decide(self, work: _Work, *, at: datetime) -> Result:
        # Files know no transactions: those stored for rows that come to nothing are taken away again.
        with uploads.kept_or_removed() as written, nullcontext() if self.rehearsal else transaction.atomic():
            result = self._outcome(work, written, at=at)
        if self.rehearsal:
            self._rehearsed.setdefault(work.sha256, work.piece.name)
        return result

    def _outcome(self, work: _Work, written: list[str], *, at: datetime) -> Result:
        found = self._standing(work)
        if found.known is not None:
            return self._known(work, found.known, written, at=at)
        if found.former is not None:
            return self._changed(work, found.former, written, at=at)
        if self.rehearsal and (first := self._rehearsed.get(work.sha256)) is not None:
            _say_first_name(work, first)
            return work.result(Outcome.UNCHANGED)
        target = self._target(work) if self.has_tables else storing.Target()
        if found.twin is not None:
            work.warn(
                _("An article with this title and this date is there already: No. %(number)d."), number=found.twin
            )
        if self.rehearsal:
            return work.result(Outcome.CREATED)
        article = storing.create(work.reading, work.files, target, written=written, at=at)
        self._keep_origin(work, article, at=at)
        return work.result(Outcome.CREATED, article.pk)

    def _target(self, work: _Work) -> storing.Target:
        """Where the article goes: its section, its state, its person."""
        source, document = work.piece.source, work.reading.document
        return storing.Target(
            name=work.piece.name,
            section=self.choices.section or self._shelves().section_of(source, document, work.files),
            state=choices.state_for(work.reading, self.choices),
            by=self.by,
        )

    def _shelves(self) -> storing.Shelves:
        if self._sections is None:
            self._sections = storing.Shelves.of_site()
        return self._sections

    def _known(self, work: _Work, origin: Origin, written: list[str], *, at: datetime) -> Result:
        """The same bytes again: nothing to do but to fill in pictures that were missing."""
        if origin.name != work.piece.name:
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
            if not work.files.encoded:
                work.files.encode()
            storing.update(article, work.reading, work.files, self._target(work), written=written, at=at)
            self._keep_origin(work, article, at=at, again=True)
        return work.result(Outcome.UPDATED, article.pk)

    def _standing(self, work: _Work) -> Standing:
        return standing.look(work.piece, work.sha256, work.reading.document) if self.has_tables else Standing()

    def _keep_origin(self, work: _Work, article: Article, *, at: datetime, again: bool = False) -> None:
        for address, number in storing.keep_addresses(article, work.reading.document.addresses):
            work.warn(
                _("The former address %(address)s leads to article No. %(number)d already."),
                address=address,
                number=number,
            )
        if again:  # the document has bytes that it had before
            Origin.objects.filter(sha256=work.sha256).delete()
        Origin.objects.create(
            sha256=work.sha256,
            article=article,
            collection=standing.collection_of(work.piece),
            name=standing.name_of(work.piece),
            reader=work.piece.kind.value if work.piece.kind else "",
            imported_at=at,
            article_version=article.version,
            content=work.data,
            **storing.record_of(work.reading, work.warnings),
        )


def _failed(failure: Failure) -> Reading:
    if failure.too_long:
        return refused(_("Reading the document took too long and was given up."))
    return refused(_("Reading the document ended the process that read it, perhaps for want of memory."))


def _say_first_name(work: _Work, name: str) -> None:
    if name != work.piece.name:
        work.warn(_("The same document was imported as “%(name)s”."), name=name)
