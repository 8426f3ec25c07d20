"""In: a state and a task; out: `Wait`, what the task sleeps for and who could end it, in words and as names.

The model claims only what it can prove: for an object or call it does not know, the wait counts as one that the
outside could end. Providers err on the side of too many.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.frozen import dataclass
from grader.kernel.causes import Cause, on_descriptor, union, unproved
from grader.kernel.epoll import asked, watches
from grader.kernel.processes import FORKS
from grader.kernel.queries import children, others, tasks_of
from grader.kernel.signal_sets import NOT_FROM_OUTSIDE
from grader.kernel.signals import discarded, disposition
from grader.kernel.state import Process, State, Task
from grader.model import Arg, Event

READS = "read readv pread64 preadv preadv2 recvfrom recvmsg recvmmsg splice tee sendfile mq_timedreceive".split()
WRITES = "write writev pwrite64 pwritev pwritev2 sendto sendmsg sendmmsg vmsplice mq_timedsend".split()
FUTEX_WAITS = ("wait", "wait_bitset", "lock_pi", "lock_pi2", "wait_requeue_pi")
POLLED = 1024
"""As many descriptors of a poll are on record."""
LOCK_COMMANDS = ("F_SETLKW", "F_OFD_SETLKW")


@dataclass(frozen=True, slots=True)
class Wait:
    """A task that sleeps in `call` since event `event`.

    `what` says what it waits for and `why` who could end that, in words for a person. `objects` are the objects it
    waits on, `providers` the live tasks that could end the wait. `outside`: something outside the tree could too (or
    the model cannot prove that nothing can); `timer`: time will. With neither, only the providers can.
    """

    task: str
    event: int
    call: str
    what: str
    objects: tuple[str, ...]
    providers: frozenset[str]
    outside: bool
    timer: bool
    why: str


def wait_of(state: State, name: str) -> Wait | None:
    """What the task of this name sleeps for; None when it may run, is gone, or what it waits for is already there."""
    task = state.tasks.get(name)
    if task is None or (task.blocked is None and not task.stopped):
        return None
    if task.stopped:
        return _stopped(state, task)
    event = task.blocked
    if event is None:
        return None
    cause = CAUSES.get(event.call, _unknown)(state, task, event)
    if cause is None:
        return None
    if event.call not in FORKS:
        cause = _signalled(state, task, event, cause)
    return Wait(
        name,
        event.n,
        event.call,
        f"{name} waits in {cause.what}",
        cause.objects,
        cause.providers - {name},
        cause.outside,
        cause.timer,
        "; ".join(part for part in cause.why if part),
    )


def _stopped(state: State, task: Task) -> Wait:
    event, call = (task.blocked.n, task.blocked.call) if task.blocked else (state.n, "")
    what = f"{task.name} is stopped by job control"
    return Wait(task.name, event, call, what, (), frozenset(), True, False, "only SIGCONT lets it go on")


def mask_in_force(task: Task, event: Event) -> frozenset[str]:
    """The signals blocked during this sleep: the call's own mask where it has one (sigsuspend, ppoll, pselect)."""
    return frozenset(event.texts("mask")) if isinstance(event.args.get("mask"), tuple) else task.mask


def _signalled(state: State, task: Task, event: Event, cause: Cause) -> Cause:
    """The wait with what signals and timers add: the outside, or a child's end, may call a handler of the program."""
    process = state.processes[task.process]
    mask = mask_in_force(task, event)
    caught = sorted(
        sig
        for sig, what in process.dispositions.items()
        if what.action == "handler" and not what.runtime and sig not in mask and sig not in NOT_FROM_OUTSIDE
    )
    waiting = sorted(sig for sig in (task.pending | process.pending) - mask if not discarded(process, sig))
    why = list(cause.why)
    if caught:
        why.append(f"{_and(caught)} {'is' if len(caught) == 1 else 'are'} caught and can come from outside")
    if waiting:
        why.append(f"{_and(waiting)} {'is' if len(waiting) == 1 else 'are'} on the way")
    providers = cause.providers
    if disposition(process, "SIGCHLD").action == "handler" and "SIGCHLD" not in mask:
        providers |= _living_children(state, process)
    armed = _armed(state, process)
    if armed:
        why.append(armed)
    outside = cause.outside or bool(caught) or bool(waiting)
    return replace(cause, providers=providers, outside=outside, timer=cause.timer or bool(armed), why=tuple(why))


def _and(words: list[str]) -> str:
    return " and ".join(words)


def _living_children(state: State, process: Process) -> frozenset[str]:
    return tasks_of(state, (child.name for child in children(state, process.name)))


