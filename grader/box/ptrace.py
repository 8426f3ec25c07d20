"""In: a task id; out: the kernel's ptrace(2) doors by ctypes: seize, resume, read and change a stopped task.

Only x86-64. All calls must come from the one thread that seized the task. Sources: ptrace(2), process_vm_readv(2),
seccomp(2), linux/ptrace.h. Errors are OSError with the kernel's errno; ESRCH means that the task was killed meanwhile.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Sequence

from grader.frozen import dataclass

CONT, SYSCALL = 7, 24
_DETACH = 17
_GETREGS, _SETREGS = 12, 13
_SEIZE, _INTERRUPT, _LISTEN, _GETEVENTMSG = 0x4206, 0x4207, 0x4208, 0x4201
_PEEKDATA, _POKEDATA, _POKEUSER, _GET_SYSCALL_INFO = 2, 5, 6, 0x420E
_GETSIGINFO, _SETSIGINFO, _PEEKSIGINFO, _GETSIGMASK, _SETSIGMASK = 0x4202, 0x4203, 0x4209, 0x420A, 0x420B
_PEEK_MOST, _PEEKSIGINFO_SHARED = 32, 1

EVENT_FORK, EVENT_VFORK, EVENT_CLONE, EVENT_EXEC, EVENT_VFORK_DONE, EVENT_EXIT, EVENT_SECCOMP, EVENT_STOP = (
    1, 2, 3, 4, 5, 6, 7, 128,
)  # fmt: skip
WALL = 0x40000000
SYSCALL_STOP = 0x80 | 5  # SIGTRAP with PTRACE_O_TRACESYSGOOD's mark
_OPTIONS = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 1 << 20  # SYSGOOD FORK VFORK CLONE EXEC VFORKDONE EXIT SECCOMP EXITKILL

# PyDLL keeps the GIL: the supervisor has one thread, and releasing the lock costs more than these calls.
_libc = ctypes.PyDLL(None, use_errno=True)
_ptrace = _libc.ptrace
_ptrace.restype = ctypes.c_long
_ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_waitpid = _libc.waitpid
_waitpid.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_vm = (ctypes.c_long, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
_readv, _writev = _libc.process_vm_readv, _libc.process_vm_writev
_readv.argtypes = _writev.argtypes = _vm
_readv.restype = _writev.restype = ctypes.c_ssize_t

_status = ctypes.c_int()
_status_at = ctypes.addressof(_status)
_message = ctypes.c_ulong()
_INFO = struct.Struct("<B3xIQQ7Q")
_info = ctypes.create_string_buffer(_INFO.size + 8)
_info_at = ctypes.addressof(_info)
_iovs = (ctypes.c_ulong * 4)()
_iovs_at = ctypes.addressof(_iovs)
_small = ctypes.create_string_buffer(4096)
_small_at = ctypes.addressof(_small)
_siginfo = ctypes.create_string_buffer(128)
_siginfo_at = ctypes.addressof(_siginfo)
_siginfos = ctypes.create_string_buffer(_PEEK_MOST * 128)
_siginfos_at = ctypes.addressof(_siginfos)

REGISTERS = (
    "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs"
).split()
_REGS = struct.Struct(f"<{len(REGISTERS)}Q")
_RAX = REGISTERS.index("rax") * 8
_ORIG_RAX = REGISTERS.index("orig_rax") * 8
_ARGUMENTS = tuple(REGISTERS.index(name) * 8 for name in ("rdi", "rsi", "rdx", "r10", "r8", "r9"))
_MASK = (1 << 64) - 1


def _fail(what: str, tid: int) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what} of task {tid}: {os.strerror(number)}")


def _request(request: int, tid: int, address: int = 0, data: int = 0) -> int:
    result: int = _ptrace(request, tid, address, data)
    if result < 0:
        raise _fail(f"ptrace request {request:#x}", tid)
    return result


def seize(tid: int) -> None:
    """Attach without stopping; the task and all it forks die with this process (PTRACE_O_EXITKILL)."""
    _request(_SEIZE, tid, 0, _OPTIONS)


def detach(tid: int) -> None:
    """Let a stopped task go on, untraced; what it has forked meanwhile stays ours."""
    _request(_DETACH, tid)


def interrupt(tid: int) -> None:
    """Make a running task stop soon (EVENT_STOP)."""
    _request(_INTERRUPT, tid)


def listen(tid: int) -> None:
    """Leave a task in its job-control stop, but hear of SIGCONT."""
    _request(_LISTEN, tid)


def resume(tid: int, request: int = CONT, signal: int = 0) -> bool:
    """Let a stopped task go on, to its next event (CONT) or next system-call stop (SYSCALL). False: it was killed."""
    if _ptrace(request, tid, 0, signal) < 0:
        if ctypes.get_errno() == errno.ESRCH:
            return False
        raise _fail("resume", tid)
    return True


def wait(tid: int, options: int = WALL) -> int | None:
    """Wait for `tid` to stop or end: the wait status; None when nothing happened (WNOHANG) or a signal handler of ours ran.

    Raises ChildProcessError when the task is no tracee any more (its thread group replaced it at exec).
    """
    result = _waitpid(tid, _status_at, options)
    if result > 0:
        return _status.value
    if result < 0 and ctypes.get_errno() != errno.EINTR:
        raise ChildProcessError(ctypes.get_errno(), f"wait for task {tid}: {os.strerror(ctypes.get_errno())}")
    return None


def event_message(tid: int) -> int:
    """The number that goes with the last event: the child's id after fork, the old thread id after exec."""
    _request(_GETEVENTMSG, tid, 0, ctypes.addressof(_message))
    return _message.value


