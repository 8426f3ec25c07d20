"""A grading that is ended in the middle, by a person or by the machine, leaves what it has decided and nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.golden import assert_golden
from tests.support.watched import await_file, children
from tests.system.outcomes import grader, laid_out, put, tidy

Act = Callable[[subprocess.Popen[bytes]], None]


def during_a_run(folder: Path, act: Act) -> Act:
    """Call `act` when a run is being recorded: its evidence file has been begun, and the program never ends by itself."""
    (folder / "evidence").mkdir()

    def wait_and_act(process: subprocess.Popen[bytes]) -> None:
        await_file(folder / "evidence", ".part")
        act(process)

    return wait_and_act


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """What a terminal does at Ctrl-C: the signal goes to the whole process group."""
    os.killpg(process.pid, signal.SIGINT)


def supervisors(process: subprocess.Popen[bytes]) -> list[int]:
    """The children of a grader: its supervisor."""
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return [int(word) for task in tasks for word in (task / "children").read_text().split()]


@pytest.mark.parametrize("name", ["spins_with_children.c", "sleeps_for_ever.py"])
def test_an_interrupt_leaves_a_report_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Ctrl-C: not graded, status 3, the reason stands in the report and in result.json, and every process is gone."""
    options = ("--exercise", "endless-plan", "--evidence", "evidence", "--json", "result.json")
    ended = grader(tmp_path, "check", put(name, tmp_path), *options, act=during_a_run(tmp_path, interrupt))
    result = json.loads((tmp_path / "result.json").read_text())

    assert ended.status == 3
    assert (result["verdict"], result["reason"]) == ("not graded", "interrupted")
    assert {check["outcome"] for check in result["checks"]} == {"error"}
    assert {path.name for path in (tmp_path / "evidence").iterdir()} <= {"grading.json"}  # no half of a record
    assert tidy(ended, tmp_path)


def test_the_words_after_an_interrupt_are_the_approved_ones(tmp_path: Path) -> None:
    """The student reads that it was interrupted, and that this costs nothing."""
    options = ("--exercise", "endless-plan", "--evidence", "evidence")
    ended = grader(tmp_path, "check", put("spins.c", tmp_path), *options, act=during_a_run(tmp_path, interrupt))

    assert ended.err == ""
    assert_golden("outcomes/interrupted.txt", laid_out(ended.out))


def test_an_interrupted_trace_is_undecided(tmp_path: Path) -> None:
    """Ctrl-C during `grader trace`: one line, status 3, and every process is gone."""
    program = put("spins.c", tmp_path)
    ended = grader(tmp_path, "trace", "--evidence", "evidence", f"./{program}", act=during_a_run(tmp_path, interrupt))

    assert (ended.status, ended.err) == (3, "grader: interrupted\n")
    assert tidy(ended, tmp_path)


@pytest.mark.parametrize("name", ["spins.c", "spins_with_children.c", "sleeps_for_ever.py"])
def test_nothing_runs_on_when_the_grader_is_killed(name: str, tmp_path: Path) -> None:
    """SIGKILL leaves no chance to clean up, and still every process of the supervisor and the box ends by itself."""
    before = children()
    act = during_a_run(tmp_path, subprocess.Popen.kill)
    words = ("check", put(name, tmp_path), "--exercise", "endless-plan", "--evidence", "evidence")
    ended = grader(tmp_path, *words, act=act)

    assert ended.status == -signal.SIGKILL
    assert ended.stayed == ()
    assert children() == before


def test_a_lost_supervisor_is_no_fault_of_the_student(tmp_path: Path) -> None:
    """If the supervisor is killed, the verdict is not graded, status 3, and its tracees are gone with it."""

    def kill_supervisor(process: subprocess.Popen[bytes]) -> None:
        (supervisor,) = supervisors(process)
        os.kill(supervisor, signal.SIGKILL)

    words = ("check", put("spins.c", tmp_path), "--exercise", "endless-plan", "--evidence", "evidence")
    ended = grader(tmp_path, *words, act=during_a_run(tmp_path, kill_supervisor))

    assert ended.status == 3
    assert "not graded" in ended.out
    assert "the tracer's process ended unexpectedly" in ended.out
    assert ended.stayed == ()
