"""What `grader trace` prints and writes, and how it ends; the laboratory is a fake."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import BuildFailed
from grader.model import Event, Plan, Residue
from tests.unit.checks.fakes import PLANS, FakeLab, evidence
from tests.unit.cli.commands import FAULTY, command


def test_tracebacks_of_an_exercise_are_shown_when_asked_for(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A student never sees them; an author asks with --verbose."""
    course.joinpath("exercises/one-pipe/test_one_pipe.py").write_text(PLANS + FAULTY)
    arguments = ("check", "prog.c", "--exercise", "one-pipe")

    plain, verbose = command(capsys, *arguments), command(capsys, *arguments, "--verbose")

    assert (plain.status, plain.err) == (3, "")
    assert "AssertionError" in verbose.err
    assert "_pytest" not in verbose.err


@pytest.mark.usefixtures("course")
def test_a_trace_that_finds_nothing_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """Any command on PATH can be traced; the story and the judgement are printed."""
    ended = command(capsys, "trace", "--", "sh", "-c", "exit 0")

    assert (ended.status, ended.err) == (0, "")
    assert "sh -c 'exit 0'" in ended.out
    assert "no rule found a fault" in ended.out


def test_a_trace_with_findings_ends_with_one(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And writes them as JSON where asked to."""
    left = FakeLab(serve=leaving)  # type: ignore[arg-type]

    ended = command(capsys, "trace", "--json", "t.json", "--evidence", "kept", "--", "sh", lab=left)

    findings = json.loads(course.joinpath("t.json").read_text())["findings"]
    assert (ended.status, [finding["rule"] for finding in findings], left.folder) == (1, ["residue"], "kept")
    assert "✗ residue" in ended.out


def leaving(plan: Plan) -> object:
    """A run that leaves a queue behind."""
    run = evidence(plan)
    left = Event(5, "P0", "left", args={"type": "queue", "name": "/q"})
    return replace(run, events=(*run.events, left), end=replace(run.end, residue=(Residue("queue", "/q"),)))


@pytest.mark.parametrize("end", [{"complete": False, "lost": ("gone",)}, {"outcome": "limit", "limit": "wall"}])
@pytest.mark.usefixtures("course")
def test_a_trace_that_proves_nothing_ends_with_three(
    capsys: pytest.CaptureFixture[str], end: dict[str, object]
) -> None:
    """Incomplete evidence, or a run that only the clock ended."""
    ended = command(capsys, "trace", "--", "sh", lab=FakeLab(serve=lambda plan: evidence(plan, b"", **end)))

    assert ended.status == 3
    assert "incomplete" in ended.out


@pytest.mark.usefixtures("course")
def test_a_trace_of_a_program_that_does_not_build_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """There is no program to trace; the compiler's words say why."""
    lab = FakeLab(build_fault=BuildFailed("prog.c:1: error: no"))

    ended = command(capsys, "trace", "--", "prog.c", lab=lab)

    assert (ended.status, ended.out) == (2, "")
    assert "prog.c:1: error: no" in ended.err


def test_what_a_traced_program_reads_can_be_given(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--stdin FILE`, and the arguments after the program are its own."""
    plans: list[Plan] = []

    def serve(plan: Plan) -> object:
        plans.append(plan)
        return evidence(plan)

    command(capsys, "trace", "--stdin", "prog.c", "--", "cat", "-n", "--json", lab=FakeLab(serve=serve))  # type: ignore[arg-type]

    assert (plans[0].argv, plans[0].stdin) == (("-n", "--json"), course.joinpath("prog.c").read_bytes())
