"""In: programs that count what signals do to their calls, under many schedules; out: what they see without any tracer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.schedules import Workshop, ending

PROGRAMS = Path(__file__).parents[2] / "programs" / "schedules"
SCHEDULES = 30


@pytest.mark.parametrize(
    ("name", "argv"),
    [("masked_poll", ()), ("restarts", ("restart",)), ("restarts", ()), ("threads_signals", ()), ("vfork_signals", ())],
)
def test_a_program_cannot_tell_that_a_call_was_taken_back(workshop: Workshop, name: str, argv: tuple[str, ...]) -> None:
    """What it counts and sums up is the same under every schedule, and the same as outside."""
    source = PROGRAMS / f"{name}.c"
    status, output = workshop.outside(source, *argv)
    search = workshop.search(source, *argv)
    assert {ending(tried.evidence) for tried in search.mixed(SCHEDULES)} == {("exited", status, "", output)}
    assert search.distinct > SCHEDULES // 3


def test_time_limits_hold_whatever_signal_comes_before_the_call(workshop: Workshop) -> None:
    """A sleep in parts adds up, an alarm rings after its second, a poll gives up after its limit: all in virtual time."""
    search = workshop.search(PROGRAMS / "timed.c")
    assert {ending(tried.evidence) for tried in search.mixed(SCHEDULES)} == {("exited", 0, "", b"1 1 1 0 1\n")}