def _armed(state: State, process: Process) -> str:
    """The timer that goes on while the process sleeps, in words; those of CPU time stand still (setitimer(2))."""
    awake = any(task.blocked is None for task in state.tasks.values() if task.process == process.name)
    for name, timer in process.timers.items():
        if awake or name not in {"ITIMER_VIRTUAL", "ITIMER_PROF"}:
            return f"a timer of {process.name} is armed since event {timer.since}"
    return ""


def _read(state: State, task: Task, event: Event) -> Cause | None:
    return _timed(event, _either_end(state, task, event, "read"))


def _write(state: State, task: Task, event: Event) -> Cause | None:
    return _timed(event, on_descriptor(state, task, event.call, event.number("fd"), "write"))


def _either_end(state: State, task: Task, event: Event, direction: str) -> Cause:
    """A call that moves bytes between two descriptors may sleep at either."""
    first = on_descriptor(state, task, event.call, event.number("fd"), direction)
    target = event.number("to")
    if target < 0:
        return first
    second = on_descriptor(state, task, event.call, target, "write")
    return union(event.call, (first, second))


def _timed(event: Event, cause: Cause) -> Cause:
    """A queue's call may have a limit; where the event does not say, the wait is not proved to be endless."""
    if not event.call.startswith("mq_") or _endless(event):
        return cause
    return replace(cause, timer=True)


def _endless(event: Event) -> bool:
    """Whether the event says that the call has no time limit."""
    return "timeout" in event.args and event.args["timeout"] is None


def _any_task(state: State, task: Task, what: str, why: str, obj: str = "") -> Cause:
    """A wait that any other live task could end."""
    return Cause(what, (obj,) if obj else (), others(state, task), False, False, (why,))


def _perhaps_timed(state: State, task: Task, event: Event, what: str, why: str, obj: str = "") -> Cause:
    cause = _any_task(state, task, what, why, obj)
    return cause if _endless(event) else replace(cause, timer=True, why=(*cause.why, "the call has a time limit"))


def _wait_for_child(state: State, task: Task, event: Event) -> Cause | None:
    who = event.text("pid", "any")
    own = children(state, task.process)
    known = [child for child in own if child.name == who] if who not in {"any", "group", "unknown"} else list(own)
    what = event.call + (f" for {who}" if known and known[0].name == who else " for a child")
    if event.call == "waitid" and "WEXITED" not in event.texts("options"):
        return _any_task(state, task, what, "it waits for a child that stops or goes on, not for one that ends")
    if any(child.exit is not None for child in known):
        return None
    if not known:
        return unproved(what, "no such child is known")
    born = [f"{child.name} (child since event {child.born})" for child in known]
    why = f"still alive: {', '.join(born)}"
    names = tuple(child.name for child in known)
    return Cause(what, names, tasks_of(state, names), False, False, (why,))


def _vfork(state: State, task: Task, event: Event) -> Cause | None:
    del task
    child = event.text("child")
    if child not in state.tasks:
        return unproved(event.call, "its child is not known")
    why = f"{child} has neither called exec nor ended"
    return Cause(f"{event.call} for {child}", (child,), tasks_of(state, (child,)), False, False, (why,))


def _for_signal(state: State, task: Task, event: Event) -> Cause | None:
    return _any_task(state, task, event.call, "only a signal can end it")


def _sigtimedwait(state: State, task: Task, event: Event) -> Cause | None:
    awaited = sorted(event.texts("set"))
    cause = _perhaps_timed(state, task, event, f"{event.call} for {_and(awaited)}", "only these signals can end it")
    if "set" in event.args and not set(awaited) - NOT_FROM_OUTSIDE:
        return cause
    return replace(cause, outside=True, why=(*cause.why, "the signal can come from outside"))


def _futex(state: State, task: Task, event: Event) -> Cause | None:
    word = event.text("word", "a futex")
    what = f"futex {event.text('op')} on {word}"
    if event.text("op") not in FUTEX_WAITS:
        return unproved(what, "not a wait that the model knows")
    if event.args.get("shared") is not False:
        return _perhaps_timed(state, task, event, what, "only another process that shares the word can wake it", word)
    memory = state.processes[task.process].memory
    sharers = (process.name for process in state.processes.values() if process.memory == memory)
    why = f"only another thread of {task.process} can wake it"
    cause = _perhaps_timed(state, task, event, what, why, word)
    return replace(cause, providers=tasks_of(state, sharers))


def _flock(state: State, task: Task, event: Event) -> Cause | None:
    obj = event.text("object")
    return _any_task(state, task, f"{event.call}(fd {event.number('fd')}) on {obj}", "the lock is held by another", obj)


