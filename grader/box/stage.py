"""In: folders of the machine, the user that a box runs as; out: paths by which that user can reach them.

A box started by root runs as a spare user, who may not enter root's home, where an interpreter or a submission may
lie. So root's supervisor has a mount namespace of its own, in which such folders are bound to places that everyone may
enter. An ordinary user needs none of this.
"""

from __future__ import annotations

import contextlib
import functools
import grp
import itertools
import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from grader.box import linux
from grader.errors import CannotDecide, UsageError

_BASE = Path("/run/grader")  # an empty folder on the machine; each supervisor mounts its own there
_SPARE = range(60706, 61184)  # ids that neither distributions nor systemd give to anyone
_PROVIDED = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_OWN = ("/box", "/proc", "/dev", "/etc", "/run", "/sys")
_numbers = itertools.count(1)


def spare_identity() -> int | None:
    """The user and group id that a box of root's runs as: one without a name and without processes. None unless root.

    Raises CannotDecide when there is none: a box never runs as root.
    """
    if os.geteuid() != 0:
        return None
    used = _owners()
    start = os.getpid() % len(_SPARE)
    number: int
    for number in (*_SPARE[start:], *_SPARE[:start]):
        if number not in used and not _named(number):
            return number
    raise CannotDecide("there is no spare user id to run a box as", action="run grader as an ordinary user")


def _owners() -> set[int]:
    """The user ids that have processes now."""
    found: set[int] = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(FileNotFoundError):
            found.add(Path("/proc", name).stat().st_uid)
    return found


def _named(number: int) -> bool:
    for lookup in (pwd.getpwuid, grp.getgrgid):
        try:
            lookup(number)
        except KeyError:
            continue
        return True
    return False


