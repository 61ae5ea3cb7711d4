"""Several processes work, and one takes the results in order; a bad job costs itself and no other."""

import os
import signal
import time
from pathlib import Path

import pytest

from articles.documents.crew import Crew, Failure


def double(number: int) -> int:
    return 2 * number


def die_at_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def sleep_at_seven(number: int) -> int:
    if number == 7:
        time.sleep(60)
    return 2 * number


def fill_memory_at_seven(number: int) -> int:
    if number == 7:
        return len(bytearray(64 * 1024**3))
    return 2 * number


def say_who(_number: int) -> int:
    return os.getpid()


def test_one_process_works_here() -> None:
    crew: Crew[int, int] = Crew(say_who, processes=1)
    assert [result for _job, result in crew.results(range(2))] == [os.getpid()] * 2


@pytest.mark.processes
def test_results_come_in_the_order_of_the_jobs() -> None:
    crew: Crew[int, int] = Crew(double, processes=2)
    assert list(crew.results(range(40))) == [(number, 2 * number) for number in range(40)]


@pytest.mark.processes
def test_a_job_that_ends_its_process_costs_itself_only() -> None:
    crew: Crew[int, int] = Crew(die_at_seven, processes=2)
    expected = [(number, Failure(too_long=False) if number == 7 else 2 * number) for number in range(20)]
    assert list(crew.results(range(20))) == expected


@pytest.mark.processes
def test_a_job_without_end_is_given_up() -> None:
    crew: Crew[int, int] = Crew(sleep_at_seven, processes=2, seconds=15.0)
    expected = [(number, Failure(too_long=True) if number == 7 else 2 * number) for number in range(20)]
    assert list(crew.results(range(20))) == expected


@pytest.mark.processes
def test_a_job_that_wants_all_memory_does_not_get_it() -> None:
    crew: Crew[int, int] = Crew(fill_memory_at_seven, processes=2)
    results = crew.results(range(20))
    assert [next(results) for _number in range(7)] == [(number, 2 * number) for number in range(7)]
    with pytest.raises(MemoryError):
        next(results)


@pytest.mark.processes
def test_no_process_outlives_the_one_that_wants_its_results(tmp_path: Path) -> None:
    crew: Crew[int, int] = Crew(say_who, processes=2)
    results = crew.results(range(100))
    worker = next(results)[1]
    assert isinstance(worker, int)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
