"""In: what strace told of one run; out: the facts of each task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tests.support.facts import NEVER, Fact, Facts, Terms, agreed, outcome_of
from tests.support.strace import Entry, Told, text_of
from tests.support.strace_args import READERS, traced
from tests.support.strace_words import signal_name

__all__ = ["facts_of_strace"]


def facts_of_strace(told: Told, terms: Terms) -> Facts:
    """Each task's facts. The first execve is left out: the tracer begins behind it, with `start`."""
    found: Facts = {}
    for task, entries in told.tasks.items():
        facts = [_reaped(_told(entry, told.names), told) for entry in entries if _counts(entry, terms)]
        found[task] = facts[1:] if task == "0" else facts
    return agreed(found, terms, told.names)


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
    return outcome_of(entry.name, int(result, 0))


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
