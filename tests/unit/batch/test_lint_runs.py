"""Each rule of `grader lint` about runs: how a program was judged goes in, and the fault comes out, purely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import Graded, Job, RunEnd
from grader.batch.lint import Desk, run_faults, sit_down
from grader.exercise import load_course
from tests.unit.batch.courses import planted
from tests.unit.batch.reports import CHECKS, graded, job

ADDS, WAITS = "wrong/c/adds_a_mark.c.j2", "wrong/c/no_wait.c.j2"
STUB = job("stub", "")
CRASH = RunEnd("plain", "signalled", None, "SIGSEGV", "")
TRACEBACK = RunEnd("plain", "exited", 1, "", "NameError: name 'pipe' is not defined")


def strictly(job: Job) -> Job:
    """A job of `grader lint --variants`."""
    return replace(job, exact=True)


CASES: dict[str, tuple[Graded, str]] = {
    "a right program fails": (
        graded(job("right", "right/c/streams.c.j2"), "child-is-reaped"),
        ("reference/one-word/expected.yaml:6: right/c/streams.c.j2 fails 'child-is-reaped': P0 said nothing; run `grader check "
         "reference/one-word/right/c/streams.c.j2 --exercise one-word --only child-is-reaped` and mend the program, the check "
         "or this line")),
    "the model solution fails with a seed": (
        graded(job("solution", "solution.c.j2", "7"), "child-is-reaped"),
        ("reference/one-word/solution.c.j2:1: solution.c.j2 fails 'child-is-reaped' with seed 7: P0 said nothing; run `grader "
         "check reference/one-word/solution.c.j2 --exercise one-word --seed 7 --only child-is-reaped` and mend the program, "
         "the check or this line")),
    "a right program does not build": (
        graded(job("right", "right/c/streams.c.j2"), build_output="x.c:1: error: no"),
        "reference/one-word/expected.yaml:6: right/c/streams.c.j2 does not build; make it compile"),
    "a wrong program passes": (
        graded(job("wrong", ADDS)),
        (f"reference/one-word/expected.yaml:10: {ADDS} fails nothing, and not prints-the-word; run `grader check "
         f"reference/one-word/{ADDS} --exercise one-word` and mend the program, the check or this line")),
    "a wrong program fails more": (
        graded(job("wrong", ADDS), "prints-the-word", "child-is-reaped"),
        (f"reference/one-word/expected.yaml:10: {ADDS} fails child-is-reaped, prints-the-word, and not prints-the-word "
         f"(child-is-reaped: P0 said nothing); run `grader check reference/one-word/{ADDS} --exercise one-word` and mend the "
         "program, the check or this line")),
    "a wrong program does not build": (
        graded(job("wrong", ADDS), build_output="x.c:1: error: no"),
        f"reference/one-word/expected.yaml:10: {ADDS} does not build; a wrong program compiles and misbehaves"),
    "a wrong program passes in another variant": (
        graded(job("wrong", ADDS, "7")),
        (f"reference/one-word/expected.yaml:10: {ADDS} passes with seed 7; let the bug show in every variant, or the checks see "
         "it, or exclude this variant by a constraint")),
    "a wrong program passes in a variant that is proved": (
        graded(strictly(job("wrong", ADDS, "set:word=ahoy"))),
        (f"reference/one-word/expected.yaml:10: {ADDS} passes with seed set:word=ahoy; let the bug show in every variant, or the "
         "checks see it, or exclude this variant by a constraint")),
    "a wrong program fails otherwise in a variant that is proved": (
        graded(strictly(job("wrong", ADDS, "7")), "child-is-reaped"),
        (f"reference/one-word/expected.yaml:10: {ADDS} fails child-is-reaped with seed 7, and not prints-the-word "
         f"(child-is-reaped: P0 said nothing); run `grader check reference/one-word/{ADDS} --exercise one-word --seed 7` and mend "
         "the program, the check or this line")),
    "a wrong program does not build in another variant": (
        graded(job("wrong", ADDS, "7"), build_output="x.c:1: error: no"),
        f"reference/one-word/expected.yaml:10: {ADDS} does not build with seed 7; a wrong program compiles and misbehaves"),
    "a pending program is caught": (
        graded(job("pending", WAITS), "child-is-reaped"),
        (f"reference/one-word/expected.yaml:11: {WAITS} is pending, but fails child-is-reaped; list it under 'wrong' with these "
         "checks")),
    "a stub does not build": (
        graded(STUB, build_output="In function main:\nstub.c:3:1: error: expected ;"),
        "exercises/one-word/stub.c.j2:1: the stub does not build: stub.c:3:1: error: expected ;; make it compile as it stands"),
    "a stub passes": (
        graded(STUB),
        "exercises/one-word/stub.c.j2:1: the stub passes: there is nothing to do; take out what the student is to write"),
    "a stub crashes": (
        graded(STUB, *CHECKS, runs=(CRASH,)),
        "exercises/one-word/stub.c.j2:1: the stub falls over in the run 'plain': killed by SIGSEGV; let it run to its end"),
    "a stub raises": (
        graded(STUB, *CHECKS, runs=(TRACEBACK,)),
        ("exercises/one-word/stub.c.j2:1: the stub falls over in the run 'plain': NameError: name 'pipe' is not defined; let it "
         "run to its end")),
}  # fmt: skip

SPARED: dict[str, Graded] = {
    "a right program that passes": graded(job("right", "right/c/streams.c.j2")),
    "a wrong one that fails as it should": graded(job("wrong", ADDS), "prints-the-word"),
    "a wrong one that fails as it should in a variant that is proved": graded(
        strictly(job("wrong", ADDS, "7")), "prints-the-word"
    ),
    "a wrong one that fails otherwise in another variant": graded(job("wrong", ADDS, "7"), "child-is-reaped"),
    "a pending one that passes": graded(job("pending", WAITS)),
    "a stub that fails": graded(STUB, *CHECKS, runs=(RunEnd("plain", "exited", 0, "", ""),)),
    "one that could not be graded": graded(
        job("right", "right/c/streams.c.j2"), error="child-is-reaped", verdict="not graded"
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """What the author of the small exercise has written."""
    found = sit_down(load_course(planted(tmp_path).root), "one-word")
    assert isinstance(found, Desk)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_program_that_is_judged_otherwise_is_a_fault(name: str, desk: Desk) -> None:
    """The fault names the author's line, what happened, and the command that shows it."""
    result, line = CASES[name]

    assert [str(fault) for fault in run_faults(desk, result)] == [line]


