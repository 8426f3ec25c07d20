"""In: policies and an imagined program; out: that they choose as they say, repeatably, and that their runs replay."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import DivergedReplay
from grader.explore.budget import BUDGETS, mixed, share
from grader.explore.scheduler import Scheduler
from grader.explore.tokens import Schedule, parse
from tests.unit.explore.worlds import World, played

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4)
TOKENS = st.one_of(
    st.builds(lambda seed: Schedule("r", (seed,)).token, st.integers(0, 500)),
    st.builds(lambda seed, depth: Schedule("p", (seed, depth, 12)).token, st.integers(0, 500), st.integers(1, 4)),
    st.builds(lambda seed, part: Schedule("w", (seed, part)).token, st.integers(0, 500), st.integers(1, 4)),
)


@given(TOKENS, SIZES)
def test_the_same_token_makes_the_same_choices(token: str, steps: list[int]) -> None:
    """Nothing but the token and what can move decides."""
    assert played(token, *steps)[0] == played(token, *steps)[0]


@given(TOKENS, SIZES)
def test_every_run_is_replayed_by_its_switches(token: str, steps: list[int]) -> None:
    """Whichever policy made it; and the replay is described by the very same token."""
    moved, policy = played(token, *steps)
    replay = policy.finished("").token
    again, other = played(replay, *steps)
    assert again == moved
    assert other.finished("").token == replay


@given(TOKENS, SIZES)
def test_a_trial_with_all_switches_is_the_same_run(token: str, steps: list[int]) -> None:
    """Anchored at each task's own count, they still all fit."""
    moved, policy = played(token, *steps)
    assert played(policy.trial.token, *steps)[0] == moved


def test_without_switches_it_is_the_fair_run() -> None:
    """An empty list of switches changes nothing."""
    assert played("x1:", 2, 2)[0] == [0, 0, 1, 1]
    assert played("t1:", 2, 2)[0] == [0, 0, 1, 1]


def test_a_switch_is_followed_until_its_task_cannot_go_on() -> None:
    """Run to block: after the switch the other goes on, not the one that was left."""
    assert played("x1:1.1", 3, 2)[0] == [0, 1, 1, 0, 0]
    assert played("t1:0.1.1-1.1.0", 3, 2)[0] == [0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("x1:1.7", "after event 1: at decision 1 task 7 cannot move, only 0 .P0., 1 .P1."),
        ("x1:1.1.zz", "after event 1: before decision 1 .P0 in its own code, P1 in its own code. the run went another"),
        ("x1:9.1", "ended after 2 decisions; a switch was to come at decision 9"),
        ("f1:abcdef", "its events differ"),
    ],
)
def test_a_replay_that_does_not_fit_says_where(token: str, words: str) -> None:
    """The first decision that differs, or that the ends differ."""
    with pytest.raises(DivergedReplay, match=words):
        played(token, 2, 2)[1].finished("012345")


def test_a_random_walk_takes_every_way() -> None:
    """All six orders of three tasks of one step each, about equally often."""
    found = [tuple(played(f"r1:{Schedule('r', (seed,)).token[3:]}", 1, 1, 1)[0]) for seed in range(600)]
    assert set(found) == set(permutations(range(3)))
    assert min(found.count(way) for way in set(found)) > 60


def test_priorities_change_only_at_their_points() -> None:
    """Depth 1: no change at all, so each task goes through in one piece. Depth 2: at most one task is left in the middle."""
    for seed in range(40):
        assert pieces(played(f"p1:{seed}.1.20", 5, 5, 5)[0]) == 3
        assert pieces(played(f"p1:{seed}.2.10", 5, 5, 5)[0]) in (3, 4)


def pieces(moved: list[int]) -> int:
    """How often another task moves than just before, and one."""
    return 1 + sum(one != other for one, other in pairwise(moved))


def test_priorities_give_way_to_a_task_that_is_asked_for_in_vain() -> None:
    """Whoever only asks does not starve the one that could answer."""
    _, policy = played("p1:0.1.20", 1)
    picked = {policy.pick([0, 1], idle, World([])) for idle in range(100)}
    assert picked == {0, 1}


def test_a_budget_is_shared_out_to_the_last_schedule() -> None:
    """Equally, never none, and all of it."""
    assert share(200, 3) == (67, 67, 66)
    assert share(2, 5) == (1, 1, 1, 1, 1)
    assert sum(share(BUDGETS["default"], 7)) == BUDGETS["default"]


def test_the_mix_has_every_policy_and_knows_the_length_of_a_run() -> None:
    """Of eight: three walks among all steps, three among few places, priorities at depth 2 and 3; no token twice."""
    tokens = list(mixed(24, lambda: 30, seed=100))
    kinds = [parse(token).kind + "".join(map(str, parse(token).numbers[1:])) for token in tokens]
    assert kinds == ["r", "w3", "p330", "w3", "r", "w3", "p230", "r"] * 3
    assert len(set(tokens)) == 24
    assert [parse(token).numbers[0] for token in tokens if token[0] == "w"] == list(range(100, 109))


def test_among_few_places_a_task_goes_on_until_it_stands_at_one() -> None:
    """Between calls tasks run one after the other; at the entries of calls they take turns in any order."""

    def orders(*, calls: bool) -> set[tuple[int, ...]]:
        policies = [Scheduler(parse(f"w1:{seed}.1")) for seed in range(9)]
        return {tuple(World([4, 4], calls=calls).run(policy)) for policy in policies}

    assert orders(calls=False) <= {(0,) * 4 + (1,) * 4, (1,) * 4 + (0,) * 4}
    assert len(orders(calls=True)) > 4


def test_half_of_the_walks_among_few_places_keep_tasks_in_step() -> None:
    """None is a call ahead of another by more than one; the other half lets them drift."""
    runs = [World([5, 5, 5], calls=True).run(Scheduler(parse(f"w1:{seed}.1"))) for seed in range(9)]
    steady = [all(set(run[at : at + 3]) == {0, 1, 2} for at in range(0, 15, 3)) for run in runs]
    assert {True, False} == set(steady)


def test_among_few_places_who_asks_in_vain_does_not_starve_the_others() -> None:
    """A task that polls between places of choice is left after a while."""
    policy = Scheduler(parse("w1:0.1"))
    picked = {policy.pick([0, 1], idle, World([])) for idle in range(200)}
    assert picked == {0, 1}


@given(TOKENS, st.integers(0, 9), SIZES)
def test_steps_of_the_first_task_alone_can_be_skipped(token: str, alone: int, steps: list[int]) -> None:
    """Where there is nothing to choose, it does not matter whether a policy was asked: choices and tokens are the same."""
    asked, skipped = Scheduler(parse(token)), Scheduler(parse(token))
    world = World([])
    for _ in range(alone):
        assert asked.pick([0], 0, world) == 0
    skipped.skip(alone)

    assert World(list(steps)).run(asked) == World(list(steps)).run(skipped)
    assert asked.finished("") == skipped.finished("")
    assert asked.trial == skipped.trial
