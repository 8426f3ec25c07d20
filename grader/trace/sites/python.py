"""In: a stopped task that runs a Python interpreter; out: the innermost line of the submission's own modules on its stack.

The interpreter's own records are read from the memory of the process, by the offsets of its version, and followed for a
bounded number of steps: a program that has written nonsense there gets no line. An address says nothing by itself, since
Python uses one again as soon as an object is gone: what is remembered of a code object is compared with its content each time.
"""

from __future__ import annotations

import struct

from grader.box import ptrace
from grader.frozen import dataclass
from grader.trace.sites.codes import Code, Codes
from grader.trace.sites.layout import Layout
from grader.trace.sites.place import NO_PLACE, Place
from grader.trace.sites.sources import Sources

MOST_FRAMES = 200
MOST_THREADS = 128
MOST_INTERPRETERS = 4
MOST_MISSES = 2_000
MOST_KNOWN = 1_000
MOST_PARTS = 1_000  # the kernel takes 1,024 at once
PAGE = 4096
WINDOW = 1024
_WORD = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of Python code: its code object's address, and where in its instructions it is, in bytes."""

    code: int
    offset: int


@dataclass(frozen=True, slots=True)
class Known:
    """A place, and the memory that it was concluded from."""

    parts: ptrace.Parts
    content: bytes
    place: Place


class Interpreter:
    """The interpreter of one process."""

    def __init__(self, layout: Layout, moved: int, sources: Sources) -> None:
        """`moved` is how far from its linked addresses the interpreter's file is mapped."""
        self._layout = layout
        self._runtime = layout.runtime + moved
        self._sources = sources
        self._threads: dict[int, tuple[int, int]] = {}
        self._misses = 0
        self._known: dict[tuple[int, int], Known] = {}
        self._codes = Codes(layout, sources)

    def place(self, tid: int, sp: int) -> Place:
        """The place of a task with its stack pointer at `sp`; none where it is in no Python code, or where a step fails.

        A loop comes by with the same stack pointer again: where every byte that led to a place is as it was, so is the place.
        """
        known = self._known.get((tid, sp))
        if known is not None and known.parts.read(tid) == known.content:
            return known.place
        found, parts = self._look(tid)
        if found is None:  # what was remembered may have been out of date, and is forgotten now
            found, parts = self._look(tid)
        if found is None or found[1].hidden:
            return NO_PLACE
        frame, code = found
        source = self._sources.at(code.file, code.lines.at(frame.offset))
        place = NO_PLACE if source is None else Place((source,))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        again = ptrace.Parts(parts)
        self._known[tid, sp] = Known(again, again.read(tid), place)
        return place

    def _look(self, tid: int) -> tuple[tuple[Frame, Code] | None, list[tuple[int, int]]]:
        """The innermost frame that is no library's, and all the memory that this follows from."""
        parts: list[tuple[int, int]] = []
        start = self._innermost(tid, parts)
        return (self._find(tid, start, parts) if start else None), parts

    def _find(self, tid: int, start: int, parts: list[tuple[int, int]]) -> tuple[Frame, Code] | None:
        """The innermost frame whose code is not a library's, from frame `start` on; `parts` gets what that follows from."""
        stack, address, at = _Memory(tid), start, self._layout
        passed: list[int] = []
        for _ in range(MOST_FRAMES):
            raw = stack.read(address, at.frame_owner + 1)
            if raw is None:
                return None
            parts.append((address, len(raw)))
            if raw[at.frame_owner] != at.shim:
                where = _word(raw, at.frame_code)
                code = self._codes.known(tid, where)
                if code is None:
                    return None
                passed.append(where)
                parts.extend(code.parts)
                if not code.library:
                    if len(parts) > MOST_PARTS or not self._codes.fresh(tid, tuple(passed)):
                        return None
                    return Frame(where, _word(raw, at.frame_instruction) - where - at.code_bytes), code
            address = _word(raw, at.frame_previous)
        return None

    def _innermost(self, tid: int, parts: list[tuple[int, int]]) -> int:
        """The address of the frame in which the task is; 0: it is in none. `parts` gets what that follows from."""
        at = self._layout
        known = self._threads.get(tid)
        if known is None or (frame := self._frame(tid, *known)) is None:
            if self._misses >= MOST_MISSES:
                return 0
            pointer = ptrace.registers(tid)["fs_base"]
            thread = self._thread(tid, pointer)
            if not thread:
                self._misses += 1
                return 0
            self._threads[tid] = (pointer, thread)
            frame = self._frame(tid, pointer, thread) or 0
        thread = self._threads[tid][1]
        parts += [(thread + at.thread_frame, 8), (thread + at.thread_id, 8)]
        if at.cframe_frame is None or not frame:
            return frame
        parts.append((frame + at.cframe_frame, 8))
        return _read_word(tid, frame + at.cframe_frame)

    def _frame(self, tid: int, pointer: int, thread: int) -> int | None:
        """What the interpreter's record of a thread says of its frame; None: the record is not this thread's."""
        at = self._layout
        raw = ptrace.read(tid, thread + at.thread_frame, at.thread_id + 8 - at.thread_frame)
        if len(raw) < 8 or _word(raw, len(raw) - 8) != pointer:
            return None
        return _word(raw, 0)

    def _thread(self, tid: int, pointer: int) -> int:
        """The interpreter's record of a task: the one with its thread pointer, which a fork does not change; 0: none."""
        at = self._layout
        interpreter = _read_word(tid, self._runtime + at.interpreters)
        for _ in range(MOST_INTERPRETERS):
            thread = _read_word(tid, interpreter + at.threads) if interpreter else 0
            for _ in range(MOST_THREADS):
                if not thread or _read_word(tid, thread + at.thread_id) == pointer:
                    break
                thread = _read_word(tid, thread + at.thread_next)
            if thread and _read_word(tid, thread + at.thread_id) == pointer:
                return thread
            interpreter = _read_word(tid, interpreter + at.interpreter_next) if interpreter else 0
        return 0


class _Memory:
    """The stretch of memory in which frames lie beside each other, callers below their callees, read many at once."""

    def __init__(self, tid: int) -> None:
        self._tid = tid
        self._start = 0
        self._bytes = b""

    def read(self, address: int, size: int) -> bytes | None:
        """`size` bytes; None where they cannot be read."""
        at = address - self._start
        if not 0 <= at <= len(self._bytes) - size:
            # Not beyond the page in which it lies, which alone is sure to be mapped.
            self._start = max(address & -PAGE, address - WINDOW)
            at = address - self._start
            self._bytes = ptrace.read(self._tid, self._start, at + size)
        return self._bytes[at : at + size] if len(self._bytes) >= at + size else None


def _word(raw: bytes, at: int) -> int:
    return int(_WORD.unpack_from(raw, at)[0])


def _read_word(tid: int, address: int) -> int:
    raw = ptrace.read(tid, address, 8)
    return int(_WORD.unpack(raw)[0]) if len(raw) == 8 else 0
