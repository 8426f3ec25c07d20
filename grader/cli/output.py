"""In: texts for a person or a program; out: standard output, files, and a line of progress on a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, TextIO

from grader.errors import UsageError
from grader.report import Words, console_for, fitting, shown, visible

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Progress", "check_writable", "say", "say_signed", "write_file"]

TONES = {"✓": "pass", "~": "skipped", "✗": "fail"}


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a text. A reader who has gone away (`| head`) is no fault: the rest goes nowhere, quietly."""
    target = stream or sys.stdout
    try:
        target.write(fitting(text, target))
        target.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), target.fileno())


def say_signed(text: str) -> None:
    """Print lines of which some begin with a sign (✓, ~, ✗): on a terminal in the colour of it."""
    pieces = (Words(visible(line), TONES.get(line[:1], "")) for line in text.splitlines())
    say(shown(pieces, sys.stdout))


def check_writable(path: str, option: str) -> None:
    """Refuse a file that cannot be written before anything is run for it. Raises UsageError."""
    if path in {"", "-"}:
        return
    folder = Path(path).parent
    if Path(path).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"{visible(path)} cannot be written", where=option, action="name a file in a folder of yours")


def write_file(path: str, text: str) -> None:
    """Write a text whole, or leave the old file as it is; `-` is standard output. Raises UsageError."""
    if path == "-":
        say(text)
        return
    target = Path(path)
    try:
        if target.exists() and not target.is_file():  # a device or a FIFO is written to, not replaced
            target.write_text(text, encoding="utf-8")
            return
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as new:
            new.write(text)
        Path(new.name).chmod(0o666 & ~_umask())
        Path(new.name).replace(target)
    except OSError as fault:
        raise UsageError(
            f"cannot be written: {fault.strerror}", where=visible(path), action="name another file"
        ) from None


def _umask() -> int:
    """The process's umask, which can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class Progress:
    """One line on a terminal that is written over and wiped away at the end; nothing where there is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream; rich is imported if it is a terminal."""
        self._stream = stream
        self._console: Console | None = None
        if stream.isatty() and os.environ.get("TERM") != "dumb":
            self._console = console_for(stream)

    def __call__(self, text: str) -> None:
        """Show what is being done, cut at the edge of the terminal: of a longer line a part would stay behind."""
        if self._console is not None:
            from rich.text import Text

            line = Text(fitting(f"  … {visible(text)}", self._stream), "dim")
            line.truncate(self._console.width - 1, overflow="crop")
            self.clear()
            self._console.print(line, end="", soft_wrap=True)

    def clear(self) -> None:
        """Wipe the line away."""
        if self._console is not None:
            from rich.control import Control
            from rich.segment import ControlType

            self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
            self._stream.flush()
