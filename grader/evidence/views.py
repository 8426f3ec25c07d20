"""In: a run and a name; out: `ProcessView` and `PipeView`, which answer what a lecture asks of a process or a pipe."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from grader.evidence.calls import MOVES, READS, WRITES, written_to
from grader.frozen import dataclass
from grader.kernel import Holder, Process, holders
from grader.model import Event

if TYPE_CHECKING:
    from grader.evidence.evidence import Evidence

__all__ = ["PipeView", "ProcessView"]


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One process of a run. Two views of the same process of the same run are equal.

    `last` is what the kernel knew of it in the end.
    """

    run: Evidence = field(repr=False)
    name: str
    last: Process = field(repr=False, compare=False)

    @property
    def parent(self) -> ProcessView | None:
        """The process that made it; None for the root."""
        return None if self.born.kind == "start" else self.run.process(self.last.creator)

    @property
    def children(self) -> tuple[ProcessView, ...]:
        """The processes that it made, in the order of their birth."""
        return tuple(child for child in self.run.processes if child.parent == self)

    @property
    def born(self) -> Event:
        """The call that made it (fork, vfork, clone); the start event for the root."""
        return self.run.event(self.last.born)

    @property
    def exit(self) -> Event | None:
        """The event of its end; None while it lived on at the end of the run."""
        return self.last.exit

    @property
    def exit_status(self) -> int | None:
        """Its exit status 0-255; None if it was killed or never ended."""
        ended = self.exit
        return ended.number("code") if ended and not ended.text("signal") else None

    @property
    def killed_by(self) -> str:
        """The signal that killed it (`SIGKILL`), else empty."""
        return self.exit.text("signal") if self.exit else ""

    @property
    def reaped(self) -> Event | None:
        """The wait call that collected its status; None if nobody did."""
        number = self.last.reaped
        return None if number is None else self.run.event(number)

    @property
    def argv(self) -> tuple[str, ...]:
        """The command line of the program that it ran last."""
        return self.last.argv

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that its tasks did or suffered."""
        return self.run.events_of(self.name)

    def opened(self, object: str, mode: str) -> Event | None:  # noqa: A002 - the event's own word
        """The event that first gave it the end `mode` (`read` or `write`) of `object`: pipe, open, fork, …; or None."""
        return next(
            (
                hold.opened
                for hold in self.run.holds
                if (hold.process, hold.object, hold.mode) == (self.name, object, mode)
            ),
            None,
        )

    def closed(self, object: str, mode: str) -> Event | None:  # noqa: A002 - the event's own word
        """The event by which it gave up its last descriptor of that end while it lived: close, dup2, execve.

        None if it never had the end, still has it, or lost it only by ending.
        """
        held = [hold for hold in self.run.holds if (hold.process, hold.object, hold.mode) == (self.name, object, mode)]
        last = held[-1].closed if held else None
        return None if last is None or last.kind == "exit" or last == self.exit else last


@dataclass(frozen=True, slots=True)
class PipeView:
    """One pipe or FIFO of a run, or one of the run's own `stdin`, `stdout`, `stderr`."""

    run: Evidence = field(repr=False)
    name: str

    @property
    def created(self) -> Event | None:
        """The call that made it; None for the three pipes of the run."""
        return self.run.first("pipe", "pipe2", "open", "openat", on=self.name, ok=True)

    def readers(self) -> tuple[ProcessView, ...]:
        """The processes that read from it (a call that returned, end-of-file included), in the order of their first."""
        return self._users(self.reads)

    def writers(self) -> tuple[ProcessView, ...]:
        """The processes that put bytes into it, in the order of their first."""
        return self._users(self.writes)

    @property
    def reads(self) -> tuple[Event, ...]:
        """The calls that took bytes out of it or saw its end."""
        return self.run.calls(*READS, *MOVES, on=self.name, ok=True)

    @property
    def writes(self) -> tuple[Event, ...]:
        """The calls that put bytes into it."""
        moved = (event for event in self.run.calls(*MOVES, ok=True) if written_to(event) == self.name)
        return tuple(sorted((*self.run.calls(*WRITES, on=self.name, ok=True), *moved), key=lambda event: event.n))

    @property
    def written(self) -> bytes:
        """All bytes written to it, in order (bytes moved by splice and its kin are not on record)."""
        return b"".join(event.data or b"" for event in self.writes)

    @property
    def read(self) -> bytes:
        """All bytes read from it, in order (bytes moved by splice and its kin are not on record)."""
        return b"".join(event.data or b"" for event in self.reads)

    def holders(self, mode: str, at: int | None = None) -> tuple[Holder, ...]:
        """Who holds the end `mode` (`read` or `write`) after event `at` (None: at the end of the run)."""
        return holders(self.run.state(at), self.name, mode)

    def _users(self, events: tuple[Event, ...]) -> tuple[ProcessView, ...]:
        return tuple(self.run.process(name) for name in dict.fromkeys(event.process for event in events))
