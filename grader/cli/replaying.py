"""In: a program and a schedule, or a submission and a check; out: that run step by step, up to what was found in it."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.checks import grade
from grader.checks.laboratory import open_laboratory
from grader.cli.check import options_of, submission_of, task_of
from grader.cli.output import Progress, say
from grader.cli.tracing import read_stdin, run_program
from grader.errors import CannotDecide, UsageError
from grader.evidence import load
from grader.explore import parse
from grader.model import Plan
from grader.report import steps, visible

if TYPE_CHECKING:
    from grader.checks.laboratory import Opener

__all__ = ["replay"]


def replay(arguments: Namespace, opener: Opener | None) -> int:
    """Make a run again and tell each step. Raises GraderError."""
    return _of_check(arguments, opener) if arguments.check else _of_program(arguments, opener)


def _of_program(arguments: Namespace, opener: Opener | None) -> int:
    """Any program under a schedule; it stops at the first thing that a rule finds."""
    if not arguments.program:
        raise UsageError(
            "which program?", where="replay", action="add -- PROGRAM ARG..., or --check CHECK and a submission"
        )
    parse(arguments.schedule)
    program = tuple(arguments.program)
    plan = Plan("replay", argv=program[1:], stdin=read_stdin(arguments.stdin), schedule=arguments.schedule)
    with TemporaryDirectory(prefix="grader-") as folder:
        one = Namespace(**{**vars(arguments), "schedules": 1, "preemptions": None})
        seen, _ = run_program(program[0], plan, folder, one, opener or open_laboratory)
    until = min((max(finding.events) for finding in seen.findings), default=0)
    say("".join(f"{visible(line)}\n" for line in steps(seen.first, until)), sys.stdout)
    for finding in seen.findings:
        if max(finding.events) == until:
            say(f"{finding.rule}: {visible(finding.seen)}\n", sys.stdout)
    return 1 if seen.findings else 0 if seen.complete else 3


def _of_check(arguments: Namespace, opener: Opener | None) -> int:
    """The run on which a check of an exercise was decided, up to the last event that its finding cites."""
    arguments.submission = next(iter(arguments.program), None)
    arguments.only = [arguments.check]
    parse(arguments.schedule)
    task = task_of(arguments)
    progress = Progress(sys.stderr)
    with TemporaryDirectory(prefix="grader-") as folder:
        arguments.evidence = folder
        try:
            report = grade(
                task.exercise, submission_of(task), options_of(arguments, task), opener=opener, progress=progress
            )
        finally:
            progress.clear()
        check = next(each for each in report.checks if each.id == arguments.check)
        if check.finding is None or not check.finding.evidence:
            raise CannotDecide(
                f"the check has the outcome `{check.outcome}`, so there is no finding to replay"
                + (f" ({check.note})" if check.note else ""),
                where=arguments.check, action="run `grader check` to see all outcomes",
            )  # fmt: skip
        evidence = load(Path(folder) / Path(check.finding.evidence).name)
        lines = list(steps(evidence, max(check.finding.events)))
    say("".join(f"{visible(line)}\n" for line in lines), sys.stdout)
    say(f"{check.id}: {visible(check.finding.seen)}\n", sys.stdout)
    return 1
