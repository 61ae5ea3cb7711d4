"""Trays: what an editor has dropped on the import page, until it is imported or a day has passed.

A tray is a folder of one person below the data folder, never below the media. ``begin`` makes one, ``find`` opens it
again, in whatever process; ``add`` takes a file or raises Refused with a sentence; ``documents`` are what was found in
the files. No name that comes from a browser is used as it came.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.documents import companions, gathering
from articles.documents.companions import Source
from articles.documents.document import Note, Value
from articles.documents.gathering import Opening, Piece
from articles.documents.sniffing import Kind
from articles.images import kinds

MB = 1024 * 1024
LARGEST_FILE = 200 * MB
LARGEST_TRAY = 500 * MB
LARGEST_UNPACKED = 1024 * MB  # out of all archives of a tray
MOST_FILES = 500
MOST_DOCUMENTS = 500  # of one tray; the command import_articles takes any number
MOST_TRAYS = 3  # of one person; the oldest goes
LONGEST_LIFE = timedelta(days=1)
SPARE = 500 * MB  # of the disk, which stays for the site
DEEPEST = 8  # folders inside one another
TOKEN = re.compile(r"[0-9a-f]{24}")
KEY = re.compile(r"[0-9a-f]{16}")
COLLECTION = "desk/"  # begins the collection of every document that came in through a tray
CONTENTS = "contents.json"


class Refused(ValueError):
    """The file is not taken into the tray; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a tray. ``key`` names it in addresses; ``cut`` is where its bytes lie, if not in its own file."""

    key: str
    known: Piece
    cut: Path | None = None

    @property
    def piece(self) -> Piece:
        """The document with its bytes, which are read only for it and not for the whole tray."""
        return replace(self.known, data=self.cut.read_bytes()) if self.cut is not None else self.known

    @property
    def name(self) -> str:
        return self.known.name


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found in the files: documents, and what there is to say about containers as a whole."""

    entries: tuple[Entry, ...] = ()
    remarks: tuple[tuple[str, Note], ...] = ()


