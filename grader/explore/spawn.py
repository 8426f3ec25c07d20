"""In: the rung to force; out: a supervisor's process, started ahead of everything that is slow to import.

A supervisor needs a third of a second until it answers. Whoever knows early that one will be asked for calls `warm`
first, and `cool` at last. Where there is a second processor, it has forked a second one for it, which takes requests of its own.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import IO

from grader.frozen import dataclass

__all__ = ["Started", "cool", "start", "warm"]

PATIENCE = 5_000
"""Milliseconds for a supervisor to clean up after itself, many times what that takes."""


@dataclass(frozen=True, slots=True)
class Started:
    """A supervisor; `beside` are the streams to and from the second one, which ends with it."""

    process: subprocess.Popen[str]
    beside: tuple[IO[str], IO[str]] | None

    def end(self) -> None:
        """It was not asked for anything: it ends the one beside it too, if it has come so far."""
        self.process.terminate()
        self.gone()
        for pipe in (self.process.stdin, self.process.stdout, *(self.beside or ())):
            if pipe is not None:
                pipe.close()

    def gone(self) -> None:
        """Wait until it has ended; one that cannot is killed, and all with it."""
        ended = select.poll()
        handle = os.pidfd_open(self.process.pid)
        ended.register(handle, select.POLLIN)
        if not ended.poll(PATIENCE):
            self.process.kill()
        os.close(handle)
        self.process.wait()


_waiting: dict[str, Started] = {}


def start(force_rung: str) -> Started:
    """The supervisor that was started ahead for this rung, or a new one; it is the caller's to end."""
    return _waiting.pop(force_rung, None) or _new(force_rung)


def warm(force_rung: str) -> None:
    """Start a supervisor ahead."""
    if force_rung not in _waiting:
        _waiting[force_rung] = _new(force_rung)


def cool() -> None:
    """End what nobody has asked for."""
    while _waiting:
        _waiting.popitem()[1].end()


def _new(force_rung: str) -> Started:
    if len(os.sched_getaffinity(0)) < 2:
        return Started(_process(force_rung), None)
    asked, asks = os.pipe()
    heard, answers = os.pipe()
    try:
        process = _process(force_rung, asked, answers)
    finally:
        os.close(asked)
        os.close(answers)
    return Started(process, (os.fdopen(asks, "w", encoding="ascii"), os.fdopen(heard, encoding="ascii")))


def _process(force_rung: str, *beside: int) -> subprocess.Popen[str]:
    # -P: never import from the current folder, where a student's json.py may lie.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.explore.worker", force_rung, *map(str, beside)], pass_fds=beside,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii", start_new_session=True,
    )  # fmt: skip
