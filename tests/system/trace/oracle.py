"""In: a program as JSON; out: one run of it, at whose quiet points the kernel model was compared with /proc, as JSON.

Run as `python -m tests.system.trace.oracle`, in a process of its own: a tracer's threads and children are its own alone.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from unittest.mock import patch

from grader.box import Box, Command
from grader.evidence.codec import from_json
from grader.kernel import State, children, dispatch, holders, initial
from grader.kernel.state import STANDARD
from grader.kernel.waits import WRITES
from grader.model import Artifact, Event, Plan
from grader.trace import Fair, ticking, trace, traced_calls
from grader.trace.limits import SLEEPS
from grader.trace.run import Run
from grader.trace.task import Mode, Tracee
from tests.system.trace import proc
from tests.unit.kernel.world import table_of

SHOWN = 10  # differences that are reported; one is enough to fail
FILLING = frozenset((*WRITES, "splice", "tee", "sendfile"))


@dataclass
class Oracle:
    """Compares at each quiet point whose state is new; counts what it compared and keeps what differed."""

    points: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    last: State = field(default_factory=initial)

    def __call__(self, run: Run) -> None:
        """One quiet point: the root's own code runs, and something has happened since the last look."""
        state = run.recorder.state
        root = state.processes.get("P0")
        if state is self.last or (root is not None and not root.began) or len(self.differences) >= SHOWN:
            return
        self.last = state
        self.points += 1
        speakers: dict[str, Tracee] = {}
        for task in run.live():
            if task.mode is not Mode.ZOMBIE:
                speakers.setdefault(task.process, task)
        self.processes(run, state)
        tables = {name: proc.table(task.tid) for name, task in speakers.items()}
        for name, table in tables.items():
            self.table(state, name, table)
        self.ends(state, tables)
        self.fills(state, speakers)
        for name, task in speakers.items():
            self.children(run, state, name, task)
        for task in run.live():
            self.task(state, task)

    def same(self, state: State, aspect: str, model: object, real: object) -> None:
        """Count one comparison, and note a difference."""
        self.seen[aspect] += 1
        if model != real:
            self.differences.append(f"event {state.n}, {aspect}: the model says {model}, /proc says {real}")

    def processes(self, run: Run, state: State) -> None:
        """The tasks that live are those that the kernel still knows."""
        self.same(state, "tasks", sorted(state.tasks), sorted(task.name for task in run.live()))

    def table(self, state: State, name: str, real: dict[int, proc.Entry]) -> None:
        """Numbers, kinds, modes, close-on-exec, and O_NONBLOCK of the open file description."""
        shown = {fd: (entry.kind, entry.mode, entry.cloexec) for fd, entry in sorted(real.items())}
        self.same(state, f"table of {name}", dict(sorted(table_of(state, name).items())), shown)
        table = state.tables[state.processes[name].table]
        model = {fd for fd, entry in table.items() if entry.nonblock}
        self.same(state, f"O_NONBLOCK of {name}", model, {fd for fd, entry in real.items() if entry.nonblock})

    def ends(self, state: State, tables: dict[str, dict[int, proc.Entry]]) -> None:
        """Each pipe, FIFO and socket is one inode, and its ends are held by the descriptors that /proc shows."""
        for name in (*state.pipes, *(each for each in state.things if each.startswith("socket "))):
            held = [(each.process, each.fd) for way in ("read", "write") for each in holders(state, name, way)]
            inodes = {tables[process][fd].inode for process, fd in held if fd in tables.get(process, {})}
            for way in ("read", "write"):
                real = {
                    (process, fd)
                    for process, table in tables.items()
                    for fd, entry in table.items()
                    if entry.inode in inodes and way[0] in entry.mode
                }
                model = {(each.process, each.fd) for each in holders(state, name, way)}
                self.same(state, f"{way} ends of {name}", model, real)
            self.same(state, f"identity of {name}", True, len(inodes) <= 1)

    def fills(self, state: State, speakers: dict[str, Tracee]) -> None:
        """Bytes that wait in a pipe in which nobody sleeps with part of a write already done."""
        asleep = [task.blocked for task in state.tasks.values() if task.blocked is not None]
        writing = {event.text(key) for event in asleep if event.call in FILLING for key in ("object", "to_object")}
        for name, pipe in state.pipes.items():
            found = (*holders(state, name, "read"), *holders(state, name, "write"))
            found = tuple(holder for holder in found if speakers[holder.process].leader)  # pidfd_open takes no thread
            if name in STANDARD or name in writing or not found:
                continue
            real = proc.fill(speakers[found[0].process].tid, found[0].fd)
            self.same(state, f"fill of {name}", pipe.fill, real)
            self.seen["filled"] += bool(real)

    def children(self, run: Run, state: State, name: str, task: Tracee) -> None:
        """Those that the process may wait for, zombies among them."""
        names = {each.tid: each.process for each in run.tracees if each.leader}
        real = sorted(names.get(tid, str(tid)) for tid in proc.children(task.tid))
        self.same(state, f"children of {name}", sorted(child.name for child in children(state, name)), real)
        self.seen["with children"] += bool(real)

    def task(self, state: State, tracee: Tracee) -> None:
        """Who sleeps, in which call, on which descriptor; who is held; who is stopped."""
        task = state.tasks[tracee.name]
        letter = proc.state(tracee.tid)
        if task.stopped or task.blocked is None:
            expected = "Z" if tracee.mode is Mode.ZOMBIE else "tT"
            self.same(state, f"{tracee.name} is held", True, letter in expected)
            return
        event = task.blocked
        # The model counts vfork as asleep from the birth of its child on, at which the parent is still held; and whoever
        # was killed in a call never comes back from it.
        if (event.kind == "call" or tracee.mode is Mode.DYING) and letter == "t":
            return
        self.same(state, f"{tracee.name} sleeps", "D" if tracee.vfork else "S", letter)
        name, first = proc.call(tracee.tid)
        # A sleep that has a limit is made as a pause: its end is a matter of virtual time.
        self.same(state, f"call of {tracee.name}", "pause" if event.call in SLEEPS else event.call, name)
        if "fd" in event.args and event.call not in {"sendfile", "mmap"}:
            self.same(state, f"descriptor {tracee.name} sleeps on", event.number("fd"), first)
        self.seen["asleep"] += 1


