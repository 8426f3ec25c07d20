"""In: a state and a call that moved bytes; out: the state with the pipes' counts of bytes changed.

Bytes in files, sockets and queues are not counted: such a call leaves the state as it is.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import replace

from grader.kernel.descriptors import description_id, install, table_of
from grader.kernel.queries import descriptor
from grader.kernel.state import Descriptor, Pipe, State, evolve
from grader.model import Event

SIGINFO_SIZE = 128


def read(state: State, event: Event) -> State:
    """read, readv, recvfrom, …: bytes leave a pipe; reading a timerfd or signalfd takes what it had to tell."""
    count = event.result
    if not count or count < 0:
        return state
    obj = event.args.get("object")
    pipe = state.pipes.get(obj) if isinstance(obj, str) else None
    if pipe is None:
        return _other_read(state, event) if obj in state.things else state
    return _moved(state, event.n, pipe, 0, count)


def write(state: State, event: Event) -> State:
    """write, writev, sendto, …: bytes enter a pipe."""
    count = event.result
    if not count or count < 0:
        return state
    obj = event.args.get("object")
    pipe = state.pipes.get(obj) if isinstance(obj, str) else None
    if pipe is None:
        return state
    return _moved(state, event.n, pipe, count, 0)


def _moved(state: State, n: int, pipe: Pipe, written: int, read_: int) -> State:
    new = Pipe(pipe.name, pipe.created, pipe.written + written, pipe.read + read_, pipe.capacity)
    return evolve(state, n, pipes={**state.pipes, pipe.name: new})


def splice(state: State, event: Event) -> State:
    """splice, sendfile: bytes leave one object and enter another (either may be no pipe)."""
    return _into(read(state, event), event, "to_object")


def tee(state: State, event: Event) -> State:
    """tee: bytes are copied from one pipe to another and stay in the first."""
    return _into(state, event, "to_object")


def vmsplice(state: State, event: Event) -> State:
    """vmsplice: the direction is that of the descriptor."""
    entry = descriptor(state, event.task, event.number("fd"))
    return read(state, event) if entry is not None and entry.mode == "r" else write(state, event)


def _into(state: State, event: Event, name: str) -> State:
    pipe = state.pipes.get(event.text(name))
    count = event.result or 0
    return state if pipe is None or count <= 0 else _moved(state, event.n, pipe, count, 0)


def _other_read(state: State, event: Event) -> State:
    """A timerfd that fires once is disarmed by then; what a signalfd handed over is pending no more."""
    thing = state.things[event.text("object")]
    if thing.armed is not None and not thing.armed.interval:
        return evolve(state, event.n, things={**state.things, thing.name: replace(thing, armed=None)})
    if thing.name.startswith("signalfd ") and event.data:
        return _accepted_signals(state, event, event.data)
    return state


def _accepted_signals(state: State, event: Event, data: bytes) -> State:
    """Each record of a signalfd begins with the signal's number (signalfd(2), struct signalfd_siginfo)."""
    starts = range(0, len(data) - 3, SIGINFO_SIZE)
    numbers = {int.from_bytes(data[start : start + 4], "little") for start in starts}
    return accept(state, event, {each.name for each in signal.Signals if each.value in numbers})


def accept(state: State, event: Event, signals: set[str]) -> State:
    """`state` in which these signals are pending no more for the event's task and process."""
    task, process = state.tasks.get(event.task), state.processes.get(event.process)
    if task is not None and task.pending & signals:
        task = replace(task, pending=task.pending - signals)
        state = evolve(state, event.n, tasks={**state.tasks, task.name: task})
    if process is not None and process.pending & signals:
        process = replace(process, pending=process.pending - signals)
        state = evolve(state, event.n, processes={**state.processes, process.name: process})
    return state


def send(state: State, event: Event) -> State:
    """sendmsg: like write; descriptors sent along travel until somebody receives the message (unix(7), SCM_RIGHTS)."""
    state = write(state, event)
    numbers = event.args.get("passed")
    found = table_of(state, event)
    if not isinstance(numbers, tuple) or found is None:
        return state
    sent = tuple(found[1][fd] for fd in numbers if isinstance(fd, int) and fd in found[1])
    return evolve(state, event.n, passed=state.passed + sent) if sent else state


def receive(state: State, event: Event) -> State:
    """recvmsg: like read; descriptors that came with the message are entries of the open file descriptions sent."""
    state = read(state, event)
    fds = event.args.get("fds")
    if not isinstance(fds, Mapping) or table_of(state, event) is None:
        return state
    cloexec = "MSG_CMSG_CLOEXEC" in event.texts("flags")
    travelling, new = list(state.passed), {}
    for index, (number, obj) in enumerate(fds.items()):
        sent = next((entry for entry in travelling if entry.object == obj), None)
        if sent is None:
            new[int(number)] = Descriptor(str(obj), "rw", cloexec, event.n, False, description_id(event, index))
        else:
            travelling.remove(sent)
            new[int(number)] = replace(sent, cloexec=cloexec, opened=event.n)
    state = install(state, event, new) if new else state
    return evolve(state, event.n, passed=tuple(travelling)) if len(travelling) < len(state.passed) else state