@functools.cache
def _base(pid: int) -> Path:
    """The folder for bound folders, in this process's own mount namespace (made once a process).

    Raises CannotDecide where root may not mount, as in a container without privileges.
    """
    del pid
    try:
        linux.unshare(linux.CLONE_NEWNS)
        linux.mount("", "/", "", linux.MS_REC | linux.MS_SLAVE)
        _BASE.mkdir(mode=0o711, exist_ok=True)
        linux.mount("grader", str(_BASE), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=711,size=256m")
    except OSError as fault:
        raise CannotDecide(f"root may not mount anything here: {fault}", where=str(_BASE)) from fault
    return _BASE


def queues() -> str:
    """Where the machine's POSIX message queues are mounted; root mounts them where they are not. Empty: nowhere."""
    if os.path.ismount("/dev/mqueue"):
        return "/dev/mqueue"
    if os.geteuid() != 0:
        return ""
    try:
        place = _base(os.getpid()) / "mqueue"
        place.mkdir(exist_ok=True)
        if not os.path.ismount(place):
            linux.mount("mqueue", str(place), "mqueue", linux.MS_NOSUID | linux.MS_NODEV)
    except (OSError, CannotDecide):
        return ""
    return str(place)


class Stage:
    """Makes folders reachable for `identity` (None: ourselves, nothing to do)."""

    def __init__(self, identity: int | None) -> None:
        self._identity = identity
        self._places: dict[tuple[str, int, int], str] = {}

    def mount(self, path: str) -> tuple[str, str] | None:
        """(where to bind from, where to) for a further folder; None where the box has it anyway.

        Raises UsageError for a path that is no folder, or that would hide the box's own.
        """
        path = os.path.normpath(path)
        if _within(path, _PROVIDED):
            return None
        if not path.startswith("/") or not Path(path).is_dir():
            raise UsageError("is no folder", where=path)
        if path == "/" or _within(path, _OWN):
            raise UsageError("would hide a part of the box", where=path, action="mount a folder beneath it")
        return self.lasting(path), path

    def lasting(self, path: str) -> str:
        """Where to bind a folder from that everyone may read; undone by `close`."""
        if self._identity is None:
            return path
        status = os.stat(path)
        key = (path, status.st_dev, status.st_ino)
        if key not in self._places:
            self._places[key] = self._bind(path, read_only=True)
        return self._places[key]

    def program(self, folder: str, writable: bool) -> str:
        """Where to bind the program's folder from; `release` it afterwards.

        For root: what others may not read is copied; a writable folder is given to the box's user, with all in it.
        """
        if not Path(folder).is_dir():
            raise UsageError("is no folder", where=folder)
        if self._identity is None:
            return folder
        if writable:
            give(folder, self._identity)
        elif not _readable(folder):
            return self._copy(folder)
        return self._bind(folder, read_only=not writable)

    def release(self, place: str) -> None:
        """Undo what `program` made."""
        if self._identity is None:
            return
        if os.path.ismount(place):
            linux.unmount(place)
        else:
            shutil.rmtree(place)
            return
        Path(place).rmdir()

    def close(self) -> None:
        """Undo what `lasting` made."""
        for place in self._places.values():
            self.release(place)
        self._places.clear()

    def _bind(self, path: str, read_only: bool) -> str:
        place = _base(os.getpid()) / str(next(_numbers))
        place.mkdir(mode=0o755)
        linux.mount(path, str(place), "", linux.MS_BIND | linux.MS_REC)
        flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_NOSUID | (linux.MS_RDONLY if read_only else 0)
        linux.mount("", str(place), "", flags)
        return str(place)

    def _copy(self, folder: str) -> str:
        place = _base(os.getpid()) / str(next(_numbers))
        shutil.copytree(folder, place, symlinks=True)
        assert self._identity is not None
        give(str(place), self._identity)
        return str(place)


def _within(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    found = []
    for entry in os.scandir(folder):
        found.append(entry)
        if entry.is_dir(follow_symlinks=False):
            found += _entries(entry.path)
    return found


def _readable(folder: str) -> bool:
    """Whether everyone may read the folder and all in it, and run what its owner may run."""
    modes = [os.stat(folder).st_mode]
    modes += [entry.stat(follow_symlinks=False).st_mode for entry in _entries(folder) if not entry.is_symlink()]
    return all(mode & 4 and (mode & 1 or not mode & stat.S_IXUSR) for mode in modes)


def give(folder: str, identity: int) -> None:
    """Make the folder and all in it the box's user's."""
    for path in (folder, *(entry.path for entry in _entries(folder))):
        os.chown(path, identity, identity, follow_symlinks=False)


def reachable(folder: str) -> bool:
    """Whether everyone may come to the folder and read what is in it."""
    return _hidden(folder) is None and _readable(folder)


def bring_back(copy: str, folder: str) -> None:
    """Copy the regular files, and nothing else, of a copied folder to where they belong."""
    for entry in _entries(copy):
        if entry.is_file(follow_symlinks=False):
            target = Path(folder, os.path.relpath(entry.path, copy))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy2(entry.path, target, follow_symlinks=False)


def enterable(folder: str) -> bool:
    """Whether everyone may come to the folder, whatever its own mode."""
    return _hidden(str(Path(folder).parent)) is None


def _hidden(folder: str) -> str | None:
    """The uppermost folder on the way that not everyone may enter."""
    for path in (*reversed(Path(folder).parents), Path(folder)):
        if not path.stat().st_mode & 1:
            return str(path)
    return None


def reveal(folders: Sequence[str]) -> None:
    """In a child of root's that is to be another user: make these folders reachable, where mounts are allowed at all.

    What hides a folder is covered by an empty one, in a mount namespace of the child alone.
    """
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("", "/", "", linux.MS_REC | linux.MS_SLAVE)
    opened = {folder: os.open(folder, os.O_PATH) for folder in folders}
    for cover in {_hidden(folder) for folder in folders}:
        if cover is not None:
            linux.mount("grader", cover, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=1m")
    for folder, fd in opened.items():
        Path(folder).mkdir(parents=True, exist_ok=True)
        linux.mount(f"/proc/self/fd/{fd}", folder, "", linux.MS_BIND | linux.MS_REC)
        os.close(fd)
