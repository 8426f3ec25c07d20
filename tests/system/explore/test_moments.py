"""In: programs that get a signal from outside at each of their steps; out: each run ends as it must, and repeats."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.explore.moments import at_every_step, pairs, steps_of
from grader.model import Plan, Stimulus, When
from tests.support.schedules import Workshop

TWINS = Path(__file__).parents[2] / "programs" / "quality" / "twins"


def test_every_step_of_a_program_gets_its_signal_once(workshop: Workshop) -> None:
    """As many runs as steps: it is killed until it blocks the signal, and never again."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    steps = steps_of(search)
    ends = {}
    for tried in at_every_step(search, "SIGUSR1"):
        sent = [event for event in tried.evidence.events if event.kind == "stimulus"]
        assert [event.text("signal") for event in sent] == ["SIGUSR1"]
        handled = tried.evidence.first("rt_sigprocmask", by="P0")
        guarded = handled is not None and handled.n < sent[0].n
        ends[tried.token] = tried.evidence.outcome
        assert ends[tried.token] == ("exited" if guarded else "signalled")
    assert len(ends) == len(steps)
    assert set(ends.values()) == {"exited", "signalled"}


def test_the_steps_of_a_run_are_told_also_when_it_was_made_before(workshop: Workshop) -> None:
    """A run that is remembered without them is made again."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    told = search.told("f1")
    kept = search.once("f1")
    assert not kept.notes.points
    assert search.told("f1").notes == told.notes
    assert told.notes.points


@pytest.mark.parametrize("name", ["lost_wakeup.c", "early_signal.py"])
def test_a_run_with_signals_is_the_same_again_by_either_token(workshop: Workshop, name: str) -> None:
    """By the one that asked for it, and by its switches."""
    search = workshop.search(TWINS / name)
    for tried in at_every_step(search, "SIGUSR1", most=4):
        digest = tried.evidence.end.digest
        again = search.each([f"{tried.token}:", tried.notes.replay])
        assert [each.evidence.end.digest for each in again] == [digest, digest]


def test_a_plan_can_say_what_a_token_says(workshop: Workshop) -> None:
    """A stimulus at a step makes the very run of the token."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    (by_token,) = search.each(["f1~usr1.0.n"])
    plan = Plan("lost_wakeup", stimuli=(Stimulus(When("step", step=23), "signal", signal="SIGUSR1"),))
    by_plan = workshop.lab.run(workshop.artifact(TWINS / "lost_wakeup.c"), plan)
    assert by_plan.end.digest == by_token.evidence.end.digest


def test_a_signal_meets_a_call_before_its_instruction_and_inside(workshop: Workshop) -> None:
    """The step before a wait and the one in it are two: before it, the wait goes on after the handler."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    ways = {}
    for tried in at_every_step(search, "SIGCHLD", most=17):
        (sent,) = [event for event in tried.evidence.events if event.kind == "stimulus"]
        state = tried.evidence.state(sent.n).tasks["P0"]
        ways[state.blocked.call if state.blocked else ""] = tried.token
    assert "rt_sigsuspend" in ways


def test_the_second_signal_of_a_pair_comes_soon_after_the_first(workshop: Workshop) -> None:
    """Both are sent, in order, and at most a handler's length apart."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    for tried in pairs(search, ("SIGUSR1", "SIGINT"), most=10):
        first, second = (event for event in tried.evidence.events if event.kind == "stimulus")
        assert (first.text("signal"), second.text("signal")) == ("SIGUSR1", "SIGINT")
        assert second.n - first.n <= 6


def test_sigkill_at_every_step_ends_the_process_there(workshop: Workshop) -> None:
    """Also one that is held: it takes no further step."""
    search = workshop.search(TWINS / "lost_wakeup.c")
    for tried in at_every_step(search, "SIGKILL", most=17):
        assert (tried.evidence.outcome, tried.evidence.end.signal) == ("signalled", "SIGKILL")
