"""In: pieces of a report; out: plain lines, at most 12 a check, for a file, a pipe, or a terminal of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.model import Report
from grader.report.pieces import INDENT, LABEL, Command, Heading, Part, Piece, Words, report_pieces
from grader.report.visible import cells, clip, padded

__all__ = ["SEE", "WIDTH", "plain_text", "report_text"]

WIDTH = 76
SEE = "--json FILE"
"""Where the whole of a cut text is to be had when no file holds it yet."""


def report_text(report: Report, see: str = SEE) -> str:
    """The whole report, plain. `see` names the file that holds in full what is cut here."""
    return plain_text(report_pieces(report, see), see)


def plain_text(pieces: Iterable[Piece], see: str = SEE) -> str:
    """The pieces as lines of at most 76 characters, but for commands and words, which stay whole."""
    return "".join(f"{line}\n" for piece in pieces for line in _lines(piece, see))


def _lines(piece: Piece, see: str) -> Iterator[str]:
    match piece:
        case Words(text):
            yield text
        case Heading(sign, title, points):
            gap = " " * max(2, WIDTH - 2 - cells(title) - cells(points))
            yield f"{sign} {title}{gap}{points}".rstrip()
        case Command(label, text):
            yield f"{'':{INDENT}}{padded(label, LABEL - INDENT)}{text}"
        case Part(label, text, most):
            first, *rest = clip(text, WIDTH - piece.start, most, see)
            yield padded(" " * INDENT + label if label else "", piece.start) + first
            yield from (" " * piece.start + line for line in rest)
