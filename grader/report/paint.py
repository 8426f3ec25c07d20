"""In: a line and how it went; out: the line, coloured where the stream is a terminal that wants colours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO, TypeAlias

__all__ = ["Paint", "painter", "plain"]

Paint: TypeAlias = Callable[[str, str], str]

CODES = {"pass": "32", "fail": "31", "skipped": "33", "error": "35", "bold": "1", "faint": "2"}


def plain(text: str, _: str) -> str:
    """No colours."""
    return text


def _ansi(text: str, name: str) -> str:
    return f"\x1b[{CODES[name]}m{text}\x1b[0m"


def painter(stream: TextIO) -> Paint:
    """Colours on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return plain
    return _ansi
