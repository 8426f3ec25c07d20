"""In: the arguments of `grader hint`; out: one hint of a check's ladder, and the command that shows the next."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from grader.checks.declaration import check_id
from grader.cli.output import say
from grader.errors import UsageError
from grader.exercise import find_course, load_workspace, translated
from grader.report import visible
from grader.report.visible import fold
from grader.texts import gettext

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from grader.checks.laboratory import Opener
    from grader.model import Exercise

__all__ = ["hint", "hint_text"]

WIDTH = 76


def hint(arguments: Namespace, _opener: Opener | None) -> int:
    """Print one hint, or without a check the ladders that there are. Raises UsageError."""
    exercise = translated(_exercise(arguments))
    ladders: Mapping[str, tuple[str, ...]] = exercise.hints or {}
    if not ladders:
        raise UsageError("there are no hints", where=exercise.id, action="look at the statement, section 'To read'")
    again = shlex.join(["grader", "hint", *_options(arguments)])
    if arguments.check is None:
        say("".join(f"{name}  ({len(ladder)})\n" for name, ladder in ladders.items()))
        say(gettext("The number says how many hints there are: {command} CHECK", command=again) + "\n")
        return 0
    name = check_id(arguments.check)
    if name not in ladders:
        raise UsageError(
            f"there is no hint for '{visible(name)}'", where="hint", action=f"choose from: {', '.join(ladders)}"
        )
    if not 1 <= arguments.step <= len(ladders[name]):
        raise UsageError(
            f"there is no step {arguments.step}",
            where=name,
            action=f"its ladder has the steps 1 to {len(ladders[name])}",
        )
    say(hint_text(name, ladders[name], arguments.step, again))
    return 0


def hint_text(check: str, ladder: tuple[str, ...], step: int, again: str) -> str:
    """The hint `step` (from 1) of a ladder, folded, and how to go on from there."""
    lines = [
        gettext("{check}, hint {step} of {steps}", check=check, step=step, steps=len(ladder)),
        *(f"  {line}" for line, _ in fold(visible(ladder[step - 1]), WIDTH)),
    ]
    if step < len(ladder):
        lines.append(gettext("the next one: {command}", command=f"{again} {check} --step {step + 1}"))
    else:
        lines.append(gettext("this is the last one: the rest is yours"))
    return "\n".join(lines) + "\n"


def _exercise(arguments: Namespace) -> Exercise:
    """The exercise that is named, or that this workspace is of. Raises UsageError."""
    workspace = load_workspace(".")
    name = arguments.exercise or (workspace.exercise if workspace else "")
    course = find_course(arguments.course)
    if not name:
        action = f"add --exercise with one of: {', '.join(course.ids)}"
        raise UsageError("there is no grader.toml in this folder", where="hint", action=action)
    return course.exercise(name)


def _options(arguments: Namespace) -> list[str]:
    given = (("exercise", arguments.exercise), ("course", arguments.course))
    return [part for name, value in given if value for part in (f"--{name}", value)]
