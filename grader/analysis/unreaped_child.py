"""In: a run; out: findings for children that ended and were never waited for.

Spared: a child that SIGCHLD ignored (or SA_NOCLDWAIT) removed by itself; a child whose parent was killed, never ended or
became another program; the middle process of a double fork, which ends at once; helpers of multiprocessing.
"""

from __future__ import annotations

from grader.analysis.runtime import is_helper
from grader.analysis.words import at, enumerated, found, who
from grader.evidence import Evidence, ProcessView
from grader.evidence.calls import CREATES_PROCESS, EXECS
from grader.model import Event, RuleFinding

__all__ = ["unreaped_child"]

RULE = "unreaped-child"
PASSING = CREATES_PROCESS | {"close", "close_range", "setsid", "rt_sigaction", "rt_sigprocmask", "exit", "exit_group"}
"""What the middle process of a double fork does: nothing that takes time."""


def unreaped_child(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that left ended children behind. Level: should."""
    if not run.complete:
        return ()
    left: dict[str, list[ProcessView]] = {}
    for child in run.processes:
        parent = _forgetful_parent(run, child)
        if parent is not None:
            left.setdefault(parent.name, []).append(child)
    return tuple(_finding(run, run.process(name), children) for name, children in left.items())


def _forgetful_parent(run: Evidence, child: ProcessView) -> ProcessView | None:
    """The process that ended by itself while `child`, ended before it, still waited to be reaped."""
    adopted = child.last.adopted
    if child.exit is None or adopted is None or child.reaped or child.last.auto_reaped or child.exit.n > adopted:
        return None
    parent = run.process(run.event(adopted).process)
    spared = bool(parent.killed_by) or is_helper(child) or is_helper(parent) or _knows_nothing_of(run, parent, child)
    return None if spared else parent


def _knows_nothing_of(run: Evidence, parent: ProcessView, child: ProcessView) -> bool:
    """Whether the parent became another program after the birth, or (not being the root) only passed through."""
    if any(event.n > child.born.n for event in run.calls(*EXECS, by=parent.name, ok=True)):
        return True
    later = (event for event in parent.events if event.n > child.born.n)
    return parent.parent is not None and all(event.kind == "exit" or event.call in PASSING for event in later)


def _finding(run: Evidence, parent: ProcessView, children: list[ProcessView]) -> RuleFinding:
    ends: list[Event] = [child.exit for child in children if child.exit]
    last = parent.exit or run.last
    names = enumerated([f"{child.name} ({at(end)})" for child, end in zip(children, ends, strict=True)])
    them = "it" if len(children) == 1 else "them"
    seen = f"{names} ended, and {who(run, parent.name)} ended, {at(last)}, without ever waiting for {them}"
    why = "an ended child stays a zombie, with its process id and exit status, until its parent collects it with wait"
    then = f"call waitpid() in {parent.name} for every child that it makes, and look at the status"
    return found(run, RULE, "should", parent.name, (seen, why, then), [*ends, last])
