"""In: an exercise, the students of a roster, the secret; out: a folder a student, and an index that says who has which variant.

The same students, secret, exercise and language give the same files, byte for byte, with the same names, modes and times.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.exercise.roster import Entry
from grader.exercise.secret import Secret
from grader.exercise.variant import draw
from grader.exercise.workspace import write_workspace
from grader.frozen import dataclass
from grader.model.exercise import Exercise, Variant

__all__ = ["INDEX", "Handout", "assign", "refuse_existing", "write_handouts"]

INDEX = "index.csv"
COLUMNS = ("id", "name", "email", "folder", "seed")
TIME = 315_619_200
"""2 January 1980, UTC: the time of all files. Before the first of it, somewhere on Earth, a ZIP archive can hold none."""

FOLDER, FILE, PRIVATE = 0o755, 0o644, 0o600
"""Modes: a student's folder and files are as anybody's, the index is the instructor's alone."""

FORMULA = ("=", "+", "-", "@")
"""With these a cell begins that a spreadsheet would calculate."""


@dataclass(frozen=True, slots=True)
class Handout:
    """One student with the variant that is theirs."""

    entry: Entry
    variant: Variant


def assign(exercise: Exercise, entries: tuple[Entry, ...], secret: Secret) -> tuple[Handout, ...]:
    """Draw each student's variant. Raises UsageError as `draw` does."""
    return tuple(Handout(entry, draw(exercise, secret.seed(exercise.id, entry.id))) for entry in entries)


def write_handouts(handouts: tuple[Handout, ...], folder: str | Path, language: str) -> None:
    """Write a new folder: one workspace a student, called by the id, and `index.csv`, of which students see nothing.

    It appears whole or not at all. Raises UsageError: a folder that is there, or cannot be written.
    """
    target = Path(folder).absolute()
    refuse_existing(target)
    for handout in handouts:
        if handout.entry.id.casefold() == INDEX:
            raise UsageError(
                f"a student is called {INDEX}", where=shown(str(folder)), action="choose another --id-column"
            )
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        for handout in handouts:
            _write(handout, draft / handout.entry.id, language)
        _settle(draft / INDEX, PRIVATE, "".join(_index(handouts)))
        os.utime(draft, (TIME, TIME))
        draft.rename(target)
        draft = None
    except OSError as error:
        where = shown(str(folder))
        raise UsageError(f"cannot be written: {error.strerror}", where=where, action="choose another folder") from None
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def refuse_existing(folder: Path) -> None:
    """Refuse to write over anything. Raises UsageError."""
    if os.path.lexists(folder):
        action = "name a new folder: what is in this one may have been handed out, or worked in"
        raise UsageError("is already there", where=shown(str(folder)), action=action)


def _write(handout: Handout, folder: Path, language: str) -> None:
    """One student's workspace, with modes that no umask changes."""
    for name in write_workspace(handout.variant, folder, language, student=handout.entry.id):
        _settle(folder / name, FILE)
    folder.chmod(FOLDER)
    os.utime(folder, (TIME, TIME))


def _settle(path: Path, mode: int, text: str | None = None) -> None:
    """Write a text if there is one, and give the file its mode and time."""
    if text is not None:
        path.touch(mode)
        path.write_bytes(text.encode())
    path.chmod(mode)
    os.utime(path, (TIME, TIME))


def _index(handouts: tuple[Handout, ...]) -> Iterator[str]:
    """The lines of index.csv: who has which seed, and what it draws; a parameter named like a column is marked as one."""
    knobs = handouts[0].variant.exercise.parameters
    heads = [f"{knob.name} (parameter)" if knob.name in COLUMNS else knob.name for knob in knobs]
    yield _line([*COLUMNS, *heads])
    for handout in handouts:
        entry, variant = handout.entry, handout.variant
        values = [str(variant.parameters[knob.name]) for knob in knobs]
        yield _line([entry.id, _safe(entry.name), _safe(entry.email), entry.id, variant.seed, *values])


def _line(cells: list[str]) -> str:
    """One row."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _safe(cell: str) -> str:
    """What students chose themselves; an apostrophe keeps a spreadsheet from calculating it (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
