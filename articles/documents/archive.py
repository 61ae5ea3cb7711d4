"""ZIP archives: unpacked whole, or refused whole with a sentence that names the entry and the limit.

What is counted are the bytes that come out, never what the directory of the archive promises.
"""

import os
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_noop as _

from articles.documents.document import Note, Value

MOST_ENTRIES = 20_000
LARGEST = 2 * 1024**3  # bytes unpacked
MOST_TIMES = 200  # unpacked against packed, once it is more than a small file
SMALL = 10 * 1024 * 1024
LONGEST_NAME = 200  # bytes of one part of a path, as file systems have it
DEEPEST = 40
PIECE = 1 << 20
IGNORED = re.compile(r"(?:^|/)(?:__MACOSX/|Thumbs\.db$|desktop\.ini$|\.DS_Store$|~\$)", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_FLAG = 0x800


@dataclass(slots=True)
class Unpacked:
    """What came out; with a refusal, nothing did."""

    notes: list[Note] = field(default_factory=list)
    refusal: Note | None = None


class _Refused(Exception):
    def __init__(self, message: str, **values: Value) -> None:
        self.note = Note(message, values)
        super().__init__(message)


def names(path: Path) -> list[str] | None:
    """The names in the archive as they are written; None where the file is none."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as package:
            return [entry.filename for entry in package.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def unpack(path: Path, into: Path) -> Unpacked:
    """Unpack the archive below an empty folder. If anything is wrong, nothing stays there and a sentence says why."""
    done = Unpacked()
    try:
        with zipfile.ZipFile(path) as package:
            entries = _checked(package.infolist())
            _write(package, entries, into, packed=path.stat().st_size, done=done)
    except _Refused as error:
        done.refusal = error.note
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        done.refusal = Note(
            _("The archive is damaged or cannot be unpacked: %(reason)s."), {"reason": str(error)[:200]}
        )
    if done.refusal is not None:
        for child in into.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    return done


def _checked(entries: list[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The files of the archive with their places below the folder. Raises for what no honest archive holds."""
    if len(entries) > MOST_ENTRIES:
        raise _Refused(
            _("The archive has %(count)d entries; at most %(most)d are taken."), count=len(entries), most=MOST_ENTRIES
        )
    wanted = []
    for entry in entries:
        name = _name(entry)
        if IGNORED.search(name):
            continue
        place = _place(name)
        mode = entry.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _Refused(_("The archive holds a link or a device, “%(name)s”; none is taken."), name=name)
        if entry.flag_bits & 1:
            raise _Refused(_("The archive is encrypted. Pack it without a password."))
        if not entry.is_dir():
            wanted.append((entry, place))
    return wanted


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: UTF-8 by its flag or its bytes, else GB18030, else the alphabet of DOS."""
    if entry.flag_bits & _UTF8_FLAG:
        return unicodedata.normalize("NFC", entry.filename)
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return entry.filename


def _place(name: str) -> PurePosixPath:
    plain = name.replace("\\", "/")
    parts = PurePosixPath(plain).parts
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in parts or "\x00" in plain:
        raise _Refused(_("The archive has an entry that leads out of its folder, “%(name)s”."), name=name[:200])
    if not parts or len(parts) > DEEPEST or any(len(os.fsencode(part)) > LONGEST_NAME for part in parts):
        raise _Refused(_("The archive has an entry whose name is too long, “%(name)s”."), name=name[:80])
    return PurePosixPath(*parts)


def _write(
    package: zipfile.ZipFile,
    entries: list[tuple[zipfile.ZipInfo, PurePosixPath]],
    into: Path,
    *,
    packed: int,
    done: Unpacked,
) -> None:
    most = min(LARGEST, max(SMALL, MOST_TIMES * packed))
    counted = 0
    seen: dict[str, int] = {}
    for entry, place in entries:
        key = place.as_posix().casefold()
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            place = place.with_name(f"{place.stem} ({seen[key]}){place.suffix}")  # noqa: PLW2901 - its place here
            done.notes.append(
                Note(
                    _("Two entries of the archive have the same name; one is kept as “%(name)s”."),
                    {"name": place.as_posix()},
                )
            )
        target = into / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with package.open(entry) as source, target.open("xb") as file:
            while piece := source.read(PIECE):
                counted += len(piece)
                if counted > most:
                    raise _Refused(
                        _("The archive unpacks to more than %(most)d MB; so much is not taken."), most=most // 1_048_576
                    )
                file.write(piece)
