"""In: a call on processes, signals, time or System V objects, held at its stops; out: the args of its event (docs/events.md)."""

from __future__ import annotations

import os
import signal
import struct

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import DATA_LIMIT, Context, Spec
from grader.trace.names import flag_names, signal_name, signal_set

_SHARES = {0x100: "memory", 0x400: "fd table", 0x800: "signal handlers", 0x8000: "parent"}
CLONE_VFORK, CLONE_THREAD = 0x4000, 0x10000


def _fork(c: Context) -> dict[str, Arg]:
    flags = c.raw[0] if c.name == "clone" else (0x100 if c.name == "vfork" else 0)
    shares = tuple(name for bit, name in _SHARES.items() if flags & bit)
    return {"thread": c.name == "clone" and bool(flags & CLONE_THREAD), "shares": shares}


def _exec(path_at: int) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        return {"path": memory.text(c.tid, c.raw[path_at]), "argv": memory.strings(c.tid, c.raw[path_at + 1])}

    return Spec(entry)


def _exit(c: Context) -> dict[str, Arg]:
    return {"code": c.int32(0) & 0xFF}


def _awaited(c: Context, pid: int) -> str:
    if pid == -1:
        return "any"
    return "group" if pid < -1 or pid == 0 else c.world.process(pid)


_WAIT_OPTIONS = {"WNOHANG": 1, "WUNTRACED": 2, "WEXITED": 4, "WCONTINUED": 8, "WNOWAIT": 0x01000000}


def _wait4(c: Context) -> dict[str, Arg]:
    return {"pid": _awaited(c, c.int32(0)), "options": flag_names(c.int32(2), _WAIT_OPTIONS), "child": "", "status": ""}


def _wait4_done(c: Context, result: int) -> None:
    if result <= 0:
        return
    c.args["child"] = c.world.process(result)
    if c.raw[1]:
        c.args["status"] = status_words(memory.number(c.tid, c.raw[1], "<i"))


def status_words(status: int) -> str:
    """A wait status as wait(2) explains it."""
    if os.WIFEXITED(status):
        return f"exited {os.WEXITSTATUS(status)}"
    if os.WIFSIGNALED(status):
        return f"killed {signal_name(os.WTERMSIG(status))}"
    if os.WIFSTOPPED(status):
        return f"stopped {signal_name(os.WSTOPSIG(status))}"
    return "continued"


def _waitid(c: Context) -> dict[str, Arg]:
    kind, pid = c.int32(0), c.int32(1)
    who = {0: "any", 1: c.world.process(pid), 2: "group", 3: "unknown"}.get(kind, "unknown")
    if kind == 3:  # P_PIDFD: the descriptor's object tells nothing of the process, so any child may be meant
        who = "any"
    return {"pid": who, "options": flag_names(c.int32(3), _WAIT_OPTIONS), "child": "", "status": ""}


def _waitid_done(c: Context, _result: int) -> None:
    raw = ptrace.read(c.tid, c.raw[2], 28) if c.raw[2] else b""
    if len(raw) < 28:
        return
    number, _, code, pid, _, status = struct.unpack_from("<iii4xiii", raw)
    if number != signal.SIGCHLD or not pid:
        return
    words = {
        1: f"exited {status & 0xFF}",
        2: f"killed {signal_name(status & 0x7F)}",
        3: f"killed {signal_name(status & 0x7F)}",
    }
    c.args["child"] = c.world.process(pid)
    c.args["status"] = words.get(code, "continued" if code == 6 else f"stopped {signal_name(status & 0x7F)}")


def _kill(c: Context) -> dict[str, Arg]:
    pid = c.int32(0)
    target = "all" if pid == -1 else _awaited(c, pid)
    return {"target": target, "signal": signal_name(c.int32(1))}


def _tgkill(c: Context) -> dict[str, Arg]:
    return {"target": c.world.process(c.int32(0)), "signal": signal_name(c.int32(2 if c.name == "tgkill" else 1))}


def _sigqueue(c: Context) -> dict[str, Arg]:
    return {"target": c.world.process(c.int32(0)), "signal": signal_name(c.int32(1))}


def _pidfd_signal(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"target": "unknown", "signal": signal_name(c.int32(1))}


_SIGACTION_FLAGS = {
    "SA_NOCLDSTOP": 1, "SA_NOCLDWAIT": 2, "SA_SIGINFO": 4, "SA_ONSTACK": 0x08000000, "SA_RESTART": 0x10000000,
    "SA_NODEFER": 0x40000000, "SA_RESETHAND": 0x80000000,
}  # fmt: skip


def _sigaction(c: Context) -> dict[str, Arg]:
    records = memory.numbers(c.tid, c.raw[1], "<QQQQ")
    handler, flags, _, mask = records[0] if records else (0, 0, 0, 0)
    return {
        "signal": signal_name(c.int32(0)),
        "action": {0: "default", 1: "ignore"}.get(handler, "handler"),
        "flags": flag_names(flags, _SIGACTION_FLAGS),
        "mask": signal_set(mask),
    }


