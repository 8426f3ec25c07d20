"""In: a box in which a program already runs, and another program; out: that one beside it, held at the end of its execve.

A further program is nobody's child but process 1's, so no program of the box may wait for it: process 1 is held for good and makes
it all the same (`script`). Its three pipes come through the socket that process 1 has kept. Of these only its input is new: it is
filled and closed before the program is there, so that the outside holds three pipes of a run, however many programs it has.
stdout and stderr are opened anew: what one program does to its open file description does not reach the others.
"""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import socket
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from grader.box import ptrace
from grader.box.command import HOME
from grader.box.script import Call, Page, Table, perform, take_away
from grader.box.stops import step, until
from grader.box.zygote import Terms, confined, filtered, received
from grader.errors import CannotDecide, UsageError
from grader.frozen import dataclass

MOST_INPUT = 1 << 20
"""Bytes that an input may have: what an ordinary user may make a pipe hold (/proc/sys/fs/pipe-max-size)."""

_CAPACITY = 1 << 16
_ALL = (1 << 32) - 1
_SIGCHLD, _SIG_SETMASK = 17, 2
_WORD = (1 << 64) - 1


def inner_ends(stdin: bytes, outputs: Sequence[int]) -> list[int]:
    """The ends that a further program gets as 0, 1, 2: its input, filled and closed, and the pipes of these outside ends anew.

    Raises UsageError for more input than a pipe holds.
    """
    if len(stdin) > MOST_INPUT:
        raise UsageError(
            f"a further program cannot be given {len(stdin)} bytes", action=f"give it at most {MOST_INPUT}"
        )
    read, write = os.pipe()
    try:
        if len(stdin) > _CAPACITY:
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, len(stdin))
        os.write(write, stdin)
        return [read, *(os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_CLOEXEC) for fd in outputs)]
    except BaseException:
        os.close(read)
        raise
    finally:
        os.close(write)


def load(tid: int, program: bytes) -> None:
    """Load a seccomp filter into a task that is held in its own code, or at the end of a call. Raises OSError."""
    page, registers = Page(), ptrace.registers(tid)
    loaded = page.table(filtered(page, program))
    page.map(tid)
    page.write(tid)
    perform(tid, registers, loaded)
    ptrace.set_registers(tid, registers)
    take_away(tid)


@contextmanager
def ends(stdin: bytes, outputs: Sequence[int]) -> Iterator[Callable[[socket.socket], object]]:
    """What lets the ends of a further program wait in a socket; ours are closed afterwards. Raises UsageError."""
    found = inner_ends(stdin, outputs)
    try:
        yield lambda way: socket.send_fds(way, [b"x"], found)
    finally:
        for fd in found:
            os.close(fd)


@dataclass(frozen=True, slots=True)
class Door:
    """The way into one box of namespaces: its process 1, which has a page for scripts and, as descriptor `at`, our socket's peer.

    `led`: whatever process 1 makes has the trace filter already. `contained`: it has the containment filter, and no capability.
    """

    init: int
    way: socket.socket
    at: int
    environment: Mapping[str, str]
    terms: Terms
    led: bool = False
    contained: bool = False

    def enter(self, argv: Sequence[str], stdin: bytes, outputs: Sequence[int]) -> int:
        """Start a further program, not yet watched. UsageError: it cannot be executed; CannotDecide: the box fails."""
        with ends(stdin, outputs) as send:
            try:
                tid, start = self._made(argv, send)
            except (OSError, ValueError) as fault:
                why = f"a further program cannot be started: {fault}"
                raise CannotDecide(why, where=argv[0], action="run `grader doctor`") from fault
        try:
            perform(tid, ptrace.registers(tid), start, ptrace.EVENT_EXEC)
        except OSError as fault:
            raise UsageError(
                f"the program cannot be started: {os.strerror(fault.errno or errno.EIO)}", where=argv[0]
            ) from fault
        step(tid)
        return tid

    def _made(self, argv: Sequence[str], send: Callable[[socket.socket], object]) -> tuple[int, Table]:
        """A copy of process 1 that is ready to become the program, and the call by which it does."""
        page = Page()
        made = page.table([("clone", _SIGCHLD, 0, 0, 0, 0)])
        ready = page.table(self._calls(page))
        start = page.table([_execve(page, argv, {**self.environment, "PWD": HOME})])
        page.write(self.init)
        (tid,) = perform(self.init, ptrace.registers(self.init), made)
        until(tid, ptrace.EVENT_STOP)
        # Not before: what waits in the socket and is not taken would be taken for the pipes of the next run.
        send(self.way)
        perform(tid, ptrace.registers(tid), ready)
        return tid, start

    def watch(self, tid: int) -> None:
        """Load the trace filter, where what process 1 makes has not got it already."""
        if not self.led:
            load(tid, self.terms.tracing)

    def _calls(self, page: Page) -> list[Call]:
        """What makes a copy of process 1 ready to become a program like the first one."""
        calls: list[Call] = [("close_range", 0, self.at - 1, 0), ("close_range", self.at + 1, _ALL, 0)]
        # With 0, 1, 2 free, the three get these numbers.
        calls += [received(page, self.at), ("close_range", 3, _ALL, 0)]
        default = page.place(bytes(32))
        changeable = (number for number in range(1, signal.NSIG) if number not in {signal.SIGKILL, signal.SIGSTOP})
        calls += [("rt_sigaction", number, default, 0, 8) for number in changeable]
        calls += [("rt_sigprocmask", _SIG_SETMASK, default, 0, 8), ("chdir", page.text(HOME)), ("setsid",)]
        if self.terms.tasks is not None:
            bound = page.place(struct.pack("<QQ", self.terms.tasks, self.terms.tasks))
            calls.append(("prlimit64", 0, resource.RLIMIT_NPROC, bound, 0))
        filters = [] if self.contained else [self.terms.containment]
        return [*calls, *confined(page, filters, self.terms.scopes)]


def _execve(page: Page, argv: Sequence[str], environment: Mapping[str, str]) -> Call:
    """The call that becomes the program."""
    words = [page.text(word) for word in argv]
    given = [page.text(f"{name}={value}") for name, value in environment.items()]
    lists = [page.place(struct.pack(f"<{len(each) + 1}Q", *each, 0)) for each in (words, given)]
    return ("execve", page.text(argv[0]), lists[0], lists[1])
