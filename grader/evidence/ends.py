"""In: the events of a run; out: who held which end of which object, from which event to which event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.evidence.tables import Table, changes
from grader.frozen import dataclass
from grader.model import Event

__all__ = ["Hold", "holds_of"]

Side = tuple[str, str]
"""One end of an object: its name and `read` or `write`."""

MODES = {"r": "read", "w": "write"}


@dataclass(frozen=True, slots=True)
class Hold:
    """One uninterrupted stretch in which a process held at least one descriptor of an end.

    `mode` is `read` or `write`; `fds` are the descriptors it was ever held by; `opened` is the event that gave the
    first one, `closed` the event that took the last one (None: never).
    """

    process: str
    object: str
    mode: str
    fds: tuple[int, ...]
    opened: Event
    closed: Event | None = None

    def covers(self, n: int) -> bool:
        """Whether the end was held after event `n`."""
        return self.opened.n <= n and (self.closed is None or n < self.closed.n)


def holds_of(events: tuple[Event, ...]) -> tuple[Hold, ...]:
    """Every hold of the run, by the event that began it."""
    ledger = _Ledger()
    for tables, event in changes(events):
        ledger.note(tables, event)
    return ledger.all()


class _Ledger:
    """What each process holds now, and all that it held before."""

    def __init__(self) -> None:
        self._seen: dict[str, Table] = {}
        self._open: dict[str, dict[Side, Hold]] = {}
        self._past: list[Hold] = []

    def note(self, tables: dict[str, Table], event: Event) -> None:
        """Compare the tables of all live processes with what was known of them."""
        for name in {**self._seen, **tables}:
            if self._seen.get(name) is not tables.get(name):
                self._update(name, _ends(tables.get(name, {})), event)
        self._seen = tables

    def _update(self, process: str, ends: Mapping[Side, tuple[int, ...]], event: Event) -> None:
        """Begin and finish the holds of one process."""
        now = self._open.setdefault(process, {})
        for end in [end for end in now if end not in ends]:
            self._past.append(replace(now.pop(end), closed=event))
        for end, fds in ends.items():
            known = now.get(end)
            if known is None:
                now[end] = Hold(process, *end, fds, event)
            elif not set(fds) <= set(known.fds):
                now[end] = replace(known, fds=tuple(sorted({*known.fds, *fds})))

    def all(self) -> tuple[Hold, ...]:
        """Finished and open holds, in the order in which they began."""
        current = (hold for ends in self._open.values() for hold in ends.values())
        return tuple(
            sorted((*self._past, *current), key=lambda hold: (hold.opened.n, hold.process, hold.object, hold.mode))
        )


def _ends(table: Table) -> dict[Side, tuple[int, ...]]:
    """The ends that a table holds, each with its descriptors."""
    ends: dict[Side, tuple[int, ...]] = {}
    for fd, entry in sorted(table.items()):
        for letter in entry.mode:
            side = (entry.object, MODES[letter])
            ends[side] = (*ends.get(side, ()), fd)
    return ends
