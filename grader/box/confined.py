"""In: a command, where namespaces are denied; out: the program as an ordinary process under Landlock and seccomp (rung C).

What it cannot do, by the kernel's word: write outside its folder, read what is not the system's or its own, open the
network, signal or trace others. What stays open: System V objects and /dev/shm are the machine's; what a run
leaves there is removed after it. Source: landlock(7).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.box import linux, ptrace, reap
from grader.box.arm import bounds
from grader.box.command import HOME, PEERS, PROGRAM, Command
from grader.box.launch import FAILED, FIRST, Launch, launch
from grader.box.stage import bring_back, enterable, give, reachable, reveal
from grader.box.stops import step, until
from grader.errors import CannotDecide, UsageError
from grader.frozen import dataclass

_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_DEVICES_AND_NODES = 1 << 6 | 1 << 11  # making character and block devices
_LATER = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # refer, truncate, device ioctl: version of Landlock → right
_FILE_RIGHTS = _EXECUTE | _WRITE | _READ | 1 << 14 | 1 << 15
_NETWORK = 3  # bind and connect of TCP, from version 4 on
NETWORK_VERSION, SCOPES_VERSION = 4, 6
_SCOPES = 3
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives")
_TEXTS = ("/etc/ld.so.cache", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf")
_NODES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PREFIX = "grader-box-"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one program lives at rung C: its folder as it is outside, and a fresh home that is removed afterwards.

    `peers` is a copy of the folder with the peers, empty if there is none.

    `copy` is the folder if it is a copy of one that the box's user could not use, else empty; `origin` is where what
    was written to the copy belongs, empty if it was read-only.
    """

    folder: str
    home: str
    copy: str
    origin: str
    mounts: tuple[str, ...]
    writable: bool
    peers: str = ""

    def translated(self, word: str) -> str:
        """A word of the command line, with `/box` and the home replaced by the folders that stand for them."""
        for inside, outside in ((PROGRAM, self.folder), (HOME, self.home), (PEERS, self.peers)):
            if outside and (word == inside or word.startswith(inside + "/")):
                return outside + word[len(inside) :]
        return word

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The folders as the program sees them, each with the one that it stands for; the longer path first."""
        known = [(self.folder, PROGRAM), (self.home, HOME), (self.peers, PEERS)]
        return tuple(sorted((pair for pair in known if pair[0]), reverse=True))

    @property
    def cwd(self) -> str:
        """Where the program starts."""
        return self.folder if self.writable else self.home

    def remove(self) -> None:
        """Remove the home and all that was made in it; files written to a copy go where they belong."""
        if self.copy and self.origin:
            bring_back(self.copy, self.origin)
        for folder in (self.home, self.copy, self.peers):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def turn() -> int:
    """Wait until no other program runs at rung C on this machine; closing the descriptor that is returned ends the turn.

    /dev/shm and System V keys are the machine's: two programs that chose the same name would meet.
    """
    fd = os.open("/dev/shm", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(fd, fcntl.LOCK_EX)
    return fd


def ground(command: Command, identity: int | None) -> Ground:
    """Make the home, and a copy of the program's folder if the box's user could not read it."""
    home = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    folder = os.path.realpath(command.folder)
    copy = ""
    if identity is not None:
        os.chown(home, identity, identity)
        if command.writable and enterable(folder):
            give(folder, identity)
        elif command.writable or not reachable(folder):
            copy = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
            shutil.copytree(folder, copy, symlinks=True, dirs_exist_ok=True)
            give(copy, identity)
    origin = folder if command.writable else ""
    peers = _copied(command.peers, identity) if command.peers else ""
    return Ground(copy or folder, home, copy, origin, command.mounts, command.writable, peers)


def _copied(folder: str, identity: int | None) -> str:
    """A copy of a folder that the box's user can read, to be removed with the home."""
    copy = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    if identity is not None:
        give(copy, identity)
    return copy


