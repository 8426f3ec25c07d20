"""In: the arguments of `grader matrix`; out: checks × wrong programs as text, Markdown or JSON, holes visible at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.batch import Crew, Job, jobs_of
from grader.batch.lint import LEAST
from grader.batch.matrix import Matrix, Row, expected_matrix, graded_matrix
from grader.checks.source import written_in
from grader.cli.output import Progress, say
from grader.errors import UsageError
from grader.exercise import find_course, load_expected
from grader.report import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.batch import Graded
    from grader.checks.laboratory import Opener
    from grader.exercise import Course, Expected
    from grader.model import Exercise

__all__ = ["matrix", "matrix_json", "matrix_markdown", "matrix_text"]

SIGNS = {"fail": "✗", "skipped": "-", "error": "!", "pass": "·", "": "·"}
HOLE = "← no program is failed by it alone"


def matrix(arguments: Namespace, _opener: Opener | None) -> int:
    """Print the matrix. Raises GraderError."""
    course = find_course(arguments.course)
    exercise = course.exercise(arguments.exercise)
    if not course.reference:
        raise UsageError(
            "this course has no reference/, where wrong programs are",
            where=course.folder,
            action="name another --course",
        )
    checks = tuple(check.spec for check in written_in(exercise.folder))
    expected = load_expected(f"{course.reference}/{exercise.id}")
    if arguments.run:
        table = graded_matrix(exercise.id, checks, expected.wrong, _graded(course, exercise, expected))
    else:
        table = expected_matrix(exercise.id, checks, expected.wrong)
    form = matrix_json if arguments.json else matrix_markdown if arguments.markdown else matrix_text
    say(form(table))
    if any("error" in row.outcomes for row in table.rows):
        return 3
    return 1 if any(row.note for row in table.rows) else 0


def _graded(course: Course, exercise: Exercise, expected: Expected) -> dict[str, Graded]:
    """Every wrong program, really graded."""
    jobs: list[Job] = [job for job in jobs_of(course, exercise, expected) if job.role == "wrong"]
    progress = Progress(sys.stderr)
    graded = {}
    try:
        with Crew.open() as crew:
            futures = [crew.submit(job) for job in jobs]
            for number, (job, future) in enumerate(zip(jobs, futures, strict=True), start=1):
                progress(f"{exercise.id} {number}/{len(jobs)}: {job.name}")
                graded[job.path] = future.result()
    finally:
        progress.clear()
    return graded


def matrix_text(table: Matrix) -> str:
    """The matrix for a terminal: the checks with their numbers, then a row a program."""
    return "".join(visible(line) + "\n" for line in _lines(table))


def _lines(table: Matrix) -> Iterator[str]:
    how = "as they were judged" if table.graded else "as expected.yaml says (--run grades them)"
    yield f"{table.exercise}: {len(table.checks)} checks × {len(table.rows)} wrong programs, {how}"
    yield ""
    width = max(len(spec.id) for spec in table.checks)
    for number, spec in enumerate(table.checks, start=1):
        failing, alone = len(table.failing(spec.id)), len(table.alone(spec.id))
        hole = HOLE if spec.level == "must" and not alone else "← no program fails it" if not failing else ""
        yield f"{number:>4} {spec.id:<{width}}  {spec.level:<6}  {failing:>3} fail it, {alone} of them only it  {hole}".rstrip()
    for language in dict.fromkeys(row.language for row in table.rows):
        rows = [row for row in table.rows if row.language == language]
        name = max(len(_name(row)) for row in rows)
        yield ""
        yield f"{language:<{name + 2}}" + "".join(f"{number:>3}" for number in range(1, len(table.checks) + 1))
        for row in rows:
            yield f"  {_name(row):<{name}}" + "".join(f"{SIGNS[outcome]:>3}" for outcome in row.outcomes) + _remark(row)
        sets, programs = table.apart(language)
        short = "" if sets >= LEAST * programs else f", at least {LEAST:.0%} are asked for"
        yield f"  told apart: {sets} of {programs} ({sets / programs:.0%}{short})"


def _name(row: Row) -> str:
    """The bug after which the program is called."""
    return PurePosixPath(row.program).name.partition(".")[0]


def _remark(row: Row) -> str:
    like = f"like {', '.join(PurePosixPath(path).name.partition('.')[0] for path in row.like)}" if row.like else ""
    said = "; ".join(part for part in (like, row.note) if part)
    return f"   {said}" if said else ""


def matrix_markdown(table: Matrix) -> str:
    """The matrix as a Markdown table."""
    lines = [
        f"| wrong program | {' | '.join(f'`{spec.id}`' for spec in table.checks)} |",
        "|---|" + ":-:|" * len(table.checks),
        *(
            f"| `{row.program.removeprefix('wrong/')}` | {' | '.join(SIGNS[outcome] for outcome in row.outcomes)} |"
            for row in table.rows
        ),
        f"| *fails it alone* | {' | '.join(str(len(table.alone(spec.id))) for spec in table.checks)} |",
    ]
    return "\n".join(lines) + "\n"


def matrix_json(table: Matrix) -> str:
    """The matrix as JSON, schema grader/matrix/v1."""
    fields = {
        "schema": "grader/matrix/v1",
        "exercise": table.exercise,
        "graded": table.graded,
        "checks": [
            {
                "id": spec.id,
                "level": spec.level,
                "points": spec.points,
                "failing": [row.program for row in table.failing(spec.id)],
                "alone": [row.program for row in table.alone(spec.id)],
            }
            for spec in table.checks
        ],
        "programs": [
            {
                "program": row.program,
                "language": row.language,
                "outcomes": {
                    spec.id: outcome or None for spec, outcome in zip(table.checks, row.outcomes, strict=True)
                },
                "like": list(row.like),
                "note": row.note or None,
            }
            for row in table.rows
        ],
    }
    return json.dumps(fields, indent=2) + "\n"
