"""In: an exercise's parameters and all its templates; out: parameters that change nothing, values that break a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    yield from _seeded(desk)
    seen: set[Fault] = set()
    default = _handout(desk, draw(desk.exercise))
    for knob, value in _others(desk):
        found = nearest(desk.exercise, knob, value)
        if found is not None:
            variant = replace(found, seed="")  # a text that shows the seed follows no parameter by that
            for fault in (*_broken(desk, variant), *_idle(desk, knob, value, default == _handout(desk, variant))):
                if fault not in seen:
                    seen.add(fault)
                    yield fault


def _seeded(desk: Desk) -> Iterator[Fault]:
    """Programs in which the seed itself stands: variants with the same parameters must be one, as they are proved once."""
    variants = [replace(draw(desk.exercise), seed=seed) for seed in ("1", "2")]
    stubs = [(desk.folder / f"stub{EXTENSIONS[language][0]}.j2", language) for language in desk.exercise.languages]
    jobs = jobs_of(desk.course, desk.exercise, desk.expected)
    programs = [(desk.reference / job.path, job.language) for job in jobs if job.path.endswith(".j2")]
    for path, language in (*stubs, *programs):
        try:
            one, other = (render(variant, path.name, language, path.parent) for variant in variants)
        except GraderError:
            continue  # told by another rule
        if one != other:
            action = "use a parameter: a proof of one variant holds for all with the same parameters"
            yield Fault(desk.at(path, "seed"), f"{path.name} depends on the seed itself", action)


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
