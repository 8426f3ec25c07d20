"""In: a run in which a signal came from outside, at whatever step; out: nothing if it left nothing, else a `Violation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.helpers import fail
from grader.checks.signals import sent_signals
from grader.model import Event
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["require_clean_after_signals"]


def require_clean_after_signals(run: Evidence, to: str = "P0", *, once_handled: bool = False) -> None:
    """No IPC object outlives a run in which the plan sent a signal to process `to`, at whatever step (`When`, state `step`).

    Nothing is asked where SIGKILL was sent, where the signal came after the end of `to`, or for the temporary name under which
    glibc's sem_open prepares a semaphore, which no handler can know. `once_handled`: nor where the signal met its default action,
    because the statement lets a program make its objects before it handles the signal.
    """
    from grader.analysis import rules

    sent = sent_signals(run, to)
    if not sent or any(event.text("signal") == "SIGKILL" for event in sent):
        return
    if once_handled and run.process(to).killed_by in {event.text("signal") for event in sent}:
        return
    for finding in rules(run, only=("residue",)):
        came = gettext(", then ").join(
            gettext("{signal} comes {when}", signal=event.text("signal"), when=_when(run, event, to)) for event in sent
        )
        fail(
            seen=f"{came}; {finding.seen}",
            why=gettext("a signal may come at any instant, also at this one; {why}", why=finding.why),
            next=gettext(
                "install the handler before you make the first object, and let it unlink what there is, or only note the "
                "signal and clean up on the one way out of the program"
            ),
            events=(*(event.n for event in sent), *finding.events),
            run=run,
        )


def _when(run: Evidence, sent: Event, to: str) -> str:
    """Where the process stood: after its last event before the signal."""
    before = next((event for event in reversed(run.events[: sent.n - 1]) if event.process == to), None)
    if before is None or not before.call:
        return gettext("at event {sent}", sent=sent.n)
    values = {"sent": sent.n, "call": before.call, "before": before.n}
    if before.kind == "block":
        return gettext("at event {sent}, inside its {call} (event {before})", **values)
    return gettext("at event {sent}, after its {call} (event {before})", **values)
