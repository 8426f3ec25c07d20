"""In: a call on clocks, sleeps or timers, held at its stops; out: the args of its event (docs/events.md)."""

from __future__ import annotations

import struct

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import Context, Spec
from grader.trace.names import signal_name

CPU_CLOCKS = frozenset({2, 3})  # CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID; those of others are negative
_ABSTIME = 1  # TIMER_ABSTIME, TFD_TIMER_ABSTIME
_SIGEV_NONE, _SIGEV_THREAD_ID = 1, 4


def _nanosleep(c: Context) -> dict[str, Arg]:
    return {"duration": c.limit(memory.duration(c.tid, c.raw[0])) or 0}


def _clock_nanosleep(c: Context) -> dict[str, Arg]:
    clock, length = c.int32(0), memory.duration(c.tid, c.raw[2])
    if clock in CPU_CLOCKS or clock < 0:
        return {"duration": length or 0}
    return {"duration": c.limit(length, clock if c.raw[1] & _ABSTIME else None) or 0}


def _alarm(c: Context) -> dict[str, Arg]:
    return {"duration": (c.raw[0] & 0xFFFFFFFF) * 10**9}


def _setitimer(c: Context) -> dict[str, Arg]:
    which = {0: "ITIMER_REAL", 1: "ITIMER_VIRTUAL", 2: "ITIMER_PROF"}.get(c.int32(0), str(c.int32(0)))
    return {"which": which} | _setting(c, c.raw[1], 1000)


def _setting(c: Context, address: int, unit: int = 1) -> dict[str, Arg]:
    """The first expiry and the interval of an itimerval or itimerspec (the interval comes first in memory)."""
    if not address:
        return {"duration": 0, "interval": 0}
    return {
        "duration": memory.duration(c.tid, address + 16, unit),
        "interval": memory.duration(c.tid, address, unit),
    }


def _timer_create(c: Context) -> dict[str, Arg]:
    value, number, notify, thread = _signal_event(c)
    c.note = (c.int32(0), number, -1 if notify == _SIGEV_NONE else thread if notify == _SIGEV_THREAD_ID else 0, value)
    return {"clock": c.int32(0), "signal": signal_name(number)}


def _signal_event(c: Context) -> tuple[int, ...]:
    """The struct sigevent: value, signal, how to notify, thread id; by default SIGALRM to the process (timer_create(2))."""
    found = memory.numbers(c.tid, c.raw[1], "<QIII") if c.raw[1] else []
    return found[0] if found else (0, 14, 0, 0)


def _timer_created(c: Context, _result: int) -> None:
    c.args["id"] = memory.number(c.tid, c.raw[2], "<i")


def _timer(c: Context) -> dict[str, Arg]:
    return {"id": c.int32(0)}


def _timer_settime(c: Context) -> dict[str, Arg]:
    return _timer(c) | _relative(c, c.world.timer_clock(c.task, c.int32(0)))


def _timerfd_settime(c: Context) -> dict[str, Arg]:
    found = c.descriptor()
    return found | _relative(c, c.world.timer_clock(c.task, str(found["object"])))


def _relative(c: Context, clock: int) -> dict[str, Arg]:
    """The setting in argument 2, its first expiry as what is left until then."""
    setting = _setting(c, c.raw[2])
    first = setting["duration"]
    if c.raw[1] & _ABSTIME and isinstance(first, int) and first > 0:
        setting["duration"] = max(first - c.world.reading(clock), 1)
    return setting


def write_setting(c: Context, address: int, left: int, interval: int, unit: int = 1) -> bool:
    """Tell the program how a timer stands; False when it gave no memory of its own for that."""
    words = struct.pack("<qqqq", interval // 10**9, interval % 10**9 // unit, left // 10**9, left % 10**9 // unit)
    try:
        ptrace.write(c.tid, address, words)
    except OSError:
        return False
    return True


def _nothing(_c: Context) -> dict[str, Arg]:
    return {}


NOTHING = Spec(_nothing)

SPECS: dict[str, Spec] = {
    "nanosleep": Spec(_nanosleep), "clock_nanosleep": Spec(_clock_nanosleep),
    "alarm": Spec(_alarm), "setitimer": Spec(_setitimer), "getitimer": NOTHING,
    "timer_create": Spec(_timer_create, _timer_created), "timer_settime": Spec(_timer_settime),
    "timer_gettime": Spec(_timer), "timer_delete": Spec(_timer),
    "timerfd_settime": Spec(_timerfd_settime), "timerfd_gettime": Spec(lambda c: c.descriptor()),
    "clock_gettime": NOTHING, "gettimeofday": NOTHING, "time": NOTHING, "getrandom": NOTHING,
}  # fmt: skip
