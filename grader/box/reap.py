"""In: the process under which a program lives; out: nothing of it is left, neither running nor as a zombie.

All tasks of a box are our tracees, so their last wait status comes to us and must be collected one by one; a new task
of theirs starts held, so it cannot outrun the killing. Source: ptrace(2), pid_namespaces(7).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from grader.box import ptrace

_KILL = 9


def kill(pid: int) -> None:
    """Kill a process, if it still exists."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, _KILL)


def end_below(root: int, spared: frozenset[int] = frozenset()) -> None:
    """Kill and reap all descendants of `root` except the spared ones and what is below them."""
    done: set[int] = set(spared)
    while found := [pid for pid in below(root, spared) if pid not in done]:
        for pid in found:
            kill(pid)
        for pid in found:
            reap(pid)
        done.update(found)


def reap(pid: int) -> None:
    """Wait for the end of a killed process, its other threads first; returns at once when it is not ours."""
    for tid in sorted(threads(pid), key=pid.__eq__):
        # A task that is held at its exit is not woken by the signal, and has nothing more to report before it goes on.
        ptrace.resume(tid)
        with contextlib.suppress(ChildProcessError):
            status = ptrace.wait(tid)
            while status is None or os.WIFSTOPPED(status):
                if status is not None:
                    ptrace.resume(tid)
                status = ptrace.wait(tid)


def threads(pid: int) -> list[int]:
    """The tasks of a process; none when it is gone."""
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(tid: int) -> bool:
    """Whether the task exists and is no zombie."""
    try:
        # The name, in brackets, may hold anything; the state stands after the last bracket.
        return Path(f"/proc/{tid}/stat").read_bytes().rpartition(b") ")[2][:1] not in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def below(root: int, spared: frozenset[int] = frozenset()) -> Iterator[int]:
    """The descendants of a process, zombies too, parents before their children."""
    for tid in threads(root):
        for child in _children(root, tid):
            if child not in spared:
                yield child
                yield from below(child, spared)


def _children(pid: int, tid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{tid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
