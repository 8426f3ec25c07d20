"""Waits on sockets, eventfds, timers, signalfds and pidfds name those who could end them."""

import pytest

from grader.model import Arg
from tests.unit.kernel.waiting import family, wait
from tests.unit.kernel.world import World


def test_a_socket_waits_for_its_peer_in_the_tree() -> None:
    """Holders of either end may end it; without a known peer the outside may."""
    world = World()
    world.call("P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX")
    world.fork("P0", "P1")
    world.close("P0", 4)
    world.close("P1", 3)
    world.block("P0", "recvfrom", fd=3, object="socket A", count=1)
    assert (set(wait(world).providers), wait(world).outside) == ({"P1"}, False)
    assert wait(world).why == "its other end, socket B, is still open: P1 (fd 4, since event 3)"

    world.close("P1", 4)

    assert wait(world).outside


def test_a_socket_with_a_timeout_ends_by_itself() -> None:
    """SO_RCVTIMEO makes a timed wait of every receive."""
    world = World()
    world.call("P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX")
    world.call("P0", "setsockopt", fd=3, object="socket A", option="SO_RCVTIMEO")
    world.block("P0", "recvfrom", fd=3, object="socket A", count=1)

    assert wait(world).timer


def test_an_eventfd_waits_for_its_holders() -> None:
    """Only who holds it can change it."""
    world = family("P1")
    world.call("P1", "eventfd2", 5, object="eventfd A", flags=())
    world.fork("P1", "P2")
    world.block("P1", "read", fd=5, object="eventfd A", count=8)

    assert wait(world, "P1").providers == {"P2"}


def test_an_armed_timerfd_ends_a_read_by_itself() -> None:
    """One that is not armed waits for whoever could arm it."""
    world = family("P1")
    world.call("P1", "timerfd_create", 5, object="timerfd A", flags=())
    world.block("P1", "read", fd=5, object="timerfd A", count=8)
    assert (wait(world, "P1").timer, set(wait(world, "P1").providers)) == (False, set())

    world.call("P1", "timerfd_settime", fd=5, object="timerfd A", duration=9)
    world.block("P1", "read", fd=5, object="timerfd A", count=8)

    assert wait(world, "P1").timer


@pytest.mark.parametrize(
    ("signals", "outside"), [({"set": ("SIGCHLD",)}, False), ({"set": ("SIGTERM",)}, True), ({}, True)]
)
def test_a_signalfd_waits_for_its_signals(signals: dict[str, Arg], outside: bool) -> None:
    """They may come from outside, unless only a child's end is awaited."""
    world = family("P1")
    world.call("P0", "signalfd4", 5, fd=-1, object="signalfd A", flags=(), **signals)
    world.block("P0", "read", fd=5, object="signalfd A", count=128)

    assert wait(world).outside is outside


def test_a_descriptor_that_travels_may_arrive_anywhere() -> None:
    """While a write end is in a message, any task could receive it; afterwards only its holders count."""
    world = family("P1", "P2")
    world.call("P0", "sendmsg", 1, fd=9, object="socket A", passed=(4,))
    for process in ("P0", "P2"):
        world.close(process, 4)
    world.sleep_in_read("P1", 3)
    assert wait(world, "P1").providers == {"P0", "P2"}

    world.call("P2", "recvmsg", 1, fd=9, object="socket B", fds={"4": "pipe A"})

    assert wait(world, "P1").providers == {"P2"}


def test_a_pidfd_waits_for_its_process() -> None:
    """It is ready when the process ends."""
    world = family("P1", "P2")
    world.call("P0", "pidfd_open", 5, object="pidfd A", target="P2", flags=())
    world.block("P0", "poll", fds=({"fd": 5, "object": "pidfd A", "events": ("POLLIN",)},), timeout=None)
    assert (set(wait(world).providers), wait(world).why) == ({"P2"}, "P2 is still alive")

    world.exit("P2")

    assert wait(world).outside


@pytest.mark.parametrize(
    ("call", "why"), [("mq_timedreceive", "sent a message"), ("mq_timedsend", "out of the full queue")]
)
def test_a_queue_waits_for_a_message_or_for_room(call: str, why: str) -> None:
    """A receiver waits for a sender, a sender for a receiver."""
    world = family("P1")
    world.call("P0", "mq_open", 5, path="/q", object="queue A", flags=("O_RDWR",))
    world.block("P0", call, fd=5, object="queue A", timeout=None)

    assert why in wait(world).why
