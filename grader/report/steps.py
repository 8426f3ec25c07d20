"""In: the evidence of one run; out: the run step by step, as lines: who moved, what it did, what that changed."""

from __future__ import annotations

from collections.abc import Iterator

from grader.evidence import Evidence, describe
from grader.kernel import State, held_outside, holders, initial, step

__all__ = ["steps"]

_STARTUP = frozenset({"call", "block"})


def steps(evidence: Evidence, until: int = 0) -> Iterator[str]:
    """Every event up to number `until` (0: all); an interpreter's start-up is counted, not told."""
    state, moving, skipped = initial(), "", 0
    starting = {event.process for event in evidence.events if event.kind == "begin"}
    for event in evidence.events:
        before, state = state, step(state, event)
        if event.kind == "begin":
            starting.discard(event.process)
        if event.kind in _STARTUP and event.process in starting:
            skipped += 1
        else:
            if skipped:
                yield f"  … {skipped} steps of an interpreter that starts"
            if event.task != moving:
                yield f"{event.task} moves" if event.task != "outside" else "from outside"
            skipped, moving = 0, event.task
            yield f"  {describe(event)}" + "".join(f"  at {place.file}:{place.line}" for place in event.source[:1])
            yield from (f"      {change}" for change in _changes(before, state))
        if event.n == until:
            yield f"here is what was found (event {until})"
            return


def _changes(before: State, after: State) -> Iterator[str]:
    """What this event changed in what processes share: the bytes in pipes, and who could still write or read."""
    if before is after:
        return
    for name, pipe in after.pipes.items():
        old = before.pipes.get(name)
        if old is None:
            continue
        if old.fill != pipe.fill and not name.startswith("std"):
            yield f"{name} holds {pipe.fill} bytes"
        for mode, words in (("write", "write to"), ("read", "read from")):
            if _open(before, name, mode) and not _open(after, name, mode):
                yield f"nobody can {words} {name} any more"


def _open(state: State, name: str, mode: str) -> bool:
    return bool(holders(state, name, mode)) or held_outside(state, name, mode)
