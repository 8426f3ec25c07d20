"""In: a folder of stored evidence; out: the report that its checks give today; nothing is built and nothing is run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from grader.checks import Options, grade
from grader.checks.stored import Stored
from grader.cli.check import STATUS, tell
from grader.cli.output import Progress, check_writable, say
from grader.exercise import find_course
from grader.model import Submission

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener

__all__ = ["recheck"]


def recheck(arguments: Namespace, _opener: Opener | None) -> int:
    """Judge again, print, write. Raises GraderError; EvidenceInvalid where a file is damaged or of another version."""
    check_writable(arguments.json, "--json")
    stored = Stored(arguments.folder)
    record = stored.record
    exercise = find_course(arguments.course).exercise(record.exercise)
    if record.exercise_version != exercise.version:
        say(
            f"grader: the evidence was made for version {record.exercise_version} of {exercise.id}, which is now version "
            f"{exercise.version}; its checks may have changed\n",
            sys.stderr,
        )
    submission = Submission(arguments.folder, record.language, {}, "", record.sha256)
    options = Options(
        language=record.language, seed=record.seed, only=record.only, evidence=arguments.folder, budget=record.budget,
        replay=record.replay, steps=record.steps,
    )  # fmt: skip
    progress = Progress(sys.stderr)
    log: list[str] = []
    try:
        report = grade(exercise, submission, options, opener=stored.open, progress=progress, log=log.append)
    finally:
        progress.clear()
    tell(report, arguments.json)
    if arguments.verbose or os.environ.get("GRADER_DEBUG"):
        say("".join(f"\n{text}" for text in log), sys.stderr)
    return STATUS.get(report.verdict, 3)
