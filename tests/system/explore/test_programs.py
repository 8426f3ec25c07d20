"""In: plans with several programs, and tokens; out: one digest a token, bugs between programs found, shrunk and replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.noise import neighbours
from grader import Plan, Root, Stimulus, When
from grader.evidence import Evidence
from grader.explore import at_every_step, shrink
from tests.support.schedules import Workshop

PROGRAMS = Path(__file__).parents[2] / "programs" / "roots"
COUNTING = Plan(
    "counting", argv=("counts",), roots=(Root("other", ("counts",)), Root("last", ("tells",), when=When("quiet")))
)
ECHO = (
    Root("slow", ("slow", "stream:./echo.sock", "reply=frames:1"), "adversary.py", b"\0\0\0\2ab",
         When("listening", call="./echo.sock")),
    Root("dying", ("dying", "stream:./echo.sock", "at=5"), "adversary.py", b"\0\0\0\2ab",
         When("listening", call="./echo.sock")),
)  # fmt: skip
TIMES = 50


def test_a_token_of_several_programs_has_one_digest_however_busy_the_machine_is(workshop: Workshop) -> None:
    """Their starts, orders, bytes and ends: the same, by seed and by switches."""
    with neighbours(workshop.supervisor, spinners=2):
        search = workshop.search_of(PROGRAMS / "pair.c", COUNTING)
        (found,) = search.each(["r1:5"])
        runs = search.each(["r1:5", found.notes.replay] * (TIMES // 2))

        assert {tried.evidence.end.digest for tried in runs} == {found.evidence.end.digest}
        assert found.notes.decisions > 3


@pytest.mark.long
@pytest.mark.parametrize("name", ["echo.c", "echo.py"])
def test_the_same_with_peers(workshop: Workshop, name: str) -> None:
    """Peers are interpreters; their start is no part of any choice."""
    with neighbours(workshop.supervisor, spinners=2):
        search = workshop.search_of(PROGRAMS / name, Plan("peers", argv=("2",), roots=ECHO))
        (found,) = search.each(["r1:5"])
        runs = search.each(["r1:5", found.notes.replay] * (TIMES // 2))

        assert {tried.evidence.end.digest for tried in runs} == {found.evidence.end.digest}


def test_a_lost_update_between_two_programs_is_found_shrunk_and_replayed(workshop: Workshop) -> None:
    """Alone each is right; one switch between them shows the bug, and its token replays it."""
    search = workshop.search_of(PROGRAMS / "pair.c", COUNTING)

    def lost(run: Evidence) -> bool:
        return run.printed("last") == b"1\n"

    fair = search.once("fair")
    found = next(tried for tried in search.mixed(60) if lost(tried.evidence))
    small = shrink(search, found, lost)

    assert fair.evidence.printed("last") == b"2\n"
    assert lost(search.once(small.notes.replay).evidence)
    assert small.notes.replay.count("-") <= 1


def test_a_signal_comes_to_a_further_program_at_each_of_its_steps(workshop: Workshop) -> None:
    """Its token names the process, as it does for the first program."""
    search = workshop.search_of(PROGRAMS / "pair.c", COUNTING)
    runs = list(at_every_step(search, "SIGTERM", to="P1"))
    ends = {tried.evidence.programs["other"].killed_by for tried in runs}

    assert len(runs) > 5
    assert ends == {"SIGTERM"}


def test_steps_of_an_interpreter_that_starts_are_no_decisions(workshop: Workshop) -> None:
    """Nobody else moves while an interpreter starts, whatever the schedule."""
    roots = (Root("one", ("one",)), Root("two", ("two",)))
    (tried,) = workshop.search_of(PROGRAMS / "pair.py", Plan("starting", argv=("server",), roots=roots)).each(["r1:3"])
    for name in ("P1", "P2"):
        events = [event for event in tried.evidence.events if event.kind in {"start", "begin"} and event.task == name]
        between = tried.evidence.events[events[0].n : events[1].n - 1]

        assert len(between) > 50
        assert {event.task for event in between} == {name}


def test_a_stimulus_at_a_step_of_a_further_program_comes_there(workshop: Workshop) -> None:
    """A plan may name the program; the step is counted from its own begin."""
    stop = Stimulus(When("step", "other", step=2), "signal", signal="SIGTERM", process="other")
    plan = Plan("step", argv=("counts",), roots=(Root("other", ("counts",)),), stimuli=(stop,))
    (tried,) = workshop.search_of(PROGRAMS / "pair.c", plan).each(["fair"])

    assert tried.evidence.programs["other"].killed_by == "SIGTERM"
