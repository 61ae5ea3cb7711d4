"""Several processes that do one kind of work, and one that takes the results in order.

``Crew(work, processes=n).results(jobs)`` gives each job with its result, or with the ``Failure`` that it met: a job
that takes too long or ends its process costs itself, and no other. With one process the work is done here.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext
from typing import Generic, TypeVar

import django

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 4  # jobs under way for each process: enough to keep it busy, few enough to bound the memory
LONGEST_JOB = 180.0  # seconds; the largest picture folder of a real article takes a third of it
LARGEST_PROCESS = 4 * 1024**3  # bytes of address space; a document that needs more is refused


@dataclass(frozen=True, slots=True)
class Failure:
    """The job did not come to an end: it took too long, or its process died."""

    too_long: bool


class Crew(Generic[Job, Result]):
    """Does ``work`` with many jobs. ``work`` and ``begin`` are module-level functions, since processes import them."""

    def __init__(
        self,
        work: Callable[[Job], Result],
        *,
        processes: int,
        seconds: float = LONGEST_JOB,
    ) -> None:
        self._work = work
        self._processes = processes
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None

    def results(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Each job with what came of it, in the order of the jobs; they are asked for as they are needed."""
        if self._processes < 2:
            for job in jobs:
                yield job, self._work(job)
            return
        waiting: deque[tuple[Job, Future[Result]]] = deque()
        try:
            for job in jobs:
                waiting.append((job, self._submit(job)))
                if len(waiting) >= AHEAD * self._processes:
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            self._stop()

    def _next(self, waiting: deque[tuple[Job, Future[Result]]]) -> tuple[Job, Result | Failure]:
        job, future = waiting.popleft()
        try:
            return job, future.result(self._seconds)
        except BrokenProcessPool:
            pass
        except TimeoutError:
            self._restart(waiting)
            return job, Failure(too_long=True)
        # Some job ended its process, and all that waited went with it: this one is tried alone.
        self._stop()
        try:
            result: Result | Failure = self._submit(job).result(self._seconds)
        except (BrokenProcessPool, TimeoutError) as error:
            result = Failure(too_long=isinstance(error, TimeoutError))
        self._restart(waiting, always=isinstance(result, Failure))
        return job, result

    def _restart(self, waiting: deque[tuple[Job, Future[Result]]], *, always: bool = True) -> None:
        """Give the waiting jobs to processes that live."""
        if always:
            self._stop()
        for place, (job, future) in enumerate(waiting):
            if not future.done() or future.cancelled() or future.exception() is not None:
                waiting[place] = (job, self._submit(job))

    def _submit(self, job: Job) -> "Future[Result]":
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, mp_context=make_ready(), initializer=_begin)
        try:
            return self._pool.submit(self._work, job)
        except BrokenProcessPool as error:  # it is tried again when its turn comes
            broken: Future[Result] = Future()
            broken.set_exception(error)
            return broken

    def _stop(self) -> None:
        """End the processes at once; what they were doing is done again or was given up."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()


def make_ready() -> ForkServerContext:
    """Begin the process from which the others are made; it loads the program once for all of them, meanwhile."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["articles.documents.loaded"])
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C would end it while it loads
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _begin() -> None:
    """In a new process: it ends with the one that wants its results, and never takes all memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that waits for the results
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not there on every system

        resource.setrlimit(resource.RLIMIT_AS, (LARGEST_PROCESS, LARGEST_PROCESS))
    django.setup()  # before the work is imported


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
