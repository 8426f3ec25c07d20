"""In: nothing; out: the seccomp filter that stops a program at the calls which matter, and only there."""

from __future__ import annotations

from grader.box.filters import ALWAYS, BLINDING, Condition, among, any_bit, given, tracing
from grader.trace.calls import SPECS
from grader.trace.calls_tasks import PR_SET_CHILD_SUBREAPER
from grader.trace.socket_limits import OPTIONS

_MAP_SHARED = 1
# Most uses of these calls tell nothing: a handler that is only asked for, private memory, an option of no interest.
CONDITIONS: dict[str, Condition] = {
    "rt_sigaction": given(1),
    "rt_sigprocmask": given(1),
    "mmap": any_bit(3, _MAP_SHARED),
    "setsockopt": among(2, *OPTIONS),
    "getsockopt": among(2, *OPTIONS),
    "prctl": among(0, *BLINDING["prctl"].values, PR_SET_CHILD_SUBREAPER),
}


def traced_calls() -> bytes:
    """The filter as BPF bytes: every decoded call, and every call that would blind the tracer (it is refused)."""
    calls = dict.fromkeys(SPECS, ALWAYS) | {name: BLINDING[name] for name in BLINDING if name not in SPECS}
    return tracing(calls | CONDITIONS)
