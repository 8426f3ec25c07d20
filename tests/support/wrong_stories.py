"""In: nothing; out: the runs of wrong programs, each with one mistake and named after it."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story


def reader_keeps_its_write_end() -> Evidence:
    """The child reads to end-of-file and still has the write end that it inherited."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 3)
    story.write("P0", 4)
    story.close("P0", 4)
    story.blocks_waiting("P0")
    story.read("P1", 3)
    story.blocks_reading("P1", 3)
    story.deadlock()
    return story.evidence()


def parent_waits_before_it_closes() -> Evidence:
    """The parent has written everything and waits for the child, which waits for end-of-file."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 3)
    story.write("P0", 4)
    story.blocks_waiting("P0")
    story.close("P1", 4)
    story.read("P1", 3)
    story.blocks_reading("P1", 3)
    story.deadlock()
    return story.evidence()


def both_read_first() -> Evidence:
    """Two processes with a pipe each way, and each waits for the other's first word."""
    story = Story()
    story.pipe("P0", 3, 4)
    story.pipe("P0", 5, 6)
    story.fork("P0", "P1")
    story.close("P0", 3, 6)
    story.blocks_reading("P0", 5)
    story.close("P1", 4, 5)
    story.blocks_reading("P1", 3)
    story.deadlock()
    return story.evidence()


def parent_waits_while_the_pipe_is_full() -> Evidence:
    """The child writes more than a pipe holds; the parent means to read after the child has ended."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.blocks_waiting("P0")
    story.close("P1", 3)
    story.write("P1", 4, b"x" * 65536)
    story.blocks_writing("P1", 4)
    story.deadlock()
    return story.evidence()


def child_waits_for_its_parents_signal() -> Evidence:
    """The parent waits for a child that waits for something which nobody sends."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks_waiting("P0")
    story.blocks("P1", "futex", op="wait", word="futex A", shared=True, timeout=None)
    story.deadlock()
    return story.evidence()


def shell_keeps_the_ends_of_a_pipeline() -> Evidence:
    """A parent makes `writer | reader`, keeps both ends and waits: the reader never sees end-of-file."""
    story = Story("./shell")
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.blocks_waiting("P0")
    story.dup2("P1", 4, 1)
    story.close("P1", 3, 4)
    story.execute("P1", "/bin/true")
    story.exit("P1")
    story.wait("P0", "P1")
    story.blocks_waiting("P0")
    story.dup2("P2", 3, 0)
    story.close("P2", 3, 4)
    story.execute("P2", "/bin/cat")
    story.blocks_reading("P2", 0)
    story.deadlock()
    return story.evidence()


def writer_keeps_its_read_end() -> Evidence:
    """The reader has gone; the writer itself still holds a read end, so it waits for room instead of SIGPIPE."""
    story = Story("./program")
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P1", 4)
    story.read("P1", 3, b"")
    story.exit("P1")
    story.write("P0", 4, b"x" * 65536)
    story.blocks_writing("P0", 4)
    story.deadlock()
    return story.evidence()


