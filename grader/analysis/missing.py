"""In: a run and a wait that is proved to be endless; out: the step that would end it, and who could make it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from grader.analysis.words import at, enumerated
from grader.evidence import Evidence
from grader.kernel import Holder, State, Wait, holders
from grader.model import Event

__all__ = ["missing"]

SENDS = frozenset("write writev sendto sendmsg mq_timedsend msgsnd".split())
RELEASES = frozenset({"LOCK_UN", "F_UNLCK"})
NEAR = ("pipe ", "fifo ", "stdin", "stdout", "stderr")


def missing(run: Evidence, n: int, wait: Wait) -> str:
    """`a write to pipe A, or the close of its last write end (fd 4 in P0)`: what nobody has done by event `n`."""
    return CALLS.get(wait.call, _of_objects)(run, run.state(n), wait)


def _of_objects(run: Evidence, state: State, wait: Wait) -> str:
    """What would make any of the objects ready."""
    del run
    steps = [_of_object(state, wait, name) for name in wait.objects]
    return enumerated(steps, "; or ") if steps else f"a signal to {wait.task}"


def _of_object(state: State, wait: Wait, name: str) -> str:
    kind = name.partition(" ")[0]
    if name.startswith(NEAR):
        return _of_pipe(state, wait, name)
    if kind == "socket":
        thing = state.things.get(name)
        peer = thing.peer if thing is not None else ""
        act = "somebody takes what was sent" if wait.call in SENDS else "bytes are sent"
        return f"{act} through {peer}, the other end ({_held(holders(state, peer, 'read'))}), or that is closed"
    if kind == "queue":
        act = "room in" if wait.call in SENDS else "a message in"
        return f"{act} {name} ({_held(holders(state, name, 'read' if wait.call in SENDS else 'write'))} could give it)"
    if kind == "signalfd":
        thing = state.things.get(name)
        return f"{_one_of(sorted(thing.awaited or ()) if thing is not None else [])} sent to {wait.task}"
    if kind == "timerfd":
        return f"a time set for {name}"
    if kind == "epoll":
        return f"a descriptor added to {name}, which is empty"
    if kind == "eventfd":
        act = "a read from" if wait.call in SENDS else "a write to"
        return f"{act} {name} ({_held(holders(state, name, 'write'))})"
    return f"{name} made ready"


def _of_pipe(state: State, wait: Wait, name: str) -> str:
    """The far end has to act, or to go away everywhere."""
    writes = wait.call in SENDS
    act, far = ("a read from", "read") if writes else ("a write to", "write")
    return f"{act} {name}, or the close of its last {far} end ({_held(holders(state, name, far))})"


def _held(found: tuple[Holder, ...]) -> str:
    """`fd 4 in P0, fd 3 in P1`."""
    return enumerated([f"fd {each.fd} in {each.process}" for each in found]) or "nobody has it"


def _one_of(names: list[str]) -> str:
    return " or ".join(names) or "a signal"


def _of_child(run: Evidence, state: State, wait: Wait) -> str:
    del run, state
    return f"the end of {_one_of(list(wait.objects))}" if wait.objects else "the end of a child"


def _of_futex(run: Evidence, state: State, wait: Wait) -> str:
    """A futex is asleep under a semaphore, a mutex, a condition variable, a barrier or a join (futex(7))."""
    del run, state
    word = wait.objects[0] if wait.objects else "its futex"
    return f"{word} woken (sem_post, an unlock, a signal to the condition) by {_anyone(wait)}"


def _anyone(wait: Wait) -> str:
    return _one_of(sorted(wait.providers)) if wait.providers else "another task, and there is none"


def _of_semaphore(run: Evidence, state: State, wait: Wait) -> str:
    """Which of the set, and who took it last."""
    del state
    name = wait.objects[0]
    indices = [index for index, change in _ops(run.event(wait.event)) if change < 0]
    what = f"semaphore {enumerated([str(index) for index in indices])} of {name} raised" if indices else f"{name} at 0"
    took = [
        event
        for event in run.calls("semop", "semtimedop", ok=True)
        if event.text("id") == name and any(index in indices and change < 0 for index, change in _ops(event))
    ]
    return what + (f"; {took[-1].task} took it last, {at(took[-1])}" if took else "")


def _ops(event: Event) -> Iterator[tuple[int, int]]:
    listed = event.args.get("ops")
    for each in listed if isinstance(listed, tuple) else ():
        if isinstance(each, Mapping):
            index, change = each.get("index"), each.get("change")
            if isinstance(index, int) and isinstance(change, int):
                yield index, change


def _of_message(run: Evidence, state: State, wait: Wait) -> str:
    del run, state
    act = "room in" if wait.call == "msgsnd" else "a message in"
    return f"{act} {wait.objects[0]}, by {_anyone(wait)}"


def _of_lock(run: Evidence, state: State, wait: Wait) -> str:
    """The last of each process on this file, if that was no release and the process still has the file open."""
    name = wait.objects[0]
    last: dict[str, Event] = {}
    for event in run.calls(wait.call, on=name, ok=True):
        if event.n < wait.event and (wait.call == "flock" or event.text("command").endswith(("LK", "LKW"))):
            last[event.process] = event
    living = {holder.process for mode in ("read", "write") for holder in holders(state, name, mode)}
    kept = [event for event in last.values() if not RELEASES & {*event.texts("flags")} and event.process in living]
    owners = [f"{event.process}, which took it at {at(event)}" for event in kept]
    return f"the lock on {name} given back" + (f" by {enumerated(owners)}" if owners else "")


def _of_open(run: Evidence, state: State, wait: Wait) -> str:
    del state
    event = run.event(wait.event)
    end = "reading" if "O_WRONLY" in event.texts("flags") else "writing"
    return f"FIFO {event.text('path')} opened for {end} by {_anyone(wait)}"


def _of_signal(run: Evidence, state: State, wait: Wait) -> str:
    del state
    awaited = sorted(run.event(wait.event).texts("set"))
    return f"{_one_of(awaited)} sent to {wait.task}"


Step = Callable[[Evidence, State, Wait], str]
CALLS: Mapping[str, Step] = {
    **dict.fromkeys(("wait4", "waitid", "fork", "vfork", "clone"), _of_child),
    "futex": _of_futex,
    **dict.fromkeys(("semop", "semtimedop"), _of_semaphore),
    **dict.fromkeys(("msgsnd", "msgrcv"), _of_message),
    **dict.fromkeys(("flock", "fcntl"), _of_lock),
    **dict.fromkeys(("open", "openat", "openat2"), _of_open),
    **dict.fromkeys(("pause", "rt_sigsuspend", "rt_sigtimedwait"), _of_signal),
}
"""The calls whose waits are no matter of descriptors."""
