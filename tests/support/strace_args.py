"""In: one call as strace shows it; out: the arguments that docs/events.md promises for it, under the names used there.

Written from strace's symbols and docs/events.md alone, with nothing of the decoders that it is to check. Addresses, the
kernel's numbers of System V objects, and modes of files are no part of an event, so they are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.support.strace import Entry, split, text_of
from tests.support.strace_words import duration, field, flags, integer, signal_name, signals

__all__ = ["CLOCKS", "READERS", "Names", "traced"]

Names = Mapping[int, str]
Args = dict[str, object]
Reader = Callable[[Entry, Names], Args]

# Outside of the tracer these are answered by the vDSO, without a system call.
CLOCKS = frozenset({"clock_gettime", "gettimeofday", "time"})


def _who(pid: int, names: Names) -> str:
    """`any`, `group`, a task's descent, or `unknown`."""
    if pid == -1:
        return "any"
    return "group" if pid <= 0 else names.get(pid, "unknown")


def _words(**places: int) -> Reader:
    """Whole numbers at these places."""
    return lambda e, _: {name: integer(e.args[at]) for name, at in places.items()}


def _both(*readers: Reader) -> Reader:
    def read(e: Entry, names: Names) -> Args:
        found: Args = {}
        for reader in readers:
            found |= reader(e, names)
        return found

    return read


def _path(at: int, name: str = "path") -> Reader:
    return lambda e, _: {name: text_of(e.args[at]).decode("utf-8", "surrogateescape")}


def _flags(at: int) -> Reader:
    return lambda e, _: {"flags": flags(e.args[at]) if at < len(e.args) else frozenset()}


def _two(at: int, first: str, second: str) -> Reader:
    """The numbers in `[3, 4]`, which are there only when the call succeeded."""

    def read(e: Entry, _: Names) -> Args:
        if e.result != "0":
            return {}
        one, two = (integer(part) for part in e.args[at].strip("[]").split(","))
        return {first: one, second: two}

    return read


def _vector(at: int) -> Reader:
    def read(e: Entry, _: Names) -> Args:
        return {"count": sum(int(size) for size in re.findall(r"iov_len=(\d+)", e.args[at]))}

    return read


def _rights(name: str) -> Reader:
    """Descriptors in the control data of a message."""

    def read(e: Entry, _: Names) -> Args:
        found = re.search(r"cmsg_type=SCM_RIGHTS, cmsg_data=\[([^\]]*)\]", e.args[1])
        return {name: tuple(int(fd) for fd in found[1].split(",")) if found else ()}

    return read


def _fcntl(e: Entry, _: Names) -> Args:
    command = e.args[1]
    found: Args = {"fd": integer(e.args[0]), "command": command}
    if command in ("F_SETFD", "F_SETFL"):
        return found | {"flags": flags(e.args[2])}
    if "LK" in command:
        return found | {"flags": frozenset({field("l_type", e.args[2])})}
    return found | ({"value": integer(e.args[2])} if len(e.args) > 2 and re.fullmatch(r"-?\d+", e.args[2]) else {})


def _poll(e: Entry, _: Names) -> Args:
    asked = [(field("fd", part), field("events", part)) for part in split(e.args[0].strip("[]"))]
    answer = re.search(r"\((\[.*\])", e.note)
    got = {field("fd", part): field("revents", part) for part in split(answer[1].strip("[]"))} if answer else {}
    return {"fds": tuple((integer(fd), flags(events), flags(got.get(fd, "0"))) for fd, events in asked)}


def _select(e: Entry, _: Names) -> Args:
    sets = dict(zip(("read", "write", "except"), (_descriptors(text) for text in e.args[1:4]), strict=True))
    ready = {way: re.search(rf"\b{way} (\[[^\]]*\])", e.note) for way in ("in", "out", "except")}
    if e.result not in ("?", "-1"):
        got = [_descriptors(found[1]) if found else () for found in ready.values()]
        return {**sets, "ready": dict(zip(("read", "write", "except"), got, strict=True))}
    return {**sets}


