"""In: the outside ends of a run's three pipes; out: stdin fed, stdout and stderr emptied at fixed points of the run.

Nothing here waits. The tracer calls `feed` after each read of stdin and `drain` after each write, so that the amounts in the
pipes depend on the events alone and never on time.
"""

from __future__ import annotations

import contextlib
import os

from grader.box import Tree
from grader.model import Plan

_CHUNK = 1 << 16


def keeps_open(plan: Plan) -> bool:
    """Whether the outside keeps stdin's end when all of the plan's input is written: more may come."""
    return plan.stdin_open or any(stimulus.action in ("write", "close") for stimulus in plan.stimuli)


class Streams:
    """The outside world of one run."""

    def __init__(self, tree: Tree, data: bytes, *, keep_open: bool, limit: int) -> None:
        """Use the tree's three non-blocking descriptors; `data` waits for room in stdin; `limit` bytes of output are kept."""
        self._tree = tree
        self._waiting = bytearray(data)
        self._keep_open = keep_open
        self._outputs = {"stdout": (tree.stdout, bytearray()), "stderr": (tree.stderr, bytearray())}
        self._left = limit
        self.overflow = False
        self.written = 0

    @property
    def stdin_open(self) -> bool:
        """Whether the outside still holds the write end of stdin."""
        return self._tree.stdin >= 0

    def feed(self) -> bool:
        """Write what fits; close the end when all is written and nothing more will come. True: it was closed now."""
        if not self.stdin_open:
            return False
        while self._waiting:
            try:
                size = os.write(self._tree.stdin, self._waiting[:_CHUNK])
                self.written += size
                del self._waiting[:size]
            except BlockingIOError:
                return False
            except BrokenPipeError:
                self._waiting.clear()
        return not self._keep_open and self.close_stdin()

    def write(self, data: bytes) -> None:
        """Add bytes for stdin (a stimulus)."""
        self._waiting += data

    def finish(self) -> None:
        """Nothing more will come: stdin closes when the program has taken all."""
        self._keep_open = False

    def close_stdin(self) -> bool:
        """Close the outside's write end; True if it was open."""
        was_open = self.stdin_open
        self._tree.close_stdin()
        return was_open

    def drain(self, *names: str) -> bool:
        """Empty stdout and stderr, or only those named; True if anything came."""
        came = False
        for name in names or self._outputs:
            fd, kept = self._outputs[name]
            with contextlib.suppress(BlockingIOError):
                while data := os.read(fd, _CHUNK):
                    came = True
                    kept.extend(data[: self._left])
                    self.overflow |= len(data) > self._left
                    self._left = max(0, self._left - len(data))
                    if len(data) < _CHUNK:
                        break  # nobody writes meanwhile: the pipe is empty
        return came

    def output(self, name: str) -> bytes:
        """What came out of `stdout` or `stderr` so far."""
        return bytes(self._outputs[name][1])
