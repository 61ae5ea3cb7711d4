"""What an import was given becomes single documents: folders, archives, exports and feeds are opened.

``gather(sources, scratch)`` yields a ``Piece`` for each document, in order, and asks for the next container only when
the one before it is used up. Archives are unpacked below ``scratch``, which the caller throws away.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext_noop as _

from articles.documents import archive, companions, feed, sniffing, wordpress
from articles.documents.companions import Source
from articles.documents.document import Note
from articles.documents.fragments import Fragment
from articles.documents.sniffing import Kind

HEAD = 64 * 1024  # bytes that tell the kind of a file
DEEPEST = 2  # an archive inside an archive is opened, one inside that is refused


@dataclass(frozen=True, slots=True)
class Piece:
    """One document: where its files are looked for, and the collection and the name under which it is known.

    ``data`` are its bytes where they are not those of the file. A piece with a ``refusal`` cannot be read; one without
    ``kind`` and refusal only carries ``notes``, what there is to say about a whole container.
    """

    source: Source
    collection: str
    name: str
    kind: Kind | None = None
    data: bytes | None = None
    refusal: Note | None = None
    notes: tuple[Note, ...] = ()

    @property
    def place(self) -> PurePosixPath:
        """The whole path by which the document is found again, whatever folder was given."""
        return PurePosixPath(self.collection) / self.name


@dataclass(frozen=True, slots=True)
class Opening:
    """How containers are opened: where archives are unpacked, and whether pages of an export come too."""

    scratch: Path
    pages: bool = False


def gather(sources: Iterable[Source], opening: Opening) -> Iterator[Piece]:
    """The documents in these files, each once."""
    for source in sources:
        yield from _open(Piece(source, source.collection, source.name), opening, depth=0)


def _open(piece: Piece, opening: Opening, *, depth: int) -> Iterator[Piece]:
    path = piece.source.path
    try:
        if (odd := _oddity(piece)) is not None:
            yield odd
            return
        with path.open("rb") as file:
            head = file.read(HEAD)
        found = sniffing.kind_of(head, name=path.name, entries=archive.names(path))
    except (OSError, RuntimeError) as error:  # the latter for links in a circle
        reason = getattr(error, "strerror", None) or str(error) or "?"
        yield _refusal(piece, Note(_("The file cannot be read: %(reason)s."), {"reason": reason}))
        return
    if isinstance(found, Note):
        yield _refusal(piece, found)
    elif found is Kind.ARCHIVE:
        yield from _unpacked(piece, opening, depth=depth)
    elif found in (Kind.WORDPRESS, Kind.FEED):
        yield from _cut(piece, found, opening)
    else:
        yield Piece(piece.source, piece.collection, piece.name, found)


def _oddity(piece: Piece) -> Piece | None:
    """What lies between the documents and is none; it is not opened, since a pipe would be waited for without end."""
    path = piece.source.path
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        if path.is_symlink():
            note = Note(_("This is a link to a folder; links to folders are not followed."))
            return Piece(piece.source, piece.collection, piece.name, notes=(note,))
        return _refusal(piece, Note(_("The folder cannot be read: %(reason)s."), {"reason": os.strerror(errno.EACCES)}))
    if not stat.S_ISREG(mode):
        return _refusal(piece, Note(_("This is no file but a pipe, a socket or a device.")))
    if piece.source.leads_out:
        return _refusal(
            piece, Note(_("This is a link that leads out of the folder; give the path of its file itself."))
        )
    return None


def _refusal(piece: Piece, note: Note) -> Piece:
    return Piece(piece.source, piece.collection, piece.name, refusal=note)


def _unpacked(piece: Piece, opening: Opening, *, depth: int) -> Iterator[Piece]:
    if depth == DEEPEST:
        yield _refusal(piece, Note(_("An archive inside an archive inside an archive is not opened.")))
        return
    number = sum(1 for _folder in opening.scratch.iterdir())
    into = opening.scratch / str(number)
    into.mkdir()
    unpacked = archive.unpack(piece.source.path, into)
    if unpacked.refusal is not None:
        yield _refusal(piece, unpacked.refusal)
        return
    if unpacked.notes:
        yield Piece(piece.source, piece.collection, piece.name, notes=tuple(unpacked.notes))
    inner = companions.sources([into], picture_folders=piece.source.picture_folders)
    for source in inner:
        name = f"{piece.name}/{source.name}"
        yield from _open(Piece(source, piece.collection, name), opening, depth=depth + 1)
    if not inner:
        yield _refusal(piece, Note(_("The archive holds no document that can be read.")))


def _cut(piece: Piece, kind: Kind, opening: Opening) -> Iterator[Piece]:
    split: Callable[[BinaryIO], Iterator[Fragment]] = feed.split
    if kind is Kind.WORDPRESS:
        split = _wordpress_with_pages if opening.pages else wordpress.split
    try:
        with piece.source.path.open("rb") as file:
            for fragment in split(file):
                yield _fragment(piece, kind, fragment)
    except OSError as error:
        yield _refusal(piece, Note(_("The file cannot be read: %(reason)s."), {"reason": error.strerror or "?"}))


def _wordpress_with_pages(file: BinaryIO) -> Iterator[Fragment]:
    return wordpress.split(file, pages=True)


def _fragment(piece: Piece, kind: Kind, fragment: Fragment) -> Piece:
    name = f"{piece.name}#{fragment.key}" if fragment.key else piece.name
    if fragment.refusal is not None:
        return Piece(piece.source, piece.collection, name, refusal=fragment.refusal, notes=fragment.notes)
    if not fragment.data:
        return Piece(piece.source, piece.collection, name, notes=fragment.notes)
    return Piece(piece.source, piece.collection, name, kind, fragment.data, notes=fragment.notes)
