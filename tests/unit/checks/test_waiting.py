"""Waiting: a sleep that another process ends is told from one for time, and what was done in one go is kept together."""

from __future__ import annotations

import pytest

from grader import Evidence, ProcessView, Violation, require_no_timed_wait, sleeps, spells, timed_waits
from tests.support.events import Story


def two() -> Story:
    """A parent and two children."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    return story


def of(story: Story, name: str) -> tuple[Evidence, ProcessView]:
    """The run, and one process of it."""
    run = story.evidence()
    return run, run.process(name)


def test_a_wait_in_a_shared_semaphore_is_a_sleep() -> None:
    """sem_wait sleeps in futex; System V has its own call."""
    story = two()
    futex = story.blocks("P1", "futex", op="wait", shared=True, timeout=None, word="futex A")
    story.call("P1", "futex", op="wait", shared=True, timeout=None, word="futex A")
    semop = story.blocks("P1", "semop", id="sysv-sem A", ops=())

    assert sleeps(*of(story, "P1")) == (futex, semop)


def test_a_wait_for_a_thread_a_child_or_output_is_no_such_sleep() -> None:
    """A private futex joins threads, wait4 waits for a child, and a full standard output for the reader outside."""
    story = two()
    story.blocks("P1", "futex", op="wait", shared=False, timeout=None, word="futex A")
    story.blocks("P1", "wait4", pid="any", options=())
    story.blocks("P1", "write", fd=1, object="stdout", count=5)
    story.blocks("P1", "clock_nanosleep", duration=5)

    assert sleeps(*of(story, "P1")) == ()


def test_a_sleep_for_a_time_is_a_timed_wait() -> None:
    """nanosleep in all its forms."""
    story = two()
    slept = story.call("P1", "clock_nanosleep", duration=5)

    assert timed_waits(story.evidence().process("P1")) == (slept,)


@pytest.mark.parametrize(
    ("call", "error", "result"),
    [("futex", "ETIMEDOUT", 0), ("semtimedop", "EAGAIN", 0), ("poll", "", 0), ("epoll_wait", "", 0)],
)
def test_a_limit_that_was_reached_is_a_timed_wait(call: str, error: str, result: int) -> None:
    """A wait with a limit tells by its error, or by the result 0, that nothing came."""
    story = two()
    waited = story.call("P1", call, result, error, timeout=1_000_000)

    assert timed_waits(story.evidence().process("P1")) == (waited,)


def test_a_limit_that_was_not_reached_is_none() -> None:
    """What was waited for came in time; and a limit of zero only asks."""
    story = two()
    story.call("P1", "futex", 0, timeout=1_000_000)
    story.call("P1", "poll", 1, timeout=1_000_000)
    story.call("P1", "poll", 0, timeout=0)
    story.call("P1", "futex", 0, "EAGAIN", timeout=None)

    assert timed_waits(story.evidence().process("P1")) == ()


def test_a_process_that_lets_time_pass_is_reported() -> None:
    """The first such call is the proof."""
    story = two()
    slept = story.call("P1", "nanosleep", duration=5)
    story.call("P1", "nanosleep", duration=5)

    with pytest.raises(Violation) as raised:
        require_no_timed_wait(story.evidence().process("P1"), "wait in a semaphore")

    assert raised.value.finding.events == (slept.n,)


def test_a_process_that_waits_only_for_others_is_spared() -> None:
    """A sleep in a semaphore takes as long as it takes."""
    story = two()
    story.blocks("P1", "futex", op="wait", shared=True, timeout=None, word="futex A")

    assert require_no_timed_wait(story.evidence().process("P1"), "wait in a semaphore") is None


def test_a_spell_ends_where_the_worker_sleeps() -> None:
    """What comes after the sleep is another spell."""
    story = two()
    first = story.write("P2", 1, b"1\n")
    story.blocks("P2", "futex", op="wait", shared=True, timeout=None, word="futex A")
    back = story.call("P2", "futex", op="wait", shared=True, timeout=None, word="futex A")
    second = story.write("P2", 1, b"2\n")
    run = story.evidence()

    assert list(spells(run, run.process("P2"), run.process("P1"))) == [(first,), (back, second)]


def test_a_spell_ends_where_the_partner_runs() -> None:
    """Any step of the partner may have brought something new."""
    story = two()
    first = story.write("P2", 1, b"1\n")
    story.call("P1", "getrandom", 8)
    second = story.write("P2", 1, b"2\n")
    run = story.evidence()

    assert list(spells(run, run.process("P2"), run.process("P1"))) == [(first,), (second,)]


def test_a_partner_that_is_only_woken_does_not_end_a_spell() -> None:
    """Its wait returns because the worker ended it; the partner has not run yet."""
    story = two()
    story.blocks("P1", "futex", op="wait", shared=True, timeout=None, word="futex A")
    first = story.write("P2", 1, b"1\n")
    story.call("P1", "futex", op="wait", shared=True, timeout=None, word="futex A")
    second = story.write("P2", 1, b"2\n")
    run = story.evidence()

    assert list(spells(run, run.process("P2"), run.process("P1"))) == [(), (first, second)]
