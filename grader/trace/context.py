"""In: one task held at a system call; out: `Context`, through which decoders see registers, memory, descriptors and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from grader.frozen import dataclass
from grader.model import Arg
from grader.trace.memory import signed
from grader.trace.names import Objects, renamed

DATA_LIMIT = 1 << 16
FILE_DATA_LIMIT = 512


@dataclass(slots=True)
class World:
    """What all decoders of a run share: names of objects and processes, and the model's view of descriptors.

    `object_of(task, fd)` and `nonblock_of(task, fd)` ask the kernel model. `now()` is the virtual time of the run and
    `reading(clock)` what one of the kernel's clocks shows, both in nanoseconds; `timer_clock(task, timer)` is the clock that
    a timer goes by. `ending(process)` tells how a child ended (empty: it has not), `zombies(process)` which of its
    children have ended and wait to be reaped, oldest first. `pids` maps in-box process ids to
    names, `socket_limits` a socket and SO_RCVTIMEO or SO_SNDTIMEO to nanoseconds, `places` folders to their names.
    """

    objects: Objects
    object_of: Callable[[str, int], str]
    nonblock_of: Callable[[str, int], bool]
    now: Callable[[], int]
    reading: Callable[[int], int]
    timer_clock: Callable[[str, int | str], int]
    ending: Callable[[str], str]
    zombies: Callable[[str], tuple[str, ...]]
    pids: dict[int, str] = field(default_factory=dict)
    socket_limits: dict[tuple[str, str], int] = field(default_factory=dict)
    places: tuple[tuple[str, str], ...] = ()

    def named(self, value: Arg) -> Arg:
        """An argument with the paths that are in it as the program would see them in the best box (`Tree.places`)."""
        if isinstance(value, tuple):
            return tuple(self.named(each) for each in value)
        if isinstance(value, str):
            return renamed(value, self.places)
        return value

    def process(self, pid: int) -> str:
        """`P1` for its in-box process id, `unknown` for one that was never seen."""
        return self.pids.get(pid, "unknown")


@dataclass(slots=True)
class Context:
    """One call of one task: raw arguments, and `args` as they will stand in the event."""

    tid: int
    task: str
    name: str
    raw: tuple[int, ...]
    world: World
    args: dict[str, Arg] = field(default_factory=dict)
    data: bytes | None = None
    # The virtual instant at which the call gives up waiting; None: it never does.
    deadline: int | None = None
    # What a completion still has to know and the event does not show.
    note: tuple[int, ...] = ()
    stack: int = 0
    # A fault: the errno that is the call's answer without its being made, and whether it was made to move fewer bytes.
    denied: int = 0
    cut: bool = False

    def int32(self, index: int) -> int:
        """Argument `index` as a C int."""
        return signed(self.raw[index])

    def int64(self, index: int) -> int:
        """Argument `index` as a C long."""
        return signed(self.raw[index], 64)

    def descriptor(self, index: int = 0) -> dict[str, Arg]:
        """The `fd` and `object` that every call on a descriptor has."""
        fd = self.int32(index)
        return {"fd": fd, "object": self.world.object_of(self.task, fd)}

    def limit(self, nanoseconds: int | None, clock: int | None = None) -> int | None:
        """Remember how long the call may wait: for a time, or until `clock` shows it; returns what is left of it.

        Not positive and not absolute: the kernel answers at once, by itself; negative is how `memory.duration` says invalid.
        """
        if nanoseconds is None or nanoseconds < 0 or (clock is None and nanoseconds == 0):
            return nanoseconds
        left = nanoseconds if clock is None else max(0, nanoseconds - self.world.reading(clock))
        self.deadline = self.world.now() + left
        return left

    def keep(self, data: bytes, size: int) -> None:
        """Keep payload bytes; say `cut` when they are not all of `size`."""
        self.data = data
        if len(data) < size:
            self.args["cut"] = True

    def data_limit(self) -> int:
        """How many payload bytes of this call are kept: all that matter for IPC, only the small ones of plain files."""
        target = self.args.get("object")
        plain = isinstance(target, str) and target.startswith(("file ", "dir ", "device "))
        return FILE_DATA_LIMIT if plain else DATA_LIMIT


Decoder = Callable[[Context], Mapping[str, Arg]]
"""At a call's entry: the event's args."""

Completion = Callable[[Context, int], None]
"""At a call's exit, with its result: adds to `context.args` and `context.data`. Only called when the call succeeded."""


@dataclass(frozen=True, slots=True)
class Spec:
    """How one system call is decoded; `always` runs the completion also when the call failed."""

    entry: Decoder
    complete: Completion | None = None
    always: bool = False
