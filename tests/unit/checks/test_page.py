"""The page on writing checks shows code that works."""

from __future__ import annotations

import re
from pathlib import Path

from grader.checks import Options, grade
from grader.exercise import load_exercise, read_submission
from tests.unit.checks.fakes import FakeLab, evidence, outcomes, write_exercise, write_submission

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"


def test_the_example_of_the_page_judges_programs(tmp_path: Path) -> None:
    """What an author copies from the page passes a program that copies, and fails one that does not."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    exercise = load_exercise(write_exercise(tmp_path, found.group(1)))
    submission = read_submission(write_submission(tmp_path), exercise)
    right = FakeLab(serve=lambda plan: evidence(plan, plan.stdin))
    silent = FakeLab()

    passed = grade(exercise, submission, Options(), opener=right.open)
    failed = grade(exercise, submission, Options(), opener=silent.open)

    assert (passed.verdict, passed.score) == ("passed", 3)
    assert outcomes(failed) == {"copies-input": "fail", "ends-at-end-of-file": "skipped"}
    assert [check.finding.run for check in failed.checks if check.finding] == ["small"]
