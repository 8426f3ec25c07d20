"""In: a call on a futex, a System V object or a POSIX queue, held at its stops; out: the args of its event (docs/events.md)."""

from __future__ import annotations

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import DATA_LIMIT, Context, Spec
from grader.trace.names import fd_flags, flag_names

_FUTEX = {
    0: "wait", 1: "wake", 3: "requeue", 4: "requeue", 5: "wake", 6: "lock_pi", 7: "unlock_pi", 8: "lock_pi", 9: "wait",
    10: "wake", 11: "wait", 12: "requeue", 13: "lock_pi",
}  # fmt: skip


_CLOCK_REALTIME, _LOCK_PI = 0x100, 6


def _futex(c: Context) -> dict[str, Arg]:
    op = c.int32(1)
    command = op & 0x7F
    name = _FUTEX.get(command, str(command))
    shared = not op & 0x80
    limit: int | None = None
    if name in ("wait", "lock_pi") and c.raw[3]:
        # FUTEX_WAIT alone takes a length; the others an instant of the clock that the flag names (futex(2)).
        realtime = bool(op & _CLOCK_REALTIME) or command == _LOCK_PI
        limit = c.limit(memory.duration(c.tid, c.raw[3]), None if command == 0 else 0 if realtime else 1)
    return {
        "op": name,
        "word": c.world.objects.known("futex", _futex_key(c, shared)),
        "shared": shared,
        "timeout": limit,
    }


def _futex_key(c: Context, shared: bool) -> object:
    address = c.raw[0]
    if not shared:
        return (c.task.partition(".")[0], address)
    try:
        with open(f"/proc/{c.tid}/maps", "rb") as maps:
            for line in maps:
                span, _, offset, device, inode = line.split(None, 5)[:5]
                low, _, high = span.partition(b"-")
                if int(low, 16) <= address < int(high, 16):
                    return (device, inode, address - int(low, 16) + int(offset, 16))
    except OSError:
        pass
    return (c.tid, address)


_IPC_COMMANDS = {
    0: "IPC_RMID",
    1: "IPC_SET",
    2: "IPC_STAT",
    11: "GETPID",
    12: "GETVAL",
    13: "GETALL",
    16: "SETVAL",
    17: "SETALL",
}
_SYSV = {"shm": "sysv-shm", "sem": "sysv-sem", "msg": "sysv-msg"}


def _sysv_get(flags_at: int) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        flags = c.int32(flags_at)
        key = c.int32(0)
        names = flag_names(flags, {"IPC_CREAT": 0o1000, "IPC_EXCL": 0o2000})
        return {"key": "private" if key == 0 else key, "flags": names}

    def done(c: Context, result: int) -> None:
        kind = _SYSV[c.name[:3]]
        c.args["id"] = c.world.objects.known(kind, (kind, result))

    return Spec(entry, done)


def _sysv_id(c: Context) -> dict[str, Arg]:
    kind = _SYSV[c.name[:3]]
    return {"id": c.world.objects.known(kind, (kind, c.int32(0)))}


def _semop(c: Context) -> dict[str, Arg]:
    ops: tuple[Arg, ...] = tuple(
        {"index": index, "change": change, "flags": flag_names(flags, {"IPC_NOWAIT": 0o4000, "SEM_UNDO": 0x1000})}
        for index, change, flags in memory.numbers(c.tid, c.raw[1], "<Hhh", min(c.raw[2], 500))
    )
    timeout = c.limit(memory.duration(c.tid, c.raw[3])) if c.name == "semtimedop" else None
    return _sysv_id(c) | {"ops": ops, "timeout": timeout}


def _control(command_at: int) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        command = c.int32(command_at) & 0xFF
        value = c.int32(command_at + 1) if command == 16 else 0
        return _sysv_id(c) | {"command": _IPC_COMMANDS.get(command, str(command)), "value": value}

    return Spec(entry)


def _message(c: Context) -> dict[str, Arg]:
    kind = memory.number(c.tid, c.raw[1], "<q") if c.name == "msgsnd" else c.int64(3)
    flags = c.int32(3 if c.name == "msgsnd" else 4)
    extra: dict[str, Arg] = {"nonblock": True} if flags & 0o4000 else {}
    return _sysv_id(c) | {"type": kind, "count": c.int64(2)} | extra


def _message_done(c: Context, result: int) -> None:
    size = c.int64(2) if c.name == "msgsnd" else result
    c.keep(ptrace.read(c.tid, c.raw[1] + 8, min(size, DATA_LIMIT)), size)


def _queue_message(c: Context) -> dict[str, Arg]:
    extra: dict[str, Arg] = {"priority": c.raw[3] & 0xFFFFFFFF} if c.name == "mq_timedsend" else {}
    extra |= {"nonblock": True} if c.world.nonblock_of(c.task, c.int32(0)) else {}
    return c.descriptor() | {"count": c.int64(2), "timeout": c.limit(memory.duration(c.tid, c.raw[4]), 0)} | extra


def _queue_message_done(c: Context, result: int) -> None:
    size = c.int64(2) if c.name == "mq_timedsend" else result
    c.keep(ptrace.read(c.tid, c.raw[1], min(size, DATA_LIMIT)), size)


def _queue_state(c: Context) -> dict[str, Arg]:
    """mq_getsetattr: the one flag that can be set, and how many messages are there (mq_getattr(3))."""
    return c.descriptor() | ({"flags": fd_flags(memory.number(c.tid, c.raw[1], "<q"))} if c.raw[1] else {})


def _queue_state_done(c: Context, _result: int) -> None:
    if c.raw[2]:
        c.args["messages"] = memory.number(c.tid, c.raw[2] + 24, "<q")


def _nothing(_c: Context) -> dict[str, Arg]:
    return {}


SPECS: dict[str, Spec] = {
    "futex": Spec(_futex), "shmget": _sysv_get(2), "semget": _sysv_get(2), "msgget": _sysv_get(1),
    "shmat": Spec(_sysv_id), "shmdt": Spec(_nothing), "semop": Spec(_semop), "semtimedop": Spec(_semop),
    "semctl": _control(2), "shmctl": _control(1), "msgctl": _control(1),
    "msgsnd": Spec(_message, _message_done), "msgrcv": Spec(_message, _message_done),
    "mq_timedsend": Spec(_queue_message, _queue_message_done),
    "mq_timedreceive": Spec(_queue_message, _queue_message_done),
    "mq_getsetattr": Spec(_queue_state, _queue_state_done),
}  # fmt: skip
