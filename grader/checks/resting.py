"""In: what the outside is to do to a program at rest; out: the stimuli of a plan, and the moments into which they cut its run.

A moment begins when the outside does something and ends when nothing in the program moves any more. What has happened by its
end is the same whoever ran first, if the program is right: a check may ask for it in every schedule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.checks.facts import fate
from grader.checks.lines import Line, printed_lines
from grader.frozen import dataclass
from grader.model import Event, Stimulus, When
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["Moment", "acts", "at_once", "doing", "moments", "sends"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of a run: its events `first` to `last`, what the outside did at its beginning, the lines completed in it.

    The first moment begins with the program, and `came` is empty. Before the end of each but the last the program was at rest.
    """

    first: int
    last: int
    came: tuple[Event, ...]
    lines: tuple[Line, ...]

    def __contains__(self, event: Event | None) -> bool:
        """Whether the event belongs to it; None belongs to no moment."""
        return event is not None and self.first <= event.n <= self.last

    @property
    def input(self) -> str:
        """What was written to standard input at its beginning."""
        return b"".join(event.data or b"" for event in self.came).decode("utf-8", "backslashreplace")

    @property
    def began(self) -> str:
        """What it began with, in words that say when: `after SIGKILL to P1`."""
        return (
            gettext("after {list}", list=gettext(" and ").join(map(_in_words, self.came)))
            if self.came
            else gettext("at the beginning")
        )


def acts(*each: str | tuple[Stimulus, ...]) -> tuple[Stimulus, ...]:
    """The stimuli of a plan that acts whenever the program is at rest.

    An act is a text for standard input, the empty text for its end, or what `sends` and `at_once` make.
    """
    return tuple(stimulus for act in each for stimulus in _stimuli(act))


def sends(**signals: str) -> tuple[Stimulus, ...]:
    """An act: these signals, all in one instant: `sends(P1="SIGKILL", P2="SIGTERM")`."""
    return at_once(
        tuple(Stimulus(When("quiet"), "signal", signal=name, process=process) for process, name in signals.items())
    )


def at_once(*each: str | tuple[Stimulus, ...]) -> tuple[Stimulus, ...]:
    """An act of several, all in one instant, in this order."""
    first, *others = acts(*each)
    return (first, *(replace(other, when=When("started")) for other in others))


def moments(run: Evidence) -> tuple[Moment, ...]:
    """The moments of a run whose plan was made by `acts`, in order; fewer than acts where the program did not come to rest."""
    groups: list[list[Event]] = [[]]
    came = [event for event in run.events if event.kind == "stimulus"]
    for planned, event in zip(run.header.plan.stimuli, came, strict=False):
        if planned.when.state == "quiet":
            groups.append([])
        groups[-1].append(event)
    starts = [1, *(group[0].n for group in groups[1:])]
    ends = [*(start - 1 for start in starts[1:]), run.last.n]
    lines = [line for line in printed_lines(run) if line.writes]
    return tuple(
        Moment(start, end, tuple(group), tuple(line for line in lines if start <= line.writes[-1].n <= end))
        for group, start, end in zip(groups, starts, ends, strict=True)
    )


def doing(run: Evidence, process: str = "P0", at: int | None = None) -> str:
    """What a process does after event `at` (None: in the end): `sleeps in read, since event 9`, or how it ended."""
    task = run.state(at).tasks.get(process)
    asleep, end = task.blocked if task else None, run.process(process).exit
    if end is not None and (at is None or end.n <= at):
        return fate(run, run.process(process))
    return (
        gettext("sleeps in {call}, since event {asleep}", call=asleep.call, asleep=asleep.n)
        if asleep
        else gettext("goes on")
    )


def _stimuli(act: str | tuple[Stimulus, ...]) -> tuple[Stimulus, ...]:
    if isinstance(act, tuple):
        return act
    return (Stimulus(When("quiet"), "write", data=act.encode()) if act else Stimulus(When("quiet"), "close"),)


def _in_words(event: Event) -> str:
    action = event.text("action")
    if action == "signal":
        return gettext("{signal} to {target}", signal=event.text("signal"), target=event.text("target"))
    return (
        gettext("the end of the input")
        if action == "close"
        else gettext("the input {decode}", decode=f"{(event.data or b'').decode('utf-8', 'backslashreplace')!r}")
    )
