"""In: --seed, or --student with --secret-file, and what a workspace says; out: the seed that is meant, or a refusal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.output import say
from grader.errors import UsageError
from grader.exercise.document import shown
from grader.frozen import dataclass

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.exercise import Secret, Workspace
    from grader.model import Exercise

__all__ = ["Asked", "asked", "not_anothers", "secret_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which variant the options ask for: a seed, and the student whose it is; both empty if they do not say."""

    seed: str = ""
    student: str = ""


def asked(arguments: Namespace, exercise: Exercise) -> Asked:
    """What the options ask for. Raises UsageError: options that do not go together, a bad id, a bad secret."""
    student, file, seed = (getattr(arguments, name, "") for name in ("student", "secret_file", "seed"))
    if not student and not file:
        return Asked(seed)
    if seed:
        raise UsageError("a seed and a student were given", where="--seed", action="leave one of them away")
    if not file:
        action = "add --secret-file F: a student's variant is drawn from the secret of the course"
        raise UsageError("a student was given, and no secret", where="--student", action=action)
    if not student:
        raise UsageError("a secret was given, and no student", where="--secret-file", action="add --student S")
    from grader.exercise import student_id  # late: most gradings are of no student by name

    try:
        name = student_id(student)
    except ValueError as fault:
        raise UsageError(str(fault), where="--student", action="give the id as the roster has it") from None
    return Asked(secret_of(file).seed(exercise.id, name), name)


def secret_of(file: str) -> Secret:
    """The secret in a file; that its group may read it is told."""
    from grader.exercise import read_secret

    return read_secret(file, lambda text: say(f"grader: {text}\n", sys.stderr))


def not_anothers(wanted: Asked, workspace: Workspace, place: Path) -> None:
    """Tell when a program is to be judged by another variant than its grader.toml names.

    A student's variant is not judged by another student's: raises UsageError. Whoever types a seed knows what they do, and is told.
    """
    if not wanted.seed or (wanted.seed == workspace.seed and wanted.student in {"", workspace.student}):
        return
    where = shown(str(place / "grader.toml"))
    here = f"this is {_words(workspace.seed, workspace.student)}"
    there = _words(wanted.seed, wanted.student)
    if not wanted.student:
        action = "leave --seed away to judge the variant of this folder"
        say(
            f"grader: {where}: {here}, and it is judged by {there}, for which it was not written; {action}\n",
            sys.stderr,
        )
        return
    if wanted.seed == workspace.seed:
        fault = f"it names student '{shown(workspace.student)}', but its seed is that of '{wanted.student}'"
        raise UsageError(fault, where=where, action="the file was changed: find out whose program this is")
    if wanted.student == workspace.student:
        fault = f"it names student '{wanted.student}', but its seed is not the one that this secret gives them"
        action = "the file was changed, or made with another secret: name that secret, or make the workspace anew"
        raise UsageError(fault, where=where, action=action)
    fault = f"{here}, and {there} was asked for: a program that was written for one variant cannot be judged by another"
    action = f"hand over the program of {wanted.student}, or leave --student away to judge the variant of this folder"
    raise UsageError(fault, where=where, action=action)


def _words(seed: str, student: str) -> str:
    """A variant in words; of a seed that nobody typed the beginning is enough."""
    if student:
        return f"the variant of student '{shown(student)}' (seed {shown(seed[:8])}…)"
    return f"the variant with seed '{shown(seed)}'" if seed else "the default variant"
