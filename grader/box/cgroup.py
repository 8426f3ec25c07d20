"""In: limits; out: a memory and task fence around a box, where this process may make control groups (v1 or v2).

Groups are made beside or below our own, named grader-PID-N. They are used again for the next box, and removed at the
end; those of a supervisor that was killed are removed by the next one. Source: cgroups(7).
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from grader.frozen import dataclass
from grader.model import Limits

_PREFIX = "grader-"
# RLIMIT_NPROC is the exact bound. This one is for commands without it, and newer kernels count a task here until long
# after it is reaped, so that boxes in quick succession add up.
_SPARE_TASKS = 1024
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Fence:
    """A group with a memory limit and one with a limit of tasks; in version 2 they are the same."""

    memory: Path
    pids: Path

    def add(self, pid: int) -> None:
        """Move a process in; all that it forks from now on is inside."""
        for folder in {self.memory, self.pids}:
            (folder / "cgroup.procs").write_text(str(pid))

    def killed(self) -> int:
        """How many tasks the kernel has killed here for want of memory."""
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(FileNotFoundError):
                for line in (self.memory / name).read_text().splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def bound(self, limits: Limits) -> None:
        """Set the limits: bytes of memory, swap included, and tasks alive at once."""
        (self.pids / "pids.max").write_text(str(limits.tasks + _SPARE_TASKS))
        if (self.memory / "memory.max").exists():
            (self.memory / "memory.max").write_text(str(limits.memory))
            self._optional("memory.swap.max", "0")
        else:
            # Memory with swap may never be less than memory alone, also on the way.
            self._optional("memory.memsw.limit_in_bytes", "-1")
            (self.memory / "memory.limit_in_bytes").write_text(str(limits.memory))
            self._optional("memory.memsw.limit_in_bytes", str(limits.memory))

    def remove(self) -> None:
        """Remove the empty groups."""
        for folder in {self.memory, self.pids}:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _optional(self, name: str, text: str) -> None:
        if (self.memory / name).exists():
            (self.memory / name).write_text(text)


class Fences:
    """A store of fences: `take` one for a box, `give` it back when the box is empty."""

    def __init__(self, memory: Path, pids: Path) -> None:
        self._parents = (memory, pids)
        self._free: list[Fence] = []
        self._bounds: dict[Fence, tuple[int, int]] = {}

    def take(self, limits: Limits) -> Fence:
        """A fence with these limits. Raises OSError where no group can be made or limited."""
        fence = self._free.pop() if self._free else self._new()
        wanted = (limits.memory, limits.tasks)
        if self._bounds.get(fence) != wanted:
            try:
                fence.bound(limits)
            except OSError:
                fence.remove()
                raise
            self._bounds[fence] = wanted
        return fence

    def give(self, fence: Fence) -> None:
        """Take back a fence around nothing."""
        self._free.append(fence)

    def close(self) -> None:
        """Remove all groups that were given back."""
        for fence in self._free:
            fence.remove()
        self._free.clear()

    def _new(self) -> Fence:
        name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
        fence = Fence(*(parent / name for parent in self._parents))
        for folder in {fence.memory, fence.pids}:
            folder.mkdir()
        return fence


def find() -> Fences | None:
    """The first place where a group with both limits can be made, tried by making one; None when there is none."""
    for memory, pids in _places():
        fences = Fences(memory, pids)
        try:
            fences.give(fences.take(Limits()))
        except OSError:
            continue
        _sweep(memory, pids)
        return fences
    return None


def _places() -> Iterator[tuple[Path, Path]]:
    """Folders to make groups in, one of each controller: below our own group, then beside it."""
    own = own_groups(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())
    if "memory" in own and "pids" in own:
        yield own["memory"], own["pids"]
    if "" in own:
        for folder in (own[""], own[""].parent):
            with contextlib.suppress(OSError):
                (folder / "cgroup.subtree_control").write_text("+memory +pids")
            yield folder, folder


def own_groups(groups: str, mounts: str) -> dict[str, Path]:
    """Controller → the folder of our own group; the controller of version 2 is the empty name."""
    mounted: dict[str, tuple[str, str]] = {}
    for line in mounts.splitlines():
        fields, _, tail = line.partition(" - ")
        kind, _, options = tail.split(" ")[:3]
        where = (fields.split()[3], fields.split()[4])
        if kind == "cgroup2":
            mounted[""] = where
        elif kind == "cgroup":
            mounted |= dict.fromkeys(options.split(","), where)
    found = {}
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            if controller in mounted:
                root, point = mounted[controller]
                inner = path if root == "/" else path.removeprefix(root)
                found[controller] = Path(point + inner)
    return found


def _sweep(*folders: Path) -> None:
    """Remove the groups of supervisors that are gone."""
    for group in (group for folder in set(folders) for group in folder.glob(_PREFIX + "*-*")):
        owner = group.name.split("-")[1]
        if not Path("/proc", owner).exists():
            with contextlib.suppress(OSError):
                group.rmdir()
