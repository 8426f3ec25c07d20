"""Thirteen programs for one task that a grader of standard output cannot tell apart: each verdict, and the reason given first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.liars.truth import TRUTH
from tests.system.outcomes import run, tidy

LIARS = Path(__file__).parents[2] / "benchmarks" / "liars"
PROMISED = [name for name, truth in TRUTH.items() if not truth.pending]
PENDING = {"sleep_sync": "", "toctou_signal": "hello-crosses", "race_rmw": ""}


def first_failed(name: str, folder: Path) -> str:
    """The first check that the program fails, by the whole command; empty if it passes. Nothing may be left of it."""
    source, course = str(LIARS / "programs" / f"{name}.c"), str(LIARS / "course")
    words = ["check", source, "--exercise", "hand-over-hello", "--course", course, "--json", "result.json"]
    ended = run([sys.executable, "-m", "grader.cli", *words], folder)
    checks = json.loads((folder / "result.json").read_text())["checks"]
    failed = [check["id"] for check in checks if check["outcome"] == "fail"]
    assert ended.status == bool(failed), ended.err
    assert tidy(ended, folder)
    return failed[0] if failed else ""


def test_each_program_has_its_truth() -> None:
    """No program is without an expectation, and only those that need more than one schedule are pending."""
    assert {path.stem for path in (LIARS / "programs").iterdir()} == TRUTH.keys()
    assert TRUTH.keys() - set(PROMISED) == PENDING.keys()


@pytest.mark.parametrize("name", PROMISED)
def test_a_liar_is_rejected_for_the_right_reason(name: str, tmp_path: Path) -> None:
    """What fails first is the fault that the program is named after; the two right programs pass."""
    assert first_failed(name, tmp_path) == TRUTH[name].check


@pytest.mark.parametrize("name", PENDING)
def test_the_verdict_on_a_pending_program_is_known(name: str, tmp_path: Path) -> None:
    """One schedule does not show these faults. Whoever makes it show them changes this table, and the one in docs/."""
    assert first_failed(name, tmp_path) == PENDING[name]
