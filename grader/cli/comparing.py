"""In: what was kept of many runs of a program; out: what the rules find by comparing them, each with the shortest schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from grader.analysis import Look, across, look
from grader.evidence import Evidence
from grader.explore import FAIR, Search, parse, shrink
from grader.model import RuleFinding

__all__ = ["compared"]

SHRINKING = 60
"""Runs at most to shorten the schedule of one finding."""
STRENGTH = ("must", "should", "style")

Key = tuple[str, str]


def compared(search: Search, looks: Mapping[str, Look], progress: Callable[[str], None]) -> list[RuleFinding]:
    """The findings, the strongest of each rule and process, with the token of the run that proves it.

    `looks` are by token, the fair run first. Raises CannotDecide, TracerLost.
    """
    kept = tuple(looks.values())
    found: dict[Key, tuple[str, RuleFinding]] = {}
    for token, each in looks.items():
        for finding in across(each, kept):
            known = found.get(_key(finding))
            if known is None or _strength(finding) < _strength(known[1]):
                found[_key(finding)] = (token, finding)
    told = []
    for token, finding in found.values():
        if finding.rule == "order" and len(found) > 1:
            continue  # what is advice only says no more than the fault beside it
        progress(f"shortening the schedule that shows {finding.rule}")
        told.append(_shortest(search, token, finding, kept))
    return told


def _key(finding: RuleFinding) -> Key:
    return finding.rule, finding.process


def _strength(finding: RuleFinding) -> int:
    return STRENGTH.index(finding.level)


def _shortest(search: Search, token: str, finding: RuleFinding, kept: Sequence[Look]) -> RuleFinding:
    """The finding as the shortest schedule shows it."""
    if token == FAIR:
        return replace(finding, schedule=token)
    tried = search.once(token)
    if not parse(token).hurries:
        tried = shrink(search, tried, lambda run: _shown(run, finding, kept) is not None, SHRINKING)
    shown = _shown(tried.evidence, finding, kept)
    assert shown is not None
    return replace(shown, schedule=tried.notes.replay, source=tried.evidence.sources(shown.events))


def _shown(run: Evidence, finding: RuleFinding, kept: Sequence[Look]) -> RuleFinding | None:
    """The same finding in this run, compared with those that were kept."""
    found = (each for each in across(look(run), kept) if (_key(each), each.level) == (_key(finding), finding.level))
    return next(found, None)
