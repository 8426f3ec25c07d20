"""In: nothing; out: the runs of correct programs whose pipes look like mistakes, named after what they do."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story


def every_end_is_closed_in_time() -> Evidence:
    """The textbook: each side closes the end that it does not use."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 3)
    story.close("P1", 4)
    story.write("P0", 4)
    story.close("P0", 4)
    story.read("P1", 3)
    story.eof("P1", 3)
    story.close("P1", 3)
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def ends_used_last_are_closed_by_exiting() -> Evidence:
    """The end that a process uses may well be closed by its exit."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.close("P1", 3)
    story.write("P1", 4)
    story.exit("P1")
    story.read("P0", 3)
    story.eof("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def server_awaits_sigterm() -> Evidence:
    """A server sleeps in sigsuspend until the outside sends SIGTERM, which this plan never does."""
    story = Story()
    story.handle("P0", "SIGTERM")
    story.blocks("P0", "rt_sigsuspend", mask=())
    return story.evidence("blocked")


def server_reads_with_a_handler_and_a_self_pipe() -> Evidence:
    """Self-pipe: the handler would write; no signal came, so the write end was never used."""
    story = Story()
    story.pipe("P0")
    story.handle("P0", "SIGTERM")
    story.blocks_reading("P0", 3)
    return story.evidence("blocked")


def self_pipe_with_children() -> Evidence:
    """A server with a self-pipe that rang once forks a worker, which inherits both ends and never needs them."""
    story = Story()
    story.pipe("P0")
    story.handle("P0", "SIGCHLD")
    story.fork("P0", "P1")
    story.write("P1", 1)
    story.exit("P1")
    story.add("P0", "signal", {"signal": "SIGCHLD", "action": "handler", "origin": "P1"})
    story.write("P0", 4, b"x")
    story.call("P0", "rt_sigreturn", result=None)
    story.poll("P0", 3, ready="POLLIN")
    story.read("P0", 3, b"x")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def fifo_server_keeps_a_dummy_writer() -> Evidence:
    """A FIFO server opens the write end itself, so that it does not see end-of-file between two clients."""
    story = Story()
    story.call("P0", "mknodat", path="line", type="fifo")
    story.fork("P0", "P1")
    story.open("P0", "line", 3, "O_RDONLY", "fifo A")
    story.open("P0", "line", 4, "O_WRONLY", "fifo A")
    story.open("P1", "line", 3, "O_WRONLY", "fifo A")
    story.write("P1", 3)
    story.exit("P1")
    story.read("P0", 3)
    story.wait("P0", "P1")
    story.call("P0", "unlink", path="line")
    story.exit("P0")
    return story.evidence()


def multiprocessing_queue() -> Evidence:
    """Python's Queue: both processes keep both ends, and semaphores say when there is something to read."""
    story = Story("python3", "/box/main.py")
    story.pipe("P0", 3, 4, "O_CLOEXEC")
    for name in ("a1b2c3", "d4e5f6"):
        path = f"/dev/shm/sem.{name}"
        story.call(
            "P0", "openat", path=path, flags=("O_RDWR", "O_CREAT", "O_EXCL"), object=f"semaphore /{name}", result=5
        )
        story.close("P0", 5)
        story.call("P0", "link", path=path, to="/dev/shm/sem.mp-x")
        story.call("P0", "unlink", path=path)
        story.call("P0", "unlink", path="/dev/shm/sem.mp-x")
    story.fork("P0", "P1")
    story.write("P1", 4)
    story.exit("P1")
    story.read("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def multiprocessing_sentinel() -> Evidence:
    """Python's Process: a pipe that never carries a byte tells by its end that the child has ended."""
    story = Story("python3", "/box/main.py")
    story.pipe("P0", 3, 4, "O_CLOEXEC")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.write("P1", 1)
    story.exit("P1")
    story.poll("P0", 3, ready="POLLHUP")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def resource_tracker() -> Evidence:
    """Python's resource tracker is told by pipe what to remove, is never waited for and outlives the program."""
    story = Story("python3", "/box/main.py")
    story.pipe("P0")
    story.fork("P0", "P1", "vfork")
    story.execute("P1", "python3", "-c", "from multiprocessing.resource_tracker import main;main(3)")
    story.close("P0", 3)
    story.write("P0", 4, b"REGISTER:/psm_x:shared_memory\n")
    story.fork("P0", "P2")
    story.write("P2", 1)
    story.exit("P2")
    story.wait("P0", "P2")
    story.read("P1", 3, b"REGISTER:/psm_x:shared_memory\n")
    story.blocks_reading("P1", 3)
    story.exit("P0")
    story.eof("P1", 3)
    story.exit("P1")
    return story.evidence()


def words_into_true() -> Evidence:
    """`echo words | true`: nobody reads, and the reader's only end is its standard input."""
    story = Story("sh", "-c", "echo words | true")
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 3, 4)
    story.dup2("P1", 4, 1)
    story.close("P1", 3, 4)
    story.write("P1", 1, b"words\n")
    story.exit("P1")
    story.dup2("P2", 3, 0)
    story.close("P2", 3, 4)
    story.execute("P2", "/bin/true")
    story.exit("P2")
    story.wait("P0", "P1")
    story.wait("P0", "P2")
    story.exit("P0")
    return story.evidence()


