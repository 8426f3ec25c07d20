"""In: the tasks of one run at their calls and signals; out: for each the place in the submission's source, or none.

A place is read from the memory of the program, which the program can forge: it is shown to people and decides nothing.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import field
from typing import TYPE_CHECKING

from grader.box import ptrace
from grader.frozen import dataclass
from grader.trace.sites import native
from grader.trace.sites.image import Image, Mapping, Modules
from grader.trace.sites.place import NO_PLACE, Place
from grader.trace.sites.python import Interpreter
from grader.trace.sites.sources import Sources

if TYPE_CHECKING:
    from grader.trace.sites.module import Module


@dataclass(slots=True)
class Files:
    """What stays known between runs: programs, libraries and interpreters, as they lie on disk."""

    known: dict[tuple[str, int], Module] = field(default_factory=dict)

    def read_ahead(self, folder: str, home: str, mounts: tuple[str, ...], tid: int) -> None:
        """Read what the places of a held program are looked up in: its own file, or its interpreter's, and the C library."""
        modules = Modules(folder, home, mounts, self.known)
        image = Image(modules)
        if image.runs_python(tid):
            image.libraries(tid)
            return
        _look(image.mapped)
        self.read_library()

    def read_library(self) -> None:
        """The C library alone: it need not be mapped yet, and most programs have the one that we have."""
        ours = Image(Modules(".", ".", (), self.known))
        ours.refresh(os.getpid())
        _look(each for each in ours.mapped if posixpath.basename(each.path).startswith("libc."))


def _look(mappings: Iterable[Mapping]) -> None:
    """Ask for any place in each file, which has all read that places are looked up in."""
    for mapping in mappings:
        mapping.module.spot(mapping.start - mapping.moved, returns=False)


class Sites:
    """The places of one run."""

    def __init__(self, folder: str, home: str, mounts: tuple[str, ...], files: Files) -> None:
        """`folder` is the submission's, which inside the box is `home`; `mounts` are further folders, at their own paths."""
        self._modules = Modules(folder, home, mounts, files.known)
        self._sources = Sources(folder, home)
        self._images: dict[str, Image] = {}
        self._interpreters: dict[str, Interpreter] = {}

    def replaced(self, process: str) -> None:
        """The process runs another program now."""
        self._images.pop(process, None)
        self._interpreters.pop(process, None)

    def place(self, tid: int, process: str, entry: ptrace.Entry | None) -> Place:
        """The place of a task held at a call's entry; or, without one, at the delivery of a signal: what that interrupts."""
        image = self._image(process)
        try:
            if image.runs_python(tid):
                interpreter = self._interpreter(process, image, tid)
                return NO_PLACE if interpreter is None else interpreter.place(tid, entry.sp if entry is not None else 0)
            if entry is not None:
                return native.place(image, tid, entry.ip, entry.sp, called=True)
            registers = ptrace.registers(tid)
            return native.place(image, tid, registers["rip"], registers["rsp"], called=False)
        except OSError:
            return NO_PLACE  # killed meanwhile

    def _interpreter(self, process: str, image: Image, tid: int) -> Interpreter | None:
        found = self._interpreters.get(process)
        if found is None:
            for mapping in image.libraries(tid):
                layout = mapping.module.layout
                if layout is not None:
                    found = Interpreter(layout, mapping.moved, self._sources)
                    self._interpreters[process] = found
        return found

    def _image(self, process: str) -> Image:
        found = self._images.get(process)
        if found is None:
            found = self._images[process] = Image(self._modules)
        return found
