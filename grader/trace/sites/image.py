"""In: a process and an address of its memory; out: the module that is mapped there, and the address as it was linked."""

from __future__ import annotations

import os
import posixpath
import re
from bisect import bisect_right

from grader.frozen import dataclass
from grader.trace.sites.module import NOWHERE, Module, Spot

SYSTEM = ("/usr/", "/lib/", "/lib64/")
MOST_READS = 64
MOST_BYTES = 1 << 20
_EXECUTABLE = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) \S+ (\d+) +(/.*)$", re.MULTILINE)  # proc(5)


@dataclass(slots=True)
class Modules:
    """The files that may be mapped: those of the system, of `mounts`, and the submission's `folder`, which inside is `home`.

    What they hold stays known from one run to the next.
    """

    folder: str
    home: str
    mounts: tuple[str, ...]
    known: dict[tuple[str, int], Module]

    def find(self, path: str, inode: int) -> Module | None:
        """The module mapped from `path`; None for a file that the program may have written itself."""
        if path.startswith(self.home + "/"):
            return self._module(self.folder + path[len(self.home) :], inode, own=True)
        if path.startswith(self.folder + "/"):  # where there is no wall between inside and outside
            return self._module(path, inode, own=True)
        if path.startswith((*SYSTEM, *(mount + "/" for mount in self.mounts))):
            return self._module(path, inode, own=False)
        return None

    def _module(self, path: str, inode: int, *, own: bool) -> Module:
        key = (path, inode)
        if key not in self.known:
            self.known[key] = Module(path, inode, self.home, own=own)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapped stretch of a file: addresses `start` to `end`, from `offset` of the file on."""

    start: int
    end: int
    offset: int
    module: Module
    path: str

    @property
    def moved(self) -> int:
        """How far from their linked addresses its bytes lie."""
        linked = self.module.elf.address_of(self.offset) if self.module.elf is not None else None
        return self.start - (linked or 0)


class Image:
    """The executable mappings of one process, read again when an address lies in none of them."""

    def __init__(self, modules: Modules) -> None:
        """Know nothing yet."""
        self._modules = modules
        self._mappings: list[Mapping] = []
        self._starts: list[int] = []
        self._reads = 0
        self._python = False
        self._spots: dict[tuple[int, bool], Spot] = {}

    def spot(self, tid: int, address: int, *, returns: bool) -> Spot:
        """What is known of an address of this process."""
        key = (address, returns)
        found = self._spots.get(key)
        if found is None:
            mapping = self.mapping(tid, address)
            if mapping is None or mapping.module.elf is None:
                return NOWHERE
            linked = mapping.module.elf.address_of(address - mapping.start + mapping.offset)
            if linked is None:
                return NOWHERE
            found = self._spots[key] = mapping.module.spot(linked, returns=returns)
        return found

    def mapping(self, tid: int, address: int) -> Mapping | None:
        """The mapping of an address; None where no trusted file is mapped executable."""
        found = self._at(address)
        if found is None and self._reads < MOST_READS:
            self.refresh(tid)
            found = self._at(address)
        return found

    def _at(self, address: int) -> Mapping | None:
        index = bisect_right(self._starts, address) - 1
        return self._mappings[index] if index >= 0 and address < self._mappings[index].end else None

    def refresh(self, tid: int) -> None:
        """Read /proc/T/maps."""
        self._reads += 1
        self._spots.clear()
        self._mappings = []
        try:
            with open(f"/proc/{tid}/maps", "rb") as file:
                told = file.read(MOST_BYTES)
        except OSError:
            told = b""
        for start, end, offset, inode, path in _EXECUTABLE.findall(told):
            name = os.fsdecode(path)
            module = self._modules.find(name, int(inode))
            if module is not None:
                self._mappings.append(Mapping(int(start, 16), int(end, 16), int(offset, 16), module, name))
        self._starts = [each.start for each in self._mappings]
        self._python = any(_is_python(each.path) for each in self._mappings)

    @property
    def mapped(self) -> tuple[Mapping, ...]:
        """All of them, as they were last read."""
        return tuple(self._mappings)

    def runs_python(self, tid: int) -> bool:
        """Whether the program is a Python interpreter, by the name of its file."""
        if not self._reads:
            self.refresh(tid)
        return self._python

    def libraries(self, tid: int) -> list[Mapping]:
        """The mapped files that can hold an interpreter. Looked for anew as often as a process may be looked at."""
        found = [each for each in self._mappings if _is_python(each.path)]
        if self._reads < MOST_READS and not any(each.module.layout for each in found):
            self.refresh(tid)
            found = [each for each in self._mappings if _is_python(each.path)]
        return found


def _is_python(path: str) -> bool:
    return posixpath.basename(path).startswith(("python", "libpython"))
