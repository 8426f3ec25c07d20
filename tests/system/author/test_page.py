"""The page for authors is true: whoever does what it says has an exercise without fault."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from grader.cli import main
from grader.exercise import write_skeleton
from tests.support.golden import assert_golden
from tests.unit.batch.courses import Planted

PAGE = (Path(__file__).parents[3] / "docs" / "authors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


def block(kind: str, words: str) -> str:
    """The one block of the page with these words in it."""
    (text,) = [text for language, text in BLOCKS if language == kind and words in text]
    return text


def shown() -> list[tuple[str, list[str]]]:
    """Every command of the page with the lines that it shows below it; `…` stands for lines left out."""
    blocks = re.findall(r"^    \$ (.*)\n((?:    (?!\$).*\n|\n(?=    (?!\$)))*)", PAGE, re.MULTILINE)
    return [
        (command, [line[4:] for line in lines.splitlines() if line.strip() not in {"", "…"}])
        for command, lines in blocks
    ]


def write_wrong_programs(course: Planted) -> None:
    """Section 3, up to the command."""
    (course.reference / "wrong/c/reads_once.c.j2").write_text(block("c", "one read, whatever comes"))
    (course.reference / "wrong/python/reads_once.py.j2").write_text(block("python", "one read, whatever comes"))


def write_check(course: Planted) -> None:
    """The rest of section 3, sections 4 and 5."""
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


def test_every_command_of_the_page_shows_what_stands_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author in a course does what the page says, in order; each command ends well and prints the lines below it."""
    write_skeleton(tmp_path, "another-one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    course = Planted(tmp_path, "to-the-end")
    between = {"check": write_wrong_programs, "matrix": write_check}
    told: list[str] = []

    for command, lines in shown():
        program, *words = shlex.split(command)
        between.get(words[0], lambda _: None)(course)
        assert (program, main(words)) == ("grader", 0), capsys.readouterr().err
        told.append(capsys.readouterr().out)
        assert [line for line in lines if line not in told[-1].splitlines()] == []

    assert [command.split()[1] for command, _ in shown()] == ["new-exercise", "lint", "check", "matrix", "lint"]
    assert_golden("author/page-matrix.txt", told[3])
    assert told[4] == "✓ to-the-end: 4 checks, 28 gradings, no fault\n"


def test_each_rule_of_lint_stands_on_the_page() -> None:
    """An author who is told of a fault finds the rule behind it."""
    for words in ("numbers what is to be done", "pass every check", "fails exactly the set", "is the only one that some wrong",
                  "tell the wrong programs of a language apart", "ladder of at least two", "names each check with its points",
                  "Every value of every parameter", "No file lies there", "has a reason"):  # fmt: skip
        assert words in " ".join(PAGE.split())
