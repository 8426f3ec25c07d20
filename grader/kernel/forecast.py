"""In: a state and a call about to be made; out: whether the model expects it to return at once (`looks_prompt`).

Only speed hangs on it: a tracer waits differently for a call that returns at once and for one that may sleep. Being wrong
costs a tick of its clock, never a verdict; where the model does not know, the answer is False.
"""

from __future__ import annotations

from grader.kernel.hints import may_block
from grader.kernel.objects import path_key
from grader.kernel.queries import children, held_outside, holders, object_of
from grader.kernel.state import State
from grader.kernel.waits import READS, WRITES
from grader.model import Args

_ALWAYS = frozenset({"fork", "clone", "exit", "exit_group", "unlink", "unlinkat", "close_range"})
_OPENS = frozenset({"open", "openat", "openat2", "creat"})
_PAGE = 4_096
_DRAINED = 32_768  # an empty pipe takes this much even in the least favourable pieces


def looks_prompt(state: State, task: str, call: str, args: Args) -> bool:
    """Whether this call is expected to return without sleeping, as things stand."""
    if call in _ALWAYS or not may_block(state, task, call, args):
        return True
    if call in _OPENS:
        known = state.names.get(path_key(str(args.get("path", ""))))
        return known is None or known.type != "fifo"
    if call in {"wait4", "waitid"}:
        return _child_has_ended(state, task, str(args.get("pid", "any")))
    fd = args.get("fd")
    if not isinstance(fd, int) or "to" in args:
        return False
    if call in READS:
        return _has_something(state, object_of(state, task, fd))
    return call in WRITES and _has_room(state, object_of(state, task, fd), args.get("count"))


def _child_has_ended(state: State, task: str, who: str) -> bool:
    own = children(state, task.partition(".")[0])
    return not own or any(child.exit is not None and who in {"any", child.name} for child in own)


def _has_something(state: State, name: str) -> bool:
    """Bytes wait in the pipe, or its end does: nobody can write any more."""
    pipe = state.pipes.get(name)
    if pipe is None:
        return False
    return pipe.fill > 0 or not (held_outside(state, name, "write") or holders(state, name, "write"))


def _has_room(state: State, name: str, count: object) -> bool:
    """Pieces that do not fill a page waste what is left of it (pipe(7)): at worst half of the pipe, less for small ones."""
    if not isinstance(count, int):
        return False
    if held_outside(state, name, "read"):
        return count <= _DRAINED
    pipe = state.pipes.get(name)
    if pipe is None:
        return False
    wasted = min(count, _PAGE // 2) / _PAGE
    return pipe.fill + count <= pipe.capacity * (1 - wasted)
