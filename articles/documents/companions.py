"""The files that belong to a document: where documents lie, and the pictures and attachments beside them.

Looks at folders and reads files; knows no database.
"""

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from articles.documents import pictures

SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht", ".docx", ".doc", ".wps",
    ".rtf", ".odt", ".xml", ".rss", ".atom", ".json", ".zip",
)  # fmt: skip
PLUMBING = (
    ".css",
    ".js",
    ".map",
    ".woff",
    ".woff2",
    ".ttf",
    ".eot",
    ".ico",
    ".svg",
    ".htc",
    ".swf",
    ".下载",
    ".download",
)
IGNORED = ("__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Source:
    """One document: where it lies, and the collection and the name under which it is known."""

    path: Path
    collection: str
    name: str
    picture_folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a search for a named file gave: one path, none, or several (then none is taken)."""

    path: Path | None = None
    rivals: tuple[str, ...] = ()


@dataclass(slots=True)
class Companions:
    """The files around one document, looked up by the loose rules of documents' own names."""

    source: Source
    _files: list[tuple[Path, tuple[str, ...]]] | None = field(default=None)

    def find(self, name: str, address: str = "") -> Match:
        """The one file of this name; where it lies by its address wins, then an exact name over a looser reading."""
        if address and (path := self._at(address)) is not None:
            return Match(path)
        wanted = pictures.keys(PurePosixPath(name.replace("\\", "/")).name)
        files = self._listed()
        for level, key in enumerate(wanted):
            matches = [path for path, names in files if names[level] == key]
            if len(matches) == 1 or (matches and _are_same(matches)):
                return Match(matches[0])
            if matches:
                return Match(None, tuple(sorted(readable(path.name) for path in matches)))
        return Match()

    def _at(self, address: str) -> Path | None:
        """The file that a relative address leads to from the document, never outside its collection."""
        if address.startswith(("http:", "https:", "//", "data:", "/")):
            return None
        root = Path(self.source.collection).resolve()
        try:
            path = (self.source.path.parent / unquote(address.partition("?")[0].partition("#")[0])).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):
            return None

    def _listed(self) -> list[tuple[Path, tuple[str, ...]]]:
        if self._files is None:
            self._files = [
                (path, pictures.keys(readable(path.name)))
                for folder in _folders(self.source)
                for path in _files_in(folder)
            ]
        return self._files


def _folders(source: Source) -> list[Path]:
    """Beside the document, in the folder of its base name, and where the caller said."""
    beside = source.path.parent
    own = [beside / source.path.stem, beside / f"{source.path.stem}_files"]
    return list(dict.fromkeys([beside, *own, *source.picture_folders]))


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder; a link that leads out of it is no companion of a document."""
    if not folder.is_dir():
        return
    home = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.resolve().is_relative_to(home):
            yield path


def _are_same(paths: Sequence[Path]) -> bool:
    sizes = {path.stat().st_size for path in paths}
    return len(sizes) == 1 and len({path.read_bytes() for path in paths}) == 1


def readable(name: str) -> str:
    """A file's name as text. Names that are not UTF-8 are mostly GB18030, from archives made on Chinese Windows."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "replace")


def sources(paths: Iterable[Path], *, picture_folders: Sequence[Path] = ()) -> list[Source]:
    """The documents in these files and folders, each once. Raises FileNotFoundError for a path that is not there."""
    found: dict[Path, Source] = {}
    for given in paths:
        path = given.resolve()
        if not path.exists():
            raise FileNotFoundError(given)
        collection = path if path.is_dir() else path.parent
        for document in _documents(path) if path.is_dir() else [path]:
            name = readable(document.relative_to(collection).as_posix())
            found.setdefault(document, Source(document, readable(str(collection)), name, tuple(picture_folders)))
    return list(found.values())


def _documents(folder: Path) -> Iterator[Path]:
    return (path for path in _filed(folder) if path.suffix.lower() in SUFFIXES and not _is_companion(path, folder))


def _is_companion(path: Path, folder: Path) -> bool:
    """Whether the file stands in the folder of a saved page, or in one that has the name of a document beside it."""
    for parent in path.relative_to(folder).parents:
        if not parent.name:
            continue
        if parent.name.endswith(("_files", ".files", "_文件")):
            return True
        beside = folder / parent.parent
        if any((beside / f"{parent.name}{suffix}").is_file() for suffix in SUFFIXES):
            return True
    return False


def _filed(folder: Path) -> Iterator[Path]:
    """All files in a folder and below, without those that systems and editors leave behind."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not any(part in IGNORED or part.startswith((".", "~$")) for part in parts) and path.is_file():
            yield path


def first_line(path: Path) -> str:
    """The first filled line of a text; empty for what is none or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(400)
    except OSError:
        return ""
    for encoding in ("utf-8", "gb18030"):
        lines = head.rpartition(b"\n")[0].decode(encoding, "ignore").lstrip("\ufeff").split("\n")
        with suppress(UnicodeDecodeError):
            head.rpartition(b"\n")[0].decode(encoding)
            return next((line.strip() for line in lines if line.strip()), "")
    return ""


def unnamed(folders: Iterable[Path], documents: Iterable[Path], names: Container[str]) -> list[str]:
    """The files in these folders that are neither documents nor named by one, without what pages need to be shown."""
    known = set(documents)
    return [
        readable(path.relative_to(folder).as_posix())
        for folder in folders
        for path in _filed(folder.resolve())
        if path not in known and path.suffix.lower() not in PLUMBING and readable(path.name).casefold() not in names
    ]