@pytest.mark.parametrize("name", SPARED)
def test_a_program_that_is_judged_as_expected_is_none(name: str, desk: Desk) -> None:
    """Nothing is said of what is as its author says, nor of what could not be graded: that is a doubt."""
    assert list(run_faults(desk, SPARED[name])) == []


def test_a_doubt_names_the_check_that_could_not_be_decided() -> None:
    """A report with an error, and a program without a report, say why nothing can be concluded."""
    each = job("right", "right/c/streams.c.j2")

    assert graded(each, error="child-is-reaped").doubt == "child-is-reaped: the record is incomplete"
    assert Graded(each, None, fault="no box").doubt == "no box"
    assert graded(each, "child-is-reaped").doubt == ""


def test_the_command_that_shows_it_works_from_where_the_author_stands(tmp_path: Path) -> None:
    """Outside of the course it names the course, and the program by its whole path."""
    course = planted(tmp_path / "my course").root
    desk = sit_down(load_course(course), "one-word", Path("/nowhere"))
    assert isinstance(desk, Desk)

    (fault,) = run_faults(desk, graded(job("right", "right/c/streams.c.j2"), "child-is-reaped"))

    program = f"'{course}/reference/one-word/right/c/streams.c.j2'"
    assert f"`grader check {program} --exercise one-word --course '{course}' --only child-is-reaped`" in str(fault)


def test_what_a_program_must_fail_may_depend_on_the_variant(tmp_path: Path) -> None:
    """The set of the condition that holds there, and no other."""
    course = planted(tmp_path)
    course.change(
        course.reference / "expected.yaml",
        "c/adds_a_mark.c.j2: [prints-the-word]",
        "c/adds_a_mark.c.j2: {otherwise: [prints-the-word], \"word == 'ahoy'\": [child-is-reaped]}",
    )
    desk = sit_down(load_course(course.root), "one-word")
    assert isinstance(desk, Desk)

    told = {
        (seed, failed): list(run_faults(desk, graded(strictly(job("wrong", ADDS, seed)), failed)))
        for seed in ("", "set:word=ahoy", "set:word=servus")
        for failed in ("prints-the-word", "child-is-reaped")
    }

    assert {case for case, faults in told.items() if not faults} == {
        ("", "prints-the-word"),
        ("set:word=ahoy", "child-is-reaped"),
        ("set:word=servus", "prints-the-word"),
    }
