"""In: an exercise as its author wrote it; out: the same with its texts in the language that is spoken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.model.exercise import Exercise
from grader.texts import catalogue_beside, gettext, spoken

__all__ = ["statement_name", "translated"]


def translated(exercise: Exercise) -> Exercise:
    """The exercise with title, concepts, meanings of parameters and hints in the language that is spoken.

    What has no translation stays as it is. Raises UsageError where the exercise's catalogue is damaged.
    """
    if spoken() == "en":
        return exercise
    with catalogue_beside(exercise.folder):
        hints = exercise.hints
        return replace(
            exercise,
            title=gettext(exercise.title),
            concepts=tuple(map(gettext, exercise.concepts)),
            parameters=tuple(replace(knob, meaning=gettext(knob.meaning)) for knob in exercise.parameters),
            hints=hints and {check: tuple(map(gettext, ladder)) for check, ladder in hints.items()},
        )


def statement_name(exercise: Exercise, language: str | None = None) -> str:
    """The template of the statement in a language (default: the one that is spoken); the English one if there is no other."""
    name = f"statement.{language or spoken()}.md.j2"
    return name if Path(exercise.folder, name).is_file() else "statement.md.j2"
