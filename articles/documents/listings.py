"""What lies in a folder, by the loose names under which documents speak of files.

``listing(folder)`` looks at a folder once, however many documents lie in it, and again when something was put there.
"""

import os
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from articles.documents import pictures

MOST_KEPT = 64  # folders; an import goes through them one after the other
# Nanoseconds: file systems tell when a folder changed with a grain of up to two seconds, so that what comes into it
# right after it was looked at may not show in its time.
GRAIN = 2_000_000_000

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Listing:
    """The files of a folder at one moment, found by each of the forms that ``pictures.keys`` makes of a name."""

    folder: Path
    names: tuple[str, ...] = ()
    _exact: dict[str, list[str]] = field(default_factory=dict)
    _loose: list[dict[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.names:
            self._exact.setdefault(readable(name), []).append(name)

    def matches(self, level: int, key: str) -> list[Path]:
        """The files whose name has this form at this level, the exact one first."""
        if level and not self._loose:
            self._loose = self._all_loose()
        found = self._loose[level - 1] if level else self._exact
        return [self.folder / name for name in found.get(key, ())]

    def _all_loose(self) -> list[dict[str, list[str]]]:
        """Made when an exact name is not found for the first time: mostly all are."""
        levels: list[dict[str, list[str]]] = [{} for _level in pictures.keys("")[1:]]
        for name in self.names:
            for found, key in zip(levels, pictures.keys(readable(name))[1:], strict=True):
                found.setdefault(key, []).append(name)
        return levels


_kept: "OrderedDict[Path, tuple[Stamp, Listing]]" = OrderedDict()


def listing(folder: Path) -> Listing:
    """What lies in the folder now; nothing where there is no folder or it may not be read."""
    try:
        stamp = _stamp(folder)
    except OSError:
        return Listing(folder)
    kept = _kept.get(folder)
    if kept is not None and kept[0] == stamp:
        with suppress(KeyError):  # another thread may have taken it out
            _kept.move_to_end(folder)
        return kept[1]
    began = time.time_ns()
    found = Listing(folder, _names(folder))
    if began - stamp[-1] > GRAIN:
        _kept[folder] = stamp, found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _stamp(folder: Path) -> Stamp:
    found = folder.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _names(folder: Path) -> tuple[str, ...]:
    """The files of a folder; a link that leads out of it is no companion of a document."""
    try:
        home = folder.resolve()
        with os.scandir(folder) as entries:
            return tuple(sorted(entry.name for entry in entries if _is_own_file(entry, home)))
    except OSError:
        return ()


def _is_own_file(entry: "os.DirEntry[str]", home: Path) -> bool:
    try:
        return entry.is_file() and (not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(home))
    except (OSError, RuntimeError):  # links in a circle
        return False


def readable(name: str) -> str:
    """A file's name as text. Names that are not UTF-8 are mostly GB18030, from archives made on Chinese Windows."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "replace")
