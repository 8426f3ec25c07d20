"""In: a call on processes or signals, held at its stops; out: the args of its event (docs/events.md)."""

from __future__ import annotations

import os
import signal
import struct

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import Context, Spec
from grader.trace.names import flag_names, signal_name, signal_set

_SHARES = {0x100: "memory", 0x400: "fd table", 0x800: "signal handlers", 0x8000: "parent"}
CLONE_VFORK, CLONE_THREAD = 0x4000, 0x10000


def _fork(c: Context) -> dict[str, Arg]:
    flags = c.raw[0] if c.name == "clone" else (0x100 if c.name == "vfork" else 0)
    shares = tuple(name for bit, name in _SHARES.items() if flags & bit)
    found: dict[str, Arg] = {"thread": c.name == "clone" and bool(flags & CLONE_THREAD), "shares": shares}
    return found | {"vfork": True} if c.name == "clone" and flags & CLONE_VFORK else found


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
    child = c.world.process(result)
    # A program that does not ask for the status (wait(NULL)) still reaps its child.
    words = status_words(memory.number(c.tid, c.raw[1], "<i")) if c.raw[1] else c.world.ending(child)
    c.args |= {"child": child, "status": words}


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
    who = {0: "any", 1: c.world.process(pid), 2: "group", 3: _behind(c, pid)}.get(kind, "unknown")
    return {"pid": who, "options": flag_names(c.int32(3), _WAIT_OPTIONS), "child": "", "status": ""}


def _behind(c: Context, descriptor: int) -> str:
    """The process of a pidfd, as it is called; `any`, where that cannot be told: any child may be meant (proc(5), fdinfo)."""
    try:
        with open(f"/proc/{c.tid}/fdinfo/{descriptor}") as file:
            inside = [line.split()[-1] for line in file if line.startswith("NSpid:")]
    except OSError:
        inside = []
    name = c.world.process(int(inside[0])) if inside else "unknown"
    return "any" if name == "unknown" else name


def _waitid_done(c: Context, _result: int) -> None:
    if not c.raw[2]:
        _waitid_unseen(c)
        return
    raw = ptrace.read(c.tid, c.raw[2], 28)
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


def _waitid_unseen(c: Context) -> None:
    """A caller that gives no place for the answer: the child that it names, or the oldest one that has ended.

    So the kernel looks for one (do_wait walks the children in the order of their birth); of a group only one can be told.
    """
    zombies = c.world.zombies(c.task.partition(".")[0])
    named = str(c.args["pid"])
    found = zombies[:1] if named == "any" or len(zombies) == 1 else ()
    child = named if named in zombies else "".join(found if named in {"any", "group"} else ())
    words = c.world.ending(child) if c.int32(3) & _WAIT_OPTIONS["WEXITED"] else ""
    if words:
        c.args |= {"child": child, "status": words}


def _kill(c: Context) -> dict[str, Arg]:
    pid = c.int32(0)
    target = "all" if pid == -1 else _awaited(c, pid)
    return {"target": target, "signal": signal_name(c.int32(1))}


def _tgkill(c: Context) -> dict[str, Arg]:
    group = c.name == "tgkill"
    thread = c.world.process(c.int32(1 if group else 0))
    target = c.world.process(c.int32(0)) if thread == "unknown" else thread
    return {"target": target, "signal": signal_name(c.int32(2 if group else 1))}


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
    return {"set": _set(c, 0), "timeout": c.limit(memory.duration(c.tid, c.raw[2]))}


def _sigtimedwait_done(c: Context, result: int) -> None:
    c.args["signal"] = signal_name(result)


def _nothing(_c: Context) -> dict[str, Arg]:
    return {}


PR_SET_CHILD_SUBREAPER = 36


def _option(c: Context) -> dict[str, Arg]:
    name = "PR_SET_CHILD_SUBREAPER" if c.int32(0) == PR_SET_CHILD_SUBREAPER else str(c.int32(0))
    return {"option": name, "value": c.int32(1)}


NOTHING = Spec(_nothing)
FORK, WAIT4 = Spec(_fork), Spec(_wait4, _wait4_done)

SPECS: dict[str, Spec] = {
    "fork": FORK, "vfork": FORK, "clone": FORK, "execve": _exec(0), "execveat": _exec(1),
    "exit": Spec(_exit), "exit_group": Spec(_exit), "wait4": WAIT4, "waitid": Spec(_waitid, _waitid_done),
    "kill": Spec(_kill), "tkill": Spec(_tgkill), "tgkill": Spec(_tgkill), "rt_sigqueueinfo": Spec(_sigqueue),
    "pidfd_send_signal": Spec(_pidfd_signal), "rt_sigaction": Spec(_sigaction), "rt_sigprocmask": Spec(_sigprocmask),
    "rt_sigsuspend": Spec(_sigsuspend), "rt_sigtimedwait": Spec(_sigtimedwait, _sigtimedwait_done),
    "rt_sigreturn": NOTHING, "pause": NOTHING, "restart_syscall": NOTHING, "sched_yield": NOTHING,
    "setsid": NOTHING, "setpgid": NOTHING, "prctl": Spec(_option),
}  # fmt: skip
