"""In: stimuli and where tasks stand; out: which of them act, and in which order."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from grader.model import Event, Stimulus, When
from grader.trace import stimuli
from grader.trace.streams import Streams
from grader.trace.task import Mode, Tracee
from tests.unit.trace.fakes import context, run


def test_a_stimulus_waits_for_the_call_that_it_names() -> None:
    """Blocked in another call, or not blocked: not yet."""
    one = run(Stimulus(When("blocked", "P0", "read"), "write", data=b"x"))
    task = Tracee(1, "P0", "P0", 0)
    one.tracees.append(task)
    assert stimuli.act(one, quiet=False) is False
    task.mode, task.context = Mode.BLOCKED, context("poll")
    assert stimuli.act(one, quiet=False) is False
    task.context = context("read")
    assert stimuli.act(one, quiet=False) is True
    assert stimuli.act(one, quiet=False) is False


@pytest.mark.parametrize(
    ("state", "mode", "holds"),
    [
        ("started", Mode.USER, True),
        ("exited", Mode.USER, False),
        ("exited", Mode.GONE, True),
        ("blocked", Mode.STOPPED, False),
    ],
)
def test_a_state_holds_or_does_not(state: str, mode: Mode, holds: bool) -> None:
    """By where the tasks of the process stand."""
    one = run(Stimulus(When(state, "P0"), "write", data=b"x"))
    one.tracees.append(Tracee(1, "P0", "P0", 0, mode))
    assert stimuli.act(one, quiet=False) is holds


def test_quiet_holds_only_when_nothing_can_move() -> None:
    """And a process that does not exist is in no state."""
    one = run(Stimulus(When("quiet"), "write", data=b"x"), Stimulus(When("started", "P7"), "write", data=b"y"))
    assert stimuli.act(one, quiet=False) is False
    assert stimuli.act(one, quiet=True) is True
    assert stimuli.act(one, quiet=True) is False


def test_a_step_counts_what_the_process_has_passed() -> None:
    """From the beginning of its program on, and whatever the stimuli before it in the plan still wait for."""
    never = Stimulus(When("exited", "P0"), "write", data=b"x")
    one = run(never, Stimulus(When("step", "P0", step=2), "write", data=b"y"))
    assert stimuli.act(one, quiet=False) is False
    one.tracees.append(Tracee(1, "P0", "P0", 0))
    one.points.passed["P0"] = 1
    assert stimuli.act(one, quiet=False) is False
    one.points.passed["P0"] = 2
    one.begins["P0"] = "main.py"
    assert stimuli.act(one, quiet=False) is False
    del one.begins["P0"]
    assert stimuli.act(one, quiet=False) is True
    assert stimuli.act(one, quiet=False) is False


@pytest.mark.parametrize("state", ["quiet", "exited", "printed"])
def test_a_state_may_have_to_wait_for_a_printed_text(state: str) -> None:
    """Whatever the state: it holds when standard output holds the text as well."""
    one = run(Stimulus(When(state, printed="ready\n"), "write", data=b"x"))
    one.tracees.append(Tracee(1, "P0", "P0", 0, Mode.GONE))
    outside, program = os.pipe2(os.O_NONBLOCK)
    one.streams = Streams(replace(one.tree, stdout=outside, stderr=outside), b"", keep_open=True, limit=100)
    os.write(program, b"ready")
    assert stimuli.act(one, quiet=True) is False
    os.write(program, b"\n")
    assert stimuli.act(one, quiet=True) is True
    os.close(outside)
    os.close(program)


def test_stimuli_act_in_their_order_and_are_events() -> None:
    """The second does not overtake the first, though its state holds already."""
    events: list[Event] = []
    one = run(
        Stimulus(When("exited", "P0"), "write", data=b"x"),
        Stimulus(When("quiet"), "signal", signal="SIGTERM"),
        events=events,
    )
    task = Tracee(1, "P0", "P0", 0)
    one.tracees.append(task)
    assert stimuli.act(one, quiet=True) is False
    task.mode = Mode.GONE
    assert [stimuli.act(one, quiet=True) for _ in range(3)] == [True, True, False]
    assert [(event.kind, event.text("action"), event.data) for event in events] == [
        ("stimulus", "write", b"x"),
        ("stimulus", "signal", None),
    ]
