"""The doctor tries this machine for real: box, tracer, compiler, interpreter; and it says so when one of them fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.diagnosis import able, diagnosis_text, findings
from grader.cli.doctor import examine
from tests.system.outcomes import grader, tidy


def test_a_machine_that_runs_these_tests_can_grade() -> None:
    """A program, a C program and a Python program were run, and their records are whole."""
    facts = examine()

    assert able(tuple(findings(facts)))
    assert {kind: isinstance(result, int) for kind, result in facts.trials.items()} == dict.fromkeys(
        ("any", "c", "python"), True
    )


def test_the_doctor_leaves_nothing(tmp_path: Path) -> None:
    """Status 0, the rung on a line of its own, and no process or file of it stays."""
    ended = grader(tmp_path, "doctor")

    assert ended.status == 0
    assert "box        rung " in ended.out
    assert tidy(ended, tmp_path)


def test_without_namespaces_the_doctor_says_why_the_rung_is_low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rung C is told with its reasons; it still can grade."""
    monkeypatch.setenv("GRADER_DENY_NAMESPACES", "1")

    facts = examine()
    found = tuple(findings(facts))

    assert facts.rung == "C"
    assert able(found)
    assert any("rung C" in each.found for each in found)
    assert all(isinstance(result, int) for result in facts.trials.values())


def test_without_bubblewrap_the_doctor_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on PATH: rung C still grades both languages; what to install is said once, and nobody is sent to the doctor again."""
    monkeypatch.setenv("PATH", str(tmp_path))

    facts = examine()
    told = diagnosis_text(tuple(findings(facts)))

    assert (facts.rung, facts.programs["bwrap"]) == ("C", "")
    assert all(isinstance(result, int) for result in facts.trials.values())
    assert "→ apt-get install bubblewrap" in told
    assert "user namespaces" not in told
    assert "grader doctor" not in told


def test_without_an_interpreter_that_starts_the_doctor_does_not_say_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A trial that ends otherwise than it should is a line with a cross, and status 3 follows from it."""
    monkeypatch.setattr("grader.cli.doctor.SOURCES", {"python": ("trial.py", b"raise SystemExit(1)\n")})

    facts = examine()

    assert facts.trials["python"] == "it ended otherwise than it should: exited 1"
    assert not able(tuple(findings(facts)))
