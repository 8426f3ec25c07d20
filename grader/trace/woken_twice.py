"""In: a reader of a stream socket that a signal has interrupted; out: whether the socket woke it too, and then what it reads.

A process that ends closes its sockets first and sends SIGCHLD a moment later. Its parent, asleep in a read, may run in between
and read the end of the stream, or a moment later and be interrupted, although there is something to read: the kernel looks for
signals first (net/unix/af_unix.c, unix_stream_read_generic). Which of the two it is no program can choose, and no schedule. So
that a run is the same each time, what can be read is read; the signal comes right after.
"""

from __future__ import annotations

import os
import select
import signal

from grader.box import ptrace
from grader.trace import lives, rewind
from grader.trace.context import Context
from grader.trace.reach import borrowed
from grader.trace.run import Run
from grader.trace.task import Tracee

_READS = frozenset({"read", "readv", "recvfrom", "recvmsg"})
_FLAGS = {"recvfrom": 3, "recvmsg": 2}
_WAITALL = 0x100
_EVERY = (1 << 64) - 1
_AT_ENTRY = ptrace.EVENT_SECCOMP << 8 | signal.SIGTRAP
_UNBLOCKABLE = {signal.SIGKILL, signal.SIGSTOP}


def wanted(run: Run, tracee: Tracee, context: Context) -> bool:
    """Whether the interrupted call reads a socket in which there is something to read, be it the end."""
    flags = _FLAGS.get(context.name)
    if context.name not in _READS or not str(context.args.get("object")).startswith("socket "):
        return False
    if context.deadline is not None or context.cut or (flags is not None and context.raw[flags] & _WAITALL):
        return False
    leader = run.leader(tracee.process)
    if leader is None or _UNBLOCKABLE & ptrace.pending_signals(tracee.tid):
        return False
    try:
        with borrowed(leader.tid, context.int32(0)) as ours:
            return bool(select.select([ours], [], [], 0)[0])
    except OSError:
        return False


def read(run: Run, tracee: Tracee, context: Context) -> int | None:
    """Make the call again, before any signal is delivered: the status of the stop at its end, or of what came instead.

    It does not sleep: the others are held, so nobody has taken what was there. None: the task is at the end of the call, and all is
    as it was but for the result.
    """
    tid = tracee.tid
    blocked = ptrace.signal_mask(tid)
    ptrace.set_signal_mask(tid, _EVERY)
    rewind.back(context)
    for request, stop in ((ptrace.CONT, _AT_ENTRY), (ptrace.SYSCALL, ptrace.SYSCALL_STOP)):
        ptrace.resume(tid, request)
        status = lives.await_status(run, tracee)
        if not os.WIFSTOPPED(status) or status >> 8 != stop:
            return status
    ptrace.set_signal_mask(tid, blocked)
    return None
