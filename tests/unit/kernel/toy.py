"""Small numbers go in, a run of valid system calls comes out, told to the model and to a naive kernel side by side.

The naive kernel changes its objects in place, as a kernel does, and shares no code with the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.unit.kernel.world import World

Step = tuple[int, int, int, int]


@dataclass(eq=False)
class File:
    """An open file description."""

    obj: str
    mode: str
    nonblock: bool = False


@dataclass
class Entry:
    """A descriptor: a file and a flag of its own."""

    file: File
    cloexec: bool = False


@dataclass
class Proc:
    """A process with its descriptors; `table` may be another's too."""

    parent: str
    table: dict[int, Entry]
    zombie: bool = False
    ignores: bool = False


@dataclass
class Toy:
    """The naive kernel, and the world whose model must agree with it."""

    world: World = field(default_factory=World)
    procs: dict[str, Proc] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    made: int = 0
    born: int = 0

    def __post_init__(self) -> None:
        """Begin with the root and its three pipes."""
        standard = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
        self.procs["P0"] = Proc("outside", {fd: Entry(File(obj, mode)) for fd, (obj, mode) in enumerate(standard)})
        self.bytes = {obj: 0 for obj, _ in standard}

    def live(self) -> list[str]:
        """The processes that have not ended."""
        return [name for name, proc in self.procs.items() if not proc.zombie]

    def step(self, numbers: Step) -> None:
        """Do one of the operations, by a process and with arguments that the numbers choose."""
        live = self.live()
        if live:
            operation, who, first, second = numbers
            OPERATIONS[operation % len(OPERATIONS)](self, live[who % len(live)], first, second)

    def table(self, who: str) -> dict[int, Entry]:
        """The descriptors of a process."""
        return self.procs[who].table

    def pick(self, who: str, number: int) -> int | None:
        """One of the open descriptors."""
        fds = sorted(self.table(who))
        return fds[number % len(fds)] if fds else None

    def free(self, who: str, count: int = 1) -> list[int]:
        """The lowest numbers that are not open."""
        return [fd for fd in range(100) if fd not in self.table(who)][:count]

    def held(self) -> set[str]:
        """All objects that a live process holds."""
        return {entry.file.obj for name in self.live() for entry in self.table(name).values()}

    def forget(self) -> None:
        """Drop the bytes of pipes that nobody holds."""
        held = self.held() | {"stdin", "stdout", "stderr"}
        self.bytes = {obj: count for obj, count in self.bytes.items() if obj in held}


def _flags(number: int, prefix: str = "O") -> tuple[str, ...]:
    names = (f"{prefix}_CLOEXEC", f"{prefix}_NONBLOCK")
    return tuple(name for bit, name in enumerate(names) if number >> bit & 1)


def make_pipe(toy: Toy, who: str, first: int, second: int) -> None:
    """Open a new pipe."""
    del second
    toy.made += 1
    name, (read, write) = f"pipe {toy.made}", toy.free(who, 2)
    for fd, mode in ((read, "r"), (write, "w")):
        toy.table(who)[fd] = Entry(File(name, mode, bool(first & 2)), bool(first & 1))
    toy.bytes[name] = 0
    toy.world.pipe(who, read, write, name, *_flags(first))


def open_something(toy: Toy, who: str, first: int, second: int) -> None:
    """Open a file or one of two FIFOs."""
    obj = ("file /a", "fifo A", "fifo B")[first % 3]
    mode, access = (("r", "O_RDONLY"), ("w", "O_WRONLY"), ("rw", "O_RDWR"))[second % 3]
    (fd,) = toy.free(who)
    toy.table(who)[fd] = Entry(File(obj, mode, bool(second & 2)), bool(second & 1))
    if obj.startswith("fifo"):
        toy.bytes.setdefault(obj, 0)
    toy.world.call(who, "openat", fd, path="/x", object=obj, flags=(access, *_flags(second)))


def duplicate(toy: Toy, who: str, first: int, second: int) -> None:
    """Duplicate a descriptor onto any number below ten."""
    fd, to = toy.pick(who, first), second % 10
    if fd is None:
        return
    call, cloexec = ("dup2", False) if first % 2 else ("dup3", bool(second % 3))
    if fd != to:
        toy.table(who)[to] = Entry(toy.table(who)[fd].file, cloexec)
        toy.forget()
    elif call == "dup3":
        return
    flags = ("O_CLOEXEC",) if cloexec else ()
    toy.world.call(who, call, to, fd=fd, to=to, flags=flags, object=toy.world.object_of(who, fd))


