"""In: a course with its reference folder; out: the programs to be graded as `Job`s, and for each what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.exercise import Course, Expected, corners, draw
from grader.frozen import dataclass
from grader.model import Exercise, Report
from grader.model.exercise import Value

__all__ = ["Graded", "Job", "RunEnd", "jobs_of", "other_seed", "proof_seeds"]

SEEDS = 10_000
"""How many numbers are tried as seeds of another variant."""


@dataclass(frozen=True, slots=True)
class Job:
    """One program of an exercise in one variant.

    role: `stub`, `solution`, `right`, `wrong` or `pending`. `path` is relative to the exercise's reference folder, and empty
    for a stub. `course` is the course's folder. An empty `seed` means the default variant. `exact`: also in another variant it is
    graded as a student's program is, and a wrong one must fail exactly what it fails in the default variant.
    """

    course: str
    exercise: str
    role: str
    path: str
    language: str
    seed: str = ""
    exact: bool = False

    @property
    def name(self) -> str:
        """How a person names the program: its path, or the stub and its language."""
        return self.path or f"stub ({self.language})"

    @property
    def budget(self) -> str:
        """How many schedules: that of a student, so that what is expected is what a student is told; little in other variants."""
        little = self.role == "stub" or (self.seed and not self.exact)
        return "small" if little else "default"


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How one run ended: the fields of the evidence's end, and `words`, the last line of standard error."""

    plan: str
    outcome: str
    status: int | None
    signal: str
    words: str


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of a job: a report and how its runs ended, or `fault`, which says why there is no report.

    `usage` says that the fault is in the exercise itself; `where` and `action` then say which line, and what to do.
    """

    job: Job
    report: Report | None
    runs: tuple[RunEnd, ...] = ()
    fault: str = ""
    usage: bool = False
    where: str = ""
    action: str = ""

    @property
    def failed(self) -> frozenset[str]:
        """The ids of the checks that failed; those that were skipped because of them are not among them."""
        checks = self.report.checks if self.report else ()
        return frozenset(check.id for check in checks if check.outcome == "fail")

    @property
    def doubt(self) -> str:
        """Why nothing can be said of this program, or empty: it was graded whole, or its author is told of a fault."""
        if self.report is None:
            return "" if self.usage else self.fault
        if self.report.verdict == "not graded":
            return self.report.reason or "not graded"
        errors = [f"{check.id}: {check.note}" for check in self.report.checks if check.outcome == "error"]
        return "; ".join(errors)


def jobs_of(
    course: Course, exercise: Exercise, expected: Expected, seed: str = "", *, exact: bool = False
) -> Iterator[Job]:
    """Every program of an exercise that exists, stubs and model solutions first."""
    root = Path(course.reference, exercise.id)
    for language in exercise.languages:
        yield Job(course.folder, exercise.id, "stub", "", language, seed, exact)
    solutions = sorted(path.name for path in root.glob("solution.*"))
    listed = (
        ("solution", solutions),
        ("right", expected.right),
        ("wrong", expected.wrong),
        ("pending", expected.pending),
    )
    for role, paths in listed:
        for path in (path for path in paths if language_of(path) in exercise.languages):
            yield Job(course.folder, exercise.id, role, path, language_of(path), seed, exact)


def language_of(path: str) -> str:
    """The language of a program by its name; empty for any other file."""
    return {".py": "python", ".c": "c"}.get(PurePosixPath(path.removesuffix(".j2")).suffix, "")


def other_seed(exercise: Exercise) -> str:
    """The first number that, as a seed, draws every parameter otherwise than its default; empty without parameters.

    Where no such number is found, the one that changes most of them.
    """
    knobs = exercise.parameters
    if not knobs:
        return ""

    def changed(seed: str) -> int:
        drawn = draw(exercise, seed).parameters
        return sum(drawn[knob.name] != knob.default for knob in knobs)

    seeds = map(str, range(1, SEEDS))
    best = "1"
    for seed in seeds:
        if changed(seed) == len(knobs):
            return seed
        best = max(best, seed, key=changed)
    return best


def proof_seeds(exercise: Exercise, number: int) -> tuple[str, ...]:
    """The seeds of the variants that prove an exercise: the default one, those at its limits, and the seeds 1, 2, … `number`.

    Of seeds with the same parameters only the first is there.
    """
    variants = (draw(exercise), *corners(exercise), *(draw(exercise, str(seed)) for seed in range(1, number + 1)))
    found: dict[tuple[Value, ...], str] = {}
    for variant in variants:
        found.setdefault(tuple(variant.parameters.values()), variant.seed)
    return tuple(found.values())
