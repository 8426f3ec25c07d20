"""In: a plan and the evidence of its fair run; out: the plans with one fault each that this program may meet.

What a run did tells what can fail in it: each call on each object, the first time, the last time, and the times between. Where
the kernel could not do it after all, the run's event `missed` says so (`grader.trace.faults`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, zip_longest

from grader.evidence import Evidence
from grader.model import Event, Fault, Plan
from grader.model.fault import CALLS, RESTARTED

_LIBRARIES = ("/etc/ld.so", "/lib", "/usr/lib", "file /etc/ld.so", "file /lib", "file /usr/lib")
_DUPLICATES = ("F_DUPFD", "F_DUPFD_CLOEXEC")
_ON_DISK = ("file ", "shm ", "semaphore ")
_PIECES = ("stdin", "pipe ", "fifo ")
_PIPE_BUF = 4096
_OF_THE_LIBRARY = frozenset({"SIG32", "SIG33"})  # the threads of the C library send them to each other (nptl(7))
_NAMELESS = CALLS["ENFILE"] - {"accept", "accept4"}


def fault_plans(plan: Plan, evidence: Evidence) -> Iterator[Plan]:
    """The plan with each fault that its run leaves room for; of each kind the first ones early, so that a few tell much."""
    for number, fault in enumerate(faults_of(evidence), 1):
        yield replace(plan, name=f"{plan.name}-fault-{number}", faults=(*plan.faults, fault))


def faults_of(evidence: Evidence) -> Iterator[Fault]:
    """The faults, kind by kind in turn."""
    found: dict[str, dict[Fault, list[Fault]]] = {kind: {} for kind in CALLS}
    counts: Counter[Fault] = Counter()
    for first in _chances(evidence):
        counts[first] += 1
        found[first.kind].setdefault(first, []).append(replace(first, nth=counts[first]))
    rows = (_ordered(list(each.values())) for each in found.values())
    for row in zip_longest(*rows):
        yield from (fault for fault in row if fault is not None)


def _ordered(times: list[list[Fault]]) -> list[Fault]:
    """The first of each, the last of each, then those between."""
    first = [each[0] for each in times]
    last = [each[-1] for each in times if len(each) > 1]
    between = zip_longest(*(each[1:-1] for each in times))
    return [*first, *last, *(fault for fault in chain.from_iterable(between) if fault is not None)]


def _chances(evidence: Evidence) -> Iterator[Fault]:
    """For each event the faults that could have been there, all counted from 1."""
    begun: set[str] = set()
    for event in evidence.events:
        if event.kind == "begin":
            begun.add(event.process)
        elif event.call in {"fork", "vfork", "clone"} and event.process in begun and event.text("child"):
            begun.add(event.text("child"))
        elif event.call in {"execve", "execveat"} and not event.error:
            begun.discard(event.process)
        if event.process not in begun or _target(event).startswith(_LIBRARIES):
            continue
        if event.kind == "block":
            yield from _asleep(evidence, event)
        elif event.kind == "call":
            yield from _made(evidence, event)


def _target(event: Event) -> str:
    return event.text("object") or event.text("path")


def _named(event: Event) -> str:
    """What to choose the call by: for what makes something new, its path, for it has no name yet."""
    if event.text("path"):
        return event.text("path")
    return "" if event.call in _NAMELESS else event.text("object")


def _made(evidence: Evidence, event: Event) -> Iterator[Fault]:
    yield Fault("SIGKILL", process=event.process)
    if event.error:
        return
    for kind in ("EAGAIN", "EMFILE", "ENFILE", "ENOSPC", "ENOMEM"):
        if event.call in CALLS[kind] and _concerns(kind, event):
            yield Fault(kind, process=event.process, call=event.call, object=_named(event))
    if event.call in CALLS["short read"] and _came_in_pieces(evidence, event):
        yield Fault("short read", process=event.process, call=event.call, object=_target(event))


def _came_in_pieces(evidence: Evidence, event: Event) -> bool:
    """Whether what was read may have been several writes: input, or no amount that was ever written at once."""
    target = _target(event)
    if not target.startswith(_PIECES) or len(event.data or b"") < 2:
        return False
    return all(event.result != write.result for write in evidence.writes(on=target, ok=True))


def _concerns(kind: str, event: Event) -> bool:
    if event.call == "fcntl":
        return event.text("command") in _DUPLICATES
    if kind != "ENOSPC" or event.call in {"fallocate", "mknod", "mknodat", "shmget", "semget", "msgget"}:
        return True
    if event.text("path"):
        return "O_CREAT" in event.texts("flags") or event.call == "creat"
    return event.text("object").startswith(_ON_DISK)


def _asleep(evidence: Evidence, event: Event) -> Iterator[Fault]:
    if event.call in CALLS["short write"] and event.number("count") > _PIPE_BUF:
        yield Fault("short write", process=event.process, call=event.call, object=_target(event))
    if event.call not in CALLS["EINTR"]:
        return
    process = evidence.state(event.n).processes.get(event.process)
    for name, how in sorted(process.dispositions.items()) if process is not None else ():
        goes_on = "SA_RESTART" in how.flags and event.call in RESTARTED
        if how.action == "handler" and not how.runtime and not goes_on and name not in _OF_THE_LIBRARY:
            yield Fault("EINTR", process=event.process, call=event.call, object=_target(event), signal=name)