def close_one(toy: Toy, who: str, first: int, second: int) -> None:
    """Close a number, open or not."""
    del second
    fd = first % 12
    if toy.table(who).pop(fd, None) is None:
        toy.world.fail(who, "close", "EBADF", fd=fd, object="")
        return
    toy.forget()
    toy.world.close(who, fd)


def close_many(toy: Toy, who: str, first: int, second: int) -> None:
    """Close or mark a range of numbers."""
    low, high = sorted((first % 12, second % 12))
    mark = bool(first & 1)
    for fd in [fd for fd in toy.table(who) if low <= fd <= high]:
        if mark:
            toy.table(who)[fd].cloexec = True
        else:
            del toy.table(who)[fd]
    toy.forget()
    toy.world.call(who, "close_range", first=low, last=high, flags=("CLOSE_RANGE_CLOEXEC",) if mark else ())


def set_flag(toy: Toy, who: str, first: int, second: int) -> None:
    """Set or clear close-on-exec or non-blocking mode."""
    fd = toy.pick(who, first)
    if fd is None:
        return
    entry, value = toy.table(who)[fd], bool(second & 1)
    if second & 2:
        entry.cloexec = value
        toy.world.call(who, "fcntl", fd=fd, command="F_SETFD", flags=("FD_CLOEXEC",) if value else ())
    else:
        entry.file.nonblock = value
        toy.world.call(who, "ioctl", fd=fd, request="FIONBIO", value=int(value))


def fork(toy: Toy, who: str, first: int, second: int) -> None:
    """Make a child with a copy of the table, or with the same one."""
    del second
    if len(toy.live()) >= 6:
        return
    toy.born += 1
    child, parent = f"P{toy.born}", toy.procs[who]
    shared = first % 5 == 0
    table = parent.table if shared else {fd: Entry(e.file, e.cloexec) for fd, e in parent.table.items()}
    toy.procs[child] = Proc(who, table, ignores=parent.ignores)
    toy.world.fork(who, child, "clone", ("fd table",) if shared else ())


def execute(toy: Toy, who: str, first: int, second: int) -> None:
    """Run another program."""
    del first, second
    proc = toy.procs[who]
    proc.table = {fd: Entry(entry.file) for fd, entry in proc.table.items() if not entry.cloexec}
    toy.forget()
    toy.world.call(who, "execve", None, path="/bin/x", argv=("x",))


def ignore_children(toy: Toy, who: str, first: int, second: int) -> None:
    """Ignore SIGCHLD, or stop ignoring it."""
    del second
    toy.procs[who].ignores = bool(first & 1)
    toy.world.handle(who, "SIGCHLD", "ignore" if first & 1 else "default")


def leave(toy: Toy, who: str, first: int, second: int) -> None:
    """End; the children go to init, which reaps those that ended."""
    del second
    if len(toy.live()) == 1:
        return
    proc = toy.procs[who]
    proc.zombie = True
    for child in [name for name, each in toy.procs.items() if each.parent == who]:
        toy.procs[child].parent = "init"
        if toy.procs[child].zombie:
            del toy.procs[child]
    parent = toy.procs.get(proc.parent)
    if proc.parent == "init" or (parent is not None and parent.ignores):
        del toy.procs[who]
    toy.forget()
    toy.world.exit(who, first % 256)


def wait(toy: Toy, who: str, first: int, second: int) -> None:
    """Reap a zombie child, if there is one."""
    del second
    zombies = [name for name, proc in toy.procs.items() if proc.zombie and proc.parent == who]
    if zombies:
        child = zombies[first % len(zombies)]
        del toy.procs[child]
        toy.world.reap(who, child)


def move_bytes(toy: Toy, who: str, first: int, second: int) -> None:
    """Write some bytes, or read what there is."""
    fd = toy.pick(who, first)
    if fd is None:
        return
    file = toy.table(who)[fd].file
    there = toy.bytes.get(file.obj)
    if "w" in file.mode and second & 1:
        toy.world.write(who, fd, second)
        change = second
    elif "r" in file.mode:
        change = -min(second, there or 0)
        toy.world.read(who, fd, -change)
    else:
        return
    if there is not None:
        toy.bytes[file.obj] = there + change


OPERATIONS: tuple[Callable[[Toy, str, int, int], None], ...] = (
    make_pipe,
    open_something,
    duplicate,
    close_one,
    close_many,
    set_flag,
    fork,
    execute,
    ignore_children,
    leave,
    wait,
    move_bytes,
    make_pipe,
    fork,
    close_one,
    move_bytes,
)
