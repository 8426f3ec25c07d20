"""In: nothing; out: for each rule that compares schedules, a run that shows a mistake and the runs that it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.evidence import Evidence
from tests.support.events import Story

Runs = tuple[Evidence, ...]


def _run(story: Story, schedule: str, outcome: str = "") -> Evidence:
    """The evidence of a story under a schedule."""
    told = story.evidence(outcome)
    printed = b"".join(e.data or b"" for e in told.events if e.call == "write" and e.text("object") == "stdout")
    return Evidence(told.header, told.events, replace(told.end, schedule=schedule, stdout=printed))


def _handled(story: Story, task: str, signal: str, origin: str) -> None:
    """A handler runs and returns."""
    story.add(task, "signal", {"signal": signal, "action": "handler", "origin": origin})
    story.call(task, "rt_sigreturn", result=None)


def signal_comes_between_test_and_pause() -> Runs:
    """The parent looks at a flag and pauses; its child's signal comes in between, and in the other run into the pause."""
    runs = []
    for lost in (True, False):
        story = Story()
        story.handle("P0", "SIGUSR1")
        story.fork("P0", "P1")
        if lost:
            story.call("P1", "kill", pid="P0", signal="SIGUSR1")
            _handled(story, "P0", "SIGUSR1", "P1")
            story.exit("P1")
            story.blocks("P0", "pause")
        else:
            story.blocks("P0", "pause")
            story.call("P1", "kill", pid="P0", signal="SIGUSR1")
            story.call("P0", "pause", error="EINTR")
            _handled(story, "P0", "SIGUSR1", "P1")
            story.exit("P1")
            story.wait("P0", "P1")
            story.exit("P0")
        runs.append(_run(story, "x1:4.1.00-aa" if lost else "f1", "blocked" if lost else ""))
    return tuple(runs)


def signal_reaches_a_child_without_its_handler() -> Runs:
    """The parent sends a signal to the child that it has just made; the child is killed, or handles it and says so."""
    runs = []
    for early in (True, False):
        story = Story()
        story.fork("P0", "P1")
        if early:
            story.call("P0", "kill", pid="P1", signal="SIGUSR1")
            story.killed("P1", "SIGUSR1", "P0")
            story.wait("P0", "P1", "killed SIGUSR1")
            story.exit("P0", 1)
        else:
            story.handle("P1", "SIGUSR1")
            story.call("P0", "kill", pid="P1", signal="SIGUSR1")
            _handled(story, "P1", "SIGUSR1", "P0")
            story.exit("P1")
            story.wait("P0", "P1")
            story.exit("P0")
        runs.append(_run(story, "x1:2.0.00-bb" if early else "f1"))
    return tuple(runs)


def sleeps_until_its_child_has_surely_written() -> Runs:
    """The parent sleeps, then reads a file that its child writes meanwhile; on a busy machine it is not written yet."""
    runs = []
    for short in (True, False):
        story = Story()
        story.fork("P0", "P1")
        story.blocks("P0", "clock_nanosleep", duration=1_000_000_000)
        if not short:
            story.exit("P1")
        story.call("P0", "clock_nanosleep", duration=1_000_000_000)
        story.write("P0", 1, b"nothing there\n" if short else b"the answer\n")
        if short:
            story.exit("P1")
        story.wait("P0", "P1")
        story.exit("P0")
        runs.append(_run(story, "h1:1.0.00-cc" if short else "f1"))
    return tuple(runs)


def parent_and_child_print_as_it_comes() -> Runs:
    """Nothing says whether the parent or its child prints first."""
    runs = []
    for turned in (True, False):
        story = Story()
        story.fork("P0", "P1")
        for task in ("P1", "P0") if turned else ("P0", "P1"):
            story.write(task, 1, b"child\n" if task == "P1" else b"parent\n")
        story.exit("P1")
        story.wait("P0", "P1")
        story.exit("P0")
        runs.append(_run(story, "x1:2.1.00-dd" if turned else "f1"))
    return tuple(runs)


MANY: dict[str, Callable[[], Runs]] = {
    "signal_comes_between_test_and_pause": signal_comes_between_test_and_pause,
    "signal_reaches_a_child_without_its_handler": signal_reaches_a_child_without_its_handler,
    "sleeps_until_its_child_has_surely_written": sleeps_until_its_child_has_surely_written,
    "parent_and_child_print_as_it_comes": parent_and_child_print_as_it_comes,
}
"""The first run of each shows the mistake, the last is the fair one."""