def sibling_keeps_a_write_end() -> Evidence:
    """A second child that has no part in the pipe holds its write end until it exits."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 3, 4)
    story.close("P1", 3)
    story.write("P1", 4)
    story.exit("P1")
    story.write("P2", 1, b"busy\n")
    story.blocks("P2", "nanosleep", duration=10**9)
    story.call("P2", "nanosleep", duration=10**9)
    story.exit("P2")
    story.wait("P0", "P1")
    story.wait("P0", "P2")
    story.exit("P0")
    return story.evidence()


def nobody_closes_what_it_does_not_use() -> Evidence:
    """One message from child to parent, and every end is closed by exiting."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.write("P1", 4)
    story.exit("P1")
    story.read("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def reader_spins_on_a_pipe_it_keeps_open() -> Evidence:
    """A non-blocking reader asks for ever, because it holds the write end itself."""
    story = Story()
    story.pipe("P0", 3, 4, "O_NONBLOCK")
    story.fork("P0", "P1")
    story.write("P1", 4)
    story.exit("P1")
    story.read("P0", 3)
    story.read("P0", 3, error="EAGAIN")
    story.read("P0", 3, error="EAGAIN")
    story.add("outside", "limit", {"limit": "idle", "value": 2})
    return story.evidence("limit")


def child_is_never_waited_for() -> Evidence:
    """The parent sees its child's last word and forgets the child."""
    story = Story()
    story.fork("P0", "P1")
    story.exit("P1")
    story.exit("P0")
    return story.evidence()


def one_wait_for_three_children() -> Evidence:
    """Three children, one wait."""
    story = Story()
    for child in ("P1", "P2", "P3"):
        story.fork("P0", child)
        story.exit(child)
    story.wait("P0", "P2")
    story.exit("P0")
    return story.evidence()


def parent_leaves_before_its_child() -> Evidence:
    """The parent ends at once, the child goes on printing."""
    story = Story()
    story.fork("P0", "P1")
    story.exit("P0")
    story.write("P1", 1)
    story.exit("P1")
    return story.evidence()


def child_is_left_behind_for_ever() -> Evidence:
    """The parent ends, the child sleeps on until the run is stopped."""
    story = Story()
    story.fork("P0", "P1")
    story.blocks("P1", "pause")
    story.exit("P0")
    return story.evidence()


def objects_are_left_behind() -> Evidence:
    """Shared memory, a semaphore, a FIFO and a System V semaphore set that nobody removes."""
    story = Story()
    story.call("P0", "openat", path="/dev/shm/board", flags=("O_CREAT", "O_RDWR"), object="shm /board", result=3)
    story.call(
        "P0", "openat", path="/dev/shm/sem.Ab12Cd", flags=("O_CREAT", "O_EXCL"), object="semaphore /Ab12Cd", result=4
    )
    story.call("P0", "link", path="/dev/shm/sem.Ab12Cd", to="/dev/shm/sem.lock")
    story.call("P0", "unlink", path="/dev/shm/sem.Ab12Cd")
    story.call("P0", "mknodat", path="line", type="fifo")
    story.call("P0", "semget", id="sysv-sem A", key="private", result=5)
    story.exit("P0")
    story.left("shm", "/board")
    story.left("semaphore", "/lock")
    story.left("fifo", "/home/student/line")
    story.left("sysv-sem", "sysv-sem A")
    return story.evidence()


WRONG: dict[str, tuple[Callable[[], Evidence], frozenset[tuple[str, str, str]]]] = {
    told.__name__: (told, frozenset(expected))
    for told, *expected in (
        (reader_keeps_its_write_end, ("deadlock", "must", "P0"), ("unused-pipe-end", "must", "P1")),
        (parent_waits_before_it_closes, ("deadlock", "must", "P0")),
        (both_read_first, ("deadlock", "must", "P0")),
        (parent_waits_while_the_pipe_is_full, ("deadlock", "must", "P0")),
        (child_waits_for_its_parents_signal, ("deadlock", "must", "P0")),
        (shell_keeps_the_ends_of_a_pipeline, ("deadlock", "must", "P0"), ("unused-pipe-end", "must", "P0")),
        (writer_keeps_its_read_end, ("deadlock", "must", "P0"), ("unused-pipe-end", "must", "P0")),
        (sibling_keeps_a_write_end, ("unused-pipe-end", "should", "P2")),
        (nobody_closes_what_it_does_not_use, ("unused-pipe-end", "should", "P0"), ("unused-pipe-end", "should", "P1")),
        (
            reader_spins_on_a_pipe_it_keeps_open,
            ("unused-pipe-end", "must", "P0"),
            ("unused-pipe-end", "should", "P1"),
        ),
        (child_is_never_waited_for, ("unreaped-child", "should", "P0")),
        (one_wait_for_three_children, ("unreaped-child", "should", "P0")),
        (parent_leaves_before_its_child, ("orphan", "should", "P1")),
        (child_is_left_behind_for_ever, ("orphan", "should", "P1")),
        (objects_are_left_behind, ("residue", "must", "P0")),
    )
}
"""Each wrong program with the exact set of (rule, level, process) that must be found."""
