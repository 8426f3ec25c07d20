"""In: the arguments of `grader lint`; out: every fault on a line of its own, a line an exercise, and the exit status."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch import Crew
from grader.batch.lint import Linted, lint
from grader.cli.output import Progress, say_signed
from grader.errors import UsageError
from grader.exercise import find_course
from grader.exercise.document import shown
from grader.report import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener

__all__ = ["lint_exercises", "linted_text"]


def lint_exercises(arguments: Namespace, _opener: Opener | None) -> int:
    """Judge the author's files. Raises UsageError."""
    course = find_course(arguments.course)
    for name in arguments.ids:
        if name not in course.ids:
            action = f"choose from: {', '.join(course.ids)}"
            raise UsageError(f"there is no exercise '{shown(name)}'", where=course.folder, action=action)
    if not course.reference:
        action = "lint looks at a course with its reference programs: name one with --course"
        raise UsageError("this course has no reference/", where=course.folder, action=action)
    if arguments.variants < 0 or (arguments.variants and arguments.fast):
        action = "give a number from 1, without --fast: variants are proved by running programs"
        raise UsageError("no variants can be proved so", where="--variants", action=action)
    progress = Progress(sys.stderr)
    found: list[Linted] = []
    with ExitStack() as closing:
        closing.callback(progress.clear)
        crew = None if arguments.fast else closing.enter_context(Crew.open())
        for linted in lint(course, tuple(arguments.ids) or course.ids, crew, progress, Path.cwd(), arguments.variants):
            progress.clear()
            say_signed(linted_text(linted))
            found.append(linted)
    if any(linted.faults for linted in found):
        return 1
    return 3 if any(linted.doubts for linted in found) else 0


def linted_text(linted: Linted) -> str:
    """The faults of one exercise, and a line that sums it up."""
    lines = [f"{visible(str(fault))}\n" for fault in linted.faults]
    lines += [f"{linted.exercise}: not graded: {visible(doubt)}\n" for doubt in linted.doubts]
    faults, doubts = len(linted.faults), len(linted.doubts)
    if faults or doubts:
        said = [_count(faults, "fault")] if faults else []
        said += [_count(doubts, "program") + " not graded"] if doubts else []
        return "".join(lines) + f"✗ {linted.exercise}: {', '.join(said)}\n"
    runs = f", {_count(linted.gradings, 'grading')}" if linted.gradings else ", no program was run"
    variants = f" in {linted.variants} variants" if linted.variants > 2 else ""
    return f"✓ {linted.exercise}: {_count(linted.checks, 'check')}{runs}{variants}, no fault\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
