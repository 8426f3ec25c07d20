"""In: what is kept of many runs, some with a sleep that ended early; out: findings for sleeps that a right outcome hangs on.

A run proves it in which exactly such sleeps ended while another task could still go on, as happens on a busy machine, and whose
outcome no run has in which all sleeps last. Spared are sleeps that come again and again at one place (pacing, heartbeat, backoff),
those after which the program asks how things stand, and those that never come to their end otherwise (a watchdog).
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.analysis.differences import NUMBERS, ORDER, Difference, difference
from grader.analysis.looks import Look
from grader.analysis.sleeps import Sleep
from grader.model import RuleFinding

__all__ = ["sleep_sync"]

RULE = "sleep-sync"
LEVELS = {ORDER: "style", NUMBERS: "should"}


def sleep_sync(look: Look, looks: Sequence[Look]) -> tuple[RuleFinding, ...]:
    """One finding: the first sleep that ended early. Level: must; should for other numbers, style for another order of lines."""
    early = [sleep for sleep in look.sleeps if sleep.early]
    steady = [other for other in looks if not any(sleep.early for sleep in other.sleeps)]
    if not early or not steady or any(_is_spared(sleep, look, steady) for sleep in early):
        return ()
    differ = [difference(look, other) for other in steady]
    told = [found for found in differ if found is not None]
    if len(told) < len(differ):
        return ()
    return (_finding(look, early[0], min(told, key=lambda found: found.kind in LEVELS)),)


def _is_spared(sleep: Sleep, look: Look, steady: Sequence[Look]) -> bool:
    if sleep.asks or any(_repeated(sleep, other) for other in (look, *steady)):
        return True
    return not any(_is_same(sleep, other) and other.whole for run in steady for other in run.sleeps)


def _repeated(sleep: Sleep, look: Look) -> bool:
    return sum(other.process == sleep.process and other.place == sleep.place for other in look.sleeps) > 1


def _is_same(sleep: Sleep, other: Sleep) -> bool:
    return (sleep.process, sleep.nth, sleep.place) == (other.process, other.nth, other.place)


def _finding(look: Look, sleep: Sleep, found: Difference) -> RuleFinding:
    parent = look.parents.get(sleep.process)
    who = f"{sleep.process} ({f'child of {parent}' if parent else 'the program itself'})"
    where = f" at {sleep.place}" if ":" in sleep.place else ""
    seen = (
        f"{who} sleeps {sleep.duration / 1e9:g} s{where}, event {sleep.began}, and goes on, event {sleep.ended}, while another"
        f" process has not come so far: {found.words}"
    )
    why = "how far others come while a process sleeps depends on the load of the machine: no time is long enough"
    then = "wait for the event itself: a byte through a pipe, a semaphore, a signal that is blocked until you wait, waitpid()"
    events = (sleep.began, sleep.ended)
    return RuleFinding(RULE, LEVELS.get(found.kind, "must"), sleep.process, seen, why, then, events, (), look.schedule)
