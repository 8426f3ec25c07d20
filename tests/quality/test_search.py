"""In: programs with one planted bug, and their twins; out: the search finds each bug, shortens it, and spares each twin."""

from __future__ import annotations

import pytest

from grader.explore import parse, shrink
from tests.quality.library import Planted, fails, library
from tests.support.schedules import Workshop

PLANTED = [
    pytest.param(each, id=each.name, marks=() if each.name.startswith("lost_") else pytest.mark.long)
    for each in library()
]
MOST = 60
SPARED = 20


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_bug_is_found_shortened_and_replayed(workshop: Workshop, planted: Planted) -> None:
    """The fair run is right; some schedule is not; a few switches suffice, and their token makes the same events again."""
    search = workshop.search(planted.bug)
    runs = search.mixed(MOST, hurries=planted.hurries)
    assert not fails(next(runs).evidence)
    found = next(tried for tried in runs if fails(tried.evidence))
    (again,) = search.each([found.notes.replay])
    assert again.evidence.end.digest == found.evidence.end.digest
    short = shrink(search, found, fails)
    assert fails(short.evidence)
    assert 1 <= len(parse(short.token).switches) <= 3


@pytest.mark.parametrize("planted", PLANTED)
def test_a_correct_twin_is_spared(workshop: Workshop, planted: Planted) -> None:
    """Whatever the schedule, it keeps its contract."""
    runs = workshop.search(planted.twin).mixed(SPARED, hurries=planted.hurries)
    assert [tried.token for tried in runs if fails(tried.evidence)] == []
