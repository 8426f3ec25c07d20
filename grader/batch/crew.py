"""In: jobs; out: a `Future` of `Graded` for each: one worker process a processor, each with a laboratory that stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from grader.batch.job import Graded, Job
from grader.evidence.codec import from_json, to_json
from grader.frozen import dataclass

__all__ = ["HELD", "Crew"]

PATIENCE = 10.0
"""Seconds for a worker to clean up after itself, many times what that takes."""

HELD = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""Signals that are held back while a worker starts; it is born with them blocked, and lets them in."""

DIED = "the process that graded it ended unexpectedly: this is a fault of grader, please report it"


@dataclass(slots=True)
class _Worker:
    """One worker process, which is replaced if it dies. `processor` is where it stays."""

    processor: int
    process: subprocess.Popen[str]

    def ask(self, job: Job) -> Graded | None:
        """What came of a job; None if the worker died of it."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(to_json(job)) + "\n")
            stdin.flush()
            answer = stdout.readline()
        except (BrokenPipeError, ValueError):  # ValueError: the crew was closed meanwhile
            answer = ""
        return from_json(Graded, json.loads(answer)) if answer else None

    def end(self) -> None:
        """Wait until it has cleaned up after itself, or kill it."""
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


class Crew:
    """Workers that grade side by side. Use it as a context manager; jobs begin in the order in which they are given."""

    def __init__(self, size: int) -> None:
        """Room for this many workers; use `Crew.open`."""
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size)
        self._closing = False

    @classmethod
    def open(cls, size: int = 0) -> Crew:
        """Start `size` workers, or one for each processor that this process may use.

        They end with the thread that calls this (prctl(2), PR_SET_PDEATHSIG), so it must outlive the crew.
        """
        processors = sorted(os.sched_getaffinity(0))
        crew = cls(size or len(processors))
        try:
            with _held():
                for number in range(size or len(processors)):
                    crew._join(processors[number % len(processors)])
        except BaseException:
            crew.close()
            raise
        return crew

    def _join(self, processor: int) -> None:
        worker = _Worker(processor, _start(processor))
        self._workers.append(worker)
        self._idle.put(worker)

    def submit(self, job: Job) -> Future[Graded]:
        """Have a program graded as soon as a worker is free."""
        return self._threads.submit(self._grade, job)

    def _grade(self, job: Job) -> Graded:
        worker = self._idle.get()
        try:
            graded = worker.ask(job)
            if graded is None and not self._closing:  # no reason not to go on with the next
                worker.end()
                worker.process = _start(worker.processor)
        finally:
            self._idle.put(worker)
        return graded or Graded(job, None, fault=DIED)

    def close(self) -> None:
        """End all workers at once, and drop what they have not done. Doing it twice does no harm."""
        self._closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.process.terminate()
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _held() -> Iterator[None]:
    """Hold back what would interrupt us between the start of a worker and our knowing it. Workers let it in again."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(processor: int) -> subprocess.Popen[str]:
    """A worker of its own session: a Ctrl-C on the terminal is for us, and we tell it."""
    command = [sys.executable, "-P", "-m", "grader.batch.worker", str(os.getpid()), str(processor)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii", start_new_session=True
    )
