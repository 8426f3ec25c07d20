"""In: the evidence of one run, and perhaps which rules; out: their findings, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from grader.analysis.bad_descriptor import bad_descriptor
from grader.analysis.broken_pipe import broken_pipe
from grader.analysis.deadlock import deadlock
from grader.analysis.descriptor_leak import descriptor_leak
from grader.analysis.orphan import orphan
from grader.analysis.residue import residue
from grader.analysis.spin import spin
from grader.analysis.unreaped_child import unreaped_child
from grader.analysis.unsafe_handler import unsafe_handler
from grader.analysis.unused_pipe_end import unused_pipe_end
from grader.errors import UsageError
from grader.evidence import Evidence
from grader.model import RuleFinding

__all__ = ["LEVELS", "rules"]

Rule = Callable[[Evidence], tuple[RuleFinding, ...]]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "deadlock": deadlock,
        "unused-pipe-end": unused_pipe_end,
        "unreaped-child": unreaped_child,
        "orphan": orphan,
        "residue": residue,
        "descriptor-leak": descriptor_leak,
        "bad-descriptor": bad_descriptor,
        "spin": spin,
        "unsafe-handler": unsafe_handler,
        "broken-pipe": broken_pipe,
    }
)

LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "deadlock": "must",
        "unused-pipe-end": "must",
        "unreaped-child": "should",
        "orphan": "should",
        "residue": "must",
        "descriptor-leak": "should",
        "bad-descriptor": "should",
        "spin": "should",
        "unsafe-handler": "should",
        "broken-pipe": "style",
    }
)
"""The strongest level that each rule may claim without an exercise's contract."""


def rules(run: Evidence, only: Iterable[str] | None = None) -> tuple[RuleFinding, ...]:
    """What the rules (all, or `only` these ids) find in a run, rule by rule, in the order of the rules' table.

    Empty for a run whose evidence is incomplete: then nothing is known to be absent. Nothing is said of the exercise's own peers.
    Raises UsageError for an unknown id.
    """
    wanted = set(RULES) if only is None else set(only)
    if unknown := sorted(wanted - set(RULES)):
        raise UsageError(f"no rule {unknown[0]!r}", where="rules", action=f"use one of {', '.join(RULES)}")
    found = (finding for name, rule in RULES.items() if name in wanted for finding in rule(run))
    return tuple(finding for finding in found if finding.process not in run.peers)
