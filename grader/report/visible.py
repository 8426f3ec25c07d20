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
from unicodedata import east_asian_width

from grader.texts import gettext

__all__ = ["cells", "clip", "cut", "fitting", "fold", "left_out", "padded", "visible"]

WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6"
NEVER_FIRST = "，。、；：？！）》」』】”’…"
NEVER_LAST = "（《「『【“‘"
BREAK = rf"(?<! ) (?! )|(?!^)(?<![ {NEVER_LAST}])(?![ {NEVER_FIRST}])(?!$)(?:(?<=[{WIDE}])|(?=[{WIDE}]))"
"""A single space, or a place beside a Chinese character: there no space is needed, but some signs begin or end no line."""
PLAIN = str.maketrans(
    {"✓": "+", "✗": "x", "…": "...", "·": "-", "→": "->", "—": "-", "×": "x", "–": "-", "“": '"', "”": '"', "’": "'"}
)


def visible(text: str) -> str:
    r"""The text on one line with all other than printable characters escaped: `\x1b`, `\n`, `\u202e`, `\udc80`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def fold(text: str, width: int) -> Iterator[tuple[str, int]]:
    """Break a text at single spaces into lines of at most `width` columns, each with the offset at which it ends.

    Chinese is broken between its characters. A longer word is broken where it must be. Runs of spaces stay whole, as they may be
    data.
    """
    start = end = after = 0
    reach = _reach(text, start, width)
    for stop, resume in (*(match.span() for match in re.finditer(BREAK, text, re.DOTALL)), (len(text), len(text))):
        if stop > reach and end > start:
            yield text[start:end], end
            start = after
            reach = _reach(text, start, width)
        while stop > reach:
            yield text[start:reach], reach
            start = reach
            reach = _reach(text, start, width)
        end, after = stop, resume
    yield text[start:], len(text)


def _reach(text: str, start: int, width: int) -> int:
    """Where a line that begins at `start` must end, by its columns; it holds one character at least."""
    end, left = start, width
    while end < len(text) and (left := left - cells(text[end])) >= 0:
        end += 1
    return max(end, min(start + 1, len(text)))


def cells(text: str) -> int:
    """How many columns a terminal gives to a text: two to each wide character (Unicode Standard Annex 11), else one."""
    return len(text) + (0 if text.isascii() else sum(east_asian_width(each) in "WF" for each in text))


def padded(text: str, columns: int) -> str:
    """The text with spaces up to so many columns."""
    return text + " " * (columns - cells(text))


def cut(text: str, width: int, most: int) -> int:
    """Where to cut a text so that, with a line on what is left out, it takes `most` lines (2 or more); its length if it fits."""
    if len(text) <= width * most and len(list(fold(text, width))) <= most:
        return len(text)
    return list(islice(fold(text, width), most - 1))[-1][1]


def left_out(text: str, end: int, see: str) -> str:
    """The line in place of what is cut off at `end`: how many bytes that is, and where it is."""
    left = len(text[end:].encode("utf-8", "backslashreplace"))
    return gettext("… ({number} more bytes, see {file})", number=left, file=see)


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
