"""In: plain numbers and paths; out: the system calls that Python's os module does not have, by ctypes.

Sources: prctl(2), personality(2), unshare(2), mount(2), landlock(7). Errors are OSError with the kernel's errno.
"""

from __future__ import annotations

import ctypes
import os
import struct

from grader.box.numbers import NUMBERS

CLONE_NEWNS = 0x00020000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 1, 2, 4, 32, 4096, 16384, 1 << 19
_ADDR_NO_RANDOMIZE = 0x0040000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_RULESET_VERSION = 1
_SCOPES = 3  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL
_RULE_PATH_BENEATH = 1

# PyDLL keeps the GIL, so that nothing else can run between a fork and these calls.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
_libc.syscall.restype = ctypes.c_long
_libc.personality.argtypes = (ctypes.c_ulong,)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(name: str, *args: int | bytes | None) -> int:
    return _checked(_libc.syscall(ctypes.c_long(NUMBERS[name]), *(_wide(arg) for arg in args)), name)


def _wide(arg: int | bytes | None) -> object:
    return ctypes.c_long(arg) if isinstance(arg, int) else arg


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    _checked(
        _libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)), "prctl"
    )


def die_with_parent(parent: int, signal: int = 9) -> None:
    """Have the kernel kill this process when the process `parent`, which forked it, ends; exits if it is gone already.

    A change of user or group undoes it: call it after.
    """
    prctl(_PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        os._exit(127)


def adopt_orphans() -> None:
    """Become the parent of every orphan among the descendants, instead of the machine's init."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def forgo_privileges() -> None:
    """Set-user-id programs give no new rights from now on; a seccomp filter or a Landlock domain needs this."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def default_internal_signals() -> None:
    """Undo that whoever spawned us (make, by posix_spawn) ignores the two signals that the C library hides from signal(2)."""
    for number in (32, 33):
        _call("rt_sigaction", number, bytes(32), None, 8)


def fix_addresses() -> None:
    """Give this process and its descendants the same addresses at every start, where a container allows it."""
    _libc.personality(_ADDR_NO_RANDOMIZE)


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags` for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    texts = (os.fsencode(text) if text else None for text in (source, target, kind))
    _checked(_libc.mount(*texts, flags, options.encode() or None), f"mount on {target}")


def unmount(target: str) -> None:
    """Take a mount away from the tree at once (MNT_DETACH)."""
    _checked(_libc.umount2(os.fsencode(target), 2), f"unmount {target}")


def load_filter(program: bytes) -> None:
    """Put this process and its descendants under a seccomp filter for ever."""
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("<H6xQ", len(program) // 8, ctypes.addressof(buffer))
    _call("seccomp", 1, 0, head)


def remove_sysv(kind: str, number: int) -> None:
    """Remove the System V object `number`; kind is sysv-shm, sysv-sem or sysv-msg (IPC_RMID is 0)."""
    if kind == "sysv-sem":
        _call("semctl", number, 0, 0)
    else:
        _call("shmctl" if kind == "sysv-shm" else "msgctl", number, 0, None)


def landlock_version() -> int:
    """The version of Landlock's interface in this kernel, 0 where it is absent or switched off; 6 brings scopes."""
    try:
        return _call("landlock_create_ruleset", None, 0, _RULESET_VERSION)
    except OSError:
        return 0


def landlock_attribute(files: int, network: int, scopes: int) -> bytes:
    """struct landlock_ruleset_attr, cut to the fields that are not zero at its end: older kernels know only those."""
    fields = (files, network, scopes)
    used = max((at + 1 for at, field in enumerate(fields) if field), default=1)
    return struct.pack(f"<{used}Q", *fields[:used])


SCOPES_ATTRIBUTE = landlock_attribute(0, 0, _SCOPES)
SIGNAL_SCOPE_ATTRIBUTE = landlock_attribute(0, 0, 2)


def landlock_ruleset(attribute: bytes) -> int:
    """A new ruleset: its descriptor."""
    return _call("landlock_create_ruleset", attribute, len(attribute), 0)


def landlock_allow(ruleset: int, access: int, parent: int) -> None:
    """Allow `access` on everything beneath the open file or folder `parent`."""
    _call("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, struct.pack("<Qi", access, parent), 0)


def landlock_enter(ruleset: int) -> None:
    """Put this process and its descendants under the ruleset for ever."""
    _call("landlock_restrict_self", ruleset, 0)
