"""An event is told in one line that a person understands."""

from __future__ import annotations

import pytest
from hypothesis import given

from grader.evidence import describe
from grader.model import Args, Event
from tests.support.random_events import EVENTS

TOLD: list[tuple[Event, str]] = [
    (
        Event(57, "P1", "call", "read", {"fd": 3, "object": "pipe A", "count": 9}, 0, data=b""),
        "#57 P1 read(3) on pipe A = 0 (end-of-file)",
    ),
    (
        Event(58, "P1", "call", "read", {"fd": 3, "object": "pipe A", "count": 9}, 3, data=b"hi\n"),
        '#58 P1 read(3) on pipe A = 3 "hi\\n"',
    ),
    (Event(5, "P0", "call", "close", {"fd": 9, "object": ""}, None, "EBADF"), "#5 P0 close(9) = -1 EBADF"),
    (
        Event(4, "P0", "call", "pipe2", {"read": 3, "write": 4, "object": "pipe A", "flags": ("O_CLOEXEC",)}, 0),
        "#4 P0 pipe2() makes pipe A: read end 3, write end 4",
    ),
    (Event(6, "P0", "call", "clone", {"child": "P0.1", "thread": True}), "#6 P0 clone() makes the thread P0.1"),
    (Event(6, "P0", "call", "fork", {"child": "P1", "thread": False}), "#6 P0 fork() makes the process P1"),
    (
        Event(7, "P0", "call", "wait4", {"pid": "any", "options": ("WNOHANG",), "child": "", "status": ""}, 0),
        "#7 P0 wait4(any, WNOHANG) = no child yet",
    ),
    (
        Event(7, "P0", "call", "wait4", {"pid": "P1", "options": (), "child": "P1", "status": "exited 3"}, 1),
        "#7 P0 wait4(P1, 0) = P1 (exited 3)",
    ),
    (
        Event(9, "P0", "call", "openat", {"path": "a b", "flags": ("O_RDONLY",), "object": "file a b"}, 3),
        "#9 P0 openat(a b, O_RDONLY) on file a b = 3",
    ),
    (Event(9, "P0", "call", "kill", {"target": "P1", "signal": "SIGTERM"}, 0), "#9 P0 kill(P1, SIGTERM) = 0"),
    (Event(9, "P1", "block", "read", {"fd": 3, "object": "pipe A"}), "#9 P1 blocks in read(3) on pipe A"),
    (
        Event(9, "P1", "signal", "", {"signal": "SIGINT", "action": "handler", "origin": "outside"}),
        "#9 P1 receives SIGINT from outside (handler)",
    ),
    (Event(1, "P0", "start", "", {"argv": ("./a", "x")}), "#1 P0 starts: ./a x"),
    (Event(2, "P0", "begin"), "#2 P0 begins its own code"),
    (Event(3, "P0", "exit", "", {"code": 2}), "#3 P0 exits with status 2"),
    (Event(3, "P0", "exit", "", {"signal": "SIGSEGV"}), "#3 P0 is killed by SIGSEGV"),
    (Event(3, "P0", "stopped"), "#3 P0 is stopped"),
    (Event(3, "P0", "continued"), "#3 P0 continues"),
    (
        Event(3, "outside", "stimulus", "", {"action": "signal", "signal": "SIGTERM", "target": "P0"}),
        "#3 outside sends SIGTERM to P0",
    ),
    (Event(3, "outside", "stimulus", "", {"action": "write"}, data=b"go\n"), '#3 outside writes "go\\n" to stdin'),
    (Event(3, "outside", "stimulus", "", {"action": "close"}), "#3 outside closes stdin"),
    (Event(3, "P0", "limit", "", {"limit": "events", "value": 9}), "#3 the limit of events is reached (9)"),
    (Event(3, "P0", "left", "", {"type": "shm", "name": "/x"}), "#3 left behind: shm /x"),
]


@pytest.mark.parametrize(("event", "line"), TOLD)
def test_an_event_is_told_in_one_line(event: Event, line: str) -> None:
    """Number, who, what, outcome."""
    assert describe(event) == line


def test_a_long_payload_is_shortened_with_a_sign() -> None:
    """Forty bytes are shown, the sign says that there is more, and the result says how much."""
    event = Event(8, "P0", "call", "write", {"fd": 1, "object": "stdout"}, 50, data=b"x" * 50)

    assert describe(event) == f'#8 P0 write(1) on stdout = 50 "{"x" * 40}"…'


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"\x00\xff", r'"\x00\xff"'),
        ("Grüße".encode(), '"Grüße"'),
        (b"a\tb", r'"a\tb"'),
        (b'"', r'"\""'),
        (b"\\n", r'"\\n"'),
    ],
)
def test_a_payload_is_told_without_ambiguity(data: bytes, shown: str) -> None:
    """Text as text, anything else escaped, a backslash twice."""
    event = Event(1, "P0", "call", "read", {"fd": 0, "object": "stdin"}, len(data), data=data)

    assert describe(event) == f"#1 P0 read(0) on stdin = {len(data)} {shown}"


def test_a_deadlock_tells_every_wait() -> None:
    """One clause a task."""
    waits: tuple[Args, ...] = (
        {"task": "P0", "call": "wait4", "object": "P1", "providers": ("P1",)},
        {"task": "P1", "call": "read", "object": "pipe A", "providers": ("P0", "P2")},
    )

    assert describe(Event(9, "outside", "deadlock", "", {"waits": waits})) == (
        "#9 deadlock: P0 waits in wait4 for P1, which only P1 could end; "
        "P1 waits in read for pipe A, which only P0 or P2 could end"
    )


@given(EVENTS)
def test_any_event_at_all_can_be_told(event: Event) -> None:
    """Nothing that evidence may hold makes the telling fail."""
    assert describe(event).startswith("#1 ")
