"""In: the address of a Python code object in a stopped process; out: whose code it is, and its lines, remembered by content.

Of the submission's code every byte that a line follows from is compared at each look; of a library's code, of which no line
is told, the pointers and the first line are.
"""

from __future__ import annotations

import struct

from grader.box import ptrace
from grader.frozen import dataclass
from grader.trace.sites.layout import Layout
from grader.trace.sites.locations import Lines
from grader.trace.sites.sources import Sources

MOST_NAME = 4096
MOST_TABLE = 1 << 20
MOST_CODES = 20_000
_SIZE_AT, _BYTES_AT = 16, 32  # of a bytes object
_LENGTH_AT, _STATE_AT = 16, 32  # of a text
_ENCODINGS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}
Parts = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A code object as it was read: the stretches of memory that matter, their content, and what they say.

    `library`: it is no code of the submission's. `hidden`: it was made from a string and has no file.
    """

    parts: Parts
    content: bytes
    file: str
    lines: Lines
    library: bool
    hidden: bool


class Codes:
    """The code objects of one process."""

    def __init__(self, layout: Layout, sources: Sources) -> None:
        """Know nothing yet."""
        self._layout = layout
        self._sources = sources
        self._known: dict[int, Code] = {}
        self._checks: dict[tuple[int, ...], tuple[ptrace.Parts, bytes]] = {}

    def known(self, tid: int, address: int) -> Code | None:
        """What is remembered of an address, or else what lies there; None: no code object."""
        found = self._known.get(address)
        if found is None:
            found = self._read(tid, address)
            if found is not None and len(self._known) < MOST_CODES:
                self._known[address] = found
        return found

    def fresh(self, tid: int, addresses: tuple[int, ...]) -> bool:
        """Whether what is remembered of all these addresses still lies there; if not, everything is forgotten."""
        check = self._checks.get(addresses)
        if check is None:
            codes = [code for code in map(self._known.get, addresses) if code is not None]
            parts = ptrace.Parts([part for code in codes for part in code.parts])
            check = (parts, b"".join([code.content for code in codes]))
            if len(self._checks) < MOST_CODES and len(codes) == len(addresses):
                self._checks[addresses] = check
        parts, content = check
        if parts.read(tid) == content:
            return True
        self._known.clear()
        self._checks.clear()
        return False

    def _read(self, tid: int, address: int) -> Code | None:
        at = self._layout
        fields = (address + at.code_first_line, at.code_lines + 8 - at.code_first_line)
        raw = ptrace.read(tid, *fields)
        if len(raw) != fields[1]:
            return None
        (first,) = struct.unpack_from("<i", raw)
        (name_at,) = struct.unpack_from("<Q", raw, at.code_file - at.code_first_line)
        (table_at,) = struct.unpack_from("<Q", raw, at.code_lines - at.code_first_line)
        name = self._text(tid, name_at)
        if name is None:
            return None
        parts, file = name
        hidden = file.startswith("<") and not file.startswith("<frozen ")
        if not hidden and not self._sources.own(file):
            return Code((fields,), raw, file, Lines(b"", 0), library=True, hidden=False)
        table = (table_at + _BYTES_AT, self._size(tid, table_at))
        whole = (fields, *parts, (table_at + _SIZE_AT, 8), table)
        content = ptrace.read_parts(tid, whole)
        if not 0 < table[1] <= MOST_TABLE or len(content) != sum(size for _, size in whole):
            return None
        lines = Lines(content[-table[1] :], first)
        return Code(whole, content, file, lines, library=False, hidden=hidden)

    def _size(self, tid: int, address: int) -> int:
        raw = ptrace.read(tid, address + _SIZE_AT, 8)
        size = struct.unpack("<Q", raw)[0] if len(raw) == 8 else 0
        return int(size) if size <= MOST_TABLE else 0

    def _text(self, tid: int, address: int) -> tuple[Parts, str] | None:
        """The stretches that a text consists of, and the text; None: it is none, or not in the usual compact form."""
        head = ((address + _LENGTH_AT, 8), (address + _STATE_AT, 4))
        raw = ptrace.read_parts(tid, head)
        if len(raw) != 12:
            return None
        length, state = struct.unpack("<QI", raw)
        width, compact, ascii_only = state >> 2 & 7, state >> 5 & 1, state >> 6 & 1
        if not compact or width not in _ENCODINGS or not 0 < length <= MOST_NAME:
            return None
        start = self._layout.text_ascii if ascii_only else self._layout.text_other
        characters = (address + start, length * width)
        raw = ptrace.read(tid, *characters)
        if len(raw) != characters[1]:
            return None
        return (*head, characters), raw.decode(_ENCODINGS[width], "replace")
