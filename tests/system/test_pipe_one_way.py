"""pipe-one-way as a whole: each right program passes, and each wrong one fails exactly the checks that are written down.

Every program is built, run in the box and judged for real. The laboratory stays open between programs.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from grader.checks import Options, grade
from grader.exercise import draw, find_course, load_expected, read_reference, read_submission, write_workspace
from grader.explore import Lab
from grader.model import Report, Submission

COURSE = find_course(str(Path(__file__).parents[2]))
EXERCISE = COURSE.exercise("pipe-one-way")
REFERENCE = Path(COURSE.reference, EXERCISE.id)
EXPECTED = load_expected(REFERENCE)
RIGHT = ("solution.c.j2", "solution.py.j2", *EXPECTED.right)
WRONG = tuple(EXPECTED.wrong)

CHILD_WRITES = "15"  # draws rot13 with the parent as the reader
CHILD_READS = "12"  # draws swap-case with the child as the reader, and small blocks

Grade = Callable[[Submission, str], Report]


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

    return lambda submission, seed: grade(EXERCISE, submission, Options(seed=seed), opener=opener)


def handed_in(program: str, seed: str = "") -> Submission:
    """A program of the reference folder, rendered for the seed, as if a student had written it."""
    return read_reference(draw(EXERCISE, seed), REFERENCE / program)


def failed(report: Report) -> set[str]:
    """The checks that failed; none may be an error of ours, and what was skipped needs one that failed."""
    assert [(check.id, check.note) for check in report.checks if check.outcome == "error"] == []
    lost = {check.id for check in report.checks if check.outcome in {"fail", "skipped"}}
    for check in report.checks:
        assert check.outcome != "skipped" or set(check.needs) & lost
    return {check.id for check in report.checks if check.outcome == "fail"}


@pytest.mark.parametrize("program", RIGHT)
def test_a_right_program_passes_every_check(program: str, graded: Grade) -> None:
    """Whatever its style, a program that keeps the contract has all points."""
    report = graded(handed_in(program), "")

    assert failed(report) == set()
    assert (report.verdict, report.score, report.max_score) == ("passed", 10, 10)


@pytest.mark.parametrize("program", WRONG)
def test_a_wrong_program_fails_exactly_the_expected_checks(program: str, graded: Grade) -> None:
    """One bug, one known set of checks; each failure cites events of its run."""
    report = graded(handed_in(program), "")

    assert failed(report) == EXPECTED.wrong[program]
    assert report.verdict == "failed"
    assert all(check.finding and check.finding.events for check in report.checks if check.outcome == "fail")


@pytest.mark.parametrize("seed", [CHILD_WRITES, CHILD_READS])
@pytest.mark.parametrize("program", [program for program in RIGHT if "byte_at_a_time" not in program])
def test_a_right_program_passes_in_other_variants(program: str, seed: str, graded: Grade) -> None:
    """Right programs follow the parameters, and so do the checks."""
    report = graded(handed_in(program, seed), seed)

    assert failed(report) == set()
    assert report.verdict == "passed"


@pytest.mark.parametrize("program", WRONG)
def test_a_wrong_program_fails_in_the_other_direction_too(program: str, graded: Grade) -> None:
    """With the parent as the reader the same bug may show in other checks, but never in none."""
    report = graded(handed_in(program, CHILD_WRITES), CHILD_WRITES)

    assert failed(report)
    assert report.verdict == "failed"


def test_a_right_program_for_another_variant_fails(graded: Grade) -> None:
    """A neighbour's solution of another seed does not pass."""
    report = graded(handed_in("solution.c.j2", CHILD_WRITES), "")

    assert {"copies-text", "one-pipe-one-child"} <= failed(report)


@pytest.mark.parametrize("language", EXERCISE.languages)
@pytest.mark.parametrize("seed", ["", CHILD_WRITES])
def test_a_stub_builds_and_fails(language: str, seed: str, graded: Grade, tmp_path: Path) -> None:
    """What a student starts with compiles, runs, and has not the points of a program."""
    _, stub, _ = write_workspace(draw(EXERCISE, seed), tmp_path, language)

    report = graded(read_submission(tmp_path / stub, EXERCISE), seed)

    assert report.verdict == "failed"
    assert report.build_output == ""
    assert {"copies-text", "one-pipe-one-child"} <= failed(report)
