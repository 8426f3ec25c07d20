"""In: who could move and how long nothing was achieved; out: whom the fair policy picks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.trace.policy import PATIENCE, Fair


def test_the_same_task_goes_on_until_it_cannot() -> None:
    """Run to block: then the next in order of creation, and round again."""
    policy = Fair()
    assert [policy.pick([0, 1, 2], 0) for _ in range(3)] == [0, 0, 0]
    assert policy.pick([1, 2], 0) == 1
    assert policy.pick([0, 1, 2], 0) == 1
    assert policy.pick([0], 0) == 0


def test_a_task_that_achieves_nothing_hands_over() -> None:
    """After PATIENCE calls in vain the next has its turn, and its own patience."""
    policy = Fair()
    assert [policy.pick([0, 1], idle) for idle in range(PATIENCE)] == [0] * PATIENCE
    assert policy.pick([0, 1], PATIENCE) == 1
    assert policy.pick([0, 1], PATIENCE + 1) == 1
    assert policy.pick([0, 1], 2 * PATIENCE) == 0


def test_progress_renews_the_patience() -> None:
    """The count of calls in vain starts again at 0."""
    policy = Fair()
    policy.pick([0, 1], PATIENCE)
    assert policy.pick([0, 1], 0) == 1
    assert policy.pick([0, 1], PATIENCE - 1) == 1


def test_nobody_else_to_hand_over_to() -> None:
    """A task alone goes on however little it achieves."""
    policy = Fair()
    assert {policy.pick([0], idle) for idle in range(100)} == {0}


@given(st.lists(st.tuples(st.sets(st.integers(0, 5), min_size=1), st.integers(0, 50))))
def test_the_pick_can_always_move_and_is_repeatable(questions: list[tuple[set[int], int]]) -> None:
    """The same questions have the same answers, each of them one of the movable."""
    one, other = Fair(), Fair()
    for movable, idle in questions:
        picked = one.pick(sorted(movable), idle)
        assert picked in movable
        assert other.pick(sorted(movable), idle) == picked


@given(st.integers(2, 6))
def test_nobody_starves_while_all_poll(tasks: int) -> None:
    """Who achieves nothing hands over: each has its turn within one round."""
    policy = Fair()
    seen = {policy.pick(range(tasks), idle) for idle in range(tasks * PATIENCE + tasks)}
    assert seen == set(range(tasks))
