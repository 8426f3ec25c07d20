"""In: a tracee that may move; out: the same tracee one scheduling point further, its calls recorded as events.

Scheduling points are the entry and the exit of a traced call, the delivery of a signal, the birth of a task. Only one task moves
at a time, so events are totally ordered and their order is the order in which the kernel acted.
"""

from __future__ import annotations

import os

from grader.box import ptrace
from grader.box.numbers import NAMES
from grader.kernel import may_block
from grader.trace import lives
from grader.trace.blinding import refuses
from grader.trace.calls import EXECS, EXITS, FORKS, SLEEPS, SPECS, WAITS
from grader.trace.clock import ANSWERED
from grader.trace.context import Context
from grader.trace.names import STOP_SIGNALS, errno_name, signal_name
from grader.trace.recorder import LimitReached
from grader.trace.run import Run
from grader.trace.task import Mode, Tracee

PATIENCE = 20_000_000  # nanoseconds of processor time in its own code before others have a turn
_BIRTHS = (ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE)
_OPENS = frozenset({"open", "openat", "openat2"})


def step(run: Run, tracee: Tracee) -> None:
    """Let one task move to its next scheduling point."""
    if tracee.mode is Mode.USER:
        _go(run, tracee, 0)
    elif tracee.mode is Mode.SIGNAL:
        _deliver(run, tracee)
    elif tracee.mode is Mode.ENTRY:
        _enter(run, tracee)
    elif tracee.mode is Mode.CALL:
        _await_call(run, tracee)
    elif tracee.mode is Mode.DYING:
        lives.let_die(run, tracee)


def _go(run: Run, tracee: Tracee, signal: int) -> None:
    """Run in the program's own code until the next stop."""
    if ptrace.resume(tracee.tid, ptrace.CONT, signal):
        await_user(run, tracee)
    else:
        stopped(run, tracee, lives.await_status(run, tracee))


def await_user(run: Run, tracee: Tracee) -> None:
    """Wait for a task in its own code; interrupt it when it spins, note it when it sleeps in a call that is not traced."""
    began: int | None = None
    while (status := ptrace.wait(tracee.tid)) is None:
        run.check_wall()
        if tracee.asleep():
            tracee.untraced, tracee.mode = True, Mode.BLOCKED
            run.recorder.emit(tracee.name, "block", NAMES.get(tracee.call_number(), "unknown"))
            return
        used = tracee.cpu()
        began = used if began is None else began
        if tracee.spun + used - began > run.plan.limits.cpu * 1e9:
            raise LimitReached("cpu", run.plan.limits.cpu)
        if used - began > PATIENCE and any(other.mode is not Mode.GONE for other in run.tracees if other is not tracee):
            tracee.spun += used - began
            run.steady = False
            ptrace.interrupt(tracee.tid)
            began = used
    stopped(run, tracee, status)


def stopped(run: Run, tracee: Tracee, status: int) -> None:
    """Sort a wait status into what it means for the task."""
    if not os.WIFSTOPPED(status):
        _unfinished(run, tracee)
        lives.died(run, tracee, status)
        return
    event, signal = status >> 16, status >> 8 & 0xFF
    if event == ptrace.EVENT_SECCOMP:
        _begin(run, tracee)
    elif not event and signal == ptrace.SYSCALL_STOP:
        _end(run, tracee)
    elif event in _BIRTHS:
        lives.born(run, tracee, event)
    elif event == ptrace.EVENT_EXEC:
        lives.replaced(run, tracee)
    elif event == ptrace.EVENT_VFORK_DONE:
        tracee.vfork, tracee.mode = False, Mode.CALL
    elif event == ptrace.EVENT_EXIT:
        _unfinished(run, tracee)
        tracee.mode = Mode.DYING
    elif event == ptrace.EVENT_STOP:
        _group_stop(run, tracee, signal)
    else:
        tracee.signal, tracee.mode = signal, Mode.SIGNAL


def _group_stop(run: Run, tracee: Tracee, signal: int) -> None:
    if signal in STOP_SIGNALS:
        if tracee.mode is not Mode.STOPPED:
            run.recorder.emit(tracee.name, "stopped", args={"signal": signal_name(signal)})
        tracee.mode = Mode.STOPPED
        ptrace.listen(tracee.tid)
        return
    if tracee.mode is Mode.STOPPED:
        run.recorder.emit(tracee.name, "continued")
    tracee.mode = Mode.CALL if tracee.context is not None and tracee.context.name not in EXITS else Mode.USER


def _unfinished(run: Run, tracee: Tracee) -> None:
    """A task dies inside a call (it killed itself, or was killed): the call was made, but never returned."""
    context = tracee.context
    if (
        context is not None
        and context.name not in EXITS
        and context.name not in FORKS
        and tracee.mode is not Mode.BLOCKED
    ):
        run.recorder.emit(tracee.name, "call", context.name, context.args)
    if context is not None and context.name not in EXITS:
        tracee.context = None


def _begin(run: Run, tracee: Tracee) -> None:
    """At a call's entry: decode it, and hold."""
    entry = ptrace.entry(tracee.tid)
    name = NAMES.get(entry.number, f"call {entry.number}")
    context = Context(tracee.tid, tracee.name, name, entry.args, run.world)
    spec = SPECS.get(name)
    if spec is not None:
        context.args |= spec.entry(context)
    tracee.context, tracee.mode, tracee.spun = context, Mode.ENTRY, 0


