"""In: a module's line tables (DWARF); out: for an address the file and line it was compiled from.

Decoded by pyelftools, once a module, and only where the tables are of a size that a student's program may have: what lies
in them comes from the submission. Format: DWARF 5 §6.2.
"""

from __future__ import annotations

import io
import posixpath
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DwarfConfig, DWARFInfo
from elftools.dwarf.lineprogram import LineProgram

from grader.model import Source
from grader.trace.sites.elf import Elf

MOST_BYTES = {"debug_line": 128 << 10, "debug_abbrev": 64 << 10}
OTHER_BYTES = 2 << 20
MOST_UNITS = 64
"""What is read at most, so that nobody waits long for tables that were made to be long."""
MOST_LINE = 1_000_000
SYSTEM = ("/usr/", "/lib/", "/lib64/")
"""Where headers lie that are not the submission's, though code of them may be inlined into it."""

_SECTIONS = (
    "debug_info", "debug_aranges", "debug_abbrev", "debug_frame", "eh_frame", "debug_str", "debug_loc", "debug_ranges",
    "debug_line", "debug_pubtypes", "debug_pubnames", "debug_addr", "debug_str_offsets", "debug_line_str",
    "debug_loclists", "debug_rnglists", "debug_sup", "gnu_debugaltlink", "debug_types",
)  # fmt: skip
_USED = {"debug_info", "debug_abbrev", "debug_str", "debug_line", "debug_line_str"}


class Table:
    """The lines of one module; `empty` when it was compiled without them."""

    def __init__(self, elf: Elf, home: str) -> None:
        """Read all line programs; file names are told from `home`, the folder the program was compiled in."""
        self._rows: list[tuple[int, int, Source | None]] = sorted(_rows(elf, home), key=lambda row: row[:2])
        self._starts = [start for start, _, _ in self._rows]

    @property
    def empty(self) -> bool:
        """Whether nothing is known of any address."""
        return not self._rows

    def at(self, address: int) -> tuple[bool, Source | None]:
        """Whether the address is in the tables, and its place if that is in the submission's own files."""
        index = bisect_right(self._starts, address) - 1
        if index < 0 or address >= self._rows[index][1]:
            return False, None
        return True, self._rows[index][2]


def _rows(elf: Elf, home: str) -> Iterator[tuple[int, int, Source | None]]:
    information = _information(elf)
    if information is None:
        return
    for unit in islice(information.iter_CUs(), MOST_UNITS):
        program = information.line_program_for_CU(unit)
        if program is None:
            continue
        folder = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
        names = _Names(program, folder.value.decode("utf-8", "replace") if folder else "", home)
        last = None
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if last is not None and state.address > last.address:
                yield last.address, state.address, names.source(last.file, last.line)
            last = None if state.end_sequence else state


def _information(elf: Elf) -> DWARFInfo | None:
    found = {}
    for name in _SECTIONS:
        section = elf.section(f".{name}") if name in _USED else None
        if section is not None:
            if len(section.data) > MOST_BYTES.get(name, OTHER_BYTES):
                return None
            found[name] = DebugSectionDescriptor(
                io.BytesIO(section.data), f".{name}", 0, len(section.data), section.address
            )
    if not {"debug_info", "debug_abbrev", "debug_line"} <= found.keys():
        return None
    config = DwarfConfig(little_endian=True, machine_arch="x64", default_address_size=8)
    return DWARFInfo(config, **{f"{name}_sec": found.get(name) for name in _SECTIONS})


class _Names:
    """The files that one line program speaks of."""

    def __init__(self, program: LineProgram, folder: str, home: str) -> None:
        self._version = program.header.version
        self._files = program.header.file_entry
        self._folders = program.header.include_directory
        self._folder = folder
        self._home = home
        self._known: dict[int, str] = {}

    def source(self, index: int, line: int) -> Source | None:
        """A place; None: a line that no file has, or a file that is not the submission's."""
        if not 0 < line <= MOST_LINE:
            return None
        if index not in self._known:
            self._known[index] = own_name(self._path(index), self._home)
        name = self._known[index]
        return Source(name, line) if name else None

    def _path(self, index: int) -> str:
        first = 0 if self._version >= 5 else 1  # since DWARF 5 both tables count from 0
        if not first <= index < len(self._files) + first:
            return ""
        entry = self._files[index - first]
        number = entry.dir_index
        folder = b""
        if first <= number < len(self._folders) + first:
            folder = self._folders[number - first]
        path = posixpath.join(folder.decode("utf-8", "replace"), entry.name.decode("utf-8", "replace"))
        return posixpath.normpath(posixpath.join(self._folder, path))


def own_name(path: str, home: str) -> str:
    """The file as the student knows it: from the program's own folder; empty for a file of the system's, or no file's name."""
    name = path.removeprefix(home.rstrip("/") + "/")
    if not name or len(name) > 255 or name.startswith(SYSTEM) or not name.isprintable() or name.endswith(">"):
        return ""
    return name if not name.startswith("/") else posixpath.basename(name)
