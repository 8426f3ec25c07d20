"""In: a program, a plan and the schedules to try; out: the runs, one by one, the next already made while one is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from grader.evidence import Evidence
from grader.explore.budget import mixed
from grader.explore.lab import Lab, RunNotes
from grader.model import Artifact, Plan

AHEAD = 2
"""Runs that are begun before they are asked for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One run of a search.

    `token` is the schedule that was asked for, `notes.replay` the same run by its switches. `seen`: a run before this one had the
    same events, so there is nothing new in it to judge.
    """

    token: str
    evidence: Evidence
    notes: RunNotes
    seen: bool


class Search:
    """Tries schedules of one plan. The evidence of a run is dropped when the next is asked for."""

    def __init__(self, lab: Lab, artifact: Artifact, plan: Plan, sha256: str = "") -> None:
        """`plan.schedule` is not looked at."""
        self._lab = lab
        self._artifact = artifact
        self._plan = plan
        self._sha256 = sha256
        self._digests: set[str] = set()
        self.tried = 0
        self.longest = 0

    @property
    def distinct(self) -> int:
        """How many of the runs differ in their events."""
        return len(self._digests)

    def plan(self, token: str) -> Plan:
        """The plan under this schedule."""
        return replace(self._plan, schedule=token)

    def mixed(self, size: int, *, seed: int = 0, hurries: bool = False) -> Iterator[Tried]:
        """The schedules of a budget of `size` (`grader.explore.budget`). Raises CannotDecide, TracerLost."""
        return self.each(mixed(size, lambda: self.longest, seed=seed, hurries=hurries))

    def each(self, tokens: Iterable[str]) -> Iterator[Tried]:
        """These schedules in turn. Raises UsageError, CannotDecide, DivergedReplay, TracerLost."""
        waiting: deque[str] = deque()
        source = iter(tokens)
        try:
            while True:
                while len(waiting) <= (AHEAD if self.longest else 0) and (token := next(source, None)) is not None:
                    self._lab.begin(self._artifact, self.plan(token), self._sha256, durable=False)
                    waiting.append(token)
                if not waiting:
                    return
                yield self._take(waiting[0])
                self._lab.drop(self._artifact, self.plan(waiting.popleft()))
        finally:
            for token in waiting:
                self._lab.drop(self._artifact, self.plan(token))

    def once(self, token: str) -> Tried:
        """One schedule. The caller drops nothing: its evidence stays in the laboratory."""
        self._lab.begin(self._artifact, self.plan(token), self._sha256)
        return self._take(token)

    def _take(self, token: str) -> Tried:
        evidence = self._lab.run(self._artifact, self.plan(token), self._sha256)
        notes = self._lab.notes_of(self._artifact, self.plan(token))
        seen = evidence.end.digest in self._digests
        self._digests.add(evidence.end.digest)
        self.tried += 1
        self.longest = max(self.longest, notes.decisions)
        return Tried(token, evidence, notes, seen)
