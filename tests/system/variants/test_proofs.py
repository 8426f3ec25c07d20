"""Variants are proved by grading: a variant in which a wrong program would pass is refused by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.golden import assert_golden
from tests.system.outcomes import grader, tidy
from tests.unit.batch.courses import Planted, planted


@pytest.fixture
def small(tmp_path: Path) -> Planted:
    """A course whose one exercise has few programs: those in C, and of each kind no more than it needs."""
    course = planted(tmp_path / "course")
    course.change(course.exercise / "exercise.yaml", "choices: [hello, ahoy, servus]", "choices: [hello, ahoy]")
    course.change(course.exercise / "exercise.yaml", "languages: [python, c]", "languages: [c]")
    expected = course.reference / "expected.yaml"
    expected.write_text("right: []\nwrong:\n  c/adds_a_mark.c.j2: [prints-the-word]\n")
    for path in (*course.root.rglob("*.py.j2"), *(course.reference / "right" / "c").iterdir()):
        path.unlink()
    for name in ("no_wait", "parent_says_it_itself"):
        (course.reference / "wrong" / "c" / f"{name}.c.j2").unlink()
    return course


@pytest.fixture
def passing(small: Planted) -> Planted:
    """The same, with a wrong program that is right where the word is ahoy."""
    program = small.reference / "wrong/c/adds_a_mark.c.j2"
    small.change(program, 'puts("!");', '{% if word == "hello" %} puts("!"); {% endif %}')
    return small


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Where the instructor stands: a roster of three, a secret under which both words are drawn."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "roster.csv").write_text("id,name,email\nada,Ada,\nbob,Bob,\neve,Eve,\nzoe,Zoe,\n")
    (folder / "secret").write_text("correct horse battery staple\n")
    (folder / "secret").chmod(0o600)
    return folder


def command(course: Planted, here: Path, *words: str) -> tuple[int, str, str]:
    """Run a command; its status and what it said, with nothing left of it."""
    ended = grader(here, *words, "--course", str(course.root))
    assert tidy(ended, here)
    return ended.status, ended.out.replace(str(course.root), "COURSE"), ended.err


def hand_out(course: Planted, here: Path, out: str = "handed") -> tuple[int, str, str]:
    """Hand out what is proved."""
    options = (
        "--roster",
        "roster.csv",
        "--secret-file",
        "secret",
        "--out",
        out,
        "--verify",
        "--proofs",
        "proofs.jsonl",
    )
    return command(course, here, "variants", course.name, *options)


def test_proved_variants_are_handed_out(small: Planted, here: Path) -> None:
    """Each distinct variant is graded once, however many students have it."""
    status, out, err = hand_out(small, here)

    assert (status, err) == (0, "")
    assert (
        out
        == "handed: 4 students, 2 different variants of one-word (c)\nhanded/index.csv says who has which; it is for you alone\n"
    )
    assert (here / "handed" / "zoe" / "one_word.c").is_file()
    assert (here / "proofs.jsonl").read_text().count('"mark"') == 2


def test_a_variant_in_which_a_wrong_program_passes_is_refused_by_name(passing: Planted, here: Path) -> None:
    """With the program, the parameters and the students who would have it; and nothing is handed out."""
    status, out, err = hand_out(passing, here)

    assert status == 1
    assert not (here / "handed").exists()
    assert (here / "proofs.jsonl").read_text().count('"mark"') == 1
    assert_golden("variants/refused.txt", out + err)


def test_a_constraint_excludes_such_a_variant(passing: Planted, here: Path) -> None:
    """What is excluded is never drawn, so there is nothing to refuse."""
    passing.change(passing.exercise / "exercise.yaml", "hints:\n", "constraints:\n  - word != 'ahoy'\nhints:\n")

    status, out, _ = hand_out(passing, here)

    assert status == 0
    assert out.startswith("handed: 4 students, 1 different variant of one-word (c)\n")


@pytest.mark.long
def test_lint_finds_such_a_variant_at_the_limits(passing: Planted, here: Path) -> None:
    """Whatever the seeds draw: each extreme of each parameter is tried."""
    status, out, _ = command(passing, here, "lint", "one-word", "--variants", "1")

    assert status == 1
    assert "wrong/c/adds_a_mark.c.j2 passes with seed set:word=ahoy; let the bug show in every variant" in out


@pytest.mark.long
def test_lint_says_in_how_many_variants_it_looked(tmp_path: Path, here: Path) -> None:
    """The whole small exercise at its limits and under two seeds: nothing is wrong with it in any variant."""
    status, out, _ = command(planted(tmp_path / "whole"), here, "lint", "one-word", "--variants", "2")

    assert (status, out) == (0, "✓ one-word: 3 checks, 36 gradings in 3 variants, no fault\n")
