"""Where namespaces are denied (rung C) the same programs get the same verdicts as in the best box."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.checks import Options, grade
from grader.exercise import draw, find_course, load_expected, read_reference
from grader.model import Report

COURSE = find_course(str(Path(__file__).parents[2]))
WEAKEST = Options(rung="C", budget="small")
TOUCHY = ("sigint-cleanup", "shm-producer-consumer")  # their programs leave names, by paths and on the whole machine
SOLUTIONS = [(name, f"solution.{suffix}.j2") for name in COURSE.ids for suffix in ("c", "py")]
OTHERS = [(name, program) for name in TOUCHY for program in load_expected(Path(COURSE.reference, name)).right]
RIGHT = [
    pytest.param(*each, marks=() if each in SOLUTIONS and each[0] in TOUCHY else pytest.mark.long)
    for each in (*SOLUTIONS, *OTHERS)
]
WRONG = [
    ("pipe-one-way", "wrong/c/keeps_write_end.c.j2"),
    ("pipe-ping-pong", "wrong/python/no_wait.py.j2"),
    ("sigint-cleanup", "wrong/python/never_removes_lock.py.j2"),
    ("shm-producer-consumer", "wrong/c/segment_left.c.j2"),
]


def graded(name: str, program: str) -> Report:
    """The report on a reference program, graded at rung C."""
    exercise = COURSE.exercise(name)
    return grade(exercise, read_reference(draw(exercise, ""), Path(COURSE.reference, name, program)), WEAKEST)


def failed(report: Report) -> set[str]:
    """The checks that failed."""
    return {check.id for check in report.checks if check.outcome == "fail"}


@pytest.mark.parametrize(("name", "program"), RIGHT)
def test_a_right_program_passes(name: str, program: str) -> None:
    """Also one that names its files by absolute paths: the folder is the machine's, evidence has it by its usual name."""
    report = graded(name, program)

    assert (report.verdict, report.rung) == ("passed", "C"), [str(check) for check in report.checks]


@pytest.mark.parametrize(("name", "program"), WRONG)
def test_a_wrong_program_fails_as_elsewhere(name: str, program: str) -> None:
    """The facts do not depend on the box."""
    expected = load_expected(Path(COURSE.reference, name)).wrong[program]

    assert failed(graded(name, program)) == set(expected)


def test_programs_that_choose_the_same_names_do_not_meet() -> None:
    """/dev/shm is the machine's at rung C, so two supervisors run their programs in turn."""
    folder = Path(COURSE.reference, "shm-producer-consumer")
    command = [sys.executable, "-m", "grader", "check", "--exercise", folder.name, "--rung", "C", "--json", "-"]
    programs = [folder / "solution.c.j2", folder / "wrong/c/segment_left.c.j2"] * 2

    gradings = [subprocess.Popen([*command, str(each)], stdout=subprocess.PIPE) for each in programs]
    results = [json.loads(grading.communicate()[0]) for grading in gradings]

    found = [{check["id"] for check in result["checks"] if check["outcome"] == "fail"} for result in results]
    assert found == [set(), {"leaves-nothing", "signal-leaves-nothing"}] * 2
