"""In: a module's call-frame information; out: for an address the rule that leads from a function's frame to its caller's.

The sorted table in .eh_frame_hdr finds the one entry that matters; that entry alone is decoded, by pyelftools. Decoding all
that libc has would take seconds. Formats: Linux Standard Base (.eh_frame, .eh_frame_hdr), DWARF 5 §6.4.
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right

from elftools.dwarf.callframe import FDE, CallFrameInfo
from elftools.dwarf.structs import DWARFStructs

from grader.frozen import dataclass
from grader.trace.sites.elf import Elf, Section

RETURN = 16
"""The column of the return address in the x86-64 ABI."""
_TABLE = bytes(
    (1, 0x1B, 0x03, 0x3B)
)  # version 1; pointers: 4 bytes relative to themselves, a plain count, relative to the table
_MOST = 1 << 12


@dataclass(frozen=True, slots=True)
class Rule:
    """How to leave a frame: CFA = `register` + `offset`; at offsets from it lie the registers in `saved` and the return address.

    Where `return_in` is a register, the address is held there (vfork). Registers by their DWARF numbers: 6 is rbp, 7 is rsp.
    """

    register: int
    offset: int
    saved: tuple[tuple[int, int], ...]
    return_at: int = 0
    return_in: int | None = None


class Frames:
    """The rules of one module."""

    def __init__(self, elf: Elf) -> None:
        """Read the table; a module without one, or with one of another form, has no rules."""
        self._starts: list[int] = []
        self._entries: list[int] = []
        self._section: Section | None = None
        header, self._section = elf.section(".eh_frame_hdr"), elf.section(".eh_frame")
        if header is None or self._section is None or header.data[:4] != _TABLE:
            return
        (count,) = struct.unpack_from("<I", header.data, 8)
        pairs = list(struct.iter_unpack("<ii", header.data[12 : 12 + 8 * count]))
        self._starts = [header.address + start for start, _ in pairs]
        self._entries = [header.address + entry - self._section.address for _, entry in pairs]

    def covers(self, address: int) -> bool:
        """Whether an entry speaks of this address, whatever it says; without a table nobody knows."""
        return not self._starts or self._entry(address) is not None

    def rule(self, address: int) -> Rule | None:
        """The rule at a linked address; None where there is none that is understood, and in a signal's frame.

        Raises ValueError, or whatever pyelftools makes of damaged tables.
        """
        entry = self._entry(address)
        if entry is None:
            return None
        # A signal's frame (augmentation `S`) has no caller: what was interrupted called nothing.
        if entry.cie is None or b"S" in entry.cie.header.augmentation:
            return None
        rows = [row for row in entry.get_decoded().table if row["pc"] <= address]
        return _rule(rows[-1]) if rows else None

    def _entry(self, address: int) -> FDE | None:
        index = bisect_right(self._starts, address) - 1
        if index < 0 or self._section is None:
            return None
        entry = _decode(self._section, self._entries[index])
        start = entry.header.initial_location
        return entry if start <= address < start + entry.header.address_range else None


def _decode(section: Section, at: int) -> FDE:
    """One entry with the common part it refers to, both cut out of the section."""
    entry = _cut(section.data, at)
    back = struct.unpack_from("<I", entry, 4)[0]
    common = _cut(section.data, at + 4 - back)
    whole = common + entry[:4] + struct.pack("<I", len(common) + 4) + entry[8:]
    structs = DWARFStructs(little_endian=True, dwarf_format=32, address_size=8)
    address = section.address + at - len(common)
    found = CallFrameInfo(io.BytesIO(whole), len(whole), address, structs, for_eh_frame=True).get_entries()
    if len(found) != 2 or not isinstance(found[1], FDE):
        raise ValueError("no call-frame entry")
    return found[1]


def _cut(data: bytes, at: int) -> bytes:
    if at < 0 or at + 4 > len(data):
        raise ValueError("a call-frame entry outside its section")
    (size,) = struct.unpack_from("<I", data, at)
    if not 8 <= size <= _MOST or at + 4 + size > len(data):
        raise ValueError("a call-frame entry of impossible size")
    return data[at : at + 4 + size]


def _rule(row: dict[object, object]) -> Rule | None:
    cfa = row["cfa"]
    register, offset = getattr(cfa, "reg", None), getattr(cfa, "offset", None)
    if register is None or offset is None:
        return None  # an expression: only where a call goes through the linkage table
    saved: dict[int, int] = {}
    held: int | None = None
    for column, how in row.items():
        if isinstance(column, int):
            kind, argument = getattr(how, "type", ""), getattr(how, "arg", None)
            if kind == "OFFSET" and isinstance(argument, int):
                saved[column] = argument
            elif column == RETURN and kind == "REGISTER" and isinstance(argument, int):
                held = argument
            elif kind not in ("SAME_VALUE", "UNDEFINED"):
                return None
    if held is not None:
        return Rule(register, offset, tuple(saved.items()), return_in=held)
    back = saved.pop(RETURN, None)  # the first function of a stack has none
    return None if back is None else Rule(register, offset, tuple(saved.items()), back)
