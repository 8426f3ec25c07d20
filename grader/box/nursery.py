"""In: commands, again and again; out: the programs, each a copy of a zygote that is kept for its command."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Mapping

from grader.box import residue
from grader.box.bubblewrap import start
from grader.box.cgroup import Fence
from grader.box.command import Command, Lead
from grader.box.further import Door
from grader.box.launch import FIRST, Launch
from grader.box.pipes import Pipes
from grader.box.tree import Tree, end_box
from grader.box.zygote import Terms, Zygote
from grader.errors import CannotDecide
from grader.frozen import dataclass

_KEPT = 3
"""Zygotes that are kept at once: a check asks for few programs in turn."""


@dataclass(frozen=True, slots=True)
class Cot:
    """A zygote with all that it takes: `socket` is the way for pipes, `lead` what its lead has brought back."""

    zygote: Zygote
    socket: tuple[socket.socket, socket.socket]
    fence: Fence | None
    lead: object
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a zygote is made on: how to launch its box, the fence around it, and how to undo both."""

    how: Launch
    fence: Fence | None
    undo: contextlib.ExitStack


class Nursery:
    """Keeps the zygotes of the last few commands. `grounds` prepares a box for a command and a socket's descriptor."""

    def __init__(
        self,
        rung: str,
        terms: Callable[[Command], Terms],
        grounds: Callable[[Command, int], Grounds],
        given: Callable[[Command], Mapping[str, str]],
    ) -> None:
        """Begin with none; `given` tells the environment of a command's programs."""
        self._rung = rung
        self._terms = terms
        self._grounds = grounds
        self._given = given
        self._cots: dict[object, Cot] = {}

    def start(self, command: Command, lead: Lead | None) -> Tree:
        """The program, held at the end of its first execve, or where its lead ended. Raises UsageError, CannotDecide."""
        try:
            return self._start(command, lead)
        except OSError as fault:
            raise CannotDecide(
                f"the program cannot be copied: {fault}", action="see what `grader doctor` says"
            ) from fault

    def _start(self, command: Command, lead: Lead | None) -> Tree:
        key = _key(command, lead)
        cot = self._cots.pop(key, None)
        if cot is not None and not cot.zygote.alive:
            cot.close()
            cot = None
        if cot is None:
            cot = self._made(command, lead) or self._made(command, None)
            assert cot is not None
            while len(self._cots) >= _KEPT:
                self._cots.pop(next(iter(self._cots))).close()
        self._cots[key] = cot
        return self._copied(cot, command)

    def close(self) -> None:
        """End them all."""
        while self._cots:
            self._cots.popitem()[1].close()

    def _made(self, command: Command, lead: Lead | None) -> Cot | None:
        """A zygote; None when it has not come to the end of its lead."""
        with contextlib.ExitStack() as undo:
            pair = socket.socketpair()
            for end in pair:
                undo.callback(end.close)
            grounds = self._grounds(command, pair[1].fileno())
            undo.callback(grounds.undo.close)
            launcher, init, tid = start(grounds.how, grounds.fence.add if grounds.fence else lambda _: None)
            undo.callback(end_box, launcher, init)
            zygote = Zygote(tid, self._terms(command))
            found: object = None
            if lead is None:
                zygote.settle(leads=False)
            else:
                pipes = Pipes(command.stdin_capacity, pair)
                tree = Tree(tid, init, *pipes.outside, self._rung)
                undo.callback(tree.destroy)
                zygote.settle(leads=True)
                found = lead.go(tree)
                if found is None:
                    return None
            zygote.freeze()
            return Cot(zygote, pair, grounds.fence, found, undo.pop_all().close)

    def _copied(self, cot: Cot, command: Command) -> Tree:
        fence = cot.fence
        before = fence.killed() if fence else 0
        pipes = Pipes(command.stdin_capacity, cot.socket)
        try:
            init, tid = cot.zygote.copy()
        except BaseException:
            pipes.close_outside()
            cot.close()
            self._cots = {key: other for key, other in self._cots.items() if other is not cot}
            raise
        door = Door(init, cot.socket[0], FIRST, self._given(command), self._terms(command), led=cot.zygote.led)
        return Tree(
            tid,
            init,
            *pipes.outside,
            self._rung,
            hit=(lambda: fence.killed() > before) if fence else bool,
            left=lambda _: residue.in_box(init),
            end=lambda: end_box(0, init),
            lead=cot.lead,
            door=door.enter,
            watcher=door.watch,
        )


def _key(command: Command, lead: Lead | None) -> object:
    """What makes two starts the same: the lead, all of the command but its pipe, and the files of its folder as they are now."""
    files = []
    for top in filter(None, (command.folder, command.peers)):
        for folder, _, names in os.walk(top):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                status = os.lstat(path)
                files.append((path, status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode))
    given = tuple(sorted(command.environment.items()))
    return (
        lead.key if lead else None,
        command.argv,
        command.limits,
        command.mounts,
        given,
        command.trace_filter,
        command.further,
        command.peers,
        tuple(files),
    )
