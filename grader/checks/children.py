"""In: a run; out: nothing where its root has made its children as asked, else a `Violation`: how many, by whom, and when.

As in `facts`: what an exercise does not ask for in its statement, its tests do not call.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from grader.checks.facts import own_processes
from grader.checks.helpers import counted, require
from grader.model import Event

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["require_children", "require_made_first"]

WAITS = ("wait4", "waitid")


def require_children(run: Evidence, many: int) -> None:
    """The root has made exactly `many` processes, these have made none, and nobody has executed another program."""
    made = own_processes(run)[1:]
    names = ", ".join(f"{child.name} (made by {child.parent.name if child.parent else '?'})" for child in made)
    require(
        len(made) == many and all(child.parent == run.root for child in made),
        seen=f"there were {counted(len(made), 'process', 'processes')} besides {run.root.name}: {names}"
        if made
        else "the program made no child",
        why=f"the parent makes {counted(many, 'child', 'children')} itself, and no child makes another",
        next="call fork once for each child, in the parent, and let a child never come to that line again",
        events=tuple(child.born for child in made) or (run.last,),
    )
    own = {process.name for process in own_processes(run)}
    executed = [event for event in run.calls("execve", "execveat", ok=True) if event.process in own][:1]
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed),
        why="a child runs your own code",
        next="do in the child itself what the other program does",
        events=executed,
    )


def require_made_first(run: Evidence, many: int, uses: Iterable[Event] = ()) -> None:
    """All `many` children were made before the root first waited for one, and before the first of the events `uses`.

    A wait that would not have slept (WNOHANG) is none.
    """
    waits = [event for event in run.events_of(run.root.name) if event.call in WAITS and _waits(event)]
    begun = min((*waits, *uses), key=lambda event: event.n, default=None)
    made = [child.born for child in run.root.children]
    early = [born for born in made if begun is None or born.n < begun.n]
    require(
        begun is None or len(early) >= many,
        seen=f"{run.root.name} {'slept in' if begun and begun.kind == 'block' else 'made'} its {begun.call if begun else ''}"
        f" at event {begun.n if begun else 0}, when it had made {counted(len(early), 'child', 'children')} of {many}",
        why="the children are to live at the same time, so all are made before the parent waits for what they do",
        next="make all children first",
        events=(*((begun,) if begun else ()), *made[len(early) : len(early) + 1]),
    )


def _waits(event: Event) -> bool:
    return event.kind == "block" or (
        event.kind == "call" and not event.failed and "WNOHANG" not in event.texts("options")
    )
