"""In: programs with one planted bug, and their twins; out: the search finds each bug, shortens it, and spares each twin."""

from __future__ import annotations

import pytest

from grader.explore import BUDGETS, parse, shrink
from tests.quality.library import Planted, attempts, fails, library
from tests.support.schedules import Workshop

MOST = BUDGETS["default"]
SPARED = 20
SWITCHES = 6  # one left out at a time, so it ends at a local minimum: four philosophers that hold a fork each take six


def some(chosen: list[Planted]) -> list[object]:
    """As parameters; few of them are part of every change."""
    return [
        pytest.param(each, id=each.name, marks=() if each.name.startswith("lost_") else pytest.mark.long)
        for each in chosen
    ]


BY_SCHEDULE = some([each for each in library() if not each.at_once and not each.fault])
BY_FAULT = some([each for each in library() if each.fault])
AT_ONCE = some([each for each in library() if each.at_once])
ALL = some(list(library()))


def test_the_library_is_large_and_half_in_python() -> None:
    """Thirty bugs at least, each with a twin of the same name."""
    python = [each for each in library() if each.bug.suffix == ".py"]
    assert len(library()) >= 30
    assert 2 * len(python) >= len(library())
    assert all(each.twin.is_file() for each in library())


@pytest.mark.parametrize("planted", BY_SCHEDULE)
def test_a_planted_bug_is_found_shortened_and_replayed(workshop: Workshop, planted: Planted) -> None:
    """The fair run is right; some schedule is not; a few switches suffice, and their token makes the same events again."""
    runs = attempts(workshop, planted, planted.bug, MOST)
    assert not fails(next(runs)[1].evidence)
    search, found = next((search, tried) for search, tried in runs if fails(tried.evidence))
    (again,) = search.each([found.notes.replay])
    assert again.evidence.end.digest == found.evidence.end.digest
    short = shrink(search, found, fails)
    assert fails(short.evidence)
    assert 1 <= len(parse(short.token).switches) <= SWITCHES


@pytest.mark.parametrize("planted", BY_FAULT)
def test_a_bug_that_a_fault_shows_is_found_and_comes_again(workshop: Workshop, planted: Planted) -> None:
    """Without a fault the program is right; the same plan and token make the same events."""
    runs = attempts(workshop, planted, planted.bug, MOST)
    assert not fails(next(runs)[1].evidence)
    search, found = next((search, tried) for search, tried in runs if fails(tried.evidence))
    assert search.plan(found.token).faults
    (again,) = search.each([found.token])
    assert again.evidence.end.digest == found.evidence.end.digest


@pytest.mark.parametrize("planted", AT_ONCE)
def test_some_bugs_need_no_search(workshop: Workshop, planted: Planted) -> None:
    """The fair schedule shows them."""
    _, fair = next(attempts(workshop, planted, planted.bug, 1))
    assert fails(fair.evidence)


@pytest.mark.parametrize("planted", ALL)
def test_a_correct_twin_is_spared(workshop: Workshop, planted: Planted) -> None:
    """Whatever the schedule and the fault, it keeps its contract."""
    runs = attempts(workshop, planted, planted.twin, SPARED)
    assert [tried.token for _, tried in runs if fails(tried.evidence)] == []
