"""Whose variant is meant, and handing variants out: what the commands write, say and refuse, with nothing run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from grader.exercise import Secret, load_workspace, write_skeleton
from tests.support.golden import assert_golden
from tests.unit.checks.fakes import PLANS, write_exercise
from tests.unit.cli.commands import HOLDS, Ended, command

Capture = pytest.CaptureFixture[str]
KEY = b"correct horse battery staple"
ROSTER = 'id;name;email\nada;"Lovelace; Ada";ada@school.example\nbob;Bob;\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with two exercises, a roster and a secret, in which the instructor stands."""
    write_skeleton(tmp_path, "one-word")
    write_exercise(tmp_path, PLANS + HOLDS)
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "secret").write_bytes(KEY + b"\n")
    (tmp_path / "secret").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return tmp_path


def for_student(capsys: Capture, *words: str, student: str = "ada", file: str = "secret") -> Ended:
    """A command for a student's variant."""
    return command(capsys, *words, "--student", student, "--secret-file", file)


def hand_out(capsys: Capture, *more: str, roster: str = "roster.csv", out: str = "out") -> Ended:
    """Hand the small exercise out."""
    return command(capsys, "variants", "one-word", "--roster", roster, "--secret-file", "secret", "--out", out, *more)


# new


def test_new_writes_the_variant_of_a_student(desk: Path, capsys: Capture) -> None:
    """Id and seed stand in grader.toml; the secret does not, nor in what is printed."""
    ended = for_student(capsys, "new", "one-word", "here")
    workspace = load_workspace(desk / "here")

    assert (ended.status, ended.err) == (0, "")
    assert workspace is not None
    assert (workspace.student, workspace.seed) == ("ada", Secret(KEY).seed("one-word", "ada"))
    assert not any(b"horse" in path.read_bytes() for path in (desk / "here").iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--student", "ada"), "--student: a student was given, and no secret; add --secret-file F"),
        (("--secret-file", "secret"), "--secret-file: a secret was given, and no student; add --student S"),
        (("--student", "ada", "--secret-file", "secret", "--seed", "7"), "--seed: a seed and a student were given"),
        (("--student", "../x", "--secret-file", "secret"), "--student: the id '../x' holds '/'"),
        (("--student", "ada", "--secret-file", "absent"), "absent: there is no such file; make one: (umask 077; "),
        (("--student", "ada", "--secret-file", "roster.csv"), "roster.csv: everybody may read it (mode 0644)"),
        (("--student", "ada", "--secret-file", "here/secret"), "here/secret: the secret lies in the folder of the workspace"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("desk")
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...], said: str, capsys: Capture) -> None:
    """Status 2, one line, nothing written."""
    Path("roster.csv").chmod(0o644)

    ended = command(capsys, "new", "one-word", "here", *words)

    assert ended.status == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert not Path("here").exists()


# check


def workspace(folder: Path, seed: str, student: str = "") -> str:
    """A workspace with a program in it; its folder."""
    folder.mkdir()
    (folder / "prog.c").write_text("int main(void) { return 0; }\n")
    text = f'exercise = "one-pipe"\nversion = 1\nlanguage = "c"\nseed = "{seed}"\n'
    (folder / "grader.toml").write_text(text + (f'student = "{student}"\n' if student else ""))
    return folder.name


def test_check_grades_the_variant_of_a_student(desk: Path, capsys: Capture) -> None:
    """In their own workspace with and without the secret, and a program that lies anywhere with it."""
    seed = Secret(KEY).seed("one-pipe", "ada")
    own = workspace(desk / "own", seed, "ada")

    told = [
        command(capsys, "check", own),
        for_student(capsys, "check", own),
        for_student(capsys, "check", f"{own}/prog.c", "--lang", "c"),
    ]

    assert [(ended.status, ended.err) for ended in told] == [(0, "")] * 3
    assert all(ended.out.startswith(f"one-pipe · c · seed {seed} · ") for ended in told)


def test_a_report_repeats_itself_without_the_secret(desk: Path, capsys: Capture) -> None:
    """Who reads it may be the student: it names the seed, neither the secret nor where it lies."""
    write_exercise(desk, PLANS + HOLDS.replace("exit_status == 0", "exit_status == 7"), "other-pipe")
    (desk / "prog.c").write_text("int main(void) { return 0; }\n")

    ended = for_student(capsys, "check", "prog.c", "--exercise", "other-pipe")

    assert ended.status == 1
    assert f"prog.c --exercise other-pipe --seed {Secret(KEY).seed('other-pipe', 'ada')} --only it-exits" in ended.out
    assert "secret" not in ended.out


def told(desk: Path, capsys: Capture) -> dict[str, Ended]:
    """Every way in which grader.toml and the command line can speak of different variants."""
    ada = Secret(KEY).seed("one-pipe", "ada")
    (desk / "other-secret").write_bytes(KEY + b"!")
    (desk / "other-secret").chmod(0o600)
    return {
        "another student": for_student(capsys, "check", workspace(desk / "of-bob", "5" * 32, "bob")),
        "another secret": for_student(capsys, "check", workspace(desk / "a", ada, "ada"), file="other-secret"),
        "an edited seed": for_student(capsys, "check", workspace(desk / "edited", "9" * 32, "ada")),
        "an edited student": for_student(capsys, "check", workspace(desk / "renamed", ada, "bob")),
        "a seed of nobody": for_student(capsys, "check", workspace(desk / "drawn", "7")),
        "the default variant": for_student(capsys, "check", workspace(desk / "default", "")),
        "a file beside it": for_student(capsys, "check", "of-bob/prog.c"),
        "a typed seed": command(capsys, "check", "of-bob", "--seed", "7"),
        "a typed seed where none was": command(capsys, "check", "default", "--seed", "7"),
    }


