"""In: a plan's faults, and a task that is about to enter a call or sleeps in one; out: the fault, where the kernel could do it now.

A call is counted when it fits (`Fault.fits`), its process's own code has begun, and it comes from the program rather than from the
loader that starts it. The n-th of them is struck: refused (it is not made, and an error is its answer), cut (it is made with
fewer bytes), interrupted (a signal is really sent, or the sleep really broken off), or its process is killed. What the kernel
does of it is left to the kernel wherever it can be made to; so the events of a struck run are those of the real thing.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable

from grader.box import ptrace
from grader.frozen import dataclass
from grader.kernel import Disposition
from grader.model import Event, Fault
from grader.model.fault import RESTARTED
from grader.trace import fault_room, lives
from grader.trace.context import Context
from grader.trace.fault_reads import Writes
from grader.trace.run import Run
from grader.trace.task import Tracee

_ASLEEP = frozenset({"EINTR", "short write"})
_PIPE_BUF = 4096
_DEFAULT = Disposition("default")


@dataclass(slots=True)
class Counted:
    """One fault: how many calls fitted so far, how many of them were struck, and why one was not."""

    fault: Fault
    fitted: int = 0
    struck: int = 0
    why: str = ""

    def due(self) -> bool:
        """Count one more call that fits; whether it is to be struck."""
        self.fitted += 1
        return self.fault.nth <= self.fitted < self.fault.nth + self.fault.times


class Faults:
    """The faults of one run; every event must pass through its sink, in order."""

    def __init__(self, faults: tuple[Fault, ...], stdin: int) -> None:
        """`stdin`: how many bytes the outside writes in pieces as it likes."""
        self._all = [Counted(fault) for fault in faults]
        self._writes = Writes(stdin)
        self._struck: dict[str, Counted] = {}
        self._keys: set[str] = set()

    def noting(self, sink: Callable[[Event], None]) -> Callable[[Event], None]:
        """A sink that also learns from what happens."""

        def both(event: Event) -> None:
            sink(event)
            self._note(event)

        return both

    def _note(self, event: Event) -> None:
        self._writes.note(event)
        if event.call in fault_room.KEYED and event.kind == "call" and not event.error:
            self._keys.add(f"{event.call} {event.args.get('key')}")

    def enter(self, run: Run, tracee: Tracee, context: Context) -> bool:
        """At the entry of a call: strike it if it is its turn. False: its process was killed instead."""
        for counted in self._due(run, tracee, context, asleep=False):
            fault = counted.fault
            counted.why = self._unable(run, tracee, context, fault)
            if counted.why:
                continue
            counted.struck += 1
            if fault.kind == "SIGKILL":
                _kill(run, tracee)
                return False
            if fault.kind != "short read" and not context.cut:
                context.denied = int(getattr(errno, fault.kind))
            context.args["fault"] = True
            break
        return True

    def asleep(self, run: Run, tracee: Tracee, context: Context) -> bool:
        """A task has gone to sleep in a call: send the signal that is to interrupt it. True: its sleep is to be broken off."""
        for counted in self._due(run, tracee, context, asleep=True):
            fault = counted.fault
            counted.why = _unable_asleep(run, tracee, context, fault)
            if counted.why:
                continue
            self._struck[tracee.name] = counted
            context.args["fault"] = True
            if fault.kind == "short write":
                return True
            _send(run, tracee, fault.signal)
            break
        return False

    def ended(self, tracee: Tracee, context: Context, result: int) -> None:
        """A call ends: see whether what was to interrupt it has done so. −512…−516: the kernel restarts it."""
        counted = self._struck.pop(tracee.name, None)
        if counted is None:
            return
        if -516 <= result <= -512:
            del context.args["fault"]
            counted.why = "no byte had been moved" if counted.fault.kind == "short write" else "the kernel restarted it"
        else:
            counted.struck += 1

    def tell(self, run: Run) -> None:
        """At the end of the run: name the faults that never came."""
        for counted in self._all:
            if not counted.struck:
                enough = counted.fitted >= counted.fault.nth
                why = counted.why if enough and counted.why else f"{counted.fitted} such calls were made"
                run.recorder.emit("outside", "missed", args={"fault": str(counted.fault), "why": why})

    def _due(self, run: Run, tracee: Tracee, context: Context, *, asleep: bool) -> list[Counted]:
        target = str(context.args.get("object") or context.args.get("path") or "")
        fitting = [
            counted
            for counted in self._all
            if (counted.fault.kind in _ASLEEP) is asleep
            and counted.fault.fits(tracee.process, context.name, target)
            and _concerns(counted.fault.kind, context)
            and (counted.fault.process or not _is_peer(run, tracee))
        ]
        if not fitting or tracee.process in run.begins or _in_loader(tracee.tid):
            return []
        return [counted for counted in fitting if counted.due()]

    def _unable(self, run: Run, tracee: Tracee, context: Context, fault: Fault) -> str:
        """Why the kernel could not do this now; empty: it could."""
        if fault.kind == "short read":
            size, why = self._writes.cut(run, tracee, context, fault.size)
            if not why:
                context.cut = True
                ptrace.set_argument(context.tid, 2, size)
            return why
        if fault.kind == "ENOSPC":
            size, why = fault_room.room(context, self._keys, run.recorder.state.names)
            if not why and size:
                context.cut = True
                ptrace.set_argument(context.tid, 2, size)
            return why
        if "fd" in context.args and context.args["fd"] != -1 and not context.args.get("object"):
            return "the descriptor is not open, which the kernel says first"
        return "nothing is to be mapped, which the kernel says first" if context.args.get("length") == 0 else ""


def _is_peer(run: Run, tracee: Tracee) -> bool:
    """Whether the task is one of the exercise's own: its calls are nobody's to judge, unless the fault names its process."""
    process = run.recorder.state.processes.get(tracee.process)
    return process is not None and process.peer


def leave(context: Context) -> None:
    """At the exit of a call that was cut: the program's register holds again what it asked for."""
    ptrace.set_argument(context.tid, 2, context.raw[2])


