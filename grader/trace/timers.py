"""In: calls on alarms, interval timers, POSIX timers and timerfds; out: the same timers, but going by virtual time.

The kernel's own timers are never armed. What a call asks for is kept here, and when the virtual instant has come the signal
is sent, or the timerfd's count raised, from outside. Timers of CPU time stay the kernel's.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import struct
from dataclasses import field

from grader.box import ptrace
from grader.box.numbers import NUMBERS
from grader.frozen import dataclass
from grader.model import Arg
from grader.trace.calls_time import CPU_CLOCKS, write_setting
from grader.trace.clock import Clock
from grader.trace.context import Context
from grader.trace.reach import borrowed

REAL = "ITIMER_REAL"
_ALARM_CALLS = frozenset({"alarm", "setitimer", "getitimer"})
_TIMER_CALLS = frozenset({"timer_settime", "timer_gettime"})
_TIMERFD_CALLS = frozenset({"timerfd_settime", "timerfd_gettime"})
CALLS = _ALARM_CALLS | _TIMER_CALLS | _TIMERFD_CALLS | {"timer_create", "timer_delete", "timerfd_create"}
_SCRATCH = 1024  # below the stack pointer and its red zone, where nothing of the program can lie
_SI_TIMER = -2
_SET_TICKS = 0x40085400  # ioctl_tfd: TFD_IOC_SET_TICKS

Key = tuple[str, int | str]  # a process and ITIMER_REAL or a timer's id; no process and a timerfd's name

_syscall = ctypes.PyDLL(None, use_errno=True).syscall


@dataclass(slots=True)
class Timer:
    """One timer: `expires` (0: disarmed) and `interval` in virtual nanoseconds; the signal that it sends, to whom, with what."""

    key: Key
    order: int
    clock: int = 1
    signal: int = signal.SIGALRM
    thread: int = 0
    value: int = 0
    expires: int = 0
    interval: int = 0


@dataclass(slots=True)
class Timers:
    """All timers of a run."""

    clock: Clock
    _timers: dict[Key, Timer] = field(default_factory=dict)
    _made: int = 0
    _rang: set[str] = field(default_factory=set)

    def armed(self) -> list[Timer]:
        """Those that will go off."""
        return [timer for timer in self._timers.values() if timer.expires]

    def clock_of(self, task: str, timer: int | str) -> int:
        """The kernel's number of the clock that a timer goes by."""
        found = self._timers.get(_key(task, timer))
        return found.clock if found else 1

    def enter(self, c: Context) -> None:
        """At the entry of a call in CALLS: keep the kernel's own timer unarmed."""
        if c.name == "alarm":
            ptrace.set_argument(c.tid, 0, 0)
        elif c.name == "timerfd_settime":
            if self._find(c) is not None and c.args["duration"] != -1 and c.raw[2]:
                address = (c.stack - _SCRATCH) & ~0xF
                ptrace.write(c.tid, address, bytes(32))
                ptrace.set_argument(c.tid, 2, address)
                c.note = (1,)
        elif self._answers(c):
            ptrace.set_number(c.tid, -1)
            c.note = (1,)

    def _answers(self, c: Context) -> bool:
        if c.name in {"setitimer", "getitimer"}:
            return c.raw[0] == 0 and c.args.get("duration") != -1 and c.args.get("interval") != -1
        if c.name not in _TIMER_CALLS or self._find(c) is None:
            return False
        pointer = c.raw[2] if c.name == "timer_settime" else c.raw[1]
        return pointer != 0 and c.args.get("duration") != -1 and c.args.get("interval") != -1

    def exit(self, c: Context, result: int) -> int:
        """At the exit of a call in CALLS, with the kernel's result: the result that the program is to see."""
        if c.name == "alarm":
            return self._set(self._own(c, REAL), c).seconds
        if c.name == "timerfd_settime" and c.note:
            ptrace.set_argument(c.tid, 2, c.raw[2])
        if c.note == (1,):
            result = 0 if c.name not in _TIMERFD_CALLS else result
            return self._answered(c) if result == 0 else result
        if c.name == "timerfd_gettime" and result == 0 and (timer := self._find(c)) is not None:
            write_setting(c, c.raw[1], self._left(timer), timer.interval)
        return result

    def _answered(self, c: Context) -> int:
        timer = self._own(c, REAL) if c.name in _ALARM_CALLS else self._find(c)
        assert timer is not None
        setting = c.name.endswith("settime") or c.name == "setitimer"
        before = self._set(timer, c) if setting else _Standing(self._left(timer), timer.interval)
        address = c.raw[{"setitimer": 2, "timer_settime": 3, "timerfd_settime": 3}.get(c.name, 1)]
        unit = 1000 if c.name in _ALARM_CALLS else 1
        if address and not write_setting(c, address, before.left, before.interval, unit):
            return -errno.EFAULT
        return 0

    def made(self, c: Context) -> None:
        """After a call in CALLS that succeeded: take note of a new timer, or that one is gone."""
        if c.name == "timer_create" and c.note[0] >= 0 and c.note[0] not in CPU_CLOCKS:
            new = self._own(c, c.args["id"])
            new.clock, new.signal, new.thread, new.value = c.note
        elif c.name == "timer_delete":
            self._timers.pop(_key(c.task, c.int32(0)), None)
        elif c.name == "timerfd_create":
            self._own(c, c.args["object"]).clock = c.int32(0)

    def _own(self, c: Context, timer: Arg) -> Timer:
        assert isinstance(timer, int | str)
        key = _key(c.task, timer)
        if key not in self._timers:
            self._made += 1
            self._timers[key] = Timer(key, self._made)
        return self._timers[key]

    def _find(self, c: Context) -> Timer | None:
        which = str(c.args.get("object")) if c.name in _TIMERFD_CALLS else c.int32(0)
        return self._timers.get(_key(c.task, which))

    def _left(self, timer: Timer) -> int:
        return max(timer.expires - self.clock.now, 1) if timer.expires else 0

    def _set(self, timer: Timer, c: Context) -> _Standing:
        before = _Standing(self._left(timer), timer.interval)
        first, interval = c.args.get("duration"), c.args.get("interval", 0)
        length = first if isinstance(first, int) else 0
        timer.expires = self.clock.now + length if length > 0 else 0
        timer.interval = interval if isinstance(interval, int) else 0
        return before

    def replaced(self, process: str) -> None:
        """A new program runs: POSIX timers are gone, the alarm stays (execve(2))."""
        self._timers = {key: timer for key, timer in self._timers.items() if key[0] != process or key[1] == REAL}

    def ended(self, process: str) -> None:
        """A process is gone, and its timers with it."""
        self._timers = {key: timer for key, timer in self._timers.items() if key[0] != process}

    def dropped(self, name: str) -> None:
        """Nobody holds a timerfd any more."""
        self._timers.pop(("", name), None)

    def ring(self, timer: Timer) -> None:
        """A timer goes off: wind it up again, or not."""
        timer.expires = timer.expires + timer.interval if timer.interval else 0
        if timer.key[1] == REAL:
            self._rang.add(timer.key[0])

    def rang(self, process: str) -> bool:
        """Whether the process's alarm went off and its signal has not been asked about yet."""
        heard = process in self._rang
        self._rang.discard(process)
        return heard


