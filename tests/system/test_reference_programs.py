"""Each exercise as a whole: stubs fail, right programs pass, wrong ones fail exactly the checks that are written down.

Every program is built, run in the box and judged for real, once a variant, by the code behind `grader lint`. The
programs of all tests that were asked for are graded side by side; a test waits for its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest

from grader.batch import Crew, Graded, Job, jobs_of, other_seed
from grader.batch.lint import Desk, run_faults, sit_down
from grader.checks import Options, grade
from grader.checks.declaration import points_in
from grader.checks.source import written_in
from grader.exercise import draw, find_course, load_expected, read_reference

COURSE = find_course(str(Path(__file__).parents[2]))
EXERCISES = {
    name: COURSE.exercise(name) for name in COURSE.ids if Path(COURSE.reference, name, "expected.yaml").is_file()
}
POINTS = {name: points_in(exercise.folder) for name, exercise in EXERCISES.items()}
EACH_TIME = {"pipe-one-way"}
"""The exercises whose programs are all graded at every change: of the others solutions and stubs."""


def failed_by_search(job: Job) -> frozenset[str]:
    """The checks that the program fails, of those for which other schedules are tried."""
    failed = load_expected(Path(COURSE.reference, job.exercise)).wrong[job.path]
    return failed & {each.spec.id for each in written_in(EXERCISES[job.exercise].folder) if each.schedules != "fair"}


JOBS = [
    job
    for name, exercise in EXERCISES.items()
    for seed in dict.fromkeys(("", other_seed(exercise)))
    for job in jobs_of(COURSE, exercise, load_expected(Path(COURSE.reference, name)), seed)
]
DEFAULT = [job for job in JOBS if not job.seed]
OTHER = [job for job in JOBS if job.seed and job.role != "wrong"]  # those are graded, seed after seed, by `make soak`
SEARCHED = [job for job in DEFAULT if job.role == "wrong" and failed_by_search(job)]
FIRST = {job.exercise: job for job in reversed(SEARCHED) if job.language == "c"}
"""One of them for each exercise."""


def chosen(jobs: list[Job]) -> list[object]:
    """The jobs as parameters of a test, those marked that take too long for every change."""
    return [pytest.param(job, id=called(job), marks=() if each_time(job) else pytest.mark.long) for job in jobs]


def each_time(job: Job) -> bool:
    """Whether a program is graded at every change."""
    return not job.seed and (job.exercise in EACH_TIME or job.role in {"solution", "stub"})


def called(job: Job) -> str:
    """How a test names its program."""
    return f"{job.exercise}-{job.name}" + (f"-seed-{job.seed}" if job.seed else "")


@pytest.fixture(scope="module")
def grading(request: pytest.FixtureRequest) -> Iterator[Mapping[Job, Future[Graded]]]:
    """The programs of the tests of this session, all given to one crew in the order of the tests."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    jobs = [params["job"] for params in calls if isinstance(params.get("job"), Job)]
    with Crew.open() as crew:
        yield {job: crew.submit(job) for job in dict.fromkeys(jobs)}


@pytest.fixture
def graded(job: Job, grading: Mapping[Job, Future[Graded]]) -> Graded:
    """What came of the program of this test."""
    return grading[job].result()


@pytest.fixture
def desk(job: Job) -> Desk:
    """What the author of its exercise has written."""
    found = sit_down(COURSE, job.exercise)
    assert isinstance(found, Desk)
    return found


@pytest.mark.parametrize("job", chosen(DEFAULT))
def test_a_program_is_judged_as_its_author_says(job: Job, graded: Graded, desk: Desk) -> None:
    """A right program has all points, a wrong one fails exactly the expected checks, a stub builds, runs and fails."""
    assert graded.doubt == ""
    assert list(map(str, run_faults(desk, graded))) == []
    assert graded.report is not None
    expected = "passed" if job.role in {"solution", "right", "pending"} else "failed"
    assert (graded.report.verdict, graded.report.max_score) == (expected, POINTS[job.exercise])
    assert (graded.report.score == POINTS[job.exercise]) == (expected == "passed")


@pytest.mark.parametrize("job", chosen(OTHER))
def test_a_program_follows_the_parameters(job: Job, graded: Graded, desk: Desk) -> None:
    """In a variant that differs in every parameter right programs pass, and the stub fails."""
    assert graded.job == job
    assert graded.doubt == ""
    assert list(map(str, run_faults(desk, graded))) == []


@pytest.mark.parametrize("job", chosen(DEFAULT))
def test_a_failure_has_its_proof_and_a_skipped_check_its_reason(job: Job, graded: Graded) -> None:
    """Each failed check cites events of a run; each skipped one needs a check that did not pass."""
    assert graded.report is not None
    lost = {check.id for check in graded.report.checks if check.outcome in {"fail", "skipped"}}

    for check in graded.report.checks:
        assert check.outcome != "fail" or (check.finding and check.finding.events)
        assert check.outcome != "skipped" or set(check.needs) & lost
    assert job.role not in {"wrong", "stub"} or lost


@pytest.mark.parametrize(
    "job",
    [pytest.param(job, id=called(job), marks=() if job in FIRST.values() else pytest.mark.long) for job in SEARCHED],
)
def test_a_failure_under_another_schedule_comes_again_by_its_token(job: Job, graded: Graded) -> None:
    """The token that the report prints makes the same run again, and the check fails in it with the same words and events."""
    assert graded.report is not None
    findings = {check.id: check.finding for check in graded.report.checks if check.finding}
    exercise = EXERCISES[job.exercise]
    submission = read_reference(draw(exercise, None), Path(COURSE.reference, job.exercise, job.path))
    for name, finding in findings.items():
        if finding.schedule != "f1":
            asked = Options(only=(name,), schedule=finding.schedule, run=finding.run)
            report = grade(exercise, submission, asked)
            assert report.checks[-1].finding == finding

    assert findings.keys() >= load_expected(Path(COURSE.reference, job.exercise)).wrong[job.path]


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if exercise.parameters])
def test_a_right_program_for_another_variant_fails(name: str) -> None:
    """A neighbour's solution of another seed does not pass."""
    exercise = EXERCISES[name]
    neighbour = draw(exercise, other_seed(exercise))

    report = grade(exercise, read_reference(neighbour, Path(COURSE.reference, name, "solution.c.j2")), Options())

    assert report.verdict == "failed"
    assert [check.id for check in report.checks if check.outcome == "error"] == []


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_what_the_author_has_written_is_without_fault(name: str) -> None:
    """Statement, stubs, hints, parameters and expected.yaml keep the rules of `grader lint`."""
    from grader.batch.lint import lint

    assert [str(fault) for linted in lint(COURSE, (name,), None, print) for fault in linted.faults] == []