def _descriptors(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.strip("[]").split()) if text.startswith("[") else ()


def _epoll_wait(e: Entry, _: Names) -> Args:
    found: Args = {"fd": integer(e.args[0])}
    if e.result in ("?", "-1"):
        return found
    ready = [part for part in split(e.args[1].strip("[]")) if part.startswith("{")]
    return found | {"ready": tuple((int(field("u32", each)), flags(field("events", each))) for each in ready)}


def _epoll_ctl(e: Entry, _: Names) -> Args:
    events = flags(field("events", e.args[3])) if e.args[3] != "NULL" else frozenset()
    return {"fd": integer(e.args[0]), "op": e.args[1], "target": integer(e.args[2]), "events": events}


def _status(text: str) -> str:
    if found := re.search(r"WEXITSTATUS\(s\) == (\d+)", text):
        return f"exited {found[1]}"
    for form, word in ((r"WTERMSIG\(s\) == (\w+)", "killed"), (r"WSTOPSIG\(s\) == (\w+)", "stopped")):
        if found := re.search(form, text):
            return f"{word} {signal_name(found[1])}"
    return "continued"


def _wait4(e: Entry, names: Names) -> Args:
    got = e.result.isdigit() and e.result != "0"
    found: Args = {"pid": _who(integer(e.args[0]), names), "options": flags(e.args[2])}
    found["child"] = names.get(int(e.result), "unknown") if got else ""
    if got and e.args[1] == "NULL":
        return found
    return found | {"status": _status(e.args[1]) if got else ""}


def _waitid(e: Entry, names: Names) -> Args:
    kind, info = e.args[0], e.args[2]
    pid = _who(integer(e.args[1]), names) if kind == "P_PID" else {"P_PGID": "group"}.get(kind, "any")
    found: Args = {"pid": pid, "options": flags(e.args[3]), "child": "", "status": ""}
    if "si_pid" not in info or e.result != "0":
        return found
    code, status = field("si_code", info), field("si_status", info)
    word = {"CLD_EXITED": "exited", "CLD_KILLED": "killed", "CLD_DUMPED": "killed", "CLD_CONTINUED": "continued"}
    kind = word.get(code, "stopped")
    detail = f" {signal_name(status)}" if kind in ("killed", "stopped") else f" {status}" if kind == "exited" else ""
    return found | {"child": names.get(int(field("si_pid", info)), "unknown"), "status": kind + detail}


def _kill(e: Entry, names: Names) -> Args:
    pid = integer(e.args[0])
    return {"target": "all" if pid == -1 else _who(pid, names), "signal": signal_name(e.args[1])}


def _task_kill(e: Entry, names: Names) -> Args:
    return {"target": names.get(integer(e.args[-2]), "unknown"), "signal": signal_name(e.args[-1])}


def _sigaction(e: Entry, _: Names) -> Args:
    action = {"SIG_DFL": "default", "SIG_IGN": "ignore"}.get(field("sa_handler", e.args[1]), "handler")
    found: Args = {"signal": signal_name(e.args[0]), "action": action, "flags": flags(field("sa_flags", e.args[1]))}
    mask = re.search(r"sa_mask=(~?\[[^\]]*\])", e.args[1])
    return found | {"mask": signals(mask[1] if mask else "[]")}


def _set(at: int, name: str = "set") -> Reader:
    return lambda e, _: {name: signals(e.args[at])}


def _timer(at: int, unit: str = "nsec") -> Reader:
    def read(e: Entry, _: Names) -> Args:
        interval, _, value = e.args[at].partition("it_value")
        return {"duration": duration(value, unit), "interval": duration(interval, unit)}

    return read


def _length(at: int, name: str = "timeout", unit: str = "nsec") -> Reader:
    return lambda e, _: {name: duration(e.args[at], unit)}


def _sleep(e: Entry, _: Names) -> Args:
    """How long; an instant is another one in each run."""
    return {} if "TIMER_ABSTIME" in e.args[1] else {"duration": duration(e.args[2])}


