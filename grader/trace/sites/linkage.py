"""In: a module; out: for a call in it the name of the library's function that it goes to, through the linkage table.

The name on the stack may be another one: a function may jump on to one of its own (sem_wait, system). Format: System V ABI
for x86-64, §5.2 (procedure linkage table), elf(5) (relocations).
"""

from __future__ import annotations

import struct

from grader.trace.sites.elf import Elf, plain

_RELOCATION = struct.Struct("<QQq")
_STUB = 16
_JUMP, _CALL = b"\xff\x25", b"\xff\x15"


class Linkage:
    """The slots through which a module reaches other modules' functions."""

    def __init__(self, elf: Elf) -> None:
        """Read the relocations of the slots. Raises ValueError, struct.error."""
        self._elf = elf
        self._slots: dict[int, str] = {}
        symbols, strings = elf.section(".dynsym"), elf.section(".dynstr")
        if symbols is None or strings is None:
            return
        for table in (".rela.plt", ".rela.dyn"):
            section = elf.section(table)
            if section is not None:
                whole = len(section.data) - len(section.data) % _RELOCATION.size
                for slot, info, _ in _RELOCATION.iter_unpack(section.data[:whole]):
                    if info >> 32:
                        (name,) = struct.unpack_from("<I", symbols.data, 24 * (info >> 32))
                        end = strings.data.find(b"\0", name)
                        self._slots[slot] = strings.data[name:end].decode("ascii", "replace")

    def called(self, returns_to: int) -> str:
        """The function that the call before this address goes to; empty where that is not known."""
        code = self._elf.memory(returns_to - 6, 6)
        if len(code) < 6:
            return ""
        if code[:2] == _CALL:
            return self._slot(code[2:], returns_to)
        if code[1] != 0xE8:
            return ""
        target = returns_to + _signed(code[2:])
        stub = self._elf.memory(target, _STUB)
        at = stub.find(_JUMP)
        return self._slot(stub[at + 2 : at + 6], target + at + 6) if at >= 0 else ""

    def _slot(self, distance: bytes, after: int) -> str:
        return plain(self._slots.get(after + _signed(distance), "")) if len(distance) == 4 else ""


def _signed(code: bytes) -> int:
    return int.from_bytes(code, "little", signed=True)
