"""Cleanup after signals: what a run left is told with the signal and its moment; what nobody could remove is spared."""

from __future__ import annotations

import pytest

from grader import Violation, require_clean_after_signals
from grader.evidence import Evidence
from tests.support.events import Story


def stopped(signal: str, *, handled: bool, left: str = "/ab", kind: str = "shm") -> Evidence:
    """P0 makes a pipe, gets the signal from outside, ends, and leaves an object."""
    story = Story()
    if handled:
        story.handle("P0", signal)
    story.pipe("P0")
    story.add("outside", "stimulus", {"action": "signal", "signal": signal, "target": "P0"})
    if handled:
        story.add("P0", "signal", {"signal": signal, "action": "handler", "origin": "outside"})
        story.exit("P0", 1)
    else:
        story.killed("P0", signal)
    if left:
        story.left(kind, left)
    return story.evidence()


@pytest.mark.parametrize("handled", [True, False])
def test_an_object_that_a_stopped_program_leaves_is_told_with_the_signal(handled: bool) -> None:
    """Which signal, after which call, and what was left, each with its event."""
    run = stopped("SIGINT", handled=handled)
    with pytest.raises(Violation) as raised:
        require_clean_after_signals(run)
    finding = raised.value.finding
    sent = next(event for event in run.events if event.kind == "stimulus")

    assert f"SIGINT comes at event {sent.n}, after its pipe (event {sent.n - 1})" in finding.seen
    assert "the shared memory /ab" in finding.seen
    assert {sent.n, run.last.n} <= set(finding.events)


@pytest.mark.parametrize(
    "run",
    [
        stopped("SIGKILL", handled=False),
        stopped("SIGTERM", handled=True, left=""),
        stopped("SIGTERM", handled=True, kind="file", left="notes"),
    ],
    ids=["SIGKILL", "nothing left", "a regular file"],
)
def test_nothing_is_asked_of_what_cannot_or_need_not_be_removed(run: Evidence) -> None:
    """SIGKILL leaves no time; files are no objects for communication."""
    assert require_clean_after_signals(run) is None


def test_a_statement_may_leave_the_time_before_the_handler_free() -> None:
    """Then only a signal that the program takes is followed by the question."""
    assert require_clean_after_signals(stopped("SIGINT", handled=False), once_handled=True) is None
    with pytest.raises(Violation):
        require_clean_after_signals(stopped("SIGINT", handled=True), once_handled=True)


def test_a_run_without_a_signal_is_another_checks_business() -> None:
    """Residue of plain runs is asked for by `require_nothing_left`."""
    story = Story()
    story.exit("P0")
    story.left("shm", "/ab")

    assert require_clean_after_signals(story.evidence()) is None
