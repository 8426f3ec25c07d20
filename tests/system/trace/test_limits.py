"""In: programs that never end by themselves, or try to hide; out: the limit that ends them, the refusal on record."""

from __future__ import annotations

from grader.model import Limits
from tests.system.trace.runner import Runner, calls, kinds


def test_a_program_that_computes_for_ever_is_ended_by_the_cpu_limit(runner: Runner) -> None:
    """The limit counts processor time without a traced call."""
    evidence = runner.run("spin", limits=Limits(cpu=0.3))
    assert (evidence.outcome, evidence.end.limit) == ("limit", "cpu")


def test_a_task_that_spins_on_shared_memory_lets_the_other_set_it(runner: Runner) -> None:
    """It is interrupted; the run says that it is not steady."""
    evidence = runner.run("spin_shared")
    assert (evidence.outcome, evidence.exit_status, evidence.end.steady) == ("exited", 0, False)


def test_a_task_that_yields_lets_the_other_run(runner: Runner) -> None:
    """After a few calls in vain the child has its turn, and the run stays steady."""
    evidence = runner.run("yield")
    assert (evidence.outcome, evidence.end.steady) == ("exited", True)
    assert len(calls(evidence, "P0", "sched_yield")) < 40


def test_a_loop_of_calls_in_vain_is_ended_by_the_idle_limit(runner: Runner) -> None:
    """wait4 with WNOHANG on a child that sleeps for good."""
    evidence = runner.run("spin_calls", limits=Limits(idle=500))
    assert (evidence.outcome, evidence.end.limit) == ("limit", "idle")
    assert 490 <= len(calls(evidence, "P0", "wait4")) <= 510


def test_a_fork_bomb_is_ended_by_the_limit_of_tasks(runner: Runner) -> None:
    """The event before the limit made one task too many."""
    evidence = runner.run("fork_bomb", limits=Limits(tasks=20))
    assert (evidence.outcome, evidence.end.limit) == ("limit", "tasks")
    assert len([event for event in evidence.events if event.call == "clone"]) == 20


def test_more_output_than_allowed_is_cut_and_ends_the_run(runner: Runner) -> None:
    """Whether it comes in one write or in many."""
    for piece in (200_000, 1000):
        evidence = runner.run("much_output", "200000", str(piece), limits=Limits(output=100_000))
        assert (evidence.outcome, evidence.end.limit, len(evidence.stdout)) == ("limit", "output", 100_000)


def test_calls_that_would_blind_the_tracer_fail_and_are_on_record(runner: Runner) -> None:
    """Each is an event with error EPERM that says refused."""
    evidence = runner.run("blinding")
    assert evidence.stdout == b"6\n"
    refused = [event for event in calls(evidence, "P0") if event.args.get("refused") is True]
    assert [event.call for event in refused] == [
        "prctl", "ptrace", "io_uring_setup", "process_vm_readv", "clone", "seccomp",
    ]  # fmt: skip
    assert {event.error for event in refused} == {"EPERM"}
    assert evidence.end.complete


def test_the_last_event_of_a_limited_run_is_the_limit(runner: Runner) -> None:
    """With its name and value."""
    evidence = runner.run("spin_calls", limits=Limits(events=200))
    (limit,) = kinds(evidence, "limit")
    assert (limit.args, limit.n) == ({"limit": "events", "value": 200}, len(evidence.events))