@dataclass(frozen=True, slots=True)
class Entry:
    """A system call about to be made: number, six raw arguments, and the stack and instruction pointers."""

    number: int
    args: tuple[int, ...]
    ip: int
    sp: int


def entry(tid: int) -> Entry:
    """The call at whose entry (or seccomp) stop the task is held."""
    _request(_GET_SYSCALL_INFO, tid, _INFO.size + 8, _info_at)
    fields = _INFO.unpack_from(_info)
    return Entry(fields[4], fields[5:11], fields[2], fields[3])


def returned(tid: int) -> int:
    """The result of the call at whose exit stop the task is held: −4095…−1 is −errno."""
    _request(_GET_SYSCALL_INFO, tid, _INFO.size + 8, _info_at)
    value: int = struct.unpack_from("<q", _info, 24)[0]
    return value


def registers(tid: int) -> dict[str, int]:
    """All general registers by name, unsigned."""
    buffer = ctypes.create_string_buffer(_REGS.size)
    _request(_GETREGS, tid, 0, ctypes.addressof(buffer))
    return dict(zip(REGISTERS, _REGS.unpack(buffer.raw), strict=True))


def set_registers(tid: int, values: dict[str, int]) -> None:
    """Write all general registers."""
    packed = _REGS.pack(*(values[name] & _MASK for name in REGISTERS))
    buffer = ctypes.create_string_buffer(packed, len(packed))
    _request(_SETREGS, tid, 0, ctypes.addressof(buffer))


def set_number(tid: int, number: int) -> None:
    """Say which call it is: at an entry stop another one is made, at an exit stop another one is restarted.

    −1 at entry makes the kernel run no call at all (its exit stop still comes).
    """
    _request(_POKEUSER, tid, _ORIG_RAX, number & _MASK)


def set_argument(tid: int, index: int, value: int) -> None:
    """At an entry stop: call with another argument. The program's register changes: put it back at the exit."""
    _request(_POKEUSER, tid, _ARGUMENTS[index], value & _MASK)


def answer(tid: int, result: int) -> None:
    """At an exit stop: make the program see `result`."""
    _request(_POKEUSER, tid, _RAX, result & _MASK)


@dataclass(frozen=True, slots=True)
class SignalInfo:
    """Who sent a signal: si_code, and where that means anything the sender's process id or the timer's id (sigaction(2))."""

    code: int
    sender: int


def signal_info(tid: int) -> SignalInfo:
    """What the kernel knows of the signal at whose delivery stop the task is held."""
    _request(_GETSIGINFO, tid, 0, _siginfo_at)
    return SignalInfo(*struct.unpack_from("<i4xi", _siginfo, 8))


def set_signal_code(tid: int, code: int) -> None:
    """At a delivery stop: say that the signal came by another way; whoever sent it is forgotten."""
    _request(_GETSIGINFO, tid, 0, _siginfo_at)
    struct.pack_into("<i4xq", _siginfo, 8, code, 0)
    _request(_SETSIGINFO, tid, 0, _siginfo_at)


def pending_signals(tid: int) -> frozenset[int]:
    """The numbers of the signals that wait for a stopped task or its process, blocked ones too (of very many, the first)."""
    found: set[int] = set()
    for flags in (0, _PEEKSIGINFO_SHARED):
        which = ctypes.create_string_buffer(struct.pack("<QIi", 0, flags, _PEEK_MOST), 16)
        count = _request(_PEEKSIGINFO, tid, ctypes.addressof(which), _siginfos_at)
        found.update(struct.unpack_from("<i", _siginfos, index * 128)[0] for index in range(count))
    return frozenset(found)


def signal_mask(tid: int) -> int:
    """The signals that a stopped task blocks: bit n-1 for signal n."""
    _request(_GETSIGMASK, tid, 8, ctypes.addressof(_message))
    return _message.value


