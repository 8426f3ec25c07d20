"""Known deadlocks are proved from their events, and programs that merely wait are spared."""

import pytest

from grader.kernel import deadlocked
from grader.model import Arg, Event
from tests.unit.kernel.world import World


def stuck(world: World) -> set[str]:
    """The tasks of which a deadlock is proved."""
    return {wait.task for wait in deadlocked(world.state)}


def reader_and_parent() -> World:
    """A child that reads a pipe until end-of-file, and a parent that will wait for it."""
    world = World()
    world.pipe()
    world.fork("P0", "P1")
    world.close("P0", 3)
    return world


def two_pipes() -> World:
    """Parent and child with a pipe each way, every unused end closed: A to the child, B to the parent."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A")
    world.pipe("P0", 5, 6, "pipe B")
    world.fork("P0", "P1")
    world.close("P0", 3, 6)
    world.close("P1", 4, 5)
    return world


def test_a_reader_that_holds_its_own_write_end_is_stuck() -> None:
    """The classic: the child never closed the write end, so end-of-file cannot come, and the parent waits for it."""
    world = reader_and_parent()
    world.close("P0", 4)
    world.sleep_in_read("P1", 3)
    world.block("P0", "wait4", pid="any", options=())
    waits = deadlocked(world.state)

    assert [wait.task for wait in waits] == ["P0", "P1"]
    assert waits[1].why == "write ends still open: P1 itself (fd 4, since event 3)"
    assert len(waits) == len(world.state.tasks)


def test_a_parent_that_forgot_its_write_end_is_stuck_with_its_child() -> None:
    """The parent waits for the child, the child for the parent's write end."""
    world = reader_and_parent()
    world.close("P1", 4)
    world.sleep_in_read("P1", 3)
    world.block("P0", "wait4", pid="P1", options=())

    assert stuck(world) == {"P0", "P1"}


def test_two_that_read_first_are_stuck() -> None:
    """Each waits for the other's message."""
    world = two_pipes()
    world.sleep_in_read("P0", 5)
    world.sleep_in_read("P1", 3)

    assert stuck(world) == {"P0", "P1"}


def test_a_parent_that_waits_before_it_drains_is_stuck() -> None:
    """The child cannot end before its output is read, and nobody reads."""
    world = two_pipes()
    world.sleep_in_write("P1", 6)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == {"P0", "P1"}


def test_semaphores_taken_in_different_orders_are_stuck() -> None:
    """Each holds what the other needs: System V semaphores and shared words alike."""
    shared: dict[str, Arg] = {"op": "wait", "shared": True, "timeout": None}
    orders: tuple[tuple[str, dict[str, Arg], dict[str, Arg]], ...] = (
        ("semop", {"id": "sysv-sem A"}, {"id": "sysv-sem B"}),
        ("futex", {"word": "futex A", **shared}, {"word": "futex B", **shared}),
    )
    for call, first, second in orders:
        world = World()
        world.fork("P0", "P1")
        world.add(Event(world.n + 1, "P0", "block", call, first))
        world.add(Event(world.n + 1, "P1", "block", call, second))
        assert stuck(world) == {"P0", "P1"}


def test_locks_in_a_circle_are_stuck() -> None:
    """Three processes, three file locks, each asks for the next one's."""
    world = World()
    world.fork("P0", "P1")
    world.fork("P0", "P2")
    for number, task in enumerate(("P0", "P1", "P2")):
        world.block(task, "flock", fd=3 + number, object=f"file /lock{number}", flags=("LOCK_EX",))

    assert stuck(world) == {"P0", "P1", "P2"}


def test_a_queue_that_nobody_fills_is_stuck() -> None:
    """The consumer waits for a message, its parent for the consumer."""
    world = World()
    world.call("P0", "mq_open", 3, path="/jobs", object="queue A", flags=("O_RDWR", "O_CREAT"))
    world.fork("P0", "P1")
    world.block("P1", "mq_timedreceive", fd=3, object="queue A", count=10, timeout=None)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == {"P0", "P1"}


def test_a_mutex_locked_twice_is_stuck() -> None:
    """A single thread that locks a normal mutex again has nobody to unlock it."""
    world = World()
    world.block("P0", "futex", op="wait", word="futex A", shared=False, timeout=None)

    assert stuck(world) == {"P0"}


def test_a_lost_wake_up_is_stuck() -> None:
    """Both sleep until a signal, and nobody is left to send one."""
    world = World()
    world.fork("P0", "P1")
    world.block("P0", "pause")
    world.block("P1", "rt_sigsuspend", mask=())

    assert stuck(world) == {"P0", "P1"}


def test_a_fifo_opened_by_one_side_only_is_stuck() -> None:
    """The open waits for the other end, and nobody will open it."""
    world = World()
    world.call("P0", "mknod", path="/f", type="fifo")
    world.block("P0", "openat", path="/f", flags=("O_RDONLY",))

    assert stuck(world) == {"P0"}