def test_a_program_of_another_variant_is_said_to_be_one(desk: Path, capsys: Capture) -> None:
    """What was found, why it matters, what to do. A student's variant is not judged by another's; a typed seed is obeyed."""
    found = told(desk, capsys)

    assert {name: ended.status for name, ended in found.items() if ended.status != 2} == {
        "a typed seed": 0, "a typed seed where none was": 0,
    }  # fmt: skip
    assert all(ended.out == "" for ended in found.values() if ended.status == 2)
    assert_golden("variants/another.txt", "".join(f"# {name}\n{ended.err}\n" for name, ended in found.items()))


def test_the_typed_seed_of_a_workspace_needs_no_note(desk: Path, capsys: Capture) -> None:
    """It says nothing new."""
    ended = command(capsys, "check", workspace(desk / "drawn", "7"), "--seed", "7")

    assert (ended.status, ended.err) == (0, "")


# variants


def test_variants_writes_a_folder_a_student(desk: Path, capsys: Capture) -> None:
    """And an index, which names seed and parameters."""
    ended = hand_out(capsys)

    assert (ended.status, ended.err) == (0, "")
    assert sorted(path.name for path in (desk / "out").iterdir()) == ["ada", "bob", "index.csv"]
    with (desk / "out" / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["seed"] for row in rows] == [Secret(KEY).seed("one-word", name) for name in ("ada", "bob")]
    assert all((desk / "out" / row["folder"] / "grader.toml").read_text().count(row["seed"]) == 1 for row in rows)
    assert all(row["word"] in (desk / "out" / row["folder"] / "one_word.py").read_text() for row in rows)


def test_the_words_of_handing_out_are_the_approved_ones(desk: Path, capsys: Capture) -> None:
    """What the instructor reads, and what a student's settings and the index say."""
    ended = hand_out(capsys, "--lang", "c")

    files = [desk / "out" / "ada" / "grader.toml", desk / "out" / "index.csv"]
    texts = [f"# {path.name}\n{path.read_text()}" for path in files]
    assert_golden("variants/handed-out.txt", "\n".join([ended.out, *texts]))


def test_a_workspace_that_was_handed_out_is_the_one_that_new_writes(desk: Path, capsys: Capture) -> None:
    """Who has lost theirs gets the same again."""
    hand_out(capsys)
    for_student(capsys, "new", "one-word", "again")

    ours = {path.name: path.read_bytes() for path in (desk / "out" / "ada").iterdir()}
    assert {path.name: path.read_bytes() for path in (desk / "again").iterdir()} == ours


def test_faults_of_a_roster_are_all_told_and_nothing_is_written(desk: Path, capsys: Capture) -> None:
    """One line each, with the line of the file."""
    (desk / "roster.csv").write_text("id,name\n../x,A\nada,B\n,C\nADA,D\nada,E\nbob,F\x07\nx,y,z\n-rf,G\n")

    ended = hand_out(capsys)

    assert (ended.status, ended.out) == (2, "")
    assert not (desk / "out").exists()
    assert_golden("variants/roster.txt", ended.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lang", "cobol"), "one-word: cannot be solved in 'cobol'"),
        (("--roster", "absent.csv"), "absent.csv: cannot be read"),
        (("--id-column", "mat"), "roster.csv:1: there is no column 'mat'; there are: 'id', 'name', 'email'"),
        (("--secret-file", "roster.csv"), "roster.csv: everybody may read it"),
        (("--proofs", "proofs"), "--proofs: proofs are made by --verify alone; add --verify"),
        (("--out", "exercises"), "exercises: is already there; name a new folder"),
        (("--out", "secret/out"), "secret/out: cannot be written"),
    ],
)
def test_variants_refuses_what_it_cannot_hand_out(
    words: tuple[str, ...], said: str, desk: Path, capsys: Capture
) -> None:
    """Status 2, one line, and the folder is as before."""
    (desk / "roster.csv").chmod(0o644)
    before = sorted(desk.rglob("*"))

    ended = hand_out(capsys, *words)

    assert ended.status == 2
    assert ended.err.startswith(f"grader: {said}")
    assert sorted(desk.rglob("*")) == before


def test_variants_are_proved_only_where_the_reference_is(desk: Path, capsys: Capture) -> None:
    """An installed course has none: a proof cannot be pretended."""
    (desk / "reference").rename(desk / "elsewhere")

    ended = hand_out(capsys, "--verify")

    assert ended.status == 2
    assert "has no reference/ to prove variants by" in ended.err
    assert not (desk / "out").exists()


@pytest.mark.parametrize("words", [("--variants", "-1"), ("--variants", "3", "--fast"), ("--variants", "many")])
@pytest.mark.usefixtures("desk")
def test_lint_refuses_a_number_of_variants_that_is_none(words: tuple[str, ...], capsys: Capture) -> None:
    """Nor can variants be proved without running programs."""
    ended = command(capsys, "lint", "one-word", *words)

    assert ended.status == 2
    assert "--variants" in ended.err
