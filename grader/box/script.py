"""In: calls that a held task is to make; out: all of them made by the task itself, with one stop for all.

`ptrace.inject` stops twice a call. Here a page of the task's holds a loop that makes the calls of a table one after the other, and
ends with a breakpoint. What forks on the way hands the page down, so it is written once and used by every copy of a program.
"""

from __future__ import annotations

import errno
import mmap
import os
import struct
from collections.abc import Mapping, Sequence

from grader.box import ptrace
from grader.box.numbers import NUMBERS
from grader.frozen import dataclass

AT = 1 << 40
"""Where the page is: far from all that the kernel puts anywhere by itself."""

SIZE = 1 << 16
_FIXED_NOREPLACE = 0x100000
_PRIVATE_ANONYMOUS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
_WORD = (1 << 64) - 1
_TRAP = 5
_BIRTHS = (ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE)

# rbx points to an entry (number, six arguments, result: 64 bytes), r12 counts those that are left. It stops at the first failure.
_LOOP = bytes.fromhex(
    "4d85e4"  # test r12, r12
    "7430"  # jz end
    "488b03 488b7b08 488b7310 488b5318"  # rax, rdi, rsi, rdx
    "4c8b5320 4c8b4328 4c8b4b30"  # r10, r8, r9
    "0f05"  # syscall
    "48894338"  # the result
    "4883c340"  # add rbx, 64
    "49ffcc"  # dec r12
    "483d00f0ffff"  # cmp rax, -4096
    "76cb"  # jbe: again, unless the result is an errno
    "cc"  # end: int3
)
_ENTRY = struct.Struct("<8Q")
Call = tuple[str, *tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """Calls in the page: where they begin, and their names."""

    at: int
    names: tuple[str, ...]


class Page:
    """What is to be written into a task: the loop, tables of calls, and the data that these point to."""

    def __init__(self) -> None:
        """Only the loop."""
        self._image = bytearray(_LOOP.ljust(128, b"\xcc"))

    def place(self, data: bytes) -> int:
        """Put data into the page: its address. Raises ValueError when the page is full."""
        at = AT + len(self._image)
        self._image += data.ljust(-(-len(data) // 16) * 16 or 16, b"\0")
        if len(self._image) > SIZE:
            message = f"{len(self._image)} bytes do not fit into {SIZE}"
            raise ValueError(message)
        return at

    def text(self, text: str) -> int:
        """Put a NUL-terminated string into the page: its address."""
        return self.place(os.fsencode(text) + b"\0")

    def table(self, calls: Sequence[Call]) -> Table:
        """Put calls into the page, by name, with up to six arguments each."""
        rows = (_ENTRY.pack(*_row(name, args)) for name, *args in calls)
        return Table(self.place(b"".join(rows)), tuple(call[0] for call in calls))

    @staticmethod
    def map(tid: int) -> None:
        """Map an empty page into a held task. Raises OSError."""
        protection = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        flags = _PRIVATE_ANONYMOUS | _FIXED_NOREPLACE
        found = ptrace.inject(tid, NUMBERS["mmap"], AT, SIZE, protection, flags, _WORD, 0)
        if found != AT:
            raise OSError(-found if found < 0 else errno.EEXIST, "a page for set-up could not be mapped")

    def write(self, tid: int) -> None:
        """Fill the page that was mapped."""
        ptrace.write(tid, AT, bytes(self._image))


def _row(name: str, args: Sequence[int]) -> tuple[int, ...]:
    padded = (*args, *([0] * (6 - len(args))))
    return (NUMBERS[name], *(arg & _WORD for arg in padded), 0)


def take_away(tid: int) -> None:
    """Unmap the page; the task's registers must be its own again."""
    ptrace.inject(tid, NUMBERS["munmap"], AT, SIZE)


def perform(tid: int, registers: Mapping[str, int], table: Table, last: int = 0) -> list[int]:
    """Have a held task make the calls; the tasks that it has forked meanwhile. It is held at the end of the loop.

    `registers` are the task's; put them back afterwards. With `last` it is held at the first such event instead (an execve, after
    which there is no loop any more). Raises OSError when a call fails, ESRCH when the task was killed.
    """
    count = len(table.names)
    loop = {"rip": AT, "rbx": table.at, "r12": count, "orig_rax": _WORD, "rax": 0}
    ptrace.set_registers(tid, {**registers, **loop})
    born: list[int] = []
    while True:
        if not ptrace.resume(tid):
            raise ProcessLookupError(errno.ESRCH, f"task {tid} was killed")
        status = None
        while status is None:
            status = ptrace.wait(tid)
        event, signal = status >> 16, status >> 8 & 0xFF
        if last and event == last:
            return born
        if event in _BIRTHS:
            born.append(ptrace.event_message(tid))
        elif not event and signal == _TRAP and os.WIFSTOPPED(status):
            break
        elif event != ptrace.EVENT_SECCOMP:
            raise OSError(errno.EIO, f"unexpected stop {status:#x} of task {tid} during its set-up")
    ended = ptrace.registers(tid)
    if ended["rax"] > _WORD - 4096:
        name, number = table.names[count - ended["r12"] - 1], -ended["rax"] & _WORD
        raise OSError(number, f"{name} for the program: {os.strerror(number)}")
    return born
