"""In: the arguments of `grader variants`; out: a folder with one workspace a student and an index, or why there is none."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch import Crew, Proofs
from grader.batch.lint import graded_in, run_faults, sit_down
from grader.cli.output import Progress, say
from grader.cli.whose import secret_of
from grader.errors import GraderError, UsageError
from grader.exercise import (
    Course,
    Handout,
    assign,
    find_course,
    program_name,
    read_roster,
    refuse_existing,
    seed_of,
    write_handouts,
)
from grader.report import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener
    from grader.model import Exercise

__all__ = ["variants"]


def variants(arguments: Namespace, _opener: Opener | None) -> int:
    """Hand out one variant a student. Raises GraderError; then nothing was written."""
    course = find_course(arguments.course)
    exercise = course.exercise(arguments.id)
    language = arguments.lang or exercise.languages[0]
    program_name(exercise, language)
    refuse_existing(Path(arguments.out))
    roster = read_roster(arguments.roster, arguments.id_column)
    if roster.faults:
        return _complain(roster.faults)
    handouts = assign(exercise, roster.entries, secret_of(arguments.secret_file))
    distinct = _distinct(exercise, handouts)
    if arguments.proofs and not arguments.verify:
        raise UsageError("proofs are made by --verify alone", where="--proofs", action="add --verify")
    if arguments.verify:
        status = _verify(course, exercise, distinct, arguments.proofs)
        if status:
            return status
    write_handouts(handouts, arguments.out, language)
    place = visible(arguments.out)
    students, different = _count(len(handouts), "student"), _count(len(distinct), "different variant")
    say(f"{place}: {students}, {different} of {exercise.id} ({language})\n")
    say(f"{place}/index.csv says who has which; it is for you alone\n")
    if not arguments.verify:
        say(
            f"not proved: --verify grades the reference programs in each variant (or grader lint {exercise.id} --variants N)\n"
        )
    return 0


def _complain(faults: tuple[UsageError, ...]) -> int:
    """Every fault of a roster on a line of its own."""
    for fault in faults:
        say(f"grader: {visible(str(fault))}\n", sys.stderr)
    say(f"grader: {_count(len(faults), 'fault')} in the roster; nothing was written\n", sys.stderr)
    return UsageError.status


def _distinct(exercise: Exercise, handouts: tuple[Handout, ...]) -> dict[str, list[str]]:
    """For each set of parameters, as a seed that sets them, the students who have it."""
    found: dict[str, list[str]] = {}
    for handout in handouts:
        found.setdefault(seed_of(exercise, handout.variant.parameters), []).append(handout.entry.id)
    return found


def _verify(course: Course, exercise: Exercise, distinct: dict[str, list[str]], path: str) -> int:
    """Grade all reference programs once in each distinct variant; the exit status, 0 if each of them is proved."""
    if not course.reference:
        action = "verify where the course is made, or leave --verify away"
        raise UsageError("this course has no reference/ to prove variants by", where=course.folder, action=action)
    desk = sit_down(course, exercise.id, Path.cwd())
    if isinstance(desk, tuple) or desk.faults:
        first = (desk if isinstance(desk, tuple) else desk.faults)[0]
        raise UsageError(first.fault, where=first.where, action=first.action)
    proofs = Proofs(path, desk.folder, desk.reference)
    left = tuple(seed for seed in distinct if seed not in proofs)
    if not left:
        return 0
    refused: dict[str, list[str]] = {}
    doubts: list[str] = []
    with ExitStack() as closing:
        progress = Progress(sys.stderr)
        closing.callback(progress.clear)
        crew = closing.enter_context(Crew.open())
        for seed, programs in groupby(graded_in(desk, crew, progress, left, exact=True), lambda each: each.job.seed):
            judged = tuple(programs)
            faults = [str(fault) for graded in judged for fault in run_faults(desk, graded)]
            unsure = [f"{_named(seed)}: {each.job.name} was not graded: {each.doubt}" for each in judged if each.doubt]
            if faults:
                refused[seed] = faults
            doubts += unsure
            if not faults and not unsure:
                proofs.add(seed)
    return _told(refused, doubts, distinct)


def _told(refused: dict[str, list[str]], doubts: list[str], distinct: dict[str, list[str]]) -> int:
    """Say which variants were refused, why, and whose they are, and what could not be graded; the exit status."""
    for seed, faults in refused.items():
        say("".join(f"{visible(fault)}\n" for fault in faults))
        say(f"✗ refused: {_named(seed)}, which {', '.join(distinct[seed])} would have\n")
    say("".join(f"{visible(doubt)}\n" for doubt in doubts))
    if refused or doubts:
        what = f"{_count(len(refused), 'variant')} refused" if refused else "not every variant could be proved"
        say(f"grader: {what}; nothing was written\n", sys.stderr)
    return 1 if refused else GraderError.status if doubts else 0


def _named(seed: str) -> str:
    """A variant by its parameters, as a seed that sets them."""
    return f"the variant {seed}" if seed else "the default variant"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
