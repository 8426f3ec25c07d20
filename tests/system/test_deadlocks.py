"""A program that is stuck in a wait, of each kind, is proved to be; its near twins, in which somebody still acts, are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.analysis import rules
from grader.evidence import Evidence
from grader.model import Arg, Plan, RuleFinding
from tests.support.schedules import Workshop

PROGRAMS = Path(__file__).parents[1] / "programs" / "deadlocks"
PIPE = "a write to pipe A, or the close of its last write end (fd 4 in P0)"
WOKEN = "woken (sem_post, an unlock, a signal to the condition) by"
LOCK = "the lock on file /home/student/lock given back by P0, which took it at event"
QUEUE = "queue A (fd 3 in P0"
STUCK = {
    "pipe": ("read", "close fd 4, the write end of pipe A, in P0 before it waits"),
    "full-pipe": ("write", "read pipe A while P1 still writes"),
    "fifo-open": ("openat", "FIFO f opened for writing by P0"),
    "fifo-read": ("read", "a write to fifo A, or the close of its last write end (fd 3 in P1)"),
    "socket": ("recvfrom", "bytes are sent through socket B, the other end (fd 4 in P0), or that is closed"),
    "full-socket": ("write", "somebody takes what was sent through socket A, the other end (fd 3 in P0)"),
    "datagram": ("recvfrom", "bytes are sent through socket B, the other end (fd 4 in P0)"),
    "futex": ("futex", f"futex A {WOKEN} another task, and there is none"),
    "mutex": ("futex", f"futex A {WOKEN} P0"),
    "semaphore": ("futex", f"futex A {WOKEN} P0"),
    "named-semaphore": ("futex", f"futex A {WOKEN} P0"),
    "sysv-semaphore": ("semtimedop", "semaphore 0 of sysv-sem A raised; P0 took it last, event"),
    "child": ("wait4", "give P2 what it waits for before P0 waits for its end: a signal sent to P2"),
    "pause": ("pause", "a signal sent to P1"),
    "sigsuspend": ("rt_sigsuspend", "a signal sent to P1"),
    "sigwait": ("rt_sigtimedwait", "SIGCHLD sent to P1"),
    "flock": ("flock", LOCK),
    "record-lock": ("fcntl", LOCK),
    "ofd-lock": ("fcntl", LOCK),
    "queue": ("mq_timedreceive", f"a message in {QUEUE}"),
    "full-queue": ("mq_timedsend", f"room in {QUEUE}"),
    "sysv-queue": ("msgrcv", "a message in sysv-msg A, by P0"),
    "full-sysv-queue": ("msgsnd", "room in sysv-msg A, by P0"),
    "poll": ("poll", PIPE),
    "select": ("pselect6", PIPE),
    "epoll": ("epoll_wait", PIPE),
    "epoll-empty": ("epoll_wait", "a descriptor added to epoll A, which is empty"),
    "epoll-closed": ("epoll_wait", PIPE),
    "epoll-several": ("epoll_wait", f"{PIPE}; or a write to eventfd A (fd 4 in P1)"),
    "epoll-timerfd": ("epoll_wait", "a time set for timerfd A"),
    "eventfd": ("read", "a write to eventfd A (fd 3 in P0 and fd 3 in P1)"),
    "signalfd": ("read", "SIGCHLD sent to P1"),
    "timerfd": ("read", "a time set for timerfd A"),
}
"""Kinds of tests/programs/deadlocks/waits.c: the call in which P1 sleeps, and the step that is missing."""
OPEN = {"epoll-of-epoll": "epoll_wait", "signalfd-sigterm": "read"}
"""What the model does not see through, or what a person may end: blocked, and nobody is accused."""
HELPED = sorted((STUCK.keys() | {"epoll-of-epoll"}) - {"epoll-empty", "epoll-closed", "epoll-timerfd", "timerfd"})
TIMED = sorted(
    "socket datagram futex mutex semaphore named-semaphore sysv-semaphore sigwait queue full-queue poll select epoll "
    "epoll-empty epoll-closed epoll-of-epoll epoll-several epoll-timerfd timerfd".split()
)
PYTHON = {
    "pipe": ("read", "close fd 4, the write end of pipe A, in P0 before it waits"),
    "selectors": ("epoll_wait", PIPE),
    "socket": ("recvfrom", "bytes are sent through socket B"),
    "flock": ("flock", LOCK),
    "lockf": ("fcntl", LOCK),
    "lock": ("futex", "by another task, and there is none"),
    "queue": ("futex", "by another task, and there is none"),
    "multiprocessing": ("futex", "by P0"),
    "semaphore": ("futex", "by P0"),
    "message-queue": ("mq_timedreceive", "a message in queue A"),
    "sysv-semaphore": ("semtimedop", "semaphore 0 of sysv-sem A raised"),
    "sigwait": ("rt_sigtimedwait", "SIGCHLD sent to P1"),
    "fifo": ("openat", "FIFO f opened for writing by P0"),
}
"""The same of waits.py."""


def run(workshop: Workshop, program: str, *argv: str) -> Evidence:
    """The fair run of a program."""
    return workshop.lab.run(workshop.artifact(PROGRAMS / program), Plan("-".join(argv), argv=argv))


def accused(evidence: Evidence) -> list[RuleFinding]:
    """What the rule says of a run."""
    return list(rules(evidence, ("deadlock",)))


def graph(evidence: Evidence) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Who waits in which call, and who alone could end that, as the proof has it."""
    (proof,) = (event for event in evidence.events if event.kind == "deadlock")
    waits = proof.args["waits"]
    assert isinstance(waits, tuple)
    return {
        str(wait["task"]): (str(wait["call"]), _names(wait["providers"])) for wait in waits if isinstance(wait, dict)
    }


