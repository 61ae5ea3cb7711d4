"""The items of an export, found by their tags alone and one at a time, so that neither size nor damage matters.

``items(file)`` yields each item as it stands in the file. Text in CDATA sections may hold the tags of items itself.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Protocol

PIECE = 1 << 20  # bytes read at once
LARGEST_ITEM = 32 * 1024 * 1024  # bytes; the readers' comments of a post stand in its item
LARGEST_HEAD = 16 * 1024 * 1024  # authors, categories and tags of a large site
TITLE_WITHIN = 20_000  # bytes of a lost item that are kept for its name
LONGEST_MARK = 16  # bytes

_MARK = re.compile(rb"<!\[CDATA\[|</item\s{0,3}>|<item[\s>]")
_CDATA, _CDATA_END, _ITEM = b"<![CDATA[", b"]]>", b"<item"
_NEXT_ITEM = re.compile(rb"</item\s{0,3}>\s{0,200}<item[\s>]")


class End(StrEnum):
    """How an item ends."""

    TAG = "tag"  # with its end tag
    NEXT = "next"  # another one begins before it ended
    CUT = "cut"  # the file ends first
    LARGE = "large"  # too large to be one


@dataclass(frozen=True, slots=True)
class Raw:
    data: bytes
    end: End


class Source(Protocol):
    def seek(self, place: int, /) -> int: ...
    def read(self, size: int, /) -> bytes: ...


class _Recoded:
    """A file in UTF-16 or UTF-32 as if it were written in UTF-8. Raises UnicodeDecodeError where it is neither."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def seek(self, place: int, /) -> int:
        self._decoder = codecs.getincrementaldecoder(self._encoding)()
        return self._file.seek(place)

    def read(self, size: int, /) -> bytes:
        written = self._file.read(size)
        text = self._decoder.decode(written, final=not written)
        return text.encode("utf-8", "replace") if text or not written else self.read(size)


def in_bytes(file: BinaryIO) -> Source:
    """The file in an encoding in which tags are ASCII."""
    file.seek(0)
    first = file.read(4)
    file.seek(0)
    if first.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _Recoded(file, "utf-32")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _Recoded(file, "utf-16")
    if len(first) == 4 and first[1] == first[3] == 0:
        return _Recoded(file, "utf-16-le")
    if len(first) == 4 and first[0] == first[2] == 0:
        return _Recoded(file, "utf-16-be")
    return file


def head(file: Source) -> bytes:
    """What stands before the first item."""
    file.seek(0)
    found = bytearray()
    while len(found) < LARGEST_HEAD:
        piece = file.read(PIECE)
        place = max(0, len(found) - LONGEST_MARK)
        found += piece
        while (place := found.find(_ITEM, place)) >= 0:
            if bytes(found[place + 5 : place + 6]) in (b">", b" ", b"\n", b"\r", b"\t"):
                return bytes(found[:place])
            place += 5
        if not piece:
            break
    return bytes(found[:LARGEST_HEAD])


def items(file: Source) -> Iterator[Raw]:
    """The items of the export, in order."""
    file.seek(0)
    return _Scanner(file).items()


class _Scanner:
    """Goes through the file once: ``_text`` is the part in sight, ``_at`` where reading goes on in it."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._text = b""
        self._at = 0
        self._start = -1  # where the item begins that is being read
        self._ended = False
        self._unclosed = False  # no CDATA section that begins from here on ends within sight

    def items(self) -> Iterator[Raw]:
        while True:
            mark = _MARK.search(self._text, self._at)
            if mark is None:
                self._at = max(self._at, len(self._text) - LONGEST_MARK)
                if self._ended:
                    if self._start >= 0:
                        yield self._item(len(self._text), End.CUT)
                    return
                yield from self._more()
            elif mark[0] == _CDATA:
                if not self._section(mark.start(), mark.end()):
                    yield from self._more()
            elif mark[0].startswith(_ITEM):
                if self._start >= 0:
                    yield self._item(mark.start(), End.NEXT)
                self._start, self._at = mark.start(), mark.end()
            else:
                self._at = mark.end()
                if self._start >= 0:
                    yield self._item(mark.end(), End.TAG)

    def _item(self, end: int, how: End) -> Raw:
        raw = Raw(self._text[self._start : end], how)
        self._start = -1
        return raw

    def _section(self, start: int, inside: int) -> bool:
        """Pass over a CDATA section; False where its end is not in sight yet. One without an end is ordinary text."""
        close = -1 if self._unclosed else self._text.find(_CDATA_END, inside)
        if close < 0:
            if not (self._ended or self._unclosed):
                self._at = start
                return False
            self._unclosed, self._at = True, inside
            return True
        following = _NEXT_ITEM.search(self._text, inside, close)
        if following and self._text.find(_CDATA, following.end(), close) >= 0 and self._start >= 0:
            # The section has no end, and the end that was found is one of the next item's.
            self._at = following.start()
        else:
            self._at = close + len(_CDATA_END)
        return True

    def _more(self) -> Iterator[Raw]:
        """Read on. An item that has become too large is given up, and so is its section."""
        if self._start >= 0 and len(self._text) - self._start > LARGEST_ITEM:
            begun = self._text[self._start : self._start + TITLE_WITHIN]
            self._start, self._at = -1, len(self._text) - LONGEST_MARK
            yield Raw(begun, End.LARGE)
        elif self._start < 0 and len(self._text) - self._at > LARGEST_HEAD:
            self._at = len(self._text) - LONGEST_MARK
        keep = self._start if self._start >= 0 else self._at
        rest = self._text[keep:]
        piece = self._file.read(max(PIECE, len(rest)))
        self._ended, self._unclosed = not piece, False
        self._text, self._at = rest + piece, self._at - keep
        self._start = 0 if self._start >= 0 else -1
