"""In: a run; out: findings for IPC objects that it left behind.

Only objects made for communication count: shared memory, semaphores, queues, FIFOs, socket files, System V objects.
Spared: regular files; every object when SIGKILL came from outside or hit the root, or when the run was cut short; the
temporary name under which glibc's sem_open prepares a semaphore, which no program can know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.analysis.words import at, enumerated, found, who
from grader.evidence import Evidence
from grader.evidence.calls import OPENS
from grader.kernel import Named
from grader.model import Event, Residue, RuleFinding
from grader.texts import gettext, gettext_noop

__all__ = ["residue"]

RULE = "residue"
KINDS = {
    "shm": (gettext_noop("the shared memory"), "shm_unlink()"),
    "semaphore": (gettext_noop("the semaphore"), "sem_unlink()"),
    "queue": (gettext_noop("the message queue"), "mq_unlink()"),
    "fifo": (gettext_noop("the FIFO"), "unlink()"),
    "socket": (gettext_noop("the socket file"), "unlink()"),
    "sysv-shm": (gettext_noop("the System V shared memory"), "shmctl(IPC_RMID)"),
    "sysv-sem": (gettext_noop("the System V semaphore set"), "semctl(IPC_RMID)"),
    "sysv-msg": (gettext_noop("the System V message queue"), "msgctl(IPC_RMID)"),
}
"""What each type of object is called in a sentence, and the call that removes it."""
TEMPORARY = re.compile(r"/?(sem\.)?[A-Za-z0-9]{6}")
"""The last part of the name that mktemp makes for sem_open, with or without glibc's prefix."""


def residue(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that left objects behind. Level: must."""
    if not run.complete or run.outcome not in {"exited", "signalled"} or _killed_hard(run):
        return ()
    left: dict[str, list[Residue]] = {}
    for thing in run.end.residue:
        if thing.type in KINDS and not _is_temporary(run, thing):
            made = _made(run, thing)
            left.setdefault(made.process if made else run.root.name, []).append(thing)
    return tuple(_finding(run, process, things) for process, things in left.items())


def _killed_hard(run: Evidence) -> bool:
    """Whether SIGKILL ended the root, or came from outside: then nobody could clean up."""
    from_outside = any(
        event.text("signal") == "SIGKILL" and (event.kind == "stimulus" or event.text("origin") == "outside")
        for event in run.events
        if event.kind in {"stimulus", "signal"}
    )
    return run.root.killed_by == "SIGKILL" or from_outside


def _is_temporary(run: Evidence, thing: Residue) -> bool:
    """Whether it is sem_open's temporary: opened exclusively under that name, and not yet linked to the real one."""
    if thing.type != "semaphore" or not TEMPORARY.fullmatch(thing.name.rpartition("/")[2]):
        return False
    name = thing.name.rpartition("/")[2].removeprefix("sem.")
    opened = [event for event in run.calls(*OPENS, ok=True) if event.text("path").endswith(f"/sem.{name}")]
    linked = any(event.text("path").endswith(f"/sem.{name}") for event in run.calls("link", "linkat", ok=True))
    return any("O_EXCL" in event.texts("flags") for event in opened) and not linked


def _made(run: Evidence, thing: Residue) -> Named | None:
    """How the kernel model knows the object: by what process, at which event."""
    same = (named for named in run.final.names.values() if named.type == thing.type)
    name = thing.name.rpartition("/")[2]
    return next((named for named in same if named.name.rpartition("/")[2] == name), None)


def _finding(run: Evidence, process: str, things: list[Residue]) -> RuleFinding:
    made = {thing: _made(run, thing) for thing in things}
    names = enumerated([f"{_called(thing)}{_since(made[thing])}" for thing in things])
    one = len(things) == 1
    seen = (
        gettext(
            "{process} made {names}; it is still there after the run, {event}",
            process=who(run, process),
            names=names,
            event=at(run.last),
        )
        if one
        else gettext(
            "{process} made {names}; they are still there after the run, {event}",
            process=who(run, process),
            names=names,
            event=at(run.last),
        )
    )
    why = gettext(
        "such an object lives until it is removed by name: it outlasts all processes, and the next run meets the old content"
    )
    removers = enumerated(sorted({KINDS[thing.type][1] for thing in things}))
    then = (
        gettext("remove it ({calls}) on every way out of the program, also after a signal", calls=removers)
        if one
        else gettext("remove them ({calls}) on every way out of the program, also after a signal", calls=removers)
    )
    return found(run, RULE, "must", process, (seen, why, then), [*_events(run, made.values(), things), run.last])


def _called(thing: Residue) -> str:
    """The object in words; the symbol of a System V object, `sysv-sem A`, begins with its type."""
    return f"{gettext(KINDS[thing.type][0])} {thing.name.removeprefix(f'{thing.type} ')}"


def _since(named: Named | None) -> str:
    return gettext(" (event {event})", event=named.since) if named else ""


def _events(run: Evidence, made: Iterable[Named | None], things: list[Residue]) -> list[Event]:
    """The events that made the objects, and those that found them left."""
    left = {(thing.type, thing.name) for thing in things}
    found_left = [e for e in run.events if e.kind == "left" and (e.text("type"), e.text("name")) in left]
    return [*(run.event(named.since) for named in made if named), *found_left]
