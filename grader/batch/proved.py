"""In: a file of earlier proofs, an exercise with its programs; out: which variants are proved already, and room for more.

A proof is a line: the exercise, the parameters as a seed that sets them, and a digest of all that it depends on. Under other
sources of grader, of the exercise or of its programs, or another Python, a line says nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.document import shown

__all__ = ["Proofs"]

HEAD = b'{"mark": '
"""With this every line begins; what begins otherwise is some other file, and is left alone."""

SUFFIXES = (".pyc", ".pyo")


class Proofs:
    """The proved variants of one exercise. Without a path they are forgotten."""

    def __init__(self, path: str, exercise: Path, reference: Path) -> None:
        """Read earlier proofs. Raises UsageError for a file that cannot be read, or that holds something else."""
        self._path = Path(path) if path else None
        self._exercise = exercise.name
        self._mark = _mark(exercise, reference) if path else ""
        self._proved: set[str] = set(self._read()) if self._path else set()

    def __contains__(self, seed: object) -> bool:
        """Whether a variant is proved."""
        return seed in self._proved

    def add(self, seed: str) -> None:
        """Note that a variant is proved. Raises UsageError if the file cannot be written."""
        self._proved.add(seed)
        if self._path is None:
            return
        line = json.dumps({"mark": self._mark, "exercise": self._exercise, "seed": seed})
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write(line + "\n")
        except OSError as error:
            raise _fault(self._path, f"cannot be written: {error.strerror}") from None

    def _read(self) -> Iterator[str]:
        """The seeds of lines that still say something; a last line that was torn off is taken away."""
        assert self._path is not None
        try:
            data = self._path.read_bytes() if self._path.exists() else b""
        except OSError as error:
            raise _fault(self._path, f"cannot be read: {error.strerror}") from None
        *lines, torn = data.split(b"\n")
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
                mark, exercise, seed = (str(entry[name]) for name in ("mark", "exercise", "seed"))
            except (ValueError, TypeError, KeyError):
                raise _fault(self._path, "this line is no proof", f":{number}") from None
            if (mark, exercise) == (self._mark, self._exercise):
                yield seed
        if torn[: len(HEAD)] != HEAD[: len(torn)]:
            raise _fault(self._path, "this line is no proof", f":{len(lines) + 1}")
        if torn:
            os.truncate(self._path, len(data) - len(torn))


def _fault(path: Path, words: str, line: str = "") -> UsageError:
    return UsageError(words, where=f"{shown(str(path))}{line}", action="name another file with --proofs")


def _mark(exercise: Path, reference: Path) -> str:
    """A digest of the files that decide what a program is judged to be."""
    digest = sha256(sys.version.encode())
    for folder in (Path(__file__).parents[1], exercise, reference):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in SUFFIXES:
                name, data = path.relative_to(folder).as_posix().encode(), path.read_bytes()
                digest.update(len(name).to_bytes(8, "big") + name + len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
