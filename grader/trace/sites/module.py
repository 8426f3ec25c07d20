"""In: a mapped file; out: `Module`: for one of its addresses a `Spot`: whose code it is, its line, and the way to its caller.

What a submission's own file holds comes from the submission: whatever goes wrong with it means that nothing is known.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import TYPE_CHECKING

from grader.frozen import dataclass
from grader.model import Source
from grader.trace.sites.elf import Elf, Functions, read
from grader.trace.sites.layout import Layout, layout_of
from grader.trace.sites.linkage import Linkage

if TYPE_CHECKING:
    from grader.trace.sites.frames import Frames, Rule
    from grader.trace.sites.table import Table

MOST_FRAMES = 20_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What is known of one address.

    `own`: it is the submission's code, and unwinding ends here; `source` is its place, where that is known. `rule` leads to
    the caller (None: no way is known). `function` is the library's function there, or, in the submission's own code, the one
    that it calls there. `returns`: a call stands right before the address, so that it can be a return address. `bare`: the
    compiler's tables say nothing of it, as of the last steps of clone.
    """

    own: bool
    source: Source | None
    rule: Rule | None
    function: str
    returns: bool
    bare: bool = False


NOWHERE = Spot(own=False, source=None, rule=None, function="", returns=False)


class Module:
    """One ELF file, read when it is first asked. `own`: it lies in the submission's folder."""

    def __init__(self, path: str, inode: int, home: str, *, own: bool) -> None:
        """`path` is where the file lies outside the box; `home` the folder it was compiled in."""
        self._path = path
        self._inode = inode
        self._home = home
        self._own = own
        self._spots: dict[tuple[int, bool], Spot] = {}

    @cached_property
    def elf(self) -> Elf | None:
        """The file; None when it cannot be read."""
        try:
            return read(self._path, self._inode)
        except (OSError, ValueError):
            return None

    @cached_property
    def layout(self) -> Layout | None:
        """Where a Python interpreter in this file keeps what; None: it holds none that is known."""
        try:
            return layout_of(self.elf) if self.elf is not None else None
        except (ValueError, struct.error):
            return None

    @cached_property
    def _functions(self) -> Functions | None:
        return Functions(self.elf) if self.elf is not None else None

    @cached_property
    def _linkage(self) -> Linkage | None:
        return Linkage(self.elf) if self.elf is not None else None

    @cached_property
    def _frames(self) -> Frames | None:
        from grader.trace.sites.frames import Frames  # pyelftools is loaded for programs of machine code alone

        return Frames(self.elf) if self.elf is not None else None

    @cached_property
    def _table(self) -> Table | None:
        from grader.trace.sites.table import Table

        if not self._own or self.elf is None:
            return None
        try:
            return Table(self.elf, self._home)
        except Exception:  # noqa: BLE001 - the tables may be forged, and then any fault may come of them
            return None

    def spot(self, address: int, *, returns: bool) -> Spot:
        """What is known of a linked address; `returns`: of the call that returns there."""
        key = (address, returns)
        found = self._spots.get(key)
        if found is None:
            try:
                found = self._look(address, returns=returns)
            except Exception:  # noqa: BLE001 - as above
                found = NOWHERE
            if len(self._spots) < MOST_FRAMES:
                self._spots[key] = found
        return found

    def _function(self, address: int, inside: int, *, own: bool, returns: bool) -> str:
        if own:
            return self._linkage.called(address) if returns and self._linkage is not None else ""
        return self._functions.at(inside) if self._functions is not None else ""

    def _look(self, address: int, *, returns: bool) -> Spot:
        if self.elf is None or self._functions is None or self._frames is None:
            return NOWHERE
        # A return address may lie behind its function's end, after a call that never returns: look at the call itself.
        inside = address - returns
        known, source = self._table.at(inside) if self._table is not None else (False, None)
        rule = None if known else self._frames.rule(inside)
        # Without any line all of a program counts as the submission's, except where the kernel entered it.
        blank = self._own and (self._table is None or self._table.empty) and rule is not None
        return Spot(
            own=known or blank,
            source=source,
            rule=rule,
            function=self._function(address, inside, own=known or blank, returns=returns),
            returns=_follows_call(self.elf.memory(address - 7, 7)),
            bare=rule is None and not known and not self._frames.covers(inside),
        )


def _follows_call(code: bytes) -> bool:
    """Whether these seven bytes can end in a call instruction (E8 rel32, FF /2 in its lengths)."""
    if len(code) < 7:
        return False
    return code[-5] == 0xE8 or any(code[-n] == 0xFF and code[1 - n] >> 3 & 7 == 2 for n in (2, 3, 4, 6, 7))