def _fcntl(state: State, task: Task, event: Event) -> Cause | None:
    if event.text("command") in LOCK_COMMANDS:
        return _flock(state, task, event)
    return _unknown(state, task, event)


def _sysv(state: State, task: Task, event: Event) -> Cause | None:
    name = event.text("id")
    why = f"only another process that uses {name} can end it"
    if event.call == "semtimedop":
        return _perhaps_timed(state, task, event, f"{event.call} on {name}", why, name)
    return _any_task(state, task, f"{event.call} on {name}", why, name)


def _open(state: State, task: Task, event: Event) -> Cause | None:
    obj, path = event.text("object"), event.text("path")
    if not obj.startswith("fifo ") and not _names_fifo(state, path):
        return unproved(f"{event.call} of {path}", "not a FIFO that the model knows")
    end = "writing" if "O_WRONLY" not in event.texts("flags") else "reading"
    return _any_task(state, task, f"{event.call} of FIFO {path}", f"nobody has it open for {end}", obj or path)


def _names_fifo(state: State, path: str) -> bool:
    """Whether a FIFO of this file name exists: maker and opener may spell the folders in different ways."""
    wanted = posixpath.basename(path)
    return any(named.type == "fifo" and posixpath.basename(named.name) == wanted for named in state.names.values())


def _poll(state: State, task: Task, event: Event) -> Cause | None:
    listed = event.args.get("fds")
    entries = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, tuple) else []
    pairs = [(fd, way) for each in entries for fd, way in _polled(each)]
    if len(entries) >= POLLED:
        return unproved(event.call, f"of more than {POLLED - 1} descriptors not all are on record")
    return _any_of(state, task, event, pairs)


def _polled(entry: Mapping[str, Arg]) -> list[tuple[int, str]]:
    fd, events = entry.get("fd"), entry.get("events")
    if not isinstance(fd, int) or fd < 0:
        return []
    names = [each for each in events if isinstance(each, str)] if isinstance(events, tuple) else []
    return [(fd, way) for way in asked(names)]


def _select(state: State, task: Task, event: Event) -> Cause | None:
    def numbers(name: str) -> list[int]:
        value = event.args.get(name, ())
        return [fd for fd in value if isinstance(fd, int)] if isinstance(value, tuple) else []

    pairs = [(fd, "read") for fd in numbers("read")] + [(fd, "write") for fd in numbers("write")]
    return _any_of(state, task, event, pairs + [(fd, "either") for fd in numbers("except")])


def _any_of(state: State, task: Task, event: Event, pairs: list[tuple[int, str]]) -> Cause | None:
    if not _endless(event):
        return Cause(event.call, (), frozenset(), False, True, ("the call has a time limit",))
    if not pairs:
        return _for_signal(state, task, event)
    return union(event.call, tuple(on_descriptor(state, task, event.call, fd, way) for fd, way in pairs))


def _epoll(state: State, task: Task, event: Event) -> Cause | None:
    if not _endless(event):
        return Cause(event.call, (), frozenset(), False, True, ("the call has a time limit",))
    return watches(state, task, event)


def _sleep(state: State, task: Task, event: Event) -> Cause | None:
    del state, task
    return Cause(event.call, (), frozenset(), False, True, ("it wakes when the time is over",))


def _unknown(state: State, task: Task, event: Event) -> Cause | None:
    del state, task
    return unproved(event.call, "not a wait that the model knows")


CauseOf = Callable[[State, Task, Event], Cause | None]
CAUSES: Mapping[str, CauseOf] = {
    **dict.fromkeys(READS, _read),
    **dict.fromkeys(WRITES, _write),
    **dict.fromkeys(("wait4", "waitid"), _wait_for_child),
    **dict.fromkeys(FORKS, _vfork),
    **dict.fromkeys(("pause", "rt_sigsuspend"), _for_signal),
    "rt_sigtimedwait": _sigtimedwait,
    "futex": _futex,
    "flock": _flock,
    "fcntl": _fcntl,
    **dict.fromkeys(("semop", "semtimedop", "msgsnd", "msgrcv"), _sysv),
    **dict.fromkeys(("open", "openat", "openat2"), _open),
    **dict.fromkeys(("poll", "ppoll"), _poll),
    **dict.fromkeys(("select", "pselect6"), _select),
    **dict.fromkeys(("epoll_wait", "epoll_pwait", "epoll_pwait2"), _epoll),
    **dict.fromkeys(("nanosleep", "clock_nanosleep", "restart_syscall"), _sleep),
}
