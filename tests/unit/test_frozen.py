"""In: classes as both grader and the library make dataclasses of them; out: that nobody can tell them apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import field, fields, replace
from typing import Any

import pytest

from grader.frozen import dataclass


def _shapes(make: Callable[[type], type]) -> tuple[type, ...]:
    @make
    class Point:
        x: int
        y: int = 2

    @make
    class Rich:
        name: str
        many: list[int] = field(default_factory=list)
        hidden: int = field(default=3, repr=False, compare=False)
        later: int = field(init=False, repr=False, compare=False, default=0)

    @make
    class Empty:
        pass

    @make
    class One:
        only: str = "a"

        def __str__(self) -> str:
            return f"<{self.only}>"

    return Point, Rich, Empty, One


CALLS: tuple[tuple[int, tuple[Any, ...], dict[str, Any]], ...] = (
    (0, (1,), {}),
    (0, (1, 3), {}),
    (0, (), {"y": 4, "x": 0}),
    (1, ("n",), {}),
    (1, ("n", [1]), {"hidden": 9}),
    (2, (), {}),
    (3, (), {}),
    (3, ("b",), {}),
)
OURS, THEIRS = (
    {
        frozen: _shapes(lambda plain, make=make, frozen=frozen: make(frozen=frozen, slots=True)(plain))  # type: ignore[misc]
        for frozen in (True, False)
    }
    for make in (dataclass, dataclasses.dataclass)
)


@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("call", CALLS)
def test_an_object_is_what_the_library_would_have_made(
    call: tuple[int, tuple[Any, ...], dict[str, Any]], frozen: bool
) -> None:
    """The same fields, words, equality and, where it has one, hash; the same copy with something changed."""
    number, args, named = call
    ours, theirs = OURS[frozen][number](*args, **named), THEIRS[frozen][number](*args, **named)
    assert [getattr(ours, each.name) for each in fields(ours)] == [
        getattr(theirs, each.name) for each in fields(theirs)
    ]
    assert (repr(ours), str(ours)) == (repr(theirs), str(theirs))
    assert ours == OURS[frozen][number](*args, **named) == replace(ours)
    assert ours != theirs
    assert (type(ours).__hash__ is None) == (type(theirs).__hash__ is None)
    if frozen and number != 1:
        assert hash(ours) == hash(replace(ours)) == hash(theirs)


@pytest.mark.parametrize("made", [OURS, THEIRS])
def test_fields_that_do_not_count_do_not_make_objects_differ(made: dict[bool, tuple[type, ...]]) -> None:
    """`compare=False` keeps a field out of equality; the others are in it."""
    rich = made[True][1]
    assert rich("n", hidden=1) == rich("n", hidden=2)
    assert rich("n") != rich("m")
    assert rich("n").many is not rich("n").many


@pytest.mark.parametrize("made", [OURS, THEIRS])
def test_a_frozen_object_cannot_be_changed_and_another_can(made: dict[bool, tuple[type, ...]]) -> None:
    """No field is set or deleted afterwards, and none invented."""
    frozen, free = made[True][0](1), made[False][0](1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        frozen.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del frozen.x
    free.x = 2
    assert (frozen.x, free.x) == (1, 2)
    for each in (frozen, free):
        with pytest.raises((AttributeError, TypeError)):  # the library's own frozen class says TypeError
            each.z = 1


@pytest.mark.parametrize("made", [OURS, THEIRS])
def test_a_call_with_wrong_arguments_says_what_is_wrong(made: dict[bool, tuple[type, ...]]) -> None:
    """A missing, an unknown and a second value for one field."""
    point = made[True][0]
    for args, named, words in (((), {}, "missing"), ((1,), {"z": 1}, "unexpected"), ((1,), {"x": 1}, "multiple")):
        with pytest.raises(TypeError, match=words):
            point(*args, **named)


def test_a_method_of_the_class_itself_stays() -> None:
    """As in the library: what is written is not replaced; `__post_init__` is called when all fields are set."""

    @dataclass(frozen=True, slots=True)
    class Checked:
        low: int
        high: int = 9

        def __post_init__(self) -> None:
            if self.low > self.high:
                raise ValueError(self.low)

        def __repr__(self) -> str:
            return "own words"

    assert repr(Checked(1)) == "own words"
    with pytest.raises(ValueError, match="10"):
        Checked(10)
