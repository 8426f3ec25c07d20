"""In: a Python submission; out: the artifact that starts it with the interpreter that runs grader; nothing is compiled."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.model import Artifact, Submission


def interpreter() -> tuple[str, tuple[str, ...]]:
    """The interpreter's path, and the folders it needs besides /usr: its virtual environment and its installation."""
    folders = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    return sys.executable, tuple(sorted(folder for folder in folders if not Path(folder).is_relative_to("/usr")))


def build_python(submission: Submission, source: Path) -> Artifact:
    """Start the main file where it lies; a syntax error is the interpreter's to tell, as for the student at home."""
    program, mounts = interpreter()
    main = f"/box/{submission.main}"
    return Artifact((program, main), str(source), "python", main, mounts)
