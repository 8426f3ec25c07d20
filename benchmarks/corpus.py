"""In: the course of this checkout; out: its reference programs with their expected verdicts, rendered as submissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.exercise import draw, expected_in, load_course, load_expected, read_reference

__all__ = ["ROOT", "Program", "fails_in", "programs", "write_submission"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Program:
    """A program of `reference/`: `fails`: the exact set of checks that it must fail by default, empty for a right one.

    `pending` are programs that the present plans cannot tell from a right one: no verdict is expected of them.
    """

    exercise: str
    path: Path
    language: str
    fails: frozenset[str]
    pending: bool = False

    @property
    def name(self) -> str:
        """The program as a person names it: `pipe-one-way/wrong/c/no_wait.c`."""
        inside = self.path.relative_to(ROOT / "reference" / self.exercise)
        return f"{self.exercise}/{inside.as_posix().removesuffix('.j2')}"


def programs(wanted: str = "") -> tuple[Program, ...]:
    """Every program whose name holds `wanted`, which may begin with an exercise and a slash.

    Raises UsageError for a fault in a reference folder, and when there is no such program.
    """
    exercises = [name for name in load_course(ROOT).ids if wanted.startswith(f"{name}/")] or load_course(ROOT).ids
    found = tuple(program for name in exercises for program in _all(name) if wanted in program.name)
    if not found:
        raise UsageError(f"no program has '{wanted}' in its name", action="look into reference/ for the names")
    return found


def _all(exercise: str) -> Iterator[Program]:
    folder = ROOT / "reference" / exercise
    expected = load_expected(folder)
    for path in sorted(folder.glob("solution.*")):
        yield _program(exercise, path, frozenset())
    for name in expected.right:
        yield _program(exercise, folder / name, frozenset())
    for name, fails in expected.wrong.items():
        yield _program(exercise, folder / name, fails)
    for name in expected.pending:
        yield _program(exercise, folder / name, frozenset(), pending=True)


def _program(exercise: str, path: Path, fails: frozenset[str], *, pending: bool = False) -> Program:
    language = "python" if path.name.removesuffix(".j2").endswith(".py") else "c"
    return Program(exercise, path, language, fails, pending)


def fails_in(program: Program, seed: str) -> frozenset[str]:
    """The exact set of checks that a program must fail in the variant of a seed."""
    if not program.fails:
        return program.fails
    folder = ROOT / "reference" / program.exercise
    variant = draw(load_course(ROOT).exercise(program.exercise), seed or None)
    return expected_in(load_expected(folder), variant, program.path.relative_to(folder).as_posix())


def write_submission(program: Program, seed: str, folder: Path) -> Path:
    """Render a program for the variant of `seed` (empty: the default one) into `folder`; the path of the file."""
    exercise = load_course(ROOT).exercise(program.exercise)
    submission = read_reference(draw(exercise, seed or None), program.path)
    folder.mkdir(parents=True, exist_ok=True)
    (name, data), *_ = submission.files.items()
    path = folder / name
    path.write_bytes(data)
    return path
