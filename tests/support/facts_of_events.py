"""In: the events of one run; out: the facts of each task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from grader.model import Event
from tests.support.facts import NAMED, NEVER, Fact, Facts, Terms, agreed, outcome_of
from tests.support.strace import FORKS
from tests.support.strace_args import CLOCKS

__all__ = ["facts_of_events"]


def facts_of_events(events: Iterable[Event], terms: Terms) -> Facts:
    """Each task's facts."""
    recorded = _Recorded()
    for event in events:
        recorded.add(event)
    for task, open_call in recorded.asleep.items():
        recorded.keep(task, replace(open_call, outcome=NEVER), before_end=True)
    facts = {recorded.names[task]: kept for task, kept in recorded.facts.items()}
    shown: Facts = {}
    for task, kept in facts.items():
        shown[task] = [
            fact for fact in kept if terms.children or fact.args.get("signal") != "SIGCHLD" or fact.what != "signal"
        ]
    return agreed(shown, terms, recorded.numbers)


class _Recorded:
    """Events turned into facts, under the same names of descent."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {"P0": "0"}
        self.numbers: dict[int, str] = {}
        self.facts: dict[str, list[Fact]] = {"P0": []}
        self.asleep: dict[str, Fact] = {}
        self._made: dict[str, int] = {}
        self._restarted: dict[str, Event] = {}

    def keep(self, task: str, fact: Fact, *, before_end: bool = False) -> None:
        kept = self.facts[task]
        at = len(kept) - 1 if before_end and kept and kept[-1].what == "end" else len(kept)
        kept.insert(at, fact)

    def add(self, event: Event) -> None:
        """One event. Whatever the outside did is no part of a task."""
        if event.kind == "start" and isinstance(event.args["pid"], int):
            self.numbers[event.args["pid"]] = "0"
        if event.task not in self.facts or event.kind in ("start", "begin", "continued"):
            return
        place = f"event {event.n}"
        if event.kind == "block":
            self.asleep[event.task] = self._call(event)
        elif event.kind == "call":
            self._called(event)
        elif event.kind == "signal":
            args: dict[str, object] = {"signal": event.text("signal")}
            origin = event.text("origin")
            if origin not in ("kernel", "timer", ""):
                args["origin"] = self.names.get(origin, origin)
            self.keep(event.task, Fact("signal", args, place=place))
        elif event.kind == "stopped":
            self.keep(event.task, Fact("stopped", {"signal": event.text("signal")}, place=place))
        elif event.kind == "exit":
            self.keep(event.task, Fact("end", {}, str(event.args.get("code", event.args.get("signal"))), place=place))

    def _called(self, event: Event) -> None:
        self.asleep.pop(event.task, None)
        if event.call in CLOCKS:
            return
        if event.error == "ERESTART":
            # The program never sees it: strace's are left out likewise.
            self._restarted.setdefault(event.task, event)
            return
        first = self._restarted.pop(event.task, None)
        if first is not None and first.call == event.call:
            # What is left of its limit is a matter of time: only what the program asked for is compared.
            # And strace's restart_syscall does not show what a poll has found.
            told = ("timeout", "duration", *(("fds",) if event.call == "poll" else ()))
            event = replace(
                event, args={**event.args, **{name: first.args[name] for name in told if name in first.args}}
            )
        if event.call in FORKS and not event.error:
            self._born(event)
        # A thread that replaced the program goes on as its process.
        gone_on = event.call in ("execve", "execveat") and not event.error
        if gone_on and event.process in self.asleep:
            self.keep(event.process, replace(self.asleep.pop(event.process), outcome=NEVER))
        self.keep(event.process if gone_on else event.task, self._call(event))

    def _born(self, event: Event) -> None:
        child, parent = event.text("child"), event.task
        self._made[parent] = self._made.get(parent, 0) + 1
        self.names[child] = f"{self.names[parent]}.{self._made[parent]}"
        self.facts[child] = []
        if isinstance(event.args.get("pid"), int):
            self.numbers[event.number("pid")] = self.names[child]

    def _call(self, event: Event) -> Fact:
        args = {name: self._plain(event.call, name, value) for name, value in event.args.items()}
        outcome = event.error or self._outcome(event)
        return Fact(event.call, args, outcome, event.data, event.args.get("cut") is True, f"event {event.n}")

    def _outcome(self, event: Event) -> str:
        if event.call in FORKS:
            return "a task"
        if event.call == "rt_sigreturn":
            return ""
        if event.call in NAMED and event.kind == "call":
            return "made"
        if event.result is None:
            return NEVER
        return outcome_of(event.call, event.result)

    def _plain(self, call: str, name: str, value: object) -> object:
        """An argument in the form of `strace_args`: names of tasks by descent, flags as sets."""
        if name in ("child", "target", "pid") and isinstance(value, str):
            return self.names.get(value, value)
        if name in ("flags", "options", "events", "shares", "set", "mask") and isinstance(value, tuple):
            return frozenset(value)
        if name == "fds" and call == "recvmsg" and isinstance(value, Mapping):
            return tuple(int(fd) for fd in value)
        if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
            return tuple(tuple(self._part(part) for part in _chosen(each)) for each in value)
        return dict(value) if isinstance(value, Mapping) else value

    def _part(self, value: object) -> object:
        return frozenset(value) if isinstance(value, tuple) else value


_RECORD = (
    "index",
    "change",
    "fd",
    "events",
    "revents",
    "flags",
)  # of poll, semop, epoll_wait: in the order of strace's


def _chosen(record: Mapping[str, object]) -> list[object]:
    return [record[name] for name in _RECORD if name in record]
