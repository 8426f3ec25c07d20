"""In: a call about to be let in; out: whether it will surely return at once, so that its end can be waited for without looking.

A wrong guess costs time, never truth: who waits looks now and then whether the task sleeps after all.
"""

from __future__ import annotations

from grader.kernel import State, may_block
from grader.trace.context import Context
from grader.trace.streams import Streams

_ROOM = 32_768  # half of what a pipe holds: room for sure unless its pages are nearly empty
_READS = frozenset({"read", "readv"})
_WRITES = frozenset({"write", "writev"})
_OPENS = frozenset({"open", "openat", "openat2", "creat"})
_OUTPUTS = ("stdout", "stderr")


def returns(state: State, streams: Streams, task: str, context: Context) -> bool:
    """Whether this call of this task is expected not to sleep."""
    call, args = context.name, context.args
    if call in _READS or call in _WRITES:
        target = args.get("object")
        pipe = state.pipes.get(target) if isinstance(target, str) else None
        if pipe is None:
            return not may_block(state, task, call, args)
        if call in _READS:
            if target == "stdin":
                return not streams.stdin_open or streams.written > pipe.read
            return pipe.written > pipe.read
        count = args.get("count")
        fill = 0 if target in _OUTPUTS else pipe.written - pipe.read
        return isinstance(count, int) and fill + count <= min(_ROOM, pipe.capacity // 2)
    if call in _OPENS:
        return not any(named.type == "fifo" for named in state.names.values())
    return not may_block(state, task, call, args)
