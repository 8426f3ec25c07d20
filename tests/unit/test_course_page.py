"""In: docs/course.md; out: that every exercise and check on it exists, and that each exercise is on it."""

from __future__ import annotations

import re
from pathlib import Path

from grader.checks.source import written_in
from grader.exercise import find_course

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<sentence>[^|]+) \| (?P<exercises>[a-z0-9, -]+) \| (?P<checks>`[^|]+`) \|$", re.MULTILINE)


def _rows() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    text = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    return [
        (tuple(row["exercises"].split(", ")), tuple(re.findall(r"`([^`]+)`", row["checks"])))
        for row in ROW.finditer(text)
    ]


def test_every_check_of_the_page_is_one_of_the_exercises_of_its_row() -> None:
    """And every exercise that a row names has one of the row's checks."""
    course = find_course(str(ROOT))
    checks = {name: {each.spec.id for each in written_in(course.exercise(name).folder)} for name in course.ids}
    for exercises, names in _rows():
        known = set().union(*(checks[exercise] for exercise in exercises))
        assert not set(names) - known, f"{exercises}: no such check"
        assert all(checks[exercise] & set(names) for exercise in exercises), f"{exercises}: none of {names}"


def test_every_exercise_is_on_the_page() -> None:
    """A new exercise gets its sentence of the lecture."""
    named = {exercise for exercises, _ in _rows() for exercise in exercises}

    assert sorted(named) == sorted(find_course(str(ROOT)).ids)


def test_every_row_is_read() -> None:
    """A row in another form would be looked at by no test."""
    text = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| sentence")]

    assert len(rows) == len(_rows()) > 30
