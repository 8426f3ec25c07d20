"""Dispositions, masks, pending signals and timers follow the calls and deliveries that change them."""

import struct

import pytest

from grader.kernel import Task
from grader.model import Event
from tests.unit.kernel.world import World


def pending(world: World, process: str = "P0") -> set[str]:
    """The signals that wait for a process as a whole."""
    return set(world.state.processes[process].pending)


def task(world: World, name: str = "P0") -> Task:
    """A live task."""
    return world.state.tasks[name]


def mask(world: World, how: str, *signals: str, who: str = "P0") -> None:
    """The task changes its mask."""
    world.call(who, "rt_sigprocmask", how=how, set=signals)


def test_a_handler_is_remembered_with_its_flags() -> None:
    """A disposition has action, flags and the event that set it."""
    world = World()
    world.handle("P0", "SIGTERM", "handler", "SA_RESTART")
    what = world.state.processes["P0"].dispositions["SIGTERM"]

    assert (what.action, set(what.flags), what.since) == ("handler", {"SA_RESTART"}, world.n)


def test_setting_the_same_action_again_changes_nothing() -> None:
    """The second call leaves the same object."""
    world = World()
    before = world.handle("P0", "SIGTERM")

    assert world.handle("P0", "SIGTERM") is before
    assert world.handle("P0", "SIGINT", "default") is before


def test_a_child_inherits_dispositions_and_mask() -> None:
    """After fork both are copies (fork(2)), and the child may change its own."""
    world = World()
    world.handle("P0", "SIGTERM")
    mask(world, "SIG_BLOCK", "SIGUSR1")
    world.fork("P0", "P1")
    world.handle("P1", "SIGTERM", "ignore")

    assert task(world, "P1").mask == {"SIGUSR1"}
    assert world.state.processes["P0"].dispositions["SIGTERM"].action == "handler"
    assert world.state.processes["P1"].dispositions["SIGTERM"].action == "ignore"


def test_handlers_of_the_start_up_are_the_runtimes() -> None:
    """What was installed before the program began is marked; what the program installs is its own, even the same."""
    world = World()
    world.handle("P0", "SIGINT")
    world.tell("P0", "begin")
    assert world.state.processes["P0"].dispositions["SIGINT"].runtime

    world.handle("P0", "SIGINT")

    assert not world.state.processes["P0"].dispositions["SIGINT"].runtime


def test_the_program_begins_once() -> None:
    """A second begin leaves the same object: later handlers stay the program's."""
    world = World()
    world.tell("P0", "begin")
    before = world.handle("P0", "SIGINT")

    assert world.tell("P0", "begin") is before


@pytest.mark.parametrize(
    ("how", "signals", "left"),
    [
        ("SIG_BLOCK", ("SIGINT",), {"SIGINT", "SIGTERM"}),
        ("SIG_UNBLOCK", ("SIGTERM",), set()),
        ("SIG_SETMASK", ("SIGUSR1", "SIGKILL"), {"SIGUSR1"}),
    ],
)
def test_the_mask_changes_as_asked(how: str, signals: tuple[str, ...], left: set[str]) -> None:
    """Add, remove or replace; SIGKILL and SIGSTOP are never blocked."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM")
    mask(world, how, *signals)

    assert task(world).mask == left


def test_a_mask_belongs_to_one_thread() -> None:
    """A new thread inherits the mask, then each has its own."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM")
    world.fork("P0", "P0.1", "clone")
    mask(world, "SIG_UNBLOCK", "SIGTERM", who="P0.1")

    assert (set(task(world).mask), set(task(world, "P0.1").mask)) == ({"SIGTERM"}, set())


def test_a_sent_signal_is_pending_until_it_is_delivered() -> None:
    """It waits for the process, and is gone once a task has it."""
    world = World()
    world.fork("P0", "P1")
    world.handle("P1", "SIGUSR1")
    world.call("P0", "kill", target="P1", signal="SIGUSR1")
    assert pending(world, "P1") == {"SIGUSR1"}

    world.deliver("P1", "SIGUSR1")

    assert pending(world, "P1") == set()


def test_a_signal_for_one_thread_waits_for_that_thread() -> None:
    """The target of tgkill is a task."""
    world = World()
    world.fork("P0", "P0.1", "clone")
    world.call("P0", "tgkill", target="P0.1", signal="SIGTERM")

    assert task(world, "P0.1").pending == {"SIGTERM"}
    assert pending(world) == set()


def test_a_signal_that_is_ignored_is_never_pending() -> None:
    """Ignored by word or by default; the null signal is no signal; a process that ended gets none."""
    world = World()
    world.fork("P0", "P1")
    world.exit("P1")
    before = world.handle("P0", "SIGINT", "ignore")

    assert world.call("P0", "kill", target="P0", signal="SIGINT") is before
    assert world.call("P0", "kill", target="P0", signal="SIGCHLD") is before
    assert world.call("P0", "kill", target="P0", signal="none") is before
    assert world.call("P0", "kill", target="P1", signal="SIGTERM") is before
    assert world.call("P0", "kill", target="group", signal="SIGTERM") is before
    assert world.call("P0", "tkill", target="P0", signal="SIGINT") is before


