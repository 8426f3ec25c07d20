"""In: nothing; out: the runs of wrong programs that misuse descriptors, signals and the processor, named after their mistake."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story


def server_keeps_the_connections_of_the_dead() -> Evidence:
    """Each client leaves, the server is told so, and keeps the descriptor."""
    story = Story()
    story.call("P0", "socket", family="AF_UNIX", type="SOCK_STREAM", flags=(), object="socket A", result=3)
    for number in range(9):
        name = f"socket {chr(ord('B') + number)}"
        story.call("P0", "accept", fd=3, accepted=name, flags=(), result=4 + number)
        story.read("P0", 4 + number, b"?")
        story.eof("P0", 4 + number)
    story.exit("P0")
    return story.evidence()


def parent_keeps_the_pipes_of_ended_children() -> Evidence:
    """A pipe for each child, one after the other; the read ends pile up."""
    story = Story()
    for number in range(9):
        story.pipe("P0", 3 + number, 20, "O_CLOEXEC")
        child = f"P{number + 1}"
        story.fork("P0", child)
        for fd in range(3, 4 + number):
            story.close(child, fd)
        story.close("P0", 20)
        story.write(child, 20, b"x")
        story.exit(child)
        story.read("P0", 3 + number, b"x")
        story.wait("P0", child)
    story.exit("P0")
    return story.evidence()


def log_survives_exec() -> Evidence:
    """Two programs get the descriptor of a log that they know nothing of."""
    story = Story()
    story.open("P0", "/box/log", 3, "O_WRONLY")
    for child in ("P1", "P2"):
        story.fork("P0", child)
        story.execute(child, "/bin/ls", "-l")
        story.write(child, 1)
        story.exit(child)
        story.wait("P0", child)
    story.exit("P0")
    return story.evidence()


def unused_end_survives_exec() -> Evidence:
    """An end that is not used is named once, by the rule whose business it is."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.dup2("P1", 4, 1)
    story.close("P1", 4)
    story.execute("P1", "/bin/echo", "hello")
    story.write("P1", 1)
    story.exit("P1")
    story.read("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def closes_once_more() -> Evidence:
    """The clean-up closes what was closed before."""
    story = Story()
    story.pipe("P0")
    story.close("P0", 3, 4)
    story.call("P0", "wait4", pid="any", options=(), child="", status="", error="ECHILD")
    story.call("P0", "close", fd=4, error="EBADF")
    story.exit("P0")
    return story.evidence()


def child_writes_to_what_its_parent_closed() -> Evidence:
    """The write end was closed before the fork, so that the child has none."""
    story = Story()
    story.pipe("P0")
    story.close("P0", 4)
    story.fork("P0", "P1")
    story.write("P1", 4, error="EBADF")
    story.write("P1", 4, error="EBADF")
    story.exit("P1")
    story.close("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def asks_until_the_child_has_ended() -> Evidence:
    """waitpid with WNOHANG in a loop, while the child sleeps."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "nanosleep", duration=10**9)
    for _ in range(51):
        story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="", status="", result=0)
    story.call("P1", "nanosleep", duration=10**9)
    story.exit("P1")
    story.call("P0", "wait4", pid="P1", options=("WNOHANG",), child="P1", status="exited 0", result=1)
    story.exit("P0")
    return story.evidence()


def two_ask_each_other() -> Evidence:
    """Each of two waits for the other's byte without waiting; both had their turns, and a limit ends it."""
    story = Story()
    story.pipe("P0", 3, 4, "O_NONBLOCK")
    story.pipe("P0", 5, 6, "O_NONBLOCK")
    story.fork("P0", "P1")
    story.close("P0", 3, 6)
    story.close("P1", 4, 5)
    for turn in range(5):
        for task, fd in (("P0", 5), ("P1", 3)):
            for _ in range(16):
                story.read(task, fd, error="EAGAIN")
            story.call(task, "rt_sigprocmask", how="SIG_SETMASK", set=("SIGUSR1",) if turn % 2 else ())
    story.add("outside", "limit", {"limit": "idle", "value": 160})
    return story.evidence("limit")


def never_takes_what_poll_reports() -> Evidence:
    """The writer is gone, poll says so for ever, and a limit ends it."""
    story = Story()
    story.pipe("P0")
    story.close("P0", 4)
    for _ in range(51):
        story.poll("P0", 3, ready="POLLHUP")
    story.add("outside", "limit", {"limit": "idle", "value": 51})
    return story.evidence("limit")


def handler_takes_the_lock_of_what_it_interrupted() -> Evidence:
    """The signal comes while the mutex is held, and the handler wants it too."""
    story = Story()
    story.handle("P0", "SIGUSR1")
    story.call("P0", "tgkill", target="P0", signal="SIGUSR1")
    story.add("P0", "signal", {"signal": "SIGUSR1", "action": "handler", "origin": "P0"})
    story.blocks("P0", "futex", op="wait", word="futex A", shared=False, timeout=None)
    story.deadlock()
    return story.evidence()


def handler_prints_in_the_middle_of_printf() -> Evidence:
    """Where events tell the functions: printf in a handler that interrupted printf."""
    story = Story()
    story.handle("P0", "SIGALRM")
    story.call("P0", "write", fd=1, count=6, function="printf", result=6)
    story.add("P0", "signal", {"signal": "SIGALRM", "action": "handler", "origin": "timer", "function": "printf"})
    story.call("P0", "write", fd=1, count=6, function="printf", result=6)
    story.call("P0", "rt_sigreturn", result=None)
    story.exit("P0")
    return story.evidence()


def writer_dies_of_sigpipe() -> Evidence:
    """The reader has left, and the writer never thought of that."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.close("P1", 3)
    story.write("P1", 4)
    story.read("P0", 3)
    story.close("P0", 3)
    story.write("P1", 4, error="EPIPE")
    story.killed("P1", "SIGPIPE", "kernel")
    story.wait("P0", "P1", "killed SIGPIPE")
    story.exit("P0")
    return story.evidence()


HABITS: dict[str, tuple[Callable[[], Evidence], frozenset[tuple[str, str, str]]]] = {
    told.__name__: (told, frozenset(expected))
    for told, *expected in (
        (server_keeps_the_connections_of_the_dead, ("descriptor-leak", "should", "P0")),
        (parent_keeps_the_pipes_of_ended_children, ("descriptor-leak", "should", "P0")),
        (log_survives_exec, ("descriptor-leak", "should", "P1")),
        (unused_end_survives_exec, ("unused-pipe-end", "should", "P1")),
        (closes_once_more, ("bad-descriptor", "should", "P0")),
        (child_writes_to_what_its_parent_closed, ("bad-descriptor", "should", "P1")),
        (asks_until_the_child_has_ended, ("spin", "should", "P0")),
        (
            two_ask_each_other,
            ("spin", "should", "P0"),
            ("spin", "should", "P1"),
        ),
        (never_takes_what_poll_reports, ("spin", "should", "P0")),
        (
            handler_takes_the_lock_of_what_it_interrupted,
            ("deadlock", "must", "P0"),
            ("unsafe-handler", "should", "P0"),
        ),
        (handler_prints_in_the_middle_of_printf, ("unsafe-handler", "should", "P0")),
        (writer_dies_of_sigpipe, ("broken-pipe", "style", "P1")),
    )
}
"""Each wrong program with the exact set of (rule, level, process) that must be found."""
