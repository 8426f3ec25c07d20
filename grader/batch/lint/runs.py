"""In: what came of an exercise's programs; out: those that are not judged as their author says, purely."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from grader.batch.job import Graded
from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault, called
from grader.errors import UsageError
from grader.exercise import EXTENSIONS, draw, expected_in
from grader.model import CheckResult

__all__ = ["run_faults"]

CRASHES = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT")
LOOK = "run `{command}` and mend the program, the check or this line"


def run_faults(desk: Desk, graded: Graded) -> Iterator[Fault]:
    """What is wrong with one program, in the variant in which it was graded; nothing if its grading is in doubt."""
    if graded.usage:
        yield desk.fault(UsageError(graded.fault, where=graded.where, action=graded.action))
    if graded.doubt or graded.report is None:
        return
    judges = {"stub": _stub, "solution": _right, "right": _right, "wrong": _wrong, "pending": _pending}
    yield from judges[graded.job.role](desk, graded)


def _stub(desk: Desk, graded: Graded) -> Iterator[Fault]:
    """A stub compiles, runs without falling over, and has not the points of a program."""
    report = graded.report
    assert report is not None
    where = desk.at(desk.folder / f"stub{EXTENSIONS[graded.job.language][0]}.j2")
    within = _within(graded)
    if report.build_output:
        first = next((line for line in report.build_output.splitlines() if "error" in line), report.build_output)
        yield Fault(where, f"the stub does not build{within}: {first.strip()}", "make it compile as it stands")
        return
    if report.verdict != "failed":
        yield Fault(where, f"the stub passes{within}: there is nothing to do", "take out what the student is to write")
    for run in graded.runs:
        if run.signal in CRASHES or "Error" in run.words:
            what = run.words if run.outcome == "exited" else f"killed by {run.signal}"
            yield Fault(where, f"the stub falls over in the run '{run.plan}'{within}: {what}", "let it run to its end")
            return


def _right(desk: Desk, graded: Graded) -> Iterator[Fault]:
    """A right program passes every check, advice too."""
    report = graded.report
    assert report is not None
    if report.build_output:
        yield Fault(_place(desk, graded), f"{graded.job.name} does not build{_within(graded)}", "make it compile")
    for check in report.checks:
        if check.outcome == "fail":
            fault = f"{graded.job.name} fails '{check.id}'{_within(graded)}: {_seen(check)}"
            yield Fault(_place(desk, graded), fault, _look(desk, graded, check.id))


def _wrong(desk: Desk, graded: Graded) -> Iterator[Fault]:
    """A wrong program fails exactly what expected.yaml says; in another variant that is graded loosely, something."""
    report = graded.report
    assert report is not None
    if report.build_output:
        fault = f"{graded.job.name} does not build{_within(graded)}"
        yield Fault(_place(desk, graded), fault, "a wrong program compiles and misbehaves")
        return
    if graded.job.seed and not graded.failed:
        fault = f"{graded.job.name} passes{_within(graded)}"
        action = "let the bug show in every variant, or the checks see it, or exclude this variant by a constraint"
        yield Fault(_place(desk, graded), fault, action)
        return
    if graded.job.seed and not graded.job.exact:
        return
    try:
        expected = expected_in(desk.expected, draw(desk.exercise, graded.job.seed or None), graded.job.path)
    except UsageError as error:
        yield desk.fault(error)
        return
    if graded.failed == expected:
        return
    unproved = [check for check in report.checks if check.outcome == "fail" and check.id not in expected]
    details = "".join(f" ({check.id}: {_seen(check)})" for check in unproved[:1])
    fault = f"{graded.job.name} fails {_names(graded.failed)}{_within(graded)}, and not {_names(expected)}{details}"
    yield Fault(_place(desk, graded), fault, _look(desk, graded, ""))


def _pending(desk: Desk, graded: Graded) -> Iterator[Fault]:
    """What is pending passes: the plans cannot tell it from a right program. Once they can, it is an ordinary wrong one."""
    if graded.failed:
        fault = f"{graded.job.name} is pending, but fails {_names(graded.failed)}{_within(graded)}"
        yield Fault(_place(desk, graded), fault, "list it under 'wrong' with these checks")


def _place(desk: Desk, graded: Graded) -> str:
    job = graded.job
    return desk.at(desk.reference / job.path) if job.role == "solution" else desk.expects(job.path)


def _within(graded: Graded) -> str:
    return f" with seed {graded.job.seed}" if graded.job.seed else ""


def _names(ids: frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "nothing"


def _seen(check: CheckResult) -> str:
    return check.finding.seen if check.finding else check.note


def _look(desk: Desk, graded: Graded, check: str) -> str:
    """The command that shows the author the whole report."""
    job = graded.job
    path = shlex.quote(called(desk.reference / job.path, desk.here))
    course = "" if desk.here.is_relative_to(desk.course.folder) else f" --course {shlex.quote(desk.course.folder)}"
    options = (f" --seed {job.seed}" if job.seed else "") + (f" --only {check}" if check else "")
    return LOOK.format(command=f"grader check {path} --exercise {job.exercise}{course}{options}")
