"""In: the events of a run so far, and a read that is about to be made; out: after how many bytes the kernel may end it.

A read takes what is there, so it is short exactly where it came before a write that it could have come before. The bytes that one
write put into a pipe are never parted. Of several writes that wait, the later ones may be left for the next read if all of
them came after the reader's last step: the reader could have been faster. What the plan puts into stdin may come in pieces of
any size.
"""

from __future__ import annotations

from grader.model import Event
from grader.trace.context import Context
from grader.trace.run import Run
from grader.trace.task import Tracee

_WRITES = frozenset({"write", "writev"})
_COPIES = frozenset({"splice", "tee", "sendfile", "vmsplice", "copy_file_range"})


class Writes:
    """Where in each pipe one write ends and the next begins."""

    def __init__(self, stdin: int) -> None:
        """`stdin`: how many bytes of it come in pieces."""
        self._stdin = stdin
        self._ends: dict[str, list[tuple[int, int]]] = {}
        self._mixed: set[str] = set()
        self._last: dict[str, tuple[int, str]] = {}
        self._shares = False

    def note(self, event: Event) -> None:
        """Learn from one event."""
        slept = self._last.get(event.task, (0, ""))[1] == "block"
        self._last[event.task] = (event.n, event.kind)
        if event.kind != "call" or event.error:
            return
        if child := event.text("child"):
            self._last.setdefault(child, (event.n, "start"))
        if event.call == "mmap" or "memory" in event.texts("shares"):
            self._shares = True
        elif event.call in _WRITES and event.result:
            target = event.text("object")
            if slept:  # others' bytes may have come in between
                self._mixed.add(target)
            ends = self._ends.setdefault(target, [])
            ends.append((event.n, (ends[-1][1] if ends else 0) + event.result))
        elif event.call in _COPIES:
            self._mixed |= {event.text("object"), event.text("to_object")}

    def cut(self, run: Run, tracee: Tracee, context: Context, size: int) -> tuple[int, str]:
        """How many bytes the read may be made to take; else 0 and why not."""
        target, count = str(context.args.get("object")), context.args.get("count")
        pipe = run.recorder.state.pipes.get(target)
        if pipe is None or not isinstance(count, int):
            return 0, f"where the bytes of {target} come from is not known"
        if target == "stdin":
            waiting = min(run.streams.written, self._stdin) - pipe.read
        else:
            size, waiting = self._first(target, pipe.read, tracee.name)
        if size and size < min(waiting, count):
            return size, ""
        return 0, "all bytes that it can take come from one write, or from before the reader's last step"

    def _first(self, target: str, start: int, reader: str) -> tuple[int, int]:
        """The size of the piece that the next read must take, and of all that waits; nothing where the order is not sure."""
        if target in self._mixed or self._shares:
            return 0, 0
        seen = self._last.get(reader, (0, ""))[0]
        ends = self._ends.get(target, [])
        later = [end for n, end in ends if n > seen and end > start]
        before = [end for n, end in ends if n <= seen and end > start]
        first = before[-1] if before else later[0] if later else start
        return first - start, (ends[-1][1] if ends else start) - start
