"""In: an exercise folder, a seed, a student's file; out: `Exercise`, `Variant`, `Submission`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from grader.frozen import dataclass

Value: TypeAlias = int | str | bool
Parameters: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A knob of an exercise. Either `choices`, or the whole numbers from `minimum` to `maximum`."""

    name: str
    default: Value
    meaning: str
    choices: tuple[Value, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition that the parameters of every variant meet: its text, the parameters it names, its line in the file."""

    text: str
    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What an exercise test declares of one check: the function's name is the id, its docstring the title."""

    id: str
    title: str
    level: str
    points: int
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise of a course. `folder` is its absolute path; `id` its folder's name."""

    id: str
    title: str
    version: int
    concepts: tuple[str, ...]
    difficulty: int
    languages: tuple[str, ...]
    folder: str
    prerequisites: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    hints: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """An exercise with its parameters drawn. `seed` is empty for the default variant."""

    exercise: Exercise
    seed: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Submission:
    """A student's program, read once: relative file name → bytes. `main` names the file to run (Python) or is empty (C).

    `peers` are the files of its exercise's own peers: no part of the student's, nor of `sha256`.
    """

    path: str
    language: str
    files: Mapping[str, bytes]
    main: str
    sha256: str
    peers: Mapping[str, bytes] = field(default_factory=dict)
