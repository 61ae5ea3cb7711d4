"""Records: every whole one is found, whatever stands around it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.counting.records import LARGEST_NUMBER, RECORD_BYTES, Kind, pack, tally

KEY = bytes(range(12))
numbers = st.integers(min_value=1, max_value=LARGEST_NUMBER)
views = st.one_of(st.tuples(st.sampled_from([Kind.ARTICLE, Kind.ATTACHMENT]), numbers), st.just((Kind.PAGE, 0)))
# Pieces of a journal: a view, or 32 bytes of anything.
pieces = st.lists(st.one_of(views, st.binary(min_size=RECORD_BYTES, max_size=RECORD_BYTES)))


def record(kind: Kind = Kind.ARTICLE, number: int = 7) -> bytes:
    return pack(kind, number, seconds=1_793_000_000, visitor=KEY)


def test_a_record_has_32_bytes() -> None:
    assert len(record()) == RECORD_BYTES == 32


@given(st.binary(max_size=2_000))
def test_any_bytes_can_be_read(data: bytes) -> None:
    found = tally(data, offset=0)
    assert found.taken + len(found.damaged) == len(data) // RECORD_BYTES
    assert found.views.total() == found.taken


@given(pieces, st.binary(max_size=RECORD_BYTES - 1))
def test_every_whole_record_is_taken_once_and_nothing_else(parts: list[object], rest: bytes) -> None:
    data = b"".join(part if isinstance(part, bytes) else record(*part) for part in parts) + rest  # type: ignore[misc]
    found = tally(data, offset=64)
    assert found.views == Counter(part for part in parts if not isinstance(part, bytes))
    assert found.damaged == [64 + 32 * n for n, part in enumerate(parts) if isinstance(part, bytes)]


@given(st.integers(0, RECORD_BYTES * 8 - 1))
def test_one_bit_changed_is_noticed(bit: int) -> None:
    changed = bytearray(record())
    changed[bit // 8] ^= 1 << bit % 8
    found = tally(record() + bytes(changed) + record(), offset=0)
    assert (found.views, found.damaged) == (Counter({(Kind.ARTICLE, 7): 2}), [RECORD_BYTES])


def test_zeros_are_no_records() -> None:
    assert tally(bytes(RECORD_BYTES * 3), offset=0).damaged == [0, 32, 64]


@pytest.mark.parametrize(
    ("kind", "number"),
    [(Kind.ARTICLE, 0), (Kind.ARTICLE, -1), (Kind.ATTACHMENT, LARGEST_NUMBER + 1), (Kind.PAGE, 1)],
)
def test_a_number_that_no_row_has_is_refused(kind: Kind, number: int) -> None:
    with pytest.raises(ValueError, match="no row has that number"):
        record(kind, number)


@pytest.mark.parametrize("seconds", [0, -1, 2**31, 2**32, 2**40])
def test_a_clock_far_off_does_not_stop_the_counting(seconds: int) -> None:
    assert tally(pack(Kind.ARTICLE, 7, seconds=seconds, visitor=KEY), offset=0).taken == 1
