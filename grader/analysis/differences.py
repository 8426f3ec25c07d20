"""In: what is kept of two runs of one program; out: in what their outcomes differ, and the words for it."""

from __future__ import annotations

from collections import Counter

from grader.analysis.looks import Line, Look
from grader.frozen import dataclass

__all__ = ["Difference", "difference", "ended"]

ENDING, CONTENT, NUMBERS, ORDER = "ending", "content", "numbers", "order"
SHOWN = 60
COMPARED = 200
"""Lines whose order is compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind`: the program ends otherwise (`ending`), prints other lines (`content`), other `numbers`, or in another `order`."""

    kind: str
    words: str


def difference(look: Look, other: Look) -> Difference | None:
    """How a run's outcome differs from another's; None: in nothing that could matter.

    Not counted are the order of lines of processes of which none descends from the other, numbers in lines that are printed
    more than once (workers and their jobs), and lines of processes that go by time (each beat of a heart).
    """
    if look.ending != other.ending:
        return Difference(ENDING, f"it {ended(look)}, where it {ended(other)} in another schedule")
    return _content(look, other) or _numbers(look, other) or _order(look, other)


def ended(look: Look) -> str:
    """How the program ended, as a verb: `ends with status 1`."""
    outcome, status, signal = look.ending
    if outcome == "exited":
        return f"ends with status {status}"
    if outcome == "signalled":
        return f"is killed by {signal}"
    return {"deadlock": "is in a deadlock", "blocked": "waits for ever"}.get(outcome, "does not come to an end")


def _untimed(look: Look, other: Look) -> list[Line]:
    """The lines of one run, but for those of which there is one of a process that goes by time, in either run."""
    beats = {line.shape for one in (look, other) for line in one.lines if line.process in one.timed}
    return [line for line in look.lines if line.shape not in beats]


def _content(look: Look, other: Look) -> Difference | None:
    mine, theirs = _untimed(look, other), _untimed(other, look)
    shapes = Counter(line.shape for line in mine)
    shapes.subtract(Counter(line.shape for line in theirs))
    more = next((line for line in mine if shapes[line.shape] > 0), None)
    less = next((line for line in theirs if shapes[line.shape] < 0), None)
    if more is not None:
        instead = f", and not {_quoted(less)}" if less is not None else ""
        return Difference(CONTENT, f"it prints {_quoted(more)}{instead}, unlike in another schedule")
    if less is not None:
        return Difference(CONTENT, f"it does not print {_quoted(less)}, which it prints in another schedule")
    return None


def _numbers(look: Look, other: Look) -> Difference | None:
    """Lines that are printed once, with other numbers in them."""
    mine, theirs = _untimed(look, other), _untimed(other, look)
    shapes = Counter(line.shape for line in mine)
    there = {line.shape: line for line in theirs}
    for line in mine:
        if shapes[line.shape] == 1 and line.shape in there and there[line.shape].text != line.text:
            return Difference(
                NUMBERS, f"it prints {_quoted(line)}, where it prints {_quoted(there[line.shape])} in another schedule"
            )
    return None


def _order(look: Look, other: Look) -> Difference | None:
    """Two lines, of a process and one that descends from it, that come the other way round."""
    mine, theirs = _once(_untimed(look, other)), _once(_untimed(other, look))
    place = {line.shape: at for at, line in enumerate(theirs)}
    common = [line for line in mine if line.shape in place][:COMPARED]
    for at, first in enumerate(common):
        for second in common[at + 1 :]:
            if place[first.shape] > place[second.shape] and _related(look, first.process, second.process):
                words = (
                    f"it prints {_quoted(first)} before {_quoted(second)}, and the other way round in another schedule"
                )
                return Difference(ORDER, words)
    return None


def _once(lines: list[Line]) -> list[Line]:
    counts = Counter(line.shape for line in lines)
    return [line for line in lines if counts[line.shape] == 1]


def _related(look: Look, one: str, other: str) -> bool:
    return one != other and (_descends(look, one, other) or _descends(look, other, one))


def _descends(look: Look, process: str, ancestor: str) -> bool:
    while process in look.parents:
        process = look.parents[process]
        if process == ancestor:
            return True
    return False


def _quoted(line: Line) -> str:
    text = line.text if len(line.text) <= SHOWN else f"{line.text[:SHOWN]}…"
    return f"“{text}”"
