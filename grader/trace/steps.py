"""In: a tracee that may move; out: the same tracee one scheduling point further, its calls recorded as events.

Scheduling points are the entry and the exit of a traced call, the delivery of a signal, the birth of a task. Only one task moves
at a time, so events are totally ordered and their order is the order in which the kernel acted.
"""

from __future__ import annotations

import errno
import os

from grader.box import ptrace
from grader.box.numbers import NAMES
from grader.model import Args
from grader.trace import (
    foresight,
    limits,
    lives,
    overtaken,
    results,
    rewind,
    signals,
    socket_limits,
    timers,
    woken_twice,
)
from grader.trace.blinding import refuses
from grader.trace.calls import EXECS, EXITS, FORKS, RESULTLESS, SPECS
from grader.trace.clock import ANSWERED
from grader.trace.context import Context
from grader.trace.names import STOP_SIGNALS, signal_name
from grader.trace.recorder import LimitReached
from grader.trace.run import STRETCH, Run
from grader.trace.task import Mode, Tracee

_BIRTHS = (ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE)


def step(run: Run, tracee: Tracee) -> None:
    """Let one task move to its next scheduling point."""
    if tracee.mode is Mode.USER:
        _go(run, tracee, 0)
    elif tracee.mode is Mode.SIGNAL:
        number, tracee.signal = tracee.signal, 0
        signals.deliver(run, tracee, number)
        _go(run, tracee, number)
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
    """Wait for a task in its own code, and record what it came to."""
    _arrived(run, tracee, _user_status(run, tracee))


def _arrived(run: Run, tracee: Tracee, status: int | None) -> None:
    if status is not None:
        stopped(run, tracee, status)
    else:
        tracee.untraced, tracee.mode = True, Mode.BLOCKED
        run.recorder.emit(tracee.name, "block", NAMES.get(tracee.call_number(), "unknown"))


def _user_status(run: Run, tracee: Tracee) -> int | None:
    """Wait for the next stop of a task in its own code; None: it sleeps in a call that is not traced.

    One that spins is interrupted after a stretch, so that others have a turn; that stretch takes virtual time.
    """
    began: int | None = None
    while (status := ptrace.wait(tracee.tid)) is None:
        run.check_wall()
        if tracee.asleep():
            return None
        used = tracee.cpu()
        began = used if began is None else began
        if run.others_wait(tracee):
            if used - began >= STRETCH // 2:
                run.stretched(tracee, used - began)
                ptrace.interrupt(tracee.tid)
                began = used
        elif tracee.spun + used - began > run.plan.limits.cpu * 1e9:
            raise LimitReached("cpu", run.plan.limits.cpu)
    return status


def stopped(run: Run, tracee: Tracee, status: int) -> None:
    """Sort a wait status into what it means for the task."""
    if not os.WIFSTOPPED(status):
        _unfinished(run, tracee, Mode.GONE)
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
        _unfinished(run, tracee, Mode.DYING)
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


def _unfinished(run: Run, tracee: Tracee, mode: Mode) -> None:
    """A task dies inside a call (it killed itself, or was killed): the call was made, but never returned."""
    slept, tracee.mode = tracee.mode is Mode.BLOCKED, mode
    context = tracee.context
    if context is None or context.name in EXITS:
        return
    tracee.context, tracee.deadline = None, None
    if tracee.entered and context.name not in FORKS and not slept:
        run.recorder.emit(tracee.name, "call", context.name, context.args)
        if context.args.get("signal") == "SIGKILL":
            lives.sweep_killed(run, tracee)


def _begin(run: Run, tracee: Tracee) -> None:
    """At a call's entry: decode it, and hold."""
    entry = ptrace.entry(tracee.tid)
    name = NAMES.get(entry.number, f"call {entry.number}")
    context = Context(tracee.tid, tracee.name, name, entry.args, run.world, stack=entry.sp)
    spec = SPECS.get(name)
    if spec is not None:
        args = spec.entry(context)
        context.args |= {key: run.world.named(value) for key, value in args.items()} if run.world.places else args
        socket_limits.limit(context)
    tracee.held_since = run.recorder.count
    if tracee.interrupted is not None:
        limits.resume(run.clock, tracee.interrupted, context)
        tracee.interrupted = None
        tracee.held_since = None
    run.locate(tracee, name, entry)
    tracee.context, tracee.mode, tracee.spun, tracee.entered = context, Mode.ENTRY, 0, False


def _enter(run: Run, tracee: Tracee) -> None:
    """Let the held call happen."""
    context = tracee.context
    assert context is not None
    if run.signals_first and tracee.held_since not in (None, run.recorder.count) and rewind.wanted(context):
        _rewind(run, tracee, context)
        return
    if refuses(context):
        context.args["refused"] = True
        ptrace.set_number(tracee.tid, -1)
    elif run.faults is not None and not run.faults.enter(run, tracee, context):
        return
    elif context.denied:
        ptrace.set_number(tracee.tid, -1)
    elif context.deadline is not None:
        limits.enter(tracee, context)
    elif context.name in timers.CALLS:
        run.timers.enter(context)
    elif context.name == "setsockopt":
        socket_limits.enter(context)
    elif context.name in ANSWERED and (result := run.clock.at_once(context, run.recorder.idle)) is not None:
        _answer(run, tracee, context, result)
        return
    elif context.name in EXITS:
        run.recorder.emit(tracee.name, "call", context.name, context.args)
    tracee.entered = True
    _await_call(run, tracee)


