"""In: a package and where its public names live; out: the function that loads each of them when it is first asked for.

A command loads what it needs and no more: the whole of grader takes longer to load than a run takes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["late"]


def late(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562). `homes` gives for each module, by its whole name, the names that it has."""
    found = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> object:
        """Load a public name from its module. Raises AttributeError for another."""
        if name not in found:
            message = f"module '{package}' has no attribute {name!r}"
            raise AttributeError(message)
        value: object = getattr(import_module(found[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
