"""In: tests/programs/quality; out: bugs that only some schedules or faults show, their correct twins, the runs to try.

The contract is the same for all: the program ends with exit status 0. Anything else is the bug showing: another status, a signal,
a deadlock, a wait that never ends. It is judged by that alone, so no rule has to know what was planted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from grader.evidence import Evidence
from grader.explore import FAIR, Search, Tried, fault_plans
from tests.support.schedules import Workshop

FOLDER = Path(__file__).parents[1] / "programs" / "quality"
_AT_ONCE = {"mq_type_order.c", "sigchld_merged.py"}
_FAULTS = {"interrupted_": "EINTR", "short_write": "short write"}


@dataclass(frozen=True, slots=True)
class Planted:
    """One bug and its twin."""

    name: str
    bug: Path
    twin: Path

    @property
    def hurries(self) -> bool:
        """Whether it is looked for with sleeps that end early."""
        return self.name.startswith("sleep_")

    @property
    def fault(self) -> str:
        """The kind of faults with which it is looked for; empty: schedules alone show it."""
        return next((kind for prefix, kind in _FAULTS.items() if self.name.startswith(prefix)), "")

    @property
    def at_once(self) -> bool:
        """Whether the fair schedule shows it already."""
        return self.name in _AT_ONCE


def library() -> tuple[Planted, ...]:
    """All of them, by name."""
    bugs = sorted(path for path in (FOLDER / "bugs").iterdir() if path.suffix in {".c", ".py"})
    return tuple(Planted(path.name, path, FOLDER / "twins" / path.name) for path in bugs)


def fails(evidence: Evidence) -> bool:
    """Whether the run broke the contract."""
    return (evidence.outcome, evidence.exit_status) != ("exited", 0)


def attempts(
    workshop: Workshop, planted: Planted, source: Path, size: int, seed: int = 0
) -> Iterator[tuple[Search, Tried]]:
    """The runs of one budget, each with the search that it belongs to: the fair one, then `size` - 1 of the mix from `seed` on.

    Where faults show the bug, each plan takes its turn, first under the fair schedule.
    """
    search = workshop.search(source)
    if not planted.fault:
        yield from ((search, tried) for tried in search.mixed(size, seed=seed, hurries=planted.hurries))
        return
    yield search, search.once(FAIR)
    turns = [_under_all(each, size, seed) for each in searches(workshop, planted, source)]
    yield from islice(chain.from_iterable(zip(*turns, strict=True)), size - 1)


def searches(workshop: Workshop, planted: Planted, source: Path) -> tuple[Search, ...]:
    """One; where faults show the bug, one for each plan with a fault that the fair run leaves room for."""
    search = workshop.search(source)
    if not planted.fault:
        return (search,)
    plans = fault_plans(search.plan(FAIR), search.once(FAIR).evidence)
    return tuple(workshop.search_of(source, plan) for plan in plans if plan.faults[0].kind == planted.fault)


def _under_all(search: Search, size: int, seed: int) -> Iterator[tuple[Search, Tried]]:
    return ((search, tried) for tried in chain(search.each([FAIR]), search.others(size, seed=seed)))
