"""In: nothing; out: the runs of correct programs whose processes and objects look like mistakes, named after what they do."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story


def double_fork() -> Evidence:
    """The middle process of a double fork ends at once; the grandchild belongs to init and ends before the program."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.fork("P1", "P2")
    story.close("P2", 3)
    story.write("P2", 4)
    story.exit("P2")
    story.exit("P1")
    story.wait("P0", "P1")
    story.read("P0", 3)
    story.exit("P0")
    return story.evidence()


def daemon_says_so() -> Evidence:
    """A daemon begins its own session and goes on after the program has ended."""
    story = Story()
    story.fork("P0", "P1")
    story.call("P1", "setsid")
    story.fork("P1", "P2")
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    story.write("P2", 1)
    story.exit("P2")
    return story.evidence()


def children_remove_themselves() -> Evidence:
    """With SIGCHLD ignored no child becomes a zombie."""
    story = Story()
    story.handle("P0", "SIGCHLD", "ignore")
    story.fork("P0", "P1")
    story.exit("P1")
    story.exit("P0")
    return story.evidence()


def no_child_wait() -> Evidence:
    """SA_NOCLDWAIT does the same with a handler."""
    story = Story()
    story.handle("P0", "SIGCHLD", "handler", "SA_NOCLDWAIT")
    story.fork("P0", "P1")
    story.exit("P1")
    story.exit("P0")
    return story.evidence()


def program_is_killed_before_it_could_wait() -> Evidence:
    """Killed from outside, a program leaves a zombie and a living child: neither is its fault."""
    story = Story()
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.exit("P1")
    story.blocks("P2", "pause")
    story.killed("P0", "SIGKILL")
    return story.evidence()


def parent_becomes_the_last_command() -> Evidence:
    """`first | last` without a shell process: the parent becomes `last`, which cannot know of its child."""
    story = Story()
    story.pipe("P0", 3, 4, "O_CLOEXEC")
    story.fork("P0", "P1")
    story.dup2("P1", 4, 1)
    story.execute("P1", "/bin/ls")
    story.dup2("P0", 3, 0)
    story.execute("P0", "/usr/bin/wc")
    story.write("P1", 1)
    story.read("P0", 0)
    story.close("P1", 1)
    story.eof("P0", 0)
    story.exit("P0")
    story.exit("P1")
    return story.evidence()


def objects_are_removed() -> Evidence:
    """What was made is removed; a regular file may stay."""
    story = Story()
    story.call("P0", "openat", path="/dev/shm/board", flags=("O_CREAT", "O_RDWR"), object="shm /board", result=3)
    story.call("P0", "unlink", path="/dev/shm/board")
    story.exit("P0")
    story.left("file", "/home/student/result.txt")
    return story.evidence()


def sigkill_leaves_objects() -> Evidence:
    """Nobody can clean up after SIGKILL."""
    story = Story()
    story.call("P0", "mknodat", path="line", type="fifo")
    story.killed("P0", "SIGKILL")
    story.left("fifo", "/home/student/line")
    return story.evidence()


def interrupted_inside_sem_open() -> Evidence:
    """A handler that cleans up and exits, hit inside sem_open, cannot know glibc's temporary name."""
    story = Story()
    story.handle("P0", "SIGINT")
    story.call(
        "P0", "openat", path="/dev/shm/sem.Qw12er", flags=("O_CREAT", "O_EXCL"), object="semaphore /Qw12er", result=3
    )
    story.add("P0", "signal", {"signal": "SIGINT", "action": "handler", "origin": "outside"})
    story.exit("P0")
    story.left("semaphore", "/Qw12er")
    return story.evidence()


def stopped_by_a_limit() -> Evidence:
    """What a run that a limit cut short would still have closed, waited for and removed, nobody knows."""
    story = Story()
    story.pipe("P0")
    story.call("P0", "mknodat", path="line", type="fifo")
    story.fork("P0", "P1")
    story.close("P1", 4)
    story.write("P0", 4)
    story.read("P1", 3)
    story.exit("P1")
    story.add("outside", "limit", {"limit": "events", "value": 9})
    story.left("fifo", "/home/student/line")
    return story.evidence("limit")


FAMILIES: dict[str, Callable[[], Evidence]] = {
    told.__name__: told
    for told in (
        double_fork,
        daemon_says_so,
        children_remove_themselves,
        no_child_wait,
        program_is_killed_before_it_could_wait,
        parent_becomes_the_last_command,
        objects_are_removed,
        sigkill_leaves_objects,
        interrupted_inside_sem_open,
        stopped_by_a_limit,
    )
}
"""Programs of which no rule says anything, though their children or their objects look suspicious."""