def _milliseconds(at: int) -> Reader:
    def read(e: Entry, _: Names) -> Args:
        length = integer(e.args[at])
        return {"timeout": None if length < 0 else length * 10**6}

    return read


_FUTEX = {"WAIT": "wait", "WAKE": "wake", "WAIT_BITSET": "wait", "WAKE_BITSET": "wake", "REQUEUE": "requeue"}


def _futex(e: Entry, _: Names) -> Args:
    name = e.args[1].split("|")[0]
    op = name.removeprefix("FUTEX_").removesuffix("_PRIVATE")
    return {"op": _FUTEX.get(op, op.lower()), "shared": not name.endswith("_PRIVATE")}


def _semop(e: Entry, _: Names) -> Args:
    parts = [part for part in split(e.args[1].strip("[]")) if part.startswith("{")]
    named = [(int(field("sem_num", part)), int(field("sem_op", part)), flags(field("sem_flg", part))) for part in parts]
    return {"ops": tuple(named)}


def _control(at: int) -> Reader:
    def read(e: Entry, _: Names) -> Args:
        command = next(word for word in e.args[at].split("|") if word != "IPC_64")
        return {"command": command, "value": integer(e.args[at + 1]) if command == "SETVAL" else 0}

    return read


def _get(flags_at: int) -> Reader:
    def read(e: Entry, _: Names) -> Args:
        key = "private" if e.args[0] == "IPC_PRIVATE" else integer(e.args[0])
        return {"key": key, "flags": flags(e.args[flags_at])}

    return read


def _send_queue(e: Entry, _: Names) -> Args:
    return {"type": int(field("mtype", e.args[1])), "count": integer(e.args[2])}


def _receive_queue(e: Entry, _: Names) -> Args:
    return {"type": integer(e.args[3]), "count": integer(e.args[2])}


def _mmap(e: Entry, _: Names) -> Args:
    return {"fd": integer(e.args[4]), "length": integer(e.args[1]), "write": "PROT_WRITE" in e.args[2]}


def _mknod(at: int) -> Reader:
    kinds = {"S_IFIFO": "fifo", "S_IFSOCK": "socket"}
    return lambda e, _: {"type": kinds.get(e.args[at].split("|")[0], "file")}


def _socket(e: Entry, _: Names) -> Args:
    kind = next(word for word in e.args[1].split("|") if word not in ("SOCK_NONBLOCK", "SOCK_CLOEXEC"))
    return {"family": e.args[0], "type": kind, "flags": _descriptor_flags(e.args[1])}


def _descriptor_flags(text: str) -> frozenset[str]:
    return frozenset(
        f"O_{word.rpartition('_')[2]}" for word in text.split("|") if word.endswith(("NONBLOCK", "CLOEXEC"))
    )


def _pair(e: Entry, _: Names) -> Args:
    return {"pair": tuple(integer(part) for part in e.args[3].strip("[]").split(","))} if e.result == "0" else {}


def _new(at: int) -> Reader:
    return lambda e, _: {"flags": _descriptor_flags(e.args[at]) if at < len(e.args) else frozenset()}


def _exec(e: Entry, _: Names) -> Args:
    return {"argv": tuple(text_of(word).decode("utf-8", "surrogateescape") for word in split(e.args[1].strip("[]")))}


def _exit(e: Entry, _: Names) -> Args:
    return {"code": integer(e.args[0]) & 0xFF}


def _fork(e: Entry, names: Names) -> Args:
    made = flags(next((arg.partition("=")[2] for arg in e.args if arg.startswith("flags=")), ""))
    shares = {"CLONE_VM": "memory", "CLONE_FILES": "fd table", "CLONE_SIGHAND": "signal handlers"}
    shared = frozenset(shares[word] for word in made if word in shares) if e.name == "clone" else None
    found: Args = {"thread": "CLONE_THREAD" in made} | ({} if shared is None else {"shares": shared})
    return found | ({"child": names.get(int(e.result), "unknown")} if e.result.isdigit() else {})