def _concerns(kind: str, context: Context) -> bool:
    """Whether a call does what this kind of fault hits: fcntl is many calls, and so are open and write."""
    args = context.args
    if kind == "ENOSPC":
        return fault_room.takes_room(context)
    if kind == "EMFILE" and context.name == "fcntl":
        return args.get("command") in {"F_DUPFD", "F_DUPFD_CLOEXEC"}
    return not (kind in {"EMFILE", "ENFILE"} and context.name.startswith("signalfd") and args.get("fd") != -1)


def _unable_asleep(run: Run, tracee: Tracee, context: Context, fault: Fault) -> str:
    if fault.kind == "short write":
        target, count = str(context.args.get("object")), context.args.get("count")
        if not target.startswith(("pipe ", "fifo ", "socket ", "std")):
            return f"{target} takes all or nothing"
        atomic = not target.startswith("socket ") and isinstance(count, int) and count <= _PIPE_BUF
        return "a pipe takes at most PIPE_BUF bytes at once or not at all" if atomic else ""
    how = run.recorder.state.processes[tracee.process].dispositions.get(fault.signal, _DEFAULT)
    if how.action != "handler":
        return f"{tracee.process} has no handler for {fault.signal}"
    if "SA_RESTART" in how.flags and context.name in RESTARTED:
        return f"the handler of {fault.signal} has SA_RESTART, so {context.name} goes on"
    if not _takes(run, tracee.name, fault.signal):
        return f"{tracee.name} blocks {fault.signal}"
    first = not tracee.leader and _takes(run, tracee.process, fault.signal)
    return "the kernel gives a signal of a process to its first thread, which does not block it" if first else ""


def _takes(run: Run, name: str, signal_name: str) -> bool:
    """Whether this thread is there and would get this signal: it neither blocks it nor sleeps with a mask that does.

    A thread that waits for the very signal takes it too (sigwaitinfo(2)), though it blocks it.
    """
    task = run.recorder.state.tasks.get(name)
    if task is None:
        return False
    sleep = task.blocked
    if sleep is not None and sleep.call == "rt_sigtimedwait" and signal_name in sleep.texts("set"):
        return True
    mask = sleep.args.get("mask") if sleep is not None else None
    return signal_name not in (mask if isinstance(mask, tuple) else task.mask)


def _number(name: str) -> int:
    if name.startswith("SIGRTMIN+"):
        return signal.SIGRTMIN + int(name.removeprefix("SIGRTMIN+"))
    return int(signal.Signals[name])


def _send(run: Run, tracee: Tracee, name: str) -> None:
    args: dict[str, str | bool] = {"action": "signal", "signal": name, "target": tracee.process, "fault": True}
    run.recorder.emit("outside", "stimulus", args=args)
    os.kill(tracee.tid, _number(name))
    run.recorder.stirred = True


def _kill(run: Run, tracee: Tracee) -> None:
    """The process ends before the call that it stands at."""
    tracee.context = None
    _send(run, tracee, "SIGKILL")
    lives.sweep_killed(run)


def _in_loader(tid: int) -> bool:
    """Whether a call comes from the dynamic loader: it opens and maps what the program is made of (ld.so(8))."""
    try:
        at = ptrace.entry(tid).ip
        with open(f"/proc/{tid}/maps", encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                start, _, end = line.partition(" ")[0].partition("-")
                if int(start, 16) <= at < int(end, 16):
                    return line.rstrip("\n").rpartition("/")[2].startswith("ld-")
    except OSError:
        return False
    return False
