"""What tests say happened goes in, events and the kernel states they lead to come out."""

from __future__ import annotations

from grader.kernel import State, descriptor, initial, step
from grader.model import Arg, Event

Row = tuple[str, str, bool]


class World:
    """A run told event by event: each method makes the next event and steps the state."""

    def __init__(self, *, stdin_open: bool = False) -> None:
        """Begin with the root process and its three pipes."""
        self.state = initial()
        self.n = 0
        self.last = Event(0, "P0", "start")
        fds = {"0": "stdin", "1": "stdout", "2": "stderr"}
        self.tell("P0", "start", fds=fds, argv=("program",), stdin_open=stdin_open)

    def add(self, event: Event) -> State:
        """Step over an event made elsewhere."""
        self.last = event
        self.n = event.n
        self.state = step(self.state, event)
        return self.state

    def tell(self, task: str, kind: str, time: int = 0, data: bytes | None = None, **args: Arg) -> State:
        """An event that is no call."""
        return self.add(Event(self.n + 1, task, kind, "", args, data=data, time=time))

    def call(self, task: str, name: str, result: int | None = 0, **args: Arg) -> State:
        """A call that succeeded."""
        return self.add(Event(self.n + 1, task, "call", name, args, result))

    def at(self, time: int, task: str, name: str, **args: Arg) -> State:
        """A call that succeeded at a virtual time."""
        return self.add(Event(self.n + 1, task, "call", name, args, 0, time=time))

    def fail(self, task: str, name: str, error: str, **args: Arg) -> State:
        """A call that failed."""
        return self.add(Event(self.n + 1, task, "call", name, args, -1, error))

    def block(self, task: str, name: str, **args: Arg) -> State:
        """The task sleeps in a call."""
        return self.add(Event(self.n + 1, task, "block", name, args))

    def pipe(self, task: str = "P0", read: int = 3, write: int = 4, name: str = "pipe A", *flags: str) -> State:
        """The task makes a pipe."""
        return self.call(task, "pipe2", read=read, write=write, object=name, flags=flags)

    def fork(self, task: str, child: str, call: str = "fork", shares: tuple[str, ...] = ()) -> State:
        """The task makes a process, or a thread where the child's name says so."""
        return self.call(task, call, None, child=child, thread="." in child, shares=shares)

    def close(self, task: str, *fds: int) -> State:
        """The task closes descriptors."""
        for fd in fds:
            self.call(task, "close", fd=fd, object=self.object_of(task, fd))
        return self.state

    def read(self, task: str, fd: int, count: int) -> State:
        """The task has read so many bytes."""
        return self.call(task, "read", count, fd=fd, object=self.object_of(task, fd), count=count)

    def write(self, task: str, fd: int, count: int) -> State:
        """The task has written so many bytes."""
        return self.call(task, "write", count, fd=fd, object=self.object_of(task, fd), count=count)

    def sleep_in_read(self, task: str, fd: int) -> State:
        """The task sleeps in read."""
        return self.block(task, "read", fd=fd, object=self.object_of(task, fd), count=1)

    def sleep_in_write(self, task: str, fd: int) -> State:
        """The task sleeps in write."""
        return self.block(task, "write", fd=fd, object=self.object_of(task, fd), count=100_000)

    def exit(self, task: str, code: int = 0) -> State:
        """The task is gone."""
        return self.tell(task, "exit", code=code)

    def reap(self, task: str, child: str, status: str = "exited 0", call: str = "wait4") -> State:
        """The task has waited for a child."""
        return self.call(task, call, 1, pid=child, child=child, status=status, options=())

    def handle(self, task: str, signal: str, action: str = "handler", *flags: str) -> State:
        """The task says what its process does with a signal."""
        return self.call(task, "rt_sigaction", signal=signal, action=action, flags=flags, mask=())

    def deliver(self, task: str, signal: str, action: str = "handler", time: int = 0, origin: str = "") -> State:
        """A signal reaches the task."""
        return self.tell(task, "signal", time=time, signal=signal, action=action, origin=origin)

    def object_of(self, task: str, fd: int) -> str:
        """The object behind a descriptor, empty when it is not open."""
        entry = descriptor(self.state, task, fd)
        return entry.object if entry else ""


def table_of(state: State, process: str) -> dict[int, Row]:
    """A process's descriptors as /proc shows them: {number: (kind, mode, close-on-exec)}, the standard pipes as pipes.

    `kind` is the first word of the object's name: `pipe`, `fifo`, `file`, `socket`, …
    """
    table = state.tables[state.processes[process].table]
    kinds = {fd: entry.object.partition(" ")[0] for fd, entry in table.items()}
    return {
        fd: ("pipe" if kinds[fd].startswith("std") else kinds[fd], entry.mode, entry.cloexec)
        for fd, entry in table.items()
    }
