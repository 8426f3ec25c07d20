"""In: a state; out: who holds what, who lives, who is whose child; nothing here changes a state."""

from __future__ import annotations

from collections.abc import Iterable

from grader.frozen import dataclass
from grader.kernel.state import Descriptor, Process, State, Task

READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class Holder:
    """A live process that holds an end: through descriptor `fd`, opened at event `opened`, held since event `since`.

    `since` is later than `opened` where the process inherited the descriptor from its creator.
    """

    process: str
    fd: int
    opened: int
    since: int


def descriptor(state: State, task: str, fd: int) -> Descriptor | None:
    """What descriptor `fd` is for this task (or process) now, None when it is not open."""
    process = state.processes.get(task.partition(".")[0])
    if process is None:
        return None
    table = state.tables.get(process.table)
    return None if table is None else table.get(fd)


def object_of(state: State, task: str, fd: int) -> str:
    """The name of the object behind descriptor `fd`, empty when it is not open."""
    found = descriptor(state, task, fd)
    return "" if found is None else found.object


def holders(state: State, obj: str, mode: str) -> tuple[Holder, ...]:
    """The descriptors of live processes that can `read` or `write` this object, in order of process age and number.

    The outside's ends are not among them: see `held_outside`. Raises ValueError for another mode.
    """
    if mode not in (READ, WRITE):
        raise ValueError(f"mode is {mode!r}; use 'read' or 'write'")
    letter = mode[0]
    return tuple(
        Holder(process.name, fd, entry.opened, max(entry.opened, process.born))
        for process in state.processes.values()
        if process.exit is None
        for fd, entry in sorted(state.tables[process.table].items())
        if entry.object == obj and letter in entry.mode
    )


def held_outside(state: State, obj: str, mode: str) -> bool:
    """Whether the outside holds this end: `write` of stdin until it is closed, `read` of stdout and stderr for ever."""
    return (obj, mode) in state.outside


def is_held(state: State, obj: str) -> bool:
    """Whether any descriptor of a live process refers to this object."""
    return any(entry.object == obj for table in state.tables.values() for entry in table.values())


def alive(state: State, name: str) -> bool:
    """Whether the task or process of this name exists and has not ended (a zombie has)."""
    if name in state.tasks:
        return True
    process = state.processes.get(name)
    return process is not None and process.exit is None


def children(state: State, process: str) -> tuple[Process, ...]:
    """The processes that this process may wait for: live children and zombies, oldest first."""
    return tuple(child for child in state.processes.values() if child.parent == process)


def tasks_of(state: State, processes: Iterable[str]) -> frozenset[str]:
    """The live tasks of these processes."""
    wanted = set(processes)
    return frozenset(task.name for task in state.tasks.values() if task.process in wanted)


def others(state: State, task: Task) -> frozenset[str]:
    """Every live task but this one."""
    return frozenset(state.tasks) - {task.name}


def everyone(state: State) -> dict[str, Process]:
    """Every process that ever was, by name: those of the past as they were when they left, and those of now."""
    gone = []
    entry = state.past
    while entry is not None:
        gone.append(entry.process)
        entry = entry.before
    found = {process.name: process for process in reversed(gone)}
    return found | dict(state.processes)
