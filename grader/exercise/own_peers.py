"""In: an exercise; out: its submission with the files of the exercise's own peers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.peers import FOLDER
from grader.model import Exercise, Submission

__all__ = ["known_peers", "own_peers", "with_peers"]


def known_peers(exercise: Exercise) -> tuple[str, ...]:
    """The files that a plan of this exercise may name as a peer. Raises UsageError."""
    shared = (path.name for path in Path(FOLDER).glob("*.py") if path.name != "__init__.py")
    return tuple(sorted({*own_peers(exercise), *shared}))


def own_peers(exercise: Exercise) -> dict[str, bytes]:
    """The Python files of the folder `peers`, by name. Raises UsageError for the name of a peer that all exercises share."""
    found = {}
    for path in sorted(Path(exercise.folder, "peers").glob("*.py")):
        if Path(FOLDER, path.name).exists():
            action = "give it another name, or use the shared one"
            raise UsageError("has the name of a peer that all exercises share", where=str(path), action=action)
        found[path.name] = path.read_bytes()
    return found


def with_peers(submission: Submission, exercise: Exercise) -> Submission:
    """The submission with its exercise's peers, if there are any. Raises UsageError."""
    peers = own_peers(exercise)
    return replace(submission, peers=peers) if peers else submission
