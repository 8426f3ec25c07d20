"""In: an exercise's constraints; out: those that exclude nothing, choices that no variant has, and what leaves too little."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault
from grader.exercise import MOST, Group, combinations, groups, size

__all__ = ["constraint_faults"]

LEAST = 100
"""One in so many combinations must be allowed: a variant is drawn until the constraints allow it."""


def constraint_faults(desk: Desk) -> Iterator[Fault]:
    """What the constraints of each group of connected parameters do, by looking at every combination."""
    for group in groups(desk.exercise.parameters, desk.exercise.constraints):
        if not group[1]:
            continue
        if size(group) > MOST:
            names = ", ".join(knob.name for knob in group[0])
            fault = f"{names} have {size(group):,} combinations, and of more than {MOST:,} nothing is proved"
            yield Fault(_at(desk, group), fault, "list some choices instead of ranges, or connect fewer parameters")
        else:
            yield from _of_group(desk, group)


def _of_group(desk: Desk, group: Group) -> Iterator[Fault]:
    knobs, constraints = group
    allowed = list(combinations(group))
    if len(allowed) * LEAST < size(group):
        fault = f"the constraints allow {len(allowed)} of {size(group):,} combinations of {', '.join(knob.name for knob in knobs)}"
        yield Fault(_at(desk, group), fault, f"narrow the ranges, so that one in {LEAST} is allowed")
    for constraint in constraints:
        others = tuple(each for each in constraints if each is not constraint)
        if sum(1 for _ in combinations((knobs, others))) == len(allowed):
            fault = f"the constraint '{constraint.text}' excludes nothing{' that others allow' if others else ''}"
            yield Fault(_at(desk, group, constraint.line), fault, "remove it")
    for knob in knobs:
        for choice in knob.choices:
            if not any(values[knob.name] == choice for values in allowed):
                fault = f"no variant has {knob.name} = {choice}: the constraints exclude it"
                place = desk.at(desk.folder / "exercise.yaml", f"  {knob.name}:")
                yield Fault(place, fault, "remove the choice, or loosen the constraints")


def _at(desk: Desk, group: Group, line: int = 0) -> str:
    return desk.at(desk.folder / "exercise.yaml", line=line or group[1][0].line)
