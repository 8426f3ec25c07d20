"""Universal facts: each one spares what is right, and proves what is wrong with events of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader import (
    Evidence,
    Finding,
    Violation,
    fate,
    own_processes,
    require_all_exit_zero,
    require_all_reaped,
    require_end_closed,
    require_nothing_left,
    require_one_child,
    require_one_way,
    uses,
)
from tests.support.events import Story


def broken(fact: Callable[[], None]) -> Finding:
    """The finding of a fact that does not hold."""
    with pytest.raises(Violation) as raised:
        fact()
    return raised.value.finding


def with_pipe() -> Story:
    """A parent with a pipe (read end 3, write end 4) and a child."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    return story


def ended(story: Story) -> Evidence:
    """Both processes end, and the child is reaped."""
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


# Children


def test_a_child_that_was_waited_for_is_reaped() -> None:
    """The parent's wait names the child before the parent ends."""
    require_all_reaped(ended(with_pipe()))


def test_a_child_that_is_collected_too_late_is_reported() -> None:
    """Before the event that is named, not only before the end."""
    story = with_pipe()
    said = story.write("P0", 1, b"done\n")
    run = ended(story)

    finding = broken(lambda: require_all_reaped(run, before=said))
    assert said.n in finding.events
    assert require_all_reaped(run) is None


def test_a_helper_of_the_interpreter_is_none_of_the_program_s_processes() -> None:
    """The resource tracker of multiprocessing lives longer than the program, by design."""
    story = with_pipe()
    story.fork("P0", "P2")
    story.execute("P2", "/usr/bin/python3", "-c", "from multiprocessing.resource_tracker import main;main(4)")
    run = ended(story)

    assert [process.name for process in own_processes(run)] == ["P0", "P1"]
    assert require_all_reaped(run) is None
    assert require_one_child(run) is None


def test_an_object_that_outlives_the_run_is_reported() -> None:
    """The rule on residue says it, with its events."""
    story = with_pipe()
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    left = story.left("shm", "/ab")

    assert left.n in broken(lambda: require_nothing_left(story.evidence())).events


def test_a_run_that_leaves_nothing_is_spared() -> None:
    """Nothing left, nothing said."""
    assert require_nothing_left(ended(with_pipe())) is None


def test_a_child_without_a_wait_is_reported() -> None:
    """Its birth and the end of the program are the proof."""
    story = with_pipe()
    born = story.events[-1]
    story.exit("P1")
    end = story.exit("P0")

    finding = broken(lambda: require_all_reaped(story.evidence()))

    assert finding.events == (born.n, end.n)
    assert "never waited for P1" in finding.seen


def test_a_parent_that_ignores_sigchld_has_no_status() -> None:
    """The kernel throws it away: a wait may have waited, but has learnt nothing."""
    story = with_pipe()
    story.handle("P0", "SIGCHLD", "ignore")
    story.exit("P1")
    story.exit("P0")

    finding = broken(lambda: require_all_reaped(story.evidence()))

    assert "P0 ignores SIGCHLD" in finding.seen
    assert finding.next == "leave SIGCHLD alone in P0, and wait for P1"


def test_a_child_that_never_ends_is_not_reaped() -> None:
    """A program that locks itself up has not collected its child; the finding says where both are."""
    story = with_pipe()
    story.blocks_reading("P1", 3)
    story.blocks_waiting("P0")
    story.deadlock()

    finding = broken(lambda: require_all_reaped(story.evidence()))

    assert "P1 never ended: P1 waits in read" in finding.seen
    assert finding.events == (4, story.events[-1].n)


def test_a_grandchild_without_a_wait_names_its_own_parent() -> None:
    """Every parent owes the wait for its own child."""
    story = with_pipe()
    story.fork("P1", "P2")
    story.exit("P2")

    finding = broken(lambda: require_all_reaped(ended(story)))

    assert "P1 has not collected the status of P2" in finding.seen


def test_exactly_one_child_is_asked_for() -> None:
    """None is too few, a second one too many, and one may not execute another program."""
    alone = Story()
    alone.exit("P0")
    twins = with_pipe()
    second = twins.fork("P0", "P2")
    other = with_pipe()
    executed = other.execute("P1", "/bin/cat")

    require_one_child(ended(with_pipe()))

    assert broken(lambda: require_one_child(alone.evidence())).seen == "the program made no child"
    assert second.n in broken(lambda: require_one_child(twins.evidence())).events
    assert broken(lambda: require_one_child(other.evidence())).events == (executed.n,)


# Pipe ends