def _sigprocmask(c: Context) -> dict[str, Arg]:
    how = {0: "SIG_BLOCK", 1: "SIG_UNBLOCK", 2: "SIG_SETMASK"}.get(c.int32(0), str(c.int32(0)))
    return {"how": how, "set": _set(c, 1)}


def _set(c: Context, index: int) -> tuple[str, ...]:
    return signal_set(memory.number(c.tid, c.raw[index], "<Q"))


def _sigsuspend(c: Context) -> dict[str, Arg]:
    return {"mask": _set(c, 0)}


def _sigtimedwait(c: Context) -> dict[str, Arg]:
    return {"set": _set(c, 0), "timeout": memory.duration(c.tid, c.raw[2])}


def _sigtimedwait_done(c: Context, result: int) -> None:
    c.args["signal"] = signal_name(result)


def _nothing(_c: Context) -> dict[str, Arg]:
    return {}


_POLL = {"POLLIN": 1, "POLLPRI": 2, "POLLOUT": 4, "POLLERR": 8, "POLLHUP": 16, "POLLNVAL": 32}


def _poll(c: Context) -> dict[str, Arg]:
    if c.name == "poll":
        timeout = None if c.int32(2) < 0 else c.int32(2) * 10**6
        return {"fds": _poll_fds(c), "timeout": timeout, "mask": None}
    mask = _set(c, 3) if c.raw[3] else None
    return {"fds": _poll_fds(c), "timeout": memory.duration(c.tid, c.raw[2]), "mask": mask}


def _poll_fds(c: Context) -> tuple[Arg, ...]:
    watched = memory.numbers(c.tid, c.raw[0], "<ihh", min(c.raw[1], 1024))
    return tuple(
        {
            "fd": fd, "object": c.world.object_of(c.task, fd), "events": flag_names(events, _POLL),
            "revents": flag_names(revents, _POLL),
        }
        for fd, events, revents in watched
    )  # fmt: skip


def _poll_done(c: Context, _result: int) -> None:
    c.args["fds"] = _poll_fds(c)


def _select_sets(c: Context) -> dict[str, Arg]:
    count = min(max(c.int32(0), 0), 4096)
    return {name: memory.bits(c.tid, c.raw[at], count) for at, name in ((1, "read"), (2, "write"), (3, "except"))}


def _select(c: Context) -> dict[str, Arg]:
    unit = 1000 if c.name == "select" else 1
    mask = None
    if c.name == "pselect6" and c.raw[5]:
        pointer = memory.number(c.tid, c.raw[5], "<Q")
        mask = signal_set(memory.number(c.tid, pointer, "<Q")) if pointer else None
    return _select_sets(c) | {"timeout": memory.duration(c.tid, c.raw[4], unit), "mask": mask}


def _select_done(c: Context, _result: int) -> None:
    c.args["ready"] = _select_sets(c)


_EPOLL = {"EPOLLIN": 1, "EPOLLPRI": 2, "EPOLLOUT": 4, "EPOLLERR": 8, "EPOLLHUP": 16, "EPOLLRDHUP": 0x2000}


def _epoll_wait(c: Context) -> dict[str, Arg]:
    milliseconds = None if c.int32(3) < 0 else c.int32(3) * 10**6
    timeout = memory.duration(c.tid, c.raw[3]) if c.name == "epoll_pwait2" else milliseconds
    mask = _set(c, 4) if c.name != "epoll_wait" and c.raw[4] else None
    return c.descriptor() | {"timeout": timeout, "mask": mask}


def _epoll_wait_done(c: Context, result: int) -> None:
    found = memory.numbers(c.tid, c.raw[1], "<Iii", result)
    c.args["ready"] = tuple({"fd": fd, "events": flag_names(events, _EPOLL)} for events, fd, _ in found)


def _epoll_ctl(c: Context) -> dict[str, Arg]:
    op = {1: "EPOLL_CTL_ADD", 2: "EPOLL_CTL_DEL", 3: "EPOLL_CTL_MOD"}.get(c.int32(1), str(c.int32(1)))
    events = memory.number(c.tid, c.raw[3], "<I") if c.raw[3] else 0
    return c.descriptor() | {"op": op, "target": c.int32(2), "events": flag_names(events, _EPOLL)}


def _sleep(at: int) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        return {"duration": memory.duration(c.tid, c.raw[at]) or 0, "absolute": at == 2 and bool(c.raw[1] & 1)}

    return Spec(entry)


def _alarm(c: Context) -> dict[str, Arg]:
    return {"duration": (c.raw[0] & 0xFFFFFFFF) * 10**9}


def _setitimer(c: Context) -> dict[str, Arg]:
    which = {0: "ITIMER_REAL", 1: "ITIMER_VIRTUAL", 2: "ITIMER_PROF"}.get(c.int32(0), str(c.int32(0)))
    return {"which": which, "duration": memory.duration(c.tid, c.raw[1] + 16 if c.raw[1] else 0, 1000) or 0,
            "interval": memory.duration(c.tid, c.raw[1], 1000) or 0}  # fmt: skip


