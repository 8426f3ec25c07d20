"""In: the events of one run, and what strace told of another; out: where they differ, task by task, in words.

Both are brought into one form, `Fact`. What is left out or renamed on the way is named at its place, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from grader.model import Event
from tests.support.strace import FORKS, Entry, Told, text_of
from tests.support.strace_args import CLOCKS, READERS, signal_name, traced

__all__ = ["Fact", "Terms", "compared", "differences", "facts_of_events", "facts_of_strace"]

NEVER = "never returned"
# Addresses and the kernel's numbers of System V objects: they differ between runs, and events hold names instead.
NAMED = frozenset({"mmap", "shmat", "shmget", "semget", "msgget"})
SHOWN = 4  # facts of one difference
COMPARED = 512  # bytes of a payload that an event of a plain file keeps, too


@dataclass(frozen=True, slots=True)
class Terms:
    """What of one program depends on the schedule or on chance, and is therefore not compared.

    `without` are calls, `tasks` are tasks by descent that are left out; `poured`: reads of one descriptor, one after the
    other, count as one; `payloads`: whether the bytes are compared; `numbered`: they hold process ids; `children`:
    whether the place of each SIGCHLD is compared; `times`: whether durations are.
    """

    without: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    poured: bool = False
    payloads: bool = True
    numbered: bool = False
    children: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One call, signal or end of a task, in the form that is compared. `place` says where it was found."""

    what: str
    args: Mapping[str, object] = field(default_factory=dict)
    outcome: str = ""
    data: bytes | None = None
    cut: bool = False
    place: str = ""

    @property
    def key(self) -> str:
        """All that is compared of it, but for the end of a long payload."""
        start = None if self.data is None else self.data[:COMPARED]
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in sorted(self.args.items()))
        return f"{self.what}({shown}) = {self.outcome}" + ("" if start is None else f" {start!r}")


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return "|".join(sorted(map(str, value))) or "0"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_shown(each)}' for name, each in sorted(value.items()))}}}"
    return str(value)


Facts = dict[str, list[Fact]]


def compared(events: Sequence[Event], told: Told, terms: Terms) -> list[str]:
    """Where the two differ, in words; each says the task and the places."""
    theirs = facts_of_strace(told, terms)
    return differences(_promised(facts_of_events(events, terms), theirs), theirs)


def _promised(ours: Facts, theirs: Facts) -> Facts:
    """Our facts with those arguments only that are ever read from strace's line of the same call."""
    known: dict[str, set[str]] = {}
    for facts in theirs.values():
        for fact in facts:
            known.setdefault(fact.what, set()).update(fact.args)

    def chosen(fact: Fact) -> Fact:
        names = known.get(fact.what, fact.args.keys())
        return replace(fact, args={name: value for name, value in fact.args.items() if name in names})

    return {task: [chosen(fact) for fact in facts] for task, facts in ours.items()}


def differences(ours: Facts, theirs: Facts) -> list[str]:
    """The same of facts."""
    found = [f"task {name}: only strace saw it" for name in theirs.keys() - ours.keys()]
    found += [f"task {name}: strace did not see it" for name in ours.keys() - theirs.keys()]
    for name in sorted(ours.keys() & theirs.keys()):
        found += _task_differences(name, ours[name], theirs[name])
    return found


