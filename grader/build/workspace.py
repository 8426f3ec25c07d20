"""In: a submission; out: its files in a fresh folder, and the artifact built from them in the submission's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from grader.box import Box
from grader.build.c import build_c
from grader.build.python import build_python
from grader.errors import UsageError
from grader.exercise.peers import FOLDER
from grader.model import Artifact, Submission


def build(submission: Submission, box: Box, folder: Path, meanwhile: Callable[[], None] = lambda: None) -> Artifact:
    """Put the submission's files into `folder` (new) and make them startable.

    `meanwhile` is done while a compiler works.

    Raises BuildFailed with the compiler's words, CannotDecide without a compiler, UsageError for an unknown language.
    """
    source = folder / "source"
    place(submission.files, source)
    if submission.language == "c":
        return _beside_peers(
            build_c(submission, source, folder / "program", box, meanwhile=meanwhile), submission, folder / "peers"
        )
    if submission.language == "python":
        return _beside_peers(build_python(submission, source), submission, folder / "peers")
    raise UsageError(f"no way to build language {submission.language!r}", action="use --lang c or --lang python")


def _beside_peers(artifact: Artifact, submission: Submission, folder: Path) -> Artifact:
    """The artifact with a folder of the exercise's peers, which may import those that all exercises share."""
    if not submission.peers:
        return artifact
    shared = {path.name: path.read_bytes() for path in Path(FOLDER).glob("*.py")}
    place({**shared, **submission.peers}, folder)
    return replace(artifact, peers=str(folder))


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
