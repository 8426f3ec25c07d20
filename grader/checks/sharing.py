"""In: a run and the name of a segment; out: who has it mapped, how large it was, and what else joined two processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from grader.checks.helpers import fail, require
from grader.model import Event
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence, ProcessView

__all__ = [
    "mappings",
    "require_names_begin",
    "require_not_joined",
    "require_one_of_its_name",
    "require_removed_by",
    "size_before",
    "sizings",
]

FOLDER = "/dev/shm/"
OPENS = ("open", "openat", "openat2", "creat")
GIVES = "write writev pwrite64 pwritev pwritev2 sendto sendmsg mq_timedsend vmsplice msgsnd".split()
TAKES = "read readv pread64 preadv preadv2 recvfrom recvmsg mq_timedreceive msgrcv".split()
MOVES = ("splice", "tee", "sendfile", "copy_file_range")
KILLS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
REMOVES = {"unlink": "path", "unlinkat": "path", "shmctl": "id", "semctl": "id", "msgctl": "id", "mq_unlink": "path"}
HARMLESS = ("stdin", "stdout", "stderr", "device ", "eventfd ", "shm ", "semaphore ")
"""What may take bytes and yet carries none from process to process that an exercise asks about: an eventfd only counts."""


def mappings(run: Evidence, process: ProcessView, segment: str) -> tuple[Event, ...]:
    """The calls that gave the process a shared mapping of the object `segment` (`shm /name`): its own, then inherited ones.

    A child has what its parent had at fork; executing a program ends all mappings. Unmapping is not on record.
    """
    found: list[Event] = []
    until = len(run.events) + 1
    current: ProcessView | None = process
    while current is not None:
        execs = [e.n for e in run.calls("execve", "execveat", by=current.name, ok=True) if e.n < until]
        since = max(execs, default=0)
        own = run.calls("mmap", by=current.name, on=segment, ok=True)
        found += [event for event in own if since < event.n < until and event.args.get("shared")]
        if execs:
            break
        until, current = current.born.n, current.parent
    return tuple(found)


def sizings(run: Evidence, segment: str, before: Event) -> tuple[Event, ...]:
    """The calls before an event that set the segment's size: ftruncate, truncate, fallocate."""
    path = FOLDER + segment.partition("/")[2]
    calls = run.calls("ftruncate", "truncate", "fallocate", ok=True)
    return tuple(e for e in calls if e.n < before.n and (e.text("object") == segment or e.text("path") == path))


def size_before(run: Evidence, segment: str, before: Event) -> int | None:
    """The segment's size in bytes just before an event. None where it was written to as well, which may have made it longer."""
    if any(e.call in GIVES and e.n < before.n for e in run.calls(on=segment, ok=True)):
        return None
    size = 0
    for sizing in sizings(run, segment, before):
        length = sizing.number("length", 0)
        size = max(size, sizing.number("offset", 0) + length) if sizing.call == "fallocate" else length
    return size


def require_one_of_its_name(run: Evidence, segment: str) -> None:
    """The segment's name was not given to a second one after the first had lost it."""
    path = FOLDER + segment.partition("/")[2]
    removed = next((event for event in run.calls("unlink", "unlinkat", ok=True) if event.text("path") == path), None)
    if removed is None:
        return
    again = [e for e in run.calls(*OPENS, on=segment, ok=True) if e.n > removed.n]
    if again:
        fail(
            seen=gettext(
                "the name of {segment} was removed at event {removed}, and {process} opened it anew at event {again}",
                segment=segment,
                removed=removed.n,
                process=again[0].process,
                again=again[0].n,
            ),
            why=gettext("the same name then means another segment: who has mapped the first does not see the second"),
            next=gettext("make the segment once, and remove its name once"),
            events=(removed, again[0]),
        )


def require_not_joined(run: Evidence, giver: ProcessView, takers: Iterable[ProcessView]) -> None:
    """No bytes go from the giver to one of the takers by any call (only memory, semaphores, eventfds), and no signal either."""
    names = {process.name for process in takers}
    for given in run.calls(*GIVES, *MOVES, by=giver.name, ok=True):
        what = given.text("to_object") or given.text("object") or given.text("id")
        if not what or what.startswith(HARMLESS):
            continue
        received = (e for e in run.calls(*TAKES, *MOVES, ok=True) if what in (e.text("object"), e.text("id")))
        taken = next((event for event in received if event.process in names and event.n > given.n), None)
        if taken:
            fail(
                seen=gettext(
                    "{giver} put bytes into {what} at event {given}, and {process} took some at event {taken}",
                    giver=giver.name,
                    what=what,
                    given=given.n,
                    process=taken.process,
                    taken=taken.n,
                ),
                why=gettext("these processes are to be joined by shared memory and by semaphores alone"),
                next=gettext("put what is to be handed over into the segment, and tell of it with a semaphore"),
                events=(given, taken),
            )
    sent = next((e for e in run.calls(*KILLS, by=giver.name, ok=True) if e.text("target") in names), None)
    if sent:
        fail(
            seen=gettext(
                "{giver} sent {signal} to {target} at event {sent}",
                giver=giver.name,
                signal=sent.text("signal"),
                target=sent.text("target"),
                sent=sent.n,
            ),
            why=gettext("a signal does not count: two of a kind may arrive as one"),
            next=gettext("use a semaphore, which counts"),
            events=(sent,),
        )


def require_names_begin(run: Evidence, prefix: str) -> None:
    """Every name that the program made in /dev/shm, of a segment or a semaphore, begins with `prefix` (without a slash)."""
    for name, event in _made_names(run):
        require(
            name.startswith(prefix),
            seen=gettext(
                "{process} made the name /{name} at event {event}", process=event.process, name=name, event=event.n
            ),
            why=gettext(
                "all programs of a machine see the same names: a second run would find what belongs to the first, "
                "and this run was told to begin its names with /{prefix}",
                prefix=prefix,
            ),
            next=gettext("make every name from the argument, such as /{prefix} or /{prefix}-free", prefix=prefix),
            events=(event,),
        )


def _made_names(run: Evidence) -> Iterator[tuple[str, Event]]:
    """Names and what made them. Not those of sem_open's temporary files, nor those that Python's multiprocessing chooses."""
    for event in run.calls(*OPENS, "link", "linkat", ok=True):
        linked = event.call.startswith("link")
        path = event.text("to") if linked else event.text("path")
        name = path.removeprefix(FOLDER)
        if name == path or name.startswith("sem.mp-") or not (linked or "O_CREAT" in event.texts("flags")):
            continue
        if linked or not name.startswith("sem."):
            yield name.removeprefix("sem."), event


def require_removed_by(run: Evidence, process: ProcessView, prefix: str) -> None:
    """Nobody but this process removed a name in /dev/shm that begins with `prefix`, or a System V object."""
    names = (FOLDER + prefix, FOLDER + "sem." + prefix)
    for event in run.calls(*REMOVES, ok=True):
        what = event.text(REMOVES[event.call])
        counts = event.text("command") == "IPC_RMID" if event.call.endswith("ctl") else what.startswith(names)
        require(
            not counts or event.process == process.name,
            seen=gettext("{process} removed {what} at event {event}", process=event.process, what=what, event=event.n),
            why=gettext(
                "only {process} knows when all are through with it, and a name that is gone cannot be opened any more",
                process=process.name,
            ),
            next=gettext(
                "remove it in {process} alone, and on no way that another process takes "
                "(what is done at exit, a handler that a child has inherited)",
                process=process.name,
            ),
            events=(event,),
        )
