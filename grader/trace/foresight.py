"""In: a call about to be let in; out: whether it is expected to return at once, so that its end is waited for, not watched.

A wrong guess costs time, never truth: who waits looks now and then whether the task sleeps after all.
"""

from __future__ import annotations

from grader.kernel import State, looks_prompt
from grader.trace.context import Context
from grader.trace.streams import Streams

_READS = frozenset({"read", "readv"})


def returns(state: State, streams: Streams, task: str, context: Context) -> bool:
    """Whether this call of this task is expected not to sleep. The model does not count what the plan put into stdin."""
    if context.args.get("object") == "stdin" and context.name in _READS:
        pipe = state.pipes.get("stdin")
        if pipe is not None and streams.written > pipe.read:
            return True
    return looks_prompt(state, task, context.name, context.args)
