"""Each exercise as a whole: a right program passes, and a wrong one fails exactly the checks that are written down.

Every program is built, run in the box and judged for real. The laboratory stays open between programs.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from grader.checks import Options, grade
from grader.exercise import (
    Expected,
    draw,
    find_course,
    load_expected,
    read_reference,
    read_submission,
    write_workspace,
)
from grader.explore import Lab
from grader.model import Exercise, Report, Submission

COURSE = find_course(str(Path(__file__).parents[2]))
POINTS = 10
SLOW = "byte_at_a_time"  # tens of thousands of calls: once is enough

Grade = Callable[[Exercise, Submission, str], Report]


def expected(exercise: str) -> Expected:
    """What is written down for the programs of an exercise."""
    return load_expected(Path(COURSE.reference, exercise))


def seed_of_another_variant(exercise: Exercise) -> str:
    """The first number that, as a seed, draws for every parameter a value other than its default."""
    return next(
        seed
        for seed in map(str, range(1, 10_000))
        if all(draw(exercise, seed).parameters[knob.name] != knob.default for knob in exercise.parameters)
    )


EXERCISES = [name for name in COURSE.ids if Path(COURSE.reference, name, "expected.yaml").is_file()]
RIGHT = [
    (name, program)
    for name in EXERCISES
    for program in (
        *(path.name for path in sorted(Path(COURSE.reference, name).glob("solution.*"))),
        *expected(name).right,
    )
]
WRONG = [(name, program) for name in EXERCISES for program in expected(name).wrong]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One laboratory for all programs."""
    with Lab.open(tmp_path_factory.mktemp("evidence")) as opened:
        yield opened


@pytest.fixture
def graded(lab: Lab) -> Grade:
    """Grades a submission for a seed, in the open laboratory."""

    def opener(folder: str, rung: str) -> AbstractContextManager[Lab]:
        del folder, rung
        return nullcontext(lab)

    return lambda exercise, submission, seed: grade(exercise, submission, Options(seed=seed), opener=opener)


def handed_in(exercise: Exercise, program: str, seed: str = "") -> Submission:
    """A program of the reference folder, rendered for the seed, as if a student had written it."""
    return read_reference(draw(exercise, seed), Path(COURSE.reference, exercise.id, program))


def failed(report: Report) -> set[str]:
    """The checks that failed; none may be an error of ours, and what was skipped needs one that failed."""
    assert [(check.id, check.note) for check in report.checks if check.outcome == "error"] == []
    lost = {check.id for check in report.checks if check.outcome in {"fail", "skipped"}}
    for check in report.checks:
        assert check.outcome != "skipped" or set(check.needs) & lost
    return {check.id for check in report.checks if check.outcome == "fail"}


@pytest.mark.parametrize(("name", "program"), RIGHT)
def test_a_right_program_passes_every_check(name: str, program: str, graded: Grade) -> None:
    """Whatever its style, a program that keeps the contract has all points."""
    exercise = COURSE.exercise(name)

    report = graded(exercise, handed_in(exercise, program), "")

    assert failed(report) == set()
    assert (report.verdict, report.score, report.max_score) == ("passed", POINTS, POINTS)


@pytest.mark.parametrize(("name", "program"), WRONG)
def test_a_wrong_program_fails_exactly_the_expected_checks(name: str, program: str, graded: Grade) -> None:
    """One bug, one known set of checks; each failure cites events of its run."""
    exercise = COURSE.exercise(name)

    report = graded(exercise, handed_in(exercise, program), "")

    assert failed(report) == expected(name).wrong[program]
    assert report.verdict == "failed"
    assert all(check.finding and check.finding.events for check in report.checks if check.outcome == "fail")


@pytest.mark.parametrize(("name", "program"), [(name, program) for name, program in RIGHT if SLOW not in program])
def test_a_right_program_passes_in_another_variant(name: str, program: str, graded: Grade) -> None:
    """Right programs follow the parameters, and so do the checks."""
    exercise = COURSE.exercise(name)
    seed = seed_of_another_variant(exercise)

    report = graded(exercise, handed_in(exercise, program, seed), seed)

    assert failed(report) == set()
    assert report.verdict == "passed"


@pytest.mark.parametrize(("name", "program"), WRONG)
def test_a_wrong_program_fails_in_another_variant_too(name: str, program: str, graded: Grade) -> None:
    """With other parameters the same bug may show in other checks, but never in none."""
    exercise = COURSE.exercise(name)
    seed = seed_of_another_variant(exercise)

    report = graded(exercise, handed_in(exercise, program, seed), seed)

    assert failed(report)
    assert report.verdict == "failed"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_program_for_another_variant_fails(name: str, graded: Grade) -> None:
    """A neighbour's solution of another seed does not pass."""
    exercise = COURSE.exercise(name)
    neighbour = handed_in(exercise, "solution.c.j2", seed_of_another_variant(exercise))

    report = graded(exercise, neighbour, "")

    assert failed(report)
    assert report.verdict == "failed"


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("language", ["python", "c"])
@pytest.mark.parametrize("default", [True, False])
def test_a_stub_builds_and_fails(name: str, language: str, default: bool, graded: Grade, tmp_path: Path) -> None:
    """What a student starts with compiles, runs, and has not the points of a program."""
    exercise = COURSE.exercise(name)
    seed = "" if default else seed_of_another_variant(exercise)
    _, stub, _ = write_workspace(draw(exercise, seed), tmp_path, language)

    report = graded(exercise, read_submission(tmp_path / stub, exercise), seed)

    assert report.verdict == "failed"
    assert report.build_output == ""
    assert failed(report)
