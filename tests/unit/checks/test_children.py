"""How children are made: each fact spares what is right, and proves what is wrong with events of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader import Finding, Violation, require_children, require_made_first
from tests.support.events import Story


def holds(fact: Callable[[], None]) -> bool:
    """Whether a fact says nothing against the run."""
    try:
        fact()
    except Violation:
        return False
    return True


def broken(fact: Callable[[], None]) -> Finding:
    """The finding of a fact that does not hold."""
    with pytest.raises(Violation) as raised:
        fact()
    return raised.value.finding


def test_the_asked_number_of_children_is_right() -> None:
    """Two children of the root, where two are asked for."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P0", "P2")

    assert holds(lambda: require_children(story.evidence(), 2))


def test_a_missing_child_is_reported() -> None:
    """One child where two are asked for: its birth is shown."""
    story = Story()
    born = story.fork("P0", "P1")

    finding = broken(lambda: require_children(story.evidence(), 2))

    assert finding.events == (born.n,)
    assert "1 process besides P0" in finding.seen


def test_a_grandchild_is_reported_with_its_maker() -> None:
    """A child that makes the next one is not what was asked for."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P1", "P2")

    assert "P2 (made by P1)" in broken(lambda: require_children(story.evidence(), 2)).seen


def test_a_wait_after_the_last_birth_is_right() -> None:
    """All children are there before the parent waits."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.exit("P1")
    story.wait("P0", "P1")

    assert holds(lambda: require_made_first(story.evidence(), 2))


def test_a_wait_between_two_births_is_reported() -> None:
    """One after the other: the wait and the birth after it are shown."""
    story = Story()
    story.fork("P0", "P1")
    story.exit("P1")
    waited = story.wait("P0", "P1")
    born = story.fork("P0", "P2")

    finding = broken(lambda: require_made_first(story.evidence(), 2))

    assert finding.events == (waited.n, born.n)
    assert "1 child of 2" in finding.seen


def test_a_look_between_two_births_is_right() -> None:
    """A wait with WNOHANG would not have slept, whether a child had ended or not: libraries make it at every start."""
    story = Story()
    story.fork("P0", "P1")
    story.exit("P1")
    story.call("P0", "wait4", 1, pid="P1", options=("WNOHANG",), child="P1", status="exited 0")
    story.fork("P0", "P2")

    assert holds(lambda: require_made_first(story.evidence(), 2))


def test_a_use_before_the_last_birth_is_reported() -> None:
    """What the exercise names as a use counts as a wait does."""
    story = Story()
    story.fork("P0", "P1")
    used = story.write("P0", 1, b"go\n")
    story.fork("P0", "P2")

    assert broken(lambda: require_made_first(story.evidence(), 2, [used])).events[0] == used.n
