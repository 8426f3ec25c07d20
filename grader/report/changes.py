"""In: the kernel's states before and after an event; out: what the event changed, as lines: families, descriptors, pipes, signals.

What the event itself says already (a call's arguments and result) is not said again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from grader.kernel import Descriptor, Process, State, held_outside, holders

__all__ = ["amount", "changes", "end_of", "ranges"]

NEAR = ("pipe ", "fifo ")
STANDARD = ("stdin", "stdout", "stderr")
SECOND = 1_000_000_000


def changes(before: State, after: State) -> Iterator[str]:
    """Nothing where the event has changed nothing that the kernel model follows."""
    if before is after:
        return
    yield from _families(before, after)
    if before.tables is not after.tables:
        yield from _tables(before, after)
    yield from _pipes(before, after)
    yield from _signals(before, after)
    yield from _timers(before, after)
    yield from _names(before, after)


def end_of(entry: Descriptor) -> str:
    """What a descriptor is, in words: `the read end of pipe A`, `stdin`, `socket B`."""
    if entry.object.startswith(NEAR):
        ends = {"r": "the read end of ", "w": "the write end of ", "rw": "both ends of "}
        return ends.get(entry.mode, "") + entry.object
    return entry.object or "something unknown"


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in rising order, runs of them joined: `0-4, 7`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def amount(count: int) -> str:
    """`1 byte`, `57 bytes`."""
    return "1 byte" if count == 1 else f"{count} bytes"


def _families(before: State, after: State) -> Iterator[str]:
    """Births, ends, new parents, and who is gone for good."""
    if before.processes is after.processes:
        return
    for name, process in after.processes.items():
        old = before.processes.get(name)
        if old is None and before.processes:
            whose = f"a child of {process.parent}" if process.creator in before.processes else "nobody's child"
            yield f"{name} is born, {whose}{_inherited(after, process)}"
        elif old is not None and old.parent != process.parent:
            yield f"{name} has lost its parent: {process.parent} will wait for it"
        if old is not None and old.exit is None and process.exit is not None and process.parent in after.processes:
            yield f"{name} is a zombie until {process.parent} waits for it"
    for name in before.processes.keys() - after.processes.keys():
        yield f"{name} is gone for good"


def _inherited(after: State, process: Process) -> str:
    table = after.tables.get(process.table, {})
    return f", with descriptors {ranges(table)}" if table else ""


def _tables(before: State, after: State) -> Iterator[str]:
    """Descriptors that a process has got, lost, or has otherwise than before; a table that several share is told once."""
    told: set[int] = set()
    for name, process in after.processes.items():
        old = before.processes.get(name)
        if old is None or process.exit is not None or process.table in told:
            continue
        told.add(process.table)
        was, now = before.tables.get(old.table, {}), after.tables.get(process.table, {})
        if was is not now:
            yield from (f"{name}: {line}" for line in _entries(was, now))


def _entries(was: Mapping[int, Descriptor], now: Mapping[int, Descriptor]) -> Iterator[str]:
    for fd in sorted(was.keys() | now.keys()):
        old, new = was.get(fd), now.get(fd)
        if new is None and old is not None:
            yield f"fd {fd}, {end_of(old)}, is closed"
        elif new is not None and (old is None or (old.object, old.mode) != (new.object, new.mode)):
            instead = f" (no longer {end_of(old)})" if old is not None else ""
            yield f"fd {fd} is now {end_of(new)}{instead}"
        elif new is not None and old is not None and old.nonblock != new.nonblock:
            yield f"fd {fd} {'no longer waits (O_NONBLOCK)' if new.nonblock else 'waits again (no O_NONBLOCK)'}"


def _pipes(before: State, after: State) -> Iterator[str]:
    """How full pipes are, and of which of them nobody has an end any more."""
    for name, pipe in after.pipes.items():
        old = before.pipes.get(name)
        if old is None:
            continue
        if old.fill != pipe.fill and name not in STANDARD:
            yield f"{name} holds {amount(pipe.fill)} of {pipe.capacity}"
        for mode, words in (("write", "write to"), ("read", "read from")):
            if _open(before, name, mode) and not _open(after, name, mode):
                yield f"nobody can {words} {name} any more"


def _open(state: State, name: str, mode: str) -> bool:
    return bool(holders(state, name, mode)) or held_outside(state, name, mode)


def _signals(before: State, after: State) -> Iterator[str]:
    """Signals that have come to wait for a process or thread, or wait no longer."""
    owners = {name: (process.pending, before.processes.get(name)) for name, process in after.processes.items()}
    threads = {name: (task.pending, before.tasks.get(name)) for name, task in after.tasks.items()}
    for name, (now, old) in (*owners.items(), *threads.items()):
        was = old.pending if old is not None else frozenset()
        if was is now or was == now:
            continue
        yield from (f"{name}: {signal} is pending" for signal in sorted(now - was))
        yield from (f"{name}: {signal} is no longer pending" for signal in sorted(was - now))


def _timers(before: State, after: State) -> Iterator[str]:
    """Timers that were armed, that fired, or were disarmed."""
    for name, process in after.processes.items():
        old = before.processes.get(name)
        was = old.timers if old is not None else {}
        if was is process.timers or process.exit is not None:
            continue
        for timer in sorted(was.keys() | process.timers.keys()):
            armed = process.timers.get(timer)
            if armed is not None and armed != was.get(timer):
                yield f"{name}: timer {timer} is set to {armed.expires / SECOND:g} s"
            elif armed is None:
                yield f"{name}: timer {timer} is not armed any more"


def _names(before: State, after: State) -> Iterator[str]:
    """Objects that outlive processes: made, or removed."""
    if before.names is after.names:
        return
    for key, named in after.names.items():
        if key not in before.names:
            yield f"{named.type} {named.name} exists now, until somebody removes it"
    for key, named in before.names.items():
        if key not in after.names:
            yield f"{named.type} {named.name} does not exist any more"
