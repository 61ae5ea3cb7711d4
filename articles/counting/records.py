"""One view as 32 bytes, and the sum of many.

A record never crosses a page of memory (4,096 is a multiple of 32), so that the death of the writer leaves it whole or
absent. The check sum tells a record from whatever else a disk may give back.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

# kind, layout version, spare, Unix seconds, number, visitor; then the CRC of these 28 bytes
_LAYOUT = struct.Struct("<BBHIQ12s")
_WHOLE = struct.Struct("<BBHIQ12sI")
_CRC = struct.Struct("<I")
_VERSION = 1
RECORD_BYTES = _WHOLE.size
_CHECKED_BYTES = _LAYOUT.size
VISITOR_BYTES = 12
LARGEST_NUMBER = 2**63 - 1  # what a key in the database can be


class Kind(IntEnum):
    """What was read."""

    ARTICLE = 1
    ATTACHMENT = 2
    PAGE = 3  # a list page, counted for the site; its number is 0


_NUMBERED = frozenset({Kind.ARTICLE, Kind.ATTACHMENT})


@dataclass
class Tally:
    """What a stretch of a journal holds."""

    views: Counter[tuple[int, int]] = field(default_factory=Counter)  # (kind, number) -> views
    taken: int = 0
    damaged: list[int] = field(default_factory=list)  # offsets


def pack(kind: Kind, number: int, *, seconds: int, visitor: bytes) -> bytes:
    """The record's bytes. Raises ValueError for a number that no row can have."""
    if not 0 <= number <= LARGEST_NUMBER or (kind is Kind.PAGE) is not (number == 0):
        raise ValueError(f"A view of {kind.name} {number} cannot be recorded: no row has that number.")
    # Seconds wrap after 2106; a clock before 1970 must not stop the counting either.
    checked = _LAYOUT.pack(kind, _VERSION, 0, seconds & 0xFFFFFFFF, number, visitor)
    return checked + _CRC.pack(zlib.crc32(checked))


def is_whole(record: bytes) -> bool:
    return len(record) == RECORD_BYTES and next(_valid(record), None) is not None


def tally(data: bytes, *, offset: int) -> Tally:
    """Sum the whole records of ``data``, which begins at ``offset`` of its journal. What is not a record is skipped."""
    found = Tally(Counter((kind, number) for _start, kind, number in _valid(data)))
    found.taken = found.views.total()
    whole = len(data) // RECORD_BYTES
    if found.taken != whole:
        valid = {start for start, _kind, _number in _valid(data)}
        everywhere = range(0, whole * RECORD_BYTES, RECORD_BYTES)
        found.damaged = [offset + start for start in everywhere if start not in valid]
    return found


def _valid(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Offset, kind and number of each record that is one."""
    view = memoryview(data)[: len(data) // RECORD_BYTES * RECORD_BYTES]
    crc32 = zlib.crc32
    start = 0
    for kind, version, _spare, _seconds, number, _visitor, crc in _WHOLE.iter_unpack(view):
        if crc == crc32(view[start : start + _CHECKED_BYTES]) and version == _VERSION and _is_known(kind, number):
            yield start, kind, number
        start += RECORD_BYTES


def _is_known(kind: int, number: int) -> bool:
    if kind == Kind.PAGE:
        return number == 0
    return kind in _NUMBERED and 0 < number <= LARGEST_NUMBER
