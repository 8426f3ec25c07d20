"""In: text that may come from a student's program; out: text that a terminal shows and does not obey.

Escape sequences could rewrite what stands above them, and marks of direction could turn a line around, so every
character that is not plainly printable (Unicode categories Other and Separator, but for the space) is written as its
escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

__all__ = ["clip", "fitting", "fold", "visible"]

BREAK = re.compile(r"(?<! ) (?! )")
PLAIN = str.maketrans(
    {"✓": "+", "✗": "x", "…": "...", "·": "-", "→": "->", "—": "-", "×": "x", "–": "-", "“": '"', "”": '"', "’": "'"}
)


def visible(text: str) -> str:
    r"""The text on one line with all other than printable characters escaped: `\x1b`, `\n`, `\u202e`, `\udc80`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def fold(text: str, width: int) -> Iterator[tuple[str, int]]:
    """Break a text at single spaces into lines of at most `width`, each with the offset at which it ends.

    A longer word is broken where it must be. Runs of spaces stay whole, as they may be data.
    """
    start = end = 0
    for space in (*(match.start() for match in BREAK.finditer(text)), len(text)):
        if space - start > width and end > start:
            yield text[start:end], end
            start = end + 1
        while space - start > width:
            yield text[start : start + width], start + width
            start += width
        end = space
    yield text[start:], len(text)


def clip(text: str, width: int, most: int, see: str) -> list[str]:
    """The text in at most `most` lines (2 or more); what is left out is counted in bytes, `see` says where it is."""
    if len(text) <= width * most:
        shown = [line for line, _ in fold(text, width)]
        if len(shown) <= most:
            return shown
    kept = list(islice(fold(text, width), most - 1))
    left = len(text[kept[-1][1] :].encode("utf-8", "backslashreplace"))
    return [*(line for line, _ in kept), f"… ({left} more bytes, see {see})"]


def fitting(text: str, stream: TextIO) -> str:
    """The text with plain signs for those that the stream's encoding lacks, and escapes for the rest."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text
