"""In: a finding as a check wrote it and the runs the check looked at; out: the finding with its proof, or a refusal.

A finding that cites nothing, or something that is not in the run, accuses without proof: it becomes an error of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import CannotDecide
from grader.model import Finding

if TYPE_CHECKING:
    from grader.evidence import Evidence

__all__ = ["proved"]


def proved(finding: Finding, runs: Mapping[str, Evidence], keeps: bool) -> Finding:
    """The finding with run, source lines, schedule and, if the evidence is kept, its file. Raises CannotDecide."""
    evidence = _run_of(finding, runs)
    if not finding.events:
        raise CannotDecide(
            "the finding names no event", action="cite at least one; for something absent, the last event"
        )
    last = len(evidence.events)
    for n in finding.events:
        if type(n) is not int or not 1 <= n <= last:
            raise CannotDecide(
                f"the finding names event {n!r}, but the run has the events 1 to {last}",
                action="cite events of the run that the finding speaks of",
            )
    if not (finding.seen and finding.why and finding.next):
        raise CannotDecide("the finding leaves a part empty", action="say seen, why and next")
    return replace(
        finding,
        run=evidence.header.plan.name,
        source=finding.source or evidence.sources(finding.events),
        evidence=Path(evidence.path).name if keeps else "",
        schedule=evidence.end.schedule,
    )


def _run_of(finding: Finding, runs: Mapping[str, Evidence]) -> Evidence:
    """The run the finding speaks of: named, or the only one there is."""
    if finding.run:
        if finding.run not in runs:
            raise CannotDecide(f"the finding speaks of the run {finding.run!r}, which the check did not look at")
        return runs[finding.run]
    if len(runs) != 1:
        raise CannotDecide("the finding does not say which run it speaks of", action="pass run=… to fail()")
    return next(iter(runs.values()))