def set_signal_mask(tid: int, mask: int) -> None:
    """Make a stopped task block these signals, as far as they can be blocked."""
    _message.value = mask
    _request(_SETSIGMASK, tid, 8, ctypes.addressof(_message))


def read(tid: int, address: int, size: int) -> bytes:
    """Up to `size` bytes of the task's memory; fewer at the end of a mapping, none where nothing is mapped."""
    if size <= 0 or not address:
        return b""
    if size <= 4096:
        at, buffer = _small_at, _small
    else:
        buffer = ctypes.create_string_buffer(size)
        at = ctypes.addressof(buffer)
    _iovs[0], _iovs[1], _iovs[2], _iovs[3] = at, size, address, size
    got = _readv(tid, _iovs_at, 1, _iovs_at + 16, 1, 0)
    return ctypes.string_at(at, got) if got > 0 else b""


class Parts:
    """Several stretches of memory, each (address, size), that are read by one call, again and again."""

    def __init__(self, parts: Sequence[tuple[int, int]]) -> None:
        """Prepare the call."""
        self._size = sum(size for _, size in parts)
        self._count = len(parts)
        self._remote = (ctypes.c_ulong * (2 * len(parts)))(*(number for part in parts for number in part))
        self._remote_at = ctypes.addressof(self._remote)

    def read(self, tid: int) -> bytes:
        """Their bytes one after the other; fewer from where something is not mapped on."""
        buffer = _small if self._size <= 4096 else ctypes.create_string_buffer(self._size)
        at = ctypes.addressof(buffer)
        _iovs[0], _iovs[1] = at, self._size
        got = _readv(tid, _iovs_at, 1, self._remote_at, self._count, 0)
        return ctypes.string_at(at, got) if got > 0 else b""


def read_parts(tid: int, parts: Sequence[tuple[int, int]]) -> bytes:
    """The same for stretches that are read once."""
    return Parts(parts).read(tid)


def write(tid: int, address: int, data: bytes) -> None:
    """Write to the task's writable memory. Raises OSError when not all of it could be written."""
    buffer = ctypes.create_string_buffer(data, len(data))
    _iovs[0], _iovs[1], _iovs[2], _iovs[3] = ctypes.addressof(buffer), len(data), address, len(data)
    if _writev(tid, _iovs_at, 1, _iovs_at + 16, 1, 0) != len(data):
        raise _fail(f"write {len(data)} bytes into", tid)


def peek_word(tid: int, address: int) -> int:
    """The 8 bytes at `address`, also of memory the task itself may not read."""
    ctypes.set_errno(0)
    # The raw request stores the word at `data`; glibc's wrapper returns it instead.
    word: int = _ptrace(_PEEKDATA, tid, address, None)
    if ctypes.get_errno():
        raise _fail("peek", tid)
    return word & _MASK


def poke_word(tid: int, address: int, word: int) -> None:
    """Write 8 bytes, also into read-only code (copy on write: only this task's)."""
    _request(_POKEDATA, tid, address, word & _MASK)


def inject(tid: int, number: int, *args: int) -> int:
    """Make a task that is held at a system-call exit stop perform one more call; returns its raw result.

    The two bytes at the instruction pointer become `syscall` for the time being; registers and code are restored, so
    that the task notices nothing. No signal may be pending.
    """
    saved = registers(tid)
    at = saved["rip"]
    code = peek_word(tid, at)
    poke_word(tid, at, code & ~0xFFFF | 0x050F)
    values = dict(zip(("rdi", "rsi", "rdx", "r10", "r8", "r9"), args, strict=False))
    set_registers(tid, saved | values | {"rax": number, "orig_rax": -1})
    for _ in ("entry", "exit"):
        if not resume(tid, SYSCALL):
            raise ProcessLookupError(errno.ESRCH, f"task {tid} was killed")
        status = None
        while status is None:
            status = wait(tid)
        if status >> 8 & 0xFF != SYSCALL_STOP:
            raise OSError(errno.EIO, f"unexpected stop {status:#x} of task {tid} during an injected call")
    result = returned(tid)
    poke_word(tid, at, code)
    set_registers(tid, saved)
    return result


_waitid = _libc.waitid
_waitid.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


def something_happened() -> bool:
    """Wait until any task has a stop or an end to report, and leave the report in place; False: a signal of ours came first.

    Raises ChildProcessError when there is nothing to wait for.
    """
    if _waitid(0, 0, _siginfo_at, os.WEXITED | os.WSTOPPED | os.WNOWAIT | WALL) == 0:
        return True
    if ctypes.get_errno() == errno.EINTR:
        return False
    raise ChildProcessError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
