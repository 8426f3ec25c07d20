"""The commands around exercises and workspaces: what they write, say and refuse, with nothing run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.batch.lint import Fault, Linted
from grader.cli.linting import linted_text
from grader.exercise import load_workspace, write_skeleton
from tests.support.golden import assert_golden
from tests.unit.cli.commands import command

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one small exercise, in which the person stands."""
    write_skeleton(tmp_path, "one-word")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return tmp_path


# new


def test_new_writes_a_workspace_and_says_what_to_do(desk: Path, capsys: Capture) -> None:
    """Statement, stub and grader.toml of the first language, in a folder called like the exercise."""
    ended = command(capsys, "new", "one-word")

    assert ended.status == 0
    assert sorted(path.name for path in (desk / "one-word").iterdir()) == ["grader.toml", "one_word.py", "statement.md"]
    assert ended.out.splitlines()[2:] == [
        "Then: cd one-word && grader check",
        "Stuck at a check? grader hint CHECK shows one hint at a time.",
    ]


def test_new_draws_the_variant_of_a_seed(desk: Path, capsys: Capture) -> None:
    """Language, seed and folder are the person's choice, and the workspace remembers them."""
    ended = command(capsys, "new", "one-word", "here", "--lang", "c", "--seed", "7")
    workspace = load_workspace(desk / "here")

    assert ended.status == 0
    assert workspace is not None
    assert (workspace.language, workspace.seed) == ("c", "7")
    assert (desk / "here" / "one_word.c").is_file()


def test_new_never_loses_what_a_student_has_written(desk: Path, capsys: Capture) -> None:
    """A changed stub stays unless it is said that it may be replaced."""
    command(capsys, "new", "one-word")
    stub = desk / "one-word" / "one_word.py"
    stub.write_text("mine\n")

    refused = command(capsys, "new", "one-word")
    kept = stub.read_text()
    replaced = command(capsys, "new", "one-word", "--replace")

    assert (refused.status, kept, replaced.status) == (2, "mine\n", 0)
    assert "is already there" in refused.err
    assert stub.read_text() != "mine\n"


@pytest.mark.parametrize(
    "arguments",
    [("new", "nothing"), ("new", "one-word", "--lang", "cobol"), ("new",), ("new", "one-word", "--seed", "a\nb")],
)
def test_new_refuses_what_it_cannot_make(arguments: tuple[str, ...], desk: Path, capsys: Capture) -> None:
    """An unknown exercise or language, no exercise, a seed of two lines: status 2, one line, nothing written."""
    ended = command(capsys, *arguments)

    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert not (desk / "one-word").exists()


# new-exercise


def test_new_exercise_writes_a_skeleton_into_the_course(desk: Path, capsys: Capture) -> None:
    """The files, and what to do with them."""
    ended = command(capsys, "new-exercise", "two-words")

    assert ended.status == 0
    assert (desk / "exercises" / "two-words" / "test_two_words.py").is_file()
    assert_golden("author/new-exercise.txt", ended.out.replace(str(desk), "COURSE"))


def test_new_exercise_begins_a_course_of_ones_own(tmp_path: Path, capsys: Capture) -> None:
    """A folder that is named is made into a course."""
    ended = command(capsys, "new-exercise", "two-words", "--course", str(tmp_path / "mine"))

    assert ended.status == 0
    assert command(capsys, "list", "--course", str(tmp_path / "mine")).out.count("two-words") == 1


@pytest.mark.parametrize("name", ["one-word", "One", "one_word", "../one", ""])
def test_new_exercise_refuses_a_name_that_is_taken_or_none(name: str, desk: Path, capsys: Capture) -> None:
    """Nothing is written over, and nothing outside of the course is written."""
    before = sorted(desk.rglob("*"))

    ended = command(capsys, "new-exercise", name)

    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert sorted(desk.rglob("*")) == before


# hint


@pytest.mark.usefixtures("desk")
def test_hints_are_shown_one_step_at_a_time(capsys: Capture) -> None:
    """Each step ends with the command for the next; the last says that it is the last."""
    told = [
        command(capsys, "hint", "child-is-reaped", "--exercise", "one-word", *more) for more in ((), ("--step", "2"))
    ]

    assert [each.status for each in told] == [0, 0]
    assert_golden("author/hint.txt", "".join(each.out for each in told))


