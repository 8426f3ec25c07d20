"""In: a traced task's id; out: `Tracee`, where it stands, and whether it truly sleeps inside the kernel."""

from __future__ import annotations

import os
from dataclasses import field
from enum import Enum

from grader.box import ptrace
from grader.frozen import dataclass
from grader.trace.context import Context


class Mode(Enum):
    """Where a tracee stands. Only the first five can be picked to move."""

    USER = "held; goes on in the program's own code"
    ENTRY = "held before a traced call"
    CALL = "held inside a call that has made a child or replaced the program"
    SIGNAL = "held before a signal is delivered"
    DYING = "held in its last moment"
    BLOCKED = "sleeps inside the kernel"
    STOPPED = "stopped by job control"
    ZOMBIE = "a leader that ended before its threads"
    GONE = "no more"


# A tuple: to look through five by identity is quicker than to hash one.
MOVABLE = (Mode.USER, Mode.ENTRY, Mode.CALL, Mode.SIGNAL, Mode.DYING)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A wait that a signal ended before its deadline; `rest_at` is where a handled sleep tells what is left (0: nowhere)."""

    call: str
    deadline: int
    rest_at: int


@dataclass(slots=True, eq=False)
class Tracee:
    """One task under the tracer: `tid` on this machine, its symbolic names, and the call it is in.

    `entered`: the call was let into the kernel. `deadline`: the virtual instant at which the call it sleeps in gives up;
    `expired`: that has come. `spun`: nanoseconds of processor time since the last traced call. `held_since`: how many events
    were on record when it stopped before its call; None: that call is one which the kernel goes on with after an interruption.
    """

    tid: int
    name: str
    process: str
    order: int
    mode: Mode = Mode.USER
    context: Context | None = None
    signal: int = 0
    vfork: bool = False
    entered: bool = False
    deadline: int | None = None
    expired: bool = False
    interrupted: Interrupted | None = None
    held_since: int | None = None
    spun: int = 0
    # A call that sleeps although it is not traced: it has no exit stop to wait for.
    untraced: bool = False
    # The end of a call that is recorded when what it waited for is.
    kept: int | None = None
    _files: dict[str, int] = field(default_factory=dict)

    @property
    def leader(self) -> bool:
        """Whether this is the first thread of its process."""
        return self.name == self.process

    @property
    def ends_alone(self) -> bool:
        """Whether it ends by exit(2), which ends one thread, not its process."""
        return self.context is not None and self.context.name == "exit"

    def _proc(self, name: str) -> bytes:
        try:
            fd = self._files.get(name)
            if fd is None:
                fd = self._files[name] = os.open(f"/proc/{self.tid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(fd, 512, 0)
        except OSError:
            return b""

    def forget(self) -> None:
        """Close what was opened to watch the task."""
        for fd in self._files.values():
            os.close(fd)
        self._files.clear()

    def state(self) -> str:
        """The one-letter state of proc(5); `X` when the task is gone. The name field may hold any byte: search from the end."""
        line = self._proc("stat")
        at = line.rfind(b")")
        return chr(line[at + 2]) if at >= 0 else "X"

    def asleep(self) -> bool:
        """Whether the task is off the processor inside a call, waiting for an event.

        State S alone is not enough: a call sets it before it looks once more at what it waits for. /proc/T/syscall waits until
        the task has left the run queue, and says `running` otherwise. State D is a short wait (a page, a lock held by a
        neighbour who reads our smaps), except for a parent in vfork.
        """
        wanted = "D" if self.vfork else "S"
        if self.state() != wanted:
            return False
        line = self._proc("syscall")
        return bool(line) and not line.startswith((b"running", b"-1")) and self.state() == wanted

    def call_number(self) -> int:
        """The number of the call the task sleeps in; -1 when it is not in one."""
        line = self._proc("syscall").split()
        return int(line[0]) if line and line[0].lstrip(b"-").isdigit() else -1

    def cpu(self) -> int:
        """Nanoseconds of processor time the task has used."""
        line = self._proc("schedstat").split()
        return int(line[0]) if line else 0

    def stop_pending(self) -> int | None:
        """The wait status of a stop that has happened and was not yet seen; never waits."""
        return ptrace.wait(self.tid, ptrace.WALL | os.WNOHANG)
