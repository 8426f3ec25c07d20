"""In: programs that send, catch and die of signals; out: who got which, from whom, and what it did to a call."""

from __future__ import annotations

import pytest

from tests.system.trace.runner import Runner, calls, ends, kinds


@pytest.mark.parametrize("name", ["kill_blocked", "kill_held"])
def test_sigkill_ends_a_child_wherever_it_stands(runner: Runner, name: str) -> None:
    """Asleep in a call or held before its first step: no call of it comes after the kill."""
    evidence = runner.run(name)
    assert (evidence.exit_status, evidence.stdout) == (0, b"")
    (kill,) = calls(evidence, "P0", "kill")
    assert (kill.text("target"), kill.text("signal"), kill.result) == ("P1", "SIGKILL", 0)
    assert ends(evidence)["P1"] == "SIGKILL"
    assert [event for event in calls(evidence, "P1") if event.n > kill.n] == []
    assert calls(evidence, "P0", "wait4")[0].text("status") == "killed SIGKILL"


def test_a_call_that_kills_its_own_process_is_on_record_although_it_never_returns(runner: Runner) -> None:
    """kill(getpid(), SIGKILL) has no result."""
    evidence = runner.run("kill_self")
    assert (evidence.outcome, evidence.end.signal) == ("signalled", "SIGKILL")
    (kill,) = calls(evidence, "P0", "kill")
    assert (kill.result, kill.error) == (None, "")


def test_a_group_that_is_killed_dies_at_that_instant(runner: Runner) -> None:
    """The sender and two tasks that have not moved yet: all are gone before the parent's wait returns."""
    evidence = runner.run("kill_group")
    deaths = kinds(evidence, "exit")
    assert [(event.task, event.text("signal")) for event in deaths[:3]] == [
        ("P2", "SIGKILL"),
        ("P3", "SIGKILL"),
        ("P1", "SIGKILL"),
    ]
    assert deaths[2].n < calls(evidence, "P0", "wait4")[-1].n


def test_kill_minus_one_reaches_all_but_the_sender(runner: Runner) -> None:
    """Three children die of SIGTERM, each by its own delivery."""
    evidence = runner.run("kill_all")
    assert evidence.exit_status == 0
    assert calls(evidence, "P0", "kill")[0].text("target") == "all"
    received = [
        (event.task, event.text("origin")) for event in kinds(evidence, "signal") if event.text("signal") == "SIGTERM"
    ]
    assert sorted(received) == [("P1", "P0"), ("P2", "P0"), ("P3", "P0")]


def test_stopping_and_continuing_a_child_is_seen_by_its_parents_waits(runner: Runner) -> None:
    """stopped, WUNTRACED; continued, WCONTINUED; then the exit."""
    evidence = runner.run("stop_continue")
    assert evidence.stdout == b"111\n"
    assert [event.text("status") for event in calls(evidence, "P0", "wait4")] == [
        "stopped SIGSTOP",
        "continued",
        "exited 5",
    ]
    (stopped,), (continued,) = kinds(evidence, "stopped", "P1"), kinds(evidence, "continued", "P1")
    assert calls(evidence, "P0", "kill")[0].n < continued.n
    assert stopped.n < calls(evidence, "P0", "wait4")[0].n


def test_a_sleep_survives_a_stop(runner: Runner) -> None:
    """A stopped sleeper that is continued sleeps on to its own end, and its program sees one call."""
    evidence = runner.run("stop_sleeper")
    assert evidence.exit_status == 0
    first, second = calls(evidence, "P1", "clock_nanosleep", "nanosleep")
    assert (first.error, second.error, second.result) == ("ERESTART", "", 0)
    assert second.number("duration") < 1_010_000_000


@pytest.mark.parametrize(("name", "signal"), [("segv", "SIGSEGV"), ("abort", "SIGABRT"), ("old_call", "SIGSYS")])
def test_a_deadly_signal_is_the_end_of_the_run(runner: Runner, name: str, signal: str) -> None:
    """The outcome names it."""
    evidence = runner.run(name)
    assert (evidence.outcome, evidence.end.signal, ends(evidence)["P0"]) == ("signalled", signal, signal)


def test_an_interrupted_read_is_told_as_the_program_sees_it(runner: Runner) -> None:
    """Without SA_RESTART the event says EINTR, and the program asked again."""
    evidence = runner.run("interrupted")
    assert evidence.stdout == b"handler\n1\n"
    assert [event.error for event in calls(evidence, "P0", "read") if event.text("object") == "pipe A"] == ["EINTR", ""]
    (received,) = [event for event in kinds(evidence, "signal", "P0") if event.text("signal") == "SIGUSR1"]
    assert (received.text("action"), received.text("origin")) == ("handler", "P1")


def test_a_restarted_read_is_told_as_one_that_the_program_never_sees(runner: Runner) -> None:
    """With SA_RESTART the event says ERESTART."""
    evidence = runner.run("interrupted", "restart")
    assert evidence.stdout == b"handler\n0\n"
    assert [event.error for event in calls(evidence, "P0", "read") if event.text("object") == "pipe A"] == [
        "ERESTART",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "names"), [("semop_child", ("semop", "semtimedop")), ("epoll_child", ("epoll_wait", "epoll_pwait"))]
)
def test_a_signal_that_does_nothing_does_not_interrupt_a_call(
    runner: Runner, name: str, names: tuple[str, ...]
) -> None:
    """A traced task wakes even for an ignored SIGCHLD; the program must not notice."""
    evidence = runner.run(name)
    assert evidence.stdout == b"0 0\n"
    errors = [event.error for event in calls(evidence, "P0", *names)]
    assert "EINTR" not in errors
    assert errors[-1] == ""


def test_sigtimedwait_gives_up_or_takes_the_signal(runner: Runner) -> None:
    """The first waits in vain, the second takes what the child sends."""
    evidence = runner.run("signal_wait")
    assert evidence.stdout == b"-1 1 1 1\n"
    late, got = calls(evidence, "P0", "rt_sigtimedwait")
    assert (late.error, got.text("signal")) == ("EAGAIN", "SIGUSR1")


def test_a_process_that_ends_takes_its_sleeping_threads_along(runner: Runner) -> None:
    """exit_group by one thread: the siblings' calls never return."""
    evidence = runner.run("group_exit")
    assert evidence.exit_status == 8
    assert ends(evidence) == {"P0.2": 8, "P0.3": 8, "P0.4": 8, "P0": 8}
    assert calls(evidence, "P0.2", "read") == []
    assert [event.call for event in calls(evidence, "P0.3")][-1] == "rt_sigprocmask"
