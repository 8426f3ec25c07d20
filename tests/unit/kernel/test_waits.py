"""A task that sleeps is said to wait for something, by whom it could be woken, and why."""

import pytest

from grader.kernel import wait_of
from grader.model import Arg
from tests.unit.kernel.waiting import family, wait
from tests.unit.kernel.world import World


def test_a_task_that_may_run_waits_for_nothing() -> None:
    """Neither does one that is gone."""
    world = family()

    assert wait_of(world.state, "P0") is None
    assert wait_of(world.state, "P9") is None


def test_a_reader_waits_for_the_holders_of_write_ends() -> None:
    """Its own process is named as itself, and cannot wake it."""
    world = family("P1")
    world.sleep_in_read("P1", 3)
    found = wait(world, "P1")

    assert found.what == "P1 waits in read(fd 3) on pipe A"
    assert found.why == "write ends still open: P0 (fd 4, since event 2), P1 itself (fd 4, since event 3)"
    assert (set(found.providers), found.objects, found.outside, found.timer) == ({"P0"}, ("pipe A",), False, False)
    assert (found.event, found.call) == (world.n, "read")


def test_several_ends_of_one_holder_are_all_named() -> None:
    """A duplicate is an end too."""
    world = family()
    world.call("P0", "dup", 7, fd=4, object="pipe A")
    world.sleep_in_read("P0", 3)

    assert wait(world).why == "write ends still open: P0 itself (fd 4, since event 2, fd 7, since event 3)"


def test_a_reader_whose_holder_is_another_thread_can_be_woken_by_it() -> None:
    """Threads share the end; only the sleeper itself is no provider."""
    world = family()
    world.fork("P0", "P0.1", "clone", ("fd table",))
    world.sleep_in_read("P0", 3)

    assert wait(world).providers == {"P0.1"}


def test_a_writer_waits_for_the_holders_of_read_ends() -> None:
    """A full pipe is drained by whoever can read it."""
    world = family("P1")
    world.close("P1", 4)
    world.sleep_in_write("P0", 4)
    found = wait(world)

    assert found.what == "P0 waits in write(fd 4) on pipe A, which is full"
    assert found.why == "read ends still open: P0 itself (fd 3, since event 2), P1 (fd 3, since event 3)"
    assert found.providers == {"P1"}


def test_stdin_waits_for_the_outside_while_it_is_open() -> None:
    """After the outside has closed, only holders in the tree count, and there is none: nothing is proved."""
    world = World(stdin_open=True)
    world.sleep_in_read("P0", 0)
    assert wait(world).why == "the outside holds its write end"

    world.tell("outside", "stimulus", action="close", object="stdin")

    assert wait(world).outside
    assert wait(world).why == "nobody is known to hold its write end"


def test_stdout_is_drained_outside() -> None:
    """A writer on stdout can always be woken from outside."""
    world = World()
    world.sleep_in_write("P0", 1)

    assert wait(world).outside


def test_any_task_may_open_a_fifo() -> None:
    """A reader of a FIFO can be woken by whoever opens it by name."""
    world = family("P1", "P2")
    world.call("P1", "openat", 5, path="/f", object="fifo A", flags=("O_RDWR",))
    world.sleep_in_read("P1", 5)

    assert wait(world, "P1").providers == {"P0", "P2"}
    assert wait(world, "P1").why == "write ends still open: P1 itself (fd 5, since event 5)"


@pytest.mark.parametrize(("flags", "end"), [(("O_RDONLY",), "writing"), (("O_WRONLY",), "reading")])
def test_opening_a_fifo_waits_for_the_other_end(flags: tuple[str, ...], end: str) -> None:
    """Whoever is alive could open it."""
    world = family("P1")
    world.call("P0", "mknod", path="/f", type="fifo")
    world.block("P0", "openat", path="./f", flags=flags)
    found = wait(world)

    assert (found.what, found.why) == ("P0 waits in openat of FIFO ./f", f"nobody has it open for {end}")
    assert (set(found.providers), found.outside) == ({"P1"}, False)


def test_opening_anything_else_proves_nothing() -> None:
    """A file system may be slow for reasons outside the tree."""
    world = family("P1")
    world.block("P0", "openat", path="/slow", flags=())

    assert wait(world).outside


