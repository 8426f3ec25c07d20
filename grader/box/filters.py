"""In: names of system calls and conditions on their arguments; out: seccomp filters (classic BPF) as bytes.

Two filters stand over every program. `containment` refuses what namespaces do not cover. `tracing` stops the program for
the tracer. The kernel runs both, and the stricter action wins: an errno beats a stop. So a call that would blind the
tracer (`BLINDING`) is not in the first filter: it is stopped, recorded and refused by the tracer.

Sources: seccomp(2), linux/filter.h, linux/seccomp.h. The assembler is written here because it is one page: libseccomp
would be a shared library to install on every machine, for a filter that never changes.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Mapping, Sequence
from itertools import chain

from grader.box.numbers import NUMBERS
from grader.frozen import dataclass

_ALLOW, _KILL, _TRACE, _ERRNO = 0x7FFF0000, 0x80000000, 0x7FF00000, 0x00050000
_LOAD, _AND, _GOTO, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
_X86_64 = 0xC000003E
_X32 = 0x40000000
_SKIPPED = 0xFFFFFFFF  # the number −1: a call that the tracer has cancelled
_WORD = (1 << 32) - 1
_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant
_Code = list[_Instruction]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a call is meant: `argument` (0-5) masked with `mask` is one of `values`, or, unless `among`, none of them.

    Argument −1 means always. A mask within 32 bits ignores the upper half, as the kernel does with an `int`.
    """

    argument: int = -1
    mask: int = _WORD
    values: tuple[int, ...] = ()
    among: bool = True

    def holds(self, args: Sequence[int]) -> bool:
        """Whether a call with these six raw arguments is meant: the same answer as the filter's."""
        return self.argument < 0 or ((args[self.argument] & self.mask) in self.values) == self.among


ALWAYS = Condition()


def among(argument: int, *values: int) -> Condition:
    """The 32-bit argument is one of `values`."""
    return Condition(argument, _WORD, values)


def any_bit(argument: int, mask: int) -> Condition:
    """At least one bit of `mask` is set in the argument."""
    return Condition(argument, mask, (0,), among=False)


def given(argument: int) -> Condition:
    """The pointer is not null."""
    return any_bit(argument, (1 << 64) - 1)


_CLONE_UNTRACED = 0x00800000
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_SYSCALL_USER_DISPATCH = 4, 22, 59

# A filter of the program's own can let a call through (USER_NOTIF with CONTINUE) before ours stops it, a ring makes
# calls without entering the kernel for them, and memory of a process that is not dumpable is closed to the tracer.
BLINDING: Mapping[str, Condition] = {
    "clone": any_bit(0, _CLONE_UNTRACED),
    "io_uring_setup": ALWAYS,
    "io_uring_enter": ALWAYS,
    "io_uring_register": ALWAYS,
    "pidfd_getfd": ALWAYS,
    "prctl": among(0, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_SYSCALL_USER_DISPATCH),
    "process_vm_readv": ALWAYS,
    "process_vm_writev": ALWAYS,
    "ptrace": ALWAYS,
    "seccomp": among(0, 0, 1),
}

_NEW_NAMESPACES = 0x7E020000  # user, pid, net, ipc, uts, cgroup, mount
_NEW_TIME = 0x80
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink
_NEVER = """
    acct add_key adjtimex bpf clock_adjtime clock_settime delete_module fanotify_init finit_module fsconfig fsmount
    fsopen fspick init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie modify_ldt mount
    mount_setattr move_mount name_to_handle_at open_by_handle_at open_tree open_tree_attr perf_event_open pivot_root
    process_madvise quotactl quotactl_fd reboot request_key setns settimeofday swapoff swapon syslog umount2 userfaultfd
    vhangup
""".split()


def containment(queues: bool = True) -> bytes:
    """Refuse what an exercise never needs and namespaces do not cover; anything but x86-64 calls kills the process.

    clone3 is absent (ENOSYS: libraries fall back to clone, whose flags a filter can see), and so is memfd_secret, whose
    memory the tracer could not read, and mq_open unless `queues`.
    """
    denied = _ERRNO | errno.EPERM
    rules = dict.fromkeys(_NEVER, (denied, ALWAYS)) | {
        "clone": (denied, any_bit(0, _NEW_NAMESPACES)),
        "clone3": (_ERRNO | errno.ENOSYS, ALWAYS),
        "ioctl": (denied, among(1, _TIOCSTI, _TIOCLINUX)),
        "memfd_secret": (_ERRNO | errno.ENOSYS, ALWAYS),
        "personality": (denied, Condition(0, _WORD, (_WORD,), among=False)),
        "socket": (_ERRNO | errno.EAFNOSUPPORT, Condition(0, _WORD, _FAMILIES, among=False)),
        "unshare": (denied, any_bit(0, _NEW_NAMESPACES | _NEW_TIME)),
    }
    if not queues:
        rules["mq_open"] = (_ERRNO | errno.ENOSYS, ALWAYS)
    return _program(rules)


def tracing(calls: Mapping[str, Condition]) -> bytes:
    """Stop for the tracer (PTRACE_EVENT_SECCOMP) at these calls where the condition holds; let all others run.

    Raises KeyError for a name that is no x86-64 system call.
    """
    return _program({name: (_TRACE, condition) for name, condition in calls.items()})


def _program(rules: Mapping[str, tuple[int, Condition]]) -> bytes:
    """Check the processor's mode, then find the number in a balanced tree; what has no rule is allowed."""
    leaves = sorted((NUMBERS[name], _body(*rule)) for name, rule in rules.items())
    code: _Code = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _X86_64),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 3, _X32),
        (_EQUAL, 0, 1, _SKIPPED),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
        *(_tree(leaves) if leaves else [(_RETURN, 0, 0, _ALLOW)]),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _tree(leaves: list[tuple[int, _Code]]) -> _Code:
    """Code that returns on every path, with the call's number loaded."""
    if len(leaves) == 1:
        number, body = leaves[0]
        return [(_EQUAL, 1, 0, number), (_RETURN, 0, 0, _ALLOW), *body]
    middle = len(leaves) // 2
    left, right = _tree(leaves[:middle]), _tree(leaves[middle:])
    # A conditional jump reaches 255 instructions, a plain one any distance.
    return [(_AT_LEAST, 0, 1, leaves[middle][0]), (_GOTO, 0, 0, len(left)), *left, *right]


def _body(action: int, condition: Condition) -> _Code:
    """Return `action` where the condition holds, else allow."""
    if condition.argument < 0:
        return [(_RETURN, 0, 0, action)]
    hit, miss = (action, _ALLOW) if condition.among else (_ALLOW, action)
    tests = [_test(condition.argument, condition.mask, value, hit) for value in condition.values]
    return [*chain.from_iterable(tests), (_RETURN, 0, 0, miss)]


def _test(argument: int, mask: int, value: int, hit: int) -> _Code:
    """Return `hit` where the masked argument equals `value`; else go on after this code."""
    if value & ~mask:
        return []  # no masked argument has this value
    low = 16 + 8 * argument
    code: _Code = [(_RETURN, 0, 0, hit)]
    for offset, half in ((low + 4, 32), (low, 0)):
        if mask >> half & _WORD:
            compare = (_EQUAL, 0, len(code), value >> half & _WORD)
            code = [(_LOAD, 0, 0, offset), (_AND, 0, 0, mask >> half & _WORD), compare, *code]
    return code