def test_a_pipe_used_in_one_direction_is_spared() -> None:
    """One process writes, the other one reads."""
    story = with_pipe()
    story.write("P0", 4)
    story.read("P1", 3)
    run = ended(story)

    require_one_way(run, run.pipe("pipe A"))


def test_a_process_at_both_sides_of_a_pipe_is_reported() -> None:
    """Even if its read only sleeps: it waits for whatever comes first, its own bytes included."""
    story = with_pipe()
    written = story.write("P0", 4)
    slept = story.blocks_reading("P0", 3)
    run = story.evidence()

    finding = broken(lambda: require_one_way(run, run.pipe("pipe A")))

    assert finding.events == (written.n, slept.n)


@pytest.mark.parametrize("mode", ["read", "write"])
def test_two_processes_at_one_side_of_a_pipe_are_reported(mode: str) -> None:
    """Two readers share the bytes by chance, two writers mix theirs."""
    story = with_pipe()
    first, second = (
        (story.write("P0", 4), story.write("P1", 4))
        if mode == "write"
        else (story.blocks_reading("P0", 3), story.blocks_reading("P1", 3))
    )
    run = story.evidence()

    finding = broken(lambda: require_one_way(run, run.pipe("pipe A")))

    assert set(finding.events) == {first.n, second.n}


def test_an_end_closed_in_time_is_spared_and_one_closed_late_is_not() -> None:
    """What counts is who holds the end just before the event."""
    story = with_pipe()
    early = story.read("P1", 3)
    story.close("P1", 4)
    late = story.read("P1", 3)
    run = ended(story)

    require_end_closed(run.process("P1"), run.pipe("pipe A"), "write", late)
    finding = broken(lambda: require_end_closed(run.process("P1"), run.pipe("pipe A"), "write", early))

    assert "P1 still holds the write end of pipe A, fd 4" in finding.seen
    assert finding.events == (4, early.n)


def test_a_copy_of_an_end_keeps_it_open() -> None:
    """Every descriptor of the end must go, the copies made by dup2 as well."""
    story = with_pipe()
    story.dup2("P1", 4, 9)
    story.close("P1", 4)
    first = story.read("P1", 3)
    run = ended(story)

    finding = broken(lambda: require_end_closed(run.process("P1"), run.pipe("pipe A"), "write", first))

    assert "fd 9" in finding.seen


def test_uses_tells_reads_from_writes_and_counts_sleeping_ones() -> None:
    """Calls that failed move nothing and are left out."""
    story = with_pipe()
    slept = story.blocks_reading("P1", 3)
    written = story.write("P0", 4)
    read = story.read("P1", 3)
    story.read("P1", 4, error="EBADF")
    run = ended(story)
    pipe = run.pipe("pipe A")

    assert uses(run, None, pipe) == (slept, written, read)
    assert uses(run, run.process("P1"), pipe, "write") == ()
    assert uses(run, None, pipe, "write") == (written,)
    assert uses(run, None, pipe, "read") == (slept, read)


def test_uses_refuses_a_mode_that_does_not_exist() -> None:
    """A slip in an exercise must not look like a pipe that nobody uses."""
    run = ended(with_pipe())

    with pytest.raises(ValueError, match="mode is 'both'"):
        uses(run, None, run.pipe("pipe A"), "both")


# How processes end


def test_status_zero_everywhere_is_spared() -> None:
    """Both processes ended by themselves."""
    require_all_exit_zero(ended(with_pipe()))


def test_a_status_other_than_zero_is_reported_with_its_exit() -> None:
    """It is the process that is named, not the program."""
    story = with_pipe()
    end = story.exit("P1", 3)
    story.wait("P0", "P1", "exited 3")
    story.exit("P0")

    finding = broken(lambda: require_all_exit_zero(story.evidence()))

    assert (finding.seen, finding.events) == ("P1 ended with status 3", (end.n,))


def test_a_killed_process_is_reported_with_its_signal() -> None:
    """A signal is no status."""
    story = with_pipe()
    story.killed("P1", "SIGTERM")
    story.wait("P0", "P1", "killed SIGTERM")
    story.exit("P0")

    assert broken(lambda: require_all_exit_zero(story.evidence())).seen == "P1 was killed by SIGTERM"


def test_the_fate_of_a_process_that_never_ended_says_what_it_waits_for() -> None:
    """With a proof of deadlock it is told where the process sleeps; without one, how the run ended."""
    locked = with_pipe()
    locked.blocks_reading("P1", 3)
    locked.blocks_waiting("P0")
    locked.deadlock()
    cut = with_pipe()

    run = locked.evidence()
    assert fate(run, run.root).startswith("never ended: P0 waits in wait4")
    run = cut.evidence("limit")
    assert fate(run, run.root) == "never ended (limit)"
