"""In: the arguments of `grader new`; out: a workspace on disk, and what to do in it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.output import say
from grader.cli.whose import asked
from grader.errors import UsageError
from grader.exercise import draw, find_course, write_workspace
from grader.report import visible
from grader.texts import gettext

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener

__all__ = ["new"]


def new(arguments: Namespace, _opener: Opener | None) -> int:
    """Write statement, stub and grader.toml. Raises UsageError; then nothing was written."""
    exercise = find_course(arguments.course).exercise(arguments.id)
    language = arguments.lang or exercise.languages[0]
    folder = Path(arguments.folder or exercise.id)
    _refuse_secret_in(folder, arguments.secret_file)
    wanted = asked(arguments, exercise)
    statement, stub, _ = write_workspace(
        draw(exercise, wanted.seed or None), folder, language, student=wanted.student, replace=arguments.replace
    )
    place = visible(str(folder))
    say(f"{place}/{statement}   {gettext('what to write')}\n{place}/{stub}   {gettext('where to write it')}\n")
    say(gettext("Then: {command}", command=f"cd {shlex.quote(place)} && grader check") + "\n")
    if exercise.hints:
        say(gettext("Stuck at a check? {command} shows one hint at a time.", command="grader hint CHECK") + "\n")
    return 0


def _refuse_secret_in(folder: Path, file: str) -> None:
    """What lies in a workspace goes to the student. Raises UsageError."""
    if file not in {"", "-"} and Path(file).resolve().is_relative_to(folder.resolve()):
        action = "keep it in a folder that you hand to nobody"
        raise UsageError("the secret lies in the folder of the workspace", where=visible(file), action=action)