def _task_differences(task: str, ours: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[str]:
    """Each place where a task's two stories part: missing, additional, or told otherwise."""
    matcher = SequenceMatcher(None, [fact.key for fact in ours], [fact.key for fact in theirs], autojunk=False)
    for how, start, end, their_start, their_end in matcher.get_opcodes():
        if how == "equal":
            pairs = zip(ours[start:end], theirs[their_start:their_end], strict=True)
            yield from (
                f"task {task}, {our.place}: other bytes than {their.place}"
                for our, their in pairs
                if our.data != their.data and not our.cut
            )
            continue
        says, other = _said(ours, start, end), _said(theirs, their_start, their_end)
        yield f"task {task}: grader says {says}\n    strace says {other}"


def _said(facts: Sequence[Fact], start: int, end: int) -> str:
    if start == end:
        return f"nothing after {facts[start - 1].place}" if start else "nothing at its beginning"
    shown = [f"{fact.place}: {fact.key}" for fact in facts[start : min(end, start + SHOWN)]]
    return "; ".join(shown) + (f"; and {end - start - SHOWN} more" if end - start > SHOWN else "")


# What strace told


def facts_of_strace(told: Told, terms: Terms) -> Facts:
    """Each task's facts. The first execve is left out: the tracer begins behind it, with `start`."""
    found: Facts = {}
    for task, entries in told.tasks.items():
        facts = [_reaped(_told(entry, told.names), told) for entry in entries if _counts(entry, terms)]
        found[task] = facts[1:] if task == "0" else facts
    return _agreed(found, terms, {number: name for number, name in told.names.items()})


def _reaped(fact: Fact, told: Told) -> Fact:
    """wait(NULL) does not show how the child has ended: its own last line does."""
    if fact.what != "wait4" or not fact.args["child"] or "status" in fact.args:
        return fact
    end = told.tasks[str(fact.args["child"])][-1].name
    status = f"exited {end}" if end.isdigit() else f"killed {signal_name(end)}"
    return replace(fact, args={**fact.args, "status": status})


def _counts(entry: Entry, terms: Terms) -> bool:
    if entry.kind == "signal":
        return terms.children or entry.name != "SIGCHLD"
    return entry.kind != "call" or traced(entry)


def _told(entry: Entry, names: Mapping[int, str]) -> Fact:
    place = f"line {entry.line}"
    if entry.kind == "signal":
        return Fact("signal", {"signal": signal_name(entry.name)} | _sender(entry, names), place=place)
    if entry.kind == "stopped":
        return Fact("stopped", {"signal": signal_name(entry.name)}, place=place)
    if entry.kind == "exit":
        code = entry.name if entry.name.isdigit() else signal_name(entry.name)
        return Fact("end", {}, code, place=place)
    outcome = _told_outcome(entry)
    args = READERS[entry.name](entry, names)
    return Fact(entry.name, args, outcome, _told_data(entry), place=place)


def _told_outcome(entry: Entry) -> str:
    result = entry.result
    if entry.name == "rt_sigreturn":
        return ""
    if entry.name == "waitid" and result == "0":
        return str(int("si_pid" in entry.args[2]))  # as wait4: whether a child was returned
    if result == "-1":
        return entry.note.split(" ")[0]
    if result == "?":
        return NEVER
    return _common_outcome(entry.name, int(result, 0))


def _common_outcome(name: str, result: int) -> str:
    """A number, unless it differs between two runs: a process id, an address, a kernel's number."""
    if name in FORKS:
        return "a task"
    if name in NAMED:
        return "made"
    return str(min(result, 1)) if name == "wait4" else str(result)


_READS = frozenset({"read", "pread64", "recvfrom", "mq_timedreceive"})
_WRITES = frozenset({"write", "pwrite64", "sendto"})
_VECTORS = frozenset({"readv", "writev", "preadv", "pwritev", "preadv2", "pwritev2", "sendmsg", "recvmsg"})


def _told_data(entry: Entry) -> bytes | None:
    """The bytes that moved. strace prints all that were to be written: cut to those that were."""
    if entry.result in ("?", "-1"):
        return None
    size = int(entry.result, 0)
    if entry.name in _READS | _WRITES:
        return text_of(entry.args[1])[:size]
    if entry.name == "mq_timedsend":
        return text_of(entry.args[1])
    if entry.name in ("msgsnd", "msgrcv"):
        return text_of(entry.args[1].partition("mtext=")[2])[: size if entry.name == "msgrcv" else None]
    if entry.name in _VECTORS:
        return b"".join(map(text_of, re.findall(r"iov_base=(\"[^\"]*\")", entry.args[1])))[:size]
    return None


def _sender(entry: Entry, names: Mapping[int, str]) -> dict[str, object]:
    """Who sent a signal, where a program did (the number 0 is one outside of the box).

    The kernel sends SIGPIPE in the name of the writer; events say that it was the kernel.
    """
    if entry.name == "SIGPIPE":
        return {}
    found = re.search(r"si_code=(?:SI_USER|SI_TKILL|SI_QUEUE|CLD_\w+), si_pid=(\d+)", entry.args[0])
    return {"origin": names.get(int(found[1]), "outside")} if found else {}


# What the tracer recorded


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
        shown[task] = [fact for fact in kept if terms.children or fact.args.get("signal") != "SIGCHLD" or fact.what != "signal"]
    return _agreed(shown, terms, recorded.numbers)


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
            limits = {name: first.args[name] for name in ("timeout", "duration") if name in first.args}
            event = replace(event, args={**event.args, **limits})
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
        return _common_outcome(event.call, event.result)

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


_RECORD = ("index", "change", "fd", "events", "revents", "flags")  # of poll, semop, epoll_wait: in the order of strace's


def _chosen(record: Mapping[str, object]) -> list[object]:
    return [record[name] for name in _RECORD if name in record]


# What both have to agree in


_UNTOLD = frozenset({"SA_RESTORER", "O_LARGEFILE", "O_NOCTTY", "O_SYNC", "__WALL", "__WCLONE"})
_RANDOM = re.compile(r"(?:(?<=sem\.)|(?<=mp-)|(?<=tmp))[A-Za-z0-9_]{6,8}$")


def _agreed(facts: Facts, terms: Terms, numbers: Mapping[int, str]) -> Facts:
    """Leave out what the terms say, and give one name to what chance has named."""
    found: Facts = {}
    for task, kept in facts.items():
        if task in terms.tasks:
            continue
        by_chance: dict[str, str] = {}
        chosen = [_named(fact, by_chance) for fact in kept if fact.what not in terms.without]
        if not terms.payloads:
            chosen = [replace(fact, data=None) for fact in chosen]
        if terms.numbered:
            chosen = [_without_numbers(fact, numbers) for fact in chosen]
        found[task] = list(_poured(chosen)) if terms.poured else chosen
    return found


def _named(fact: Fact, by_chance: dict[str, str]) -> Fact:
    """A random part of a path is named by the order in which the task first used it, so that it must stay the same."""

    def name(found: re.Match[str]) -> str:
        return by_chance.setdefault(found[0], f"random {len(by_chance) + 1}")

    args: dict[str, object] = {}
    for key, value in fact.args.items():
        if key in ("path", "to") and isinstance(value, str):
            args[key] = _RANDOM.sub(name, value)
        else:
            args[key] = value - _UNTOLD if isinstance(value, frozenset) else value
    return replace(fact, args=args)


def _without_numbers(fact: Fact, numbers: Mapping[int, str]) -> Fact:
    """Process ids within a payload, which differ because strace is a process of the box as well."""
    if fact.data is None:
        return fact

    def name(found: re.Match[bytes]) -> bytes:
        return numbers.get(int(found[0]), found[0].decode()).encode()

    return replace(fact, data=re.sub(rb"\d+", name, fact.data))


def _poured(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Reads of one descriptor, one after the other, as one: how many bytes each brings is a matter of the schedule."""
    held: Fact | None = None
    for fact in facts:
        flows = fact.what == "read" and bool(fact.data)
        if held is not None and flows and held.args["fd"] == fact.args["fd"]:
            held = replace(held, data=(held.data or b"") + (fact.data or b""), cut=held.cut or fact.cut)
            continue
        if held is not None:
            yield held
        held = replace(fact, outcome="some", place=fact.place) if flows else None
        if held is None:
            yield fact
    if held is not None:
        yield held
