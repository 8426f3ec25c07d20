"""What checks are given to look at, and what happens when it proves nothing."""

from __future__ import annotations

import pytest

from grader.checks.helpers import Violation
from grader.checks.laboratory import Bench, Runs, undecidable
from grader.errors import CannotDecide, TracerLost
from grader.model import Artifact, Event, Plan
from tests.support.events import Story
from tests.unit.checks.fakes import FakeLab, evidence, remade, serving

SMALL, LARGE = Plan("small"), Plan("large")
REFUSED = (
    Event(1, "P0", "start"),
    Event(2, "P0", "call", "ptrace", {"refused": True}, error="EPERM"),
    Event(3, "P0", "exit", args={"code": 0}),
)


def bench(lab: FakeLab) -> Bench:
    """A bench with a program that was never built."""
    return Bench(lab, Artifact(("/box/prog",), "/nowhere", "c"), "0" * 64)


def test_a_plan_is_run_once_and_only_when_it_is_looked_at() -> None:
    """Two checks share a run, and a run that no check looks at is not made."""
    lab = FakeLab()
    shared = bench(lab)
    first, second = (Runs(shared, {"small": SMALL, "large": LARGE}) for _ in range(2))

    assert lab.runs == []
    assert first["small"] is second["small"]
    assert (lab.runs, shared.runs, list(second.used)) == (["small"], 1, ["small"])


def test_a_run_that_met_a_fault_is_not_tried_again() -> None:
    """A second try that ends otherwise would hide the first: the fault is the answer, each time."""
    lab = FakeLab(serve=serving({"small": TracerLost("gone")}))
    shared = bench(lab)

    for _ in range(2):
        with pytest.raises(TracerLost, match="gone"):
            shared.evidence(SMALL)
    assert lab.runs == ["small"]


def test_a_laboratory_that_was_interrupted_is_not_asked_again() -> None:
    """Its next answer could be that of the interrupted run, so every further run is refused."""
    lab = FakeLab(serve=serving({"small": RuntimeError("in the middle"), "large": evidence(LARGE)}))
    shared = bench(lab)

    with pytest.raises(RuntimeError):
        shared.evidence(SMALL)
    with pytest.raises(CannotDecide, match="lost in the run small"):
        shared.evidence(LARGE)
    assert lab.runs == ["small"]


def test_complete_evidence_can_be_judged() -> None:
    """A refused call is no fault of its own where nothing was lost."""
    assert undecidable(evidence(SMALL)) is None
    assert undecidable(remade(SMALL, REFUSED, outcome="exited", status=0)) is None


def test_incomplete_evidence_decides_nothing() -> None:
    """What was lost is said; it is no fault of the submission."""
    fault = undecidable(evidence(SMALL, complete=False, lost=("the buffer ran over",)))

    assert isinstance(fault, CannotDecide)
    assert "the buffer ran over" in str(fault)


def test_a_program_that_hid_itself_has_failed() -> None:
    """Evidence is missing and the record shows an attempt to blind the tracer: that event is the finding."""
    fault = undecidable(remade(SMALL, REFUSED, outcome="exited", complete=False))

    assert isinstance(fault, Violation)
    assert (fault.finding.events, fault.finding.run) == ((2,), "small")
    assert "ptrace" in fault.finding.seen


def test_a_run_that_only_the_clock_ended_decides_nothing() -> None:
    """The limit on wall time depends on the load of the machine; the others are facts of the program."""
    late = undecidable(evidence(SMALL, outcome="limit", limit="wall", status=None))

    assert isinstance(late, CannotDecide)
    assert undecidable(evidence(SMALL, outcome="limit", limit="events", status=None)) is None


def test_looking_at_a_run_that_proves_nothing_raises_and_is_remembered() -> None:
    """Even a check that catches the exception has looked at the run."""
    runs = Runs(bench(FakeLab(serve=lambda plan: evidence(plan, complete=False))), {"small": SMALL})

    with pytest.raises(CannotDecide):
        runs["small"]
    assert list(runs.used) == ["small"]
    assert repr(runs) == "<Runs small>"


@pytest.mark.parametrize(("peer", "code", "decides"), [("odd.py", 2, False), ("odd.py", 1, True), ("", 2, True)])
def test_a_peer_that_was_told_nonsense_decides_nothing(peer: str, code: int, decides: bool) -> None:
    """It ends with 2, which is the exercise's fault; of a program of the submission it is a status as any other."""
    story = Story()
    story.start("P1", "odd", peer)
    story.exit("P1", code)
    story.exit("P0")
    fault = undecidable(story.evidence())

    assert (fault is None) is decides
    assert decides or "could not do what the plan told it" in str(fault)
