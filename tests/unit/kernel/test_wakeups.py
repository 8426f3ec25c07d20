"""Handlers, masks, timers and stops decide whether a wait can end in other ways than by what is waited for."""

import pytest

from tests.unit.kernel.waiting import family, wait


def test_a_caught_signal_can_come_from_outside() -> None:
    """A handler of the program may be called from outside, whatever the task sleeps in."""
    world = family()
    world.handle("P0", "SIGTERM")
    world.sleep_in_read("P0", 3)

    assert wait(world).outside
    assert wait(world).why.endswith("; SIGTERM is caught and can come from outside")


@pytest.mark.parametrize("signal", ["SIGPIPE", "SIGALRM", "SIGSEGV"])
def test_some_signals_do_not_come_from_outside(signal: str) -> None:
    """Faults, an alarm that is not armed and a broken pipe come from the process itself."""
    world = family()
    world.handle("P0", signal)
    world.sleep_in_read("P0", 3)

    assert not wait(world).outside


def test_a_blocked_signal_wakes_nobody() -> None:
    """A handler behind the mask is not called; the mask of sigsuspend is the one that counts during it."""
    world = family("P1")
    world.handle("P0", "SIGTERM")
    world.call("P0", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGTERM",))
    world.sleep_in_read("P0", 3)
    assert not wait(world).outside

    world.block("P0", "rt_sigsuspend", mask=())

    assert wait(world).outside


def test_the_runtimes_handler_stands_for_no_wish() -> None:
    """Python's own SIGINT handler does not make a wait endable; one that the program installs does."""
    world = family()
    world.handle("P0", "SIGINT")
    world.tell("P0", "begin")
    world.sleep_in_read("P0", 3)
    assert not wait(world).outside

    world.handle("P0", "SIGINT")
    world.sleep_in_read("P0", 3)

    assert wait(world).outside


def test_a_childs_end_may_call_a_handler() -> None:
    """With SIGCHLD caught, a child that ends can wake its parent out of anything."""
    world = family("P1", "P2")
    world.close("P1", 4)
    world.close("P2", 4)
    world.handle("P0", "SIGCHLD")
    world.sleep_in_read("P0", 3)

    assert (set(wait(world).providers), wait(world).outside) == ({"P1", "P2"}, False)


def test_an_armed_alarm_ends_any_wait() -> None:
    """A watchdog fires, caught or not."""
    world = family()
    world.call("P0", "alarm", duration=9)
    world.sleep_in_read("P0", 3)

    assert wait(world).timer
    assert wait(world).why.endswith("a timer of P0 is armed since event 3")


def test_a_timer_of_processor_time_stands_still_in_a_sleep() -> None:
    """It goes on only while some thread of the process runs."""
    world = family()
    world.call("P0", "setitimer", which="ITIMER_PROF", duration=9)
    world.sleep_in_read("P0", 3)
    assert not wait(world).timer

    world.fork("P0", "P0.1", "clone")
    world.sleep_in_read("P0", 3)

    assert wait(world).timer


def test_a_signal_on_its_way_ends_the_wait() -> None:
    """What was sent and not yet delivered will wake the task, unless it is blocked."""
    world = family("P1")
    world.sleep_in_read("P1", 3)
    world.call("P0", "kill", target="P1", signal="SIGTERM")

    assert wait(world, "P1").outside
    assert wait(world, "P1").why.endswith("; SIGTERM is on the way")


def test_a_stopped_task_waits_for_somebody_to_continue_it() -> None:
    """Nothing is proved of it."""
    world = family()
    world.sleep_in_read("P0", 3)
    world.tell("P0", "stopped", signal="SIGSTOP")

    assert wait(world).outside
    assert wait(world).what == "P0 is stopped by job control"


def test_a_handler_that_interrupts_an_ordinary_sleep_adds_to_the_mask() -> None:
    """Only a call with a mask of its own replaces the task's mask for its handler."""
    world = family()
    world.call("P0", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGHUP",))
    world.handle("P0", "SIGTERM")
    world.sleep_in_read("P0", 3)
    world.deliver("P0", "SIGTERM")

    assert world.state.tasks["P0"].mask == {"SIGHUP", "SIGTERM"}
