"""In: a write to a pipe at its end; out: whether it had to sleep, and so cannot have ended before a read that is not on record yet.

A writer fills the pipe and sleeps, the reader that slept in its read takes all and wakes it, and it writes the rest: all that
goes by itself between two looks of the tracer. Whether the writer is seen asleep in between is chance. That it slept is not: when
it ends, what was written and not read fits into the pipe (pipe(7)). Else its sleep is not on record, and the reader goes first.
"""

from __future__ import annotations

from grader.box import ptrace
from grader.kernel import held_outside
from grader.trace.run import Run
from grader.trace.task import Tracee

_WRITES = frozenset({"write", "writev"})


def waits_for_a_read(run: Run, tracee: Tracee, status: int) -> bool:
    """Whether the stop with this wait status is the end of such a write."""
    context, state = tracee.context, run.recorder.state
    if context is None or context.name not in _WRITES or status >> 8 != ptrace.SYSCALL_STOP:
        return False
    pipe = state.pipes.get(str(context.args.get("object")))
    if pipe is None or held_outside(state, pipe.name, "read"):
        return False
    result = ptrace.returned(tracee.tid)
    return result > 0 and pipe.written + result - pipe.read > pipe.capacity
