"""In: what is kept of many runs; out: findings for signals that came before their handler was there.

Suspected is a process of which a signal from another process of the run met the default action, although it handles that
signal in other runs, or later in the same. It is a finding only when the program then has an outcome that no run has in which the
signal was handled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.analysis.differences import ORDER, difference
from grader.analysis.looks import Look, Suspicion
from grader.analysis.words import at, found, who
from grader.evidence import Evidence
from grader.model import Event, RuleFinding

__all__ = ["early_signal", "early_suspicions"]

RULE = "early-signal"


def early_signal(look: Look, looks: Sequence[Look]) -> tuple[RuleFinding, ...]:
    """One finding for each process that a signal reached too early. Level: must."""
    return tuple(finding for each in look.early if (finding := _confirmed(look, looks, each)) is not None)


def _confirmed(look: Look, looks: Sequence[Look], each: Suspicion) -> RuleFinding | None:
    handled = [other for other in looks if _handles(other, each)]
    differ = [difference(look, other) for other in handled]
    told = [found for found in differ if found is not None and found.kind != ORDER]
    if not told or len(told) < len(handled):
        return None
    return replace(each.finding, seen=f"{each.finding.seen}; {told[0].words}")


def _handles(other: Look, each: Suspicion) -> bool:
    """Whether the process took the signal in its handler in this run, and never without."""
    key = (each.process, each.signal)
    return key in other.handled and key not in {(early.process, early.signal) for early in other.early}


def early_suspicions(run: Evidence) -> tuple[Suspicion, ...]:
    """The first signal of each kind that a process got from another, and had no handler for."""
    if not run.complete:
        return ()
    told: dict[tuple[str, str], Suspicion] = {}
    for event in _unhandled(run):
        signal = event.text("signal")
        told.setdefault((event.process, signal), Suspicion(event.process, signal, "", _finding(run, event)))
    return tuple(told.values())


def _unhandled(run: Evidence) -> Iterator[Event]:
    """Deliveries from another process that met no handler, before the process had ever set one."""
    ready: set[tuple[str, str]] = set()
    for event in run.events:
        key = (event.process, event.text("signal"))
        if event.kind == "signal" and event.text("action") in {"default", "ignore"} and key not in ready:
            if event.text("origin").startswith("P") and event.text("origin") != event.process:
                yield event
        elif event.call == "rt_sigaction" and event.text("action") == "handler":
            ready.add(key)


def _finding(run: Evidence, event: Event) -> RuleFinding:
    signal, sender = event.text("signal"), event.text("origin")
    seen = f"{signal} from {sender} reaches {who(run, event.process)} before that handles it, {at(event)}"
    why = (
        f"nothing makes {sender} wait until {event.process} is ready: what comes before sigaction() meets the default"
        " action, which kills the process or does nothing"
    )
    then = (
        f"install the handler, or block {signal}, before {sender} can send it: before fork(), whose child inherits both, or"
        " let the receiver say through a pipe that it is ready"
    )
    return found(run, RULE, "must", event.process, (seen, why, then), [event])
