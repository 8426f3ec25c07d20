"""In: a program and a schedule, or a submission and a check; out: that run step by step, forward and back, up to what was found."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.checks import grade
from grader.checks.laboratory import open_laboratory
from grader.cli.check import options_of, submission_of, task_of
from grader.cli.output import Progress, say
from grader.cli.programs import split
from grader.cli.stepping import Stepper, converse
from grader.cli.tracing import SOURCES, read_stdin, run_program
from grader.errors import CannotDecide, UsageError
from grader.evidence import Evidence, load
from grader.exercise import read_submission
from grader.explore import parse
from grader.model import Exercise, Fault, Finding, Plan, RuleFinding
from grader.report import Halt, Lines, Words, finding_pieces, plain_text, steps, visible

if TYPE_CHECKING:
    from grader.checks.laboratory import Opener

__all__ = ["replay"]


def replay(arguments: Namespace, opener: Opener | None) -> int:
    """Make a run again and tell each step. Raises GraderError."""
    commands = _commands(arguments)
    with ExitStack() as closing:
        folder = arguments.evidence or closing.enter_context(TemporaryDirectory(prefix="grader-"))
        Path(folder).mkdir(parents=True, exist_ok=True)
        of_which = _of_check if arguments.check else _of_program
        evidence, halts, lines, status = of_which(arguments, folder, opener)
    if commands is None and not _on_terminal(arguments):
        say("".join(f"{visible(line)}\n" for line in steps(evidence, halts, lines)), sys.stdout)
    else:
        converse(Stepper(evidence, halts, lines), commands)
    return status


Told = tuple[Evidence, tuple[Halt, ...], Lines, int]
"""A run, what was found in it, the program's source, and the exit status."""


def _on_terminal(arguments: Namespace) -> bool:
    """Whether there is a person to talk to: one who types and sees."""
    return not arguments.whole and arguments.stdin != "-" and sys.stdin.isatty() and sys.stdout.isatty()


def _commands(arguments: Namespace) -> Sequence[str] | None:
    """The script to obey, if one is given. Raises UsageError."""
    if not arguments.commands:
        return None
    if arguments.commands == arguments.stdin == "-":
        raise UsageError(
            "both want standard input", where="--commands", action="name a file for what the program reads"
        )
    return read_stdin(arguments.commands).decode("utf-8", "replace").splitlines()


def _of_program(arguments: Namespace, folder: str, opener: Opener | None) -> Told:
    """Any program under a schedule, with the faults that are asked for; what rules find is where it halts."""
    if not arguments.program:
        raise UsageError(
            "which program?", where="replay", action="add -- PROGRAM ARG..., or --check CHECK and a submission"
        )
    parse(arguments.schedule)
    program = tuple(arguments.program)
    faults = tuple(Fault.read(text) for text in arguments.fault)
    stdin = read_stdin(arguments.stdin)
    name, argv, roots = split(program)
    plan = Plan("replay", argv=argv, stdin=stdin, schedule=arguments.schedule, faults=faults, roots=roots)
    one = Namespace(**{**vars(arguments), "schedules": 1, "preemptions": None})
    seen, _ = run_program(name, plan, folder, one, opener or open_laboratory)
    status = 1 if seen.findings else 0 if seen.complete else 3
    return seen.first, tuple(map(_halt, seen.findings)), _lines_of(name), status


def _of_check(arguments: Namespace, folder: str, opener: Opener | None) -> Told:
    """The run on which a check of an exercise was decided; it halts at the last event that its finding cites."""
    arguments.submission = next(iter(arguments.program), None)
    arguments.only = [arguments.check]
    parse(arguments.schedule)
    task = task_of(arguments)
    progress = Progress(sys.stderr)
    arguments.evidence = folder
    submission = submission_of(task)
    try:
        report = grade(task.exercise, submission, options_of(arguments, task), opener=opener, progress=progress)
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
    return evidence, (_told(check.id, check.finding),), _lines(submission.files), 1


def _halt(finding: RuleFinding) -> Halt:
    parts = Finding(finding.seen, finding.why, finding.next, finding.events, source=finding.source)
    return _told(f"{finding.rule} ({finding.level}), {finding.process}", parts)


def _told(name: str, finding: Finding) -> Halt:
    """The last event that a finding cites, and its three parts."""
    words = plain_text((Words(f"✗ {visible(name)}", "fail"), *finding_pieces(finding, "")))
    return Halt(max(finding.events), tuple(words.splitlines()))


def _lines_of(program: str) -> Lines:
    """The source of a program that is given as source."""
    path = Path(program)
    if not path.is_dir() and path.suffix not in SOURCES:
        return {}
    anything = Exercise("program", "any program", 1, (), 1, ("python", "c"), "")
    return _lines(read_submission(program, anything).files)


def _lines(files: Mapping[str, bytes]) -> Lines:
    return {name: tuple(data.decode("utf-8", "replace").splitlines()) for name, data in files.items()}
