"""Records: every whole one is found, whatever stands around it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.counting.records import LARGEST_NUMBER, RECORD_BYTES, Kind, Reading, pack, pack_name, read

KEY = bytes(range(12))
numbers = st.integers(min_value=1, max_value=LARGEST_NUMBER)
views = st.one_of(st.tuples(st.sampled_from([Kind.ARTICLE, Kind.ATTACHMENT]), numbers), st.just((Kind.PAGE, 0)))
# Pieces of a journal: a view, or 32 bytes of anything.
pieces = st.lists(st.one_of(views, st.binary(min_size=RECORD_BYTES, max_size=RECORD_BYTES)))


def record(kind: Kind = Kind.ARTICLE, number: int = 7) -> bytes:
    return pack(kind, number, seconds=1_793_000_000, visitor=KEY)


def seen(readings: Sequence[Reading]) -> list[tuple[int, int]]:
    return [(reading.kind, reading.number) for reading in readings]


def test_a_record_has_32_bytes() -> None:
    assert len(record()) == RECORD_BYTES == 32


@given(st.binary(max_size=2_000))
def test_any_bytes_can_be_read(data: bytes) -> None:
    found = read(data, offset=0)
    assert len(found.readings) + len(found.damaged) <= len(data) // RECORD_BYTES


@given(pieces, st.binary(max_size=RECORD_BYTES - 1))
def test_every_whole_record_is_taken_once_and_nothing_else(parts: list[object], rest: bytes) -> None:
    data = b"".join(part if isinstance(part, bytes) else record(*part) for part in parts) + rest  # type: ignore[misc]
    found = read(data, offset=64)
    assert seen(found.readings) == [part for part in parts if not isinstance(part, bytes)]
    assert found.damaged == [64 + 32 * n for n, part in enumerate(parts) if isinstance(part, bytes)]


@given(st.integers(0, RECORD_BYTES * 8 - 1))
def test_one_bit_changed_is_noticed(bit: int) -> None:
    changed = bytearray(record())
    changed[bit // 8] ^= 1 << bit % 8
    found = read(record() + bytes(changed) + record(), offset=0)
    assert (seen(found.readings), found.damaged) == ([(Kind.ARTICLE, 7)] * 2, [RECORD_BYTES])


def test_zeros_are_no_records() -> None:
    assert read(bytes(RECORD_BYTES * 3), offset=0).damaged == [0, 32, 64]


@pytest.mark.parametrize(
    ("kind", "number"),
    [(Kind.ARTICLE, 0), (Kind.ARTICLE, -1), (Kind.ATTACHMENT, LARGEST_NUMBER + 1), (Kind.PAGE, 1), (Kind.SEARCH, 1)],
)
def test_a_number_that_no_row_has_is_refused(kind: Kind, number: int) -> None:
    with pytest.raises(ValueError, match="no row has that number"):
        record(kind, number)


@pytest.mark.parametrize("seconds", [0, -1, 2**31, 2**32, 2**40])
def test_a_clock_far_off_does_not_stop_the_counting(seconds: int) -> None:
    assert read(pack(Kind.ARTICLE, 7, seconds=seconds, visitor=KEY), offset=0).taken == 1


@given(st.text(max_size=300))
def test_a_name_rides_before_its_record_and_no_other(name: str) -> None:
    data = record() + pack_name(name) + record(number=8) + record(number=9)
    found = read(data, offset=0)
    expected = name.encode("utf-8", "replace")[:192].decode("utf-8", "ignore")
    assert [(reading.number, reading.name) for reading in found.readings] == [(7, ""), (8, expected), (9, "")]
    assert (found.taken, found.damaged) == (3, [])


def test_the_key_of_yesterday_rides_too() -> None:
    former = bytes(range(20, 32))
    rider = pack(Kind.FORMER, 0, seconds=1, visitor=former)
    [reading] = read(pack_name("图书馆.example") + rider + record(), offset=0).readings
    assert reading == Reading(1_793_000_000, Kind.ARTICLE, 7, KEY, 0, former, "图书馆.example")


def test_damage_between_a_name_and_its_record_leaves_the_record_without_it() -> None:
    found = read(pack_name("example.org") + b"?" * 32 + record(), offset=0)
    assert ([(reading.number, reading.name) for reading in found.readings], found.damaged) == ([(7, "")], [32])
