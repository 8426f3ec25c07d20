"""In: a program that sleeps; out: the schedules in which one plain sleep ends early, and the sleeper goes on before the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from grader.evidence import Evidence
from grader.explore.picks import Pick
from grader.explore.search import Search, Tried
from grader.explore.steered import Switch
from grader.explore.tokens import Schedule
from grader.model import Event
from grader.trace import TIME

__all__ = ["hurried", "sleeps"]

SLEEPS = frozenset({"nanosleep", "clock_nanosleep"})
BASE = Schedule("x", hurries=True).token


def sleeps(run: Evidence) -> bool:
    """Whether anything in this run slept for a time: else there is nothing to hurry."""
    return any(event.kind == "block" and event.call in SLEEPS for event in run.events)


def hurried(search: Search) -> tuple[Tried, tuple[str, ...]]:
    """The fair run again, and one schedule for each decision in it at which a sleep could end early.

    Each sleep's first moment comes first. Raises CannotDecide, TracerLost.
    """
    tried = search.told(BASE)
    moments: dict[int, list[str]] = {}
    for at, pick in enumerate(each for each in tried.notes.trail if len(each.movable) > 1):
        sleeper = _sleeper(tried.evidence, tried.notes.trail, pick) if TIME in pick.movable else None
        if sleeper is not None:
            began, order = sleeper
            switches = (Switch(at, TIME), Switch(at + 1, order))
            moments.setdefault(began, []).append(Schedule("x", switches=switches, hurries=True).token)
    return tried, tuple(_in_turn(moments.values()))


def _in_turn(moments: Iterable[Sequence[str]]) -> Iterator[str]:
    for each in zip_longest(*moments):
        yield from (token for token in each if token is not None)


def _sleeper(run: Evidence, trail: Sequence[Pick], pick: Pick) -> tuple[int, int] | None:
    """Whose sleep would end at this decision: the event at which it began, and the task's order of creation."""
    asleep: dict[str, Event] = {}
    for event in run.events[: pick.events]:
        asleep.pop(event.task, None)
        if event.kind == "block" and event.call in SLEEPS:
            asleep[event.task] = event
    orders = {each.task: each.chosen for each in trail if each.chosen >= 0}
    known = ((orders[task], event) for task, event in asleep.items() if task in orders)
    ends = [(event.time + event.number("duration", 0), order, event.n) for order, event in known]
    if not ends:
        return None
    _, order, began = min(ends)
    return began, order
