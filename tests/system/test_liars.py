"""Thirteen programs for one task that a grader of standard output cannot tell apart: each verdict, and the reason given first."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from benchmarks.liars.truth import COURSE, EXERCISE, TRUTH, source_of
from grader.exercise import load_expected
from tests.system.outcomes import grader, run, tidy

PROMISED = [name for name, truth in TRUTH.items() if not truth.pending]
PENDING = {"race_rmw": ""}


def first_failed(name: str, folder: Path) -> str:
    """The first check that the program fails, by the whole command; empty if it passes. Nothing may be left of it."""
    words = ["check", str(source_of(name)), "--exercise", EXERCISE, "--course", str(COURSE), "--json", "result.json"]
    ended = run([sys.executable, "-m", "grader.cli", *words], folder)
    checks = json.loads((folder / "result.json").read_text())["checks"]
    failed = [check["id"] for check in checks if check["outcome"] == "fail"]
    assert ended.status == bool(failed), ended.err
    assert tidy(ended, folder)
    return failed[0] if failed else ""


def test_each_program_has_its_truth() -> None:
    """All thirteen are there and the exercise speaks of them; only the one that needs single accesses to memory is pending."""
    expected = load_expected(COURSE / "reference" / EXERCISE)
    wrong = {path.removeprefix("wrong/c/").removesuffix(".c"): failed for path, failed in expected.wrong.items()}

    assert len(TRUTH) == 13
    assert all(source_of(name).is_file() for name in TRUTH)
    assert TRUTH.keys() - set(PROMISED) == PENDING.keys()
    assert all(truth.check in wrong[name] for name, truth in TRUTH.items() if truth.check)


@pytest.mark.long
def test_the_exercise_of_the_comparison_is_without_fault(tmp_path: Path) -> None:
    """Statement, stubs, solutions, right and wrong programs in both languages keep the author's rules."""
    ended = grader(tmp_path, "lint", "--course", str(COURSE))

    assert (ended.status, ended.out.count("\n")) == (0, 1), ended.out
    assert "no fault" in ended.out
    assert tidy(ended, tmp_path)


@pytest.mark.parametrize("name", PROMISED)
def test_a_liar_is_rejected_for_the_right_reason(name: str, tmp_path: Path) -> None:
    """What fails first is the fault that the program is named after; the two right programs pass."""
    assert first_failed(name, tmp_path) == TRUTH[name].check


@pytest.mark.parametrize("name", PENDING)
def test_the_verdict_on_a_pending_program_is_known(name: str, tmp_path: Path) -> None:
    """No schedule shows this fault so far. Whoever makes it show changes this table, and the one in docs/."""
    assert first_failed(name, tmp_path) == PENDING[name]


@pytest.mark.parametrize("name", ["sleep_sync", "toctou_signal"])
def test_the_schedule_that_shows_a_liar_is_a_witness_for_ever(name: str, tmp_path: Path) -> None:
    """The printed command tells that run up to the event cited; stored evidence and pytest give the same result."""
    grading = ["check", str(source_of(name)), "--exercise", EXERCISE, "--course", str(COURSE), "--evidence", "kept"]
    run([sys.executable, "-m", "grader.cli", *grading, "--json", "first.json"], tmp_path)
    first = json.loads((tmp_path / "first.json").read_text())
    (failed,) = [check for check in first["checks"] if check["outcome"] == "fail"]
    program, *words = shlex.split(failed["replay"])
    told = run([sys.executable, "-m", "grader.cli", *words], tmp_path)
    assert (program, told.status) == ("grader", 1)
    assert failed["schedule"] in words
    assert f"here is what was found (event {max(failed['events'])})" in told.out
    assert told.out.partition("here is what was found")[2].count(f"✗ {failed['id']}\n") == 1

    run([sys.executable, "-m", "grader.cli", "recheck", "kept", "--course", str(COURSE), "--json", "r.json"], tmp_path)
    again = json.loads((tmp_path / "r.json").read_text())
    assert {**again, "seconds": 0} == {**first, "seconds": 0}
    assert first["runs"] > first["schedules"] > 1
    assert len(list((tmp_path / "kept").glob("*.jsonl"))) == 2

    exercise = COURSE / "exercises" / EXERCISE
    by_pytest = run([sys.executable, "-m", "pytest", str(exercise), "--submission", str(source_of(name))], tmp_path)
    assert by_pytest.status == 1
    assert f"--check {failed['id']} --run plain --schedule {failed['schedule']}" in by_pytest.out
