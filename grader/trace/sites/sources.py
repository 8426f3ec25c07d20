"""In: a path as a Python program tells it, and a line; out: the place, if the submission has that file and that line."""

from __future__ import annotations

import os
from dataclasses import field

from grader.frozen import dataclass
from grader.model import Source

MOST_BYTES = 1 << 22


@dataclass(slots=True)
class Sources:
    """The files of a submission's `folder`, which inside the box is `home`."""

    folder: str
    home: str
    _lengths: dict[str, int] = field(default_factory=dict)

    def own(self, path: str) -> bool:
        """Whether the path lies in the submission's folder."""
        return path.startswith((self.home + "/", self.folder + "/"))

    def at(self, path: str, line: int) -> Source | None:
        """The place as the student knows it; None: there is no such file, or it is shorter."""
        name = path.removeprefix(self.home + "/").removeprefix(self.folder + "/")
        if name not in self._lengths:
            self._lengths[name] = self._length(name)
        return Source(name, line) if 0 < line <= self._lengths[name] else None

    def _length(self, name: str) -> int:
        """How many lines a file has."""
        if ".." in name.split("/") or not name.isprintable():
            return 0
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                return file.read(MOST_BYTES).count(b"\n") + 1
        except OSError:
            return 0
