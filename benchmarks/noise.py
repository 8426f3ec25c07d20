"""In: a process whose descendants are being traced; out: a busy machine around them, and a neighbour that looks into them.

Run as `python noise.py PARENT spin`, `python noise.py PARENT forks` or `python noise.py PARENT smaps PID`; each ends when its
parent has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["neighbours"]

SPINNERS = 4
STRETCH = 200_000  # additions between two looks at whether the parent is still there


CHILDREN = 16  # of a storm of forks, at a time


@contextmanager
def neighbours(root: int, spinners: int = SPINNERS, storms: int = 0) -> Iterator[list[int]]:
    """Busy processes and one that reads the memory maps of everything below `root`; their process ids.

    `storms`: so many more fork without end, 16 children at a time.
    """
    lines = [["spin"]] * spinners + [["forks"]] * storms + [["smaps", str(root)]]
    started = [
        subprocess.Popen([sys.executable, __file__, str(os.getpid()), *words], stdin=subprocess.DEVNULL)
        for words in lines
    ]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def spin(parent: int) -> None:
    """Use a processor, and nothing else."""
    while os.getppid() == parent:
        total = 0
        for number in range(STRETCH):
            total += number


def forks(parent: int) -> None:
    """Make children that end at once, so that process ids, the scheduler and the kernel's lists of processes have no rest."""
    while os.getppid() == parent:
        children = []
        for _ in range(CHILDREN):
            if (child := os.fork()) == 0:
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)


def smaps(parent: int, root: int) -> None:
    """Read what makes the kernel hold a process's memory lock, of each descendant of `root`, again and again.

    smaps walks every page of a process under its memory lock, so that its own page faults and those of a tracer wait:
    a tracer that takes such a wait for a program's sleep is found out.
    """
    while os.getppid() == parent:
        for pid in _below(root):
            for name in ("smaps", "stat", "status"):
                try:
                    Path(f"/proc/{pid}/{name}").read_bytes()
                except OSError:
                    break  # it has ended, or belongs to somebody else


def _below(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - thousands of times a minute
        if name.isdigit():
            try:
                stat = Path(f"/proc/{name}/stat").read_bytes()
            except OSError:
                continue
            parents[int(name)] = int(stat.rpartition(b") ")[2].split()[1])
    found = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found - {root, os.getpid()}


if __name__ == "__main__":
    if sys.argv[2] == "smaps":
        smaps(int(sys.argv[1]), int(sys.argv[3]))
    else:
        {"spin": spin, "forks": forks}[sys.argv[2]](int(sys.argv[1]))
