"""In: imagined programs of reads and writes; out: the reduced search sees every outcome that trying all orders sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import CannotDecide
from grader.explore.exhaustive import Exhaustive
from grader.explore.lab import RunNotes
from grader.explore.scheduler import Scheduler
from grader.explore.tokens import parse
from grader.model import Event
from grader.trace import Step

Program = tuple[tuple[str, ...], ...]
"""For each task its steps: `r0` reads variable 0, `w1` writes it, `u` touches nothing."""


@dataclass
class Imagined:
    """A search over an imagined program: tasks that all exist from the start. `later`: what it is from its second run on."""

    program: Program
    later: Program = ()

    def told(self, token: str) -> Any:  # noqa: ANN401 - stands in for a run
        """One run of it."""
        policy = Scheduler(parse(token), keeps_trail=True)
        run = Playing(self.program)
        while movable := run.movable():
            run.move(policy.pick(movable, 0, run))
        self.program = self.later or self.program
        policy.finished("")
        evidence = SimpleNamespace(events=tuple(run.made), outcome=(tuple(run.memory), tuple(run.seen)))
        return SimpleNamespace(token=token, evidence=evidence, notes=RunNotes(trail=tuple(policy.trail)))


@dataclass
class Playing:
    """One run under way."""

    program: Program
    made: list[Event] = field(default_factory=list)
    seen: list[tuple[int, ...]] = field(default_factory=list)
    memory: list[int] = field(default_factory=lambda: [0, 0])
    at: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = [0] * len(self.program)
        self.seen = [()] * len(self.program)

    @property
    def events(self) -> int:
        """Steps that touch something are events."""
        return len(self.made)

    def step(self, order: int) -> Step:
        """What this task does next."""
        return Step(order, f"P{order}", "entry")

    def movable(self) -> list[int]:
        """Those that are not at their end."""
        return [order for order, steps in enumerate(self.program) if self.at[order] < len(steps)]

    def move(self, order: int) -> None:
        """One step: a write leaves its own mark, a read keeps what it sees."""
        what = self.program[order][self.at[order]]
        self.at[order] += 1
        if what == "u":
            return
        variable = int(what[1])
        if what[0] == "w":
            self.memory[variable] = order * 100 + self.at[order]
        else:
            self.seen[order] += (self.memory[variable],)
        call = "pwrite64" if what[0] == "w" else "pread64"
        self.made.append(
            Event(len(self.made) + 1, f"P{order}", "call", call, {"fd": 3, "object": f"file {variable}"}, 1)
        )


STEPS = st.sampled_from(["r0", "w0", "r1", "w1", "u"])
TWO = st.lists(st.lists(STEPS, min_size=1, max_size=3).map(tuple), min_size=2, max_size=2).map(tuple)
THREE = st.lists(st.lists(STEPS, min_size=1, max_size=2).map(tuple), min_size=3, max_size=3).map(tuple)
PROGRAMS = TWO | THREE


def outcomes(program: Program, bound: int | None, *, reduced: bool) -> tuple[set[object], Exhaustive]:
    """All final memories with all that was read, and the search that found them."""
    search = Exhaustive(Imagined(program), bound, reduced=reduced)  # type: ignore[arg-type]
    return {tried.evidence.outcome for tried in search.runs(5_000)}, search  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_the_reduced_search_sees_every_outcome(program: Program) -> None:
    """Without a bound: the same outcomes as all orders have, in no more runs."""
    every, full = outcomes(program, None, reduced=False)
    found, reduced = outcomes(program, None, reduced=True)
    assert found == every
    assert full.complete
    assert reduced.complete
    assert reduced.tried <= full.tried


@settings(max_examples=60, deadline=None)
@given(PROGRAMS, st.integers(0, 2))
def test_so_does_the_bounded_one(program: Program, bound: int) -> None:
    """Within the same number of preemptions."""
    every, full = outcomes(program, bound, reduced=False)
    found, reduced = outcomes(program, bound, reduced=True)
    assert found >= every
    assert full.exhausted
    assert reduced.exhausted


def test_all_orders_are_counted_right() -> None:
    """Two tasks of three steps each have 20 orders; independent ones need only one of them."""
    assert outcomes((("u",) * 3, ("u",) * 3), None, reduced=False)[1].tried == 20
    assert outcomes((("r0",) * 3, ("r0",) * 3), None, reduced=True)[1].coverage == "1 schedule, complete"
    assert outcomes((("w0",), ("w0",)), None, reduced=True)[1].coverage == "2 schedules, complete"


def test_what_was_covered_is_said_in_words() -> None:
    """Complete, all up to a bound, or not all."""
    program = (("w0", "r0", "w0"), ("w0", "r0", "w0"))
    assert outcomes(program, 1, reduced=True)[1].coverage.endswith("schedules, all up to 1 preemption")
    search = Exhaustive(Imagined(program), None)  # type: ignore[arg-type]
    assert len(list(search.runs(3))) == 3
    assert search.coverage == "3 schedules, not all"
    assert not search.complete


def test_a_program_that_does_not_repeat_itself_is_not_decided() -> None:
    """A decision that has other tasks the second time."""
    search = Exhaustive(Imagined((("w0",),) * 3, (("w0",),) * 2), None)  # type: ignore[arg-type]
    with pytest.raises(CannotDecide, match="decision 1"):
        list(search.runs(10))
