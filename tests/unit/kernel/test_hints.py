"""The scheduler's hints say no only where they are sure."""

import pytest

from grader.kernel import may_block, may_wake
from grader.model import Arg, Event
from tests.unit.kernel.world import World


def world_with_a_file() -> World:
    """A root with a pipe and an open file, at descriptor 8."""
    world = World()
    world.pipe()
    world.call("P0", "openat", 8, path="/a", object="file /a", flags=("O_RDWR",))
    return world


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("read", {"fd": 8}),
        ("write", {"fd": 8, "object": "file /a"}),
        ("write", {"fd": 8, "object": "device /dev/null"}),
        ("read", {"fd": 3, "nonblock": True}),
        ("close", {"fd": 3}),
        ("dup2", {"fd": 3, "to": 4}),
        ("wait4", {"pid": "any", "options": ("WNOHANG",)}),
        ("poll", {"fds": (), "timeout": 0}),
        ("futex", {"op": "wake"}),
        ("fcntl", {"fd": 3, "command": "F_GETFL"}),
        ("fcntl", {"fd": 3, "command": "F_SETLK"}),
        ("ioctl", {"fd": 3, "request": "FIONREAD"}),
        ("kill", {"target": "P1", "signal": "SIGTERM"}),
    ],
)
def test_some_calls_surely_do_not_block(call: str, args: dict[str, Arg]) -> None:
    """Files are always ready, and many calls never sleep."""
    assert not may_block(world_with_a_file().state, "P0", call, args)


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("read", {"fd": 3}),
        ("read", {"fd": 77}),
        ("write", {"fd": 1}),
        ("read", {"fd": 9, "object": "device /dev/tty"}),
        ("splice", {"fd": 8, "to": 4}),
        ("wait4", {"pid": "any", "options": ()}),
        ("poll", {"fds": (), "timeout": None}),
        ("poll", {"fds": ()}),
        ("futex", {"op": "wait"}),
        ("fcntl", {"fd": 3, "command": "F_SETLKW"}),
        ("fcntl", {"fd": 3, "command": "1234"}),
        ("fcntl", {"fd": 3}),
        ("ioctl", {"fd": 3, "request": "21505"}),
        ("close", {"fd": 9, "object": "socket A"}),
        ("openat", {"path": "/f"}),
        ("swizzle", {}),
    ],
)
def test_every_other_call_may_block(call: str, args: dict[str, Arg]) -> None:
    """In doubt the answer is yes."""
    assert may_block(world_with_a_file().state, "P0", call, args)


@pytest.mark.parametrize(
    "event",
    [
        Event(9, "P0", "block", "read", {"fd": 3}),
        Event(9, "P0", "begin"),
        Event(9, "P0", "call", "read", {"object": "file /a"}, 5),
        Event(9, "P0", "call", "write", {"object": "pipe A"}, -1, "EAGAIN"),
        Event(9, "P0", "call", "rt_sigaction", {"signal": "SIGTERM"}, 0),
        Event(9, "P0", "call", "nanosleep", {}, 0),
    ],
)
def test_some_events_surely_wake_nobody(event: Event) -> None:
    """A failure, a sleep, or I/O on a file lets nobody else go on."""
    assert not may_wake(event)


@pytest.mark.parametrize(
    "event",
    [
        Event(9, "P0", "call", "write", {"object": "pipe A"}, 5),
        Event(9, "P0", "call", "read", {"object": "pipe A"}, 5),
        Event(9, "P0", "call", "close", {"object": "file /a"}, 0),
        Event(9, "P0", "call", "close", {"object": "pipe A"}, -1, "EINTR"),
        Event(9, "P0", "call", "splice", {"object": "file /a", "to": 4}, 5),
        Event(9, "P0", "call", "swizzle", {}, 0),
        Event(9, "P0", "exit"),
        Event(9, "P0", "signal", "", {"signal": "SIGTERM"}),
        Event(9, "outside", "stimulus", "", {"action": "write"}),
    ],
)
def test_every_other_event_may_wake_somebody(event: Event) -> None:
    """A close of a file may free a lock; what is unknown may do anything."""
    assert may_wake(event)
