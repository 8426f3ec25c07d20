"""In: a run; out: findings for processes that died of SIGPIPE.

Spared: a write to descriptors 0 to 2, as in a stage of a shell pipeline whose reader has seen enough (`yes | head -1`); a
program that asked for it by setting SIGPIPE to its default; a SIGPIPE that somebody sent.
"""

from __future__ import annotations

from grader.analysis.words import at, found, who
from grader.evidence import Evidence, ProcessView
from grader.evidence.calls import MOVES, WRITES, written_to
from grader.model import Event, RuleFinding

__all__ = ["broken_pipe"]

RULE = "broken-pipe"


def broken_pipe(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that a write without a reader killed. Level: style."""
    if not run.complete:
        return ()
    died = (process for process in run.processes if process.killed_by == "SIGPIPE")
    writes = ((process, _last_write(process)) for process in died)
    return tuple(
        _finding(run, process, write) for process, write in writes if write and not _asked_for(run, process, write)
    )


def _last_write(process: ProcessView) -> Event | None:
    """The write to a descriptor of its own that brought the signal; None where there was none."""
    for event in reversed(process.events):
        if event.error == "EPIPE" and event.call in WRITES | MOVES:
            fd = event.number("to") if event.call in MOVES else event.number("fd")
            return event if fd > 2 else None
        if event.kind == "signal" and event.text("signal") == "SIGPIPE" and event.text("origin") not in {"", "kernel"}:
            return None
    return None


def _asked_for(run: Evidence, process: ProcessView, write: Event) -> bool:
    """Whether it, or a process that it descends from, said that SIGPIPE shall have its default effect."""
    family: ProcessView | None = process
    while family is not None:
        for event in run.calls("rt_sigaction", by=family.name, ok=True):
            if event.n < write.n and (event.text("signal"), event.text("action")) == ("SIGPIPE", "default"):
                return True
        family = family.parent
    return False


def _finding(run: Evidence, process: ProcessView, write: Event) -> RuleFinding:
    end = process.exit or run.last
    target = written_to(write) or "a pipe"
    seen = f"{who(run, process.name)} was killed by SIGPIPE, {at(end)}, when it wrote to {target}, {at(write)}"
    why = f"nobody can read {target} any more; by default that ends the writer at once, and it can neither clean up nor tell"
    then = f"ignore SIGPIPE in {process.name} and treat EPIPE from {write.call}() as the reader's farewell"
    return found(run, RULE, "style", process.name, (seen, why, then), [write, end])
