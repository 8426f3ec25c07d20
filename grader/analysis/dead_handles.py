"""In: a run; out: the descriptors of each process that were dead already when it opened more of their kind.

A descriptor is dead from the event on after which nobody uses it and nothing can come of it: the far end is closed
everywhere, its connection has ended, its process is gone, or the same object was opened once more instead. What is closed
in the end, however late, is no leak, nor is what a process keeps beside others that live: a table of connections.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from grader.analysis.uses import FAR, handed_over, numbers_of
from grader.evidence import Entry, Evidence, Hold
from grader.evidence.calls import CREATES_PROCESS, READS
from grader.frozen import dataclass
from grader.model import Event

__all__ = ["Dead", "growing"]

MANY = 8
"""So many dead descriptors while one more is opened are a leak."""
LOCKS = frozenset({"F_SETLK", "F_SETLKW", "F_OFD_SETLK", "F_OFD_SETLKW"})
GONE = frozenset({"ECONNRESET", "EPIPE"})
FLAGS = frozenset({"fcntl", "ioctl"})


@dataclass(frozen=True, slots=True)
class Dead:
    """A descriptor that its process opened, never closes, and has no more use for after event `dead`."""

    entry: Entry
    dead: int


def growing(run: Evidence, spoken_of: Iterable[Hold]) -> Mapping[str, list[Dead]]:
    """The leaked descriptors by process, for processes in which they grow: at least one was opened while MANY were dead.

    Pipes with an end in `spoken_of` are left out, in the process that holds it.
    """
    known = {(hold.process, hold.object) for hold in spoken_of}
    handles = _Handles(run)
    found: dict[str, list[Dead]] = defaultdict(list)
    for entry in handles.kept:
        dead = None if (entry.process, entry.object) in known else handles.dead_since(entry)
        if dead is not None:
            found[entry.process].append(Dead(entry, dead))
    return {process: leaked for process, leaked in found.items() if _grows(leaked)}


def _grows(leaked: list[Dead]) -> bool:
    """Whether MANY objects were dead when a further one was opened."""
    first: dict[tuple[str, int], int] = {}
    for each in leaked:
        name = (each.entry.object, 0 if each.entry.object.startswith("pipe ") else each.entry.made)
        first[name] = max(each.dead, first.get(name, 0))
    moments = sorted(first.values())
    return len(moments) > MANY and any(each.entry.made > moments[MANY - 1] for each in leaked)


class _Handles:
    """The descriptors of a run that their processes opened and never closed, with their last uses."""

    def __init__(self, run: Evidence) -> None:
        self._run = run
        self._uses: dict[tuple[str, int, int], list[Event]] = defaultdict(list)
        self._births: dict[str, list[int]] = defaultdict(list)
        self._note_uses()

    def _note_uses(self) -> None:
        """Sort each use of a number to the entry that the number was then."""
        by_number: dict[tuple[str, int], list[Entry]] = defaultdict(list)
        for entry in self._run.entries:
            by_number[entry.process, entry.fd].append(entry)
        position: dict[tuple[str, int], int] = defaultdict(int)
        for event in self._run.events:
            if event.kind not in {"call", "block"} or event.error == "EBADF":
                continue
            if event.call in CREATES_PROCESS:
                self._births[event.process].append(event.n)
            for fd in numbers_of(event):
                key = (event.process, fd)
                entries, at = by_number.get(key, []), position[key]
                while at + 1 < len(entries) and entries[at + 1].since.n < event.n:
                    at += 1
                position[key] = at
                if entries and entries[at].since.n < event.n:
                    self._uses[entries[at].process, fd, entries[at].since.n].append(event)

    @cached_property
    def kept(self) -> tuple[Entry, ...]:
        """Entries above 2 that a process opened itself and that only its end, if anything, closed."""
        return tuple(entry for entry in self._run.entries if entry.fd > 2 and entry.kept and not entry.inherited)

    def uses(self, entry: Entry) -> list[Event]:
        """The calls that used this entry, in order."""
        return self._uses.get((entry.process, entry.fd, entry.since.n), [])

    def dead_since(self, entry: Entry) -> int | None:
        """The event after which the entry is dead; None while anything may come of it."""
        if entry.object in self._handed or any(_is_lock(event) for event in self.uses(entry)):
            return None
        same = self._same[entry.process, entry.object]
        last = max((event.n for each in same for event in self.uses(each)[-1:]), default=entry.made)
        for moment in (self._far_end_gone(entry), self._connection_ended(entry), self._process_gone(entry)):
            if moment is not None:
                return max(last, moment)
        return self._superseded(entry)

    def _far_end_gone(self, entry: Entry) -> int | None:
        """When the last other holder of the far end gave it up; a far end in the same process dies with this one."""
        if entry.object in self._peers:
            far = self._holds.get(self._peers[entry.object], [])
        elif entry.object.startswith("pipe "):
            mode = FAR["read" if entry.mode == "r" else "write"]
            far = [hold for hold in self._holds.get(entry.object, []) if hold.mode == mode]
        else:
            return None
        others = [hold for hold in far if hold.process != entry.process]
        if any(hold.closed is None for hold in (others or far)):
            return None
        return max((hold.closed.n for hold in far if hold.closed), default=entry.made)

    def _connection_ended(self, entry: Entry) -> int | None:
        """When the process was told that nobody is there any more: end-of-file on a socket, or an error."""
        if not entry.object.startswith("socket "):
            return None
        return next((event.n for event in self.uses(entry) if _says_gone(event)), None)

    def _process_gone(self, entry: Entry) -> int | None:
        """When the process of a pidfd ended."""
        opened = self._run.event(entry.made)
        if opened.call != "pidfd_open":
            return None
        target = opened.text("target")
        process = next((each for each in self._run.processes if each.name == target), None)
        return process.exit.n if process and process.exit else None

    def _superseded(self, entry: Entry) -> int | None:
        """When the process opened the same object again, after it had used this entry for the last time."""
        same = [each.made for each in self._same[entry.process, entry.object] if each.mode == entry.mode]
        again = next((made for made in same if made > entry.made), None)
        uses = [event for event in self.uses(entry) if event.call not in FLAGS]
        if again is None or (uses and uses[-1].n > again):
            return None
        inherited = any(entry.made < born < again for born in self._births[entry.process])
        # A folder is opened to be listed, which is no traced call.
        return again if uses or inherited or entry.object.startswith("dir ") else None

    @cached_property
    def _handed(self) -> frozenset[str]:
        return handed_over(self._run)

    @cached_property
    def _same(self) -> Mapping[tuple[str, str], list[Entry]]:
        """The kept entries of a process by their object, in the order in which they were made."""
        grouped: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.kept:
            grouped[entry.process, entry.object].append(entry)
        return grouped

    @cached_property
    def _holds(self) -> Mapping[str, list[Hold]]:
        grouped: dict[str, list[Hold]] = defaultdict(list)
        for hold in self._run.holds:
            grouped[hold.object].append(hold)
        return grouped

    @cached_property
    def _peers(self) -> Mapping[str, str]:
        """The other end of each socket that socketpair made."""
        pairs = [(event.text("object"), event.text("peer")) for event in self._run.calls("socketpair", ok=True)]
        return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


def _is_lock(event: Event) -> bool:
    return event.call == "flock" or event.text("command") in LOCKS


def _says_gone(event: Event) -> bool:
    """Whether a call told its process that the far end is gone."""
    ended = event.call in READS and not event.failed and not event.result and event.number("count", 0) > 0
    return ended or event.error in GONE
