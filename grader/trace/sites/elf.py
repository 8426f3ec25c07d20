"""In: the path of an ELF file; out: its sections, its symbols, and where its segments lie: what an unwinder asks a module.

Tables are read in one go: an object for each symbol, as a general reader makes it, would cost more than a whole run.
Format: elf(5), System V ABI. Every fault of a file is a ValueError.
"""

from __future__ import annotations

import os
import stat
import struct
from bisect import bisect_right
from collections.abc import Iterator

from grader.frozen import dataclass

MOST_BYTES = 128 << 20
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_LOAD, _NO_BITS, _FUNCTION = 1, 8, 2


@dataclass(frozen=True, slots=True)
class Section:
    """The bytes of a section and the address, as linked, of the first."""

    address: int
    data: bytes


class Elf:
    """One 64-bit little-endian ELF file."""

    def __init__(self, raw: bytes) -> None:
        """Read the tables of sections and segments. Raises ValueError."""
        self._raw = raw
        try:
            fields = _HEADER.unpack_from(raw)
            if fields[0][:6] != b"\x7fELF\x02\x01":
                raise ValueError("no 64-bit little-endian ELF file")
            self._segments = list(_records(_SEGMENT, raw, fields[5], fields[10]))
            sections = list(_records(_SECTION, raw, fields[6], fields[12]))
            names = self._bytes(sections[fields[13]])
        except (struct.error, IndexError, OverflowError) as fault:
            raise ValueError("the ELF file is damaged") from fault
        self._sections = {_text(names, each[0]): each for each in sections}

    def section(self, name: str) -> Section | None:
        """A section by its name; None: it is not there, or only compressed (SHF_COMPRESSED)."""
        found = self._sections.get(name)
        return None if found is None or found[2] & 0x800 else Section(found[3], self._bytes(found))

    def _bytes(self, section: tuple[int, ...]) -> bytes:
        return b"" if section[1] == _NO_BITS else self._raw[section[4] : section[4] + section[5]]

    def address_of(self, offset: int) -> int | None:
        """The address, as linked, of the byte at `offset` of the file; None: it is in no loaded segment."""
        for kind, _flags, at, address, _physical, size, _memory, _align in self._segments:
            if kind == _LOAD and at <= offset < at + size:
                return int(address + offset - at)
        return None

    def memory(self, address: int, size: int) -> bytes:
        """What the file holds at a linked address; fewer bytes, or none, where its segments end."""
        for kind, _flags, at, start, _physical, held, _memory, _align in self._segments:
            if kind == _LOAD and start <= address < start + held:
                return self._raw[at + address - start : at + min(held, address - start + size)]
        return b""

    def symbols(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, address, size and type of each defined symbol, of the full table or else of the dynamic one."""
        for table, names in ((".symtab", ".strtab"), (".dynsym", ".dynstr")):
            symbols, strings = self.section(table), self.section(names)
            if symbols is None or strings is None:
                continue
            whole = len(symbols.data) - len(symbols.data) % _SYMBOL.size
            for name, kind, _other, section, address, size in _SYMBOL.iter_unpack(symbols.data[:whole]):
                if section and address:
                    yield _text(strings.data, name), address, size, kind & 0xF
            return


class Functions:
    """Which function of a module an address lies in, by the name that a programmer would call it."""

    def __init__(self, elf: Elf) -> None:
        """Sort the functions by their address; of several names of one the plainest is kept."""
        best: dict[int, tuple[int, str]] = {}
        for name, address, size, kind in elf.symbols():
            if kind in (_FUNCTION, 10) and size:  # 10: STT_GNU_IFUNC
                known = best.get(address)
                if known is None or _plainness(name) < _plainness(known[1]):
                    best[address] = (size, name)
        self._starts = sorted(best)
        self._best = best

    def at(self, address: int) -> str:
        """The name; empty where no known function is."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return ""
        start = self._starts[index]
        size, name = self._best[start]
        if address >= start + size:
            return ""
        return plain(name)


def plain(name: str) -> str:
    """The name that stands in the program, without the mark of the standard it was compiled for."""
    return name.removeprefix("__isoc99_").removeprefix("__isoc23_")


def _plainness(name: str) -> tuple[bool, bool, int, str]:
    return (name.startswith("_"), name.endswith("64"), len(name), name)


def read(path: str, inode: int) -> Elf:
    """The module that lies at `path` and is the file with this number. Raises OSError, ValueError for anything else."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_ino != inode or status.st_size > MOST_BYTES:
            raise ValueError("not the file that is mapped")
        return Elf(file.read())


def _records(form: struct.Struct, raw: bytes, at: int, count: int) -> Iterator[tuple[int, ...]]:
    return (form.unpack_from(raw, at + index * form.size) for index in range(count))


def _text(strings: bytes, at: int) -> str:
    return strings[at : max(strings.find(b"\0", at), at)].decode("ascii", "replace")
