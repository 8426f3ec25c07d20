"""In: the arguments of `grader check`; out: a report on the terminal, JSON and JUnit XML where asked for, the exit status."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks import Options, grade
from grader.cli.output import Progress, check_writable, say, write_file
from grader.cli.whose import asked, not_anothers
from grader.errors import UsageError
from grader.exercise import Course, Workspace, draw, find_course, load_workspace, read_reference, read_submission
from grader.frozen import dataclass
from grader.report import SEE, junit_xml, report_pieces, result_json, shown, visible

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener
    from grader.model import Exercise, Report, Submission

__all__ = ["STATUS", "Task", "check", "options_of", "submission_of", "task_of", "tell"]

FAIR = "fair"
STATUS = {"passed": 0, "failed": 1}


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be graded, after arguments and grader.toml were brought together."""

    exercise: Exercise
    submission: str
    language: str
    seed: str


def check(arguments: Namespace, opener: Opener | None) -> int:
    """Grade, print, write. Raises GraderError."""
    check_writable(arguments.json, "--json")
    check_writable(arguments.junit, "--junit")
    if arguments.json == arguments.junit == "-":
        raise UsageError(
            "both forms cannot go to standard output", where="--junit", action="name a file for one of them"
        )
    task = task_of(arguments)
    options = options_of(arguments, task)
    submission = submission_of(task)
    progress = Progress(sys.stderr)
    log: list[str] = []
    try:
        report = grade(task.exercise, submission, options, opener=opener, progress=progress, log=log.append)
    finally:
        progress.clear()
    tell(report, arguments.json, arguments.junit)
    if arguments.verbose or os.environ.get("GRADER_DEBUG"):
        say("".join(f"\n{text}" for text in log), sys.stderr)
    return STATUS.get(report.verdict, 3)


def options_of(arguments: Namespace, task: Task) -> Options:
    """How to grade, as the command line says."""
    return Options(
        language=task.language,
        seed=task.seed,
        only=tuple(arguments.only),
        rung=arguments.rung,
        require_rung=arguments.require_rung,
        evidence=arguments.evidence,
        budget=arguments.budget,
        replay=_again(arguments, "check", task),
        steps=_again(arguments, "replay", task),
        schedule=_schedule(arguments),
        run=getattr(arguments, "run", ""),
    )


def _schedule(arguments: Namespace) -> str:
    """The one schedule that is asked for, if it is another than the fair one."""
    token: str = getattr(arguments, "schedule", FAIR)
    return "" if token == FAIR else token


def tell(report: Report, json: str, junit: str = "") -> None:
    """The report for the person, and for programs; standard output belongs to one of them only."""
    stream = sys.stderr if "-" in (json, junit) else sys.stdout
    see = visible(json) if json not in {"", "-"} else SEE
    say(shown(report_pieces(report, see), stream, see), stream)
    if json:
        write_file(json, result_json(report))
    if junit:
        write_file(junit, junit_xml(report))


def task_of(arguments: Namespace) -> Task:
    """Which exercise, program, language and seed are meant. Raises UsageError."""
    submission = arguments.submission if arguments.submission is not None else "."
    place = Path(submission)
    workspace = load_workspace(place if place.is_dir() else place.parent)
    if workspace is None and arguments.submission is None:
        raise UsageError(
            "there is no grader.toml in this folder",
            where="check",
            action="name your program: grader check SUBMISSION --exercise ID",
        )
    course = find_course(arguments.course)
    exercise = course.exercise(arguments.exercise or _exercise_id(place, workspace, course))
    wanted = asked(arguments, exercise)
    if workspace is None or workspace.exercise != exercise.id:
        return Task(exercise, submission, arguments.lang, wanted.seed)
    not_anothers(wanted, workspace, place if place.is_dir() else place.parent)
    if workspace.version != exercise.version:
        say(
            f"grader: grader.toml: written for version {workspace.version}, the exercise is now version "
            f"{exercise.version}; its statement may have changed\n",
            sys.stderr,
        )
    language = arguments.lang or (workspace.language if place.is_dir() else "")
    return Task(exercise, submission, language, wanted.seed or workspace.seed)


def _exercise_id(place: Path, workspace: Workspace | None, course: Course) -> str:
    """The exercise that grader.toml names, or after which the file is called. Raises UsageError."""
    if workspace is not None:
        return workspace.exercise
    name = (place.resolve().name if place.is_dir() else place.stem).replace("_", "-")
    if name in course.ids:
        return name
    raise UsageError(
        "it is not clear which exercise this is",
        where=visible(str(place)),
        action=f"add --exercise with one of: {', '.join(course.ids)}",
    )


def submission_of(task: Task) -> Submission:
    """The program; an author's template is rendered for the variant, as a student would have written it."""
    if task.submission.endswith(".j2"):
        return read_reference(draw(task.exercise, task.seed or None), task.submission)
    return read_submission(task.submission, task.exercise, task.language or None)


def _again(arguments: Namespace, command: str, task: Task) -> str:
    """The command that grades the same again, or tells a run of it: to be completed by which check."""
    named = ("exercise", "lang", "seed", "course", "rung")
    given = {name: getattr(arguments, name) for name in named}
    if getattr(arguments, "student", ""):
        given["seed"] = task.seed  # who grades again needs no secret
    options = [part for name, value in given.items() if value for part in (f"--{name}", value)]
    program = [arguments.submission] if arguments.submission is not None else []
    return shlex.join(["grader", command, *program, *options])
