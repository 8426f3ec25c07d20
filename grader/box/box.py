"""In: a command and limits; out: a started, contained, stopped process tree, and the rung that this machine allows.

Rungs: A is namespaces, seccomp, Landlock and control groups; A- lacks the last or a new enough Landlock; C has no
namespaces. Which one holds is found by starting a box and trying its walls, never by versions.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Self

from grader.box import linux
from grader.box.bare import Bare
from grader.box.command import HOME, Command, Completed, Lead
from grader.box.namespaces import Namespaces
from grader.box.run import nothing
from grader.box.stage import spare_identity
from grader.box.tree import Tree
from grader.errors import CannotDecide
from grader.model import Limits

DENY = "GRADER_DENY_NAMESPACES"
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": HOME,
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Box:
    """Starts programs in boxes. `rung` is A, A- or C; `notes` say in words what is weaker than A, and why.

    One process with one thread owns it and all its trees, and collects their wait statuses.
    """

    def __init__(self, maker: Namespaces | Bare, notes: tuple[str, ...]) -> None:
        self._maker = maker
        self.rung: str = maker.rung
        self.notes = notes

    @classmethod
    def open(cls, force: str = "") -> Box:
        """The best box that works here; `force` "C" takes the fallback in any case, as does GRADER_DENY_NAMESPACES=1.

        Programs are copies of zygotes where that works; `force` "anew" makes a box for each: slower, and else the same.

        Raises CannotDecide when no program can be contained here.
        """
        machine = os.uname()
        if (machine.sysname, machine.machine) != ("Linux", "x86_64"):
            raise CannotDecide(
                f"programs are run on Linux x86-64 only, not {machine.sysname} {machine.machine}",
                action="use WSL2, a Linux virtual machine, or the course's CI",
            )
        linux.adopt_orphans()
        identity = spare_identity()
        why = "asked for"
        if force != "C" and os.environ.get(DENY) != "1":
            for copies in (True, False)[force == "anew" :]:
                try:
                    return cls._proved(Namespaces(identity, _ENVIRONMENT, copies=copies))
                except CannotDecide as fault:
                    why = str(fault)
        return cls._proved(Bare(identity, _ENVIRONMENT), f"rung C: {why}")

    @classmethod
    def _proved(cls, maker: Namespaces | Bare, *notes: str) -> Box:
        """The box, after its walls were tried; CannotDecide when one does not stand."""
        box = cls(maker, (*notes, *maker.notes()))
        try:
            with tempfile.TemporaryDirectory(prefix="grader-probe-") as empty:
                tree = box.start(Command((shutil.which("true", path="/usr/bin:/bin") or "/bin/true",), empty, Limits()))
                try:
                    faults = maker.faults(tree)
                finally:
                    tree.destroy()
        except BaseException:
            box.close()
            raise
        if faults:
            box.close()
            raise CannotDecide("; ".join(faults), where="box", action="see what `grader doctor` says")
        return box

    def start(self, command: Command, lead: Lead | None = None) -> Tree:
        """Start the program, contained and traced by the calling thread, held at the end of its first execve.

        Nothing of the program has run, but for a `lead`, where the box has one made once for many starts: then the tree's `lead`
        is what it has brought back. Raises UsageError when it cannot be executed, CannotDecide when the box fails.
        """
        return self._maker.start(command, lead)

    def run(self, command: Command, stdin: bytes = b"", meanwhile: Callable[[], None] = nothing) -> Completed:
        """Run a command to its end, contained but untraced: the compiler. Here `limits.cpu` bounds a process's seconds.

        `meanwhile` is done while it runs.

        Raises CannotDecide when the box fails. See `Completed` for what its status is worth.
        """
        return self._maker.run(command, stdin, meanwhile)

    def close(self) -> None:
        """Undo what `open` made."""
        self._maker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