def _enter(run: Run, tracee: Tracee) -> None:
    """Let the held call happen."""
    context = tracee.context
    assert context is not None
    if refuses(context):
        context.args["refused"] = True
        ptrace.cancel(tracee.tid)
    elif context.name in SLEEPS and not tracee.real:
        tracee.wake = run.clock.wake_time(context)
        tracee.mode = Mode.SLEEPING
        run.recorder.emit(tracee.name, "block", context.name, context.args)
        return
    elif context.name in EXITS:
        run.recorder.emit(tracee.name, "call", context.name, context.args)
    tracee.real = False
    _await_call(run, tracee)


def wake_sleeper(run: Run, tracee: Tracee) -> None:
    """The virtual time of a sleep has come: the call returns 0 without having slept."""
    run.clock.now = max(run.clock.now, tracee.wake)
    ptrace.cancel(tracee.tid)
    assert tracee.context is not None
    tracee.context.args["slept"] = True
    _await_call(run, tracee)


def _await_call(run: Run, tracee: Tracee) -> None:
    """Go on inside the kernel until the call's next stop, or until the task truly sleeps there."""
    if not ptrace.resume(tracee.tid, ptrace.SYSCALL):
        stopped(run, tracee, lives.await_status(run, tracee))
        return
    context = tracee.context
    if context is not None and not may_block(run.recorder.state, tracee.name, context.name, context.args):
        stopped(run, tracee, lives.await_status(run, tracee))
    else:
        settle_call(run, tracee)


def settle_call(run: Run, tracee: Tracee) -> None:
    """Watch a task inside the kernel until it stops or sleeps. It can run only while we yield the processor."""
    replacing = tracee.context is not None and tracee.context.name in EXECS
    while True:
        os.sched_yield()
        status = _next_status(run, tracee, replacing=replacing)
        if status is not None:
            stopped(run, tracee, status)
            return
        if not replacing and tracee.asleep():
            # What it waited for may have come between the two looks; and a full stdout is emptied by the outside.
            status = tracee.stop_pending()
            if status is not None:
                stopped(run, tracee, status)
                return
            if run.streams.drain():
                run.check_output()
                continue
            _block(run, tracee)
            return
        run.check_wall()


def _next_status(run: Run, tracee: Tracee, *, replacing: bool) -> int | None:
    if not replacing:
        return tracee.stop_pending()
    for other in run.siblings(tracee):
        status = other.stop_pending()
        if status is None:
            continue
        if status >> 16 == ptrace.EVENT_EXEC:
            # A thread that replaces the program takes over its leader's id; the leader is no more.
            tracee.forget()
            other.forget()
            other.mode, tracee.tid = Mode.GONE, other.tid
            return status
        if os.WIFSTOPPED(status):
            ptrace.resume(other.tid)
        else:
            lives.died(run, other, status)
    try:
        return tracee.stop_pending()
    except ChildProcessError:
        return None


def _block(run: Run, tracee: Tracee) -> None:
    if tracee.mode is not Mode.BLOCKED:
        context = tracee.context
        tracee.mode = Mode.BLOCKED
        if context is not None:
            run.recorder.emit(tracee.name, "block", context.name, context.args)


def _end(run: Run, tracee: Tracee) -> None:
    """At a call's exit: read its results, record it, and let the outside do its part."""
    context, tracee.mode = tracee.context, Mode.USER
    tracee.context = None
    if context is None:
        return
    result, error = _outcome(run, tracee, context)
    if context.name in FORKS and not error:
        return
    spec = SPECS.get(context.name)
    if spec is not None and spec.complete is not None and (spec.always or not error):
        spec.complete(context, result)
    shown = None if error or context.name == "rt_sigreturn" else result
    if shown is not None and context.name in WAITS:
        # Not the process id, which differs between machines: which child it was stands in the args.
        shown = 1 if context.args.get("child") else 0
    run.recorder.emit(tracee.name, "call", context.name, context.args, result=shown, error=error, data=context.data)
    _outside(run, tracee, context, error)


def _outcome(run: Run, tracee: Tracee, context: Context) -> tuple[int, str]:
    """The call's result as the program will see it, and the name of its error."""
    result = ptrace.returned(tracee.tid)
    if context.args.get("refused"):
        ptrace.answer(tracee.tid, -1)
        return -1, "EPERM"
    if context.args.pop("slept", False):
        ptrace.answer(tracee.tid, 0)
        return 0, ""
    if context.name in ANSWERED and result >= 0:
        answer = run.clock.answer(context)
        if answer != result:
            ptrace.answer(tracee.tid, answer)
        return answer, ""
    return (result, errno_name(-result)) if -4096 < result < 0 else (result, "")


def _outside(run: Run, tracee: Tracee, context: Context, error: str) -> None:
    """What the world does after this call: refill stdin, empty stdout, notice that the program's own code begins."""
    target = context.args.get("object")
    if target == "stdin" and (context.data or "to_object" in context.args) and run.streams.feed():
        run.recorder.emit("outside", "stimulus", args={"action": "close", "object": "stdin"})
    elif target in ("stdout", "stderr") or "to_object" in context.args:
        run.streams.drain()
        run.check_output()
    elif context.name in _OPENS and not error:
        lives.opened(run, tracee, str(context.args.get("path")))
    elif context.name == "rt_sigaction":
        lives.handled(run, tracee, str(context.args.get("signal")))
    elif context.args.get("signal") == "SIGKILL":
        lives.sweep_killed(run, tracee)


def _deliver(run: Run, tracee: Tracee) -> None:
    """Hand over a signal; the model knows what the program does with it."""
    signal, tracee.signal = tracee.signal, 0
    name = signal_name(signal)
    known = run.recorder.state.processes[tracee.process].dispositions.get(name)
    run.recorder.emit(tracee.name, "signal", args={"signal": name, "action": known.action if known else "default"})
    _go(run, tracee, signal)
