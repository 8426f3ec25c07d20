"""In: a folder, an option or the environment; out: the `Course` whose exercises are meant."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.definition import load_exercise
from grader.exercise.document import shown
from grader.frozen import dataclass
from grader.model.exercise import Exercise

__all__ = ["Course", "find_course", "in_teaching_order", "load_course"]

VARIABLE = "GRADER_COURSE"


@dataclass(frozen=True, slots=True)
class Course:
    """A folder with `exercises/` and, for authors, `reference/` (empty where there is none). Ids are sorted."""

    folder: str
    ids: tuple[str, ...]
    reference: str = ""

    def exercise(self, name: str) -> Exercise:
        """The exercise with this id. Raises UsageError naming the ids that exist, or for a fault in its definition."""
        if name not in self.ids:
            action = f"choose one of: {', '.join(self.ids)}"
            raise UsageError(f"there is no exercise '{shown(name)}'", where=shown(self.folder), action=action)
        return load_exercise(Path(self.folder, "exercises", name))

    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises, in the order of their ids. Raises UsageError at the first faulty definition."""
        return tuple(self.exercise(name) for name in self.ids)


def in_teaching_order(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Each after those that it needs, otherwise the easier one first; what needs itself, by a fault of its author, comes last."""
    left = sorted(exercises, key=lambda each: (each.difficulty, each.id))
    order: list[Exercise] = []
    while left:
        waits = {each.id for each in left}
        first = next((each for each in left if not waits & {*each.prerequisites}), left[0])
        left.remove(first)
        order.append(first)
    return tuple(order)


def load_course(folder: str | Path) -> Course:
    """The course in a folder: every folder in its `exercises/` that holds an `exercise.yaml`.

    Raises UsageError if none does.
    """
    root = Path(folder).absolute()
    try:
        ids = sorted(entry.parent.name for entry in (root / "exercises").glob("*/exercise.yaml"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot be read: {error}", where=shown(str(root)), action="check the path") from None
    if not ids:
        action = "point --course to a folder with exercises/<id>/exercise.yaml in it"
        raise UsageError("this folder is no course", where=shown(str(root)), action=action)
    reference = root / "reference"
    return Course(str(root), tuple(ids), str(reference) if reference.is_dir() else "")


def find_course(explicit: str | None = None, start: str | Path | None = None) -> Course:
    """The course that is meant.

    In this order: `explicit` (the option --course), the variable GRADER_COURSE, the nearest folder at or above `start`
    (default: the current folder) that holds exercises, the exercises installed with the package or lying beside it.
    Raises UsageError when the named folder is no course, or when there is none at all.
    """
    named = explicit if explicit is not None else os.environ.get(VARIABLE, "")
    if named or explicit is not None:
        return load_course(named)
    here = Path(start if start is not None else Path.cwd()).absolute()
    package = Path(__file__).absolute().parent.parent
    for folder in (here, *here.parents, package / "course", package.parent):
        if _is_course(folder):
            return load_course(folder)
    raise UsageError("no course was found", where=shown(str(here)), action=f"give --course DIR or set {VARIABLE}")


def _is_course(folder: Path) -> bool:
    """Whether the folder holds at least one exercise; a folder that cannot be searched does not."""
    try:
        return any((folder / "exercises").glob("*/exercise.yaml"))
    except OSError:
        return False
