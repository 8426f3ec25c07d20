"""An epoll set as epoll(7) has it: what is in it, when that leaves it, and who could end a wait for it."""

import pytest

from grader.model import Arg
from tests.unit.kernel.waiting import family, wait
from tests.unit.kernel.world import World


def add(world: World, target: int, *events: str, op: str = "EPOLL_CTL_ADD", task: str = "P1") -> None:
    """The task changes what epoll A, its descriptor 9, watches."""
    world.call(task, "epoll_ctl", fd=9, object="epoll A", op=op, target=target, events=events)


def watcher(*events: str) -> World:
    """P1 has an epoll set with the read end of pipe A; P0 and P1 have its write end, fd 4."""
    world = family("P1")
    world.call("P1", "epoll_create1", 9, object="epoll A", flags=())
    add(world, 3, *(events or ("EPOLLIN",)))
    return world


def sleeps(world: World, timeout: int | None = None) -> None:
    """P1 waits for its set."""
    world.block("P1", "epoll_wait", fd=9, object="epoll A", timeout=timeout)


def test_a_set_waits_for_whoever_could_make_a_member_ready() -> None:
    """The holders of the far end; the wait names the member."""
    world = watcher()
    sleeps(world)
    found = wait(world, "P1")

    assert (set(found.providers), found.outside, found.timer) == ({"P0"}, False, False)
    assert (found.objects, found.what) == (("pipe A",), "P1 waits in epoll_wait for any of: (fd 3) on pipe A")


def test_a_set_with_a_time_limit_ends_by_itself() -> None:
    """As poll does."""
    world = watcher()
    sleeps(world, 1_000)

    assert wait(world, "P1").timer


def test_a_member_that_was_taken_out_counts_no_more() -> None:
    """What is left is an empty set, which a signal alone can end; one that was changed counts as it is now."""
    world = watcher()
    add(world, 3, op="EPOLL_CTL_DEL")
    sleeps(world)
    assert wait(world, "P1").why == "its epoll set is empty, so only a signal can end it"

    world = watcher("EPOLLOUT")
    add(world, 3, "EPOLLIN", op="EPOLL_CTL_MOD")
    sleeps(world)
    assert "write ends still open" in wait(world, "P1").why


def test_a_member_whose_number_is_closed_stays_while_another_holds_it() -> None:
    """The set is about open file descriptions: P0 has the read end still; when nobody has, it is gone."""
    world = watcher()
    world.close("P1", 3)
    sleeps(world)
    assert wait(world, "P1").objects == ("pipe A",)

    world.close("P0", 3, 4)
    world.close("P1", 4)
    sleeps(world)
    assert wait(world, "P1").objects == ("epoll A",)


def test_whoever_holds_the_set_could_add_to_it() -> None:
    """A child that inherited it, and anybody to whom it travels."""
    world = watcher()
    world.close("P0", 4)
    world.fork("P1", "P2")
    world.close("P2", 3, 4)
    sleeps(world)
    assert wait(world, "P1").providers == {"P2"}

    world.call("P1", "socketpair", object="socket A", peer="socket B", pair=(5, 6), family="AF_UNIX")
    world.call("P1", "sendmsg", 1, fd=5, object="socket A", count=1, passed=(9,))
    world.fork("P0", "P3")
    sleeps(world)
    assert {"P0", "P2", "P3"} <= wait(world, "P1").providers


@pytest.mark.parametrize(
    "change",
    [
        {"op": "EPOLL_CTL_ADD", "target": 77, "events": ("EPOLLIN",)},
        {"op": "9", "target": 3, "events": ("EPOLLIN",)},
        {"op": "EPOLL_CTL_DEL", "target": 77, "events": ()},
    ],
)
def test_a_set_that_is_not_known_whole_proves_nothing(change: dict[str, Arg]) -> None:
    """A member that the model cannot name, or a command that it does not know."""
    world = watcher()
    world.call("P1", "epoll_ctl", fd=9, object="epoll A", **change)
    sleeps(world)

    assert wait(world, "P1").outside


@pytest.mark.parametrize("kind", ["inotify A", "epoll B", "file /dev/tty", "device /dev/tty"])
def test_a_member_of_unknown_ways_proves_nothing(kind: str) -> None:
    """Somebody outside may make it ready, for all that the model knows."""
    world = watcher()
    world.call("P1", "openat", 12, path="/x", object=kind, flags=("O_RDONLY",))
    add(world, 12, "EPOLLIN")
    sleeps(world)

    assert wait(world, "P1").outside


def test_a_set_that_came_from_nowhere_proves_nothing() -> None:
    """Its making is not on record."""
    world = family("P1")
    sleeps(world)

    assert wait(world, "P1").outside


def test_a_failed_change_changes_nothing() -> None:
    """EEXIST, EPERM: the set is as it was."""
    world = watcher()
    world.fail("P1", "epoll_ctl", "EEXIST", fd=9, object="epoll A", op="EPOLL_CTL_ADD", target=77, events=())
    sleeps(world)

    assert not wait(world, "P1").outside
