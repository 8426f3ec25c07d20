"""What `grader check` and `grader list` print, and how they end; the laboratory is a fake."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from grader.errors import BuildFailed, CannotDecide
from grader.model import Plan
from tests.unit.checks.fakes import PLANS, FakeLab, evidence, write_exercise
from tests.unit.cli.commands import HOLDS, command

WORKSPACE = 'exercise = "one-pipe"\nversion = 1\nlanguage = "c"\nseed = "s1"\n'


def writing(plan: Plan) -> object:
    """A run that wrote something."""
    return evidence(plan, b"x")


@pytest.mark.usefixtures("course")
def test_a_passed_submission_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """Every check passed."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=FakeLab(serve=writing))  # type: ignore[arg-type]

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.endswith("passed: 5 of 5 points\n")


@pytest.mark.usefixtures("course")
def test_a_failed_submission_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """With the finding, and the very command line that repeats it."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", "--seed", "a b")

    assert (ended.status, ended.err) == (1, "")
    assert "  again  grader check prog.c --exercise one-pipe --seed 'a b' --only it-writes\n" in ended.out


@pytest.mark.usefixtures("course")
def test_a_submission_that_does_not_build_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """It is a verdict, with the compiler's words."""
    lab = FakeLab(build_fault=BuildFailed("prog.c:1: error: no"))

    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=lab)

    assert ended.status == 1
    assert "prog.c:1: error: no" in ended.out


@pytest.mark.parametrize(
    ("lab", "words"),
    [
        (FakeLab(build_fault=CannotDecide("no compiler")), "no compiler"),
        (FakeLab(serve=lambda plan: evidence(plan, complete=False)), "record of this run is incomplete"),
    ],
)
@pytest.mark.usefixtures("course")
def test_what_could_not_be_decided_ends_with_three(
    capsys: pytest.CaptureFixture[str], lab: FakeLab, words: str
) -> None:
    """Not graded: no points are lost."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=lab)

    assert ended.status == 3
    assert words in " ".join(ended.out.split())
    assert "this costs no points and is no zero" in ended.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("course")
def test_an_interrupt_leaves_a_report_and_ends_with_three(
    capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """What was decided stands, what was not is named, and the laboratory is closed."""

    def interrupted(plan: Plan) -> object:
        if len(lab.runs) == 2:
            os.kill(os.getpid(), number)
        return evidence(plan, b"x")

    lab = FakeLab(serve=interrupted)  # type: ignore[arg-type]
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=lab)

    assert (ended.status, lab.closed) == (3, 1)
    assert "! the program exits" in ended.out
    assert "reason interrupted" in ended.out
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_result_is_written_where_it_is_asked_for(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the report on the terminal; the file is replaced whole and readable as others are."""
    course.joinpath("result.json").write_text("old")

    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", "--json", "result.json")

    result = json.loads(course.joinpath("result.json").read_text())
    assert (ended.status, result["verdict"], result["score"]) == (1, "failed", 3)
    assert ended.out.endswith("failed: 3 of 5 points\n")
    assert course.joinpath("result.json").stat().st_mode & 0o400
    assert sorted(path.name for path in course.iterdir()) == ["exercises", "prog.c", "result.json"]


@pytest.mark.usefixtures("course")
def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Then standard output is the JSON and nothing else; the report goes to standard error."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", "--json", "-")

    assert json.loads(ended.out)["verdict"] == "failed"
    assert "failed: 3 of 5 points" in ended.err


def test_junit_xml_is_written_beside_the_report(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--junit FILE` changes nothing else."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", "--junit", "junit.xml")

    assert ended.out.endswith("failed: 3 of 5 points\n")
    assert '<testsuite name="one-pipe" ' in course.joinpath("junit.xml").read_text()


@pytest.mark.usefixtures("course")
def test_standard_output_is_given_to_one_form_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Two documents in one stream could be read by nobody: refused before anything is run."""
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", "--json", "-", "--junit", "-")

    assert (ended.status, ended.out) == (2, "")
    assert "--junit: both forms cannot go to standard output" in ended.err


def test_a_workspace_needs_no_argument(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """grader.toml says which exercise, language and seed are meant; the file beside it is the submission."""
    course.joinpath("grader.toml").write_text(WORKSPACE)

    ended = command(capsys, "check", "--only", "it-exits")

    assert ended.status == 0
    assert ended.out.startswith("one-pipe · c · seed s1 · ")


def test_what_is_typed_wins_over_the_workspace(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another seed, or another exercise altogether."""
    course.joinpath("grader.toml").write_text(WORKSPACE)
    write_exercise(course, PLANS + HOLDS, "other-pipe")

    seed = command(capsys, "check", "--seed", "s2")
    other = command(capsys, "check", "prog.c", "--exercise", "other-pipe")

    assert seed.out.startswith("one-pipe · c · seed s2 · ")
    assert other.out.startswith("other-pipe · c · rung")


def test_a_workspace_of_an_older_version_is_said(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The statement in the workspace may no longer be what is judged."""
    course.joinpath("grader.toml").write_text(WORKSPACE.replace("version = 1", "version = 7"))

    ended = command(capsys, "check")

    assert "written for version 7, the exercise is now version 1" in ended.err


def test_a_file_called_after_its_exercise_needs_no_option(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the workspace calls it."""
    course.joinpath("prog.c").rename(course / "one_pipe.c")

    ended = command(capsys, "check", "one_pipe.c")

    assert ended.out.startswith("one-pipe · c · ")


@pytest.mark.usefixtures("course")
def test_a_weaker_box_than_required_ends_with_three(capsys: pytest.CaptureFixture[str]) -> None:
    """And the box that was forced is the one that was opened."""
    lab = FakeLab(rung="C")

    arguments = ("check", "prog.c", "--exercise", "one-pipe", "--rung", "C", "--require-rung", "A")
    ended = command(capsys, *arguments, lab=lab)

    assert (ended.status, lab.forced, lab.runs) == (3, "C", [])
    assert "rung C" in ended.out


def test_exercises_are_listed_for_people_and_programs(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Concepts, difficulty, points, languages; nothing of the exercise is run for it."""
    table, listed = command(capsys, "list"), command(capsys, "list", "--json", "--course", str(course))

    assert table.status == 0
    assert table.out.splitlines()[1].split() == ["one-pipe", "pipe", "1/5", "5", "python,", "c", "One", "pipe"]
    entry = json.loads(listed.out)["exercises"][0]
    assert (entry["id"], entry["points"], entry["languages"]) == ("one-pipe", 5, ["python", "c"])
