"""In: a program, a plan and a number of schedules; out: what the rules find in any of them, each with the shortest schedule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from grader.analysis import Look, look, rules
from grader.cli.comparing import compared
from grader.evidence import Evidence
from grader.explore import FAIR, Exhaustive, Search, Tried, hurried, parse, shrink, sleeps
from grader.frozen import dataclass
from grader.model import RuleFinding

__all__ = ["Key", "Survey", "key_of", "single", "survey"]

FAIR_TOKEN = "f1"  # noqa: S105 - names a schedule, guards no secret
_PLAIN = (FAIR, "x1:")
SHRINKING = 150
"""Runs at most to shorten the schedule of one finding."""

HURRIES = 4
"""One in so many schedules lets a sleep end early."""

# Futexes are named in the order of their use, so the same one has another letter under another schedule.
_ACCIDENTAL = re.compile(r"\b(?:events?|#) ?\d+(?:(?:, | and |-)\d+)*|(?<=\bfutex )[A-Z]\d*")

Key = tuple[str, str, str]
End = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What all runs together showed.

    `first` is the evidence of the first, fair one. `ends` counts how the program ended (outcome, status, signal), each with the
    first schedule under which it did. `lost` says what is missing of which run; `complete`: of none. `coverage` says how far an
    exhaustive search went, in words. `faults` counts the runs with a fault each, `missed` those in which it never came.
    """

    first: Evidence
    tried: int
    distinct: int
    ends: Mapping[End, tuple[int, str]]
    lost: tuple[str, ...]
    complete: bool
    findings: tuple[RuleFinding, ...]
    coverage: str = ""
    faults: int = 0
    missed: int = 0

    @property
    def limited(self) -> bool:
        """Whether a limit ended any of the runs."""
        return any(outcome == "limit" for outcome, _, _ in self.ends)

    @property
    def outcomes(self) -> tuple[Mapping[str, str | int | None], ...]:
        """`ends` for a report; nothing where there was but one run."""
        if self.tried == 1:
            return ()
        return tuple(
            {"outcome": outcome, "exit_status": status, "signal": signal or None, "schedules": count, "schedule": token}
            for (outcome, status, signal), (count, token) in self.ends.items()
        )


def single(evidence: Evidence) -> Survey:
    """What one run shows; the rules look at it also where it is not complete."""
    end = evidence.end
    lost = _lost(evidence)
    named = "" if end.schedule == FAIR_TOKEN else end.schedule
    findings = tuple(replace(finding, schedule=named) for finding in rules(evidence))
    return Survey(evidence, 1, 1, {_end(evidence): (1, end.schedule)}, lost, not lost and end.complete, findings)


def survey(search: Search, size: int, preemptions: int | None, progress: Callable[[str], None]) -> Survey:
    """Try `size` schedules, judge each and all beside each other, shorten those that show a fault. Raises CannotDecide, TracerLost.

    With `preemptions` they are all that have at most so many, as far as `size` goes.
    """
    exhaustive = None if preemptions is None else Exhaustive(search, preemptions)
    first = search.once(FAIR)
    runs = _runs(search, first, size) if exhaustive is None else exhaustive.runs(size)
    ends: dict[End, tuple[int, str]] = {}
    lost: dict[str, None] = {}
    found: dict[Key, tuple[RuleFinding, Tried]] = {}
    looks: dict[str, Look] = {}
    for number, tried in enumerate(runs, 1):
        progress(f"schedule {number} of {size}")
        count, token = ends.get(_end(tried.evidence), (0, tried.token))
        ends[_end(tried.evidence)] = (count + 1, token)
        if missing := _lost(tried.evidence):
            lost |= dict.fromkeys(missing)
        elif number == 1 or not tried.seen:
            looks[tried.token] = look(tried.evidence)
            for finding in () if parse(tried.token).hurries else rules(tried.evidence):
                found.setdefault(key_of(finding), (replace(finding, schedule=tried.token), tried))
    count = search.tried if exhaustive is None else exhaustive.tried
    distinct, findings = search.distinct, []
    for key, (finding, tried) in found.items():
        progress(f"shortening the schedule that shows {finding.rule}")
        findings.append(finding if tried.token in _PLAIN else _shortest(search, key, tried))
    findings += compared(search, looks, progress)
    coverage = exhaustive.coverage if exhaustive is not None else ""
    return Survey(first.evidence, count, distinct, ends, tuple(lost), not lost, tuple(findings), coverage)


def _runs(search: Search, first: Tried, size: int) -> Iterator[Tried]:
    """The fair run, then a quarter of the others with a sleep that ends early, if anything sleeps, then a mix of schedules."""
    yield first
    if size >= HURRIES and sleeps(first.evidence):
        again, early = hurried(search)
        yield again
        yield from search.each(early[: size // HURRIES - 1])
    yield from search.others(size - search.tried)


def _end(evidence: Evidence) -> End:
    return evidence.end.outcome, evidence.end.status, evidence.end.signal


def _lost(evidence: Evidence) -> tuple[str, ...]:
    """Why this run proves nothing; empty: it does."""
    end = evidence.end
    if end.outcome == "limit" and end.limit == "wall":
        return (*end.lost, "the limit on wall time ended the run")
    return () if end.complete else end.lost or ("a part of the run is missing",)


def _shortest(search: Search, key: Key, tried: Tried) -> RuleFinding:
    """The finding as the shortest schedule shows it: its events are those of that run."""
    short = shrink(search, tried, lambda evidence: any(key_of(each) == key for each in rules(evidence)), SHRINKING)
    finding = next(each for each in rules(short.evidence) if key_of(each) == key)
    return replace(finding, schedule=short.token)


def key_of(finding: RuleFinding) -> Key:
    """What makes two findings one: rule, process and object; what is seen, but for the numbers of its events."""
    return finding.rule, finding.process, _ACCIDENTAL.sub("", finding.seen)