def test_an_ignored_signal_waits_behind_a_mask() -> None:
    """The kernel keeps a blocked signal even if it is ignored: sigwait may take it."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGCHLD")
    world.call("P0", "kill", target="P0", signal="SIGCHLD")

    assert pending(world) == {"SIGCHLD"}


def test_ignoring_a_signal_discards_it() -> None:
    """What was pending is gone when the process ignores it (sigaction(2))."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM")
    world.call("P0", "kill", target="P0", signal="SIGTERM")
    world.call("P0", "tkill", target="P0", signal="SIGTERM")
    world.handle("P0", "SIGTERM", "ignore")

    assert (pending(world), set(task(world).pending)) == (set(), set())


def test_a_plan_may_send_signals() -> None:
    """A stimulus is pending like any other signal."""
    world = World()
    world.tell("outside", "stimulus", action="signal", signal="SIGTERM", target="P0")

    assert pending(world) == {"SIGTERM"}


def test_waiting_for_a_signal_takes_it() -> None:
    """What sigtimedwait returned is pending no more."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM")
    world.call("P0", "kill", target="P0", signal="SIGTERM")
    world.call("P0", "rt_sigtimedwait", 15, set=("SIGTERM",), timeout=None, signal="SIGTERM")

    assert pending(world) == set()


def test_reading_a_signalfd_takes_the_signals() -> None:
    """Each record begins with the number of a signal that is pending no more."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM", "SIGUSR1", "SIGINT")
    for signal in ("SIGTERM", "SIGUSR1", "SIGINT"):
        world.call("P0", "kill", target="P0", signal=signal)
    world.call("P0", "signalfd4", 3, fd=-1, object="signalfd A", flags=(), set=("SIGTERM", "SIGUSR1"))
    records = b"".join(struct.pack("<I124x", number) for number in (15, 10))
    world.add(Event(world.n + 1, "P0", "call", "read", {"fd": 3, "object": "signalfd A"}, 256, data=records))

    assert pending(world) == {"SIGINT"}


def test_a_handler_runs_with_its_signal_blocked() -> None:
    """Its signal and its mask are blocked until it returns."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGHUP")
    world.call("P0", "rt_sigaction", signal="SIGTERM", action="handler", flags=(), mask=("SIGINT",))
    world.deliver("P0", "SIGTERM")
    assert task(world).mask == {"SIGHUP", "SIGTERM", "SIGINT"}

    world.call("P0", "rt_sigreturn")

    assert task(world).mask == {"SIGHUP"}


def test_a_handler_may_leave_its_signal_open() -> None:
    """With SA_NODEFER the signal is not blocked in its own handler."""
    world = World()
    world.handle("P0", "SIGTERM", "handler", "SA_NODEFER")
    world.deliver("P0", "SIGTERM")

    assert task(world).mask == set()


def test_a_handler_may_serve_once() -> None:
    """With SA_RESETHAND the default is back as soon as the handler begins."""
    world = World()
    world.handle("P0", "SIGTERM", "handler", "SA_RESETHAND")
    world.deliver("P0", "SIGTERM")

    assert world.state.processes["P0"].dispositions["SIGTERM"].action == "default"


@pytest.mark.parametrize("order", ["call first", "signal first"])
def test_the_handler_of_a_sigsuspend_has_the_mask_of_the_sigsuspend(order: str) -> None:
    """The temporary mask holds in the handler; when it returns the old one is back."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM", "SIGINT")
    world.handle("P0", "SIGTERM")
    world.block("P0", "rt_sigsuspend", mask=("SIGHUP",))
    if order == "call first":
        world.fail("P0", "rt_sigsuspend", "EINTR", mask=("SIGHUP",))
        world.deliver("P0", "SIGTERM")
    else:
        world.deliver("P0", "SIGTERM")
        world.fail("P0", "rt_sigsuspend", "EINTR", mask=("SIGHUP",))
    assert task(world).mask == {"SIGHUP", "SIGTERM"}

    world.call("P0", "rt_sigreturn")

    assert task(world).mask == {"SIGTERM", "SIGINT"}
    world.deliver("P0", "SIGTERM")
    assert task(world).mask == {"SIGTERM", "SIGINT"}


def test_handlers_that_never_return_cost_no_memory() -> None:
    """A program that leaves each handler by a jump is followed without end."""
    world = World()
    world.handle("P0", "SIGTERM")
    for _ in range(500):
        world.deliver("P0", "SIGTERM")
        mask(world, "SIG_SETMASK")

    assert len(task(world).saved) <= 64


def test_a_child_made_in_a_handler_returns_from_it_too() -> None:
    """The saved masks are on the stack, and the stack is copied."""
    world = World()
    world.handle("P0", "SIGTERM")
    world.deliver("P0", "SIGTERM")
    world.fork("P0", "P1")
    world.call("P1", "rt_sigreturn")

    assert (set(task(world).mask), set(task(world, "P1").mask)) == ({"SIGTERM"}, set())


