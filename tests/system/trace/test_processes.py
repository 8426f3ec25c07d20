"""In: programs that fork, run others, and end in every way; out: the events that must tell it."""

from __future__ import annotations

import pytest

from tests.system.trace.runner import Runner, calls, ends, kinds


def births(evidence: object) -> list[tuple[str, str, str]]:
    """Who made whom by which call."""
    return [
        (event.task, event.call, event.text("child"))
        for event in evidence.events  # type: ignore[attr-defined]
        if event.kind == "call" and event.call in ("fork", "vfork", "clone") and not event.error
    ]


def test_a_child_that_ends_is_seen_by_its_parents_wait(runner: Runner) -> None:
    """fork, exit and wait are one event each, in the order in which they happened."""
    evidence = runner.run("fork_wait")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 7)
    assert births(evidence) == [("P0", "clone", "P1")]
    assert ends(evidence) == {"P1": 7, "P0": 7}
    (wait,) = calls(evidence, "P0", "wait4")
    assert (wait.text("child"), wait.text("status"), wait.result) == ("P1", "exited 7", 1)
    assert kinds(evidence, "exit", "P1")[0].n < wait.n


def test_a_vfork_parent_sleeps_until_its_child_has_run_another_program(runner: Runner) -> None:
    """Between the vfork and the child's execve the parent makes no call."""
    evidence = runner.run("vfork_exec")
    (birth,) = calls(evidence, "P0", "vfork")
    (replaced,) = [event for event in calls(evidence, "P1", "execve") if not event.error]
    between = [event for event in evidence.events[birth.n : replaced.n - 1] if event.task == "P0"]
    assert [(event.kind, event.call) for event in between] == [("block", "vfork")]
    assert evidence.exit_status == 0


def test_posix_spawn_of_a_missing_program_leaves_a_child_that_failed_to_exec(runner: Runner) -> None:
    """Both children are seen; only the first ran another program; the second ended with 127."""
    evidence = runner.run("spawn")
    assert evidence.stdout == b"1 1\n"
    assert [child for _, _, child in births(evidence)] == ["P1", "P2"]
    assert {"memory", "parent"} & set(calls(evidence, "P0", "clone")[0].texts("shares")) == {"memory"}
    assert [event.error for event in calls(evidence, "P2", "execve")] == ["ENOENT"]
    assert ends(evidence) == {"P1": 1, "P2": 127, "P0": 0}


def test_threads_share_what_clone_shares_and_end_one_by_one(runner: Runner) -> None:
    """Threads are named after their process, and their births say what they share."""
    evidence = runner.run("threads")
    made = calls(evidence, "P0", "clone")
    assert [event.text("child") for event in made] == ["P0.2", "P0.3"]
    assert all({"memory", "fd table", "signal handlers"} <= set(event.texts("shares")) for event in made)
    assert ends(evidence) == {"P0.2": 0, "P0.3": 0, "P0": 0}


def test_a_leader_that_ends_first_is_gone_only_when_its_threads_are(runner: Runner) -> None:
    """The process ends with the status of the thread that ended it."""
    evidence = runner.run("leader_first")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 3)
    assert [event.task for event in kinds(evidence, "exit")] == ["P0.2", "P0"]
    assert calls(evidence, "P0", "exit")[0].n < calls(evidence, "P0.2", "read")[0].n


@pytest.mark.parametrize(
    ("name", "caller", "gone"), [("exec_leader", "P0", ["P0.2", "P0.3"]), ("exec_thread", "P0.3", ["P0.2"])]
)
def test_an_exec_leaves_one_thread_which_has_the_name_of_the_process(
    runner: Runner, name: str, caller: str, gone: list[str]
) -> None:
    """Whichever thread calls execve, the siblings end before it, and the new program is P0."""
    evidence = runner.run(name)
    assert (evidence.outcome, evidence.stdout) == ("exited", b"replaced\n")
    replaced = [event for event in evidence.events if event.call == "execve" and event.kind == "call"][-1]
    assert (replaced.task, replaced.error) == (caller, "")
    assert [event.task for event in kinds(evidence, "exit") if event.n < replaced.n] == gone
    assert {event.task for event in evidence.events if event.n > replaced.n} == {"P0"}


