"""In: the events of a run; out: what each reads and writes of all that processes share.

Two steps that touch nothing in common may change places. What is shared has names: objects of the kernel as events name them,
`file PATH`, `names` (which names exist), `signals P1`, `children P0`, `memory` (all that is mapped by more than one task). Where a
call could touch more than the event tells, it touches everything. Virtual time and random bytes count as nobody's: their values
hang on the order, but no step waits for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.frozen import dataclass
from grader.kernel import State, descriptor
from grader.kernel.hints import INERT_DEVICES
from grader.kernel.waits import READS
from grader.model import Event

__all__ = ["NOTHING", "Access", "Sharing", "access", "conflict"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a step reads and writes; `all`: nobody knows, so everything."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    all: bool = False

    def __or__(self, other: Access) -> Access:
        """Both together."""
        return Access(self.reads | other.reads, self.writes | other.writes, self.all or other.all)


NOTHING = Access()
EVERYTHING = Access(all=True)
NAMES, MEMORY, SOCKETS = "names", "memory", "socket"

_OWN = frozenset(
    "pipe pipe2 socketpair eventfd eventfd2 memfd_create timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4"
    " epoll_create epoll_create1 clock_gettime gettimeofday time getrandom nanosleep clock_nanosleep alarm setitimer getitimer"
    " timer_create timer_settime timer_gettime timer_delete sched_yield rt_sigreturn restart_syscall exit exit_group pause"
    " rt_sigaction rt_sigprocmask rt_sigsuspend rt_sigtimedwait socket setsockopt getsockopt".split()
)
"""Calls that touch what is the caller's alone; signals aside, which every step of a task may be met by."""

_FORKS = ("fork", "vfork", "clone")
_KILLS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo")
_PATHS = "unlink unlinkat rmdir mq_unlink mknod mknodat link linkat symlink symlinkat rename renameat renameat2".split()
_SYSTEM_V = "shmat semop semtimedop semctl shmctl msgctl msgsnd msgrcv".split()
_WHOLE = "close fsync ftruncate fallocate flock fcntl ioctl listen shutdown bind connect accept accept4 sendfile splice tee".split()
_WRITES = "write writev pwrite64 pwritev pwritev2 sendto sendmsg vmsplice copy_file_range mq_timedsend mq_timedreceive".split()


def conflict(one: Access, other: Access) -> bool:
    """Whether the order of the two could matter."""
    if one.all or other.all:
        return True
    return not (
        one.writes.isdisjoint(other.writes)
        and one.writes.isdisjoint(other.reads)
        and one.reads.isdisjoint(other.writes)
    )


def access(before: State, event: Event) -> Access:
    """What this event touched; `before` is the kernel's state before it."""
    if event.kind in {"call", "block"}:
        return _CALLS.get(event.call, _unknown)(before, event)
    if event.kind == "signal":
        return _writes(f"signals {event.process}")
    if event.kind in {"stopped", "continued"}:
        return _writes(f"signals {event.process}", f"children {_parent(before, event.process)}")
    if event.kind == "exit":
        return _ended(before, event)
    return EVERYTHING if event.kind == "stimulus" else NOTHING


@dataclass(slots=True)
class Sharing:
    """Which processes share memory with others, as the run goes on."""

    processes: set[str]

    def see(self, event: Event) -> None:
        """Take one event into account."""
        if event.kind != "call" or event.failed:
            return
        if event.call == "shmat" or (event.call == "mmap" and _common(event)) or event.args.get("thread") is True:
            self.processes.add(event.process)
        elif event.call in _FORKS and event.process in self.processes:
            self.processes.add(event.text("child").partition(".")[0])
        elif event.call in {"execve", "execveat"}:
            self.processes.discard(event.process)

    def own_code(self, process: str) -> Access:
        """What a stretch of a program's own code touches: names by calls that are not traced, and memory, if it is shared."""
        shared = frozenset({MEMORY}) if process in self.processes else frozenset[str]()
        return Access(frozenset({NAMES}), shared)


def _common(event: Event) -> bool:
    """A shared mapping through which bytes could come: not the read-only files of the C library."""
    return event.args.get("shared") is True and (event.args.get("write") is True or not event.text("object"))


def _reads(*names: str) -> Access:
    return Access(reads=frozenset(name for name in names if name))


def _writes(*names: str) -> Access:
    return Access(writes=frozenset(name for name in names if name))


def _object(name: str) -> str:
    """All sockets are one: what is sent on one comes out of another."""
    kind, _, rest = name.partition(" ")
    if kind == "socket":
        return SOCKETS
    return "" if kind == "device" and rest in INERT_DEVICES else name


def _parent(state: State, process: str) -> str:
    found = state.processes.get(process)
    return found.parent if found is not None else ""


def _unknown(_before: State, _event: Event) -> Access:
    return EVERYTHING


def _own(_before: State, _event: Event) -> Access:
    return NOTHING


def _read(_before: State, event: Event) -> Access:
    name = _object(event.text("object"))
    return _reads(name) if name.startswith(("file ", "dir ")) else _writes(name)


