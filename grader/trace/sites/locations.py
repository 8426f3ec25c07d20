"""In: the location table of a Python code object; out: for one of its instructions the line.

Format of CPython 3.11 and later: Objects/locations.md (before 3.13: locations.txt) of its sources.
"""

from __future__ import annotations

from bisect import bisect_right

MOST_LINE = 10_000_000
_UNIT = 2  # bytes
_ONE_LINE, _NO_COLUMNS, _LONG, _NONE = 10, 13, 14, 15


class Lines:
    """Which line each instruction of one code object stands on. A damaged table ends where the damage begins."""

    def __init__(self, table: bytes, first: int) -> None:
        """Decode the whole table; `first` is the line that it counts from."""
        self._starts: list[int] = []
        self._lines: list[int] = []
        reader = _Reader(table)
        line, at = first, 0
        while not reader.done:
            head = reader.byte()
            code = head >> 3 & 0xF
            line += reader.line_change(code)
            self._starts.append(at)
            self._lines.append(0 if code == _NONE else line)
            at += ((head & 7) + 1) * _UNIT
        self._end = at

    def at(self, offset: int) -> int:
        """The line of the instruction at this offset in bytes; 0: it has none."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._end:
            return 0
        line = self._lines[index]
        return line if 0 < line <= MOST_LINE else 0


class _Reader:
    def __init__(self, table: bytes) -> None:
        self._table = table
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._table)

    def byte(self) -> int:
        self._at += 1
        return self._table[self._at - 1] if self._at <= len(self._table) else 0

    def line_change(self, code: int) -> int:
        """Read the rest of an entry: by how many lines it goes on."""
        if code == _NONE:
            return 0
        if code == _NO_COLUMNS:
            return self._signed()
        if code == _LONG:
            change = self._signed()
            for _ in range(3):
                self._number()
            return change
        if code >= _ONE_LINE:
            self._at += 2
            return code - _ONE_LINE
        self._at += 1
        return 0

    def _number(self) -> int:
        """Six bits a byte, the lowest first; 0x40 says that more follow."""
        value = shift = 0
        while shift < 60:
            byte = self.byte()
            value |= (byte & 0x3F) << shift
            if not byte & 0x40:
                break
            shift += 6
        return value

    def _signed(self) -> int:
        value = self._number()
        return -(value >> 1) if value & 1 else value >> 1
