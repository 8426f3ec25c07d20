"""In: nothing; out: the runs of correct programs that ask often, print in handlers, or die of SIGPIPE, named after what they do."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story


def naps_between_questions() -> Evidence:
    """Asks sixty times, and sleeps between."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "pause")
    for _ in range(60):
        story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="", status="", result=0)
        story.blocks("P0", "nanosleep", duration=10**6)
        story.call("P0", "nanosleep", duration=10**6)
    story.killed("P1", "SIGTERM")
    story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="P1", status="killed SIGTERM", result=1)
    story.exit("P0")
    return story.evidence()


def asks_between_pieces_of_work() -> Evidence:
    """Sixty questions, each after something was done, until the answer comes."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "pause")
    for _ in range(60):
        story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="", status="", result=0)
        story.write("P0", 1)
    story.killed("P1", "SIGTERM")
    story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="P1", status="killed SIGTERM", result=1)
    story.exit("P0")
    return story.evidence()


def asks_while_the_child_computes() -> Evidence:
    """Somebody else could run: how often it asks is the schedule's doing."""
    story = Story()
    story.fork("P0", "P1")
    for _ in range(60):
        story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="", status="", result=0)
    story.exit("P1")
    story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="P1", status="exited 0", result=1)
    story.exit("P0")
    return story.evidence()


def asks_and_then_waits() -> Evidence:
    """Sixty quick tries for a lock, then the call that sleeps."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "nanosleep", duration=10**9)
    story.open("P0", "/box/lock", 3, "O_RDWR")
    for _ in range(60):
        story.call("P0", "flock", fd=3, flags=("LOCK_EX", "LOCK_NB"), error="EAGAIN")
    story.blocks("P0", "flock", fd=3, flags=("LOCK_EX",))
    story.call("P1", "nanosleep", duration=10**9)
    story.exit("P1")
    story.call("P0", "flock", fd=3, flags=("LOCK_EX",))
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def asks_while_a_child_ends_and_then_waits() -> Evidence:
    """A SIGCHLD that nobody handles comes between the tries: the program does not learn of it."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "nanosleep", duration=10**9)
    story.open("P0", "/box/lock", 3, "O_RDWR")
    for _ in range(60):
        story.call("P0", "flock", fd=3, flags=("LOCK_EX", "LOCK_NB"), error="EAGAIN")
    story.call("P1", "nanosleep", duration=10**9)
    story.exit("P1")
    story.add("P0", "signal", {"signal": "SIGCHLD", "action": "default", "origin": "P1"})
    story.call("P0", "flock", fd=3, flags=("LOCK_EX",))
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def waits_for_a_name() -> Evidence:
    """There is no call that sleeps until a file exists."""
    story = Story()
    for _ in range(60):
        story.call("P0", "openat", path="/box/line", flags=("O_WRONLY",), error="ENOENT")
    story.add("outside", "limit", {"limit": "idle", "value": 60})
    return story.evidence("limit")


def looks_between_steps_and_is_done() -> Evidence:
    """A worker looks sixty times whether it shall stop, and is done before anybody says so."""
    story = Story()
    story.pipe("P0")
    for _ in range(60):
        story.call("P0", "poll", fds=({"fd": 3, "events": ("POLLIN",), "revents": ()},), timeout=0, result=0)
    story.write("P0", 1)
    story.exit("P0")
    return story.evidence()


def asks_between_steps_also_when_a_child_has_ended() -> Evidence:
    """The steps go on after the answer has come: they were not made for it."""
    story = Story()
    for number in (1, 2):
        story.fork("P0", f"P{number}")
        story.blocks(f"P{number}", "nanosleep", duration=number * 10**9)
    for number, steps in ((1, 60), (2, 20)):
        for _ in range(steps):
            story.call("P0", "wait4", pid="any", options=("WNOHANG",), child="", status="", result=0)
        if number == 2:
            story.blocks_waiting("P0")
        story.call(f"P{number}", "nanosleep", duration=number * 10**9)
        story.exit(f"P{number}")
        options = ("WNOHANG",) if number == 1 else ()
        story.call("P0", "wait4", pid="any", options=options, child=f"P{number}", status="exited 0", result=1)
    story.exit("P0")
    return story.evidence()


