"""In: a run and the name of a file; out: the calls that made it and that removed it, and what is left under that name.

Names are relative to the current folder of the run, as the program's own. A program that goes to another folder is not followed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from grader.box import HOME
from grader.model import Event

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["creations", "left_behind", "removal"]

RENAMES = frozenset({"rename", "renameat", "renameat2"})
NAMES = RENAMES | {"link", "linkat", "symlink", "symlinkat"}
REMOVES = RENAMES | {"unlink", "unlinkat"}
OPENS: Mapping[str, str] = {"open": "O_CREAT", "openat": "O_CREAT", "openat2": "O_CREAT", "creat": ""}
"""Calls that may make a regular file, and the flag without which they do not."""


def creations(run: Evidence, name: str) -> Iterator[tuple[Event, str]]:
    """The calls that gave something this name, in order, each with the type of the thing.

    The type is `file` (open with O_CREAT, creat), `fifo`, `socket` or `file` (mknod, mkfifo), or empty where something was
    moved or linked to the name: what that was, `left_behind` can tell.
    """
    for event in run.calls(*OPENS, "mknod", "mknodat", *NAMES, ok=True):
        if _place(event.text("to" if event.call in NAMES else "path")) != _place(name):
            continue
        if event.call in NAMES:
            yield event, ""
        elif event.call not in OPENS:
            yield event, event.text("type")
        elif not OPENS[event.call] or OPENS[event.call] in event.texts("flags"):
            yield event, "file"


def removal(run: Evidence, name: str) -> Event | None:
    """The first call that took this name away: unlink, or rename to another name; None if none did."""
    calls = run.calls(*REMOVES, ok=True)
    return next((event for event in calls if _place(event.text("path")) == _place(name)), None)


def left_behind(run: Evidence, name: str) -> str:
    """The type of what has this name when the run is over: `file`, `fifo` or `socket`; empty if there is nothing."""
    return next((left.type for left in run.end.residue if left.name == _place(name)), "")


def _place(path: str) -> str:
    """A path as seen from the root, without `.` and `..`; empty for an empty path."""
    return posixpath.normpath(posixpath.join(HOME, path)) if path else ""
