"""In: plans with further programs; out: the same with processes for names, or the fault in them."""

from __future__ import annotations

from grader import Fault, Plan, Root, Stimulus, When
from grader.model import resolved

ROOTS = (Root("one"), Root("two", when=When("exited", "one")))


def test_names_of_programs_become_processes_wherever_a_plan_names_one() -> None:
    """By the place in the plan; other names stay."""
    plan = resolved(
        Plan(
            "talk",
            roots=ROOTS,
            stimuli=(Stimulus(When("blocked", "two", "read"), "signal", signal="SIGTERM", process="one"),),
            anytime=(Stimulus(When("started", "P0"), "signal", signal="SIGINT", process="two"),),
            faults=(Fault("short read", process="two"), Fault("EAGAIN")),
        )
    )

    assert plan.roots[1].when == When("exited", "P1")
    assert (plan.stimuli[0].when.process, plan.stimuli[0].process) == ("P2", "P1")
    assert (plan.anytime[0].when.process, plan.anytime[0].process) == ("P0", "P2")
    assert [fault.process for fault in plan.faults] == ["P2", ""]


def test_a_plan_that_is_resolved_stays_as_it_is() -> None:
    """Whoever reads plans and whoever runs them may both do it."""
    once = resolved(Plan("talk", roots=ROOTS))

    assert resolved(once) == once
