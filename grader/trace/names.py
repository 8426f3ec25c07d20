"""In: numbers of this machine (tids, inodes, signal numbers, flags); out: the symbolic names that evidence holds."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from collections.abc import Collection, Iterable, Mapping

from grader.kernel import SYSTEM_V

STOP_SIGNALS = frozenset({signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})


def errno_name(code: int) -> str:
    """`EAGAIN` for 11; the kernel's private restart codes (512-516, errno.h of the kernel) are all `ERESTART`."""
    if 512 <= code <= 516:
        return "ERESTART"
    return errno.errorcode.get(code, f"E{code}")


def signal_name(number: int) -> str:
    """`SIGINT` for 2, `SIGRTMIN+1` for 35, `none` for 0 (kill's probe)."""
    if number == 0:
        return "none"
    if number >= signal.SIGRTMIN:
        offset = number - signal.SIGRTMIN
        return f"SIGRTMIN+{offset}" if offset else "SIGRTMIN"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def signal_set(mask: int) -> tuple[str, ...]:
    """The names in a 64-bit kernel signal set (bit 0 is signal 1)."""
    return tuple(signal_name(bit + 1) for bit in range(64) if mask >> bit & 1)


def flag_names(value: int, table: Mapping[str, int]) -> tuple[str, ...]:
    """The names in `table` whose bits are all set in `value`."""
    return tuple(name for name, bits in table.items() if bits and value & bits == bits)


_ACCESS = {os.O_RDONLY: "O_RDONLY", os.O_WRONLY: "O_WRONLY", os.O_RDWR: "O_RDWR"}
_OPEN = {
    name: getattr(os, name)
    for name in (
        "O_CREAT",
        "O_EXCL",
        "O_TRUNC",
        "O_APPEND",
        "O_NONBLOCK",
        "O_CLOEXEC",
        "O_DIRECTORY",
        "O_NOFOLLOW",
        "O_PATH",
    )
}


def open_flags(value: int) -> tuple[str, ...]:
    """open(2)'s flags, access mode first."""
    return (_ACCESS.get(value & os.O_ACCMODE, "O_RDWR"), *flag_names(value, _OPEN))


def fd_flags(value: int) -> tuple[str, ...]:
    """The flags that pipe2, dup3, accept4 and their like share: O_NONBLOCK and O_CLOEXEC."""
    return flag_names(value, {"O_NONBLOCK": os.O_NONBLOCK, "O_CLOEXEC": os.O_CLOEXEC})


FCNTL = {
    getattr(fcntl, name): name
    for name in (
        "F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETFD", "F_GETFD", "F_SETFL", "F_GETFL", "F_SETLK", "F_SETLKW", "F_GETLK",
        "F_OFD_SETLK", "F_OFD_SETLKW", "F_OFD_GETLK",
    )
} | {1031: "F_SETPIPE_SZ", 1032: "F_GETPIPE_SZ"}  # fmt: skip
IOCTL = {0x5421: "FIONBIO", 0x5451: "FIOCLEX", 0x5450: "FIONCLEX", 0x541B: "FIONREAD"}


def letters(index: int) -> str:
    """A, B, … Z, A1, B1, …: the order in which objects of one kind appeared."""
    round_, letter = divmod(index, 26)
    return chr(ord("A") + letter) + (str(round_) if round_ else "")


class Objects:
    """Gives each kernel object one name for the whole run, by its kind and the order of appearance."""

    def __init__(self, places: tuple[tuple[str, str], ...] = ()) -> None:
        """No object is known yet. `places` are folders with their names, as `Tree` has them."""
        self._counts: dict[str, int] = {}
        self._named: dict[object, str] = {}
        self._places = places

    def fresh(self, kind: str, identity: object = None) -> str:
        """A new name of `kind`, remembered for `identity` when there is one."""
        index = self._counts.get(kind, 0)
        self._counts[kind] = index + 1
        name = f"{kind} {letters(index)}"
        if identity is not None:
            self._named[identity] = name
        return name

    def known(self, kind: str, identity: object) -> str:
        """The name of `identity`, made now if it is new."""
        return self._named.get(identity) or self.fresh(kind, identity)

    def bind(self, identity: object, name: str) -> None:
        """Remember a given name (`stdin`) for an object."""
        self._named[identity] = name

    @property
    def kept(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[object, str], ...]]:
        """How many names of each kind were given, and which to what."""
        return tuple(self._counts.items()), tuple(self._named.items())

    def go_on(self, counts: Iterable[tuple[str, int]], named: Iterable[tuple[object, str]]) -> None:
        """Take over what another run with the same beginning has `kept`."""
        self._counts.update(counts)
        self._named.update(named)

    def numbers(self, names: Collection[str]) -> frozenset[str]:
        """The machine's own numbers of the System V objects among these names, as `sysv-shm 12`."""
        keys = [key for key, name in self._named.items() if isinstance(key, tuple) and name in names]
        return frozenset(f"{key[0]} {key[1]}" for key in keys if key[0] in SYSTEM_V)

    def opened(self, tid: int, fd: int) -> str:
        """What the descriptor `fd` of task `tid` names, as /proc tells."""
        link = f"/proc/{tid}/fd/{fd}"
        try:
            status, target = os.stat(link), os.readlink(link)
        except OSError:
            return self.fresh("other")
        kind = stat.S_IFMT(status.st_mode)
        identity = (status.st_dev, status.st_ino)
        if kind == stat.S_IFIFO:
            return self.known("fifo", identity)
        if kind == stat.S_IFSOCK:
            return self.known("socket", identity)
        return _named_by_path(renamed(target, self._places), kind)

    def identify(self, tid: int, fd: int, kind: str) -> str:
        """Name the pipe or socket behind `fd` by its inode, so that a later open through /proc finds the same name."""
        try:
            status = os.stat(f"/proc/{tid}/fd/{fd}")
        except OSError:
            return self.fresh(kind)
        return self.known(kind, (status.st_dev, status.st_ino))


def renamed(path: str, places: tuple[tuple[str, str], ...]) -> str:
    """A path with the folder that it begins with under the name that this has in `places`: pairs (folder, name)."""
    for folder, name in places:
        if path == folder or path.startswith(folder + "/"):
            return name + path[len(folder) :]
    return path


def _named_by_path(target: str, kind: int) -> str:
    """The name of a file system object: shared memory and queues by their own kind, the rest by path."""
    if target.startswith("/dev/shm/sem."):
        return f"semaphore /{target[13:]}"
    if target.startswith("/dev/shm/"):
        return f"shm /{target[9:]}"
    if target.startswith("/dev/mqueue/"):
        return f"queue /{target[12:]}"
    return f"{ {stat.S_IFDIR: 'dir', stat.S_IFCHR: 'device', stat.S_IFBLK: 'device'}.get(kind, 'file') } {target}"
