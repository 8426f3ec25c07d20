"""In: a run; out: the lines that it printed, each with the calls that brought its bytes: who wrote it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.checks.facts import fate, own_processes
from grader.checks.helpers import fail
from grader.frozen import dataclass
from grader.model import Event
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["Line", "printed_lines", "require_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an output. `text` is without its newline; `ended` is False for a last line that has none.

    `writes` are the calls that brought its bytes, the first byte's first. A call may bring many lines (a buffer), and a
    line may take many calls. It is empty only where the bytes cannot be traced to calls.
    """

    text: bytes
    ended: bool
    writes: tuple[Event, ...]

    @property
    def processes(self) -> tuple[str, ...]:
        """The names of the processes that wrote it: one, unless two of them mixed their bytes."""
        return tuple(dict.fromkeys(event.process for event in self.writes))

    def __str__(self) -> str:
        """The text as a person reads it; bytes that are not UTF-8 as escapes."""
        return self.text.decode("utf-8", "backslashreplace")


def printed_lines(run: Evidence, stream: str = "stdout") -> tuple[Line, ...]:
    """The lines of `stdout` (or `stderr`), in order. An empty output has no line."""
    data = run.stdout if stream == "stdout" else run.stderr
    spans = _spans(run.pipe(stream).writes)
    lines = []
    start = first = 0
    for piece in _split(data):
        end = start + len(piece)
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        writes = []
        place = first
        while place < len(spans) and spans[place][0] < end:
            writes.append(spans[place][2])
            place += 1
        lines.append(Line(piece.removesuffix(b"\n"), piece.endswith(b"\n"), tuple(writes)))
        start = end
    return tuple(lines)


def require_lines(run: Evidence, wanted: Sequence[str], *, why: str, wrong: str) -> None:
    """Standard output is exactly these lines, each with its newline. `wrong` is the advice for a line that is not as it should be.

    For a line that is missing the advice is to find out what should have brought it. Raises Violation.
    """
    lines = printed_lines(run)
    found = [str(line) + ("" if line.ended else gettext(" (without a newline)")) for line in lines]
    if found == list(wanted):
        return
    same = (have == want for have, want in zip(found, wanted, strict=False))
    place = next((at for at, equal in enumerate(same) if not equal), min(len(found), len(wanted)))
    if place < len(lines):
        due = (
            gettext("{wanted} was due", wanted=f"{wanted[place]!r}")
            if place < len(wanted)
            else gettext("nothing more was due")
        )
        seen = gettext(
            "line {place} of the output is {found}, and {due}", place=place + 1, found=f"{found[place]!r}", due=due
        )
        fail(seen=seen, why=why, next=wrong, events=lines[place].writes or (run.last,))
    fates = "; ".join(f"{process.name} {fate(run, process)}" for process in own_processes(run))
    fail(
        seen=gettext(
            "the output ends after {lines} of {wanted} lines: {fates}",
            lines=len(lines),
            wanted=len(wanted),
            fates=fates,
        ),
        why=why,
        next=gettext(
            "find out who should have brought the line {wanted}, and what that process waits for",
            wanted=f"{wanted[place]!r}",
        ),
        events=(run.last,),
    )


def _split(data: bytes) -> list[bytes]:
    """Pieces that end in a newline, and only the last may lack it (bytes.splitlines would end one at a carriage return too)."""
    pieces = [piece + b"\n" for piece in data.split(b"\n")]
    pieces[-1] = pieces[-1].removesuffix(b"\n")
    return pieces if pieces[-1] else pieces[:-1]


def _spans(writes: tuple[Event, ...]) -> list[tuple[int, int, Event]]:
    """The place of each call's bytes in the output: first byte, one past the last, the call."""
    spans = []
    end = 0
    for event in writes:
        start, end = end, end + (event.result or 0)
        if end > start:
            spans.append((start, end, event))
    return spans
