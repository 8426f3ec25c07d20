"""In: the course's checks and what its wrong programs are expected to fail; out: docs/matrix.md, as `grader matrix` shows it.

Run by `make matrix`; a test fails when the page is not what this writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.batch.matrix import Matrix, expected_matrix
from grader.checks.source import written_in
from grader.cli.matrix import matrix_text
from grader.exercise import find_course, in_teaching_order, load_expected

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "matrix.md"
HEAD = """# Which check fails which wrong program

Written by `make matrix`; a test keeps it in step with the exercises. That the programs are really judged so is tested too:
`grader lint` grades every one, and `grader matrix ID --run` shows one exercise as it was judged. A check that counts is worth
something only if some program fails it and no other check: the column "kills" counts the checks for which there is such a program.

| exercise | checks | kills | wrong programs, C | told apart | wrong programs, Python | told apart |
|---|--:|--:|--:|--:|--:|--:|
"""


def page() -> str:
    """The whole page."""
    tables = list(_tables())
    rows = "".join(_row(table) for table in tables)
    programs = sum(len(table.rows) for table in tables)
    total = f"\n{programs} wrong programs of {len(tables)} exercises.\n"
    return (
        HEAD + rows + total + "".join(f"\n## {each.exercise}\n\n```text\n{matrix_text(each)}```\n" for each in tables)
    )


def _tables() -> Iterator[Matrix]:
    course = find_course(str(ROOT))
    for exercise in in_teaching_order(course.exercises()):
        checks = tuple(check.spec for check in written_in(exercise.folder))
        yield expected_matrix(exercise.id, checks, load_expected(f"{course.reference}/{exercise.id}").wrong)


def _row(table: Matrix) -> str:
    kills = sum(bool(table.alone(spec.id)) for spec in table.checks)
    numbers = [len(table.checks), kills]
    for language in ("c", "python"):
        sets, programs = table.apart(language)
        numbers += [programs, sets]
    return f"| [{table.exercise}](#{table.exercise}) | {' | '.join(map(str, numbers))} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
