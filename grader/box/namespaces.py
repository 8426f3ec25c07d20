"""In: a command; out: the program in a box of namespaces made by bwrap (rungs A and A-), or an untraced command's end."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence

from grader.box import bubblewrap, cgroup, linux, probe, residue
from grader.box.arm import SPARE_TASKS, arm, bounds
from grader.box.cgroup import Fence
from grader.box.command import HOME, PEERS, PROGRAM, Command, Completed, Lead
from grader.box.filters import containment
from grader.box.further import Door
from grader.box.launch import FIRST, Launch, launch
from grader.box.nursery import Grounds, Nursery
from grader.box.pipes import Pipes
from grader.box.reap import below, end_below, kill
from grader.box.run import finished, run_bounds
from grader.box.stage import Stage
from grader.box.tree import Tree, closed, end_box
from grader.box.zygote import ALSO_THERE, CAPABILITIES, Terms
from grader.errors import CannotDecide

SCOPES_VERSION = 6


class Namespaces:
    """Boxes of namespaces. Raises CannotDecide when bwrap is not installed."""

    def __init__(self, identity: int | None, environment: Mapping[str, str], *, copies: bool = True) -> None:
        """`copies`: each program is a copy of a zygote, not the only one in a box of its own."""
        self._bwrap = shutil.which("bwrap") or ""
        if not self._bwrap:
            raise CannotDecide("bubblewrap is not installed", where="bwrap", action="install the package bubblewrap")
        self._identity = identity
        self._environment = environment
        self._stage = Stage(identity)
        self._view = bubblewrap.system_view()
        self._scoped = linux.landlock_version() >= SCOPES_VERSION
        self._fences = cgroup.find()
        self.rung = "A" if self._scoped and self._fences else "A-"
        texts = (text.encode() for text in bubblewrap.TEXTS.values())
        self._files = [_file(data) for data in (containment(), *texts)]
        self._nursery = Nursery(self.rung, self._terms, self._grounds, self._given)
        self._copies = copies

    def notes(self) -> tuple[str, ...]:
        """What is weaker than rung A, in words."""
        notes = []
        if not self._copies:
            notes.append("each run has a box of its own made, which takes longer: namespaces in the box were refused")
        if not self._fences:
            notes.append("memory is limited for each process only: no memory control group can be made here")
        if not self._scoped:
            notes.append("process 1 of the box is open to the program: Landlock is older than version 6")
        return tuple(notes)

    def faults(self, tree: Tree) -> list[str]:
        """Which walls do not stand around this held program, in words."""
        return probe.faults_of_namespaces(tree, self._scoped)

    def start(self, command: Command, lead: Lead | None = None) -> Tree:
        """The program, held at the end of its first execve, or where its lead has ended."""
        if self._can_copy(command):
            return self._nursery.start(command, lead)
        pipes = Pipes(command.stdin_capacity)
        try:
            with contextlib.ExitStack() as undo:
                return self._started(command, pipes, undo)
        except BaseException:
            pipes.close_outside()
            raise
        finally:
            pipes.close_inside()

    def _can_copy(self, command: Command) -> bool:
        """Whether copies see what the command wants: what is mounted into a folder that each copy has anew would be hidden."""
        hidden = any(f"{path}/".startswith(f"{folder}/") for path in command.mounts for folder in bubblewrap.FRESH)
        return self._copies and not command.writable and not hidden

    def _started(self, command: Command, pipes: Pipes, undo: contextlib.ExitStack) -> Tree:
        place, fence = self._place(command, undo)
        before = fence.killed() if fence else 0
        keep = [pipes.inside, *self._rewound()]
        kept = FIRST + len(keep) if command.further else 0
        how = Launch(
            [*self._words(command, place, kept=kept), "--", *command.argv],
            [*keep, *([pipes.inside] if kept else [])],
            identity=self._identity,
            bounds=bounds(command.limits),
        )
        moved = fence.add if fence else lambda _: None
        launcher, init, root = bubblewrap.start(how, moved, further=command.further)
        undo.callback(end_box, launcher, init)
        filters = [command.trace_filter] if command.trace_filter else []
        arm(root, command.limits.tasks, self._scopes(command), filters)
        way = pipes.way()
        undo.callback(way.close)
        door = Door(init, way, kept, self._given(command), self._terms(command), contained=True)
        return Tree(
            root,
            init,
            *pipes.outside,
            self.rung,
            hit=(lambda: fence.killed() > before) if fence else bool,
            left=lambda _: residue.in_box(init),
            end=undo.pop_all().close,
            door=door.enter if command.further else closed,
            watcher=door.watch,
        )

    def _place(self, command: Command, undo: contextlib.ExitStack) -> tuple[str, Fence | None]:
        """Where the program's folder is bound from, and the fence for its box; `undo` gives both back."""
        place = self._stage.program(command.folder, command.writable)
        undo.callback(self._stage.release, place)
        fence = self._fences.take(command.limits) if self._fences else None
        if self._fences and fence:
            undo.callback(self._fences.give, fence)
        return place, fence

    def _grounds(self, command: Command, inside: int) -> Grounds:
        """What a zygote of this command is made on."""
        with contextlib.ExitStack() as undo:
            place, fence = self._place(command, undo)
            words = self._words(command, place, CAPABILITIES)
            how = Launch(
                [*words, "--", *command.argv],
                [inside, *self._rewound()],
                identity=self._identity,
                bounds=bounds(command.limits),
            )
            return Grounds(how, fence, undo.pop_all())

    def _terms(self, command: Command) -> Terms:
        tasks = command.limits.tasks + SPARE_TASKS + ALSO_THERE
        return Terms(tasks, self._scopes(command), containment(), command.trace_filter, command.further)

    def _scopes(self, command: Command) -> bytes:
        """The Landlock domain of each program; several of one box may meet at abstract names, which no other box sees anyway."""
        whole = linux.SIGNAL_SCOPE_ATTRIBUTE if command.further else linux.SCOPES_ATTRIBUTE
        return whole if self._scoped else b""

    def _given(self, command: Command) -> Mapping[str, str]:
        """The environment of the programs."""
        return {**self._environment, **command.environment}

    def run(self, command: Command, stdin: bytes, meanwhile: Callable[[], None]) -> Completed:
        """The command's end, in the same kind of box, untraced."""
        with contextlib.ExitStack() as undo:
            place, fence = self._place(command, undo)
            given = _file(stdin)
            undo.callback(os.close, given)
            read, write = os.pipe()
            words = self._words(command, place)
            how = Launch(
                [*words, "--", *command.argv],
                [given, *self._rewound()],
                write,
                identity=self._identity,
                stdin=given,
                stdout=write,
                bounds=[*bounds(command.limits), *run_bounds(command.limits)],
                first=(lambda: fence.add(0)) if fence else None,
            )
            os.lseek(given, 0, os.SEEK_SET)
            spared = frozenset(below(os.getpid()))
            child = launch(how)
            os.close(write)
            done = finished(child, read, command.limits, lambda: kill(child), meanwhile)
            # Process 1 follows its launcher; the launcher gone, it is a child of ours.
            end_below(os.getpid(), spared)
        if done.output.startswith(b"bwrap: "):
            raise bubblewrap.explained(command.argv[0], done.output, "it ended early")
        return done

    def close(self) -> None:
        """Undo all that was made for the boxes."""
        self._nursery.close()
        for fd in self._files:
            os.close(fd)
        self._files.clear()
        self._stage.close()
        if self._fences:
            self._fences.close()

    def _words(self, command: Command, place: str, capabilities: Sequence[str] = (), kept: int = 0) -> list[str]:
        staged = (self._stage.mount(path) for path in dict.fromkeys(command.mounts))
        binds = [(outside, inside, False) for outside, inside in filter(None, staged)]
        binds.append((place, PROGRAM, command.writable))
        if command.peers:
            binds.append((self._stage.lasting(command.peers), PEERS, False))
        cwd = PROGRAM if command.writable else HOME
        return bubblewrap.arguments(self._bwrap, self._view, binds, self._given(command), cwd, capabilities, kept)

    def _rewound(self) -> list[int]:
        """The descriptors of the filter and the texts; whoever read them last has left them at their ends."""
        for fd in self._files:
            os.lseek(fd, 0, os.SEEK_SET)
        return self._files


def _file(data: bytes) -> int:
    fd = os.memfd_create("box", os.MFD_CLOEXEC)
    os.write(fd, data)
    return fd
