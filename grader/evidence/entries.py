"""In: the events of a run; out: which process had which descriptor open, number by number, from which event to which."""

from __future__ import annotations

from dataclasses import replace

from grader.evidence.tables import Table, changes
from grader.frozen import dataclass
from grader.kernel import Descriptor
from grader.model import Event

__all__ = ["Entry", "entries_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch in which descriptor `fd` of a process referred to one open file description.

    `mode` is `r`, `w` or `rw`. `since` is the event that gave the entry to the process, `made` the number of the event
    that made it: an earlier one where fork copied it. `closed` is the event that took it (None: never): a call, or the
    end of the process.
    """

    process: str
    fd: int
    object: str
    mode: str
    made: int
    since: Event
    closed: Event | None = None

    @property
    def inherited(self) -> bool:
        """Whether the process got it at its birth."""
        return self.made < self.since.n

    @property
    def kept(self) -> bool:
        """Whether nothing but the end of the process, if anything, closed it."""
        return self.closed is None or self.closed.kind == "exit"

    def covers(self, n: int) -> bool:
        """Whether the number was open after event `n`."""
        return self.since.n <= n and (self.closed is None or n < self.closed.n)


def entries_of(events: tuple[Event, ...]) -> tuple[Entry, ...]:
    """Every entry of every descriptor table of the run, by the event that began it."""
    ledger = _Ledger()
    for tables, event in changes(events):
        ledger.note(tables, event)
    return ledger.all()


class _Ledger:
    """What each process has open now, and all that it had before."""

    def __init__(self) -> None:
        self._seen: dict[str, Table] = {}
        self._open: dict[tuple[str, int], Entry] = {}
        self._past: list[Entry] = []

    def note(self, tables: dict[str, Table], event: Event) -> None:
        """Compare the tables of all live processes with what was known of them."""
        for name in {**self._seen, **tables}:
            old, new = self._seen.get(name, {}), tables.get(name, {})
            if old is not new:
                self._update(name, old, new, event)
        self._seen = tables

    def _update(self, process: str, old: Table, new: Table, event: Event) -> None:
        """Begin and finish the entries of one process; a changed flag leaves an entry what it is."""
        for fd, entry in old.items():
            if not _same(entry, new.get(fd)):
                self._past.append(replace(self._open.pop((process, fd)), closed=event))
        for fd, entry in new.items():
            if not _same(entry, old.get(fd)):
                self._open[process, fd] = Entry(process, fd, entry.object, entry.mode, entry.opened, event)

    def all(self) -> tuple[Entry, ...]:
        """Finished and open entries, in the order in which they began."""
        return tuple(sorted((*self._past, *self._open.values()), key=lambda e: (e.since.n, e.process, e.fd)))


def _same(one: Descriptor, other: Descriptor | None) -> bool:
    return other is not None and (one.opened, one.object) == (other.opened, other.object)
