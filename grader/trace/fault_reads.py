"""In: the events of a run so far, and a read that is about to be made; out: after how many bytes the kernel may end it.

A read takes what is there, so it is short exactly where it came before a write that it could have come before. The bytes that one
write put into a pipe are never parted. Of several writes that wait, the later ones may be left for the next read if the reader
has not heard of anything since: it could have been faster. What the plan puts into stdin may come in pieces of any size.
"""

from __future__ import annotations

from grader.model import Event
from grader.trace.context import Context
from grader.trace.run import Run
from grader.trace.task import Tracee

_WRITES = frozenset({"write", "writev"})
_READS = frozenset({"read", "readv"})
_DEAF = frozenset("close close_range dup dup2 dup3 pipe pipe2 fork vfork clone rt_sigaction rt_sigprocmask".split())
_COPIES = frozenset({"splice", "tee", "sendfile", "vmsplice", "copy_file_range"})


class Writes:
    """Where in each pipe one write ends and the next begins."""

    def __init__(self, stdin: int) -> None:
        """`stdin`: how many bytes of it come in pieces."""
        self._stdin = stdin
        self._ends: dict[str, list[tuple[int, int]]] = {}
        self._mixed: set[str] = set()
        # The last event by which each task can have heard of others, by the object that it read (empty: in another way).
        self._heard: dict[str, dict[str, int]] = {}
        self._asleep: dict[str, bool] = {}
        self._shares = False

    def note(self, event: Event) -> None:
        """Learn from one event."""
        slept = self._asleep.get(event.task, False)
        self._asleep[event.task] = event.kind == "block"
        if (source := _source(event, slept=slept)) is not None:
            self._heard.setdefault(event.task, {})[source] = event.n
        if event.kind != "call" or event.error:
            return
        if child := event.text("child"):
            self._heard.setdefault(child, {"": event.n})
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
        return 0, "all bytes that it can take come from one write, or the reader knows that it is there"

    def _first(self, target: str, start: int, reader: str) -> tuple[int, int]:
        """The size of the piece that the next read must take, and of all that waits; nothing where the order is not sure."""
        if target in self._mixed or self._shares:
            return 0, 0
        seen = max((n for source, n in self._heard.get(reader, {}).items() if source != target), default=0)
        ends = self._ends.get(target, [])
        later = [end for n, end in ends if n > seen and end > start]
        before = [end for n, end in ends if n <= seen and end > start]
        first = before[-1] if before else later[0] if later else start
        return first - start, (ends[-1][1] if ends else start) - start


def _source(event: Event, *, slept: bool) -> str | None:
    """From where a task may hear of others by this event: an object that it reads, anything at all (empty), or not (None)."""
    if event.kind == "begin" or event.call in _DEAF:
        return None
    if event.call in _READS:
        return event.text("object")
    return None if event.call in _WRITES and event.kind == "call" and not slept and not event.error else ""