def ruleset(place: Ground, mqueue: str) -> int:
    """The Landlock ruleset of a program: its descriptor. `mqueue` is where queues are mounted, empty if nowhere."""
    version = linux.landlock_version()
    everything = (1 << 13) - 1
    for since, right in _LATER.items():
        if version >= since:
            everything |= right
    network = _NETWORK if version >= NETWORK_VERSION else 0
    scopes = _SCOPES if version >= SCOPES_VERSION else 0
    rules = linux.landlock_ruleset(linux.landlock_attribute(everything, network, scopes))
    see, own = _EXECUTE | _READ | _LIST, everything & ~_DEVICES_AND_NODES
    own_or_see = own if place.writable else see
    for paths, access in (
        ((*_SYSTEM, *place.mounts, *filter(None, [place.peers])), see),
        (_TEXTS, _READ),
        (("/proc",), _READ | _LIST),
        (_NODES, _READ | _WRITE),
        (("/dev/shm", place.home, *filter(None, [mqueue])), own),
        ((place.folder,), own_or_see),
    ):
        for path in paths:
            _allow(rules, path, access & everything)
    return rules


def _allow(rules: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= _FILE_RIGHTS
        linux.landlock_allow(rules, access, fd)
    finally:
        os.close(fd)


def prepared(command: Command, place: Ground, identity: int | None, environment: Mapping[str, str]) -> Launch:
    """How the child becomes the program; its descriptors and its last step are still to be given."""
    outside = {"HOME": place.home, "PWD": place.cwd, "TMPDIR": place.home}
    hidden = [] if identity is None else [path for path in place.mounts if not reachable(path)]
    return Launch(
        [place.translated(word) for word in command.argv],
        [],
        identity=identity,
        environment={**environment, **outside, **command.environment},
        bounds=bounds(command.limits),
        first=(lambda: reveal(hidden)) if hidden else None,
    )


def confine(rules: int, program: bytes, cwd: str) -> None:
    """In the child: enter the folder, the domain and the filter; `rules` is its descriptor of the ruleset."""
    os.chdir(cwd)
    linux.forgo_privileges()
    linux.landlock_enter(rules)
    linux.load_filter(program)


def start(how: Launch, place: Ground, pipes: int, rules: int, program: bytes, shown: str) -> int:
    """Start the program, held at the end of its execve: its process id.

    `pipes` is the socket with the three pipes, `rules` the ruleset (closed here), `shown` the program as the caller
    named it. Raises UsageError when it cannot be executed, CannotDecide when it cannot be confined or traced.
    """
    gate_read, gate_write = os.pipe()
    words = os.memfd_create("start", os.MFD_CLOEXEC)

    def last() -> None:
        if not os.read(FIRST + 1, 1):
            os._exit(FAILED)
        confine(FIRST + 2, program, place.cwd)

    child = 0
    try:
        child = launch(replace(how, keep=[pipes, gate_read, rules], stderr=words, last=last))
        ptrace.seize(child)
        os.write(gate_write, b"x")
        until(child, ptrace.EVENT_EXEC)
        step(child)
    except BaseException as fault:
        if child:
            reap.kill(child)
            reap.reap(child)
        if not isinstance(fault, OSError):
            raise
        raise explained(shown, os.pread(words, 4096, 0), fault) from fault
    finally:
        for fd in (gate_read, gate_write, words, rules):
            os.close(fd)
    return child


def explained(program: str, output: bytes, fault: object) -> UsageError | CannotDecide:
    """The failure of a start, in the child's own words."""
    said = output.decode(errors="replace").strip()
    if said.startswith("execve: "):
        return UsageError(f"the program cannot be started: {said.removeprefix('execve: ')}", where=program)
    return CannotDecide(f"the program cannot be confined: {said or fault}", where=program, action="see `grader doctor`")


def sweep() -> None:
    """Remove the homes that killed supervisors have left."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*-*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if not Path("/proc", owner).exists() and os.geteuid() in {0, folder.stat().st_uid}:
            shutil.rmtree(folder, ignore_errors=True)
