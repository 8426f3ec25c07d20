"""In: tokens; out: the schedules that they name, and the same tokens again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.explore.steered import Anchor, Switch
from grader.explore.tokens import Schedule, Shot, parse

CHECKS = st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2)
DIGESTS = st.text("0123456789abcdef", min_size=6, max_size=6) | st.just("")
NUMBERS = st.integers(0, 10**9)
SWITCHES = st.lists(
    st.builds(Switch, NUMBERS, st.integers(-1, 2_000), CHECKS | st.just("")), unique_by=lambda switch: switch.at
).map(lambda found: tuple(sorted(found, key=lambda switch: switch.at)))
ANCHORS = st.lists(st.builds(Anchor, NUMBERS, NUMBERS, st.integers(-1, 2_000))).map(tuple)
SHOTS = st.lists(
    st.builds(Shot, st.sampled_from(["SIGINT", "SIGTERM", "SIGUSR1"]), *[st.integers(0, 99)] * 3), max_size=3
).map(tuple)
PLAIN = st.one_of(
    st.builds(Schedule, st.just("f"), hurries=st.booleans(), digest=DIGESTS),
    st.builds(Schedule, st.just("r"), st.tuples(NUMBERS), hurries=st.booleans(), digest=DIGESTS),
    st.builds(
        Schedule, st.just("p"), st.tuples(NUMBERS, st.integers(1, 9), st.integers(1, 999)), hurries=st.booleans()
    ),
    st.builds(Schedule, st.just("x"), switches=SWITCHES, hurries=st.booleans(), digest=DIGESTS),
    st.builds(Schedule, st.just("t"), anchors=ANCHORS, hurries=st.booleans(), digest=DIGESTS),
)
SCHEDULES = st.builds(lambda plain, shots: replace(plain, shots=shots), PLAIN, SHOTS)


@given(SCHEDULES)
def test_a_token_says_all_of_its_schedule(schedule: Schedule) -> None:
    """Written and read again it is the same."""
    assert parse(schedule.token) == schedule


@given(SCHEDULES)
def test_a_token_is_one_printable_word(schedule: Schedule) -> None:
    """It needs no quotes in a shell."""
    assert set(schedule.token) <= set("0123456789abcdefghijklmnopqrstuvwxyz.:-~")
    assert not schedule.token.startswith(("-", "~"))


def test_tokens_are_as_the_documentation_shows_them() -> None:
    """Seeds in base 36, switches by their distance, `fair` by name."""
    assert parse("fair") == parse("f1") == Schedule("f")
    assert parse("f1:3af2c9") == Schedule("f", digest="3af2c9")
    assert parse("r1:2s") == Schedule("r", (100,))
    assert parse("p1:a.3.1c") == Schedule("p", (10, 3, 48))
    assert parse("w1:a.3") == Schedule("w", (10, 3))
    two = Schedule("x", switches=(Switch(3, 1, "9m"), Switch(15, -1, "gy")), hurries=True, digest="2dcd5a")
    assert parse("x1s:3.1.9m-c.~.gy:2dcd5a") == two
    shots = (Shot("SIGINT", 0, 92, 0), Shot("SIGTERM", 1, 3, 0))
    assert parse("f1~int.0.2k~term.1.3.0") == Schedule("f", shots=shots)
    assert parse("x1s~int.0.2k~term.1.3.0:3.1.9m-c.~.gy:2dcd5a") == replace(two, shots=shots)


@pytest.mark.parametrize(
    "token",
    ["", "zz", "r1", "r1:", "r1:-", "r1:1.2", "p1:1.2", "p1:1.0.5", "p1:1.2.0", "x1:1", "x1:1.a.b.c.d", "x1:1.2-0.3",
     "t1:1.2", "q1:3", "w1:1", "w1:1.0",
     "f1~", "f1~int", "f1~int.0", "f1~nope.0.1", "f1~int..1", "f1~int.0.1.2.3", "f1:3af2c9~int.0.1",
     "r1:1:xyz", "f1:xyz", "fair ", "r1:1\n", "t1:1.~.2"],
)  # fmt: skip
def test_what_is_no_token_is_refused_with_an_example(token: str) -> None:
    """It names what was given and shows what a token looks like."""
    with pytest.raises(UsageError, match=r"fair.*r1:2s") as fault:
        parse(token)
    assert fault.value.where == token


def test_a_token_of_another_version_is_refused() -> None:
    """Its choices would mean something else."""
    with pytest.raises(UsageError, match="version 2"):
        parse("r2:1")
