"""In: the events of a run; out: the descriptor tables of all live processes after each event that may have changed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.kernel import Descriptor, initial, step
from grader.model import Event

__all__ = ["Table", "changes"]

Table = Mapping[int, Descriptor]


def changes(events: tuple[Event, ...]) -> Iterator[tuple[dict[str, Table], Event]]:
    """Tables by process, with the event that led to them. A table that did not change is the same object as before."""
    state = initial()
    for event in events:
        before, state = state, step(state, event)
        if state.tables is not before.tables or state.processes is not before.processes:
            live = (item for item in state.processes.items() if item[1].exit is None)
            yield {name: state.tables[process.table] for name, process in live}, event
