"""In: what a test wants an author to have written; out: the folder of a small exercise, and the error it gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import UsageError

DEFINITION = """\
title: Small one
version: 3
concepts: [pipe, fork]
difficulty: 2
languages: [python, c]
parameters:
  speed: {default: slow, choices: [slow, fast], meaning: how fast}
  count: {default: 4, minimum: 1, maximum: 9, meaning: how many}
hints:
  first-check: [look here, then there]
"""


def exercise_folder(root: Path, definition: str = DEFINITION, name: str = "small-one", **files: str) -> Path:
    """Make `root/exercises/NAME` with its definition and further files (`__` in a keyword stands for a dot)."""
    folder = root / "exercises" / name
    folder.mkdir(parents=True)
    (folder / "exercise.yaml").write_text(definition)
    for file, text in files.items():
        (folder / file.replace("__", ".")).write_text(text)
    return folder


def refusal(action: Callable[[], object]) -> str:
    """The whole message of the UsageError that an action raises; it says where, and what to do next."""
    with pytest.raises(UsageError) as caught:
        action()
    assert caught.value.where
    assert caught.value.action
    return str(caught.value)
