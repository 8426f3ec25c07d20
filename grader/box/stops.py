"""In: a seized task; out: the same, held at the stop that is wanted (for set-up only: a program's run is the tracer's)."""

from __future__ import annotations

import os

from grader.box import ptrace


def step(tid: int) -> None:
    """Resume a held task to its next system-call stop. Raises ChildProcessError when it ends instead."""
    signal = 0
    while True:
        ptrace.resume(tid, ptrace.SYSCALL, signal)
        status = waited(tid)
        if status >> 8 == ptrace.SYSCALL_STOP:
            return
        signal = 0 if status >> 16 else os.WSTOPSIG(status)


def until(tid: int, *events: int) -> None:
    """Wait for one of these events of a running task, letting it pass other stops. ChildProcessError if it ends."""
    while (status := waited(tid)) >> 16 not in events:
        ptrace.resume(tid, ptrace.CONT, 0 if status >> 16 else os.WSTOPSIG(status))


def waited(tid: int) -> int:
    """The next wait status of a task of ours; ChildProcessError when it is about to end."""
    status = None
    while status is None:
        status = ptrace.wait(tid)
    if not os.WIFSTOPPED(status) or status >> 16 == ptrace.EVENT_EXIT:
        raise ChildProcessError(f"task {tid} ended early ({status:#x})")
    return status