def test_a_parent_waits_for_living_children() -> None:
    """All of them, or the one it names."""
    world = family("P1", "P2")
    world.block("P0", "wait4", pid="any", options=())
    assert wait(world).providers == {"P1", "P2"}
    assert wait(world).what == "P0 waits in wait4 for a child"
    assert wait(world).why == "still alive: P1 (child since event 3), P2 (child since event 4)"

    world.block("P0", "waitid", pid="P2", options=("WEXITED",))

    assert wait(world).providers == {"P2"}
    assert wait(world).what == "P0 waits in waitid for P2"


def test_a_wait_that_has_its_zombie_is_no_wait() -> None:
    """A child that ended satisfies it at once."""
    world = family("P1", "P2")
    world.exit("P1")
    world.block("P0", "wait4", pid="any", options=())
    assert wait_of(world.state, "P0") is None

    world.block("P0", "wait4", pid="P2", options=())

    assert wait(world).providers == {"P2"}


def test_a_wait_without_a_known_child_proves_nothing() -> None:
    """The kernel would not sleep: something was missed."""
    world = family()
    world.block("P0", "wait4", pid="any", options=())

    assert wait(world).outside


def test_a_wait_for_a_stop_can_be_ended_by_anyone() -> None:
    """Without WEXITED the end of a child is not what is waited for."""
    world = family("P1", "P2")
    world.exit("P1")
    world.block("P0", "waitid", pid="any", options=("WSTOPPED",))

    assert wait(world).providers == {"P2"}


def test_a_vfork_parent_waits_for_its_child_alone() -> None:
    """No signal wakes it, not even a caught one."""
    world = World()
    world.handle("P0", "SIGTERM")
    world.fork("P0", "P1", "vfork", ("memory",))

    assert wait(world).providers == {"P1"}
    assert not wait(world).outside
    assert wait(world).what == "P0 waits in vfork for P1"


def test_a_vfork_without_a_known_child_proves_nothing() -> None:
    """A block event that names no child is not believed."""
    world = World()
    world.block("P0", "vfork")

    assert wait(world).outside


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("pause", {}),
        ("rt_sigsuspend", {"mask": ()}),
        ("rt_sigtimedwait", {"set": ("SIGCHLD",), "timeout": None}),
        ("futex", {"op": "wait", "word": "futex A", "shared": True, "timeout": None}),
        ("flock", {"fd": 3, "object": "file /l", "flags": ("LOCK_EX",)}),
        ("fcntl", {"fd": 3, "object": "file /l", "command": "F_SETLKW"}),
        ("semop", {"id": "sysv-sem A", "ops": ()}),
        ("semtimedop", {"id": "sysv-sem A", "ops": (), "timeout": None}),
        ("msgrcv", {"id": "sysv-msg A", "type": 0, "count": 1}),
        ("msgsnd", {"id": "sysv-msg A", "type": 0, "count": 1}),
        ("mq_timedreceive", {"fd": 9, "object": "queue A", "timeout": None}),
        ("mq_timedsend", {"fd": 9, "object": "queue A", "timeout": None}),
        ("poll", {"fds": (), "timeout": None}),
        ("select", {"read": (), "write": (), "except": (), "timeout": None}),
    ],
)
def test_some_waits_could_be_ended_by_any_other_task(call: str, args: dict[str, Arg]) -> None:
    """Signals, locks, semaphores and queues are in nobody's hands alone."""
    world = family("P1", "P2")
    world.call("P1", "mq_open", 9, path="/q", object="queue A", flags=("O_RDWR",))
    world.block("P1", call, **args)
    found = wait(world, "P1")

    assert found.providers == {"P0", "P2"}
    assert (found.outside, found.timer) == (False, False)
    assert found.what.startswith(f"P1 waits in {call}")
    assert found.why


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("nanosleep", {"duration": 5}),
        ("clock_nanosleep", {"duration": 5}),
        ("restart_syscall", {}),
        ("poll", {"fds": ({"fd": 3, "object": "pipe A", "events": ("POLLIN",)},), "timeout": 5}),
        ("pselect6", {"read": (3,), "timeout": 5}),
        ("epoll_wait", {"fd": 9, "timeout": 5}),
        ("futex", {"op": "wait", "word": "futex A", "shared": True, "timeout": 5}),
        ("futex", {"op": "wait", "word": "futex A", "shared": True}),
        ("semtimedop", {"id": "sysv-sem A", "timeout": 5}),
        ("rt_sigtimedwait", {"set": ("SIGCHLD",), "timeout": 5}),
        ("mq_timedreceive", {"fd": 9, "object": "queue A", "timeout": 5}),
        ("mq_timedreceive", {"fd": 9, "object": "queue A"}),
    ],
)
def test_a_wait_with_a_limit_ends_by_itself(call: str, args: dict[str, Arg]) -> None:
    """So does one of which it is not known that it has none."""
    world = family()
    world.call("P0", "mq_open", 9, path="/q", object="queue A", flags=("O_RDWR",))
    world.block("P0", call, **args)

    assert wait(world).timer


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("swizzle", {}),
        ("accept", {"fd": 0}),
        ("connect", {"fd": 0}),
        ("epoll_wait", {"fd": 9, "timeout": None}),
        ("futex", {"op": "swizzle", "shared": True, "timeout": None}),
        ("fcntl", {"fd": 3, "command": "F_SETLEASE"}),
        ("read", {"fd": 77}),
        ("read", {"fd": 8}),
        ("poll", {"fds": ({"fd": 77, "events": ("POLLIN",)},), "timeout": None}),
        ("rt_sigtimedwait", {"set": ("SIGTERM",), "timeout": None}),
        ("rt_sigtimedwait", {"timeout": None}),
    ],
)
def test_what_the_model_does_not_know_proves_nothing(call: str, args: dict[str, Arg]) -> None:
    """An unknown call or object counts as something that the outside could end."""
    world = family()
    world.call("P0", "openat", 8, path="/dev/tty", object="device /dev/tty", flags=("O_RDWR",))
    world.block("P0", call, **args)

    assert wait(world).outside