def _whole(_before: State, event: Event) -> Access:
    return _writes(_object(event.text("object")), _object(event.text("to_object")), event.text("accepted") and SOCKETS)


def _dup(before: State, event: Event) -> Access:
    old = descriptor(before, event.task, event.number("to"))
    return _writes(_object(old.object)) if old is not None else NOTHING


def _open(_before: State, event: Event) -> Access:
    path, name = f"file {event.text('path')}", _object(event.text("object"))
    flags = event.texts("flags")
    if "O_CREAT" in flags or "O_TRUNC" in flags or name.startswith("fifo "):
        return _writes(path, name, NAMES)
    return _reads(path, name, NAMES)


def _path(_before: State, event: Event) -> Access:
    to = event.text("to")
    return _writes(f"file {event.text('path')}", f"file {to}" if to else "", NAMES)


def _fork(_before: State, event: Event) -> Access:
    return _writes(f"children {event.process}", MEMORY if event.args.get("thread") is True else "")


def _wait(_before: State, event: Event) -> Access:
    return _writes(f"children {event.process}")


def _kill(_before: State, event: Event) -> Access:
    target = event.text("target").partition(".")[0]
    if target in {"", "group", "all", "unknown"}:
        return EVERYTHING
    return _reads(f"signals {target}") if event.text("signal") == "none" else _writes(f"signals {target}")


def _exec(before: State, event: Event) -> Access:
    return _writes(*(_object(entry.object) for entry in _table(before, event.process) if entry.cloexec))


def _close_range(before: State, event: Event) -> Access:
    return _writes(*(_object(entry.object) for entry in _table(before, event.process)))


def _table(state: State, process: str) -> Iterable[_Entry]:
    found = state.processes.get(process)
    entries = state.tables.get(found.table, {}).values() if found is not None else ()
    return (_Entry(entry.object, entry.cloexec) for entry in entries)


@dataclass(frozen=True, slots=True)
class _Entry:
    object: str
    cloexec: bool


def _ended(before: State, event: Event) -> Access:
    """The end of a task: of a process, all it held is closed, and its parent learns of it."""
    if event.task != event.process or any(
        task.process == event.process and task.name != event.task for task in before.tasks.values()
    ):
        return _writes(MEMORY)
    parent = _parent(before, event.process)
    known = before.processes.get(parent)
    handled = known is not None and known.dispositions.get("SIGCHLD")
    heard = f"signals {parent}" if handled else ""
    closed = (_object(entry.object) for entry in _table(before, event.process))
    return _writes(f"children {parent}", heard, *(name for name in closed if name not in {"stdin", "stdout", "stderr"}))


def _poll(_before: State, event: Event) -> Access:
    listed = event.args.get("fds")
    if not isinstance(listed, tuple):
        return EVERYTHING
    return _reads(*(_object(str(each.get("object", ""))) for each in listed if isinstance(each, Mapping)))


def _select(before: State, event: Event) -> Access:
    numbers = [fd for name in ("read", "write", "except") for fd in _numbers(event.args.get(name))]
    found = (descriptor(before, event.task, fd) for fd in numbers)
    return _reads(*(_object(entry.object) for entry in found if entry is not None))


def _numbers(value: object) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, tuple) else []


def _system_v(_before: State, event: Event) -> Access:
    return _writes(event.text("id"))


def _futex(_before: State, event: Event) -> Access:
    return _writes(event.text("word"))


def _key(_before: State, event: Event) -> Access:
    key = event.args.get("key")
    return NOTHING if key == "private" else _writes(f"key {key}")


def _map(_before: State, event: Event) -> Access:
    return _reads(_object(event.text("object")))


def _truncate(_before: State, event: Event) -> Access:
    return _writes(f"file {event.text('path')}")


_CALLS: Mapping[str, Callable[[State, Event], Access]] = {
    **dict.fromkeys(_OWN, _own),
    **dict.fromkeys((*_WHOLE, *_WRITES), _whole),
    **dict.fromkeys(READS, _read),
    **dict.fromkeys(("sendfile", "splice", "tee", "mq_timedreceive"), _whole),
    **dict.fromkeys(("dup", "dup2", "dup3"), _dup),
    **dict.fromkeys(("open", "openat", "openat2", "creat", "mq_open"), _open),
    **dict.fromkeys(_PATHS, _path),
    **dict.fromkeys(_FORKS, _fork),
    **dict.fromkeys(("wait4", "waitid"), _wait),
    **dict.fromkeys(_KILLS, _kill),
    **dict.fromkeys(("execve", "execveat"), _exec),
    **dict.fromkeys(("poll", "ppoll"), _poll),
    **dict.fromkeys(("select", "pselect6"), _select),
    **dict.fromkeys(_SYSTEM_V, _system_v),
    **dict.fromkeys(("shmget", "semget", "msgget"), _key),
    "close_range": _close_range,
    "futex": _futex,
    "mmap": _map,
    "mq_getsetattr": _map,
    "truncate": _truncate,
}  # fmt: skip
