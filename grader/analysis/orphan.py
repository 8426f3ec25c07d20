"""In: a run; out: findings for processes that outlive the program that made them.

Spared: a daemon, which says what it is by a session of its own (setsid); helpers of multiprocessing; a process that the
deadlock's proof names already; every process when the root was killed or did not end.
"""

from __future__ import annotations

from grader.analysis.runtime import is_helper
from grader.analysis.words import at, found, who
from grader.evidence import Evidence, ProcessView
from grader.evidence.calls import EXECS
from grader.model import Event, RuleFinding

__all__ = ["orphan"]

RULE = "orphan"
LEAVING = frozenset({"close", "close_range", "exit", "exit_group"})


def orphan(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that still lived when its program's root ended by itself. Level: should."""
    if not run.complete or run.outcome != "exited":
        return ()
    return tuple(
        _finding(run, process, root, root.exit)
        for name, root in run.programs.items()
        if root.exit is not None and not root.killed_by
        for process in run.of(name)
        if _outlives(run, process, root, root.exit)
    )


def _outlives(run: Evidence, process: ProcessView, root: ProcessView, end: Event) -> bool:
    if process == root or (process.exit is not None and process.exit.n < end.n):
        return False
    return not (
        is_helper(process)
        or _in_own_session(run, process)
        or _locked(run, process)
        or _leaving(run, process, root, end)
    )


def _in_own_session(run: Evidence, process: ProcessView) -> bool:
    """Whether it, or the process it descends from below the root, left the root's session: a daemon by design."""
    family = process
    while family.parent is not None:
        if run.calls("setsid", by=family.name, ok=True):
            return True
        family = family.parent
    return False


def _locked(run: Evidence, process: ProcessView) -> bool:
    """Whether it is part of a deadlock, which has its own finding."""
    return any(event.kind == "deadlock" for event in run.events) and process.exit is None


def _leaving(run: Evidence, process: ProcessView, root: ProcessView, end: Event) -> bool:
    """Whether the root had become another program, which cannot know this process, and it was on its way out already."""
    became = any(event.n > process.born.n for event in run.calls(*EXECS, by=root.name, ok=True))
    later = (event for event in process.events if event.n > end.n)
    return became and process.exit is not None and all(e.kind == "exit" or e.call in LEAVING for e in later)


def _finding(run: Evidence, process: ProcessView, root: ProcessView, end: Event) -> RuleFinding:
    last = process.exit or run.last
    fate = f"it ended at {at(last)}" if process.exit else f"it was still there when the run ended, {at(last)}"
    seen = f"{who(run, process.name)} still lived when the program ended, {at(end)}; {fate}"
    why = "whoever started the program takes it for finished: what an orphan does after that comes late or goes unseen"
    keeper = process.parent.name if process.parent else root.name
    then = f"wait for {process.name} in {keeper} before the program ends (or make {process.name} end first)"
    return found(run, RULE, "should", process.name, (seen, why, then), [process.born, end, last])
