"""In: calls that ask for the time or for random bytes; out: answers that are the same in every run.

Time is virtual (nanoseconds since the start of the run) and moves only when the tracer says so. The vDSO, through which a
program would read the real clock without a call, is hidden from it (getauxval(3): AT_SYSINFO_EHDR).
"""

from __future__ import annotations

import errno
import hashlib
import struct

from grader.box import ptrace
from grader.trace import memory
from grader.trace.context import Context

EPOCH = 1_767_225_600 * 10**9  # 2026-01-01T00:00:00Z, what CLOCK_REALTIME says at the start
UPTIME = 1_000 * 10**9  # what the monotonic clocks say at the start
TICK = 1_000  # each look at the clock takes a virtual microsecond, so that a loop until a deadline ends,
HASTE, TOP_SPEED = 64, 13  # twice as much after every 64 calls in vain, up to 8 ms
_AT_IGNORE, _AT_SYSINFO_EHDR = 1, 33
_PLAIN = frozenset({0, 1, 4, 5, 6, 7})  # clocks that every kernel has and anyone may read
_GRND_FLAGS = 3  # GRND_NONBLOCK, GRND_RANDOM
_REALTIME = (0, 5, 8, 11)  # CLOCK_REALTIME, _COARSE, _ALARM, CLOCK_TAI

ANSWERED = frozenset({"clock_gettime", "gettimeofday", "time", "getrandom"})


class Clock:
    """The virtual clock of one run."""

    def __init__(self) -> None:
        """Start at zero."""
        self.now = 0
        self._random = 0

    @property
    def drawn(self) -> int:
        """How often random bytes were asked for."""
        return self._random

    def go_on(self, now: int, drawn: int) -> None:
        """Take over from another run with the same beginning."""
        self.now, self._random = now, drawn

    def reading(self, clock: int) -> int:
        """What the kernel's clock number `clock` shows, in nanoseconds."""
        if clock in _REALTIME:
            return EPOCH + self.now
        if clock in (2, 3):  # CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID
            return self.now
        return UPTIME + self.now

    def at_once(self, c: Context, idle: int) -> int | None:
        """At the entry of a call in ANSWERED: its answer, written as below; None: the kernel must judge the call first."""
        plain = {
            "clock_gettime": c.int32(0) in _PLAIN and c.raw[1] != 0,
            "gettimeofday": c.raw[1] == 0,
            "time": True,
            "getrandom": not c.raw[2] & ~_GRND_FLAGS,
        }
        if not plain[c.name]:
            return None
        before = self.now
        try:
            return self.answer(c, idle)
        except OSError:
            self.now = before
            return -errno.EFAULT

    def answer(self, c: Context, idle: int) -> int:
        """Write the answer of a call in ANSWERED into the program's memory; returns the call's result.

        `idle` counts the calls since the last that achieved anything.
        """
        self.now += TICK << min(idle // HASTE, TOP_SPEED)
        if c.name == "getrandom":
            return self._random_bytes(c)
        if c.name == "clock_gettime":
            value = self.reading(c.int32(0))
            ptrace.write(c.tid, c.raw[1], struct.pack("<qq", *divmod(value, 10**9)))
            return 0
        seconds, rest = divmod(EPOCH + self.now, 10**9)
        if c.name == "time":
            if c.raw[0]:
                ptrace.write(c.tid, c.raw[0], struct.pack("<q", seconds))
            return seconds
        if c.raw[0]:
            ptrace.write(c.tid, c.raw[0], struct.pack("<qq", seconds, rest // 1000))
        return 0

    def _random_bytes(self, c: Context) -> int:
        size = min(c.raw[1], 1 << 16)
        stream = b"".join(
            hashlib.sha256(f"{self._random}:{block}".encode()).digest() for block in range((size + 31) // 32)
        )
        self._random += 1
        ptrace.write(c.tid, c.raw[0], stream[:size])
        return size


def hide_vdso(tid: int) -> None:
    """At the exit stop of an execve: make the auxiliary vector on the new stack say that there is no vDSO."""
    at = ptrace.registers(tid)["rsp"]
    at += 8 * (memory.number(tid, at, "<Q") + 2)
    while memory.number(tid, at, "<Q"):
        at += 8
    at += 8
    for kind, _ in memory.numbers(tid, at, "<QQ", 64):
        if kind == _AT_SYSINFO_EHDR:
            ptrace.poke_word(tid, at, _AT_IGNORE)
        if kind == 0:
            break
        at += 16
