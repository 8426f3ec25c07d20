"""In: the steps of one run; out: its races: pairs of steps whose order was nobody's doing, and whose order could matter.

Step i happens before step j when one task took both, when i made or woke j's task, when j wakes i's, when they touch the same
thing, or through others. A race is such a pair of different tasks, with nothing between them that orders them already, in which i
did not make j possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.evidence import Evidence
from grader.explore.access import NOTHING, Access, Sharing, access, conflict
from grader.explore.picks import Pick
from grader.frozen import dataclass
from grader.kernel import initial, step
from grader.model import Event

__all__ = ["Race", "Transition", "races", "transitions"]

_OWN_CODE = frozenset({"user", "signal"})


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: who moved, which tasks it was a step of (with those that it woke or made), what it touched."""

    order: int
    task: str
    tasks: frozenset[str]
    touched: Access


@dataclass(frozen=True, slots=True)
class Race:
    """Steps `first` and `second` (numbers in the trail) could come the other way round.

    `through`: tasks that could move instead of the first step's towards the second: they took a step between that the second
    hangs on, or are the second's own.
    """

    first: int
    second: int
    through: frozenset[int]


def transitions(trail: Sequence[Pick], evidence: Evidence) -> tuple[Transition, ...]:
    """The steps of a trail with what they touched."""
    state, sharing = initial(), Sharing(set())
    ends = [*(pick.events for pick in trail[1:]), len(evidence.events)]
    waiting = iter(evidence.events)
    for event in _first(waiting, trail[0].events if trail else 0):
        sharing.see(event)
        state = step(state, event)
    found = []
    for pick, end in zip(trail, ends, strict=True):
        process = pick.task.partition(".")[0]
        touched = sharing.own_code(process) if pick.point in _OWN_CODE else NOTHING
        touched |= Access(reads=frozenset({f"signals {process}"}))
        tasks = {pick.task}
        for event in _first(waiting, end - pick.events):
            touched |= access(state, event)
            tasks |= {event.task, event.text("child")} if event.kind != "begin" else set()
            sharing.see(event)
            state = step(state, event)
        found.append(Transition(pick.chosen, pick.task, frozenset(tasks) - {"", "outside"}, touched))
    return tuple(found)


def _first(events: Iterator[Event], count: int) -> Iterator[Event]:
    for _ in range(count):
        yield next(events)


def races(steps: Sequence[Transition]) -> Iterator[Race]:
    """All races of a run. What happens before a step is kept as the bits of one number."""
    before: list[int] = []
    for number, second in enumerate(steps):
        past = 0
        for earlier in range(number - 1, -1, -1):
            if past >> earlier & 1:
                continue
            first = steps[earlier]
            ordered = second.task in first.tasks
            if ordered or not first.tasks.isdisjoint(second.tasks) or conflict(first.touched, second.touched):
                if not ordered:
                    yield Race(earlier, number, _through(steps, before, earlier, past, second))
                past |= before[earlier] | 1 << earlier
        before.append(past)


def _through(
    steps: Sequence[Transition], before: Sequence[int], first: int, past: int, second: Transition
) -> frozenset[int]:
    """Who leads to the second step without the first: takes a step after the first that the second hangs on, and the first not."""
    found = {second.order}
    for number in range(first + 1, len(before)):
        if past >> number & 1 and not before[number] >> first & 1:
            found.add(steps[number].order)
    return frozenset(found)
