"""In: a command and what it may see; out: bwrap's argument list, and a box held with the program at its first stop.

bwrap forks twice: the launcher stays outside, its child is process 1 of the box, whose child becomes the program.
Process 1 is held for good at its wait, else the kernel would kill orphans when the program's root exits.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.box import ptrace
from grader.box.arm import Arm
from grader.box.command import HOME
from grader.box.launch import FIRST, Launch, launch
from grader.box.numbers import NUMBERS
from grader.box.stops import step, until
from grader.box.tree import end_box
from grader.errors import CannotDecide, UsageError

SOCKET, INFO, BLOCK, SECCOMP, FILES = range(FIRST, FIRST + 5)
_SIZES = {"/dev/shm": 64 << 20, "/tmp": 64 << 20, HOME: 64 << 20}
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
    for fresh, size in _SIZES.items():
        words += ["--perms", "0755" if fresh == HOME else "1777", "--size", str(size), "--tmpfs", fresh]
    return words


def arguments(
    bwrap: str, view: Sequence[str], binds: Sequence[tuple[str, str, bool]], env: Mapping[str, str], cwd: str
) -> list[str]:
    """bwrap's command line up to `--`. `binds` are (outside, inside, writable)."""
    words = [bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "box", *view]
    for outside, inside, writable in binds:
        words += ["--bind" if writable else "--ro-bind", outside, inside]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", cwd]
    for name, value in env.items():
        words += ["--setenv", name, value]
    return [*words, "--seccomp", str(SECCOMP)]


def start(how: Launch, moved: Callable[[int], None]) -> tuple[int, int, int]:
    """Start the box: (launcher, process 1, program), the program held at the end of its first execve.

    `how.keep` are our descriptors for SOCKET, SECCOMP and the texts; `moved` is called with process 1 before it forks.
    Raises UsageError when the program cannot be executed, CannotDecide when the box cannot be made.
    """
    info_read, info_write = os.pipe()
    block_read, block_write = os.pipe()
    words_out = os.memfd_create("bwrap", os.MFD_CLOEXEC)
    init = launcher = 0
    try:
        keep = [how.keep[0], info_write, block_read, *how.keep[1:]]
        line = [how.argv[0], "--info-fd", str(INFO), "--block-fd", str(BLOCK), *how.argv[1:]]
        launcher = launch(replace(how, argv=line, keep=keep, stderr=words_out))
        os.close(info_write)
        info_write = -1
        init = _process_one(info_read)
        ptrace.seize(init)
        moved(init)
        os.write(block_write, b"x")
        return launcher, init, _program(init)
    except BaseException as fault:
        end_box(launcher, init)
        if not isinstance(fault, OSError):
            raise
        raise explained(how.argv[how.argv.index("--") + 1], os.pread(words_out, 4096, 0), fault) from fault
    finally:
        for fd in (info_read, info_write, block_read, block_write, words_out):
            if fd >= 0:
                os.close(fd)


def _process_one(info: int) -> int:
    """Read bwrap's description of itself; ChildProcessError when bwrap ended before it had one."""
    text = b""
    while b"}" not in text:
        piece = os.read(info, 4096)
        if not piece:
            raise ChildProcessError("bwrap ended before the box existed")
        text += piece
    number: int = json.loads(text)["child-pid"]
    return number


def _program(init: int) -> int:
    """Let process 1 fork the program and go to its wait, and the program go to the end of its execve."""
    until(init, ptrace.EVENT_FORK, ptrace.EVENT_CLONE, ptrace.EVENT_VFORK)
    program = ptrace.event_message(init)
    until(program, ptrace.EVENT_STOP)
    ptrace.resume(program)
    _park(init)
    until(program, ptrace.EVENT_EXEC)
    step(program)
    return program


def _park(init: int) -> None:
    """Drive process 1 to the entry of its wait, its descriptors closed; make it a reaper that never has to run."""
    step(init)
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
