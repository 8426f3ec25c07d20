"""In: a program, a plan and the schedules to try; out: the runs, one by one, the next already made while one is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from typing import Protocol, runtime_checkable

from grader.evidence import Evidence
from grader.explore.budget import mixed
from grader.explore.lab import RunNotes
from grader.explore.tokens import FAIR
from grader.frozen import dataclass
from grader.model import Artifact, Plan

AHEAD = 3
"""Runs that are begun before they are asked for; one, as long as it is not known whether schedules differ at all."""


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


@runtime_checkable
class Runner(Protocol):
    """What a search needs of a laboratory."""

    def begin(
        self,
        artifact: Artifact,
        plan: Plan,
        submission_sha256: str = "",
        *,
        durable: bool = True,
        trail: bool = False,
        lines: bool = True,
    ) -> None:
        """Begin a run."""

    def run(self, artifact: Artifact, plan: Plan, submission_sha256: str = "") -> Evidence:
        """Its evidence."""

    def notes_of(self, artifact: Artifact, plan: Plan) -> RunNotes:
        """What is said of it."""

    def drop(self, artifact: Artifact, plan: Plan) -> None:
        """Forget it."""


class Search:
    """Tries schedules of one plan. The evidence of a run is dropped when the next is asked for."""

    def __init__(self, lab: Runner, artifact: Artifact, plan: Plan, sha256: str = "") -> None:
        """`plan.schedule` is not looked at."""
        self._lab = lab
        self._artifact = artifact
        self._plan = plan
        self._sha256 = sha256
        self._digests: set[str] = set()
        self._ahead: list[str] = []
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
        """The fair run and `size` - 1 others (`grader.explore.budget`); the fair one is kept. Raises CannotDecide, TracerLost."""
        yield self.once(FAIR)
        yield from self.others(size - 1, seed=seed, hurries=hurries)

    def others(
        self, size: int, *, seed: int = 0, hurries: bool = False, then: Callable[[], None] | None = None
    ) -> Generator[Tried, None, None]:
        """`size` schedules after the fair one; `then` is called when all are begun. Raises CannotDecide, TracerLost."""
        return self.each(mixed(size, lambda: self.longest, seed=seed, hurries=hurries), then)

    def each(self, tokens: Iterable[str], then: Callable[[], None] | None = None) -> Generator[Tried, None, None]:
        """These schedules in turn; `then` is called once, when the last of them is begun.

        Raises UsageError, CannotDecide, DivergedReplay, TracerLost.
        """
        waiting: deque[str] = deque()
        source = iter(tokens)
        try:
            while True:
                while len(waiting) <= (AHEAD if self.longest else 1):
                    if (token := next(source, None)) is None:
                        then = then and then()
                        break
                    self._lab.begin(self._artifact, self.plan(token), self._sha256, durable=False, lines=False)
                    waiting.append(token)
                if not waiting:
                    return
                yield self._take(waiting[0])
                self._lab.drop(self._artifact, self.plan(waiting.popleft()))
        finally:
            for token in waiting:
                self._lab.drop(self._artifact, self.plan(token))

    def ahead(self, size: int, *, seed: int = 0, hurries: bool = False) -> None:
        """Begin the first of `others` while another search has none left to begin. `leave` it when all is over."""
        for token in mixed(min(size, 2), lambda: self.longest, seed=seed, hurries=hurries):
            self._lab.begin(self._artifact, self.plan(token), self._sha256, durable=False, lines=False)
            self._ahead.append(token)

    def leave(self) -> None:
        """Nobody will ask for what was begun ahead."""
        while self._ahead:
            self._lab.drop(self._artifact, self.plan(self._ahead.pop()))

    def once(self, token: str) -> Tried:
        """One schedule. The caller drops nothing: its evidence stays in the laboratory."""
        self._lab.begin(self._artifact, self.plan(token), self._sha256)
        return self._take(token)

    def told(self, token: str) -> Tried:
        """One schedule, each of its steps in `notes.trail`; its evidence is dropped."""
        self._lab.begin(self._artifact, self.plan(token), self._sha256, durable=False, trail=True)
        tried = self._take(token)
        self._lab.drop(self._artifact, self.plan(token))
        return tried

    def _take(self, token: str) -> Tried:
        evidence = self._lab.run(self._artifact, self.plan(token), self._sha256)
        notes = self._lab.notes_of(self._artifact, self.plan(token))
        seen = evidence.end.digest in self._digests
        self._digests.add(evidence.end.digest)
        self.tried += 1
        self.longest = max(self.longest, notes.decisions)
        return Tried(token, evidence, notes, seen)
