"""In: what `strace -f -xx -v` has written; out: each task's calls, signals and end, under names of descent instead of numbers.

Sources: strace(1), and the kernel's arch/x86/kernel/signal.c for what becomes of a call that a signal has interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

__all__ = ["FORKS", "OPTIONS", "Entry", "Told", "parse", "split", "text_of"]

OPTIONS = ("-f", "-xx", "-v", "-s", "65536")
FORKS = frozenset({"fork", "vfork", "clone", "clone3"})
ROOT = "0"

_CALL = re.compile(r"(\w+)\((.*)\)\s+= (\S+)(?: (.*))?", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_SIGNAL = re.compile(r"--- (SIG\w+) (\{.*\}) ---")
_STOPPED = re.compile(r"--- stopped by (SIG\w+) ---")
_ENDED = re.compile(r"\+\+\+ (?:exited with (\d+)|killed by (SIG\w+)(?: \(core dumped\))?) \+\+\+")
_SUPERSEDED = re.compile(r"\+\+\+ superseded by execve in pid (\d+) \+\+\+")
_CUT = " <unfinished ...>"
_RESUMES = re.compile(r"<\.\.\. resuming interrupted (\w+) \.\.\.>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line's worth: `kind` is call, signal, stopped or exit; `name` the call or signal; `result` and `note` as printed.

    `line` counts the lines of the output from 1: where the entry was completed.
    """

    kind: str
    name: str
    args: tuple[str, ...] = ()
    result: str = ""
    note: str = ""
    line: int = 0

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended the call before it had done anything: the kernel restarts it, or the program sees EINTR."""
        return self.result == "?" and self.note.startswith("ERESTART")


@dataclass(frozen=True, slots=True)
class Told:
    """What strace tells: the entries of each task, and the name of each process and thread id.

    A name tells the descent: the root is `0`, the second task that it makes, a thread or a process, `0.2`.
    """

    tasks: dict[str, list[Entry]]
    names: dict[int, str]


@dataclass(slots=True)
class _Reader:
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    begun: dict[int, str] = field(default_factory=dict)
    births: dict[int, int] = field(default_factory=dict)

    def read(self, number: int, pid: int, text: str) -> None:
        """One line of one task. Raises ValueError for a line that is of no known form."""
        own = self.entries.setdefault(pid, [])
        if found := _SIGNAL.fullmatch(text):
            own.append(Entry("signal", found[1], (found[2],), line=number))
        elif found := _STOPPED.fullmatch(text):
            own.append(Entry("stopped", found[1], line=number))
        elif found := _ENDED.fullmatch(text):
            self._abandon(pid, number)
            own.append(Entry("exit", found[2] or found[1], line=number))
        elif found := _SUPERSEDED.fullmatch(text):
            # The thread goes on under its leader's number, in the middle of its execve.
            self._abandon(pid, number)
            self.begun[pid] = self.begun.pop(int(found[1]))
        else:
            self._call(number, pid, text)

    def _call(self, number: int, pid: int, text: str) -> None:
        if found := _RESUMED.fullmatch(text):
            text = self.begun.pop(pid) + found[2]
        if text.endswith(_CUT):
            self.begun[pid] = text.removesuffix(_CUT)
            return
        found = _CALL.fullmatch(text.replace(_CUT, ""))
        if found is None:
            raise ValueError(f"strace, line {number}: {text!r}")
        entry = Entry("call", found[1], tuple(split(found[2])), found[3], found[4] or "", number)
        self.entries[pid].append(entry)

    def _abandon(self, pid: int, number: int) -> None:
        """A task has ended in a call that never returned."""
        if text := self.begun.pop(pid, ""):
            name, _, args = text.partition("(")
            self.entries[pid].append(Entry("call", name, tuple(split(args)), "?", line=number))


def parse(output: str) -> Told:
    """Read it all. Raises ValueError when there is no line, or one of no known form."""
    reader = _Reader()
    root = 0
    for number, line in enumerate(output.splitlines(), start=1):
        pid, _, text = line.partition(" ")
        root = root or int(pid)
        reader.read(number, int(pid), text.strip())
    if not root:
        raise ValueError("strace has written nothing")
    names = dict(_descent(reader.entries, root, ROOT))
    nameless = sorted(reader.entries.keys() - names.keys())
    if nameless:
        raise ValueError(f"strace shows no birth of task {nameless[0]}")
    return Told({names[pid]: list(_settled(entries)) for pid, entries in reader.entries.items()}, names)


def _descent(entries: dict[int, list[Entry]], pid: int, name: str) -> Iterator[tuple[int, str]]:
    """The names of a task and of all that descend from it, by the order in which each has made its own."""
    yield pid, name
    made = [int(entry.result) for entry in entries.get(pid, []) if entry.name in FORKS and entry.result.isdigit()]
    for place, child in enumerate(made, start=1):
        yield from _descent(entries, child, f"{name}.{place}")


def _settled(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The calls as the program sees them: an interrupted one has failed with EINTR, or is not there, for it was restarted.

    strace prints before it knows. What rt_sigreturn puts back into the register tells: EINTR, or the number of the call.
    """
    resumed: Entry | None = None
    for place, entry in enumerate(entries):
        if entry.name == "restart_syscall" and resumed is not None:
            entry = replace(resumed, result=entry.result, note=entry.note, line=entry.line)  # noqa: PLW2901
        if not entry.interrupted:
            yield entry
            continue
        resumed = entry
        back = next((each for each in entries[place + 1 :] if _tells(each, entry)), None)
        if back is not None and back.name == "rt_sigreturn" and back.note.startswith("EINTR"):
            yield replace(entry, result="-1", note="EINTR")


def _tells(later: Entry, interrupted: Entry) -> bool:
    """Whether this entry shows how the call went on: it is made again, or a handler returns to where it was made."""
    again = later.name == interrupted.name and later.args[:1] == interrupted.args[:1]
    return again or later.name in ("restart_syscall", "rt_sigreturn")


def split(text: str) -> list[str]:
    """The parts of `text` between commas that stand in no brackets. With -xx no string holds a bracket or a comma."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    rest = text[start:].strip()
    return [*parts, rest] if rest or parts else []


def text_of(argument: str) -> bytes:
    r"""The bytes of all strings in an argument, one after the other: `"\x61\x62"` is b"ab"."""
    return b"".join(
        bytes.fromhex(found.replace("\\x", "")) for found in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', argument)
    )
