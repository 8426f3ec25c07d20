"""In: every program of tests/programs/trace under random schedules; out: the tracer follows each to its end, and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.explore import Search
from grader.model import Limits, Plan
from tests.support.schedules import Workshop

pytestmark = pytest.mark.long

PROGRAMS = Path(__file__).parents[2] / "programs" / "trace"
UNSTEADY = {"spin", "spin_alarm", "spin_shared"}
ARGUMENTS = {"much_output": ("300000", "70000"), "exec_chain": ("a", "b", "c"), "interrupted": ("restart",)}
LIMITS = Limits(idle=2000, tasks=20, wall=30)


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.c") if path.stem not in UNSTEADY))
def test_a_random_run_is_complete_and_replays_by_its_switches(workshop: Workshop, name: str) -> None:
    """Threads that are killed in their stops, groups that end, programs that are replaced: whatever comes first."""
    plan = Plan(name, argv=ARGUMENTS.get(name, ()), limits=LIMITS)
    search = Search(workshop.lab, workshop.artifact(PROGRAMS / f"{name}.c"), plan)
    for token in ("r1:1", "r1:2"):
        (tried,) = search.each([token])
        assert tried.evidence.complete
        assert tried.evidence.end.limit != "wall"
        (again,) = search.each([tried.notes.replay])
        assert again.evidence.end.digest == tried.evidence.end.digest
