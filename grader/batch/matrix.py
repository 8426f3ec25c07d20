"""In: the checks of an exercise, and what its wrong programs fail; out: `Matrix`, checks × wrong programs, purely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.batch.job import Graded, language_of
from grader.batch.lint.proofs import alike, apart
from grader.frozen import dataclass
from grader.model import CheckSpec

__all__ = ["Matrix", "Row", "expected_matrix", "graded_matrix"]

Wrong = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One wrong program. `outcomes` are in the order of the checks: fail, pass, skipped, error, or empty where unknown.

    `like` are the programs of its language with the same failed set. `note` says how a run differs from what is expected.
    """

    program: str
    language: str
    outcomes: tuple[str, ...]
    like: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """All wrong programs of an exercise. `graded` is False where the outcomes are what expected.yaml says."""

    exercise: str
    checks: tuple[CheckSpec, ...]
    rows: tuple[Row, ...]
    graded: bool

    def failing(self, check: str) -> tuple[Row, ...]:
        """The programs that fail a check."""
        place = [spec.id for spec in self.checks].index(check)
        return tuple(row for row in self.rows if row.outcomes[place] == "fail")

    def alone(self, check: str) -> tuple[Row, ...]:
        """The programs that fail this check and no other."""
        return tuple(row for row in self.failing(check) if row.outcomes.count("fail") == 1)

    def apart(self, language: str) -> tuple[int, int]:
        """How many different failed sets the programs of a language have, and how many programs there are."""
        sets = {row.program: frozenset(self._failed(row)) for row in self.rows if row.language == language}
        return apart(sets), len(sets)

    def _failed(self, row: Row) -> Iterator[str]:
        return (spec.id for spec, outcome in zip(self.checks, row.outcomes, strict=True) if outcome == "fail")


def expected_matrix(exercise: str, checks: tuple[CheckSpec, ...], wrong: Wrong) -> Matrix:
    """The matrix as expected.yaml has it: what does not fail passes, or is skipped."""
    rows = [
        Row(path, language_of(path), tuple("fail" if spec.id in failed else "" for spec in checks), _like(path, wrong))
        for path, failed in wrong.items()
    ]
    return Matrix(exercise, checks, tuple(rows), graded=False)


def graded_matrix(exercise: str, checks: tuple[CheckSpec, ...], wrong: Wrong, graded: Mapping[str, Graded]) -> Matrix:
    """The matrix as the programs were really judged."""
    real = {path: graded[path].failed for path in wrong}
    rows = [
        Row(path, language_of(path), _outcomes(checks, graded[path]), _like(path, real), _note(graded[path], failed))
        for path, failed in wrong.items()
    ]
    return Matrix(exercise, checks, tuple(rows), graded=True)


def _outcomes(checks: tuple[CheckSpec, ...], graded: Graded) -> tuple[str, ...]:
    found = {check.id: check.outcome for check in graded.report.checks} if graded.report else {}
    return tuple(found.get(spec.id, "error") for spec in checks)


def _note(graded: Graded, expected: frozenset[str]) -> str:
    if graded.doubt or graded.usage:
        return f"not graded: {graded.doubt or graded.fault}"
    return "" if graded.failed == expected else f"expected: {', '.join(sorted(expected))}"


def _like(path: str, wrong: Wrong) -> tuple[str, ...]:
    same = {name: failed for name, failed in wrong.items() if language_of(name) == language_of(path)}
    groups = [programs for _, programs in alike(same) if path in programs]
    return tuple(program for group in groups for program in group if program != path)
