"""In: a user id; out: what a program at rung C has left in the machine's shared memory and queues; all of it removed.

At this rung they are shared with everything else on the machine. A spare user's objects are all the program's. An
ordinary user has other programs, so there only what the tracer saw the program make is reported and removed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

from grader.box import linux
from grader.box.residue import queues, shared, sysv
from grader.model import Residue

_FOLDERS = {"shm": "/dev/shm/", "semaphore": "/dev/shm/sem.", "queue": "/dev/mqueue/"}


class Machine:
    """Remembers what there was before a program. `mqueue` is where queues are mounted, empty if nowhere."""

    def __init__(self, identity: int | None, mqueue: str) -> None:
        self._mqueue = mqueue
        self._alone = identity is not None
        self._user = os.geteuid() if identity is None else identity
        self._before = self._all()
        self._ours: set[Residue] = set()

    def left(self, touched: Collection[str] | None) -> tuple[Residue, ...]:
        """What is new and this user's; of it only what is in `touched`, unless that is None.

        System V objects are not listed, because their numbers differ from run to run: the tracer names them. What is in
        `touched`, they too, is removed by `clean`.
        """
        new = [item for item in self._all() if item not in self._before]
        ours = [item for item in new if touched is None or _path(item) in touched]
        if touched is not None:
            self._ours.update(ours)
        return tuple(item for item in ours if item.type in _FOLDERS)

    def clean(self) -> None:
        """Remove what `left` has named, and whatever else is new where the user has no other programs."""
        for item in self._ours | (self._all().keys() - self._before.keys() if self._alone else set()):
            path = _path(item)
            with contextlib.suppress(OSError):
                if path.startswith("/"):
                    self._place(item).unlink()
                else:
                    linux.remove_sysv(item.type, int(item.name))

    def _all(self) -> dict[Residue, None]:
        named = [*shared("/dev/shm"), *(queues(self._mqueue) if self._mqueue else ())]
        files = [item for item in named if self._owns(self._place(item))]
        return dict.fromkeys([*files, *(item for item, maker in sysv().items() if maker == self._user)])

    def _place(self, item: Residue) -> Path:
        path = _path(item)
        return Path(self._mqueue, item.name[1:]) if item.type == "queue" else Path(path)

    def _owns(self, path: Path) -> bool:
        try:
            return path.lstat().st_uid == self._user
        except OSError:
            return False


def _path(item: Residue) -> str:
    """Where the object is: a path, or its kind and number."""
    folder = _FOLDERS.get(item.type)
    return folder + item.name.removeprefix("/") if folder else f"{item.type} {item.name}"
