"""In: calls that ask for the time or for randomness; out: answers of a virtual clock."""

from __future__ import annotations

import ctypes
import struct

from grader.trace.clock import EPOCH, HASTE, TICK, UPTIME, Clock
from tests.unit.trace.fakes import context


def ask(clock: Clock, name: str, *before: int, size: int = 16, idle: int = 0) -> tuple[int, bytes]:
    """The result of a call whose last argument is a buffer, and what it holds then."""
    buffer = ctypes.create_string_buffer(size)
    result = clock.answer(context(name, *before, ctypes.addressof(buffer)), idle)
    return result, buffer.raw


def test_the_clocks_agree_with_each_other() -> None:
    """Real time starts at the epoch of the run, monotonic time at its uptime; each look takes a tick."""
    clock = Clock()
    assert ask(clock, "clock_gettime", 0) == (0, struct.pack("<qq", *divmod(EPOCH + TICK, 10**9)))
    assert ask(clock, "clock_gettime", 1) == (0, struct.pack("<qq", *divmod(UPTIME + 2 * TICK, 10**9)))
    assert ask(clock, "gettimeofday") == (0, struct.pack("<qq", EPOCH // 10**9, 3 * TICK // 1000))
    assert ask(clock, "time", size=8) == (EPOCH // 10**9, struct.pack("<q", EPOCH // 10**9))
    assert clock.now == 4 * TICK


def test_who_looks_in_vain_makes_the_clock_hurry() -> None:
    """A tick doubles with every HASTE calls that achieved nothing, up to a bound."""
    steps = []
    for idle in (0, HASTE - 1, HASTE, 10 * HASTE, 10**6):
        clock = Clock()
        ask(clock, "clock_gettime", 0, idle=idle)
        steps.append(clock.now // TICK)
    assert steps == [1, 1, 2, 1024, 8192]


def test_random_bytes_are_the_same_in_every_run_and_differ_within_one() -> None:
    """The n-th request has one answer."""

    def three(clock: Clock) -> list[bytes]:
        answers = []
        for _ in range(3):
            buffer = ctypes.create_string_buffer(100)
            assert clock.answer(context("getrandom", ctypes.addressof(buffer), 100), 0) == 100
            answers.append(buffer.raw)
        return answers

    first = three(Clock())
    assert first == three(Clock())
    assert len(set(first)) == 3