def test_in_a_workspace_a_hint_needs_no_exercise(desk: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """grader.toml says which exercise it is; the name of the function does as well as the id."""
    command(capsys, "new", "one-word")
    monkeypatch.chdir(desk / "one-word")

    ended = command(capsys, "hint", "test_child_is_reaped")

    assert ended.status == 0
    assert ended.out.startswith("child-is-reaped, hint 1 of 2\n")
    assert "grader hint child-is-reaped --step 2" in ended.out


@pytest.mark.usefixtures("desk")
def test_without_a_check_the_ladders_are_listed(capsys: Capture) -> None:
    """For which checks there are hints, and how many."""
    ended = command(capsys, "hint", "--exercise", "one-word")

    assert ended.status == 0
    assert ended.out.splitlines()[:3] == ["prints-the-word  (2)", "word-crosses-a-pipe  (2)", "child-is-reaped  (2)"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hint", "nothing", "--exercise", "one-word"), "choose from: prints-the-word"),
        (("hint", "child-is-reaped", "--exercise", "one-word", "--step", "3"), "has the steps 1 to 2"),
        (("hint", "child-is-reaped", "--exercise", "one-word", "--step", "0"), "has the steps 1 to 2"),
        (("hint", "child-is-reaped"), "add --exercise with one of: one-word"),
        (("hint", "child-is-reaped", "--exercise", "nothing"), "choose one of: one-word"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_hint_that_is_not_there_is_refused(arguments: tuple[str, ...], words: str, capsys: Capture) -> None:
    """An unknown check, a step beyond the ladder, no exercise: status 2, and what there is."""
    ended = command(capsys, *arguments)

    assert ended.status == 2
    assert words in ended.err


# matrix and lint, without a run


@pytest.mark.usefixtures("desk")
def test_the_matrix_is_read_from_what_the_author_expects(capsys: Capture) -> None:
    """As text, as JSON, as Markdown; nothing is run."""
    text, fields, table = (command(capsys, "matrix", "one-word", *form) for form in ((), ("--json",), ("--markdown",)))

    assert (text.status, fields.status, table.status) == (0, 0, 0)
    assert "3 checks × 6 wrong programs" in text.out
    assert json.loads(fields.out)["exercise"] == "one-word"
    assert table.out.startswith("| wrong program | `prints-the-word` |")


@pytest.mark.usefixtures("desk")
def test_lint_without_running_says_so(capsys: Capture) -> None:
    """A clean exercise takes one line."""
    ended = command(capsys, "lint", "--fast")

    assert (ended.status, ended.out) == (0, "✓ one-word: 3 checks, no program was run, no fault\n")


def test_lint_ends_with_status_1_for_a_fault(desk: Path, capsys: Capture) -> None:
    """The faults stand on lines of their own, and the exercise is named once more."""
    (desk / "exercises" / "one-word" / "notes.txt").write_text("x")

    ended = command(capsys, "lint", "one-word", "--fast")

    assert ended.status == 1
    assert ended.out.splitlines()[0].startswith("exercises/one-word/notes.txt:1: nothing uses this file; ")
    assert ended.out.splitlines()[1] == "✗ one-word: 1 fault"


@pytest.mark.parametrize("arguments", [("lint", "nothing"), ("matrix", "nothing"), ("lint", "--course", "nowhere")])
@pytest.mark.usefixtures("desk")
def test_an_unknown_exercise_is_wrong_usage(arguments: tuple[str, ...], capsys: Capture) -> None:
    """Status 2 and the exercises that there are."""
    ended = command(capsys, *arguments)

    assert (ended.status, ended.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("arguments", [("lint", "--fast"), ("matrix", "one-word")])
def test_a_course_for_students_has_nothing_to_lint(arguments: tuple[str, ...], desk: Path, capsys: Capture) -> None:
    """Without reference/ there are no programs to judge: status 2."""
    (desk / "reference").rename(desk / "elsewhere")

    ended = command(capsys, *arguments)

    assert ended.status == 2
    assert "this course has no reference/" in ended.err


def test_what_could_not_be_graded_is_told_apart_from_faults() -> None:
    """A doubt is no fault of the author: it is named with its reason, and hostile bytes are shown, not obeyed."""
    doubtful = Linted("one-word", (), ("right/c/x.c.j2: no \x1b[31mbox",), 3, 12)
    both = Linted("one-word", (Fault("a:1", "b", "c"),), ("right/c/x.c.j2: no box",), 3, 12)

    assert linted_text(doubtful) == (
        "one-word: not graded: right/c/x.c.j2: no \\x1b[31mbox\n✗ one-word: 1 program not graded\n"
    )
    assert linted_text(both).splitlines()[-1] == "✗ one-word: 1 fault, 1 program not graded"
    assert linted_text(Linted("one-word", (), (), 1, 1)) == "✓ one-word: 1 check, 1 grading, no fault\n"


# check, for an author


def test_check_renders_a_template_of_the_reference(desk: Path, capsys: Capture) -> None:
    """An author grades a reference program as it lies; what cannot be rendered is named with its line."""
    program = "reference/one-word/solution.c.j2"
    graded = command(capsys, "check", program, "--exercise", "one-word", "--json", "result.json")
    (desk / program).write_text("{{ nothing }}")
    refused = command(capsys, "check", program, "--exercise", "one-word")

    assert graded.status == 1  # the laboratory of this test shows nothing on standard output
    assert json.loads((desk / "result.json").read_text())["language"] == "c"
    assert (refused.status, "solution.c.j2:1" in refused.err) == (2, True)
