"""In: a run; out: what in it belongs to the machinery of an interpreter or a shell and not to the program.

Python's multiprocessing starts helper processes and keeps pipes that the program's author never sees (resource tracker,
fork server, the pipes inside Queue); no rule speaks of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import islice

from grader.evidence import Evidence, ProcessView
from grader.evidence.calls import CREATES_PROCESS, EXECS
from grader.model import Event

__all__ = ["Programs", "is_helper", "is_python", "is_runtime_pipe"]

HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
LISTENER = "/pymp-"
SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"})
SEMAPHORES = "/dev/shm/sem."


class Programs:
    """Which program each process ran when."""

    def __init__(self, run: Evidence) -> None:
        """Note the successful calls of execve."""
        self._run = run
        self._execs: dict[str, list[Event]] = defaultdict(list)
        for event in run.calls(*EXECS, ok=True):
            self._execs[event.process].append(event)

    def since(self, process: str, n: int) -> int:
        """The last execve of the process before event `n`; 0 when there was none."""
        execs = self._execs.get(process, [])
        before = bisect_left(execs, n, key=lambda event: event.n)
        return execs[before - 1].n if before else 0

    def name(self, process: str, n: int) -> str:
        """The file name of the program that a process ran before event `n`: `bash`, `python3`, `program`."""
        while not (replaced := self.since(process, n)):
            view = self._run.process(process)
            if view.born.kind == "start":
                return _file_name(view.born)
            process, n = view.last.creator, view.born.n
        return _file_name(self._run.event(replaced))

    def is_shell(self, process: str, n: int) -> bool:
        """Whether a process was a shell at event `n`: what a shell itself does no script can mend."""
        return self.name(process, n) in SHELLS


def _file_name(event: Event) -> str:
    word = (event.texts("argv") or (event.text("path"),))[0]
    return word.rpartition("/")[2].lstrip("-")


def is_helper(process: ProcessView) -> bool:
    """Whether the process is a helper of multiprocessing, or was made by one."""
    return any(name in argument for argument in process.argv for name in HELPERS)


def is_python(process: ProcessView) -> bool:
    """Whether the program that the process ran last is the Python interpreter."""
    return any("python" in part for part in process.argv[:1])


def is_runtime_pipe(run: Evidence, name: str) -> bool:
    """Whether a pipe belongs to multiprocessing: one end is a helper's or a Manager's, or it is the inside of a Queue."""
    created = run.first("pipe", "pipe2", on=name, ok=True)
    if created is None:
        return False
    users = {event.process for event in run.calls(on=name, ok=True)}
    if any(is_helper(run.process(user)) for user in users) or _inside_queue(run, created):
        return True
    return any(LISTENER in event.text("address") for user in users for event in run.calls("bind", by=user, ok=True))


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