def _answer(run: Run, tracee: Tracee, context: Context, result: int) -> None:
    """The kernel need not run this call at all: the task goes on after it, and there is no exit stop to pay for."""
    ptrace.set_number(tracee.tid, -1)
    ptrace.answer(tracee.tid, result)
    tracee.context, tracee.mode = None, Mode.USER
    results.record(run, tracee, context, result)


def _rewind(run: Run, tracee: Tracee, context: Context) -> None:
    """A signal came while the task was held before a call: the signal first, the call after it."""
    going = rewind.cancel(context)
    status = lives.await_status(run, tracee)
    if going and os.WIFSTOPPED(status) and status >> 8 == ptrace.SYSCALL_STOP:
        rewind.back(context)
        tracee.context, tracee.mode = None, Mode.USER
        _go(run, tracee, 0)
    else:
        stopped(run, tracee, status)


def time_out(run: Run, tracee: Tracee) -> None:
    """The virtual deadline of a sleeping task has come: end its call."""
    tracee.expired = True
    ptrace.interrupt(tracee.tid)
    stopped(run, tracee, lives.await_status(run, tracee))


def _await_call(run: Run, tracee: Tracee) -> None:
    """Go on inside the kernel until the call's next stop, or until the task truly sleeps there."""
    if not ptrace.resume(tracee.tid, ptrace.SYSCALL):
        stopped(run, tracee, lives.await_status(run, tracee))
        return
    context = tracee.context
    if context is not None and context.name in EXECS:
        stopped(run, tracee, lives.await_exec(run, tracee))
    elif (
        context is not None
        and not tracee.vfork
        and foresight.returns(run.recorder.state, run.streams, tracee.name, context)
    ):
        _await_prompt(run, tracee)
    else:
        settle_call(run, tracee)


def _await_prompt(run: Run, tracee: Tracee) -> None:
    """Wait for a call that should return at once; should it sleep all the same, a tick of the clock shows it."""
    while (status := ptrace.wait(tracee.tid)) is None:
        run.check_wall()
        if tracee.asleep():
            settle_call(run, tracee)
            return
    stopped(run, tracee, status)


def settle_call(run: Run, tracee: Tracee) -> None:
    """Watch a task inside the kernel until it stops or sleeps. It can run only while we yield the processor."""
    while True:
        os.sched_yield()
        status = tracee.stop_pending()
        if status is None and tracee.asleep():
            # What it waited for may have come between the two looks; and a full stdout is emptied by the outside.
            status = tracee.stop_pending()
            if status is None and not run.drained(tracee):
                _block(run, tracee)
                return
        if status is not None:
            if overtaken.waits_for_a_read(run, tracee, status):
                _keep(run, tracee, status)
            else:
                stopped(run, tracee, status)
            return
        run.check_wall()


def _keep(run: Run, tracee: Tracee, status: int) -> None:
    """Its call slept, and has ended: first the others that went on by themselves."""
    tracee.kept, run.recorder.stirred = status, True
    if tracee.mode is not Mode.BLOCKED and tracee.context is not None:
        tracee.mode = Mode.BLOCKED
        run.recorder.emit(tracee.name, "block", tracee.context.name, tracee.context.args)
        run.recorder.stirred = True


def _block(run: Run, tracee: Tracee) -> None:
    if tracee.deadline is not None and tracee.deadline <= run.clock.now:
        time_out(run, tracee)
    elif tracee.mode is not Mode.BLOCKED:
        context = tracee.context
        tracee.mode = Mode.BLOCKED
        if context is not None:
            run.recorder.emit(tracee.name, "block", context.name, context.args)
            if run.faults is not None and run.faults.asleep(run, tracee, context):
                # What a stop and a continue do to a sleep (signal(7)), without either.
                ptrace.interrupt(tracee.tid)
                stopped(run, tracee, lives.await_status(run, tracee))


def _end(run: Run, tracee: Tracee) -> None:
    """At a call's exit: read its results and record it."""
    context, tracee.mode = tracee.context, Mode.USER
    tracee.context = None
    if context is None:
        return
    result = results.outcome(run, tracee, context)
    if limits.interrupted(result) and woken_twice.wanted(run, tracee, context):
        if (status := woken_twice.read(run, tracee, context)) is not None:
            stopped(run, tracee, status)
            return
        result = results.outcome(run, tracee, context)
    if limits.interrupted(result) and context.name not in RESULTLESS:
        _explain(run, tracee, context, result)
    elif context.name not in FORKS or result < 0:
        results.record(run, tracee, context, result)


def _explain(run: Run, tracee: Tracee, context: Context, result: int) -> None:
    """A signal has ended a wait: go on to its delivery, for only there it shows what the program will see of the call."""
    ignored: list[Args] = []
    number = 0
    while True:
        going = ptrace.resume(tracee.tid, ptrace.CONT, number)
        status = _user_status(run, tracee) if going else lives.await_status(run, tracee)
        number = signals.held(status)
        if not number or not signals.does_nothing(run, tracee, number):
            break
        # Untraced, a signal that does nothing would not even have woken the task (ptrace(2), BUGS).
        if result == -errno.EINTR:
            result = limits.RESTART_UNLESS_HANDLED
            ptrace.answer(tracee.tid, result)
        ignored.append(signals.describe(run, tracee, number))
    results.record(run, tracee, context, signals.final(run, tracee, number, result))
    for args in ignored:
        run.recorder.emit(tracee.name, "signal", args=args)
    _arrived(run, tracee, status)
