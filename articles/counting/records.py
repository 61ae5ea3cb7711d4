"""Readings as records of 32 bytes, and back.

A record never crosses a page of memory (4,096 is a multiple of 32), so that the death of the writer leaves it whole or
absent. The check sum tells a record from whatever else a disk may give back. What does not fit into a record rides
before it, in records of its own that are written by the same call: a name (a referring host, the words of a search),
and the key that the visitor had yesterday.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

# kind, layout version, detail, Unix seconds, number, visitor; then the CRC of these 28 bytes
_LAYOUT = struct.Struct("<BBHIQ12s")
_WHOLE = struct.Struct("<BBHIQ12sI")
_RIDER = struct.Struct("<BBH24s")  # a name: the detail is its length in bytes
_CRC = struct.Struct("<I")
_VERSION = 1
RECORD_BYTES = _WHOLE.size
_CHECKED_BYTES = _LAYOUT.size
VISITOR_BYTES = 12
NOBODY = bytes(VISITOR_BYTES)
NAME_BYTES = 24  # in one record
LONGEST_NAME_BYTES = 8 * NAME_BYTES
LARGEST_NUMBER = 2**63 - 1  # what a key in the database can be


class Kind(IntEnum):
    """What was read, or what rides before it."""

    ARTICLE = 1
    ATTACHMENT = 2
    PAGE = 3  # a list page, counted for the site; its number is 0
    REFUSED = 4  # no view; the number is the reason's, and from the ninth bit on how many more there were
    SEARCH = 5  # a search that found nothing; its words ride before it
    NAME = 6
    FORMER = 7


VIEWS = frozenset({Kind.ARTICLE, Kind.ATTACHMENT, Kind.PAGE})
RIDERS = frozenset({Kind.NAME, Kind.FORMER})
_ZERO = frozenset({Kind.PAGE, Kind.SEARCH, Kind.FORMER})


class Reading(NamedTuple):
    """One record with what rode before it."""

    seconds: int
    kind: int
    number: int
    visitor: bytes
    device: int
    former: bytes  # the visitor's key of yesterday, or nothing
    name: str


@dataclass
class Stretch:
    """What a stretch of a journal holds."""

    readings: list[Reading] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)  # offsets

    @property
    def taken(self) -> int:
        return sum(reading.kind in VIEWS for reading in self.readings)


def pack(kind: Kind, number: int, *, seconds: int, visitor: bytes = NOBODY, device: int = 0) -> bytes:
    """The record's bytes. Raises ValueError for a number that no row can have."""
    if not 0 <= number <= LARGEST_NUMBER or (kind in _ZERO) is not (number == 0):
        raise ValueError(f"A view of {kind.name} {number} cannot be recorded: no row has that number.")
    # Seconds wrap after 2106; a clock before 1970 must not stop the counting either.
    return _sealed(_LAYOUT.pack(kind, _VERSION, device, seconds & 0xFFFFFFFF, number, visitor))


def pack_name(name: str) -> bytes:
    """The records that ride before the one that the name belongs to; none for no name."""
    data = name.encode("utf-8", "replace")[:LONGEST_NAME_BYTES]
    parts = [data[start : start + NAME_BYTES] for start in range(0, len(data), NAME_BYTES)]
    return b"".join(_sealed(_RIDER.pack(Kind.NAME, _VERSION, len(part), part)) for part in parts)


def _sealed(checked: bytes) -> bytes:
    return checked + _CRC.pack(zlib.crc32(checked))


def is_whole(record: bytes) -> bool:
    return len(record) == RECORD_BYTES and next(_valid(record), None) is not None


def is_rider(record: bytes) -> bool:
    return is_whole(record) and record[0] in RIDERS


def read(data: bytes, *, offset: int) -> Stretch:
    """The whole records of ``data``, which begins at ``offset`` of its journal. What is not a record is skipped."""
    found = Stretch()
    readings, former, name = found.readings, b"", b""
    expected = 0
    for start, kind, detail, seconds, number, visitor in _valid(data):
        if start != expected:
            found.damaged += range(offset + expected, offset + start, RECORD_BYTES)
            former = name = b""  # What rode may have been another's.
        expected = start + RECORD_BYTES
        if kind == Kind.NAME:
            name += data[start + 4 : start + 4 + min(detail, NAME_BYTES)]
        elif kind == Kind.FORMER:
            former = visitor
        else:
            text = name.decode("utf-8", "ignore") if name else ""
            readings.append(Reading(seconds, kind, number, visitor, detail, former, text))
            former = name = b""
    whole = len(data) // RECORD_BYTES * RECORD_BYTES
    found.damaged += range(offset + expected, offset + whole, RECORD_BYTES)
    return found


def _valid(data: bytes) -> Iterator[tuple[int, int, int, int, int, bytes]]:
    """Offset and fields of each record that is one."""
    view = memoryview(data)[: len(data) // RECORD_BYTES * RECORD_BYTES]
    crc32 = zlib.crc32
    start = 0
    for kind, version, detail, seconds, number, visitor, crc in _WHOLE.iter_unpack(view):
        if crc == crc32(view[start : start + _CHECKED_BYTES]) and version == _VERSION and _is_known(kind, number):
            yield start, kind, detail, seconds, number, visitor
        start += RECORD_BYTES


def _is_known(kind: int, number: int) -> bool:
    if kind in _ZERO:
        return number == 0
    return kind == Kind.NAME or (kind in _NUMBERED and 0 < number <= LARGEST_NUMBER)


_NUMBERED = frozenset(Kind) - _ZERO - {Kind.NAME}
