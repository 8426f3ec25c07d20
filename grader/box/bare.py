"""In: a command; out: the program under Landlock and seccomp alone (rung C), or an untraced command's end."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from grader.box import confined, linux, probe, reap
from grader.box.arm import arm
from grader.box.command import HOME, Command, Completed, Lead
from grader.box.filters import containment
from grader.box.further import ends, load
from grader.box.launch import FAILED, FIRST, launch
from grader.box.machine import Machine
from grader.box.pipes import Pipes
from grader.box.residue import files
from grader.box.run import finished, run_bounds
from grader.box.stage import queues
from grader.box.tree import Entrance, Tree, closed
from grader.errors import CannotDecide
from grader.model import Residue


class Bare:
    """Programs without namespaces, one at a time. Raises CannotDecide when the kernel has no Landlock either."""

    rung = "C"

    def __init__(self, identity: int | None, environment: Mapping[str, str]) -> None:
        self._version = linux.landlock_version()
        if not self._version:
            raise CannotDecide(
                "neither namespaces nor Landlock are allowed here: no program can be contained",
                action="allow user namespaces (docs for operators), or use a virtual machine",
            )
        self._identity = identity
        self._environment = environment
        self._busy = False
        self._mqueue = queues()
        # Landlock would let the program make a queue, but not open it, where their file system is not mounted.
        self._filter = containment(queues=bool(self._mqueue))
        confined.sweep()

    def notes(self) -> tuple[str, ...]:
        """What is weaker than rung A, in words."""
        notes = [
            "namespaces are denied: the program shares process numbers, /dev/shm and System V objects with the machine",
            "memory is limited for each process only",
            "/tmp is closed to the program: $TMPDIR names a folder of its own",
        ]
        if self._version >= confined.NETWORK_VERSION:
            notes.append("TCP is closed, also to the program itself")
        else:
            notes.append("the network is open: Landlock is older than version 4")
        if self._version < confined.SCOPES_VERSION:
            notes.append("signals to other processes of this user are open: Landlock is older than version 6")
        if not self._mqueue:
            notes.append("POSIX message queues are closed: /dev/mqueue is not mounted")
        return tuple(notes)

    def faults(self, tree: Tree) -> list[str]:
        """Which walls do not stand around this held program, in words."""
        network, scoped = self._version >= confined.NETWORK_VERSION, self._version >= confined.SCOPES_VERSION
        return probe.faults_of_landlock(tree, network, scoped)

    def start(self, command: Command, _lead: Lead | None = None) -> Tree:
        """The program, held at the end of its first execve: it is started anew each time."""
        if self._busy:
            raise RuntimeError("at rung C the previous tree must be destroyed first")
        pipes = Pipes(command.stdin_capacity)
        try:
            with contextlib.ExitStack() as undo:
                return self._started(command, pipes, undo)
        except BaseException:
            pipes.close_outside()
            raise
        finally:
            pipes.close_inside()

    def _started(self, command: Command, pipes: Pipes, undo: contextlib.ExitStack) -> Tree:
        undo.callback(os.close, confined.turn())
        place = confined.ground(command, self._identity)
        undo.callback(place.remove)
        machine = Machine(self._identity, self._mqueue)
        undo.callback(machine.clean)
        spared = frozenset(reap.below(os.getpid()))
        how = confined.prepared(command, place, self._identity, self._environment)
        root = confined.start(
            how, place, pipes.inside, confined.ruleset(place, self._mqueue), self._filter, command.argv[0]
        )
        undo.callback(reap.end_below, os.getpid(), spared)
        self._arm(root, command)
        self._busy = True
        undo.callback(self._idle)

        def left(touched: Collection[str] | None) -> tuple[Residue, ...]:
            return (*machine.left(touched), *files(place.home, HOME))

        return Tree(
            root,
            None,
            *pipes.outside,
            self.rung,
            places=place.names,
            left=left,
            end=undo.pop_all().close,
            others=lambda: list(reap.below(os.getpid(), spared)),
            door=self._door(command, place),
            watcher=lambda tid: load(tid, command.trace_filter),
        )

    def _arm(self, tid: int, command: Command, *, watched: bool = True) -> None:
        """Give a held program its pipes, its limit and the trace filter; all else it has taken on itself before its execve."""
        filters = [command.trace_filter] if command.trace_filter and watched else []
        arm(tid, command.limits.tasks if self._identity else None, b"", filters)

    def _door(self, command: Command, place: confined.Ground) -> Entrance:
        """What starts further programs where this one lives."""

        def enter(argv: Sequence[str], stdin: bytes, outputs: Sequence[int]) -> int:
            how = confined.prepared(replace(command, argv=tuple(argv)), place, self._identity, self._environment)
            ours, theirs = socket.socketpair()
            with ours, theirs, ends(stdin, outputs) as send:
                send(ours)
                rules = confined.ruleset(place, self._mqueue)
                tid = confined.start(how, place, theirs.fileno(), rules, self._filter, argv[0])
            self._arm(tid, command, watched=False)
            return tid

        return enter if command.further else closed

    def _idle(self) -> None:
        self._busy = False

    def run(self, command: Command, stdin: bytes, meanwhile: Callable[[], None]) -> Completed:
        """The command's end, confined in the same way, untraced."""
        with contextlib.ExitStack() as undo:
            place = confined.ground(command, self._identity)
            undo.callback(place.remove)
            given = os.memfd_create("stdin", os.MFD_CLOEXEC)
            undo.callback(os.close, given)
            os.write(given, stdin)
            os.lseek(given, 0, os.SEEK_SET)
            rules = confined.ruleset(place, self._mqueue)
            undo.callback(os.close, rules)
            spared = frozenset(reap.below(os.getpid()))
            read, write = os.pipe()
            how = confined.prepared(command, place, self._identity, self._environment)
            how = replace(
                how,
                keep=[rules],
                stdin=given,
                stdout=write,
                stderr=write,
                bounds=[*how.bounds, *run_bounds(command.limits)],
                last=lambda: confined.confine(FIRST, self._filter, place.cwd),
            )
            child = launch(how)
            os.close(write)
            done = finished(child, read, command.limits, lambda: self._end(child, spared), meanwhile)
        if done.status == FAILED and done.output.startswith(b"execve: "):
            raise confined.explained(command.argv[0], done.output, "it ended early")
        return done

    def _end(self, child: int, spared: frozenset[int]) -> None:
        reap.kill(child)
        reap.end_below(os.getpid(), spared | {child})

    def close(self) -> None:
        """Nothing outlives a program here."""