@dataclass(frozen=True, slots=True)
class Tray:
    folder: Path

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def at(self) -> datetime:
        """When it was last used."""
        return datetime.fromtimestamp(self.folder.stat().st_mtime, UTC)

    def names(self) -> list[str]:
        """The files of the tray by their paths in it."""
        return sorted(path.relative_to(self.files).as_posix() for path in self.files.rglob("*") if path.is_file())

    def beside(self) -> list[str]:
        """The files that are no documents: pictures and attachments of them, or nothing that is imported."""
        documents = {source.path for source in companions.sources([self.files])}
        home = self.files.resolve()
        return [name for name in self.names() if home / name not in documents]

    # ------------------------------------------------------------ files come in
    def add(self, file: UploadedFile, *, path: str = "") -> str:
        """Keep the file under its own name, or the next free one; a file that is there already is not kept twice."""
        place = sound_path(path or file.name or "")
        size = file.size or 0
        if size > LARGEST_FILE:
            raise Refused(
                _("“%(name)s” has %(found)d MB; at most %(most)d MB are taken here.")
                % {"name": place.name, "found": size // MB, "most": LARGEST_FILE // MB}
            )
        with self._locked():
            self._check_room(place.name, size)
            incoming = self.folder / f"incoming-{secrets.token_hex(8)}"
            try:
                digest = _write(file, incoming)
                return self._settle(incoming, place, digest)
            except OSError as error:
                raise Refused(
                    _("“%(name)s” could not be kept: %(reason)s.") % {"name": place.name, "reason": error.strerror}
                ) from error
            finally:
                incoming.unlink(missing_ok=True)

    def _settle(self, incoming: Path, place: PurePosixPath, digest: str) -> str:
        """Move the whole file to its place: what stands in the tray is never half written."""
        for number in range(1, MOST_FILES + 2):
            name = place.name if number == 1 else f"{place.stem} ({number}){place.suffix}"
            target = self.files / place.with_name(name)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                incoming.replace(target)
                (self.folder / CONTENTS).unlink(missing_ok=True)
                return target.relative_to(self.files).as_posix()
            if target.is_file() and _digest(target) == digest:
                return target.relative_to(self.files).as_posix()
        raise Refused(_("The tray has too many files named “%(name)s”.") % {"name": place.name})

    def _check_room(self, name: str, size: int) -> None:
        sizes = list(_sizes(self.files))
        if len(sizes) >= MOST_FILES:
            raise Refused(
                _("“%(name)s” was not taken: the tray has %(most)d files already.") % {"name": name, "most": MOST_FILES}
            )
        if sum(sizes) + size > LARGEST_TRAY or shutil.disk_usage(self.folder).free < size + SPARE:
            raise Refused(
                _("“%(name)s” was not taken: there is no room for it. A tray holds at most %(most)d MB.")
                % {"name": name, "most": LARGEST_TRAY // MB}
            )

    # ------------------------------------------------------------ documents come out
    def documents(self) -> Contents:
        """The documents in the files, in order. Containers are opened the first time."""
        with self._locked():
            kept = _load(self.folder / CONTENTS)
            if not isinstance(kept, dict):
                kept = self._opened()
                _store(self.folder / CONTENTS, kept)
        entries = [
            Entry(one["key"], self._piece(one), self.folder / "cut" / one["key"] if one["cut"] else None)
            for one in kept["entries"]
        ]
        remarks = [(one["name"], note_of(one["note"])) for one in kept["remarks"]]
        return Contents(tuple(entries), tuple(remarks))

    def entry(self, key: str) -> Entry | None:
        if not KEY.fullmatch(key):
            return None
        return next((entry for entry in self.documents().entries if entry.key == key), None)

    def _opened(self) -> dict[str, list[dict[str, Any]]]:
        """Open all files anew; the documents and remarks as JSON keeps them."""
        scratch, cut = self.folder / "unpacked", self.folder / "cut"
        for folder in (scratch, cut):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self._forget()
        found: dict[str, list[dict[str, Any]]] = {"entries": [], "remarks": []}
        opened = 0
        for piece in _gathered(self.files, scratch):
            if len(found["entries"]) == MOST_DOCUMENTS:
                found["remarks"].append({"name": "", "note": plain_note(Note(_MANY, {"most": MOST_DOCUMENTS}))})
                break
            if (archives := sum(1 for _folder in scratch.iterdir())) > opened:
                opened = archives
                if sum(_sizes(scratch)) > LARGEST_UNPACKED or shutil.disk_usage(scratch).free < SPARE:
                    shutil.rmtree(scratch, ignore_errors=True)
                    note = Note(_TOO_MUCH, {"most": LARGEST_UNPACKED // MB})
                    return {"entries": [], "remarks": [{"name": piece.name, "note": plain_note(note)}]}
            for note in piece.notes if piece.kind is None and piece.refusal is None else ():
                found["remarks"].append({"name": piece.name, "note": plain_note(note)})
            if piece.kind is not None or piece.refusal is not None:
                found["entries"].append(self._kept(piece, cut))
        return found

    def _kept(self, piece: Piece, cut: Path) -> dict[str, Any]:
        key = hashlib.sha256(piece.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        if piece.data is not None:
            (cut / key).write_bytes(piece.data)
        home = self.folder.resolve()
        return {
            "key": key,
            "name": piece.name,
            "path": os.fsencode(piece.source.path.resolve().relative_to(home)).hex(),
            "collection": os.fsencode(Path(piece.source.collection).resolve().relative_to(home)).hex(),
            "kind": piece.kind.value if piece.kind else "",
            "cut": piece.data is not None,
            "refusal": plain_note(piece.refusal) if piece.refusal else None,
            "notes": [plain_note(note) for note in piece.notes],
        }

    def _piece(self, kept: dict[str, Any]) -> Piece:
        path, root = (self.folder / os.fsdecode(bytes.fromhex(kept[name])) for name in ("path", "collection"))
        return Piece(
            Source(path, str(root), kept["name"]),
            COLLECTION + self.token,
            kept["name"],
            Kind(kept["kind"]) if kept["kind"] else None,
            None,
            note_of(kept["refusal"]) if kept["refusal"] else None,
            tuple(note_of(note) for note in kept["notes"]),
        )

    # ------------------------------------------------------------ what is known of a document
    def memory(self, key: str) -> dict[str, Any]:
        """What was kept of one document by ``remember``."""
        found = _load(self.folder / "memory" / f"{key}.json")
        return found if isinstance(found, dict) else {}

    def remember(self, key: str, **values: Any) -> None:
        with self._locked():
            (self.folder / "memory").mkdir(exist_ok=True)
            _store(self.folder / "memory" / f"{key}.json", self.memory(key) | values)

    def _forget(self) -> None:
        """What was read is read anew, since other files stand beside it; what was typed stays."""
        for path in (self.folder / "memory").glob("*.json"):
            kept = self.memory(path.stem)
            _store(path, {name: kept[name] for name in ("corrections", "target") if name in kept})

    def throw_away(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time in this tray, among all processes of the machine."""
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.utime(self.folder)
            yield


_MANY = gettext_noop(
    "The files hold more than %(most)d documents; these are the first. The command import_articles takes any number."
)
_TOO_MUCH = gettext_noop("The archives unpack to more than %(most)d MB. The command import_articles takes larger ones.")
_UNOPENED = gettext_noop("The file could not be opened: %(reason)s.")


# ---------------------------------------------------------------- trays of a person
def begin(person: int, *, at: datetime) -> Tray:
    """A new, empty tray of this person. Trays of yesterday go, whoever they belong to."""
    sweep(at=at)
    home = _root() / str(person)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    tray = Tray(home / secrets.token_hex(12))
    tray.files.mkdir(parents=True, mode=0o700)
    return tray


def find(person: int, token: str) -> Tray | None:
    """The tray of this person with this token, if it is still there."""
    folder = _root() / str(person) / token
    return Tray(folder) if TOKEN.fullmatch(token) and (folder / "files").is_dir() else None


def of(person: int) -> list[Tray]:
    """The trays of this person that hold anything, the newest first."""
    home = _root() / str(person)
    found = [Tray(path) for path in home.iterdir() if TOKEN.fullmatch(path.name)] if home.is_dir() else []
    held = [tray for tray in found if tray.files.is_dir() and any(tray.files.iterdir())]
    return sorted(held, key=lambda tray: tray.folder.stat().st_mtime, reverse=True)


def keep_newest(person: int) -> None:
    """Remove the older trays of this person, once a new one holds something."""
    for tray in of(person)[MOST_TRAYS:]:
        tray.throw_away()


def sweep(*, at: datetime) -> None:
    """Remove the trays that nobody has opened for a day."""
    oldest = (at - LONGEST_LIFE).timestamp()
    for folder in _root().glob("*/*"):
        with suppress(OSError):
            if folder.is_dir() and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    data: Path = settings.DATA_DIR
    return data / "tray"


# ---------------------------------------------------------------- small parts
def sound_path(given: str) -> PurePosixPath:
    """A relative path of a few clean names, whatever the browser said."""
    parts = [part for part in given.replace("\\", "/").split("/") if part.strip(" .")]
    names = [kinds.clean_name(part).lstrip(".~$") or "file" for part in parts[-DEEPEST:]] or ["file"]
    return PurePosixPath(*(_short(name) for name in names))


def _short(name: str) -> str:
    """File systems count bytes: a Chinese character has three."""
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) < 12 else ""
    stem = name.removesuffix(suffix) if suffix else name
    return stem.encode()[: 200 - len(suffix.encode())].decode("utf-8", "ignore") + suffix


def _sizes(folder: Path) -> Iterator[int]:
    return (path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write(file: UploadedFile, target: Path) -> str:
    """Write the file, whole and on disk; its SHA-256."""
    digest = hashlib.sha256()
    with target.open("xb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _gathered(files: Path, scratch: Path) -> Iterator[Piece]:
    """The pieces of all files; a container that stops its reader costs itself."""
    for source in companions.sources([files]):
        try:
            yield from gathering.gather([source], Opening(scratch))
        except Exception as error:  # noqa: BLE001 - a fault of a reader or its library costs one file, not the tray
            reason = f"{type(error).__name__}: {error}"[:200]
            yield Piece(source, source.collection, source.name, refusal=Note(_UNOPENED, {"reason": reason}))


def plain_note(note: Note) -> dict[str, Any]:
    return {"message": note.message, "values": {name: _plain_value(value) for name, value in note.values.items()}}


def _plain_value(value: Value) -> Any:
    if isinstance(value, Note):
        return plain_note(value)
    return list(value) if isinstance(value, tuple) else value


def note_of(kept: dict[str, Any]) -> Note:
    return Note(kept["message"], {name: _value(value) for name, value in kept["values"].items()})


def _value(kept: Any) -> Value:
    if isinstance(kept, dict):
        return note_of(kept)
    value: Value = tuple(kept) if isinstance(kept, list) else kept
    return value


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _store(path: Path, values: Any) -> None:
    new = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    new.write_text(json.dumps(values, ensure_ascii=True), "utf-8")
    new.replace(path)
