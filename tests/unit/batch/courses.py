"""In: an id; out: a course with one small exercise, whole and without fault, in which a test plants what it looks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.batch.lint import lint
from grader.exercise import load_course, write_skeleton

__all__ = ["Planted", "planted"]

NAME = "one-word"


@dataclass(frozen=True)
class Planted:
    """A course on disk. `exercise` and `reference` are the two folders of its exercise."""

    root: Path
    name: str = NAME

    @property
    def exercise(self) -> Path:
        """What students get."""
        return self.root / "exercises" / self.name

    @property
    def reference(self) -> Path:
        """What they do not get."""
        return self.root / "reference" / self.name

    def change(self, file: Path, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def faults(self) -> list[str]:
        """What lint says of the exercise without running a program."""
        course = load_course(self.root)
        return [str(fault) for linted in lint(course, course.ids, None, lambda _: None) for fault in linted.faults]


def planted(folder: Path) -> Planted:
    """The skeleton that `grader new-exercise` writes."""
    write_skeleton(folder, NAME)
    return Planted(folder)
