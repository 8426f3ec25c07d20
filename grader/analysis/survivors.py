"""In: a run; out: the descriptors that came through an execve though nobody asked for that and the new program has no use for them.

Asked for is what dup2 (or F_DUPFD) put under its number, what had its close-on-exec flag taken away, what the new program
is told by its arguments (`3`, `/dev/fd/63`), what posix_spawn opened, and a shell's redirections. Wanted is what the new
program, or one that it starts, does anything with, closing it included. A lock, a pipe that never carried a byte (its
being open is the message) and a pool of tokens are passed on for their own sake.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from grader.analysis.runtime import Programs
from grader.analysis.uses import Use, numbers_of
from grader.evidence import Entry, Evidence, Hold
from grader.evidence.calls import EXECS, READS, STANDARD, WRITES
from grader.model import Event

__all__ = ["survivors"]

PLACES = frozenset({"dup2", "dup3", "fcntl"})
"""Calls that make a descriptor under a number that the program chooses."""
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
"""A number by itself in an argument."""
PROGRAMS = ("memfd ", "other ")
"""Objects that may be the very program that is executed."""
EXECUTED = re.compile(r"/(?:proc/self|dev)/fd/(\d+)")


def survivors(run: Evidence, spoken_of: Iterable[Hold], uses: frozenset[Use]) -> Iterator[tuple[Event, list[Entry]]]:
    """Each successful execve with the entries that survived it unasked; ends in `spoken_of` are left out."""
    execs = run.calls(*EXECS, ok=True)
    if not execs:
        return
    passing = _Passing(run, frozenset((hold.process, hold.object) for hold in spoken_of), uses)
    for event in execs:
        entries = [entry for entry in passing.open_at(event) if passing.is_unasked(entry, event)]
        if entries:
            yield event, entries


class _Passing:
    """The descriptors of a run as they pass from process to process and from program to program."""

    def __init__(self, run: Evidence, known: frozenset[tuple[str, str]], uses: frozenset[Use]) -> None:
        self._run = run
        self._known = known
        self._programs = Programs(run)
        self._both = {obj for process, obj, mode in uses if mode == "read" and (process, obj, "write") in uses}

    @cached_property
    def _of(self) -> Mapping[str, list[Entry]]:
        """The entries of each process."""
        grouped: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._run.entries:
            grouped[entry.process].append(entry)
        return grouped

    def open_at(self, event: Event) -> list[Entry]:
        """The entries above 2 that the process still had after its execve."""
        return [
            entry
            for entry in self._of[event.process]
            if entry.fd > 2 and entry.covers(event.n) and entry.since != event
        ]

    def is_unasked(self, entry: Entry, event: Event) -> bool:
        """Whether the entry came along by oversight, and stays open unused until the process ends."""
        if not entry.kept or self._is_passed_for_its_own_sake(entry):
            return False
        return not (
            (entry.process, entry.object) in self._known
            or self._is_placed(entry)
            or _is_told(entry, event)
            or self._is_wanted(entry, event.n)
        )

    def _is_passed_for_its_own_sake(self, entry: Entry) -> bool:
        name = entry.object
        if name in STANDARD or name in self._both or name.startswith(PROGRAMS) or name in self._locked:
            return True
        return name.startswith(("pipe ", "fifo ")) and name not in self._talk

    def _is_placed(self, entry: Entry) -> bool:
        """Whether somebody chose this number, or asked for it to stay open; posix_spawn does what the program asked."""
        made = self._run.event(entry.made)
        born = self._run.process(entry.process).born
        by_spawn = "memory" in born.texts("shares") or born.call == "vfork"
        if made.call in PLACES or (not entry.inherited and by_spawn) or self._programs.is_shell(made.process, made.n):
            return True
        return any(n > entry.made for n in self._kept_open.get((made.process, entry.fd), [])) or any(
            n > entry.made for n in self._kept_open.get((entry.process, entry.fd), [])
        )

    def _is_wanted(self, entry: Entry, n: int) -> bool:
        """Whether the process does anything with the number after event `n`, or one of its descendants does."""
        names = [entry.process]
        for name in names:
            touched = self._touched.get((name, entry.fd), [])
            if bisect_right(touched, n) < len(touched):
                return True
            names += [child for child, born in self._children.get(name, []) if born > n]
        return False

    @cached_property
    def _touched(self) -> Mapping[tuple[str, int], list[int]]:
        """The events in which a process named a number in any way."""
        touched: dict[tuple[str, int], list[int]] = defaultdict(list)
        for event in self._run.events:
            if event.kind not in {"call", "block"} or event.call in EXECS:
                continue
            named = {*numbers_of(event), event.number("fd"), event.number("to")}
            named |= {int(number) for number in EXECUTED.findall(event.text("path"))}
            if event.call == "close_range":
                continue
            for fd in named:
                touched[event.process, fd].append(event.n)
        return touched

    @cached_property
    def _children(self) -> Mapping[str, list[tuple[str, int]]]:
        """The processes that each made, with the event of their birth."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for process in self._run.processes:
            found[process.last.creator].append((process.name, process.born.n))
        return found

    @cached_property
    def _kept_open(self) -> Mapping[tuple[str, int], list[int]]:
        """The events that took away a close-on-exec flag."""
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for event in self._run.calls("fcntl", "ioctl", ok=True):
            off = event.text("command") == "F_SETFD" and "FD_CLOEXEC" not in event.texts("flags")
            if off or event.text("request") == "FIONCLEX":
                found[event.process, event.number("fd")].append(event.n)
        return found

    @cached_property
    def _locked(self) -> frozenset[str]:
        """The objects that somebody locked: whoever has the descriptor has the lock."""
        locks = (
            e for e in self._run.calls("flock", "fcntl", ok=True) if e.call == "flock" or "LK" in e.text("command")
        )
        return frozenset(event.text("object") for event in locks)

    @cached_property
    def _talk(self) -> frozenset[str]:
        """The objects through which bytes went."""
        moved = (event for event in self._run.calls(*READS, *WRITES, ok=True) if event.result)
        return frozenset(event.text("object") for event in moved)


def _is_told(entry: Entry, event: Event) -> bool:
    """Whether the new program's arguments name the number, or it is the program itself."""
    if event.call == "execveat" or str(entry.fd) in EXECUTED.findall(event.text("path")):
        return True
    return any(str(entry.fd) in NUMBER.findall(word) for word in event.texts("argv")[1:])