def test_an_exec_that_fails_says_why_and_the_program_goes_on(runner: Runner) -> None:
    """Three ways to fail, and the same program writes its result."""
    evidence = runner.run("exec_fails")
    assert [event.error for event in calls(evidence, "P0", "execve")] == ["ENOENT", "EACCES", "EACCES"]
    assert evidence.stdout == b"1 1 1\n"


def test_a_chain_of_execs_is_one_process_with_a_table_that_loses_what_is_marked(runner: Runner) -> None:
    """Four programs in a row: four begins, no birth, and the marked descriptor is bad in the end."""
    evidence = runner.run("exec_chain", "a", "b", "c")
    assert evidence.exit_status == 0
    assert (len(kinds(evidence, "begin")), births(evidence)) == (4, [])
    assert calls(evidence, "P0", "fcntl")[-1].error == "EBADF"


def test_an_orphan_has_a_new_parent_and_still_counts(runner: Runner) -> None:
    """The grandchild's write comes after its parent's end, and the run waits for it."""
    evidence = runner.run("orphan")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    assert kinds(evidence, "exit", "P1")[0].n < calls(evidence, "P2", "write")[0].n
    assert ends(evidence) == {"P1": 0, "P2": 0, "P0": 0}


def test_a_zombie_is_no_lost_evidence(runner: Runner) -> None:
    """A child that nobody waits for has ended all the same."""
    evidence = runner.run("zombie")
    assert (evidence.end.complete, ends(evidence)) == (True, {"P1": 4, "P0": 0})


def test_a_daemon_that_outlives_the_root_is_followed_to_its_end(runner: Runner) -> None:
    """What it prints a virtual minute after the root's end is part of the run."""
    evidence = runner.run("daemon")
    assert (evidence.outcome, evidence.exit_status, evidence.stdout) == ("exited", 0, b"late\n")
    assert kinds(evidence, "exit", "P0")[0].n < calls(evidence, "P2", "write")[0].n
    assert evidence.events[-1].time >= 60 * 10**9


@pytest.mark.parametrize(("name", "argv", "status"), [("daemon", ("beats",), 0), ("daemon_blocked", (), 6)])
def test_a_daemon_that_never_ends_does_not_change_how_the_root_ended(
    runner: Runner, name: str, argv: tuple[str, ...], status: int
) -> None:
    """It beats or sleeps for ever: the run ends, with the root's own status, and nothing is lost."""
    evidence = runner.run(name, *argv)
    assert (evidence.outcome, evidence.exit_status, evidence.end.complete) == ("exited", status, True)
    assert "P2" not in ends(evidence) or name == "daemon_blocked"


def test_a_shell_pipeline_whose_reader_leaves_early_ends_by_sigpipe(runner: Runner) -> None:
    """`yes | head -1`: yes dies of SIGPIPE when head is gone."""
    evidence = runner.command("/bin/sh", "-c", "yes | head -1")
    assert (evidence.outcome, evidence.exit_status, evidence.stdout) == ("exited", 0, b"y\n")
    assert "SIGPIPE" in ends(evidence).values()


def test_waitid_can_look_at_a_child_and_leave_it(runner: Runner) -> None:
    """WNOWAIT and the wait that reaps both name the child."""
    evidence = runner.run("wait_id")
    assert evidence.stdout == b"0 9 0 1\n"
    assert [(event.text("child"), event.text("status")) for event in calls(evidence, "P0", "waitid")] == [
        ("P1", "exited 9"),
        ("P1", "exited 9"),
    ]


def test_waitid_reaps_for_a_caller_that_asks_for_no_status(runner: Runner) -> None:
    """Which child is known although nobody is told: the one that is named, by number or pidfd, else the oldest that has ended."""
    evidence = runner.run("wait_id_unseen")
    assert evidence.stdout == b"0 0 0 0 0 -1\n"
    waits = calls(evidence, "P0", "waitid")
    assert [(event.text("pid"), event.text("child"), event.text("status")) for event in waits] == [
        ("P1", "P1", "exited 1"),
        ("P1", "P1", "exited 1"),
        ("P2", "P2", "exited 2"),
        ("any", "P3", "exited 3"),
        ("group", "P4", "exited 4"),
        ("any", "", ""),
    ]
    assert [evidence.process(f"P{number}").reaped for number in (1, 2, 3, 4)] == list(waits[1:5])
