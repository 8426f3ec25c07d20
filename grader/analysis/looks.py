"""In: the evidence of one run of many; out: `Look`, which is kept of it to be compared with the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field

from grader.analysis.sleeps import Sleep, sleeps_of, timed_processes
from grader.evidence import Evidence
from grader.evidence.calls import WRITES
from grader.frozen import dataclass
from grader.model import Event, RuleFinding

__all__ = ["Line", "Look", "RuleOfMany", "Suspicion", "look_of"]

MOST = 2_000
"""Lines of output that are compared."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of standard output and who ended it. Process ids and fractions (times) stand there as `#`; `shape` has no number."""

    process: str
    text: str

    @property
    def shape(self) -> str:
        """The text without its numbers: `worker 1` and `worker 2` are the same."""
        return _NUMBER.sub("#", self.text)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A finding that stands only if another run confirms it: what happened to `process` by `signal` in `call`."""

    process: str
    signal: str
    call: str
    finding: RuleFinding


@dataclass(frozen=True, slots=True)
class Look:
    """What one run shows beside the others.

    `ending` is outcome, exit status and signal of the root. `handled` are the signals that a handler of a process took, `woken`
    the waits (process, call, signal) that a handled signal ended. `parents` names each process's creator.
    `timed` are the processes that go by time (`timed_processes`).
    `last` is the number of the last event. `lost` and `early` are suspicions of the rules of these names.
    """

    schedule: str
    ending: tuple[str, int | None, str]
    last: int
    lines: tuple[Line, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    sleeps: tuple[Sleep, ...] = ()
    timed: frozenset[str] = frozenset()
    handled: frozenset[tuple[str, str]] = frozenset()
    woken: frozenset[tuple[str, str, str]] = frozenset()
    lost: tuple[Suspicion, ...] = ()
    early: tuple[Suspicion, ...] = ()


RuleOfMany = Callable[[Look, Sequence[Look]], tuple[RuleFinding, ...]]
"""What a run shows beside all the others (it may be among them)."""


def look_of(run: Evidence, lost: tuple[Suspicion, ...] = (), early: tuple[Suspicion, ...] = ()) -> Look:
    """What is kept of a run; of the exercise's own peers nothing that a rule could accuse them of."""
    handled = [event for event in run.events if event.kind == "signal" and event.text("action") == "handler"]
    end = run.end
    return Look(
        end.schedule, (end.outcome, end.status, end.signal), run.last.n, _lines(run),
        {process.name: process.parent.name for process in run.processes if process.parent is not None},
        tuple(sleep for sleep in sleeps_of(run) if sleep.process not in run.peers), timed_processes(run),
        frozenset((event.process, event.text("signal")) for event in handled),
        frozenset(_woken(run)),
        *(tuple(each for each in found if each.process not in run.peers) for found in (lost, early)),
    )  # fmt: skip


def _woken(run: Evidence) -> Iterator[tuple[str, str, str]]:
    """The waits that a signal's handler ended: the call failed with EINTR, and the task's next event is that signal."""
    before: dict[str, Event] = {}
    for event in run.events:
        waited = before.get(event.task)
        handled = event.kind == "signal" and event.text("action") == "handler"
        if handled and waited is not None and waited.kind == "call" and waited.error == "EINTR":
            yield event.process, waited.call, event.text("signal")
        before[event.task] = event


def _lines(run: Evidence) -> tuple[Line, ...]:
    """Standard output, line by line."""
    pids = {str(process.born.args.get("pid")) for process in run.processes}
    found: list[Line] = []
    begun = b""
    written = run.calls(*WRITES, on="stdout", ok=True)
    for event in written:
        *whole, begun = (begun + (event.data or b"")).split(b"\n")
        found += [Line(event.process, _text(line, pids)) for line in whole]
    if begun:
        found.append(Line(written[-1].process, _text(begun, pids)))
    return tuple(found[:MOST])


def _text(line: bytes, pids: set[str]) -> str:
    def spared(number: re.Match[str]) -> str:
        return "#" if "." in number[0] or number[0] in pids else number[0]

    return _NUMBER.sub(spared, line.decode("utf-8", "replace"))
