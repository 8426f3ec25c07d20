"""In: what is wrong in an author's file; out: `Fault`, one line that an editor can open: file:line, fault, next action."""

from __future__ import annotations

from pathlib import Path

from grader.errors import GraderError
from grader.frozen import dataclass

__all__ = ["Fault", "called", "line_of", "of_error"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `where` is `file:line` or a file, as it is called from where the author stands."""

    where: str
    fault: str
    action: str

    def __str__(self) -> str:
        """The whole line."""
        return f"{self.where}: {self.fault}; {self.action}"


def called(path: Path, here: Path) -> str:
    """What a file is called from a folder: relative if it lies below it, otherwise whole."""
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def of_error(error: GraderError, here: Path) -> Fault:
    """A fault that some stage has already put into words."""
    where = called(Path(error.where), here) if error.where else "course"
    return Fault(where, error.fault, error.action or "correct it")


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds the text; 1 where none does, or the file cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)
