"""In: what the fair run of a program showed, and a number; out: the same with what its rules say of runs with one fault each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from grader.analysis import rules
from grader.cli.schedules import Key, Survey, key_of
from grader.evidence import Evidence
from grader.explore import Runner, fault_plans
from grader.model import Artifact, Plan, RuleFinding

__all__ = ["with_faults"]

ASKED = ("deadlock", "orphan", "residue", "unreaped-child")
"""What a program must not do whatever fails. That it ends with an error is no fault of its own."""
_WEAKER = {"must": "should"}


@dataclass
class _Found:
    """What the runs so far have shown; `known` was shown without any fault."""

    known: set[Key]
    findings: list[RuleFinding] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    tried: int = 0
    missed: int = 0

    def add(self, plan: Plan, run: Evidence) -> None:
        """Judge one run."""
        (fault,) = plan.faults
        self.tried += 1
        self.missed += any(event.kind == "missed" for event in run.events)
        if not run.complete:
            self.lost += run.end.lost
            return
        killed = fault.kind == "SIGKILL"
        for finding in rules(run, ("deadlock",) if killed else ASKED):
            if key_of(finding) not in self.known:
                self.known.add(key_of(finding))
                level = "style" if killed else _WEAKER.get(finding.level, finding.level)
                self.findings.append(replace(finding, level=level, fault=str(fault)))


def with_faults(
    laboratory: Runner, artifact: Artifact, plan: Plan, seen: Survey, most: int, progress: Callable[[str], None]
) -> Survey:
    """Run the program with at most `most` faults, one a run. Raises CannotDecide, TracerLost."""
    found = _Found({key_of(finding) for finding in seen.findings})
    plans = list(islice(filter(_bearable, fault_plans(plan, seen.first)), most))
    for number, (each, run) in enumerate(_runs(laboratory, artifact, plans), 1):
        progress(f"fault {number} of {len(plans)}")
        found.add(each, run)
    return replace(
        seen,
        findings=(*seen.findings, *found.findings),
        lost=(*seen.lost, *found.lost),
        complete=seen.complete and not found.lost,
        faults=found.tried,
        missed=found.missed,
    )


def _bearable(plan: Plan) -> bool:
    """Of whoever outlives a root that was killed nothing is asked."""
    return all(fault.kind != "SIGKILL" or fault.process != "P0" for fault in plan.faults)


def _runs(laboratory: Runner, artifact: Artifact, plans: list[Plan]) -> Iterator[tuple[Plan, Evidence]]:
    """Each plan with its run, the next one already being made."""
    for plan, following in zip(plans, [*plans[1:], None], strict=True):
        laboratory.begin(artifact, plan, durable=False)
        if following is not None:
            laboratory.begin(artifact, following, durable=False)
        yield plan, laboratory.run(artifact, plan)
        laboratory.drop(artifact, plan)
