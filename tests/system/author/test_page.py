"""The page for authors is true: whoever does what it says has an exercise without fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.cli import main
from tests.support.golden import assert_golden
from tests.unit.batch.courses import Planted

PAGE = (Path(__file__).parents[3] / "docs" / "authors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


def block(kind: str, words: str) -> str:
    """The one block of the page with these words in it."""
    (text,) = [text for language, text in BLOCKS if language == kind and words in text]
    return text


@pytest.fixture
def course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Planted:
    """A course in which an author has followed the page."""
    assert main(("new-exercise", "to-the-end", "--course", str(tmp_path))) == 0
    capsys.readouterr()
    course = Planted(tmp_path, "to-the-end")
    (course.reference / "wrong/c/reads_once.c.j2").write_text(block("c", "one read, whatever comes"))
    (course.reference / "wrong/python/reads_once.py.j2").write_text(block("python", "one read, whatever comes"))
    c, python = block("yaml", "reads_once").splitlines(keepends=True)
    course.change(course.reference / "expected.yaml", "  python/adds", f"{c}  python/adds")
    course.change(course.reference / "expected.yaml", "\npending", f"{python}\npending")
    checks = course.exercise / "test_to_the_end.py"
    checks.write_text(f"{checks.read_text()}\n\n{block('python', 'def test_reads_to_the_end')}")
    course.change(checks, "points=4", "points=2")
    statement = course.exercise / "statement.md.j2"
    course.change(statement, "(rules 1 to 3) | 4 |\n", "(rules 1 to 3) | 2 |\n")
    course.change(statement, "\nThe checks look", f"{block('', 'reads-to-the-end')}\nThe checks look")
    definition = course.exercise / "exercise.yaml"
    definition.write_text(definition.read_text() + block("yaml", "How many times does your parent read"))
    return course


def test_the_exercise_of_the_page_is_without_fault(course: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    """Its programs are run, and lint has nothing to say."""
    status = main(("lint", "to-the-end", "--course", str(course.root)))

    assert (status, capsys.readouterr().out) == (0, "✓ to-the-end: 4 checks, 28 gradings, no fault\n")


def test_the_matrix_on_the_page_is_the_real_one(course: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    """What the page shows is what the command prints, as far as it shows it."""
    main(("matrix", "to-the-end", "--course", str(course.root)))
    told = capsys.readouterr().out

    assert "".join(f"    {line}".rstrip() + "\n" for line in told.splitlines()[:13]) in PAGE
    assert_golden("author/page-matrix.txt", told)


def test_each_rule_of_lint_stands_on_the_page() -> None:
    """An author who is told of a fault finds the rule behind it."""
    for words in ("numbers what is to be done", "pass every check", "fails exactly the set", "is the only one that some wrong",
                  "tell the wrong programs of a language apart", "ladder of at least two", "names each check with its points",
                  "Every value of every parameter", "No file lies there", "has a reason"):  # fmt: skip
        assert words in " ".join(PAGE.split())
