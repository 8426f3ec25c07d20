"""In: the folder of an exercise; out: `Exercise`, read from `exercise.yaml`, or a `UsageError` with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.combination import MOST, combinations, groups, size
from grader.exercise.constraint import EXAMPLE, holds, parse_constraint
from grader.exercise.document import Node, load_document, shown
from grader.model.exercise import Constraint, Exercise, Parameter, Value

__all__ = ["LANGUAGES", "load_exercise"]

LANGUAGES = ("python", "c")
KEYS = (
    "title",
    "version",
    "concepts",
    "difficulty",
    "languages",
    "prerequisites",
    "parameters",
    "constraints",
    "hints",
)
PARAMETER_KEYS = ("default", "meaning", "choices", "minimum", "maximum")
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = ("exercise", "language", "seed")  # names that every template already has


def load_exercise(folder: str | Path) -> Exercise:
    """Read `exercise.yaml` in a folder named after the exercise's id. Raises UsageError for a fault, with its line."""
    path = Path(folder).absolute()
    if not ID.fullmatch(path.name):
        action = "name the folder in small letters and digits, words joined by '-'"
        raise UsageError("this folder's name cannot be the id of an exercise", where=shown(str(path)), action=action)
    root = load_document(path / "exercise.yaml")
    keys = root.only(KEYS, "exercise.yaml")
    parameters = _parameters(keys["parameters"]) if "parameters" in keys else ()
    return Exercise(
        id=path.name,
        title=root.need("title", "exercise.yaml").text("title"),
        version=_between(root.need("version", "exercise.yaml"), "version", 1, 1_000_000),
        concepts=_texts(root.need("concepts", "exercise.yaml"), "concepts"),
        difficulty=_between(root.need("difficulty", "exercise.yaml"), "difficulty", 1, 5),
        languages=_languages(root.need("languages", "exercise.yaml")),
        folder=str(path),
        prerequisites=_ids(keys["prerequisites"], "prerequisites") if "prerequisites" in keys else (),
        parameters=parameters,
        constraints=_constraints(keys["constraints"], parameters) if "constraints" in keys else (),
        hints=_hints(keys["hints"]) if "hints" in keys else None,
    )


def _between(node: Node, what: str, low: int, high: int) -> int:
    """A whole number within limits, both included."""
    number = node.number(what)
    if not low <= number <= high:
        raise node.fault(f"{what} is {number}", f"use a number from {low} to {high}")
    return number


def _texts(node: Node, what: str) -> tuple[str, ...]:
    """A list of at least one text, none twice."""
    texts = tuple(item.text(what) for item in node.items(what))
    if not texts:
        raise node.fault(f"{what} is empty", "name at least one")
    if len(set(texts)) < len(texts):
        raise node.fault(f"{what} names something twice", "name each once")
    return texts


def _ids(node: Node, what: str) -> tuple[str, ...]:
    """A list of ids, which may be empty."""
    for item in node.items(what):
        if not ID.fullmatch(item.text(what)):
            raise item.fault(f"'{shown(item.text(what))}' is not an id", "use small letters, digits and '-'")
    return tuple(item.text(what) for item in node.items(what))


def _languages(node: Node) -> tuple[str, ...]:
    """The languages in which the exercise can be solved."""
    languages = _texts(node, "languages")
    for item in node.items("languages"):
        if item.value not in LANGUAGES:
            raise item.fault(f"unknown language '{shown(str(item.value))}'", f"use {' or '.join(LANGUAGES)}")
    return languages


def _parameters(node: Node) -> tuple[Parameter, ...]:
    """The knobs, in the order of the file."""
    return tuple(_parameter(name, knob) for name, knob in node.mapping("parameters").items())


