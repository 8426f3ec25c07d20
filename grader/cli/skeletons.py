"""In: the arguments of `grader new-exercise`; out: an exercise to start from, in a course, and what to do with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import grader.exercise.course as courses
from grader.cli.output import say
from grader.errors import UsageError
from grader.exercise import find_course, write_skeleton
from grader.report import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener

__all__ = ["new_exercise"]


def new_exercise(arguments: Namespace, _opener: Opener | None) -> int:
    """Write the skeleton. Raises UsageError; then nothing was written."""
    folder = arguments.course or _course()
    written = write_skeleton(folder, arguments.id)
    say("".join(f"{visible(str(Path(folder, path)))}\n" for path in written))
    given = f" --course {folder}" if arguments.course else ""
    say(f"It is small, whole and correct: make it yours, and now and then: grader lint {arguments.id}{given}\n")
    say("docs/authors.md walks from an idea to an exercise.\n")
    return 0


def _course() -> str:
    """The course that a person stands in. Raises UsageError: an installed course is nobody's to add to."""
    course = find_course(None)
    if Path(course.folder) == Path(courses.__file__).parent.parent / "course":
        raise UsageError(
            "there is no course here", where=str(Path.cwd()), action="name the folder of yours: --course DIR makes it"
        )
    return course.folder
