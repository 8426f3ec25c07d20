"""In: the evidence of one run; out: its steps, each as lines: who moved, what it did, what that changed; and the whole run so."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from grader.evidence import Evidence, describe
from grader.frozen import dataclass
from grader.report.changes import SECOND, changes
from grader.report.standing import Lines, loads, standing

__all__ = ["Halt", "step_lines", "steps", "stops"]

_STARTUP = frozenset({"call", "block"})


@dataclass(frozen=True, slots=True)
class Halt:
    """Something that was found, at event `n`: the last that its finding cites."""

    n: int
    words: tuple[str, ...]


def stops(evidence: Evidence) -> tuple[int, ...]:
    """The events at which one can stand, in order; 0 is before the first. Start-up and loading belong to the step after them."""
    found = [0]
    starting = {event.process for event in evidence.events if event.kind == "begin"}
    for event in evidence.events:
        if event.kind == "begin":
            starting.discard(event.process)
        if event.kind not in _STARTUP or not (event.process in starting or loads(event)):
            found.append(event.n)
    return tuple(found)


def step_lines(evidence: Evidence, before: int, n: int) -> Iterator[str]:
    """The step that led from stop `before` to stop `n`: its event, then what it changed, further in."""
    if n - before > 1:
        yield f"  … {n - before - 1} steps of an interpreter or loader that starts a program"
    event = evidence.event(n)
    yield f"  {describe(event)}"
    passed = event.time - (evidence.event(n - 1).time if n > 1 else 0)
    if passed >= SECOND // 1000:
        yield f"      {passed / SECOND:g} s have passed: nothing else could move"
    yield from (f"      {change}" for change in changes(evidence.state(n - 1), evidence.state(n)))


def steps(evidence: Evidence, halts: Sequence[Halt], lines: Lines) -> Iterator[str]:
    """The run up to the last thing that was found in it, or to its end; where each process stands at each halt."""
    moving, before, passed = "", 0, stops(evidence)
    found: dict[int, list[Halt]] = defaultdict(list)
    for halt in halts:
        found[passed[min(bisect_left(passed, halt.n), len(passed) - 1)]].append(halt)
    last = max(found, default=len(evidence.events))
    for n in passed[1:]:
        task = evidence.event(n).task
        if task != moving:
            yield f"{task} moves" if task != "outside" else "from outside"
        moving = task
        yield from step_lines(evidence, before, n)
        before = n
        if n in found:
            yield f"here is what was found (event {n})"
            yield from (f"  {line}" for line in standing(evidence, n, lines))
            yield from (word for halt in found[n] for word in halt.words)
        if n >= last:
            return
