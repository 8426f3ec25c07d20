"""In: small real programs; out: the search with reduction sees what trying every choice sees, and says how far it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.explore import Exhaustive
from tests.quality.library import fails
from tests.support.schedules import Workshop, ending

BUGS = Path(__file__).parents[2] / "programs" / "quality" / "bugs"
MOST = 400


@pytest.mark.parametrize("name", ["lost_wakeup.c", "lost_update.c", "lock_order.c", "coalescing.c", "early_signal.py"])
def test_with_one_preemption_the_reduced_search_sees_every_ending(workshop: Workshop, name: str) -> None:
    """All choices at all decisions are the measure; each of these bugs needs one preemption."""
    full = Exhaustive(workshop.search(BUGS / name), 1, reduced=False)
    reduced = Exhaustive(workshop.search(BUGS / name), 1)
    every = {ending(tried.evidence) for tried in full.runs(MOST)}
    found = {ending(tried.evidence) for tried in reduced.runs(MOST)}
    assert full.exhausted
    assert reduced.exhausted
    assert found == every
    assert reduced.tried <= full.tried
    assert reduced.coverage.endswith("all up to 1 preemption")


def test_a_small_program_is_covered_completely(workshop: Workshop) -> None:
    """Its bug is among the runs, and no number of preemptions would show more."""
    search = Exhaustive(workshop.search(BUGS / "lost_wakeup.c"))
    runs = [fails(tried.evidence) for tried in search.runs(MOST)]
    assert any(runs)
    assert not all(runs)
    assert search.coverage == f"{len(runs)} schedules, complete"
