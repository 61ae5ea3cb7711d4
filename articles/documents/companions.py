"""The files that belong to a document: where documents lie, and the pictures and attachments beside them.

Looks at folders and reads files; knows no database.
"""

import html
import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from articles.documents import pictures
from articles.documents.listings import listing, readable

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
PAGES = (".html", ".htm", ".xhtml", ".shtml")
TEXTS = (".txt", ".text", ".md", ".markdown")
ATTACHABLE = (".docx", ".doc", ".wps", ".rtf", ".odt", ".zip")  # what may be a document or the attachment of one
MOST_SEARCHED = 4 * 1024 * 1024  # bytes of a page or a text in which attachments are looked for
_OFFICE_LINK = re.compile(
    rb"""\bhref\s*=\s*["']?([^"'<>]{1,1000}?\.(?:docx?|wps|rtf|odt|zip))(?:[?#][^"'<>]*)?["'\s>]""", re.IGNORECASE
)
_OFFICE_LINE = re.compile(
    rb"^([^\r\n]{1,400}\.(?:docx?|wps|rtf|odt|zip)\b[^\r\n]{0,40})\r?$", re.IGNORECASE | re.MULTILINE
)
IGNORED = ("__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Source:
    """One document: where it lies, and the collection and the name under which it is known.

    ``home`` is the folder that was given, whose name need not be text.
    """

    path: Path
    collection: str
    name: str
    picture_folders: tuple[Path, ...] = ()
    home: Path | None = None

    @property
    def leads_out(self) -> bool:
        """Whether it is a link to something that was not given."""
        home = self.home or self.path.parent
        return self.path.is_symlink() and not self.path.resolve().is_relative_to(home)


@dataclass(frozen=True, slots=True)
class Match:
    """What a search for a named file gave: one path, none, or several (then none is taken)."""

    path: Path | None = None
    rivals: tuple[str, ...] = ()


@dataclass(slots=True)
class Companions:
    """The files around one document, looked up by the loose rules of documents' own names."""

    source: Source

    def find(self, name: str, address: str = "") -> Match:
        """The one file of this name; where it lies by its address wins, then an exact name over a looser reading."""
        if address and (path := self._at(address)) is not None:
            return Match(path)
        wanted = pictures.keys(PurePosixPath(name.replace("\\", "/")).name)
        listed = [listing(folder) for folder in _folders(self.source)]
        for level, key in enumerate(wanted):
            matches = [path for folder in listed for path in folder.matches(level, key)]
            if len(matches) == 1 or (matches and _are_same(matches)):
                return Match(matches[0])
            if matches:
                return Match(None, tuple(sorted(readable(path.name) for path in matches)))
        return Match()

    def _at(self, address: str) -> Path | None:
        """The file that an address leads to from the document, never outside its collection.

        In the copy of a site, addresses from the root of the site lead from one of the folders above the document, and
        whole addresses from the folder that has the name of their server.
        """
        root = (self.source.home or Path(self.source.collection)).resolve()
        for where in _places(address, self.source.path.parent, root):
            with suppress(OSError, ValueError, RuntimeError):  # links in a circle, a name that is too long
                path = where.resolve()
                if path.is_relative_to(root) and path.is_file():
                    return path
        return None


def _places(address: str, folder: Path, root: Path) -> Iterator[Path]:
    """Where the file of an address may lie, for a document of this folder of this collection."""
    if address.startswith("data:"):
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    path = unquote(parts.path)
    above = [one for one in (folder, *folder.parents) if one.is_relative_to(root)]
    if parts.scheme or parts.netloc:
        for one in above:
            if one.name == parts.netloc:
                yield one / path.lstrip("/")
            yield one / parts.netloc / path.lstrip("/")
    elif path.startswith("/"):
        for one in above:
            yield one / path.lstrip("/")
    else:
        yield folder / path


def _folders(source: Source) -> list[Path]:
    """Beside the document, in the folder of its base name, and where the caller said."""
    beside = source.path.parent
    own = [beside / source.path.stem, beside / f"{source.path.stem}_files"]
    return list(dict.fromkeys([beside, *own, *source.picture_folders]))


def _are_same(paths: Sequence[Path]) -> bool:
    sizes = {path.stat().st_size for path in paths}
    return len(sizes) == 1 and len({path.read_bytes() for path in paths}) == 1


def sources(paths: Iterable[Path], *, picture_folders: Sequence[Path] = ()) -> list[Source]:
    """The documents in these files and folders, each once. Raises FileNotFoundError for a path that is not there.

    A folder that may not be read and a link to a folder are among them, so that they are spoken of. A file of a folder
    that another document there offers as its attachment is no document of its own.
    """
    found: dict[str, Source] = {}
    shared = tuple(picture_folders)
    for given in paths:
        path = _there(given)
        is_folder = path.is_dir()
        collection = path if is_folder else path.parent
        label, start = readable(str(collection)), len(str(collection).rstrip("/")) + 1
        inside = [
            Source(document, label, readable(str(document)[start:]), shared, collection)
            for document in (_documents(path) if is_folder else [path])
        ]
        offered = _offered(inside) if is_folder else frozenset()
        for source in inside:
            if source.path not in offered:
                found.setdefault(str(source.path), source)
    return list(found.values())


def _offered(inside: Sequence[Source]) -> frozenset[Path]:
    """The files among these documents that others of them offer as their attachments.

    Pages and texts are searched only where there is something that they may offer.
    """
    files = {source.path for source in inside if source.path.suffix.lower() in ATTACHABLE}
    if not files:
        return frozenset()
    found: set[Path] = set()
    for source in inside:
        if source.path.suffix.lower() in (*PAGES, *TEXTS) and source.path.is_file():  # a pipe would be waited for
            found.update(path for name in _offers(source.path) if (path := _offered_file(source, name)) is not None)
    return frozenset(found & files)


def _offered_file(source: Source, name: str) -> Path | None:
    companions = Companions(source)
    at = companions._at(name)
    return at if at is not None else companions.find(name).path


def _offers(path: Path) -> Iterator[str]:
    """The addresses in the links of a page, and the names on the lines of a text, that may be those of attachments."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_SEARCHED)
    except OSError:
        return
    is_text = path.suffix.lower() in TEXTS
    for found in (_OFFICE_LINE if is_text else _OFFICE_LINK).finditer(data):
        words = readable(os.fsdecode(found[1]))
        name = pictures.attachment_name(words, near_end=True) if is_text else html.unescape(words)
        if name:
            yield name


def _there(given: Path) -> Path:
    try:
        path = given.resolve(strict=True)
    except (OSError, RuntimeError):  # links in a circle, a name that is too long, a folder that may not be entered
        raise FileNotFoundError(given) from None
    return path


def _documents(folder: Path) -> Iterator[Path]:
    if not os.access(folder, os.R_OK | os.X_OK):
        yield folder
        return
    judged: dict[Path, bool] = {folder: False}
    for path, is_folder in _filed(folder):
        if is_folder or path.suffix.lower() in SUFFIXES:
            _judge(path.parent, folder, judged)
            if not judged[path.parent]:
                yield path


def _judge(place: Path, folder: Path, judged: dict[Path, bool]) -> None:
    """Whether this is the folder of a saved page, or one that has the name of a document beside it; or is in one."""
    if place in judged:
        return
    for parent in (*reversed(place.relative_to(folder).parents), place.relative_to(folder)):
        one = folder / parent
        if one not in judged:
            judged[one] = (
                judged[one.parent]
                or one.name.endswith(("_files", ".files", "_文件"))
                or any((one.parent / f"{one.name}{suffix}").is_file() for suffix in SUFFIXES)
            )


def _filed(folder: Path) -> Iterator[tuple[Path, bool]]:
    """What lies in a folder and below, in order, without what systems and editors leave behind.

    True stands beside a folder that is not looked into: it may not be read, or it is a link.
    """
    waiting = [iter(_entries(folder))]
    while waiting:
        path, is_folder, is_link = next(waiting[-1], (None, False, False))
        if path is None:
            waiting.pop()
        elif is_folder and not is_link and os.access(path, os.R_OK | os.X_OK):
            waiting.append(iter(_entries(path)))
        else:
            yield path, is_folder


def _entries(folder: Path) -> list[tuple[Path, bool, bool]]:
    """Each entry of a folder, and whether it is a folder and a link."""
    found: list[tuple[str, bool, bool]] = []
    with suppress(OSError), os.scandir(folder) as entries:
        found += [
            (entry.name, _is_folder(entry), entry.is_symlink())
            for entry in entries
            if entry.name not in IGNORED and not entry.name.startswith((".", "~$"))
        ]
    return [(folder / name, is_folder, is_link) for name, is_folder, is_link in sorted(found)]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle
        return False


def first_line(path: Path) -> str:
    """The first filled line of a text; empty for what is none or cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return ""
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
        readable(path.relative_to(home).as_posix())
        for home in (folder.resolve() for folder in folders)
        for path, is_folder in _filed(home)
        if not (is_folder or path in known or path.suffix.lower() in PLUMBING)
        and readable(path.name).casefold() not in names
    ]
