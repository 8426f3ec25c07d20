"""In: jobs; out: a `Future` of `Graded` for each: one worker process a processor, each with a laboratory that stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from grader.batch.job import Graded, Job
from grader.evidence.codec import from_json, to_json

__all__ = ["Crew"]

PATIENCE = 10.0
"""Seconds for a worker to clean up after itself, many times what that takes."""


class Crew:
    """Workers that grade side by side. Use it as a context manager; jobs begin in the order in which they are given."""

    def __init__(self, workers: list[subprocess.Popen[str]]) -> None:
        """Take over started workers; use `Crew.open`."""
        self._workers = workers
        self._idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for worker in workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(len(workers))

    @classmethod
    def open(cls, size: int = 0) -> Crew:
        """Start `size` workers, or one for each processor that this process may use.

        They end with the thread that calls this (prctl(2), PR_SET_PDEATHSIG), so it must outlive the crew.
        """
        processors = sorted(os.sched_getaffinity(0))
        places = [processors[number % len(processors)] for number in range(size or len(processors))]
        return cls([_start(place) for place in places])

    def submit(self, job: Job) -> Future[Graded]:
        """Have a program graded as soon as a worker is free."""
        return self._threads.submit(self._grade, job)

    def _grade(self, job: Job) -> Graded:
        worker = self._idle.get()
        try:
            return _ask(worker, job)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all workers at once, and drop what they have not done. Doing it twice does no harm."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            _await(worker)
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()


def _start(processor: int) -> subprocess.Popen[str]:
    """A worker of its own session: a Ctrl-C on the terminal is for us, and we tell it."""
    command = [sys.executable, "-P", "-m", "grader.batch.worker", str(os.getpid()), str(processor)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii", start_new_session=True
    )


def _ask(worker: subprocess.Popen[str], job: Job) -> Graded:
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write(json.dumps(to_json(job)) + "\n")
        worker.stdin.flush()
        answer = worker.stdout.readline()
    except BrokenPipeError:
        answer = ""
    if not answer:
        return Graded(job, None, fault=f"the worker that graded it ended unexpectedly (status {worker.wait()})")
    return from_json(Graded, json.loads(answer))


def _await(worker: subprocess.Popen[str]) -> None:
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()
