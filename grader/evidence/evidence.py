"""In: header, events and end of a run; out: `Evidence`, to be asked about the run in the words of the lecture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from grader.evidence.calls import OPENS, READS, STANDARD, WRITES, read_from, written_to
from grader.evidence.ends import Hold, holds_of
from grader.evidence.entries import Entry, entries_of
from grader.evidence.replay import Replay
from grader.evidence.views import PipeView, ProcessView
from grader.evidence.words import waits
from grader.kernel import Process, State, everyone
from grader.model import End, Event, Header, Source

__all__ = ["Evidence"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The record of one finished run. Two of them tell the same story when `end.digest` is the same.

    `path` names the file it came from (empty for events made up in a test). Whatever is derived is computed when it
    is first asked for.
    """

    header: Header
    events: tuple[Event, ...]
    end: End
    path: str = ""

    def __repr__(self) -> str:
        """One short line: `<Evidence ./a.out: exited 0, 57 events>`."""
        hows = {"exited": str(self.end.status), "signalled": self.end.signal, "limit": self.end.limit}
        how = f"{self.outcome} {hows.get(self.outcome, '')}".strip()
        lost = "" if self.complete else ", incomplete"
        return f"<Evidence {' '.join(self.header.program)}: {how}, {len(self.events)} events{lost}>"

    # How the run ended

    @property
    def outcome(self) -> str:
        """`exited`, `signalled`, `deadlock`, `blocked` or `limit`: how the root ended."""
        return self.end.outcome

    @property
    def exit_status(self) -> int | None:
        """The root's exit status 0-255; None if it did not exit."""
        return self.end.status

    @property
    def complete(self) -> bool:
        """Whether nothing was lost on the way; if False, nothing may be concluded from what is absent."""
        return self.end.complete

    @property
    def stdout(self) -> bytes:
        """What came out of the run's standard output."""
        return self.end.stdout

    @property
    def stderr(self) -> bytes:
        """What came out of the run's standard error."""
        return self.end.stderr

    @property
    def deadlock(self) -> tuple[str, ...]:
        """The proof of a deadlock in words, one line a task; empty when there was none."""
        proof = next((event for event in self.events if event.kind == "deadlock"), None)
        return waits(proof) if proof else ()

    @property
    def blocked(self) -> tuple[Event, ...]:
        """The last `block` event of every task that slept in a call and never went on, in order."""
        sleeping = (task.blocked for task in self.final.tasks.values() if task.blocked)
        return tuple(sorted(sleeping, key=lambda event: event.n))

    @property
    def struck(self) -> tuple[Event, ...]:
        """The calls that a fault of the plan was done to, and the signals that it sent, in order."""
        return tuple(event for event in self.events if event.args.get("fault") is True and event.kind != "block")

    @property
    def missed(self) -> tuple[Event, ...]:
        """One event for each fault of the plan that never came; its `why` says why not."""
        return tuple(event for event in self.events if event.kind == "missed")

    # Processes and pipes

    @property
    def root(self) -> ProcessView:
        """The program itself, P0."""
        return self.process("P0")

    @cached_property
    def programs(self) -> Mapping[str, ProcessView]:
        """The programs that the plan started: the first one as `P0`, the further ones by their names."""
        starts = (event for event in self.events if event.kind == "start")
        return {event.text("root") or event.process: self.process(event.process) for event in starts}

    def of(self, program: str) -> tuple[ProcessView, ...]:
        """The processes of one program that the plan started, its root first. Raises LookupError with the names there are."""
        if program not in self.programs:
            message = f"no program {program!r} in this run: there are {', '.join(self.programs)}"
            raise LookupError(message)
        first = self.programs[program].name
        return tuple(process for process in self.processes if self._root_of(process.name) == first)

    def printed(self, program: str, to: str = "stdout") -> bytes:
        """What the processes of one program wrote to `stdout` (or `stderr`), which all programs of a run share.

        Of one call no more than 64 KiB are on record. Raises LookupError with the names there are.
        """
        family = {process.name for process in self.of(program)}
        return b"".join(event.data or b"" for event in self.pipe(to).writes if event.process in family)

    @cached_property
    def peers(self) -> frozenset[str]:
        """The names of all processes that are the exercise's own and not the submission's."""
        return frozenset(name for name, process in self._everyone.items() if process.peer)

    @cached_property
    def processes(self) -> tuple[ProcessView, ...]:
        """All processes, the root first, in the order of their birth."""
        return tuple(self.process(name) for name in sorted(self._everyone, key=lambda name: self._everyone[name].born))

    def process(self, name: str) -> ProcessView:
        """The process `P0`, `P1`, …. Raises LookupError with the names there are."""
        if name in self._everyone:
            return ProcessView(self, name, self._everyone[name])
        message = f"no process {name!r} in this run: there are {', '.join(self._everyone)}"
        raise LookupError(message)

    @cached_property
    def pipes(self) -> tuple[PipeView, ...]:
        """The pipes that the program made, in order."""
        return tuple(PipeView(self, event.text("object")) for event in self.calls("pipe", "pipe2", ok=True))

    def pipe(self, name: str) -> PipeView:
        """The pipe or FIFO `pipe A`, `fifo A`, `stdin`, …. Raises LookupError if the run never had it."""
        if name in self._pipe_names:
            return PipeView(self, name)
        message = f"no pipe {name!r} in this run: there are {', '.join(self._pipe_names)}"
        raise LookupError(message)

    # Events

    def events_of(self, process: str) -> tuple[Event, ...]:
        """Everything that the tasks of a process did or suffered."""
        return self._events_of.get(process, ())

    def event(self, n: int) -> Event:
        """Event number `n` (from 1). Raises IndexError when there is none."""
        if not 1 <= n <= len(self.events):
            message = f"there is no event {n}: the run has events 1 to {len(self.events)}"
            raise IndexError(message)
        return self.events[n - 1]

    @property
    def last(self) -> Event:
        """The last event: what to cite for something that never happened."""
        return self.events[-1]

    def calls(self, *names: str, by: str = "", on: str = "", ok: bool | None = None) -> tuple[Event, ...]:
        """The calls that returned, of these names (all if none are given), in order.

        `by` is a process (`P1`: all its threads) or a thread (`P1.2`), `on` an object (`pipe A`), `ok` says whether
        they succeeded.
        """
        wanted = frozenset(names)
        found = self._calls_on.get(on, ()) if on else self._named(wanted)
        return tuple(
            event
            for event in found
            if (not wanted or event.call in wanted)
            and (not by or by in (event.task, event.process))
            and (ok is None or ok is not event.failed)
        )

    def first(self, *names: str, by: str = "", on: str = "", ok: bool | None = None) -> Event | None:
        """The first of `calls(…)`, or None."""
        return next(iter(self.calls(*names, by=by, on=on, ok=ok)), None)

    def reads(self, by: str = "", on: str = "", ok: bool | None = None) -> tuple[Event, ...]:
        """The calls that take bytes: read, readv, recvfrom and their kin."""
        return self.calls(*READS, by=by, on=on, ok=ok)

    def writes(self, by: str = "", on: str = "", ok: bool | None = None) -> tuple[Event, ...]:
        """The calls that put bytes: write, writev, sendto and their kin."""
        return self.calls(*WRITES, by=by, on=on, ok=ok)

    def transfers(self, on: str, mode: str = "") -> tuple[Event, ...]:
        """What was done to the bytes of an object: calls that succeeded, and calls in which a task slept, in order.

        `mode` is `read`, `write` or empty for both. A call that slept and then succeeded counts twice.
        """
        return tuple(event for event, modes in self._transfers_of.get(on, ()) if not mode or mode in modes)

    def closes(self, by: str = "", on: str = "", ok: bool | None = None) -> tuple[Event, ...]:
        """The close calls. Ends are also given up by dup2, close_range and execve: ask `process.closed`."""
        return self.calls("close", by=by, on=on, ok=ok)

    def opened(self, process: str, object: str, mode: str) -> Event | None:  # noqa: A002 - the event's own word
        """The event that first gave `process` the end `mode` (`read` or `write`) of `object`, or None."""
        return self.process(process).opened(object, mode)

    def sources(self, numbers: Iterable[int]) -> tuple[Source, ...]:
        """The innermost source line of each of these events that has one, with the event's number."""
        cited = (self.events[n - 1] for n in dict.fromkeys(numbers))
        return tuple(replace(event.source[0], event=event.n) for event in cited if event.source)

    def precedes(self, first: Event, second: Event) -> bool:
        """Whether `first` stands before `second` in this run's order (another schedule may order them otherwise)."""
        return first.n < second.n

    # The kernel's view

    def state(self, at: int | None = None) -> State:
        """The kernel's state after event `at` (None: after the last; 0: before the first)."""
        return self.final if at is None else self._replay.at(at)

    @cached_property
    def final(self) -> State:
        """The kernel's state at the end of the run."""
        return self._replay.at(len(self.events))

    @cached_property
    def holds(self) -> tuple[Hold, ...]:
        """Who held which end of which object from when to when, in the order in which it began."""
        return holds_of(self.events)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Which process had which descriptor open from when to when, number by number, in the order in which it began."""
        return entries_of(self.events)

    @cached_property
    def _everyone(self) -> Mapping[str, Process]:
        """Every process that ever was, as it was at the end."""
        return everyone(self.final)

    def _root_of(self, name: str) -> str:
        while (creator := self._everyone[name].creator) in self._everyone:
            name = creator
        return name

    @cached_property
    def _replay(self) -> Replay:
        return Replay(self.events)

    @cached_property
    def _all_calls(self) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.kind == "call")

    @cached_property
    def _pipe_names(self) -> Mapping[str, None]:
        """The pipes of the run, then those that were made or opened, in the order of their first event."""
        made = (event.text("object") for event in self.calls("pipe", "pipe2", *OPENS, ok=True))
        return dict.fromkeys((*STANDARD, *(name for name in made if name.startswith(("pipe ", "fifo ")))))

    def _named(self, names: frozenset[str]) -> Iterable[Event]:
        """The calls of these names (all if there are none), in order."""
        if not names:
            return self._all_calls
        return sorted((event for name in names for event in self._calls_of.get(name, ())), key=lambda event: event.n)

    @cached_property
    def _calls_of(self) -> Mapping[str, tuple[Event, ...]]:
        """The calls by their name."""
        return _grouped(self._all_calls, lambda event: event.call)

    @cached_property
    def _calls_on(self) -> Mapping[str, tuple[Event, ...]]:
        """The calls by their object: checks ask for one pipe again and again."""
        return _grouped(self._all_calls, lambda event: event.text("object"))

    @cached_property
    def _transfers_of(self) -> Mapping[str, list[tuple[Event, tuple[str, ...]]]]:
        """What moved bytes, or slept in trying to, by the object, each with its modes: checks ask for it again and again."""
        found: dict[str, list[tuple[Event, tuple[str, ...]]]] = {}
        for event in self.events:
            if event.kind != "block" and (event.kind != "call" or event.failed):
                continue
            taken, given = read_from(event), written_to(event)
            for name in dict.fromkeys(filter(None, (taken, given))):
                modes = (*(("read",) if name == taken else ()), *(("write",) if name == given else ()))
                found.setdefault(name, []).append((event, modes))
        return found

    @cached_property
    def _events_of(self) -> Mapping[str, tuple[Event, ...]]:
        """The events by their process."""
        return _grouped(self.events, lambda event: event.process)


def _grouped(events: Iterable[Event], key: Callable[[Event], str]) -> Mapping[str, tuple[Event, ...]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        grouped.setdefault(key(event), []).append(event)
    return MappingProxyType({name: tuple(same) for name, same in grouped.items()})
