"""In: nothing; out: a course with one small exercise, and in it one grading whose evidence was kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli import main
from tests.unit.batch.courses import Planted, planted


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """The skeleton of an exercise."""
    return planted(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def kept(course: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the evidence of a program that fails one check, and beside it the result.json of that grading."""
    folder = tmp_path_factory.mktemp("kept")
    program = course.reference / "wrong" / "c" / "no_wait.c.j2"
    options = ("--exercise", "one-word", "--course", str(course.root), "--seed", "7")
    written = ("--evidence", str(folder / "evidence"), "--json", str(folder / "result.json"))
    assert main(("check", str(program), *options, *written)) == 1
    return folder
