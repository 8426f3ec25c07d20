"""In: pieces of a report and a stream; out: the text for it: through rich on a terminal, plain wherever else it goes.

A terminal of any width gets the words of the plain form, folded to its width, and colours unless it wants none
(https://no-color.org). rich is imported when it is needed: it costs more than all the rest of the start.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from grader.report.pieces import INDENT, LABEL, Command, Heading, Part, Piece, Words
from grader.report.text import SEE, WIDTH, plain_text
from grader.report.visible import cells, cut, fitting, fold, left_out

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["console_for", "shown", "terminal_text"]

WIDEST = 100
"""Columns; longer lines of prose are hard to read."""
NARROWEST = 24
"""Columns; on a narrower terminal lines are broken by the terminal itself."""
STYLES = {
    "pass": "green",
    "fail": "bold red",
    "skipped": "yellow",
    "error": "bold magenta",
    "faint": "dim",
    "label": "cyan",
}


def shown(pieces: Iterable[Piece], stream: TextIO, see: str = SEE) -> str:
    """The text that suits the stream, ready to be written there."""
    text = terminal_text(pieces, see) if stream.isatty() else plain_text(pieces, see)
    return fitting(text, stream)


def terminal_text(pieces: Iterable[Piece], see: str = SEE, width: int | None = None) -> str:
    """The pieces for this terminal, or for one with `width` columns. `see` says where what is cut is whole.

    No text is read as markup: a finding may quote whatever a program printed.
    """
    target = io.StringIO()
    console = console_for(target, width)
    columns = max(NARROWEST, min(console.width, WIDEST))
    for piece in pieces:
        for line in _lines(piece, columns, see):
            console.print(line, soft_wrap=True)
    return target.getvalue()


def console_for(target: TextIO, width: int | None = None) -> Console:
    """What writes to a terminal, by way of any stream: as wide as the terminal, and nothing is read as markup."""
    from rich.console import Console

    return Console(
        file=target,
        width=width,
        force_terminal=True,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )


def _lines(piece: Piece, columns: int, see: str) -> Iterator[Text]:
    from rich.text import Text

    match piece:
        case Words(text, tone):
            yield Text(text, STYLES.get(tone, ""))
        case Heading():
            yield from _heading(piece, columns)
        case Command(label, text):
            yield Text.assemble(*_beside(label, LABEL), text)
        case Part():
            yield from _part(piece, columns, see)


def _part(part: Part, columns: int, see: str) -> Iterator[Text]:
    """The words that the plain form has, in lines as wide as the terminal."""
    from rich.text import Text

    end = cut(part.text, WIDTH - part.start, part.most)
    room = columns - part.start
    lines = [line for line, _ in fold(part.text[:end], room)]
    if end < len(part.text):
        lines += [line for line, _ in fold(left_out(part.text, end, see), room)]
    for number, line in enumerate(lines):
        yield Text.assemble(*_beside(part.label or "" if number == 0 else "", part.start), line.rstrip())


def _beside(label: str, start: int) -> tuple[str, tuple[str, str], str]:
    """What stands before a text that begins in this column."""
    indent = min(INDENT, start)
    return " " * indent, (label, STYLES["label"]), " " * (start - indent - cells(label))


def _heading(heading: Heading, columns: int) -> Iterator[Text]:
    """The title, and at its end, in the last column, the points."""
    from rich.text import Text

    room = columns - INDENT - 2 - cells(heading.points)
    lines = [line.rstrip() for line, _ in fold(heading.title, room)]
    for number, line in enumerate(lines, start=1):
        sign = " " if number > 1 else heading.sign
        points = heading.points if number == len(lines) else ""
        gap = " " * (columns - INDENT - cells(line) - cells(points)) if points else ""
        yield Text.assemble((f"{sign} {line}", STYLES[heading.tone]), gap, points)
