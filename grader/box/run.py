"""In: a launched child and the pipe it prints to; out: `Completed`, with the output capped and everything ended."""

from __future__ import annotations

import os
import resource
import select
import time
from collections.abc import Callable, Iterator

from grader.box.command import Completed
from grader.model import Limits

KEPT = 256 << 10
_ADDRESS_SPACE = 2 << 30


def run_bounds(limits: Limits) -> list[tuple[int, int]]:
    """What an untraced command is limited by, beside the limits of every program: processor seconds and memory."""
    return [(resource.RLIMIT_CPU, max(1, round(limits.cpu))), (resource.RLIMIT_AS, _ADDRESS_SPACE)]


def nothing() -> None:
    """What is done meanwhile if there is nothing to do."""


def finished(
    child: int, output: int, limits: Limits, end: Callable[[], None], meanwhile: Callable[[], None] = nothing
) -> Completed:
    """Read until the child has ended or `limits.wall` is over; `end` then kills what is left of the command.

    `meanwhile` is done first, a short work for which nobody need wait later.
    Keeps the first 256 KiB of output. Closes `output`, reaps the child.
    """
    kept = bytearray()
    total = 0
    with os.fdopen(output, "rb", buffering=0) as stream:
        try:
            meanwhile()
            for piece in _until_ended(child, output, limits.wall):
                total += len(piece)
                kept += piece[: KEPT - len(kept)]
        finally:
            end()
            status = os.waitpid(child, 0)[1]
        while piece := stream.read(65536):
            total += len(piece)
            kept += piece[: KEPT - len(kept)]
    code = os.waitstatus_to_exitcode(status)
    return Completed(code if code >= 0 else 128 - code, bytes(kept), total > KEPT)


def _until_ended(child: int, output: int, wall: float) -> Iterator[bytes]:
    """What is printed while the child lives and the wall limit, the last resort, is not reached."""
    deadline = time.monotonic() + wall
    watched = os.pidfd_open(child)
    poll = select.poll()
    poll.register(output, select.POLLIN)
    poll.register(watched, select.POLLIN)
    try:
        while True:
            ready = [fd for fd, _ in poll.poll(max(0.0, deadline - time.monotonic()) * 1000)]
            if watched in ready or not ready:
                return
            piece = os.read(output, 65536)
            if not piece:
                poll.unregister(output)
            yield piece
    finally:
        os.close(watched)
