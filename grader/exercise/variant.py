"""In: an exercise and a seed; out: `Variant`, the same on every machine and under every Python version."""

from __future__ import annotations

import hashlib
import hmac

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.model.exercise import Exercise, Parameter, Value, Variant

__all__ = ["draw"]

MAX_SEED = 256


def draw(exercise: Exercise, seed: str | None = None) -> Variant:
    """The variant of an exercise for a seed; without one (or with an empty one) every parameter has its default.

    Each parameter is drawn by itself, by HMAC-SHA256 (RFC 2104) of exercise id and parameter name under the seed, so
    that adding a parameter leaves the values of the others. Raises UsageError for a seed that cannot stand on one line.
    """
    if not seed:
        return Variant(exercise, "", {knob.name: knob.default for knob in exercise.parameters})
    if len(seed) > MAX_SEED or not seed.isprintable():
        action = f"use up to {MAX_SEED} printable characters"
        raise UsageError(f"the seed '{shown(seed[:40])}' cannot be used", where="seed", action=action)
    return Variant(exercise, seed, {knob.name: _draw(exercise.id, knob, seed) for knob in exercise.parameters})


def _draw(exercise: str, knob: Parameter, seed: str) -> Value:
    """One value, uniform: a 256-bit number scaled to the number of values favours none by more than 2**-200."""
    message = f"{exercise}\0{knob.name}".encode()
    number = int.from_bytes(hmac.new(seed.encode(), message, hashlib.sha256).digest(), "big")
    if knob.choices:
        return knob.choices[number * len(knob.choices) >> 256]
    low, high = _range(knob)
    return low + (number * (high - low + 1) >> 256)


def _range(knob: Parameter) -> tuple[int, int]:
    """The limits of a numeric parameter; a missing one is the default itself."""
    default = knob.default if isinstance(knob.default, int) else 0
    low = default if knob.minimum is None else knob.minimum
    return low, default if knob.maximum is None else knob.maximum
