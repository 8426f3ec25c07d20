"""In: a stopped task's registers and stack; out: the innermost place of the submission's machine code, and what it called.

Each step follows the rule that the compiler wrote for the address; nothing is guessed, and nothing is believed that does not
fit: a stack only grows one way, and a return address follows a call. Where a step fails there is no place.
"""

from __future__ import annotations

import struct

from grader.box import ptrace
from grader.trace.sites.image import Image
from grader.trace.sites.module import Spot
from grader.trace.sites.place import NO_PLACE, Place

MOST = 64
WINDOW = 2048
BARE = 256
"""Bytes that a function without tables may have."""
_STACK_POINTER = 7
_NAMES = {3: "rbx", 5: "rdi", 6: "rbp", 12: "r12", 13: "r13", 14: "r14", 15: "r15"}
_WORD = struct.Struct("<Q")


def place(image: Image, tid: int, ip: int, sp: int, *, called: bool) -> Place:
    """The place of a task at `ip`; `called`: the instruction before it is what it does, as at a system call."""
    frames = _Stack(tid, sp)
    spot = image.spot(tid, ip - 2 if called else ip, returns=False)  # `syscall` has two bytes
    inner: Spot | None = None
    for _ in range(MOST):
        if spot.own:
            function = spot.function or (inner.function if inner is not None else "")
            return Place((spot.source,) if spot.source is not None else (), function)
        back = frames.leave(spot) if inner is not None or not spot.bare else frames.leave_bare(ip)
        if back is None:
            return NO_PLACE
        inner, spot = spot, image.spot(tid, back, returns=True)
        if not spot.returns:
            return NO_PLACE
    return NO_PLACE


class _Stack:
    """The registers that a function must preserve, as they were in the frame reached so far; read when one is needed."""

    def __init__(self, tid: int, sp: int) -> None:
        self._tid = tid
        self._known = {_STACK_POINTER: sp}
        self._saved: dict[int, int] = {}
        self._base = sp
        self._window = ptrace.read(tid, sp, WINDOW)
        self._real: dict[str, int] | None = None

    def leave(self, spot: Spot) -> int | None:
        """Go on to the caller: the address it will return to; None when that is not known."""
        rule = spot.rule
        if rule is None:
            return None
        base = self._register(rule.register)
        if base is None:
            return None
        cfa = base + rule.offset
        if cfa < self._known[_STACK_POINTER] + (rule.return_in is None):
            return None
        for register, at in rule.saved:
            self._saved[register] = cfa + at
            self._known.pop(register, None)
        self._known[_STACK_POINTER] = cfa
        return self._word(cfa + rule.return_at) if rule.return_in is None else self._original(rule.return_in)

    def leave_bare(self, ip: int) -> int | None:
        """The same for a function that the tables leave out, which has put nothing on the stack.

        That is a guess; it holds if the address on top of the stack is right behind a call of the very code that runs.
        """
        back = self._word(self._base)
        code = ptrace.read(self._tid, back - 5, 5) if back is not None else b""
        if back is None or code[:1] != b"\xe8":
            return None
        target = back + int.from_bytes(code[1:], "little", signed=True)
        self._known[_STACK_POINTER] = self._base + 8
        return back if target < ip < target + BARE else None

    def _register(self, number: int) -> int | None:
        if number not in self._known:
            value = self._word(self._saved[number]) if number in self._saved else self._original(number)
            if value is None:
                return None
            self._known[number] = value
        return self._known[number]

    def _original(self, number: int) -> int | None:
        """What the task itself has in a register that no function on the way has saved."""
        if number not in _NAMES:
            return None
        if self._real is None:
            self._real = ptrace.registers(self._tid)
        return self._real[_NAMES[number]]

    def _word(self, address: int) -> int | None:
        at = address - self._base
        if 0 <= at <= len(self._window) - 8:
            return int(_WORD.unpack_from(self._window, at)[0])
        raw = ptrace.read(self._tid, address, 8)
        return int(_WORD.unpack(raw)[0]) if len(raw) == 8 else None
