"""Constraints between parameters: what may be written, what is refused with its line, and what every variant then keeps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from grader.exercise import draw, load_exercise
from grader.exercise.combination import combinations, groups
from grader.exercise.constraint import holds, parse_constraint
from grader.model import Exercise, Parameter, Parameters
from tests.unit.exercise.authored import DEFINITION, exercise_folder, refusal

KNOBS = (
    Parameter("speed", "slow", "", choices=("slow", "fast")),
    Parameter("wide", default=False, meaning="", choices=(False, True)),
    Parameter("count", 4, "", minimum=1, maximum=9),
    Parameter("slots", 5, "", minimum=1, maximum=9),
    Parameter("free", 0, "", minimum=0, maximum=99),
)


def constrained(*lines: str) -> str:
    """The small definition, with further parameter and constraints: the first one stands on line 11."""
    knobs = DEFINITION.replace("hints:", "  slots: {default: 5, minimum: 1, maximum: 9, meaning: room}\nhints:")
    return knobs.replace("hints:", "constraints:\n" + "".join(f"  - {line}\n" for line in lines) + "hints:")


def exercise(*constraints: str, knobs: tuple[Parameter, ...] = KNOBS) -> Exercise:
    """An exercise with these parameters and constraints."""
    read = tuple(parse_constraint(text, 1, knobs) for text in constraints)
    return Exercise("small-one", "", 1, (), 1, ("c",), "/nowhere", parameters=knobs, constraints=read)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("count <", "cannot be read"),
        ("count < slots; import os", "cannot be read"),
        ("'count < [slots'", "cannot be read"),
        (f"'{'(' * 99}count{')' * 99} < 1'", "longer than 200"),
        ("count < room", "'room' is no parameter"),
        ("speed == fast", "'fast' is no parameter (put a text into quotes)"),
        ("1 < 2", "names no parameter"),
        ("count", "'count' is no comparison"),
        ("count + slots", "is no comparison"),
        ("not count < slots", "is no comparison"),
        ("count < slots or speed", "'speed' is no comparison"),
        ("count in (1, 2)", "more than + - * of numbers"),
        ("count is slots", "otherwise than by =="),
        ("count == 'four'", "compares a number with a text"),
        ("speed < 'slow'", "asks which text is the greater"),
        ("speed + 1 == 2", "calculates with what is no number"),
        ("count ** slots < 9", "more than + - * of numbers"),
        ("count / 2 < slots", "more than + - * of numbers"),
        ("__import__('os').system('true') == 0", "more than + - * of numbers"),
        ("count.real < slots", "more than + - * of numbers"),
        ("[count]", "is not a text"),
        ("3", "is not a text"),
        ("count < slots\n  - count < slots", "stands twice"),
        ("count > slots", "the defaults break the constraint 'count > slots' (count = 4, slots = 5)"),
        ("count > 9", "no values of count meet the constraint 'count > 9'"),
        ("count > slots\n  - slots > count", "no values of count, slots meet the constraints"),
    ],
)
def test_a_faulty_constraint_is_told_with_its_line(tmp_path: Path, line: str, fault: str) -> None:
    """Nothing of it is ever run; the message names the line of exercise.yaml and a way out."""
    folder = exercise_folder(tmp_path, constrained(line))

    message = refusal(lambda: load_exercise(folder))

    where = 12 if "stands twice" in fault else 11
    assert message.startswith(f"{folder}/exercise.yaml:{where}: ")
    assert fault in message


@pytest.mark.parametrize("text", ["constraints: count < slots", "constraints: {a: b}"])
def test_constraints_are_a_list(tmp_path: Path, text: str) -> None:
    """One that stands alone is a list of one."""
    folder = exercise_folder(tmp_path, DEFINITION.replace("hints:", f"{text}\nhints:"))

    assert "constraints is not a list" in refusal(lambda: load_exercise(folder))


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("count < slots", {"count": 1, "slots": 2}, {"count": 2, "slots": 2}),
        ("1 < count <= slots", {"count": 2, "slots": 2}, {"count": 1, "slots": 2}),
        ("2 * count - 1 == slots", {"count": 2, "slots": 3}, {"count": 2, "slots": 4}),
        ("-count > -3", {"count": 2}, {"count": 3}),
        ("speed != 'fast' or count >= 3", {"speed": "fast", "count": 3}, {"speed": "fast", "count": 2}),
        ("wide == true and count != 3", {"wide": True, "count": 2}, {"wide": False, "count": 2}),
        ("wide == false", {"wide": False}, {"wide": True}),
    ],
)
def test_a_constraint_holds_for_what_it_says(text: str, yes: Parameters, no: Parameters) -> None:
    """The signs mean what they mean in Python."""
    constraint = parse_constraint(text, 1, KNOBS)

    assert holds(constraint, yes)
    assert not holds(constraint, no)


def test_every_drawn_variant_keeps_the_constraints_and_no_combination_is_favoured() -> None:
    """Of 7,200 seeds each of the 36 pairs with count < slots gets 200, give or take six standard deviations (13.9 each)."""
    small = exercise("count < slots")

    drawn = Counter(
        (values["count"], values["slots"]) for values in (draw(small, str(seed)).parameters for seed in range(7_200))
    )

    assert len(drawn) == 36
    assert all(abs(number - 200) < 84 for number in drawn.values())


def test_known_seeds_draw_known_values_under_constraints() -> None:
    """Computed apart with openssl: attempt n has the message `ID NUL NAME NUL n`, the first one has no number."""
    drawn = [tuple(draw(exercise("count < slots"), seed).parameters.values()) for seed in ("ada", "bob")]

    assert drawn == [("fast", True, 7, 8, 75), ("slow", False, 6, 8, 55)]


def test_constraints_leave_parameters_alone_that_they_do_not_connect() -> None:
    """A free parameter is drawn as without constraints, whatever the others need."""
    for seed in map(str, range(200)):
        before, after = draw(exercise(), seed).parameters, draw(exercise("count < slots"), seed).parameters

        assert {name: after[name] for name in ("speed", "wide", "free")} == {
            name: before[name] for name in ("speed", "wide", "free")
        }


def test_a_draw_that_meets_the_constraints_at_once_is_kept() -> None:
    """So a constraint that is added later changes the variant only of those whose values it excludes."""
    for seed in map(str, range(200)):
        before = draw(exercise(), seed).parameters
        if before["count"] < before["slots"]:  # type: ignore[operator]
            assert draw(exercise("count < slots"), seed).parameters == before


def test_constraints_that_nothing_drawn_meets_are_told_and_not_searched_for_ever() -> None:
    """One pair in a million: the message says where, and what to do."""
    wide = (Parameter("a", 1, "", minimum=1, maximum=10**6), Parameter("b", 1, "", minimum=1, maximum=10**6))

    message = refusal(lambda: draw(exercise("a == b", knobs=wide), "ada"))

    assert message == (
        "/nowhere/exercise.yaml:1: of 4000 draws none meets the constraints on a, b; "
        "narrow the ranges, or loosen the constraints"
    )


def test_parameters_are_grouped_by_what_connects_them() -> None:
    """Also by way of a third one; the free ones stand alone, in the order of the file."""
    small = exercise("count < slots", "speed == 'slow' or slots > 1")

    found = groups(small.parameters, small.constraints)

    assert [tuple(knob.name for knob in knobs) for knobs, _ in found] == [
        ("speed", "count", "slots"), ("wide",), ("free",),
    ]  # fmt: skip
    assert [len(constraints) for _, constraints in found] == [2, 0, 0]


def test_all_combinations_of_a_group_are_those_that_its_constraints_allow() -> None:
    """Counted by hand: nine numbers have 36 pairs in which the first is smaller."""
    small = exercise("count < slots")
    group = next(group for group in groups(small.parameters, small.constraints) if group[1])

    assert len(list(combinations(group))) == 36


def test_a_whole_exercise_carries_its_constraints(tmp_path: Path) -> None:
    """With the parameters that each names, and its line."""
    loaded = load_exercise(exercise_folder(tmp_path, constrained("count < slots", "slots > 1")))

    assert [(each.text, each.names, each.line) for each in loaded.constraints] == [
        ("count < slots", ("count", "slots"), 11), ("slots > 1", ("slots",), 12),
    ]  # fmt: skip
