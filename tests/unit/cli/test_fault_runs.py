"""What a fault may be blamed for: never for what a right program may do when it meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.cli.fault_runs import bearable, judged
from grader.evidence import Evidence
from grader.model import Fault, Plan
from tests.support.events import Story

EAGAIN = Fault("EAGAIN")
KILLED = Fault("SIGKILL", process="P1")


def struck(story: Story, fault: Fault, outcome: str = "") -> Evidence:
    """The run of a story, made with this fault."""
    run = story.evidence(outcome)
    return replace(run, header=replace(run.header, plan=Plan("fault", faults=(fault,))))


def parent(*, reaps: bool, status: int = 0) -> Story:
    """A parent that ends, with its child reaped or left alone."""
    story = Story()
    story.fork("P0", "P1")
    if reaps:
        story.exit("P1")
        story.wait("P0", "P1")
    story.exit("P0", status)
    return story


def said(run: Evidence, plain: Evidence) -> list[tuple[str, str]]:
    """Rule and level of what is found."""
    return [(finding.rule, finding.level) for finding in judged(run, plain)]


def test_who_succeeds_as_ever_must_leave_nobody_behind() -> None:
    """It has swallowed the error and says that all is well."""
    plain = parent(reaps=True).evidence()
    (finding,) = judged(struck(parent(reaps=False), EAGAIN), plain)

    assert (finding.rule, finding.level, finding.fault) == ("orphan", "should", "EAGAIN")


def test_who_gives_up_and_says_so_may_leave_its_children_to_init() -> None:
    """perror and exit(1) is how a program ends whose fork fails."""
    assert said(struck(parent(reaps=False, status=1), EAGAIN), parent(reaps=True).evidence()) == []


def test_nobody_may_wait_for_ever_whatever_failed() -> None:
    """Also who ends otherwise than in the plain run; and it is a should."""
    story = Story()
    story.pipe("P0")
    story.blocks_reading("P0", 3)
    story.deadlock()

    assert said(struck(story, EAGAIN), parent(reaps=True).evidence()) == [("deadlock", "should")]


def test_a_fault_that_never_came_is_blamed_for_nothing() -> None:
    """The run is the plain one."""
    story = parent(reaps=False)
    story.add("outside", "missed", {"fault": "EAGAIN", "why": "0 such calls were made"})

    assert said(struck(story, EAGAIN), parent(reaps=True).evidence()) == []


def told_by_a_semaphore(*, killed: bool) -> Story:
    """The child posts, the parent waits for it: without the child it waits for ever, and is right to."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P0", "futex", op="wait", word="futex A", shared=True, timeout=None)
    if killed:
        story.killed("P1", "SIGKILL")
        story.deadlock()
    return story


def test_who_waits_for_one_that_was_killed_is_not_accused() -> None:
    """No program can be asked to outlive any of its processes."""
    run = struck(told_by_a_semaphore(killed=True), KILLED)

    assert run.outcome == "deadlock"
    assert said(run, told_by_a_semaphore(killed=False).evidence("exited")) == []


def reader(*, killed: bool, uses: bool) -> Story:
    """P2 reads what P1 writes, and P0 keeps the write end, which it may use in the end."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 3)
    story.close("P1", 3)
    story.close("P2", 4)
    story.write("P1", 4)
    story.read("P2", 3)
    if killed:
        story.blocks_waiting("P0")
        story.killed("P1", "SIGKILL")
        story.wait("P0", "P1", "killed SIGKILL")
        story.blocks_waiting("P0")
        story.blocks_reading("P2", 3)
        story.deadlock()
        return story
    if uses:
        story.write("P0", 4)
    return story


def test_an_end_of_file_that_a_useless_end_keeps_back_is_told() -> None:
    """The kernel has closed what the killed process held; the last write end is one that its holder uses in no run. Advice."""
    plain = reader(killed=False, uses=False).evidence("exited")

    assert said(struck(reader(killed=True, uses=False), KILLED), plain) == [("unused-pipe-end", "style")]


def test_an_end_that_its_holder_would_still_have_used_is_no_fault() -> None:
    """It was only waiting to do so when the other was killed."""
    plain = reader(killed=False, uses=True).evidence("exited")

    assert said(struck(reader(killed=True, uses=True), KILLED), plain) == []


def handles(name: str, *flags: str) -> Evidence:
    """A program that handles a signal."""
    story = Story()
    story.handle("P0", name, "handler", *flags)
    story.exit("P0")
    return story.evidence()


@pytest.mark.parametrize(
    ("signal", "flags", "able"),
    [
        ("SIGCHLD", (), True), ("SIGCHLD", ("SA_NOCLDSTOP",), False), ("SIGWINCH", (), True), ("SIGCONT", (), True),
        ("SIGURG", (), True), ("SIGALRM", (), False), ("SIGUSR1", (), False), ("SIGTERM", (), False), ("SIGINT", (), False),
        ("SIGPIPE", (), False),
    ],
)  # fmt: skip
def test_only_a_signal_that_says_nothing_comes_unasked(signal: str, flags: tuple[str, ...], able: bool) -> None:
    """A stray SIGALRM says that time is up, and a stray SIGUSR1 whatever the program has agreed with itself."""
    assert bearable(Fault("EINTR", process="P0", signal=signal), handles(signal, *flags)) is able


def test_nothing_is_asked_of_those_who_outlive_a_killed_root() -> None:
    """Any other process may be killed."""
    plain = parent(reaps=True).evidence()

    assert [bearable(Fault("SIGKILL", process=name), plain) for name in ("P0", "P1")] == [False, True]