def handler_prints_while_nothing_goes_on() -> Evidence:
    """printf in a handler that interrupted sigsuspend; sem_post in one that interrupted printf."""
    story = Story()
    story.handle("P0", "SIGALRM")
    story.add("P0", "signal", {"signal": "SIGALRM", "action": "handler", "origin": "timer", "function": "sigsuspend"})
    story.call("P0", "write", fd=1, count=6, function="printf", result=6)
    story.call("P0", "rt_sigreturn", result=None)
    story.add("P0", "signal", {"signal": "SIGALRM", "action": "handler", "origin": "timer", "function": "printf"})
    story.call("P0", "futex", op="wake", word="futex A", shared=True, function="sem_post", result=1)
    story.call("P0", "rt_sigreturn", result=None)
    story.call("P0", "write", fd=1, count=6, function="printf", result=6)
    story.exit("P0")
    return story.evidence()


def handler_left_by_siglongjmp() -> Evidence:
    """The jump restores the mask; what comes after it is no longer inside the handler."""
    story = Story()
    story.handle("P0", "SIGALRM")
    story.add("P0", "signal", {"signal": "SIGALRM", "action": "handler", "origin": "timer", "function": "fgets"})
    story.call("P0", "rt_sigprocmask", how="SIG_SETMASK", set=())
    story.call("P0", "write", fd=1, count=6, function="printf", result=6)
    story.exit("P0")
    return story.evidence()


def handler_waits_for_another_thread() -> Evidence:
    """A process with two threads: the other one may hold the lock, and will release it."""
    story = Story()
    story.call("P0", "clone", result=None, child="P0.2", thread=True, shares=("memory", "fd table"), pid=None)
    story.blocks("P0.2", "nanosleep", duration=10**9)
    story.handle("P0", "SIGUSR1")
    story.add("P0", "signal", {"signal": "SIGUSR1", "action": "handler", "origin": "P0"})
    story.blocks("P0", "futex", op="wait", word="futex A", shared=False, timeout=None)
    return story.evidence("blocked")


def stage_of_a_pipeline() -> Evidence:
    """`yes | head -1`: the reader has seen enough."""
    story = Story("sh", "-c", "yes | head -1")
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 3, 4)
    story.dup2("P1", 4, 1)
    story.close("P1", 3, 4)
    story.execute("P1", "/usr/bin/yes")
    story.write("P1", 1, error="EPIPE")
    story.killed("P1", "SIGPIPE", "kernel")
    story.wait("P0", "P1", "killed SIGPIPE")
    story.exit("P0")
    return story.evidence()


def asked_to_die_of_sigpipe() -> Evidence:
    """The program says that SIGPIPE shall end it; another is sent the signal by kill."""
    story = Story()
    story.pipe("P0")
    story.handle("P0", "SIGPIPE", "default")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 3, 4)
    story.close("P2", 3, 4)
    story.close("P1", 3)
    story.write("P1", 4, error="EPIPE")
    story.killed("P1", "SIGPIPE", "kernel")
    story.killed("P2", "SIGPIPE", "P0")
    for child in ("P1", "P2"):
        story.wait("P0", child, "killed SIGPIPE")
    story.exit("P0")
    return story.evidence()


HABITS: dict[str, Callable[[], Evidence]] = {
    told.__name__: told
    for told in (
        naps_between_questions,
        asks_between_pieces_of_work,
        asks_while_the_child_computes,
        asks_and_then_waits,
        asks_while_a_child_ends_and_then_waits,
        waits_for_a_name,
        looks_between_steps_and_is_done,
        asks_between_steps_also_when_a_child_has_ended,
        handler_prints_while_nothing_goes_on,
        handler_left_by_siglongjmp,
        handler_waits_for_another_thread,
        stage_of_a_pipeline,
        asked_to_die_of_sigpipe,
    )
}
"""Programs of which no rule says anything, though what they do looks like a bad habit."""