def gate_opened_by_closing() -> Evidence:
    """A start gate: two children sleep in read until the parent closes the only write end."""
    story = Story()
    story.pipe("P0")
    for child in ("P1", "P2"):
        story.fork("P0", child)
        story.close(child, 4)
        story.blocks_reading(child, 3)
    story.close("P0", 4)
    for child in ("P1", "P2"):
        story.eof(child, 3)
        story.write(child, 1)
        story.exit(child)
        story.wait("P0", child)
    story.exit("P0")
    return story.evidence()


def life_line_to_the_parent() -> Evidence:
    """The parent holds a write end all its life and never writes; the child learns by end-of-file that it is gone."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P1", "P2")
    story.close("P1", 4)
    story.close("P2", 4)
    story.blocks_reading("P2", 3)
    story.call("P2", "setsid")
    story.exit("P1")
    story.wait("P0", "P1")
    story.write("P0", 1)
    story.exit("P0")
    story.eof("P2", 3)
    story.exit("P2")
    return story.evidence()


def descriptor_handed_over() -> Evidence:
    """The parent passes the write end in a message; before and after it has no use for it."""
    story = Story()
    story.call(
        "P0", "socketpair", family="AF_UNIX", type="SOCK_STREAM", pair=(5, 6), object="socket A", peer="socket B"
    )
    story.fork("P0", "P1")
    story.pipe("P0")
    story.call("P0", "sendmsg", fd=5, count=1, passed=(4,), result=1)
    story.call("P1", "recvmsg", fd=6, count=1, fds={"7": "pipe A"}, modes={"7": "w"}, result=1)
    story.write("P1", 7)
    story.exit("P1")
    story.read("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def token_pool_of_a_job_server() -> Evidence:
    """make -j: whoever needs a token reads one and writes it back; compilers inherit the pipe and do not look at it."""
    story = Story("make", "-j2")
    story.pipe("P0")
    story.write("P0", 4, b"+")
    story.fork("P0", "P1")
    story.execute("P1", "cc", "-c", "a.c")
    story.write("P1", 2, b"warning\n")
    story.exit("P1")
    story.read("P0", 3, b"+")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def exec_closes_what_the_child_inherited() -> Evidence:
    """Close-on-exec: the child's copies go when it becomes another program."""
    story = Story()
    story.pipe("P0", 3, 4, "O_CLOEXEC")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.dup2("P1", 4, 1)
    story.execute("P1", "/bin/echo", "hi")
    story.write("P1", 1)
    story.exit("P1")
    story.read("P0", 3)
    story.eof("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def exec_failed() -> Evidence:
    """The child reports through a pipe that it could not become another program, and ends."""
    story = Story()
    story.pipe("P0", 3, 4, "O_CLOEXEC")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.execute("P1", "/no/such", error="ENOENT")
    story.write("P1", 4, b"ENOENT")
    story.exit("P1", 127)
    story.read("P0", 3, b"ENOENT")
    story.wait("P0", "P1", "exited 127")
    story.exit("P0")
    return story.evidence()


def worker_is_terminated() -> Evidence:
    """A worker is ended by its parent before it has come to closing what it does not need."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 4)
    story.close("P2", 3)
    story.write("P2", 4)
    story.exit("P2")
    story.read("P0", 3)
    story.write("P1", 1)
    story.killed("P1", "SIGTERM", "P0")
    story.wait("P0", "P1", "killed SIGTERM")
    story.wait("P0", "P2")
    story.exit("P0")
    return story.evidence()


PIPES: dict[str, Callable[[], Evidence]] = {
    told.__name__: told
    for told in (
        every_end_is_closed_in_time,
        ends_used_last_are_closed_by_exiting,
        server_awaits_sigterm,
        server_reads_with_a_handler_and_a_self_pipe,
        self_pipe_with_children,
        fifo_server_keeps_a_dummy_writer,
        multiprocessing_queue,
        multiprocessing_sentinel,
        resource_tracker,
        words_into_true,
        gate_opened_by_closing,
        life_line_to_the_parent,
        descriptor_handed_over,
        token_pool_of_a_job_server,
        exec_closes_what_the_child_inherited,
        exec_failed,
        worker_is_terminated,
    )
}
"""Programs of which no rule says anything, though their pipes look suspicious."""
