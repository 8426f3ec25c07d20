"""In: a program of tests/programs/outcomes and a command; out: what the command made of it, and what it left behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.watched import Watched, watch

__all__ = ["COURSE", "PROGRAMS", "grader", "laid_out", "put", "run", "tidy"]

PROGRAMS = Path(__file__).parent.parent / "programs" / "outcomes"
COURSE = PROGRAMS / "course"
VARYING = ((r" · rung \S+", ""), (r"\b\d+\.\d s\b", "N s"))


def put(name: str, folder: Path) -> str:
    """Copy a program to where the command runs; its name there."""
    shutil.copy(PROGRAMS / name, folder / name)
    return name


def grader(
    folder: Path, *words: str, act: Callable[[subprocess.Popen[bytes]], None] = lambda _process: None
) -> Watched:
    """Run `grader WORDS` in `folder` with the course of these tests."""
    return run([sys.executable, "-P", "-m", "grader.cli", *words], folder, act)


def run(
    command: Sequence[str],
    folder: Path,
    act: Callable[[subprocess.Popen[bytes]], None] = lambda _process: None,
    prepare: Callable[[], None] | None = None,
) -> Watched:
    """Run a command with a folder of its own for temporary files, `folder/temporary`."""
    (folder / "temporary").mkdir(exist_ok=True)
    mine = {"GRADER_COURSE": str(COURSE), "TMPDIR": str((folder / "temporary").resolve()), "COLUMNS": "200"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GRADER", "TMP"))}
    return watch(command, folder, kept | mine, act, prepare)


def tidy(watched: Watched, folder: Path) -> bool:
    """Whether nothing is left: no process at the moment the command ended or later, and no temporary file."""
    assert watched.left == ()
    assert watched.stayed == ()
    assert list((folder / "temporary").iterdir()) == []
    return True


def laid_out(text: str) -> str:
    """The text without what differs from run to run and from machine to machine."""
    for pattern, replacement in VARYING:
        text = re.sub(pattern, replacement, text)
    return text
