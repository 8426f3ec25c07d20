"""In: a run; out: findings for I/O on descriptors that a process had closed, and for closing them once more.

Spared: descriptors that the process never had; sweeps (`close(3)` to `close(255)`); calls that only ask, as F_GETFD; the
descriptor of a folder that lists one's own descriptors; a new program, which knows nothing of what was closed before exec;
a shell, which closes the ends of its pipelines twice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from grader.analysis.runtime import Programs
from grader.analysis.words import at, enumerated, found, who
from grader.evidence import Entry, Evidence
from grader.evidence.calls import MOVES, READS, WRITES
from grader.model import Event, RuleFinding

__all__ = ["bad_descriptor"]

RULE = "bad-descriptor"
TOUCHES = READS | WRITES | MOVES | {"close"}
LONG = 8
"""So many calls of close for rising (or falling) numbers are a sweep, even when each number was open once."""


def bad_descriptor(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that used closed descriptors: the first fault of each number. Level: should."""
    if not run.complete:
        return ()
    bad = [event for event in run.calls(ok=False) if event.error == "EBADF" and event.call in TOUCHES]
    if not bad:
        return ()
    history = _History(run)
    swept = frozenset(event.n for task in {event.task for event in bad} for event in _swept(run, history, task))
    faults: dict[str, dict[int, tuple[Event, Entry]]] = {}
    for event in bad:
        entry = None if event.n in swept else history.of(event.process, _number(event), event.n)
        if entry is None or event.text("object") or entry.object.startswith("dir "):
            continue
        if not history.programs.is_shell(event.process, event.n):
            faults.setdefault(event.process, {}).setdefault(entry.fd, (event, entry))
    return tuple(_finding(run, process, list(each.values())) for process, each in faults.items())


def _number(event: Event) -> int:
    """The descriptor that was bad: of a call with two, the one that is not open."""
    if event.call in MOVES and event.text("object"):
        return event.number("to")
    return event.number("fd")


class _History:
    """What each process closed, and which programs it ran."""

    def __init__(self, run: Evidence) -> None:
        self._run = run
        self._closed: dict[tuple[str, int], list[Entry]] = defaultdict(list)
        for entry in sorted((e for e in run.entries if e.closed), key=lambda e: e.closed.n if e.closed else 0):
            self._closed[entry.process, entry.fd].append(entry)
        self.programs = Programs(run)

    def of(self, process: str, fd: int, n: int) -> Entry | None:
        """The entry that the process, or before its birth a parent, had last closed under this number before event `n`."""
        while True:
            replaced = self.programs.since(process, n)
            entries = self._closed[process, fd]
            before = bisect_left(entries, n, key=lambda entry: entry.closed.n if entry.closed else 0)
            last = entries[before - 1] if before else None
            if last is not None and last.closed is not None:
                return last if last.closed.n > replaced else None
            born = self._run.process(process).born
            if replaced or born.kind == "start":
                return None
            process, n = self._run.process(process).last.creator, born.n


def _swept(run: Evidence, history: _History, task: str) -> Iterator[Event]:
    """The calls of close that belong to a sweep: numbers in order, many of them or some that were never open."""
    for row in _rows(run, task):
        never = (e for e in row if e.error == "EBADF" and history.of(e.process, e.number("fd"), e.n) is None)
        if len(row) >= LONG or next(never, None) is not None:
            yield from row


def _rows(run: Evidence, task: str) -> Iterator[list[Event]]:
    """The task's calls of close in rows without another call between, each with rising or with falling numbers."""
    row: list[Event] = []
    for event in run.calls(by=task):
        close = event.call == "close" and event.number("fd") >= 0
        if close and (not row or _continues(row, event.number("fd"))):
            row.append(event)
            continue
        yield row
        row = [event] if close else []
    yield row


def _continues(row: list[Event], fd: int) -> bool:
    last = row[-1].number("fd")
    if len(row) == 1:
        return fd != last
    return (fd > last) is (last > row[-2].number("fd")) and fd != last


def _finding(run: Evidence, process: str, faults: list[tuple[Event, Entry]]) -> RuleFinding:
    told = [f"{_does(event, entry)}, {at(event)}, {_before(run, entry, process)}" for event, entry in faults]
    seen = f"{who(run, process)} {enumerated(told, '; ')}"
    why = "a closed number belongs to nobody: the next open or pipe gets it, and then such a call hits a stranger's descriptor"
    again = all(event.call == "close" for event, _ in faults)
    fds = enumerated([f"fd {entry.fd}" for _, entry in faults])
    then = (
        f"close {fds} only once in {process}"
        if again
        else f"close {fds} in {process} after the last use, and only once"
    )
    closings = [entry.closed for _, entry in faults if entry.closed]
    return found(run, RULE, "should", process, (seen, why, then), [*closings, *(event for event, _ in faults)])


def _before(run: Evidence, entry: Entry, process: str) -> str:
    """Who closed it, and when."""
    closed = at(entry.closed) if entry.closed else "some event before"
    if entry.process == process:
        return f"which it had closed at {closed}"
    return f"which {entry.process} had closed at {closed}, before it made {process} ({at(run.process(process).born)})"


def _does(event: Event, entry: Entry) -> str:
    """The misuse in words."""
    name = f"fd {entry.fd} ({entry.object})"
    return f"closes {name} once more" if event.call == "close" else f"calls {event.call} on {name}"