def test_a_poll_over_pipes_of_the_tree_is_stuck() -> None:
    """Both ends are its own."""
    world = World()
    world.pipe()
    world.block("P0", "poll", fds=({"fd": 3, "object": "pipe A", "events": ("POLLIN",)},), timeout=None)

    assert stuck(world) == {"P0"}


def test_the_two_ends_of_a_socketpair_are_stuck() -> None:
    """Each waits for the other to speak."""
    world = World()
    world.call("P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX")
    world.fork("P0", "P1")
    world.block("P0", "read", fd=3, object="socket A", count=1)
    world.block("P1", "read", fd=4, object="socket B", count=1)

    assert stuck(world) == {"P0", "P1"}


def test_a_partial_deadlock_covers_those_it_can_prove() -> None:
    """One child is stuck with itself; the parent sleeps and will go on."""
    world = reader_and_parent()
    world.close("P0", 4)
    world.sleep_in_read("P1", 3)
    world.block("P0", "nanosleep", duration=9)

    assert stuck(world) == {"P1"}


def test_who_waits_for_a_living_task_is_spared() -> None:
    """The writer may run and write."""
    world = reader_and_parent()
    world.sleep_in_read("P1", 3)

    assert stuck(world) == set()


def test_who_waits_for_one_that_waits_for_a_living_task_is_spared() -> None:
    """A chain that ends in a task that may run is no deadlock."""
    world = two_pipes()
    world.fork("P1", "P2")
    world.block("P0", "wait4", pid="any", options=())
    world.block("P1", "wait4", pid="any", options=())

    assert stuck(world) == set()


def test_a_server_that_awaits_sigterm_is_spared() -> None:
    """It sleeps in sigsuspend with a handler: the signal comes from outside. Its clients are spared with it."""
    world = two_pipes()
    world.handle("P0", "SIGTERM")
    world.block("P0", "rt_sigsuspend", mask=("SIGINT",))
    world.sleep_in_read("P1", 3)

    assert stuck(world) == set()


def test_a_server_in_sigwait_is_spared() -> None:
    """The signal is blocked and awaited."""
    world = World()
    world.call("P0", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGTERM",))
    world.block("P0", "rt_sigtimedwait", set=("SIGTERM",), timeout=None)

    assert stuck(world) == set()


def test_a_watchdog_alarm_spares_its_process() -> None:
    """The alarm will end the wait."""
    world = reader_and_parent()
    world.close("P0", 4)
    world.handle("P1", "SIGALRM")
    world.call("P1", "alarm", duration=5)
    world.sleep_in_read("P1", 3)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == set()


def test_an_alarm_that_fired_spares_nobody() -> None:
    """The handler is there, the timer is not."""
    world = reader_and_parent()
    world.close("P0", 4)
    world.handle("P1", "SIGALRM")
    world.at(0, "P1", "alarm", duration=5)
    world.deliver("P1", "SIGALRM", time=5)
    world.call("P1", "rt_sigreturn")
    world.sleep_in_read("P1", 3)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == {"P0", "P1"}


def test_a_reader_of_an_open_stdin_is_spared() -> None:
    """The outside may still write."""
    world = World(stdin_open=True)
    world.sleep_in_read("P0", 0)

    assert stuck(world) == set()


def test_the_runtimes_handler_does_not_spare_a_blocked_reader() -> None:
    """Python installs a SIGINT handler in every program: that is no plan to be woken."""
    world = World()
    world.handle("P0", "SIGINT")
    world.tell("P0", "begin")
    world.pipe()
    world.fork("P0", "P1")
    world.close("P0", 3, 4)
    world.sleep_in_read("P1", 3)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == {"P0", "P1"}


@pytest.mark.parametrize("call", ["swizzle", "accept", "epoll_wait"])
def test_an_unknown_wait_spares_all_who_depend_on_it(call: str) -> None:
    """Where the model cannot prove, it says nothing."""
    world = reader_and_parent()
    world.block("P1", call, fd=3, timeout=None)
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == set()


def test_a_stopped_process_spares_those_who_wait_for_it() -> None:
    """Somebody may continue it."""
    world = two_pipes()
    world.sleep_in_read("P1", 3)
    world.tell("P1", "stopped", signal="SIGTSTP")
    world.sleep_in_read("P0", 5)

    assert stuck(world) == set()


def test_a_parent_whose_child_has_ended_is_spared() -> None:
    """The wait is already satisfied."""
    world = reader_and_parent()
    world.exit("P1")
    world.block("P0", "wait4", pid="any", options=())

    assert stuck(world) == set()


def test_nothing_is_stuck_where_nothing_is() -> None:
    """When all tasks are gone there is no deadlock."""
    world = World()
    world.exit("P0")

    assert deadlocked(world.state) == ()
