"""In: a call at its exit stop; out: what the program is to see of it, its event, and what the outside does after it."""

from __future__ import annotations

import errno

from grader.box import ptrace
from grader.trace import faults, limits, lives, socket_limits, timers
from grader.trace.calls import NAMELESS, RESULTLESS, SPECS, WAITS
from grader.trace.clock import ANSWERED
from grader.trace.context import Context
from grader.trace.names import errno_name
from grader.trace.reach import resize
from grader.trace.run import Run
from grader.trace.task import Tracee

_PIPES = frozenset({"pipe", "pipe2"})
_OPENS = frozenset({"open", "openat", "openat2"})


def outcome(run: Run, tracee: Tracee, context: Context) -> int:
    """The call's result as the program will see it, unless a signal restarts it; −4095…−1 is −errno."""
    result = ptrace.returned(tracee.tid)
    if context.args.get("refused"):
        ptrace.answer(tracee.tid, -errno.EPERM)
        return -errno.EPERM
    if context.denied:
        ptrace.answer(tracee.tid, -context.denied)
        return -context.denied
    if context.cut:
        faults.leave(context)
    if tracee.deadline is not None:
        return limits.leave(run.clock, tracee, context, result)
    seen = result
    if context.name == "setsockopt":
        socket_limits.leave(context)
    elif context.name in timers.CALLS:
        seen = run.timers.exit(context, result)
    elif context.name in ANSWERED and result >= 0:
        seen = run.clock.answer(context, run.recorder.idle)
    elif result == limits.RESTART_BY_FUNCTION:
        # The kernel would go on in a call of another name; restarted as it is, it stays what the program wrote.
        seen = limits.RESTART_UNLESS_HANDLED
    if seen != result:
        ptrace.answer(tracee.tid, seen)
    return seen


def record(run: Run, tracee: Tracee, context: Context, result: int) -> None:
    """Record the call, and let the outside do its part."""
    hidden = context.name in RESULTLESS
    if run.faults is not None:
        run.faults.ended(tracee, context, result)
    error = errno_name(-result) if -4096 < result < 0 and not hidden else ""
    spec = SPECS.get(context.name)
    if spec is not None and spec.complete is not None and (spec.always or not error):
        spec.complete(context, result)
    if run.plan.pipe_capacity and context.name in _PIPES and not error:
        context.args["capacity"] = _resize(run, tracee, context)
    shown = None if error or hidden or context.name in NAMELESS else result
    if shown is not None and context.name in WAITS:
        # Not the process id, which differs between machines: which child it was stands in the args.
        shown = 1 if context.args.get("child") else 0
    run.recorder.emit(tracee.name, "call", context.name, context.args, result=shown, error=error, data=context.data)
    if context.name in timers.CALLS and not error:
        run.timers.made(context)
    _outside(run, tracee, context, error)


def _resize(run: Run, tracee: Tracee, context: Context) -> int:
    """Give the new pipe the size that the plan asks for; returns the size it has."""
    leader = run.leader(tracee.process) or tracee
    return resize(leader.tid, int(str(context.args["write"])), run.plan.pipe_capacity)


def _outside(run: Run, tracee: Tracee, context: Context, error: str) -> None:
    """What the world does after this call: refill stdin, empty stdout, notice that the program's own code begins."""
    target = context.args.get("object")
    if target == "stdin" and not error and run.streams.feed():
        run.recorder.emit("outside", "stimulus", args={"action": "close", "object": "stdin"})
    elif "to_object" in context.args:
        run.streams.drain()
        run.check_output()
    elif target in ("stdout", "stderr"):
        run.streams.drain(target)
        run.check_output()
    elif context.name in _OPENS and not error:
        lives.opened(run, tracee, str(context.args.get("path")))
    elif context.name == "rt_sigaction":
        lives.handled(run, tracee, str(context.args.get("signal")))
    elif context.args.get("signal") == "SIGKILL":
        lives.sweep_killed(run, tracee)
