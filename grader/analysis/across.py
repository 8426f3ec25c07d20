"""In: the evidence of many runs of one program; out: what follows from comparing them: `look` keeps a run, `across` judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from grader.analysis.early_signal import early_signal, early_suspicions
from grader.analysis.looks import Look, RuleOfMany, look_of
from grader.analysis.lost_signal import lost_signal, lost_suspicions
from grader.analysis.order import order
from grader.analysis.sleep_sync import sleep_sync
from grader.evidence import Evidence
from grader.model import RuleFinding

__all__ = ["ACROSS", "LEVELS_ACROSS", "across", "look"]

ACROSS: Mapping[str, RuleOfMany] = MappingProxyType(
    {"lost-signal": lost_signal, "early-signal": early_signal, "sleep-sync": sleep_sync, "order": order}
)

LEVELS_ACROSS: Mapping[str, str] = MappingProxyType(
    {"lost-signal": "must", "early-signal": "must", "sleep-sync": "must", "order": "style"}
)
"""The strongest level that each of these rules may claim."""


def look(run: Evidence) -> Look:
    """What is to be kept of a run, so that its evidence can be dropped."""
    return look_of(run, lost_suspicions(run), early_suspicions(run))


def across(one: Look, looks: Sequence[Look]) -> tuple[RuleFinding, ...]:
    """What run `one` shows beside all `looks`, the first of which is the fair run; rule by rule.

    Who is accused by a stronger rule gets no advice. Runs whose evidence is incomplete must not be among them.
    """
    strong = tuple(found for name, rule in ACROSS.items() if name != "order" for found in rule(one, looks))
    return strong or order(one, looks)
