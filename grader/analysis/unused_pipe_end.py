"""In: a run; out: findings for processes that hold an end of a pipe which they do not use.

Such an end keeps others from learning that a pipe has ended: a reader sees end-of-file only when every write end is closed,
a writer SIGPIPE or EPIPE only when every read end is. Where a task waits for just that, the finding is a must, else a should.
What counts as use stands in `uses.py`, what is spared in `_Pipes` and `_had_its_chance`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile

from grader.analysis.runtime import is_runtime_pipe
from grader.analysis.uses import FAR, WATCHES, Use, Waiter, handed_over, uses_of, waiters_of
from grader.analysis.words import at, enumerated, found, the_end, who
from grader.evidence import Evidence, Hold
from grader.evidence.calls import CREATES_PROCESS, EXECS, MOVES, READS, WAITS, WRITES
from grader.kernel import deadlocked
from grader.model import Event, RuleFinding

__all__ = ["surplus_ends", "unused_pipe_end"]

RULE = "unused-pipe-end"
TAKES_TIME = READS | WRITES | MOVES | WAITS | WATCHES | EXECS
"""Calls after which a process may be said to live with the ends it has."""


def unused_pipe_end(run: Evidence) -> tuple[RuleFinding, ...]:
    """First the ends that a waiting task depends on (must, one finding each), then the rest (should, one a process)."""
    if not run.complete:
        return ()
    musts, rest = _surplus(run)
    idle: dict[str, list[Hold]] = {}
    for hold in rest:
        idle.setdefault(hold.process, []).append(hold)
    first = tuple(_must(run, hold, waiter) for hold, waiter in musts)
    return (*first, *(_should(run, holds) for holds in idle.values()))


def surplus_ends(run: Evidence) -> tuple[Hold, ...]:
    """The ends that this rule speaks of, for rules that must not speak of them again."""
    musts, rest = _surplus(run)
    return (*(hold for hold, _ in musts), *rest)


def _surplus(run: Evidence) -> tuple[list[tuple[Hold, Waiter]], list[Hold]]:
    """The ends that keep a task waiting, each with that task, and those that are only idle."""
    pipes = _Pipes(run, uses_of(run))
    musts = _blocking(pipes)
    blamed = {id(hold) for hold, _ in musts}
    return musts, [hold for hold in run.holds if id(hold) not in blamed and pipes.is_idle(hold)]


@dataclass(frozen=True)
class _Pipes:
    """The pipes of a run, with who uses which end."""

    run: Evidence
    uses: frozenset[Use]

    @cached_property
    def users(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The processes that use an end, by object and mode."""
        grouped: dict[tuple[str, str], set[str]] = {}
        for process, name, mode in self.uses:
            grouped.setdefault((name, mode), set()).add(process)
        return {end: frozenset(processes) for end, processes in grouped.items()}

    @cached_property
    def handed(self) -> frozenset[str]:
        """The objects that travelled in messages."""
        return handed_over(self.run)

    def of(self, name: str, mode: str) -> frozenset[str]:
        """The processes that use this end."""
        return self.users.get((name, mode), frozenset())

    def is_surplus(self, hold: Hold) -> bool:
        """Whether the process never uses the end, and is not the one meant to: another does, or it uses the far end.

        A FIFO counts only when it was inherited: one that a process opened itself may be its dummy writer.
        """
        inherited = hold.opened.call in CREATES_PROCESS
        kind = hold.object.startswith("pipe ") or (hold.object.startswith("fifo ") and inherited)
        near, far = self.of(hold.object, hold.mode), self.of(hold.object, FAR[hold.mode])
        return kind and hold.process not in near and (bool(near) or hold.process in far)

    def is_spared(self, name: str) -> bool:
        """Whether a pipe is none of the program's own, or travelled in a message: who needs it is not known."""
        return name in self.handed or is_runtime_pipe(self.run, name)

    def is_idle(self, hold: Hold) -> bool:
        """Whether a process lived with a surplus end of a pipe that others talk through."""
        return (
            self.is_surplus(hold)
            and _kept_to_the_end(self.run, hold)
            and self._carries_talk(hold.object)
            and _had_its_chance(self.run, hold)
            and not self.is_spared(hold.object)
        )

    def _carries_talk(self, name: str) -> bool:
        """Whether bytes went through it, and nobody uses both of its ends.

        Without bytes the pipe is a gate, a life line or a self-pipe that was never needed: who holds it is its very
        message. A process that uses both ends (self-pipe, token pool) does not wait for an end of file.
        """
        pipe = self.run.pipe(name)
        moved = any((event.result or 0) > 0 for event in (*pipe.writes, *pipe.reads))
        return moved and not self.of(name, "read") & self.of(name, "write")

    def keeping(self, waiter: Waiter, locked: frozenset[str]) -> tuple[Hold, ...]:
        """The surplus ends that keep a task waiting; empty when it waits for a process that does use the end.

        A reader in a deadlock depends on every one of them: while one is open there is no end-of-file. A writer depends on
        them only when no other reader is left.
        """
        if self.is_spared(waiter.object):
            return ()
        holds = [h for h in self.run.holds if (h.object, h.mode, h.closed) == (waiter.object, waiter.needs, None)]
        surplus = tuple(hold for hold in holds if self.is_surplus(hold) and not self._may_serve(hold, waiter))
        alone = len(surplus) == len(holds)
        if alone and (waiter.proved or waiter.task in locked):
            return surplus
        return surplus if waiter.needs == "write" and waiter.task in locked else ()

    def _may_serve(self, hold: Hold, waiter: Waiter) -> bool:
        """Whether another thread of the waiting process may have been meant to use the end."""
        tasks = self.run.final.tasks.values()
        return any(task.process == hold.process and task.name != waiter.task for task in tasks) and (
            hold.process == waiter.task.partition(".")[0]
        )