WRONG = {
    "looks_prompt": ("grader.trace.foresight.looks_prompt", True),
    "may_wake": ("grader.trace.recorder.may_wake", False),
}


def compare(request: dict[str, object]) -> dict[str, object]:
    """Run one program; `without` names a call of which the model is to know nothing, `wrong` a hint that is to lie."""
    artifact, plan = from_json(Artifact, request["artifact"]), from_json(Plan, request["plan"])
    without, wrong = str(request["without"]), str(request["wrong"])
    oracle = Oracle()
    box = Box.open()
    with ExitStack() as planted:
        planted.callback(box.close)
        planted.callback(ticking, on=False)
        if without:
            known = {name: change for name, change in dispatch.CALLS.items() if name != without}
            planted.enter_context(patch.object(dispatch, "CALLS", known))
        if wrong:
            target, answer = WRONG[wrong]
            planted.enter_context(patch(target, lambda *_: answer))
        argv = (*artifact.argv, *plan.argv)
        command = Command(argv, artifact.folder, plan.limits, mounts=artifact.mounts, trace_filter=traced_calls())
        events: list[Event] = []
        end = trace(box.start(command), argv, plan, Fair(), events.append, oracle)
        sleeps = [(event.task, event.call) for event in events if event.kind == "block"]
    return {
        "outcome": end.outcome,
        "status": end.status,
        "points": oracle.points,
        "seen": dict(oracle.seen),
        "differences": oracle.differences,
        "sleeps": sleeps,
    }


if __name__ == "__main__":
    ticking()
    sys.stdout.write(json.dumps(compare(json.loads(sys.stdin.read()))) + "\n")
