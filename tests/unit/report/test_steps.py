"""A run step by step: what each event changed, and where every process stands after it."""

from __future__ import annotations

from dataclasses import replace

from grader.evidence import Evidence
from grader.model import Source
from grader.report import Halt, holdings, standing, step_lines, steps, stops
from tests.support.events import Story


def family() -> Story:
    """A parent and a child with a pipe: the parent writes and waits, the child keeps its write end and reads."""
    story = Story("./prog")
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 3)
    story.write("P0", 4)
    story.close("P0", 4)
    story.blocks_waiting("P0")
    story.read("P1", 3)
    story.blocks_reading("P1", 3)
    story.deadlock()
    return story


def changed(story: Story, number: int = -1) -> list[str]:
    """What one event changed, the last if none is named."""
    run = story.evidence("exited")
    n = run.last.n if number < 0 else number
    return [line.strip() for line in step_lines(run, n - 1, n)][1:]


def test_descriptors_that_come_and_go_are_told() -> None:
    """A pipe gives two, fork copies all, close takes one, dup2 puts another in its place."""
    story = Story()
    story.pipe("P0")
    assert changed(story) == ["P0: fd 3 is now the read end of pipe A", "P0: fd 4 is now the write end of pipe A"]
    story.fork("P0", "P1")
    assert changed(story) == ["P1 is born, a child of P0, with descriptors 0-4"]
    story.close("P0", 3)
    assert changed(story) == ["P0: fd 3, the read end of pipe A, is closed"]
    story.dup2("P1", 4, 1)
    assert changed(story) == ["P1: fd 1 is now the write end of pipe A (no longer stdout)"]


def test_how_full_a_pipe_is_and_that_an_end_is_gone_everywhere_is_told() -> None:
    """Bytes go in and out; the last write end takes the pipe's writers with it."""
    story = Story()
    story.pipe("P0")
    story.write("P0", 4, b"x")
    assert changed(story) == ["pipe A holds 1 byte of 65536"]
    story.read("P0", 3, b"x")
    assert changed(story) == ["pipe A holds 0 bytes of 65536"]
    story.close("P0", 4)
    assert changed(story) == ["P0: fd 4, the write end of pipe A, is closed", "nobody can write to pipe A any more"]


def test_the_end_of_a_child_and_its_burial_are_told() -> None:
    """A zombie until it is waited for."""
    story = Story()
    story.fork("P0", "P1")
    story.exit("P1", 3)
    assert changed(story) == ["P1 is a zombie until P0 waits for it"]
    assert list(standing(story.evidence("blocked"), 5, {}))[1:] == [
        "P1  a zombie: exited with status 3 at #5, P0 has not waited for it"
    ]
    story.wait("P0", "P1", "exited 3")
    assert changed(story) == ["P1 is gone for good"]


def test_orphans_get_another_parent() -> None:
    """init waits for them."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P1", "P2")
    story.exit("P1")
    assert "P2 has lost its parent: init will wait for it" in changed(story)


def test_signals_and_timers_that_wait_are_told() -> None:
    """Sent and not yet taken; armed and disarmed."""
    story = Story()
    story.handle("P0", "SIGUSR1")
    story.call("P0", "kill", target="P0", signal="SIGUSR1")
    assert changed(story) == ["P0: SIGUSR1 is pending"]
    story.add("P0", "signal", {"signal": "SIGUSR1", "action": "handler", "origin": "P0"})
    assert changed(story) == ["P0: SIGUSR1 is no longer pending"]
    story.call("P0", "alarm", duration=5_000_000_000)
    assert changed(story) == ["P0: timer ITIMER_REAL is set to 5 s"]
    story.call("P0", "alarm", duration=0)
    assert changed(story) == ["P0: timer ITIMER_REAL is not armed any more"]


def test_objects_that_outlive_their_makers_are_told() -> None:
    """Made, then removed."""
    story = Story()
    story.call("P0", "mknod", path="/box/f", type="fifo")
    assert changed(story) == ["fifo /box/f exists now, until somebody removes it"]
    story.call("P0", "unlink", path="/box/f")
    assert changed(story) == ["fifo /box/f does not exist any more"]


def test_each_process_stands_in_its_sleep_or_before_its_next_call() -> None:
    """With the line of the source, and its text where that is at hand."""
    run = with_line(family().evidence(), 10, 12)
    source = {"prog.c": ("int main()", *[""] * 10, "  read(fds[0], text, 9);")}

    assert list(standing(run, 8, source)) == [
        "P0  asleep in wait4 for a child since #8",
        "P1  before read(3) on pipe A",
    ]
    assert list(standing(run, 10, source)) == [
        "P0  asleep in wait4 for a child since #8",
        "P1  asleep in read(fd 3) on pipe A since #10  at prog.c:12: read(fds[0], text, 9);",
    ]
    assert list(standing(run, 10, source, most=1)) == ["P0  asleep in wait4 for a child since #8", "… and 1 more"]


def with_line(run: Evidence, n: int, line: int) -> Evidence:
    """The run with a place for one event; the event is the one that the state keeps."""
    placed = replace(run.event(n), source=(Source("prog.c", line),))
    return Evidence(run.header, (*run.events[: n - 1], placed, *run.events[n:]), run.end)


def test_what_each_process_holds_is_told_with_the_pipes_between_them() -> None:
    """Descriptors, handlers, masks; bytes and holders of a pipe."""
    story = family()
    story.handle("P1", "SIGTERM")
    story.call("P1", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGINT",))
    told = list(holdings(story.evidence("blocked"), len(story.events)))

    assert told[:4] == ["P0  ./prog", "    fd 0  stdin", "    fd 1  stdout", "    fd 2  stderr"]
    assert told[-5:] == [
        "    fd 3  the read end of pipe A",
        "    fd 4  the write end of pipe A",
        "    handles SIGTERM",
        "    blocks SIGINT",
        "pipe A  0 bytes of 65536, read end: P1 (fd 3); write end: P1 (fd 4)",
    ]


def test_start_up_and_loading_are_no_steps_of_their_own() -> None:
    """They are counted with the step that follows."""
    story = Story()
    story.call("P0", "openat", path="/lib/libc.so.6", object="file /lib/libc.so.6", flags=(), result=3)
    story.call("P0", "close", fd=3)
    story.pipe("P0")
    run = story.evidence("exited")

    assert stops(run) == (0, 1, 2, 5)
    assert next(step_lines(run, 2, 5)) == "  … 2 steps of an interpreter or loader that starts a program"


def test_the_whole_run_is_told_up_to_the_last_thing_found() -> None:
    """Each halt says where everybody stands, then what was found; nothing after the last is told."""
    run = family().evidence()
    told = list(steps(run, [Halt(9, ("✗ first",)), Halt(10, ("✗ second", "  why"))], {}))

    assert [line for line in told if line.startswith(("✗", "here"))] == [
        "here is what was found (event 9)", "✗ first", "here is what was found (event 10)", "✗ second",
    ]  # fmt: skip
    assert told[-1] == "  why"
    assert not any("deadlock" in line for line in told)
    assert [line for line in told if line.endswith("moves")] == ["P0 moves", "P1 moves"]


def test_a_run_in_which_nothing_was_found_is_told_to_its_end() -> None:
    """All of its events."""
    assert "deadlock" in list(steps(family().evidence(), [], {}))[-1]
