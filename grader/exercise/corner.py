"""In: an exercise's parameters and constraints; out: the variants at their limits, and those nearest to the default one."""

from __future__ import annotations

from collections.abc import Mapping

from grader.exercise.combination import MOST, Group, combinations, groups, size, values_of
from grader.exercise.variant import draw, seed_of
from grader.model.exercise import Exercise, Parameter, Parameters, Value, Variant

__all__ = ["corners", "extremes", "nearest"]


def corners(exercise: Exercise) -> tuple[Variant, ...]:
    """Few variants in which each parameter has each of its extremes: every choice, both ends of a range.

    They are as many as the parameter with most extremes has, give or take what constraints ask for; the default variant is not
    among them. A group of parameters with too many combinations to look at stays at its defaults.
    """
    columns = [_cover(group) for group in groups(exercise.parameters, exercise.constraints)]
    default = draw(exercise).parameters
    found: dict[str, Variant] = {}
    for row in range(max(map(len, columns), default=0)):
        values = dict(default)
        for column in columns:
            values |= column[row % len(column)]
        seed = seed_of(exercise, values)
        if seed:
            found[seed] = Variant(exercise, seed, values)
    return tuple(found.values())


def extremes(group: Group) -> Mapping[str, tuple[Value, ...]]:
    """For each parameter of a group its extremes within the constraints; empty where there are too many combinations."""
    knobs, constraints = group
    if not constraints:
        return {knob.name: _ends(knob, knob.choices) for knob in knobs}
    if size(group) > MOST:
        return {knob.name: () for knob in knobs}
    occurring: dict[str, dict[Value, None]] = {knob.name: {} for knob in knobs}
    for values in combinations(group):
        for name, value in values.items():
            occurring[name][value] = None
    return {knob.name: _ends(knob, tuple(occurring[knob.name])) for knob in knobs}


def nearest(exercise: Exercise, knob: Parameter, value: Value) -> Variant | None:
    """The variant with this value that has most parameters at their defaults; None if no variant has it."""
    default = draw(exercise).parameters
    group = next(group for group in groups(exercise.parameters, exercise.constraints) if knob in group[0])
    if not group[1]:
        found: Parameters | None = {knob.name: value}
    elif size(group) > MOST:
        return None
    else:
        fitting = (values for values in combinations(group) if values[knob.name] == value)
        found = min(fitting, key=lambda values: sum(values[name] != default[name] for name in values), default=None)
    if found is None:
        return None
    parameters = {**default, **found}
    return Variant(exercise, seed_of(exercise, parameters), parameters)


def _ends(knob: Parameter, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Of choices all that occur; of a range the least and the greatest."""
    if knob.choices:
        return values
    ends = (min(map(int, values)), max(map(int, values))) if values else (values_of(knob)[0], values_of(knob)[-1])
    return tuple(dict.fromkeys(ends))


def _cover(group: Group) -> tuple[Parameters, ...]:
    """Combinations of a group in which each of its parameters has each extreme; of several the one with most new ones."""
    pairs = [(name, value) for name, values in extremes(group).items() for value in values]
    if not pairs or not group[1]:
        return tuple({name: value} for name, value in pairs) or ({},)
    wanted = set(pairs)
    allowed = tuple(combinations(group))
    chosen: list[Parameters] = []
    while wanted:
        best = max(allowed, key=lambda values: len(wanted.intersection(values.items())))
        chosen.append(best)
        wanted -= set(best.items())
    return tuple(chosen)
