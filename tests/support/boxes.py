"""In: an open box and a program in Python; out: what the program printed and how it ended, every task let run freely."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.box import Box, Command, Tree, ptrace
from grader.model import Limits

PYTHON = os.path.realpath(sys.executable)

# What most programs below begin with: `call` makes a raw system call and returns its result, or the name of its errno;
# `tried` does the same for any function.
PRELUDE = """
import ctypes, errno, json, os, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(*args):
    result = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    return result if result >= 0 else errno.errorcode[ctypes.get_errno()]
def tried(function, *args):
    try:
        return function(*args)
    except OSError as refused:
        return errno.errorcode[refused.errno]
def say(value):
    print(json.dumps(value), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the root ended: its wait status, and all that came out before everything ended."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> object:
        """The JSON value that the program printed."""
        assert self.err == ""
        return json.loads(self.out)


@dataclass(slots=True)
class Watch:
    """A supervisor that holds nobody: it lets every task run, forwards signals, and collects what is printed."""

    tree: Tree
    live: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    status: int = -1
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)

    def go(self) -> None:
        """Let the held root go."""
        self.live.add(self.tree.root)
        ptrace.resume(self.tree.root)

    def until_root_ends(self) -> None:
        """Attend to all tasks until the root has ended."""
        while self.status < 0:
            self.attend()

    def until_all_end(self) -> None:
        """Attend to all tasks until none is left."""
        while self.live:
            self.attend()

    def attend(self) -> None:
        """Wait for one report and answer it."""
        tid, status = os.waitpid(-1, ptrace.WALL)
        self.drain()
        if not os.WIFSTOPPED(status):
            self.live.discard(tid)
            self.ended.add(tid)
            if tid == self.tree.root:
                self.status = status
            return
        event = status >> 16
        if event in {ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE}:
            # The child's own reports, its end too, may have come before this one.
            self.live |= {ptrace.event_message(tid)} - self.ended
        self.live.add(tid)
        ptrace.resume(tid, ptrace.CONT, 0 if event else os.WSTOPSIG(status))

    def drain(self) -> None:
        """Read what is in the pipes."""
        for fd, kept in ((self.tree.stdout, self.out), (self.tree.stderr, self.err)):
            try:
                while piece := os.read(fd, 65536):
                    kept.extend(piece)
            except BlockingIOError:
                pass


def python(source: str, folder: Path, **changes: object) -> Command:
    """A command that runs `source` (after the prelude) from a file in `folder`, with this interpreter."""
    folder.mkdir(exist_ok=True)
    (folder / "program.py").write_text(PRELUDE + source)
    mounts = tuple(dict.fromkeys((os.path.realpath(sys.base_prefix),)))
    command = Command((PYTHON, "-I", "-S", "/box/program.py"), str(folder), Limits(), mounts=mounts)
    return replace(command, **changes)  # type: ignore[arg-type]


def program(*argv: str, folder: Path, **changes: object) -> Command:
    """A command that runs one of the system's programs."""
    return replace(Command(argv, str(folder), Limits()), **changes)  # type: ignore[arg-type]


def run(box: Box, command: Command, stdin: bytes = b"") -> Ended:
    """Start the command, give it `stdin` and its end, and let it run until all its tasks have ended."""
    tree = box.start(command)
    try:
        os.write(tree.stdin, stdin)
        tree.close_stdin()
        watch = Watch(tree)
        watch.go()
        watch.until_all_end()
        watch.drain()
        return Ended(watch.status, watch.out.decode(), watch.err.decode())
    finally:
        tree.destroy()


def lines(items: Mapping[str, str]) -> str:
    """Source that says the value of each expression under its name."""
    body = ", ".join(f"{name!r}: {expression}" for name, expression in items.items())
    return f"say({{{body}}})\n"


def status_fields(text: str, names: Sequence[str]) -> dict[str, str]:
    """Some fields of a /proc/PID/status file."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name: value.strip() for name, value in pairs if name in names}
