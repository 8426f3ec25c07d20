"""In: a run; out: findings for descriptors that only pile up, and for those that another program got by oversight.

What counts as dead stands in `dead_handles.py`, what as passed on with a purpose in `survivors.py`. An end of a pipe that is
not used is the business of `unused-pipe-end` and is not spoken of again.
"""

from __future__ import annotations

from grader.analysis.dead_handles import Dead, growing
from grader.analysis.runtime import is_helper
from grader.analysis.survivors import survivors
from grader.analysis.unused_pipe_end import surplus_ends
from grader.analysis.uses import uses_of
from grader.analysis.words import at, enumerated, found, who
from grader.evidence import Entry, Evidence
from grader.model import Event, RuleFinding

__all__ = ["descriptor_leak"]

RULE = "descriptor-leak"


def descriptor_leak(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process with ever more dead descriptors, one for each set that survives execve. Level: should."""
    if not run.complete:
        return ()
    known = surplus_ends(run)
    leaks = growing(run, known) if run.outcome != "limit" else {}
    grown = tuple(_grown(run, process, dead) for process, dead in leaks.items())
    passed: dict[frozenset[int], list[tuple[Event, list[Entry]]]] = {}
    for event, entries in survivors(run, known, uses_of(run)):
        if is_helper(run.process(event.process)):
            continue
        passed.setdefault(frozenset(entry.made for entry in entries), []).append((event, entries))
    return (*grown, *(_passed(run, *each[0], len(each) - 1) for each in passed.values()))


def _grown(run: Evidence, process: str, leaked: list[Dead]) -> RuleFinding:
    """Dead descriptors, more and more of them."""
    first, last = leaked[0], leaked[-1]
    fds = enumerated([f"fd {each.entry.fd} ({each.entry.object})" for each in leaked])
    seen = (
        f"{who(run, process)} opened {len(leaked)} descriptors that it has no more use for and never closed: {fds};"
        f" the first since {at(run.event(first.entry.made))}, the last since {at(run.event(last.entry.made))}"
    )
    why = (
        f"each of them was of no use any more from some event on ({first.entry.object} after event {first.dead}), and still"
        " takes one of the process's numbers: sooner or later open, pipe or accept fails with EMFILE"
    )
    cited = [run.event(n) for n in (first.entry.made, first.dead, last.entry.made)]
    then = f"close each descriptor in {process} as soon as its work is done"
    return found(run, RULE, "should", process, (seen, why, then), cited)


def _passed(run: Evidence, event: Event, entries: list[Entry], more: int) -> RuleFinding:
    """Descriptors that a new program got, and does not know of."""
    fds = enumerated([f"fd {entry.fd} ({entry.object}, opened at event {entry.made})" for entry in entries])
    program = (event.texts("argv") or (event.text("path"),))[0]
    also = f"; so do {more} more programs" if more > 1 else "; so does one more program" if more else ""
    seen = f"{who(run, event.process)} becomes {program}, {at(event)}, and still has {fds}{also}"
    many, stay = ("them", "they stay") if len(entries) > 1 else ("it", "it stays")
    why = f"the new program does not know of {many}, so {stay} open, and whatever waits for that waits, for as long as it runs"
    fix = enumerated([f"fd {entry.fd}" for entry in entries])
    then = f"open {many} with O_CLOEXEC, or close {fix} in {event.process} before the execve"
    cited = [*(run.event(entry.made) for entry in entries), event]
    return found(run, RULE, "should", event.process, (seen, why, then), cited)