def _parameter(name: str, node: Node) -> Parameter:
    """One knob: its default must be a value that it can take."""
    what = f"parameter '{shown(name)}'"
    if not PARAMETER.fullmatch(name) or name in RESERVED:
        action = f"use small letters, digits and '_', and none of: {', '.join(RESERVED)}"
        raise node.fault(f"{what} has a name that templates cannot use", action)
    keys = node.only(PARAMETER_KEYS, what)
    default = node.need("default", what)
    meaning = node.need("meaning", what).text(f"meaning of {what}")
    if ("choices" in keys) == ("minimum" in keys or "maximum" in keys):
        raise node.fault(f"{what} needs either choices or a range", "give 'choices', or 'minimum' and 'maximum'")
    if "choices" in keys:
        return Parameter(
            name, _member(default, keys["choices"], what), meaning, choices=_choices(keys["choices"], what)
        )
    low = node.need("minimum", what).number(f"minimum of {what}")
    high = node.need("maximum", what).number(f"maximum of {what}")
    if low > high:
        raise node.fault(f"{what} has minimum {low} above maximum {high}", "swap them")
    return Parameter(name, _between(default, f"default of {what}", low, high), meaning, minimum=low, maximum=high)


def _value(node: Node, what: str) -> Value:
    """A text, a whole number or a truth value."""
    if isinstance(node.value, str | int | bool):
        return node.value
    raise node.fault(f"a value of {what} is not a text, whole number or truth value", "use one of these")


def _choices(node: Node, what: str) -> tuple[Value, ...]:
    """The values of a knob: all different, all of one type."""
    values = tuple(_value(item, what) for item in node.items(f"choices of {what}"))
    if not values or len(set(values)) < len(values) or len({type(value) for value in values}) > 1:
        raise node.fault(f"choices of {what} must be different values of one type", "list each value once")
    return values


def _member(node: Node, choices: Node, what: str) -> Value:
    """The default, which must be one of the choices (and of their type: `true` is not 1)."""
    value = _value(node, what)
    if not any(value == choice and type(value) is type(choice) for choice in _choices(choices, what)):
        raise node.fault(f"the default of {what} is not among its choices", "add it to the choices")
    return value


def _constraints(node: Node, parameters: tuple[Parameter, ...]) -> tuple[Constraint, ...]:
    """The conditions between the parameters: each can be read, none stands twice, and the defaults meet them all."""
    found: list[Constraint] = []
    for item in node.items("constraints"):
        text = item.text("a constraint")
        try:
            constraint = parse_constraint(text, item.line, parameters)
        except ValueError as fault:
            raise item.fault(f"the constraint '{shown(text)}': {fault}", EXAMPLE) from None
        if any(constraint.text == other.text for other in found):
            raise item.fault(f"the constraint '{shown(text)}' stands twice", "keep one of them")
        found.append(constraint)
    defaults = {knob.name: knob.default for knob in parameters}
    for constraint, item in zip(found, node.items("constraints"), strict=True):
        if not holds(constraint, defaults):
            raise _broken(constraint, item, parameters, tuple(found))
    return tuple(found)


def _broken(
    constraint: Constraint, node: Node, parameters: tuple[Parameter, ...], constraints: tuple[Constraint, ...]
) -> UsageError:
    """What to say of a constraint that the defaults break: perhaps no values at all meet it, together with the others."""
    group = next(group for group in groups(parameters, constraints) if constraint in group[1])
    knobs, joined = group
    if size(group) <= MOST and next(combinations(group), None) is None:
        which = f"the constraint '{shown(constraint.text)}'" if len(joined) == 1 else "the constraints"
        fault = f"no values of {', '.join(knob.name for knob in knobs)} meet {which}"
        return node.fault(fault, "loosen the constraints, or widen the ranges and choices")
    values = ", ".join(f"{knob.name} = {knob.default}" for knob in knobs if knob.name in constraint.names)
    fault = f"the defaults break the constraint '{shown(constraint.text)}' ({values})"
    return node.fault(fault, "choose defaults that meet it: they are the default variant")


def _hints(node: Node) -> Mapping[str, tuple[str, ...]]:
    """For each check its ladder of hints, the mildest first."""
    hints = {}
    for check, ladder in node.mapping("hints").items():
        if not ID.fullmatch(check):
            raise ladder.fault(f"'{shown(check)}' is not the id of a check", "use small letters, digits and '-'")
        hints[check] = _texts(ladder, f"hints of '{check}'")
    return hints
