"""In: programs that wait for a time; out: the time they see, which no real clock has measured."""

from __future__ import annotations

import pytest

from tests.system.trace.runner import Runner, calls, kinds

SECOND = 10**9


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("sleep_interrupted", b"-1 1 7\n"),
        ("alarm_pause", b"10 2 0\n"),
        ("itimer", b"5 100000 100000\n"),
        ("posix_timer", b"42 1\n"),
        ("timerfd", b"1 1 3 1\n"),
        ("poll_timeout", b"000000 0 0 4250\n"),
        ("poll_ready", b"1 1 1 4\n"),
        ("sem_timed", b"-1 1 0 -1 1\n"),
        ("system_v", b"-1 1 l\n"),
        ("queue", b"0 -1 1\n"),
        ("cond_timed", b"1 0\n"),
    ],
)
def test_a_program_sees_the_time_that_it_asked_for(runner: Runner, name: str, printed: bytes) -> None:
    """What it prints (results, errors, remaining and elapsed time) is what an idle machine would have it print."""
    evidence = runner.run(name)
    assert (evidence.outcome, evidence.exit_status, evidence.stdout) == ("exited", 0, printed)
    assert (evidence.end.steady, evidence.end.complete) == (True, True)


def test_an_unhandled_alarm_ends_a_wait_that_would_last_for_ever(runner: Runner) -> None:
    """The signal comes from a timer, five virtual seconds after the start."""
    evidence = runner.run("alarm_kills")
    assert (evidence.outcome, evidence.end.signal) == ("signalled", "SIGALRM")
    (rang,) = kinds(evidence, "signal")
    assert (rang.text("origin"), rang.time // SECOND) == ("timer", 5)


def test_a_wait_that_times_out_says_what_the_program_sees(runner: Runner) -> None:
    """Each wait of poll_timeout blocked once and returned 0, at its own instant."""
    evidence = runner.run("poll_timeout")
    names = ("poll", "ppoll", "select", "pselect6", "epoll_wait")
    timed = [event for event in calls(evidence, "P0", *names) if event.args.get("timeout")]
    assert [(event.call, event.result, event.error) for event in timed] == [(name, 0, "") for name in names]
    assert [event.time // 250_000_000 for event in timed] == [6, 10, 12, 16, 17]
    assert [event.call for event in kinds(evidence, "block", "P0")] == list(names)


def test_a_signal_that_ends_a_sleep_leaves_the_rest_of_its_time(runner: Runner) -> None:
    """The event says EINTR at the instant of the signal."""
    evidence = runner.run("sleep_interrupted")
    (sleep,) = calls(evidence, "P0", "clock_nanosleep", "nanosleep")
    assert (sleep.error, sleep.time // SECOND) == ("EINTR", 3)


def test_nothing_times_out_while_anything_else_can_move(runner: Runner) -> None:
    """poll with 3 s and select with 5 s are ended by the child's data after one and two seconds."""
    evidence = runner.run("poll_ready")
    polled, selected = calls(evidence, "P0", "poll", "select", "pselect6")
    assert [(event.result, event.time // SECOND) for event in (polled, selected)] == [(1, 1), (1, 2)]


def test_a_loop_until_a_deadline_ends_and_sleepers_beside_it_wake_in_time(runner: Runner) -> None:
    """The clock goes on by being looked at; the child that sleeps one second has ended when two are over."""
    evidence = runner.run("deadline")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    woke = calls(evidence, "P1", "clock_nanosleep", "nanosleep")[0]
    assert (woke.result, woke.time // (SECOND // 50)) == (0, 50)


def test_a_poller_sees_the_end_of_a_child_that_sleeps(runner: Runner) -> None:
    """Who only asks and asks lets time pass in the end."""
    evidence = runner.run("poll_child")
    assert (evidence.outcome, evidence.exit_status, evidence.end.steady) == ("exited", 3, True)


def test_an_alarm_reaches_a_program_that_computes(runner: Runner) -> None:
    """Computing takes time too; the run says that it cannot be repeated exactly."""
    evidence = runner.run("spin_alarm")
    assert (evidence.outcome, evidence.exit_status, evidence.end.steady) == ("exited", 0, False)
    assert [event.text("signal") for event in kinds(evidence, "signal")] == ["SIGALRM"]
