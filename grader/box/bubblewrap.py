"""In: a command and what it may see; out: bwrap's argument list, and a box held with the program at its first stop.

bwrap forks twice: the launcher stays outside, its child is process 1 of the box, whose child becomes the program.
Process 1 is held for good at its wait, else the kernel would kill orphans when the program's root exits.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.box import ptrace
from grader.box.arm import Arm
from grader.box.command import HOME
from grader.box.launch import FAILED, FIRST, Launch, launch
from grader.box.numbers import NUMBERS
from grader.box.script import Page
from grader.box.stops import step, until
from grader.box.tree import end_box
from grader.errors import CannotDecide, UsageError

SOCKET, SECCOMP, FILES = range(FIRST, FIRST + 3)
FRESH = {"/dev/shm": 64 << 20, "/tmp": 64 << 20, HOME: 64 << 20}
"""The folders that a program finds empty and may write to, and their sizes in bytes."""

_SIGCHLD, _SIG_IGN = 17, 1
_WAITS = (NUMBERS["wait4"], NUMBERS["waitid"])
TEXTS: Mapping[str, str] = {
    "/etc/passwd": f"root:x:0:0:root:/root:/bin/sh\nstudent:x:1000:1000:student:{HOME}:/bin/sh\n",
    "/etc/group": "root:x:0:\nstudent:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost box\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def system_view() -> list[str]:
    """The machine's programs and libraries, read-only, as the machine lays them out."""
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for shared in ("/etc/ld.so.cache", "/etc/alternatives"):
        words += ["--ro-bind-try", shared, shared]
    for number, text in enumerate(TEXTS, FILES):
        words += ["--file", str(number), text]
    words += ["--proc", "/proc", "--dev", "/dev", "--mqueue", "/dev/mqueue"]
    for fresh, size in FRESH.items():
        words += ["--perms", "0755" if fresh == HOME else "1777", "--size", str(size), "--tmpfs", fresh]
    return words


def arguments(
    bwrap: str,
    view: Sequence[str],
    binds: Sequence[tuple[str, str, bool]],
    env: Mapping[str, str],
    cwd: str,
    capabilities: Sequence[str] = (),
    kept: int = 0,
) -> list[str]:
    """bwrap's command line up to `--`. `binds` are (outside, inside, writable).

    `kept` is a descriptor that process 1 keeps and the program does not have (0: none).
    With `capabilities`, which hold within the box's user namespace only, no filter is loaded: whoever has them does it later.
    """
    words = [bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "box", *view]
    for outside, inside, writable in binds:
        words += ["--bind" if writable else "--ro-bind", outside, inside]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", cwd]
    for name, value in env.items():
        words += ["--setenv", name, value]
    if kept:
        words += ["--sync-fd", str(kept)]
    for name in capabilities:
        words += ["--cap-add", name]
    return words if capabilities else [*words, "--seccomp", str(SECCOMP)]


def start(how: Launch, moved: Callable[[int], None], *, further: bool = False) -> tuple[int, int, int]:
    """Start the box: (launcher, process 1, program), the program held at the end of its first execve.

    `how.keep` are our descriptors for SOCKET, SECCOMP and the texts; `moved` is called with process 1 before it goes on.
    `further`: process 1 gets a page, so that it can make further programs.
    Raises UsageError when the program cannot be executed, CannotDecide when the box cannot be made.
    """
    gate_read, gate_write = os.pipe()
    words_out = os.memfd_create("bwrap", os.MFD_CLOEXEC)
    gate = FIRST + len(how.keep)

    def last() -> None:
        if not os.read(gate, 1):
            os._exit(FAILED)
        os.close(gate)

    init = launcher = 0
    try:
        launcher = launch(replace(how, keep=[*how.keep, gate_read], stderr=words_out, last=last))
        # Traced before it is bwrap, so that process 1 is ours from its birth: whenever we are killed, the kernel kills it.
        # bwrap's own way is too late, and a box that is released by a descriptor is released by our death as well.
        ptrace.seize(launcher)
        os.write(gate_write, b"x")
        init = _process_one(launcher)
        moved(init)
        ptrace.resume(init)
        return launcher, init, _program(init, further=further)
    except BaseException as fault:
        end_box(launcher, init)
        if not isinstance(fault, OSError):
            raise
        raise explained(how.argv[how.argv.index("--") + 1], os.pread(words_out, 4096, 0), fault) from fault
    finally:
        for fd in (gate_read, gate_write, words_out):
            os.close(fd)


def _process_one(launcher: int) -> int:
    """Let the launcher fork process 1, held before its first instruction, and go on untraced."""
    until(launcher, ptrace.EVENT_FORK, ptrace.EVENT_CLONE, ptrace.EVENT_VFORK)
    init = ptrace.event_message(launcher)
    until(init, ptrace.EVENT_STOP)
    ptrace.detach(launcher)
    return init


def _program(init: int, *, further: bool) -> int:
    """Let process 1 fork the program and go to its wait, and the program go to the end of its execve."""
    until(init, ptrace.EVENT_FORK, ptrace.EVENT_CLONE, ptrace.EVENT_VFORK)
    program = ptrace.event_message(init)
    until(program, ptrace.EVENT_STOP)
    ptrace.resume(program)
    _park(init, further=further)
    until(program, ptrace.EVENT_EXEC)
    step(program)
    return program


def _park(init: int, *, further: bool) -> None:
    """Drive process 1 to the entry of its wait, its descriptors closed; make it a reaper that never has to run."""
    step(init)
    if further:
        Page.map(init)
    hand = Arm(init)
    # struct sigaction: handler, flags, restorer, mask. Ignored, the kernel itself reaps the orphans it is given.
    hand.call("rt_sigaction", _SIGCHLD, hand.place(struct.pack("<QQQQ", _SIG_IGN, 0, 0, 0)), 0, 8)
    step(init)
    while ptrace.entry(init).number not in _WAITS:
        step(init)
        step(init)


def explained(program: str, output: bytes, fault: object) -> UsageError | CannotDecide:
    """The failure of a start, in bwrap's own words."""
    said = output.decode(errors="replace").strip().removeprefix("bwrap: ")
    if said.startswith("execvp "):
        return UsageError(f"the program cannot be started: {said.rpartition(': ')[2]}", where=program)
    return CannotDecide(
        f"the box cannot be made: {said or fault}", where="bwrap", action="see what `grader doctor` says"
    )
