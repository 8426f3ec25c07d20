"""The variants at the limits of an exercise's parameters, within its constraints."""

from __future__ import annotations

from grader.exercise import corners, draw, extremes, groups, nearest
from grader.exercise.constraint import holds, parse_constraint
from grader.model import Exercise, Parameter

SPEED = Parameter("speed", "slow", "", choices=("slow", "fast", "faster"))
COUNT = Parameter("count", 4, "", minimum=1, maximum=9)
SLOTS = Parameter("slots", 5, "", minimum=1, maximum=9)


def exercise(*constraints: str, knobs: tuple[Parameter, ...] = (SPEED, COUNT, SLOTS)) -> Exercise:
    """An exercise with these parameters and constraints."""
    read = tuple(parse_constraint(text, 1, knobs) for text in constraints)
    return Exercise("small-one", "", 1, (), 1, ("c",), "/nowhere", parameters=knobs, constraints=read)


def test_every_extreme_of_every_parameter_is_in_some_corner() -> None:
    """All choices and both ends, in as many variants as the parameter with most extremes needs."""
    found = corners(exercise())

    values = {(name, value) for corner in found for name, value in corner.parameters.items()}
    assert values >= {("speed", "fast"), ("speed", "faster"), ("count", 1), ("count", 9), ("slots", 1), ("slots", 9)}
    assert len(found) == 3


def test_corners_keep_the_constraints() -> None:
    """The ends of a range are those that constraints leave: with count < slots no count is 9, and no slots are 1."""
    small = exercise("count < slots", "speed != 'fast' or count > 2")

    found = corners(small)

    values = {(name, value) for corner in found for name, value in corner.parameters.items()}
    assert values >= {("speed", "fast"), ("speed", "faster"), ("count", 1), ("count", 8), ("slots", 2), ("slots", 9)}
    assert all(holds(constraint, corner.parameters) for corner in found for constraint in small.constraints)


def test_a_corner_can_be_named_on_a_command_line() -> None:
    """Its seed draws the same parameters."""
    small = exercise("count < slots")

    assert all(draw(small, corner.seed).parameters == corner.parameters for corner in corners(small))


def test_an_exercise_without_parameters_has_no_corner() -> None:
    """Nor has one whose only value is the default."""
    assert corners(exercise(knobs=())) == ()
    assert corners(exercise(knobs=(Parameter("x", 1, "", choices=(1,)),))) == ()


def test_a_wide_range_costs_nothing() -> None:
    """Its ends are known without counting."""
    wide = Parameter("wide", 5, "", minimum=-(10**12), maximum=10**12)

    assert [corner.parameters["wide"] for corner in corners(exercise(knobs=(wide,)))] == [-(10**12), 10**12]


def test_too_many_combinations_stay_at_their_defaults() -> None:
    """Lint tells the author; nothing is searched for minutes."""
    knobs = tuple(Parameter(name, 1, "", minimum=1, maximum=10**6) for name in ("a", "b"))
    small = exercise("a <= b", knobs=knobs)

    assert corners(small) == ()
    assert dict(extremes(groups(small.parameters, small.constraints)[0])) == {"a": (), "b": ()}
    assert nearest(small, knobs[0], 2) is None


def test_the_nearest_variant_changes_no_more_than_it_must() -> None:
    """With count = 4 and slots = 5, count = 8 needs slots 9, and count = 3 nothing."""
    small = exercise("count < slots")

    far, near = nearest(small, COUNT, 8), nearest(small, COUNT, 3)

    assert far is not None
    assert near is not None
    assert (far.parameters["speed"], far.parameters["slots"], near.parameters["slots"]) == ("slow", 9, 5)
    assert nearest(small, COUNT, 9) is None