@dataclass(frozen=True, slots=True)
class _Standing:
    left: int
    interval: int

    @property
    def seconds(self) -> int:
        """What alarm(2) returns: whole seconds, rounded, but never 0 while it is armed."""
        return max((self.left + 500_000_000) // 10**9, 1) if self.left else 0


def _key(task: str, timer: int | str) -> Key:
    if isinstance(timer, str) and timer != REAL:
        return ("", timer)
    return (task.partition(".")[0], timer)


def send(timer: Timer, process: int, thread: int) -> None:
    """Send the timer's signal to a process, or to one thread of it, as the kernel would. Raises ProcessLookupError."""
    if timer.key[1] == REAL:
        os.kill(process, timer.signal)
        return
    info = struct.pack("<iii4xiiQ96x", timer.signal, 0, _SI_TIMER, int(timer.key[1]), 0, timer.value)
    if thread:
        failed = _syscall(NUMBERS["rt_tgsigqueueinfo"], process, thread, timer.signal, info)
    else:
        failed = _syscall(NUMBERS["rt_sigqueueinfo"], process, timer.signal, info)
    if failed:
        raise ProcessLookupError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def expire(process: int, fd: int) -> None:
    """Add one to the count of expiries of the timerfd that a process holds as `fd`. Raises OSError."""
    with borrowed(process, fd) as ours:
        with open(f"/proc/self/fdinfo/{ours}", encoding="ascii") as info:
            ticks = next(int(line.split()[1]) for line in info if line.startswith("ticks:"))
        fcntl.ioctl(ours, _SET_TICKS, struct.pack("<Q", ticks + 1))