def _option(e: Entry, _: Names) -> Args:
    return {"fd": integer(e.args[0]), "option": e.args[2].removesuffix("_OLD").removesuffix("_NEW")}


def _shape(e: Entry, _: Names) -> Args:
    """What a new queue is to hold: the messages, and the bytes of each."""
    asked = "O_CREAT" in e.args[1] and len(e.args) > 3 and "mq_maxmsg" in e.args[3]
    names = ("maxmsg", "msgsize") if asked else ()
    return {name: integer(field(f"mq_{name}", e.args[3])) for name in names}


_MOVE, _LIST = _words(fd=0, count=2), _both(_words(fd=0), _vector(1))
_FD, _PATH, _AT = _words(fd=0), _path(0), _path(1)


def _queue_state(e: Entry, _: Names) -> Args:
    """The flags that are set, and the number of messages, where each was passed or asked for."""
    found: Args = {"fd": integer(e.args[0])}
    if e.args[1] != "NULL":
        found |= {"flags": _descriptor_flags(field("mq_flags", e.args[1]))}
    return found | ({} if e.args[2] == "NULL" else {"messages": integer(field("mq_curmsgs", e.args[2]))})


READERS: dict[str, Reader] = {
    "read": _MOVE, "write": _MOVE, "pread64": _MOVE, "pwrite64": _MOVE, "recvfrom": _MOVE, "sendto": _MOVE,
    "readv": _LIST, "writev": _LIST, "preadv": _LIST, "pwritev": _LIST, "preadv2": _LIST, "pwritev2": _LIST,
    "vmsplice": _LIST,
    "sendmsg": _both(_LIST, _rights("passed")), "recvmsg": _both(_LIST, _rights("fds")),
    "pipe": _two(0, "read", "write"), "pipe2": _both(_two(0, "read", "write"), _flags(1)),
    "open": _both(_PATH, _flags(1)), "openat": _both(_AT, _flags(2)), "creat": _PATH,
    "openat2": _both(_AT, lambda e, _: {"flags": flags(field("flags", e.args[2]))}),
    "close": _FD, "close_range": _both(_words(first=0, last=1), _flags(2)),
    "dup": _FD, "dup2": _words(fd=0, to=1), "dup3": _both(_words(fd=0, to=1), _flags(2)), "fcntl": _fcntl, "ioctl": _FD,
    "socket": _socket, "socketpair": _both(_socket, _pair), "bind": _FD, "connect": _FD, "listen": _words(fd=0, how=1),
    "shutdown": _FD, "accept": _FD, "accept4": _both(_FD, _new(3)), "setsockopt": _option, "getsockopt": _option,
    "splice": _words(fd=0, to=2, count=4), "tee": _words(fd=0, to=1, count=2), "sendfile": _words(fd=1, to=0, count=3),
    "copy_file_range": _words(fd=0, to=2, count=4),
    "flock": _both(_FD, _flags(1)), "mmap": _mmap, "ftruncate": _words(fd=0, length=1),
    "truncate": _both(_PATH, _words(length=1)), "fallocate": _words(fd=0, offset=2, length=3),
    "eventfd2": _new(1), "eventfd": _new(1), "timerfd_create": _new(1), "memfd_create": _new(1), "epoll_create1": _new(0),
    "epoll_create": _new(9), "inotify_init1": _new(0), "pidfd_open": lambda e, n: {"target": _who(integer(e.args[0]), n)},
    "signalfd4": _both(_words(fd=0), _set(1), _new(3)), "signalfd": _both(_words(fd=0), _set(1)),
    "unlink": _PATH, "unlinkat": _AT, "mq_unlink": _PATH, "rmdir": _PATH, "link": _both(_PATH, _path(1, "to")),
    "symlink": _both(_PATH, _path(1, "to")), "rename": _both(_PATH, _path(1, "to")),
    "linkat": _both(_AT, _path(3, "to")), "symlinkat": _both(_PATH, _path(2, "to")),
    "renameat": _both(_AT, _path(3, "to")), "renameat2": _both(_AT, _path(3, "to"), _flags(4)),
    "mknod": _both(_PATH, _mknod(1)), "mknodat": _both(_AT, _mknod(2)),
    "mq_open": _both(_PATH, _flags(1), _shape), "mq_timedsend": _words(fd=0, count=2, priority=3),
    "mq_timedreceive": _MOVE, "mq_getsetattr": _queue_state,
    "poll": _both(_poll, _milliseconds(2)), "ppoll": _both(_poll, _length(2)),
    "select": _both(_select, _length(4, unit="usec")), "pselect6": _both(_select, _length(4)),
    "epoll_wait": _both(_epoll_wait, _milliseconds(3)), "epoll_pwait": _both(_epoll_wait, _milliseconds(3)),
    "epoll_pwait2": _both(_epoll_wait, _length(3)), "epoll_ctl": _epoll_ctl,
    "fork": _fork, "vfork": _fork, "clone": _fork, "execve": _both(_PATH, _exec), "execveat": _AT,
    "exit": _exit, "exit_group": _exit, "wait4": _wait4, "waitid": _waitid,
    "kill": _kill, "tkill": _task_kill, "tgkill": _task_kill, "rt_sigqueueinfo": _kill,
    "pidfd_send_signal": lambda e, _: {"fd": integer(e.args[0]), "signal": signal_name(e.args[1])},
    "rt_sigaction": _sigaction, "rt_sigprocmask": _both(lambda e, _: {"how": e.args[0]}, _set(1)),
    "rt_sigsuspend": _set(0, "mask"), "rt_sigtimedwait": _both(_set(0), _length(2)),
    "rt_sigreturn": lambda _e, _n: {}, "pause": lambda _e, _n: {}, "sched_yield": lambda _e, _n: {},
    "setsid": lambda _e, _n: {}, "setpgid": lambda _e, _n: {}, "prctl": lambda _e, _n: {}, "getrandom": lambda _e, _n: {},
    "nanosleep": _length(0, "duration"), "clock_nanosleep": _sleep,
    "alarm": lambda e, _: {"duration": integer(e.args[0]) * 10**9},
    "setitimer": _both(lambda e, _: {"which": e.args[0]}, _timer(1, "usec")), "getitimer": lambda _e, _n: {},
    "timer_create": lambda _e, _n: {}, "timer_settime": _timer(2), "timer_gettime": lambda _e, _n: {},
    "timer_delete": lambda _e, _n: {},
    "timerfd_settime": _both(_FD, _timer(2)), "timerfd_gettime": _FD,
    "futex": _futex, "shmget": _get(2), "semget": _get(2), "msgget": _get(1), "shmat": lambda _e, _n: {},
    "shmdt": lambda _e, _n: {}, "semop": _semop, "semtimedop": _both(_semop, _length(3)), "semctl": _control(2),
    "shmctl": _control(1), "msgctl": _control(1), "msgsnd": _send_queue, "msgrcv": _receive_queue,
}  # fmt: skip

_SHARED = re.compile(r"\bMAP_SHARED\b")
_LIMITS = ("SO_RCVTIMEO", "SO_SNDTIMEO")


def traced(e: Entry) -> bool:
    """Whether the tracer is to see this call at all (grader/trace/filter.py says which uses of a call tell nothing)."""
    if e.name in ("rt_sigaction", "rt_sigprocmask"):
        return e.args[1] != "NULL"
    if e.name == "mmap":
        return _SHARED.search(e.args[3]) is not None
    if e.name in ("setsockopt", "getsockopt"):
        return e.args[2].startswith(_LIMITS)
    if e.name == "prctl":
        return e.args[0] in ("PR_SET_CHILD_SUBREAPER", "PR_SET_DUMPABLE", "PR_SET_SECCOMP")
    return e.name in READERS and e.name not in CLOCKS
