"""Waiting: a sleep that another process ends is told from one for time, and what was done in one go is kept together."""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    ProcessView,
    Violation,
    asked_in_vain,
    require_no_asking,
    require_no_timed_wait,
    sleeps,
    spells,
    timed_waits,
)
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
    [
        ("futex", "ETIMEDOUT", 0),
        ("mq_timedsend", "ETIMEDOUT", 0),
        ("semtimedop", "EAGAIN", 0),
        ("poll", "", 0),
        ("epoll_wait", "", 0),
    ],
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


def test_the_same_question_ten_times_in_a_row_is_reported() -> None:
    """The first and the last of them are the proof."""
    story = two()
    asked = [story.call("P1", "read", -1, "EAGAIN", fd=3, object="pipe A", count=1) for _ in range(10)]
    process = story.evidence().process("P1")

    assert asked_in_vain(process) == tuple(asked)
    with pytest.raises(Violation) as raised:
        require_no_asking(process, "sleep")
    assert raised.value.finding.events == (asked[0].n, asked[-1].n)


def test_who_asks_a_queue_for_the_number_of_its_messages_and_is_told_the_same_asks_in_vain() -> None:
    """mq_receive would sleep until there is one; another number is an answer."""
    same, other = two(), two()
    for number in range(10):
        same.call("P1", "mq_getsetattr", 0, fd=3, object="queue A", messages=0)
        other.call("P1", "mq_getsetattr", 0, fd=3, object="queue A", messages=number % 2)

    assert len(asked_in_vain(same.evidence().process("P1"))) == 10
    assert asked_in_vain(other.evidence().process("P1")) == ()


@pytest.mark.parametrize("between", ["sleep", "another question", "an answer"])
def test_questions_with_something_between_are_not_asked_in_a_row(between: str) -> None:
    """Who sleeps between two questions, asks another or is answered has not asked again and again."""
    story = two()
    for _ in range(20):
        story.call("P1", "read", -1, "EAGAIN", fd=3, object="pipe A", count=1)
        if between == "sleep":
            story.call("P1", "poll", 1, timeout=None, fds=({"fd": 3, "object": "pipe A", "revents": ("POLLIN",)},))
        elif between == "another question":
            story.call("P1", "wait4", 0, pid="any", options=("WNOHANG",), child="")
        else:
            story.call("P1", "read", 1, fd=3, object="pipe A", count=1)

    assert asked_in_vain(story.evidence().process("P1")) == ()


def test_two_processes_that_ask_now_and_then_do_not_add_up() -> None:
    """A row is one task's own."""
    story = two()
    for _ in range(6):
        for name in ("P1", "P2"):
            story.call(name, "wait4", 0, pid="any", options=("WNOHANG",), child="")
    run = story.evidence()

    assert [asked_in_vain(run.process(name)) for name in ("P1", "P2")] == [(), ()]
