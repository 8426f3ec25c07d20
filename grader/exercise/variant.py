"""In: an exercise and a seed; out: `Variant`, the same on every machine and under every Python version.

Any text is a seed, and draws the parameters. A text `set:NAME=VALUE,…` sets those that it names and draws nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from grader.errors import UsageError
from grader.exercise.combination import Group, groups, values_of
from grader.exercise.constraint import holds
from grader.exercise.document import shown
from grader.model.exercise import Exercise, Parameter, Parameters, Value, Variant

__all__ = ["draw", "seed_of"]

MAX_SEED = 256
ATTEMPTS = 4_000
"""How often a group is drawn until its constraints are met; `grader lint` asks for one in a hundred that does."""

SET = "set:"
PLAIN = " :;+@!?/()[]*&|<>"
"""Characters that stand for themselves in the values of a `set:` seed; others are written as %XX (RFC 3986)."""


def draw(exercise: Exercise, seed: str | None = None) -> Variant:
    """The variant of an exercise for a seed; without one (or with an empty one) every parameter has its default.

    Each parameter is drawn by itself, by HMAC-SHA256 (RFC 2104) of exercise id and parameter name under the seed, so
    that adding a parameter leaves the values of the others. Where constraints connect parameters, these are drawn together again
    and again, with a number in the message, until they meet them: all allowed combinations are equally likely.
    Raises UsageError for a seed that cannot stand on one line, and for constraints that nothing drawn meets.
    """
    if not seed:
        return Variant(exercise, "", {knob.name: knob.default for knob in exercise.parameters})
    if len(seed) > MAX_SEED * (4 if seed.startswith(SET) else 1) or not seed.isprintable():
        action = f"use up to {MAX_SEED} printable characters"
        raise UsageError(f"the seed '{shown(seed[:40])}' cannot be used", where="seed", action=action)
    if seed.startswith(SET):
        return Variant(exercise, seed, _set(exercise, seed))
    drawn: dict[str, Value] = {}
    for group in groups(exercise.parameters, exercise.constraints):
        drawn |= _draw_group(exercise, group, seed)
    return Variant(exercise, seed, {knob.name: drawn[knob.name] for knob in exercise.parameters})


def seed_of(exercise: Exercise, parameters: Parameters) -> str:
    """The seed of the variant with just these parameters: empty where all are defaults, else `set:NAME=VALUE,…`."""
    from urllib.parse import quote  # late: only variants that are set, not drawn, are written so

    changed = [
        f"{knob.name}={quote(_written(parameters[knob.name]), safe=PLAIN)}"
        for knob in exercise.parameters
        if parameters[knob.name] != knob.default
    ]
    return SET + ",".join(changed) if changed else ""


def _written(value: Value) -> str:
    """A value as a `set:` seed has it: truth values as in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _set(exercise: Exercise, seed: str) -> Parameters:
    """The parameters that a `set:` seed gives, the others at their defaults. Raises UsageError."""
    from urllib.parse import unquote

    values = {knob.name: knob.default for knob in exercise.parameters}
    for name, text in _pairs(seed):
        knob = next((knob for knob in exercise.parameters if knob.name == name), None)
        if knob is None:
            action = f"use: {', '.join(values)}" if values else "leave the seed away: there are no parameters"
            raise UsageError(f"'{shown(name)}' is no parameter of {exercise.id}", where="seed", action=action)
        values[name] = _read(knob, unquote(text))
    for constraint in exercise.constraints:
        if not holds(constraint, values):
            fault = f"the values break the constraint '{shown(constraint.text)}' of {exercise.id}"
            raise UsageError(fault, where="seed", action="set values that meet it")
    return values


def _pairs(seed: str) -> Iterator[tuple[str, str]]:
    for part in seed.removeprefix(SET).split(","):
        name, sign, text = part.partition("=")
        if not sign:
            action = "write set:NAME=VALUE, several joined by ','"
            raise UsageError(f"'{shown(part)}' sets no parameter", where="seed", action=action)
        yield name, text


def _read(knob: Parameter, text: str) -> Value:
    """The value of a parameter that is written so. Raises UsageError naming what it can take."""
    if knob.choices:
        found = {_written(choice): choice for choice in knob.choices}
        if text in found:
            return found[text]
        action = f"use one of: {', '.join(found)}"
    else:
        numbers = values_of(knob)
        if text.isascii() and text.removeprefix("-").isdigit() and len(text) < MAX_SEED and int(text) in numbers:
            return int(text)
        action = f"use a number from {numbers[0]} to {numbers[-1]}"
    raise UsageError(f"{knob.name} cannot be '{shown(text)}'", where="seed", action=action)


def _draw_group(exercise: Exercise, group: Group, seed: str) -> dict[str, Value]:
    """The values of one group. Raises UsageError if its constraints allow next to nothing."""
    knobs, constraints = group
    for attempt in range(ATTEMPTS):
        values = {knob.name: _draw(exercise.id, knob, seed, attempt) for knob in knobs}
        if all(holds(constraint, values) for constraint in constraints):
            return values
    where = f"{exercise.folder}/exercise.yaml:{constraints[0].line}"
    fault = f"of {ATTEMPTS} draws none meets the constraints on {', '.join(knob.name for knob in knobs)}"
    raise UsageError(fault, where=shown(where), action="narrow the ranges, or loosen the constraints")


def _draw(exercise: str, knob: Parameter, seed: str, attempt: int) -> Value:
    """One value, uniform: a 256-bit number scaled to the number of values favours none by more than 2**-200."""
    again = f"\0{attempt}" if attempt else ""
    message = f"{exercise}\0{knob.name}{again}".encode()
    number = int.from_bytes(hmac.new(seed.encode(), message, hashlib.sha256).digest(), "big")
    values = values_of(knob)
    return values[number * len(values) >> 256]