def _blocking(pipes: _Pipes) -> list[tuple[Hold, Waiter]]:
    """The surplus ends that keep a task waiting, each with the first task that it keeps."""
    proof = next((event for event in pipes.run.events if event.kind == "deadlock"), None)
    waits = deadlocked(pipes.run.state(proof.n)) if proof else ()
    locked = frozenset(wait.task for wait in waits)
    blamed: dict[int, tuple[Hold, Waiter]] = {}
    for waiter in waiters_of(pipes.run):
        for hold in pipes.keeping(waiter, locked):
            blamed.setdefault(id(hold), (hold, waiter))
    return list(blamed.values())


def _kept_to_the_end(run: Evidence, hold: Hold) -> bool:
    """Whether only the end of the process closed it, or it is still held by a process that will not go on.

    A process that was killed, or that a limit stopped, may have meant to close it later.
    """
    process = run.process(hold.process)
    if hold.closed is None:
        return process.exit is None and run.outcome != "limit" and _sleeps(run, hold.process)
    return hold.closed == process.exit and not process.killed_by


def _sleeps(run: Evidence, process: str) -> bool:
    return any(event.process == process for event in run.blocked)


def _had_its_chance(run: Evidence, hold: Hold) -> bool:
    """Whether the process did anything with the end open but pass through (the middle of a double fork does not).

    A child whose exec failed is about to end: what it holds would have gone at the exec.
    """
    if run.calls(*EXECS, by=hold.process, ok=False):
        return False
    last = hold.closed.n if hold.closed else run.last.n
    events = run.events_of(hold.process)
    start = bisect_right(events, hold.opened.n, key=lambda event: event.n)
    acts = takewhile(lambda event: event.n < last, islice(events, start, None))
    return any(event.kind == "block" or event.call in TAKES_TIME for event in acts)


def _must(run: Evidence, hold: Hold, waiter: Waiter) -> RuleFinding:
    """An end that keeps a task waiting."""
    fds = enumerated([f"fd {fd}" for fd in hold.fds])
    process = waiter.task.partition(".")[0]
    itself = f"{hold.process} itself" if hold.process == process else hold.process
    does = "sleeps" if waiter.event.kind == "block" else "asks in vain"
    seen = (
        f"{who(run, process)} {does} in {waiter.event.call} on {waiter.object}, {at(waiter.event)}, and can never go on"
    )
    if waiter.needs == "write":
        effect = f"so {waiter.object} always has a writer and the reader cannot get end-of-file"
    else:
        effect = f"so {waiter.object} always has a reader, which never reads, and the writer gets no SIGPIPE or EPIPE"
    why = f"{itself} still holds {the_end(hold)} and never uses it, {effect}"
    then = f"close {fds} in {hold.process}: an end that a process does not use is closed before the process reads, writes or waits"
    return found(run, RULE, "must", hold.process, (seen, why, then), [hold.opened, waiter.event])


def _should(run: Evidence, holds: list[Hold]) -> RuleFinding:
    """Ends that one process keeps without use, and without harm in this run."""
    process = holds[0].process
    last: list[Event] = [hold.closed or run.last for hold in holds]
    many = "them" if len(holds) > 1 else "it"
    fate = f"only its exit closes {many}" if holds[0].closed else f"it sleeps with {many} still open"
    seen = f"{who(run, process)} never uses {enumerated([the_end(hold) for hold in holds])}; {fate}, {at(last[0])}"
    effects = {
        "write": "a reader gets end-of-file only when every write end is closed",
        "read": "a writer learns that nobody reads only when every read end is closed",
    }
    told = [effects[mode] for mode in sorted({hold.mode for hold in holds}, reverse=True)]
    why = f"{enumerated(told)}, so others may have to wait for {process} to end"
    fds = enumerated([f"fd {fd}" for hold in holds for fd in hold.fds])
    then = f"close {fds} in {process} as soon as it is clear that {process} does not need {many}"
    return found(run, RULE, "should", process, (seen, why, then), [*(hold.opened for hold in holds), *last])
