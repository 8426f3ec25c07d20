"""In: a command and the program that it grades; out: how it ended, and what it left running or lying about, now cleared away.

What is left is seen because this process adopts orphans, and because it has System V objects of its own where it may make
such a namespace (root may). Where it may not, a new private object of this user counts as the program's.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ended", "carry_out", "prepare"]

SUBREAPER = 36  # prctl(2), PR_SET_CHILD_SUBREAPER
NEW_IPC = 0x08000000  # unshare(2), CLONE_NEWIPC
GRACE = 500  # milliseconds in which a process that is ending anyway may end
MEMORY = Path("/dev/shm")
KINDS = {"shm": "-m", "sem": "-s", "msg": "-q"}  # the options of ipcrm(1)

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `seconds` on the clock; `left` in words, one a thing."""

    status: int
    output: str
    seconds: float
    left: tuple[str, ...]


def prepare() -> bool:
    """Adopt all orphans from now on, and see only System V objects made from now on. False where the latter is refused."""
    _libc.prctl(SUBREAPER, 1, 0, 0, 0)
    return int(_libc.unshare(NEW_IPC)) == 0


def carry_out(command: Sequence[str], source: Path, folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run a command to its end, then find and clear away what is left of the program whose source this is."""
    names, objects = _named(source), _objects()
    started = time.perf_counter()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, env=dict(environment)
        )
        status = process.wait()
    seconds = time.perf_counter() - started
    left = (*_processes(), *_unlinked(_named(source) - names), *_removed(_objects() - objects))
    return Ended(status, (folder / "output").read_text(encoding="utf-8", errors="replace"), seconds, left)


def _processes() -> list[str]:
    """Whatever has been adopted and does not end: killed, by its number, and named."""
    left = []
    while pids := _children():
        for pid in pids:
            handle = os.pidfd_open(pid)
            try:
                waiting = select.poll()
                waiting.register(handle, select.POLLIN)
                if not waiting.poll(GRACE):
                    left.append("a process")
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                os.waitpid(pid, 0)
            finally:
                os.close(handle)
    return left


def _children() -> list[int]:
    return [int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _named(source: Path) -> frozenset[str]:
    """The names in shared memory that the program's source speaks of. Others are none of its making."""
    text = source.read_text(encoding="utf-8")
    return frozenset(name for path in MEMORY.iterdir() if f'"/{(name := path.name.removeprefix("sem."))}"' in text)


def _unlinked(names: frozenset[str]) -> list[str]:
    for name in names:
        for path in (MEMORY / name, MEMORY / f"sem.{name}"):
            path.unlink(missing_ok=True)
    return [f"shared memory /{name}" for name in sorted(names)]


def _objects() -> frozenset[tuple[str, str]]:
    """The private System V objects of this user: kind and id (proc(5), /proc/sysvipc)."""
    found = set()
    for kind in KINDS:
        head, *lines = Path("/proc/sysvipc", kind).read_text().splitlines()
        for line in lines:
            fields = dict(zip(head.split(), line.split(), strict=False))
            if fields["key"] == "0" and fields["cuid"] == str(os.geteuid()):
                found.add((kind, line.split()[1]))
    return frozenset(found)


def _removed(objects: frozenset[tuple[str, str]]) -> list[str]:
    for kind, number in objects:
        subprocess.run(["ipcrm", KINDS[kind], number], check=True)
    words = {"shm": "segment", "sem": "semaphore set", "msg": "queue"}
    return [f"a System V {words[kind]}" for kind, _ in sorted(objects)]
