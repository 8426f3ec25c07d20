"""The story of a run: what happened between processes, short enough to be read."""

from __future__ import annotations

from grader.model import Event, Plan
from grader.report.story import story
from tests.unit.checks.fakes import remade


def told(*events: Event, most: int = 50) -> tuple[str, ...]:
    """The story of these events."""
    return story(remade(Plan("trace"), events, outcome="exited"), "ev.jsonl", most)


def call(n: int, name: str, task: str = "P0", **args: object) -> Event:
    """A call that returned 0."""
    return Event(n, task, "call", name, args, 0)  # type: ignore[arg-type]


def test_what_passes_between_processes_is_told() -> None:
    """Pipes, forks, their closing; files and memory are nobody's business here."""
    lines = told(
        Event(1, "P0", "start", args={"argv": ("prog",)}),
        call(2, "openat", path="/etc/passwd", fd=3, object="file /etc/passwd"),
        call(3, "close", fd=3, object="file /etc/passwd"),
        call(4, "pipe2", read=3, write=4, object="pipe A"),
        call(5, "write", fd=4, object="pipe A", count=0),
        call(6, "mmap", fd=5, object="file x"),
        call(7, "close", fd=3, object="pipe A"),
        Event(8, "P0", "exit", args={"code": 0}),
    )

    assert [line.split()[0] for line in lines] == ["#1", "#4", "#5", "#7", "#8"]


def test_the_start_of_an_interpreter_is_not_part_of_the_story() -> None:
    """What a process does before its own code begins is its runtime's."""
    lines = told(
        Event(1, "P0", "start", args={"argv": ("python3",)}),
        call(2, "rt_sigaction", signal="SIGINT", action="handler"),
        Event(3, "P0", "begin"),
        call(4, "rt_sigaction", signal="SIGTERM", action="handler"),
    )

    assert [line.split()[0] for line in lines] == ["#1", "#4"]


def test_a_call_repeated_is_told_once_and_counted() -> None:
    """Up to three are told one by one."""
    lines = told(*(call(n, "write", fd=1, object="stdout", count=1) for n in range(1, 101)))

    assert len(lines) == 2
    assert lines[1] == "  … 99 more like it, the last is #100"


def test_a_long_story_says_what_it_leaves_out() -> None:
    """Beginning and end stay; the file with all events is named."""
    lines = told(*(call(n, "close", fd=n, object=f"pipe {n}") for n in range(1, 101)), most=11)

    assert len(lines) == 11
    assert lines[5] == "… (90 more lines, see ev.jsonl)"
    assert (lines[0].split()[0], lines[-1].split()[0]) == ("#1", "#100")


def test_an_attempt_to_blind_the_tracer_is_part_of_the_story() -> None:
    """Whatever the call is."""
    lines = told(Event(1, "P0", "call", "ptrace", {"refused": True}, error="EPERM"))

    assert len(lines) == 1
    assert "ptrace" in lines[0]
