"""In: a plan's further programs and where the run stands; out: each started at its named state, and led to its own code.

While a further program's interpreter starts, nobody else moves: nothing outside it could change that way, nor it anything outside,
so all its steps are one instant of the run, and a search wastes no decision on it.
"""

from __future__ import annotations

import os
import signal

from grader.box import ptrace
from grader.errors import UsageError
from grader.model import Arg, Root
from grader.trace import lives, stimuli
from grader.trace.clock import hide_vdso
from grader.trace.run import Run
from grader.trace.task import MOVABLE


def act(run: Run, *, quiet: bool) -> bool:
    """Start the first further program whose state holds now; True when one was started. `quiet`: no task can move."""
    if not run.roots or run.starting or "P0" in run.begins:
        return False
    for root in run.roots:
        if root.when is None or stimuli.holds(run, root.when, quiet=quiet):
            run.roots.remove(root)
            _start(run, root)
            return True
    return False


def _start(run: Run, root: Root) -> None:
    name = run.process_of(root)
    tid = run.tree.enter(root.argv, root.stdin)
    hide_vdso(tid)
    argv = _begun(tid, root) if root.peer else root.argv
    run.tree.watch(tid)
    lives.adopt(run, tid, name)
    status = os.stat(f"/proc/{tid}/fd/0")
    run.objects.bind((status.st_dev, status.st_ino), f"stdin of {name}")
    args: dict[str, Arg] = {
        "fds": {"0": f"stdin of {name}", "1": "stdout", "2": "stderr"},
        "argv": argv,
        "pid": lives.register(run, tid, name),
        "stdin_open": False,
        "input": len(root.stdin),
        "root": root.name,
    }
    if root.peer:
        args["peer"] = root.peer
    run.recorder.emit(name, "start", args=args)
    lives.expect_begin(run, name, argv)
    run.starting = name


def _begun(tid: int, root: Root) -> tuple[str, ...]:
    """Let a peer's interpreter start, which is nobody's to judge, until it says by SIGTRAP that its program begins: what it runs.

    Raises UsageError when it ends before.
    """
    number = 0
    while True:
        ptrace.resume(tid, ptrace.CONT, number)
        status = None
        while status is None:
            status = ptrace.wait(tid)
        if not os.WIFSTOPPED(status) or status >> 16 == ptrace.EVENT_EXIT:
            why = "ended before its program began: is it Python?"
            raise UsageError(f"the peer {root.peer} {why}", where=f"root {root.name}", action="run it by itself")
        number = 0 if status >> 16 else os.WSTOPSIG(status)
        if number == signal.SIGTRAP:
            return root.argv[next(at for at, word in enumerate(root.argv) if word.endswith(f"/{root.peer}")) :]


def starting(run: Run) -> list[int]:
    """The only task that may move while a further program's interpreter starts; none when it has begun, or cannot go on."""
    if not run.starting:
        return []
    able = [task.order for task in run.tracees if task.process == run.starting and task.mode in MOVABLE]
    if run.starting not in run.begins or not able:
        run.starting = ""
        return []
    return able


def unstarted(run: Run) -> None:
    """Tell of the further programs whose state never came."""
    for root in run.roots:
        run.recorder.emit("outside", "unstarted", args={"root": root.name, "process": run.process_of(root)})
