"""In: a held program in a box; out: which of the box's walls do not stand, found by walking into each.

The program's own task makes the calls (`Arm`), so nothing has to be installed in the box for this.
"""

from __future__ import annotations

import errno
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.box.arm import Arm
from grader.box.tree import Tree

_INET, _STREAM, _DATAGRAM = 2, 1, 2
_OUTSIDE, _SELF = bytes((192, 0, 2, 1)), bytes((127, 0, 0, 1))  # 192.0.2.0/24 belongs to nobody
_HERE = (1 << 64) - 100  # AT_FDCWD


def faults_of_namespaces(tree: Tree, scoped: bool) -> list[str]:
    """What a box of namespaces does not keep, in words; empty when all holds."""
    hand = Arm(tree.root)
    with _canary("/dev/shm") as path:
        tried = {
            "the program is not process 2 of its own": tree.pid_in_box(tree.root) == 2,
            "the network can be reached": _connect(hand, _DATAGRAM, _OUTSIDE) == errno.ENETUNREACH,
            "the machine's shared memory is visible": _open(hand, path) == errno.ENOENT,
            "the filter is not in force": _keyring(hand) == errno.EPERM,
            "process 1 can be signalled": not scoped or _signal(hand, 1) == errno.EPERM,
        }
    return [fault for fault, holds in tried.items() if not holds]


def faults_of_landlock(tree: Tree, network: bool, scoped: bool) -> list[str]:
    """What a program without namespaces is not kept from, in words; empty when all holds."""
    hand = Arm(tree.root)
    with _canary(tempfile.gettempdir()) as path:
        tried = {
            "files of others can be read": _open(hand, path) == errno.EACCES,
            "the network can be reached": not network or _connect(hand, _STREAM, _SELF) == errno.EACCES,
            "the filter is not in force": _keyring(hand) == errno.EPERM,
            "others can be signalled": not scoped or _signal(hand, os.getpid()) == errno.EPERM,
        }
    return [fault for fault, holds in tried.items() if not holds]


@contextmanager
def _canary(folder: str) -> Iterator[str]:
    """A file that everyone outside may read."""
    with tempfile.NamedTemporaryFile(prefix="grader-canary-", dir=folder) as file:
        Path(file.name).chmod(0o644)
        yield file.name


def _error(hand: Arm, name: str, *args: int) -> int:
    try:
        hand.call(name, *args)
    except OSError as refused:
        return refused.errno or 0
    return 0


def _connect(hand: Arm, kind: int, address: bytes) -> int:
    fd = hand.call("socket", _INET, kind, 0)
    name = struct.pack("=H", _INET) + struct.pack("!H", 9) + address + bytes(8)
    try:
        return _error(hand, "connect", fd, hand.place(name), len(name))
    finally:
        hand.call("close", fd)


def _open(hand: Arm, path: str) -> int:
    return _error(hand, "openat", _HERE, hand.place(os.fsencode(path) + b"\0"), 0)


def _keyring(hand: Arm) -> int:
    return _error(hand, "keyctl", 0, 0, 0)


def _signal(hand: Arm, pid: int) -> int:
    return _error(hand, "kill", pid, 0)
