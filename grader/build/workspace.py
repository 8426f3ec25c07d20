"""In: a submission; out: its files in a fresh folder, and the artifact built from them in the submission's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.box import Box
from grader.build.c import build_c
from grader.build.python import build_python
from grader.errors import UsageError
from grader.model import Artifact, Submission


def build(submission: Submission, box: Box, folder: Path) -> Artifact:
    """Put the submission's files into `folder` (new) and make them startable.

    Raises BuildFailed with the compiler's words, CannotDecide without a compiler, UsageError for an unknown language.
    """
    source = folder / "source"
    place(submission.files, source)
    if submission.language == "c":
        return build_c(submission, source, folder / "program", box)
    if submission.language == "python":
        return build_python(submission, source)
    raise UsageError(f"no way to build language {submission.language!r}", action="use --lang c or --lang python")


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files, readable for everyone, below `folder`. Names were checked at intake: relative, no `..`."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    for name, data in files.items():
        path = folder / name
        for parent in reversed(path.parents):
            if folder in parent.parents:
                parent.mkdir(exist_ok=True)
                parent.chmod(0o755)
        path.write_bytes(data)
        path.chmod(0o644)
