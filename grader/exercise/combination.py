"""In: an exercise's parameters and constraints; out: which of them hang together, and the values that they allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from grader.exercise.constraint import holds
from grader.model.exercise import Constraint, Parameter, Parameters, Value

__all__ = ["MOST", "Group", "combinations", "groups", "size", "values_of"]

MOST = 100_000
"""How many combinations of the parameters of one group are looked at one by one."""

Group = tuple[tuple[Parameter, ...], tuple[Constraint, ...]]


def groups(parameters: tuple[Parameter, ...], constraints: tuple[Constraint, ...]) -> tuple[Group, ...]:
    """The parameters that constraints connect, each group with its constraints; a free parameter is a group of its own.

    Values of different groups may be put together at will. Everything keeps the order of the file.
    """
    found = {knob.name: {knob.name} for knob in parameters}
    for constraint in constraints:
        joined = set[str]().union(*(found[name] for name in constraint.names))
        found |= dict.fromkeys(joined, joined)
    distinct = dict.fromkeys(frozenset(names) for names in (found[knob.name] for knob in parameters))
    return tuple(
        (
            tuple(knob for knob in parameters if knob.name in names),
            tuple(constraint for constraint in constraints if names.issuperset(constraint.names)),
        )
        for names in distinct
    )


def values_of(knob: Parameter) -> Sequence[Value]:
    """All values that a parameter can take by itself."""
    if knob.choices:
        return knob.choices
    default = knob.default if isinstance(knob.default, int) else 0
    low = default if knob.minimum is None else knob.minimum
    return range(low, (default if knob.maximum is None else knob.maximum) + 1)


def size(group: Group) -> int:
    """How many combinations a group has, those included that its constraints exclude."""
    return prod(len(values_of(knob)) for knob in group[0])


def combinations(group: Group) -> Iterator[Parameters]:
    """Every combination of a group that meets its constraints, in the order of the values. Look at `size` first."""
    knobs, constraints = group
    names = [knob.name for knob in knobs]
    for values in product(*(values_of(knob) for knob in knobs)):
        parameters = dict(zip(names, values, strict=True))
        if all(holds(constraint, parameters) for constraint in constraints):
            yield parameters