def _timer_settime(c: Context) -> dict[str, Arg]:
    first: dict[str, Arg] = c.descriptor() if c.name == "timerfd_settime" else {"timer": c.int32(0)}
    return first | {"duration": memory.duration(c.tid, c.raw[2] + 16) or 0, "absolute": bool(c.raw[1] & 1)}


_FUTEX = {
    0: "wait", 1: "wake", 3: "requeue", 4: "requeue", 5: "wake", 6: "lock_pi", 7: "unlock_pi", 8: "lock_pi", 9: "wait",
    10: "wake", 11: "wait", 12: "requeue", 13: "lock_pi",
}  # fmt: skip


def _futex(c: Context) -> dict[str, Arg]:
    op = c.int32(1)
    name = _FUTEX.get(op & 0x7F, str(op & 0x7F))
    shared = not op & 0x80
    timed = name in ("wait", "lock_pi") and c.raw[3]
    return {
        "op": name,
        "word": c.world.objects.known("futex", _futex_key(c, shared)),
        "shared": shared,
        "timeout": memory.duration(c.tid, c.raw[3]) if timed else None,
        "absolute": bool(timed) and op & 0x7F != 0,
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
    timeout = memory.duration(c.tid, c.raw[3]) if c.name == "semtimedop" else None
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
    extra: dict[str, Arg] = {"nonblock": True} if c.world.nonblock_of(c.task, c.int32(0)) else {}
    return c.descriptor() | {"count": c.int64(2), "timeout": memory.duration(c.tid, c.raw[4])} | extra


def _queue_message_done(c: Context, result: int) -> None:
    size = c.int64(2) if c.name == "mq_timedsend" else result
    c.keep(ptrace.read(c.tid, c.raw[1], min(size, DATA_LIMIT)), size)


PR_SET_CHILD_SUBREAPER = 36


def _option(c: Context) -> dict[str, Arg]:
    name = "PR_SET_CHILD_SUBREAPER" if c.int32(0) == PR_SET_CHILD_SUBREAPER else str(c.int32(0))
    return {"option": name, "value": c.int32(1)}


NOTHING = Spec(_nothing)
FORK, WAIT4, SLEEP = Spec(_fork), Spec(_wait4, _wait4_done), _sleep(0)

SPECS: dict[str, Spec] = {
    "fork": FORK, "vfork": FORK, "clone": FORK, "execve": _exec(0), "execveat": _exec(1),
    "exit": Spec(_exit), "exit_group": Spec(_exit), "wait4": WAIT4, "waitid": Spec(_waitid, _waitid_done),
    "kill": Spec(_kill), "tkill": Spec(_tgkill), "tgkill": Spec(_tgkill), "rt_sigqueueinfo": Spec(_sigqueue),
    "pidfd_send_signal": Spec(_pidfd_signal), "rt_sigaction": Spec(_sigaction), "rt_sigprocmask": Spec(_sigprocmask),
    "rt_sigsuspend": Spec(_sigsuspend), "rt_sigtimedwait": Spec(_sigtimedwait, _sigtimedwait_done),
    "rt_sigreturn": NOTHING, "pause": NOTHING, "restart_syscall": NOTHING, "sched_yield": NOTHING,
    "poll": Spec(_poll, _poll_done), "ppoll": Spec(_poll, _poll_done),
    "select": Spec(_select, _select_done), "pselect6": Spec(_select, _select_done),
    "epoll_wait": Spec(_epoll_wait, _epoll_wait_done), "epoll_pwait": Spec(_epoll_wait, _epoll_wait_done),
    "epoll_pwait2": Spec(_epoll_wait, _epoll_wait_done), "epoll_ctl": Spec(_epoll_ctl),
    "nanosleep": SLEEP, "clock_nanosleep": _sleep(2), "alarm": Spec(_alarm), "setitimer": Spec(_setitimer),
    "timer_create": NOTHING, "timer_settime": Spec(_timer_settime), "timerfd_settime": Spec(_timer_settime),
    "futex": Spec(_futex), "shmget": _sysv_get(2), "semget": _sysv_get(2), "msgget": _sysv_get(1),
    "shmat": Spec(_sysv_id), "shmdt": NOTHING, "semop": Spec(_semop), "semtimedop": Spec(_semop),
    "semctl": _control(2), "shmctl": _control(1), "msgctl": _control(1),
    "msgsnd": Spec(_message, _message_done), "msgrcv": Spec(_message, _message_done),
    "mq_timedsend": Spec(_queue_message, _queue_message_done),
    "mq_timedreceive": Spec(_queue_message, _queue_message_done),
    "setsid": NOTHING, "setpgid": NOTHING, "prctl": Spec(_option),
    "clock_gettime": NOTHING, "gettimeofday": NOTHING, "time": NOTHING, "getrandom": NOTHING,
}  # fmt: skip
