"""In: an exercise's parameters and all its templates; out: parameters that change nothing, values that break a text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.batch.job import jobs_of
from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault, of_error
from grader.errors import GraderError
from grader.exercise import EXTENSIONS, draw, extremes, groups, nearest, read_reference, render
from grader.model import Parameter, Variant
from grader.model.exercise import Value

__all__ = ["variant_faults"]


def variant_faults(desk: Desk) -> Iterator[Fault]:
    """Every value of every parameter, the others as near to their defaults as constraints permit: the handout speaks of it.

    And every program follows. Of a range its two ends are looked at, of a group of too many combinations nothing.
    """
    seen: set[Fault] = set()
    default = _handout(desk, draw(desk.exercise))
    for knob, value in _others(desk):
        variant = nearest(desk.exercise, knob, value)
        if variant is not None:
            for fault in (*_broken(desk, variant), *_idle(desk, knob, value, default == _handout(desk, variant))):
                if fault not in seen:
                    seen.add(fault)
                    yield fault


def _others(desk: Desk) -> Iterator[tuple[Parameter, Value]]:
    """The values besides the default; of a range its two ends within the constraints."""
    for group in groups(desk.exercise.parameters, desk.exercise.constraints):
        for name, values in extremes(group).items():
            knob = next(knob for knob in group[0] if knob.name == name)
            yield from ((knob, value) for value in values if value != knob.default)


def _handout(desk: Desk, variant: Variant) -> tuple[str, ...]:
    """What a student is given in this variant; a text that cannot be rendered is nothing here."""
    texts = []
    for language in desk.exercise.languages:
        for template in ("statement.md.j2", f"stub{EXTENSIONS[language][0]}.j2"):
            try:
                texts.append(render(variant, template, language))
            except GraderError:
                texts.append("")
    return tuple(texts)


def _idle(desk: Desk, knob: Parameter, value: Value, same: bool) -> Iterator[Fault]:
    if same:
        fault = f"with {knob.name} = {value} statement and stub are the same as with {knob.default}"
        action = f"use '{knob.name}' in the statement, or remove the parameter"
        yield Fault(desk.at(desk.folder / "exercise.yaml", f"  {knob.name}:"), fault, action)


def _broken(desk: Desk, variant: Variant) -> Iterator[Fault]:
    """Texts and programs that this variant cannot render."""
    for job in jobs_of(desk.course, desk.exercise, desk.expected):
        try:
            if job.path:
                read_reference(variant, desk.reference / job.path)
        except GraderError as error:
            yield of_error(error, desk.here)
    for language in desk.exercise.languages:
        for template in ("statement.md.j2", f"stub{EXTENSIONS[language][0]}.j2"):
            if Path(desk.folder, template).is_file():
                try:
                    render(variant, template, language)
                except GraderError as error:
                    yield of_error(error, desk.here)
