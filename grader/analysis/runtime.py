"""In: a run; out: what in it belongs to an interpreter's own machinery and not to the program.

Python's multiprocessing starts helper processes and keeps pipes that the program's author never sees (resource tracker,
fork server, the pipes inside Queue); no rule speaks of them.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice

from grader.evidence import Evidence, ProcessView
from grader.evidence.calls import CREATES_PROCESS
from grader.model import Event

__all__ = ["is_helper", "is_python", "is_runtime_pipe"]

HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
SEMAPHORES = "/dev/shm/sem."


def is_helper(process: ProcessView) -> bool:
    """Whether the process is a helper of multiprocessing, or was made by one."""
    return any(name in argument for argument in process.argv for name in HELPERS)


def is_python(process: ProcessView) -> bool:
    """Whether the program that the process ran last is the Python interpreter."""
    return any("python" in part for part in process.argv[:1])


def is_runtime_pipe(run: Evidence, name: str) -> bool:
    """Whether a pipe belongs to multiprocessing: one end is a helper's, or it is the inside of a Queue."""
    created = run.first("pipe", "pipe2", on=name, ok=True)
    if created is None:
        return False
    users = {event.process for event in run.calls(on=name, ok=True)}
    return any(is_helper(run.process(user)) for user in users) or _inside_queue(run, created)


def _inside_queue(run: Evidence, created: Event) -> bool:
    """A Queue makes its pipe and then, before anything else of this kind, the semaphores that guard it."""
    if not is_python(run.process(created.process)):
        return False
    events = run.events_of(created.process)
    start = bisect_right(events, created.n, key=lambda event: event.n)
    deciding = CREATES_PROCESS | {"pipe", "pipe2"}
    later = (event for event in islice(events, start, None) if event.kind == "call")
    following = next((event for event in later if event.call in deciding or _makes_semaphore(event)), None)
    return following is not None and _makes_semaphore(following)


def _makes_semaphore(event: Event) -> bool:
    return event.call.startswith("open") and (
        event.text("object").startswith("semaphore ") or event.text("path").startswith(SEMAPHORES)
    )
