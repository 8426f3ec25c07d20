"""In: a started box; out: `Tree`, the program's processes and pipes as the supervisor holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import field
from pathlib import Path

from grader.box import reap
from grader.errors import UsageError
from grader.frozen import dataclass
from grader.model import Residue

Entrance = Callable[[Sequence[str], bytes, Sequence[int]], int]
"""Starts a further program: its command line, its input, the outside's ends of the pipes that it prints into; its task id."""


def _none() -> list[int]:
    return []


def closed(argv: Sequence[str], _stdin: bytes, _outputs: Sequence[int]) -> int:
    """The entrance of a box into which no further program was to come."""
    raise UsageError("no further program was to come into this box", where=argv[0], action="say so in its command")


@dataclass(slots=True)
class Tree:
    """A contained, traced process tree. Its descriptors are ours and non-blocking; −1 when closed.

    `root` is the program's host task id, `init` the box's process 1 (None where the rung has none). `stdin` is the
    outside's write end, `stdout` and `stderr` the read ends. `places` says which folder stands for which where the
    program sees the machine's own folders (rung C): pairs (as it is there, as it is at the other rungs). `lead` is what a `Lead`
    has brought back: the program has that behind it. Only the thread that started it may use it.
    """

    root: int
    init: int | None
    stdin: int
    stdout: int
    stderr: int
    rung: str
    places: tuple[tuple[str, str], ...] = ()
    hit: Callable[[], bool] = field(default=bool, repr=False)
    left: Callable[[Collection[str] | None], tuple[Residue, ...]] = field(default=lambda _: (), repr=False)
    end: Callable[[], None] = field(default=lambda: None, repr=False)
    others: Callable[[], list[int]] = field(default=_none, repr=False)
    lead: object = field(default=None, repr=False)
    door: Entrance = field(default=closed, repr=False)
    watcher: Callable[[int], None] = field(default=lambda _: None, repr=False)
    _ended: bool = field(default=False, repr=False)

    def pid_in_box(self, tid: int) -> int | None:
        """The task's number inside the box; None when it is gone or the rung has no numbers of its own."""
        if self.init is None:
            return None
        try:
            status = Path(f"/proc/{tid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return int(status.partition("NSpid:")[2].partition("\n")[0].split()[-1])

    def enter(self, argv: Sequence[str], stdin: bytes = b"") -> int:
        """Start a further program beside the first one, unrelated to it: its task id, held at the end of its execve.

        The trace filter is not in force yet: `watch` loads it. (Where it is inherited, it is there from the beginning.)
        It has the same limits and walls, the bytes of `stdin` in its input and then the end of that, and prints into the same two
        pipes. To the others it is as a process of another user: they may neither signal it nor look into it, nor it into them.
        Raises UsageError when it cannot be executed or the input is too long, CannotDecide when the box fails.
        """
        return self.door(argv, stdin, (self.stdout, self.stderr))

    def watch(self, tid: int) -> None:
        """Load the trace filter into a further program that is held in its own code, or at the end of a call. Raises OSError."""
        self.watcher(tid)

    def close_stdin(self) -> None:
        """End the program's input."""
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def memory_hit(self) -> bool:
        """Whether the kernel has killed a task of this tree for exceeding its memory (never without a control group)."""
        return self.hit()

    def strays(self, known: Iterable[int] = ()) -> tuple[int, ...]:
        """Tasks in the box, threads too, that are neither the root nor among `known`; the dead are not counted."""
        seen = {self.root, *known}
        processes = self.others() if self.init is None else list(reap.below(self.init))
        found = [tid for pid in processes for tid in reap.threads(pid)]
        return tuple(tid for tid in found if tid not in seen and reap.alive(tid))

    def residue(self, touched: Collection[str] | None = None) -> tuple[Residue, ...]:
        """The objects that the program has left, as far as the file system shows them; call it before `destroy`.

        At rung C shared memory and queues are the machine's: there only the paths in `touched` (`/dev/shm/NAME`,
        `/dev/mqueue/NAME`, `sysv-shm ID`: what the program was seen to make) are the program's, and `destroy` removes
        them; None means all new ones. System V objects are removed, but not listed: their numbers are no evidence.
        """
        return self.left(touched)

    def destroy(self) -> None:
        """Kill and reap every task, close the pipes, undo what was set up. A second call does nothing."""
        if self._ended:
            return
        self._ended = True
        for fd in (self.stdin, self.stdout, self.stderr):
            if fd >= 0:
                os.close(fd)
        self.stdin = self.stdout = self.stderr = -1
        self.end()


def end_box(launcher: int, init: int) -> None:
    """Kill and reap a box: everything below process 1, process 1, its launcher. 0 stands for none."""
    if init:
        reap.end_below(init)
        reap.kill(init)
        reap.reap(init)
    elif launcher:
        reap.kill(launcher)
    if launcher:
        # It ends by itself after process 1, its child; killed earlier, it would leave us or the machine a zombie.
        reap.reap(launcher)
