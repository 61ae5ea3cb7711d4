"""The work on a document that needs no database, done by as many processes as there are.

``take(job)`` reads a document and gets its files ready.
"""

import hashlib
from dataclasses import dataclass, replace
from enum import IntEnum

from django.utils.translation import gettext_noop as _

from articles.documents import readers
from articles.documents.document import Circumstances, Document, Note, Reading, Status, refused
from articles.documents.files import Files, collect
from articles.documents.gathering import Piece


class Depth(IntEnum):
    """How much is done for a document before it is known whether it is new."""

    READ = 0
    FIND_FILES = 1
    ENCODE = 2


@dataclass(frozen=True, slots=True)
class Job:
    piece: Piece
    circumstances: Circumstances
    depth: Depth = Depth.READ


@dataclass(frozen=True, slots=True)
class Taken:
    """A document's bytes, what was read in them, and its files where the job went that deep."""

    data: bytes
    sha256: str
    reading: Reading
    files: Files | None = None


def take(job: Job) -> Taken:
    """Read the document of this job; whatever is wrong with it is a refusal."""
    piece = job.piece
    if piece.refusal is not None or piece.kind is None:
        note = piece.refusal or Note(_("There is nothing to read."))
        return Taken(b"", "", Reading(Document(), Status.REFUSED, (*piece.notes, note)))
    data = piece.data
    if data is None:
        try:
            size = piece.source.path.stat().st_size
            if size > readers.LARGEST:
                message = _("The document has %(size)d bytes; at most %(most)d are read.")
                return Taken(b"", "", refused(message, size=size, most=readers.LARGEST))
            data = piece.source.path.read_bytes()
        except OSError as error:
            return Taken(b"", "", refused(_("The file cannot be read: %(reason)s."), reason=error.strerror or "?"))
    reading = readers.read(piece.kind, data, job.circumstances)
    if piece.notes:
        reading = replace(reading, warnings=(*piece.notes, *reading.warnings))
    files = None
    if job.depth and reading.status is not Status.REFUSED:
        files = collect(piece.source, reading)
        if job.depth is Depth.ENCODE:
            files.encode()
    return Taken(data, hashlib.sha256(data).hexdigest(), reading, files)
