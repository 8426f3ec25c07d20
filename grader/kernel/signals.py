"""In: a state and a call on signals or timers, or a delivery; out: the state with masks, dispositions, timers changed.

Pending signals are known only as far as events show them: those that a traced call or the plan sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.kernel.signal_sets import IGNORED_BY_DEFAULT, UNMASKABLE
from grader.kernel.state import (
    Disposition,
    Process,
    State,
    Task,
    Thing,
    Timer,
    evolve,
    with_process,
    with_task,
)
from grader.kernel.transfer import accept
from grader.model import Event

TIMER_SIGNALS = {"ITIMER_REAL": "SIGALRM", "ITIMER_VIRTUAL": "SIGVTALRM", "ITIMER_PROF": "SIGPROF"}
TO_TASK = ("tkill", "tgkill")
MASK_DEPTH = 64
DEFAULT = Disposition("default")


def disposition(process: Process, signal: str) -> Disposition:
    """What the process does with this signal; the default where it never said."""
    return process.dispositions.get(signal, DEFAULT)


def sigaction(state: State, event: Event) -> State:
    """rt_sigaction with a new action. Ignoring a signal also discards it where it was pending."""
    process = state.processes.get(event.process)
    if process is None:
        return state
    signal = event.text("signal")
    old = disposition(process, signal)
    flags, mask = frozenset(event.texts("flags")), frozenset(event.texts("mask"))
    new = Disposition(event.text("action"), flags, mask, event.n)
    if new == replace(old, since=event.n):
        return state
    process = replace(process, dispositions={**process.dispositions, signal: new})
    state = with_process(state, event.n, process)
    return accept(state, event, {signal}) if new.action == "ignore" else state


def sigprocmask(state: State, event: Event) -> State:
    """rt_sigprocmask with a set: the mask of one task."""
    task = state.tasks.get(event.task)
    if task is None:
        return state
    given, how = frozenset(event.texts("set")) - UNMASKABLE, event.text("how")
    mask = {"SIG_BLOCK": task.mask | given, "SIG_UNBLOCK": task.mask - given}.get(how, given)
    return state if mask == task.mask else with_task(state, event.n, replace(task, mask=mask))


def interrupted(state: State, event: Event) -> State:
    """A call with a mask of its own was interrupted: that mask is in force until the handler begins."""
    task, mask = state.tasks.get(event.task), event.args.get("mask")
    # Inside a handler already: the signal was told before the end of the call, and has used the mask.
    if task is None or not isinstance(mask, tuple) or task.saved:
        return state
    return with_task(state, event.n, replace(task, temporary=frozenset(event.texts("mask"))))


def sent(state: State, event: Event) -> State:
    """A signal sent by a task or by the plan: pending for a named target, unless nothing would come of it (kill(2))."""
    signal = event.text("signal")
    target = event.text("target")
    if event.call in TO_TASK:
        return _pending_for_task(state, event, target, signal)
    process = state.processes.get(target)
    if process is None or process.exit is not None or signal in process.pending or signal in {"", "none"}:
        return state
    tasks = [task for task in state.tasks.values() if task.process == process.name]
    if discarded(process, signal) and not all(signal in task.mask for task in tasks):
        return state
    return with_process(state, event.n, replace(process, pending=process.pending | {signal}))


def _pending_for_task(state: State, event: Event, target: str, signal: str) -> State:
    task = state.tasks.get(target)
    if task is None or signal in task.pending or signal in {"", "none"}:
        return state
    if discarded(state.processes[task.process], signal) and signal not in task.mask:
        return state
    return with_task(state, event.n, replace(task, pending=task.pending | {signal}))


def discarded(process: Process, signal: str) -> bool:
    """Whether this signal does nothing at all to the process: it is ignored, by its word or by default."""
    action = disposition(process, signal).action
    return action == "ignore" or (action == "default" and signal in IGNORED_BY_DEFAULT)


def delivered(state: State, event: Event) -> State:
    """A signal reached a task: a handler runs with its signals blocked; a timer that fires once is disarmed."""
    task, process = state.tasks.get(event.task), state.processes.get(event.process)
    if task is None or process is None:
        return state
    signal = event.text("signal")
    handled = event.text("action") == "handler"
    was_sent = signal in process.pending
    state, sent_to_task = _taken(state, event, process.name, signal)
    task = state.tasks[task.name]
    timers = _unfired(process.timers, signal, event, by_kernel=not was_sent and not sent_to_task)
    new_task = _in_handler(task, process, signal) if handled else task
    new_process = replace(process, pending=process.pending - {signal}, timers=timers)
    if handled and "SA_RESETHAND" in disposition(process, signal).flags:
        new_process = replace(new_process, dispositions={**process.dispositions, signal: DEFAULT})
    if new_task != task:
        state = with_task(state, event.n, new_task)
    return with_process(state, event.n, new_process) if new_process != process else state


def _taken(state: State, event: Event, process: str, signal: str) -> tuple[State, bool]:
    """`state` in which no thread of the process has this signal pending any more, and whether one had."""
    had = [task for task in state.tasks.values() if task.process == process and signal in task.pending]
    for task in had:
        state = with_task(state, event.n, replace(task, pending=task.pending - {signal}))
    return state, bool(had)


def _in_handler(task: Task, process: Process, signal: str) -> Task:
    what = disposition(process, signal)
    own = frozenset() if "SA_NODEFER" in what.flags else frozenset({signal})
    base = task.mask if task.temporary is None else task.temporary
    # A handler left by siglongjmp never returns: the depth is bounded so that such a program costs no memory.
    saved = (*task.saved, task.mask)[-MASK_DEPTH:]
    return replace(task, mask=base | what.mask | own, saved=saved, temporary=None)


def sigreturn(state: State, event: Event) -> State:
    """rt_sigreturn: the mask is again what it was before the handler."""
    task = state.tasks.get(event.task)
    if task is None or not task.saved:
        return state
    return with_task(state, event.n, replace(task, mask=task.saved[-1], saved=task.saved[:-1]))


def sigtimedwait(state: State, event: Event) -> State:
    """rt_sigtimedwait took a signal: it is pending no more."""
    return accept(state, event, {event.text("signal")})


def _unfired(timers: Mapping[str, Timer], signal: str, event: Event, *, by_kernel: bool) -> Mapping[str, Timer]:
    """`timers` without those that fire once and sent this signal: all whose time has come, else the next one.

    Virtual time stands still while a real timer runs, so a signal that nobody sent is a timer's before its time.
    """
    once = {name: timer for name, timer in timers.items() if timer.signal == signal and not timer.interval}
    due = {name for name, timer in once.items() if timer.expires <= event.time}
    if once and not due and by_kernel and event.text("origin", "kernel") in {"", "kernel"}:
        due = {min(once, key=lambda name: once[name].expires)}
    return {name: timer for name, timer in timers.items() if name not in due} if due else timers


def alarm(state: State, event: Event) -> State:
    """alarm: the same timer as setitimer(ITIMER_REAL), once (alarm(2))."""
    return _arm(state, event, "ITIMER_REAL", "SIGALRM")


def setitimer(state: State, event: Event) -> State:
    """setitimer: one of three timers."""
    which = event.text("which", "ITIMER_REAL")
    return _arm(state, event, which, TIMER_SIGNALS.get(which, "SIGALRM"))


def timer_settime(state: State, event: Event) -> State:
    """timer_settime: one of the timers of timer_create."""
    return _arm(state, event, f"timer {event.number('timer', 0)}", event.text("signal", "SIGALRM"))


def timer_delete(state: State, event: Event) -> State:
    """timer_delete: the timer is gone."""
    return _arm(state, event, f"timer {event.number('timer', 0)}", "", duration=0)


def _arm(state: State, event: Event, name: str, signal: str, duration: int | None = None) -> State:
    process = state.processes.get(event.process)
    length = event.number("duration", 0) if duration is None else duration
    if process is None or (length <= 0 and name not in process.timers):
        return state
    timers = {key: timer for key, timer in process.timers.items() if key != name}
    if length > 0:
        timers[name] = _timer(event, signal, length)
    return with_process(state, event.n, replace(process, timers=timers))


def _timer(event: Event, signal: str, length: int) -> Timer:
    """A timer of which the event does not tell the interval counts as one that fires again and again."""
    interval = 0 if event.call == "alarm" else abs(event.number("interval", length))
    return Timer(signal, event.n, event.time + length, interval)


def timerfd_settime(state: State, event: Event) -> State:
    """timerfd_settime: a timer that is read, not a signal."""
    obj, length = event.text("object"), event.number("duration", 0)
    thing = state.things.get(obj, Thing(obj, event.n))
    timer = None
    if length > 0:
        timer = _timer(event, "", length)
    if not obj or thing.armed == timer:
        return state
    return evolve(state, event.n, things={**state.things, obj: replace(thing, armed=timer)})
