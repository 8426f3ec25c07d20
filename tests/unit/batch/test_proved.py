"""Proofs that are kept: what they are about, when they are void, and what is no proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.batch import Proofs
from tests.unit.batch.courses import Planted, planted
from tests.unit.exercise.authored import refusal


@pytest.fixture
def course(tmp_path: Path) -> Planted:
    """A course with one small exercise."""
    return planted(tmp_path / "course")


def proofs(course: Planted, path: str | Path = "") -> Proofs:
    """The proofs of its exercise."""
    return Proofs(str(path), course.exercise, course.reference)


def test_what_is_proved_stays_proved(course: Planted, tmp_path: Path) -> None:
    """The default variant too, whose seed is empty; another variant is not."""
    first = proofs(course, tmp_path / "proofs")
    first.add("")
    first.add("set:word=ahoy")

    again = proofs(course, tmp_path / "proofs")

    assert "" in again
    assert "set:word=ahoy" in again
    assert "set:word=servus" not in again


@pytest.mark.parametrize("changed", ["exercises/one-word/test_one_word.py", "reference/one-word/wrong/c/no_wait.c.j2"])
def test_a_change_makes_proofs_void(course: Planted, tmp_path: Path, changed: str) -> None:
    """A check, or a program: nothing is known of the new one."""
    proofs(course, tmp_path / "proofs").add("set:word=ahoy")

    with (course.root / changed).open("a") as file:
        file.write("\n")

    assert "set:word=ahoy" not in proofs(course, tmp_path / "proofs")


def test_what_python_leaves_behind_is_no_change(course: Planted, tmp_path: Path) -> None:
    """Compiled files come and go."""
    proofs(course, tmp_path / "proofs").add("")
    (course.exercise / "__pycache__").mkdir()
    (course.exercise / "__pycache__" / "test_one_word.pyc").write_bytes(b"x")

    assert "" in proofs(course, tmp_path / "proofs")


def test_a_torn_line_is_proved_again(course: Planted, tmp_path: Path) -> None:
    """And the next proof begins a line of its own."""
    proofs(course, tmp_path / "proofs").add("set:word=ahoy")
    whole = (tmp_path / "proofs").read_text()
    (tmp_path / "proofs").write_text(whole + whole[:-9])

    proofs(course, tmp_path / "proofs").add("set:word=servus")

    again = proofs(course, tmp_path / "proofs")
    assert "set:word=ahoy" in again
    assert "set:word=servus" in again


def test_without_a_file_proofs_are_forgotten(course: Planted) -> None:
    """They hold as long as they are held."""
    first = proofs(course)
    first.add("")

    assert "" in first
    assert "" not in proofs(course)


@pytest.mark.parametrize(
    "text", ["x\n", "no line end", '{"other": 1', "{}\n", "[1]\n", '{"mark": "x", "exercise": "one-word"}\n', "3\n"]
)
def test_a_file_of_something_else_is_told(course: Planted, tmp_path: Path, text: str) -> None:
    """With its line; it is not written to."""
    path = tmp_path / "notes"
    path.write_text(text)

    assert f"{path}:1: this line is no proof" in refusal(lambda: proofs(course, path))
    assert path.read_text() == text


def test_a_place_that_holds_no_file_is_told(course: Planted, tmp_path: Path) -> None:
    """A folder cannot be read, and in one that is not there nothing can be written."""
    assert "cannot be read" in refusal(lambda: proofs(course, tmp_path))
    assert "cannot be written" in refusal(lambda: proofs(course, tmp_path / "absent" / "proofs").add(""))
