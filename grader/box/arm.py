"""In: a program held at the end of its first execve; out: the same, with its pipes, limits, Landlock domain and filters.

The calls are made by the program's own task (`ptrace.inject`), so that no helper program has to be in the box, and no
process of the box's own ever holds an end of the three pipes: they travel as a message on a socket.
"""

from __future__ import annotations

import array
import errno
import os
import resource
import struct
from collections.abc import Sequence

from grader.box import ptrace
from grader.box.launch import FIRST
from grader.box.numbers import NUMBERS
from grader.model import Limits

_BELOW = 0x10000  # the kernel maps 128 KiB below the stack pointer of a fresh program
_MESSAGE = struct.Struct("<QI4xQQQQi4x")  # struct msghdr: name, length, iov, count, control, length, flags
_CONTROL = 32  # CMSG_SPACE of three descriptors
_SECCOMP_SET_MODE_FILTER = 1
SPARE_TASKS = 16


class Arm:
    """Injects calls into one held task. All methods raise OSError when the kernel refuses, ESRCH when it was killed."""

    def __init__(self, tid: int) -> None:
        self._tid = tid
        self._at = (ptrace.registers(tid)["rsp"] - _BELOW) & ~0xF

    def call(self, name: str, *args: int) -> int:
        """Make the call; its result. Raises OSError with the kernel's errno when it fails."""
        result = ptrace.inject(self._tid, NUMBERS[name], *args)
        if result < 0:
            raise OSError(-result, f"{name} for the program: {os.strerror(-result)}")
        return result

    def place(self, data: bytes) -> int:
        """Put bytes into the program's memory below its stack: their address, valid until the next `place`."""
        ptrace.write(self._tid, self._at, data)
        return self._at

    def take_pipes(self) -> None:
        """Receive the three descriptors that wait in the socket as 0, 1, 2, and close all others."""
        start = self._at
        iov, control, byte = start + _MESSAGE.size, start + _MESSAGE.size + 16, start + _MESSAGE.size + 16 + _CONTROL
        header = _MESSAGE.pack(0, 0, iov, 1, control, _CONTROL, 0)
        self.place(header + struct.pack("<QQ", byte, 1) + bytes(_CONTROL + 8))
        self.call("recvmsg", FIRST, start, 0)
        received = array.array("i", ptrace.read(self._tid, control + 16, 12))
        if len(received) != 3:
            raise OSError(errno.EIO, "the program did not receive its three pipes")
        for target, source in enumerate(received):
            self.call("dup2", source, target)
        self.call("close_range", 3, (1 << 32) - 1, 0)

    def enter_domain(self, attribute: bytes) -> None:
        """Enter a Landlock domain that handles what `attribute` says and allows nothing of it."""
        ruleset = self.call("landlock_create_ruleset", self.place(attribute), len(attribute), 0)
        self.call("landlock_restrict_self", ruleset, 0)
        self.call("close", ruleset)

    def load(self, program: bytes) -> None:
        """Load a seccomp filter."""
        head = struct.pack("<H6xQ", len(program) // 8, self._at + 16)
        self.call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, self.place(head + program))

    def wipe(self, size: int) -> None:
        """Zero what `place` wrote, so that every program starts on the same stack."""
        self.place(bytes(size))


def arm(tid: int, tasks: int | None, scopes: bytes, filters: Sequence[bytes]) -> None:
    """Give the held program what it may keep: three pipes, a session, the Landlock domain `scopes` (empty: none), the filters.

    `tasks` limits the tasks of the program's user id; it means something only where nothing else runs as that user.
    """
    hand = Arm(tid)
    hand.take_pipes()
    if hand.call("getpgid", 0) != hand.call("getpid"):
        hand.call("setsid")
    if scopes:
        hand.enter_domain(scopes)
    if tasks is not None:
        bound = tasks + SPARE_TASKS
        hand.call("prlimit64", 0, resource.RLIMIT_NPROC, hand.place(struct.pack("<QQ", bound, bound)), 0)
    for program in filters:
        hand.load(program)
    hand.wipe(16 + max(map(len, filters), default=256))


def bounds(limits: Limits) -> list[tuple[int, int]]:
    """The resource limits that a program inherits from its launch: (kind, value) for setrlimit(2)."""
    return [
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_FSIZE, 32 << 20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 64 << 10),
        (resource.RLIMIT_MSGQUEUE, 819_200),
        (resource.RLIMIT_CPU, int(limits.wall) + 1),
    ]
