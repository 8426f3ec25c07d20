"""In: the id of an exercise that does not exist yet, and a course; out: its skeleton on disk, small, whole and correct."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from grader.errors import UsageError
from grader.exercise.definition import ID
from grader.exercise.document import shown

__all__ = ["write_skeleton"]

PLACES = {"exercise": "exercises", "solutions": "reference"}


def write_skeleton(course: str | Path, name: str) -> tuple[str, ...]:
    """Write `exercises/ID/` and `reference/ID/` into a course, which is made where it is missing.

    Returns the files, relative to the course. Raises UsageError, and then nothing was written: what is no id, an exercise
    that exists, a folder that cannot be written.
    """
    if not ID.fullmatch(name):
        action = "use small letters and digits, words joined by '-'"
        raise UsageError(f"'{shown(name)}' cannot be the id of an exercise", where="new-exercise", action=action)
    root = Path(course).absolute()
    for place in PLACES.values():
        if (root / place / name).exists():
            raise UsageError("is already there", where=shown(str(root / place / name)), action="choose another id")
    texts = dict(_texts(name))
    try:
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    except OSError as error:
        where = shown(str(error.filename or root))
        raise UsageError(f"cannot be written: {error.strerror}", where=where, action="choose another folder") from None
    return tuple(texts)


def _texts(name: str) -> Iterator[tuple[str, str]]:
    """For each file of the skeleton its place in the course, and its text with the exercise's names in it."""
    module = name.replace("-", "_")
    for path, text in sorted(_files(files("grader.exercise").joinpath("skeleton"), PurePosixPath())):
        top, *rest = path.parts
        place = PurePosixPath(PLACES[top], name, *rest)
        if path.name == "checks.txt":
            place = place.with_name(f"test_{module}.py")
        yield str(place), text.replace("@ID@", name).replace("@MODULE@", module)


def _files(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    """All texts below a folder of the package."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_text(encoding="utf-8")