def test_a_signal_wakes_its_task() -> None:
    """A delivery means that the task runs."""
    world = World()
    world.handle("P0", "SIGTERM")
    world.block("P0", "pause")
    world.deliver("P0", "SIGTERM")

    assert task(world).blocked is None


def test_an_alarm_is_armed_until_it_fires() -> None:
    """A timer that fires once is disarmed by its own signal; one that somebody sent does not disarm it."""
    world = World()
    world.fork("P0", "P1")
    world.handle("P0", "SIGALRM")
    world.at(100, "P0", "alarm", duration=50)
    for call in ("kill", "tgkill"):
        world.call("P1", call, target="P0", signal="SIGALRM")
        world.deliver("P0", "SIGALRM", time=120)
    assert set(world.state.processes["P0"].timers) == {"ITIMER_REAL"}

    world.deliver("P0", "SIGALRM", time=150)

    assert world.state.processes["P0"].timers == {}


def test_a_signal_for_a_thread_is_taken_by_its_process() -> None:
    """Whichever thread was delivered it, it is pending no more."""
    world = World()
    world.fork("P0", "P0.1", "clone")
    world.handle("P0", "SIGTERM")
    world.call("P0", "tgkill", target="P0", signal="SIGTERM")
    world.deliver("P0.1", "SIGTERM")

    assert set(task(world).pending) == set()


def test_a_timer_of_unknown_interval_stays_armed() -> None:
    """Where the event does not tell, it may fire again."""
    world = World()
    world.at(0, "P0", "timer_settime", duration=50, timer=0)
    world.deliver("P0", "SIGALRM", time=60)

    assert set(world.state.processes["P0"].timers) == {"timer 0"}


def test_a_timer_that_fires_before_its_time_by_the_clock_is_disarmed_too() -> None:
    """Where the kernel says that its timer fired, it has, whatever the clock shows."""
    world = World()
    world.at(0, "P0", "alarm", duration=50)
    world.deliver("P0", "SIGALRM", origin="kernel")

    assert world.state.processes["P0"].timers == {}


def test_an_interval_timer_stays_armed() -> None:
    """With an interval it fires again."""
    world = World()
    world.at(0, "P0", "setitimer", which="ITIMER_REAL", duration=50, interval=50)
    world.deliver("P0", "SIGALRM", time=60)

    assert set(world.state.processes["P0"].timers) == {"ITIMER_REAL"}


def test_a_duration_of_zero_disarms() -> None:
    """Alarm and ITIMER_REAL are one timer (alarm(2)); disarming what is not armed changes nothing."""
    world = World()
    before = world.state
    assert world.at(0, "P0", "alarm", duration=0) is before

    world.at(0, "P0", "alarm", duration=50)
    world.at(0, "P0", "timer_settime", duration=50, timer=3)
    world.at(0, "P0", "setitimer", which="ITIMER_REAL", duration=0)
    assert set(world.state.processes["P0"].timers) == {"timer 3"}
    world.at(0, "P0", "timer_delete", timer=3)
    assert world.state.processes["P0"].timers == {}


def test_timers_are_not_inherited() -> None:
    """A child has no alarm, and no pending signal (fork(2))."""
    world = World()
    mask(world, "SIG_BLOCK", "SIGTERM")
    world.call("P0", "kill", target="P0", signal="SIGTERM")
    world.at(0, "P0", "alarm", duration=50)
    world.fork("P0", "P1")

    assert (world.state.processes["P1"].timers, pending(world, "P1")) == ({}, set())


def test_a_timerfd_is_armed_until_it_was_read() -> None:
    """A timerfd that fires once is disarmed by then; a closed one is forgotten."""
    world = World()
    world.call("P0", "timerfd_create", 3, object="timerfd A", flags=())
    world.call("P0", "timerfd_settime", fd=3, object="timerfd A", duration=50, interval=0)
    armed = [thing.armed is not None for thing in world.state.things.values()]
    world.read("P0", 3, 8)
    armed += [thing.armed is not None for thing in world.state.things.values()]

    assert armed == [True, False]
    world.close("P0", 3)
    assert world.state.things == {}


def test_a_signalfd_can_be_given_another_set() -> None:
    """With the number of a signalfd that is open, signalfd4 makes nothing new."""
    world = World()
    world.call("P0", "signalfd4", 3, fd=-1, object="signalfd A", flags=(), set=("SIGTERM",))
    before = world.call("P0", "signalfd4", 3, fd=3, object="signalfd A", flags=(), set=("SIGINT",))
    awaited = world.state.things["signalfd A"].awaited

    assert set(awaited or ()) == {"SIGINT"}
    assert world.call("P0", "signalfd4", 3, fd=3, object="signalfd A", flags=(), set=("SIGINT",)) is before


def test_a_return_from_no_handler_changes_nothing() -> None:
    """There is no mask to restore."""
    world = World()
    before = world.state

    assert world.call("P0", "rt_sigreturn") is before


def test_taking_a_signal_that_nobody_sent_changes_nothing() -> None:
    """A signal that the kernel itself sent was never known to be pending."""
    world = World()
    before = world.state

    assert world.call("P0", "rt_sigtimedwait", 17, set=("SIGCHLD",), timeout=None, signal="SIGCHLD") is before
