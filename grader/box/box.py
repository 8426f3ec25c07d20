"""In: a command and limits; out: a started, contained, stopped process tree; the rung that this machine allows."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import dataclass, field

from grader.box import bubble, filters
from grader.box.arm import arm, bounds
from grader.box.command import HOME, PROGRAM, Command, Completed
from grader.box.launch import Launch
from grader.box.tree import Tree, end_box

_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": HOME,
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_LANDLOCK_SCOPES = 6
_F_SETPIPE_SZ = 1031


@dataclass(slots=True)
class Box:
    """Starts programs in boxes. `rung` is A, A- or C; `notes` say in words what is weaker than A, and why."""

    rung: str
    notes: tuple[str, ...] = ()
    _bwrap: str = ""
    _files: list[int] = field(default_factory=list, repr=False)
    _identity: int | None = None

    @classmethod
    def open(cls, force: str = "") -> Box:
        """Find out, by doing it, what this machine allows. `force` is a rung to take even where a better one works."""
        box = cls("A", (), shutil.which("bwrap") or "")
        box._identity = 60706 if os.geteuid() == 0 else None
        for name, data in (("containment", filters.containment()), *((k, v.encode()) for k, v in bubble.TEXTS.items())):
            fd = os.memfd_create(name, os.MFD_CLOEXEC)
            os.write(fd, data)
            box._files.append(fd)
        return box

    def start(self, command: Command) -> Tree:
        """Start the program, contained and traced by the calling thread, held at the end of its first execve.

        Nothing of the program has run. Raises UsageError when it cannot be executed, CannotDecide when the box fails.
        """
        pipes = _Pipes(command.stdin_capacity)
        try:
            words = bubble.arguments(
                self._bwrap, bubble.system_view(), self._binds(command), _ENVIRONMENT | command.environment
            )
            for fd in self._files:
                os.lseek(fd, 0, os.SEEK_SET)
            how = Launch(
                [*words, "--", *command.argv],
                [pipes.inside, *self._files],
                identity=self._identity,
                bounds=bounds(command.limits),
            )
            launcher, init, root = bubble.start(how, lambda pid: None)
            try:
                arm(root, command.limits, True, [f for f in (command.trace_filter,) if f])
            except BaseException:
                end_box(launcher, init)
                raise
        except BaseException:
            pipes.close_outside()
            raise
        finally:
            pipes.close_inside()
        return Tree(root, init, *pipes.outside, self.rung, launcher)

    def _binds(self, command: Command) -> list[tuple[str, str, bool]]:
        binds = [(path, path, False) for path in command.mounts]
        return [*binds, (command.folder, PROGRAM, command.writable)]

    def run(self, command: Command, stdin: bytes = b"") -> Completed:
        raise NotImplementedError

    def close(self) -> None:
        """Undo what `open` made."""
        for fd in self._files:
            os.close(fd)
        self._files.clear()


class _Pipes:
    """The three pipes of a run; the program's ends wait in a socket until the program takes them."""

    def __init__(self, capacity: int | None) -> None:
        stdin, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
        self.outside = (stdin[1], stdout[0], stderr[0])
        for fd in self.outside:
            os.set_blocking(fd, False)
        if capacity is not None:
            import fcntl

            fcntl.fcntl(stdin[1], _F_SETPIPE_SZ, capacity)
        self._ours, self._theirs = socket.socketpair()
        self.inside = self._theirs.fileno()
        inner = [stdin[0], stdout[1], stderr[1]]
        socket.send_fds(self._ours, [b"x"], inner)
        for fd in inner:
            os.close(fd)

    def close_inside(self) -> None:
        self._ours.close()
        self._theirs.close()

    def close_outside(self) -> None:
        for fd in self.outside:
            os.close(fd)