def _names(value: Arg) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, tuple) else ()


@pytest.mark.parametrize("kind", STUCK)
def test_a_wait_that_nobody_ends_is_proved_and_its_missing_step_is_named(workshop: Workshop, kind: str) -> None:
    """P0 waits for P1, and P1 in the call of this kind; the proof says so, and the advice names what was not done."""
    evidence = run(workshop, "waits.c", kind, "stuck")
    call, step = STUCK[kind]
    (finding,) = accused(evidence)

    assert (evidence.outcome, finding.level) == ("deadlock", "must")
    assert graph(evidence)["P0"] == ("wait4", ("P1",))
    assert graph(evidence)["P1"][0] == call
    assert step in finding.next
    assert max(finding.events) == next(event.n for event in evidence.events if event.kind == "deadlock")


@pytest.mark.parametrize("kind", OPEN)
def test_a_wait_that_is_not_known_to_be_endless_is_blocked(workshop: Workshop, kind: str) -> None:
    """A set inside a set is not followed; SIGTERM may come from a person."""
    evidence = run(workshop, "waits.c", kind, "stuck")

    assert (evidence.outcome, accused(evidence)) == ("blocked", [])
    assert [event.call for event in evidence.blocked] == ["wait4", OPEN[kind]]


@pytest.mark.parametrize("kind", [*STUCK, *OPEN])
def test_a_process_that_a_person_may_wake_is_blocked(workshop: Workshop, kind: str) -> None:
    """It has a handler for SIGTERM, and whoever waits for it is spared too."""
    evidence = run(workshop, "waits.c", kind, "handler")

    assert (evidence.outcome, accused(evidence)) == ("blocked", [])


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "mode"),
    [*((kind, "other") for kind in HELPED), *((kind, "timeout") for kind in TIMED)]
    + [(kind, "alarm") for kind in STUCK if kind != "child"],
)
def test_a_wait_that_somebody_still_ends_is_no_deadlock(workshop: Workshop, kind: str, mode: str) -> None:
    """Another live process does it after its sleep, the call has a limit, or an alarm is armed: the program ends well."""
    evidence = run(workshop, "waits.c", kind, mode)

    assert (evidence.outcome, evidence.exit_status, accused(evidence)) == ("exited", 0, [])


@pytest.mark.long
@pytest.mark.parametrize("kind", PYTHON)
def test_a_python_program_that_waits_for_ever_is_proved_to_do_so(workshop: Workshop, kind: str) -> None:
    """Through the interpreter it is the same wait, and the same step is missing."""
    evidence = run(workshop, "waits.py", kind, "stuck")
    call, step = PYTHON[kind]
    (finding,) = accused(evidence)

    assert (evidence.outcome, finding.level) == ("deadlock", "must")
    assert graph(evidence)["P1"][0] == call
    assert step in finding.next


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *((kind, "other") for kind in (*PYTHON, "asyncio")),
        ("queue", "timeout"),
        ("multiprocessing", "timeout"),
        ("selectors", "alarm"),
    ],
)
def test_a_python_program_that_somebody_frees_is_spared(workshop: Workshop, kind: str, mode: str) -> None:
    """Twins as those in C."""
    evidence = run(workshop, "waits.py", kind, mode)

    assert (evidence.outcome, evidence.exit_status, accused(evidence)) == ("exited", 0, [])


def test_asyncio_can_be_ended_by_ctrl_c(workshop: Workshop) -> None:
    """Its loop handles SIGINT, so a future that nobody sets is blocked and no deadlock."""
    evidence = run(workshop, "waits.py", "asyncio", "stuck")

    assert (evidence.outcome, accused(evidence)) == ("blocked", [])


def test_a_deadlock_of_some_is_conditional_while_others_could_act(workshop: Workshop) -> None:
    """The root can still be woken and could end them: less is claimed, and the condition is named."""
    evidence = run(workshop, "partial.c", "waits")
    (finding,) = accused(evidence)

    assert (evidence.outcome, finding.level) == ("blocked", "should")
    assert graph(evidence) == {"P1": ("read", ("P2",)), "P2": ("read", ("P1",))}
    assert finding.why.endswith("this holds unless P0, which still could act, ends them by a signal")
    assert finding.next == "let one of P1 and P2 write before it reads"


def test_a_deadlock_of_all_that_live_is_unconditional(workshop: Workshop) -> None:
    """The root has ended; those it left behind are all there is."""
    evidence = run(workshop, "partial.c", "ends")
    (finding,) = accused(evidence)

    assert (evidence.outcome, finding.level) == ("exited", "must")
    assert "unless" not in finding.why


def test_who_is_ended_by_a_live_process_was_not_deadlocked(workshop: Workshop) -> None:
    """The root sleeps, then kills both."""
    evidence = run(workshop, "partial.c", "kills")

    assert (evidence.outcome, evidence.exit_status, accused(evidence)) == ("exited", 0, [])
