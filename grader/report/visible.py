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

__all__ = ["clip", "cut", "fitting", "fold", "left_out", "visible"]

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


def cut(text: str, width: int, most: int) -> int:
    """Where to cut a text so that, with a line on what is left out, it takes `most` lines (2 or more); its length if it fits."""
    if len(text) <= width * most and len(list(fold(text, width))) <= most:
        return len(text)
    return list(islice(fold(text, width), most - 1))[-1][1]


def left_out(text: str, end: int, see: str) -> str:
    """The line in place of what is cut off at `end`: how many bytes that is, and where it is."""
    return f"… ({len(text[end:].encode('utf-8', 'backslashreplace'))} more bytes, see {see})"


def clip(text: str, width: int, most: int, see: str) -> list[str]:
    """The text in at most `most` lines (2 or more); what is left out is counted in bytes, `see` says where it is."""
    end = cut(text, width, most)
    lines = [line for line, _ in fold(text[:end], width)]
    return lines if end == len(text) else [*lines, left_out(text, end, see)]


def fitting(text: str, stream: TextIO) -> str:
    """The text with plain signs for those that the stream's encoding lacks, and escapes for the rest."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text
