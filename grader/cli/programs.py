"""In: the words after `--`; out: the plan of the program that they name, and of itself started again beside it."""

from __future__ import annotations

from itertools import groupby

from grader.errors import UsageError
from grader.model import Root

__all__ = ["BESIDE", "split"]

BESIDE = ":::"
"""Stands between the arguments of the first program and those of each further one."""


def split(words: tuple[str, ...]) -> tuple[str, tuple[str, ...], tuple[Root, ...]]:
    """(program, its arguments, the further programs) of `PROGRAM ARG... ::: ARG... ::: ARG...`. Raises UsageError."""
    groups = [tuple(group) for apart, group in groupby(words, BESIDE.__eq__) if not apart]
    if not groups or len(groups) != words.count(BESIDE) + 1:
        action = f"write PROGRAM ARG... {BESIDE} ARG...: the program is started once more, with these arguments"
        raise UsageError(f"{BESIDE} stands between the arguments of two programs", where="PROGRAM", action=action)
    first, *others = groups
    roots = (Root(f"program-{number}", argv) for number, argv in enumerate(others, 2))
    return first[0], first[1:], tuple(roots)
