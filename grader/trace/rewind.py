"""In: a task held at the entry of a call, and signals that came meanwhile; out: the same task before that call's instruction.

Between a test and the wait that depends on it (`while (!flag) pause();`) a signal may come. A task that is held at the wait's
entry has already passed that point: left alone, it would begin to wait and be interrupted. So the call is cancelled and the
task put back onto the instruction; the handler runs, and the call is made after it, as if it had not been begun.
"""

from __future__ import annotations

from grader.box import ptrace
from grader.box.numbers import NUMBERS
from grader.trace.context import Context

_KEPT = frozenset({"restart_syscall", "rt_sigreturn"})
_SYSCALL = 0x050F  # the instruction, little-endian: only it can be taken back by two bytes


def wanted(context: Context) -> bool:
    """Whether a signal waits that could be delivered now, and the call can be taken back."""
    if context.name in _KEPT or context.name not in NUMBERS:
        return False
    blocked = ptrace.signal_mask(context.tid)
    if all(blocked >> number - 1 & 1 for number in ptrace.pending_signals(context.tid)):
        return False
    return ptrace.peek_word(context.tid, ptrace.entry(context.tid).ip - 2) & 0xFFFF == _SYSCALL


def cancel(context: Context) -> bool:
    """Make the kernel skip the call; its exit stop comes next. False: the task was killed."""
    ptrace.set_number(context.tid, -1)
    return ptrace.resume(context.tid, ptrace.SYSCALL)


def back(context: Context) -> None:
    """At an exit stop: stand before the instruction again. With no number set, no signal makes the kernel restart anything."""
    registers = ptrace.registers(context.tid)
    again = {"rip": registers["rip"] - 2, "rax": NUMBERS[context.name], "orig_rax": -1}
    ptrace.set_registers(context.tid, registers | again)
