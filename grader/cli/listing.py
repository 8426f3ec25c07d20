"""In: a course; out: its exercises as a table or as JSON."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from grader.checks.declaration import points_in
from grader.cli.output import say
from grader.exercise import find_course, in_teaching_order, translated
from grader.report import visible
from grader.report.visible import cells, fold, padded
from grader.texts import gettext, gettext_noop

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener
    from grader.model import Exercise

__all__ = ["list_exercises"]

HEAD = (
    gettext_noop("exercise"),
    gettext_noop("concepts"),
    gettext_noop("needs"),
    gettext_noop("difficulty"),
    gettext_noop("points"),
    gettext_noop("languages"),
    gettext_noop("title"),
)


WIDEST = 36
"""Columns of the terminal that one column of the table may take."""


def list_exercises(arguments: Namespace, _opener: Opener | None = None) -> int:
    """Print the exercises of the course in the order in which they are learned. Raises UsageError."""
    exercises = tuple(map(translated, in_teaching_order(find_course(arguments.course).exercises())))
    if arguments.json:
        entries = [_entry(exercise) for exercise in exercises]
        say(json.dumps({"schema": "grader/list/v1", "exercises": entries}, indent=2) + "\n")
        return 0
    rows: list[list[tuple[str, ...]]] = [[(gettext(name),) for name in HEAD], *map(_row, exercises)]
    widths = [max(cells(line) for row in rows for line in row[column]) for column in range(len(HEAD))]
    for row in rows:
        for line in zip_longest(*row, fillvalue=""):
            say("  ".join(padded(text, width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")
    return 0


def _row(exercise: Exercise) -> list[tuple[str, ...]]:
    """For each column its lines."""
    texts = (
        exercise.id,
        ", ".join(exercise.concepts),
        ", ".join(exercise.prerequisites),
        f"{exercise.difficulty}/5",
        str(points_in(exercise.folder)),
        ", ".join(exercise.languages),
        exercise.title,
    )
    return [tuple(line for line, _ in fold(visible(text), WIDEST)) for text in texts]


def _entry(exercise: Exercise) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "version": exercise.version,
        "concepts": list(exercise.concepts),
        "difficulty": exercise.difficulty,
        "points": points_in(exercise.folder),
        "languages": list(exercise.languages),
        "prerequisites": list(exercise.prerequisites),
    }
