"""In: nothing; out: `Fact`, the one form in which a tracer's event and a line of strace's are compared, and on which `Terms`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.support.strace import FORKS

__all__ = ["NAMED", "NEVER", "Fact", "Facts", "Terms", "agreed", "outcome_of"]

NEVER = "never returned"
# Addresses and the kernel's numbers of System V objects: they differ between runs, and events hold names instead.
NAMED = frozenset({"mmap", "shmat", "shmget", "semget", "msgget"})
COMPARED = 512  # bytes of a payload that an event of a plain file keeps, too


@dataclass(frozen=True, slots=True)
class Terms:
    """What of one program depends on the schedule or on chance, and is therefore not compared.

    `without` are calls that are left out; `poured`: reads of one descriptor, one after the
    other, count as one; `payloads`: whether the bytes are compared; `numbered`: lines begin with process ids; `children`:
    whether the place of each SIGCHLD is compared.
    """

    without: frozenset[str] = frozenset()
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
"""The facts of each task, under its name of descent."""


def outcome_of(name: str, result: int) -> str:
    """A number, unless it differs between two runs: a process id, an address, a kernel's number."""
    if name in FORKS:
        return "a task"
    if name in NAMED:
        return "made"
    return str(min(result, 1)) if name == "wait4" else str(result)


_UNTOLD = frozenset({"SA_RESTORER", "O_LARGEFILE", "O_NOCTTY", "O_SYNC", "__WALL", "__WCLONE"})
_RANDOM = re.compile(r"(?:(?<=sem\.)|(?<=mp-)|(?<=tmp))[A-Za-z0-9_]{6,8}$")


def agreed(facts: Facts, terms: Terms, numbers: Mapping[int, str]) -> Facts:
    """Leave out what the terms say, and give one name to what chance has named."""
    found: Facts = {}
    for task, kept in facts.items():
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
    """A process id at the beginning of a line that is written: it differs because strace has one in the box as well."""
    if fact.data is None or fact.what != "write":
        return fact

    def name(found: re.Match[bytes]) -> bytes:
        return numbers.get(int(found[0]), found[0].decode()).encode()

    return replace(fact, data=re.sub(rb"(?m)^\d+(?=:)", name, fact.data))


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