def test_a_private_futex_is_a_matter_of_threads() -> None:
    """Only tasks of the same address space can wake it."""
    world = World()
    world.fork("P0", "P0.1", "clone", ("memory",))
    world.fork("P0", "P1")
    world.fork("P0", "P2", "clone", ("memory",))
    world.block("P0.1", "futex", op="wait", word="futex A", shared=False, timeout=None)

    assert wait(world, "P0.1").providers == {"P0", "P2"}


def test_poll_waits_for_any_of_its_descriptors() -> None:
    """Whoever could make one of them ready could wake it; negative numbers are passed over (poll(2))."""
    world = family("P1", "P2")
    world.pipe("P0", 5, 6, "pipe B")
    world.close("P2", 3, 4)
    listed: tuple[Arg, ...] = (
        {"fd": 3, "object": "pipe A", "events": ("POLLIN",)},
        {"fd": 6, "object": "pipe B", "events": ("POLLOUT",)},
        {"fd": 5, "object": "pipe B", "events": ()},
        {"fd": -1, "object": "", "events": ("POLLIN",)},
    )
    world.block("P0", "poll", fds=listed, timeout=None)
    found = wait(world)

    assert found.what == (
        "P0 waits in poll for any of: (fd 3) on pipe A, (fd 6) on pipe B, which is full, (fd 5) on pipe B"
    )
    assert (set(found.providers), found.objects) == ({"P1"}, ("pipe A", "pipe B"))


def test_select_waits_for_any_of_its_descriptors() -> None:
    """As poll, with its three sets."""
    world = family("P1")
    world.pipe("P0", 5, 6, "pipe B")
    world.block("P0", "pselect6", read=(3,), write=(6,), **{"except": (3,)}, timeout=None, mask=None)

    assert wait(world).providers == {"P1"}
    assert wait(world).objects == ("pipe A", "pipe B")


def test_one_unknown_descriptor_spoils_the_proof() -> None:
    """If any of the objects is not known, the outside may end the poll."""
    world = family("P1")
    listed = tuple({"fd": fd, "object": "", "events": ("POLLIN",)} for fd in (3, 77))
    world.block("P0", "poll", fds=listed, timeout=None)

    assert wait(world).outside


def test_splice_may_sleep_at_either_end() -> None:
    """The source may be empty or the target full."""
    world = family("P1")
    world.pipe("P0", 5, 6, "pipe B")
    world.block("P0", "splice", fd=3, object="pipe A", to=6, to_object="pipe B", count=9)

    assert wait(world).providers == {"P1"}
    assert wait(world).objects == ("pipe A", "pipe B")
