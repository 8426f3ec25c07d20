"""In: nothing; out: the runs of correct programs whose descriptors look leaked or misused, named after what they do."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence import Evidence
from tests.support.events import Story

MANY = 12


def _listening(story: Story) -> None:
    story.call("P0", "socket", family="AF_UNIX", type="SOCK_STREAM", flags=(), object="socket A", result=3)


def _accepts(story: Story, number: int) -> int:
    name = f"socket {chr(ord('B') + number)}"
    story.call("P0", "accept", fd=3, accepted=name, flags=(), result=4 + number)
    return 4 + number


def table_of_live_connections() -> Evidence:
    """A server's connections grow in number, and all of them live."""
    story = Story()
    _listening(story)
    for number in range(MANY):
        story.read("P0", _accepts(story, number), b"?")
    story.exit("P0")
    return story.evidence()


def connections_closed_in_the_end() -> Evidence:
    """Connections that have ended are closed, though late."""
    story = Story()
    _listening(story)
    fds = [_accepts(story, number) for number in range(MANY)]
    for fd in fds:
        story.eof("P0", fd)
    story.close("P0", *fds)
    story.exit("P0")
    return story.evidence()


def pipes_made_at_once() -> Evidence:
    """Twelve pipes at once, read to their end and closed by exiting: they were many, but they did not grow."""
    story = Story()
    for number in range(MANY):
        story.pipe("P0", 3 + number, 20 + number)
    story.close("P0", *range(20, 20 + MANY))
    for number in range(MANY):
        story.eof("P0", 3 + number)
    story.exit("P0")
    return story.evidence()


def locks_taken_one_after_the_other() -> Evidence:
    """Each open file carries a lock for as long as it is open."""
    story = Story()
    for number in range(MANY):
        story.open("P0", "/box/table", 3 + number, "O_RDWR")
        story.call("P0", "flock", fd=3 + number, flags=("LOCK_SH",))
    story.exit("P0")
    return story.evidence()


def number_told_to_the_next_program() -> Evidence:
    """The next program is told by its arguments which descriptor is for it."""
    story = Story()
    story.open("P0", "/box/log", 5, "O_WRONLY")
    story.execute("P0", "/usr/bin/logger", "--fd=5")
    story.exit("P0")
    return story.evidence()


def put_in_place_for_the_next_program() -> Evidence:
    """dup2 says which number the descriptor shall have; a close-on-exec flag is taken away on purpose."""
    story = Story()
    story.call("P0", "openat", path="/box/a", flags=("O_RDONLY", "O_CLOEXEC"), object="file /box/a", result=3)
    story.dup2("P0", 3, 7)
    story.call("P0", "openat", path="/box/b", flags=("O_RDONLY", "O_CLOEXEC"), object="file /box/b", result=4)
    story.call("P0", "fcntl", fd=4, command="F_SETFD", flags=())
    story.execute("P0", "/bin/true")
    story.exit("P0")
    return story.evidence()


def next_program_reads_it() -> Evidence:
    """The next program, or a child of it, uses what it inherited."""
    story = Story()
    story.open("P0", "/box/log", 3, "O_WRONLY")
    story.execute("P0", "/bin/nice", "worker")
    story.fork("P0", "P1")
    story.write("P1", 3)
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def same_file_open_many_times_and_all_in_use() -> Evidence:
    """Twelve readers of one file in one process, each of which goes on reading after the next was opened."""
    story = Story()
    for number in range(MANY):
        story.open("P0", "/box/table", 3 + number, "O_RDONLY")
        story.read("P0", 3 + number, b"x")
    for number in range(MANY):
        story.read("P0", 3 + number, b"y")
    story.exit("P0")
    return story.evidence()


def lock_goes_along() -> Evidence:
    """The next program holds the lock by having the descriptor."""
    story = Story()
    story.open("P0", "/box/lock", 3, "O_RDWR")
    story.call("P0", "flock", fd=3, flags=("LOCK_EX",))
    story.execute("P0", "/bin/sleep", "1")
    story.exit("P0")
    return story.evidence()


def life_line_goes_along() -> Evidence:
    """The next program's end is told by the end of a pipe that carries nothing."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.close("P0", 4)
    story.close("P1", 3)
    story.execute("P1", "/bin/sleep", "1")
    story.exit("P1")
    story.eof("P0", 3)
    story.close("P0", 3)
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def redirections_of_a_shell() -> Evidence:
    """`exec 3>log` is the script's wish, whether a program of it uses number 3 or not; a shell also closes twice."""
    story = Story("bash", "-c", "exec 3>log; ls")
    story.open("P0", "/box/log", 3, "O_WRONLY")
    story.pipe("P0", 4, 5)
    story.fork("P0", "P1")
    story.close("P0", 5)
    story.call("P0", "close", fd=5, error="EBADF")
    story.close("P0", 4)
    story.close("P1", 4, 5)
    story.execute("P1", "/bin/ls")
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def spawned_with_an_open_file() -> Evidence:
    """posix_spawn opens what its file actions name, before the new program begins."""
    story = Story()
    story.call("P0", "clone", result=None, child="P1", thread=False, shares=("memory",), vfork=True, pid=None)
    story.open("P1", "/box/log", 3, "O_WRONLY")
    story.execute("P1", "/bin/true")
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story.evidence()


def sweep_before_exec() -> Evidence:
    """Closes 3 to 12, of which two were open once and two still are."""
    story = Story()
    story.pipe("P0", 3, 4)
    story.pipe("P0", 5, 6)
    story.close("P0", 3, 4)
    for fd in range(3, 13):
        if fd in {5, 6}:
            story.close("P0", fd)
        else:
            story.call("P0", "close", fd=fd, error="EBADF")
    story.execute("P0", "/bin/true")
    story.exit("P0")
    return story.evidence()


def short_sweep_downwards() -> Evidence:
    """Closes 5 to 3: number 5 was never open."""
    story = Story()
    story.pipe("P0", 3, 4)
    story.close("P0", 3, 4)
    story.write("P0", 1)
    for fd in (5, 4, 3):
        story.call("P0", "close", fd=fd, error="EBADF")
    story.exit("P0")
    return story.evidence()


def long_sweep_over_known_numbers() -> Evidence:
    """Nine numbers were open once, and are closed in a loop once more."""
    story = Story()
    for fd in range(3, 12):
        story.open("P0", f"/box/part{fd}", fd, "O_RDONLY")
    story.close("P0", *range(3, 12))
    story.write("P0", 1)
    for fd in range(3, 12):
        story.call("P0", "close", fd=fd, error="EBADF")
    story.exit("P0")
    return story.evidence()


def closes_what_a_folder_lists() -> Evidence:
    """The list of open descriptors names the one through which it was read."""
    story = Story()
    story.pipe("P0", 3, 4)
    story.open("P0", "/proc/self/fd", 5, "O_RDONLY", "dir /proc/self/fd")
    story.close("P0", 5)
    story.close("P0", 3, 4)
    story.call("P0", "close", fd=5, error="EBADF")
    story.exit("P0")
    return story.evidence()


def probes_and_strangers() -> Evidence:
    """Asks whether a number is open, closes -1 and what was never open, and reads from an end that can only be written."""
    story = Story()
    story.pipe("P0", 5, 4)
    story.close("P0", 4, 5)
    story.pipe("P0", 3, 4)
    story.close("P0", 3)
    story.call("P0", "fcntl", fd=3, command="F_GETFD", value=0, error="EBADF")
    story.call("P0", "close", fd=-1, error="EBADF")
    story.call("P0", "close", fd=99, error="EBADF")
    story.read("P0", 4, error="EBADF")
    story.close("P0", 4)
    story.exit("P0")
    return story.evidence()


def new_program_does_not_know() -> Evidence:
    """What was closed before execve is no history of the program after it."""
    story = Story()
    story.pipe("P0", 3, 4)
    story.close("P0", 3, 4)
    story.execute("P0", "/usr/bin/other")
    story.call("P0", "close", fd=3, error="EBADF")
    story.exit("P0")
    return story.evidence()


DESCRIPTORS: dict[str, Callable[[], Evidence]] = {
    told.__name__: told
    for told in (
        table_of_live_connections,
        connections_closed_in_the_end,
        pipes_made_at_once,
        locks_taken_one_after_the_other,
        number_told_to_the_next_program,
        put_in_place_for_the_next_program,
        next_program_reads_it,
        same_file_open_many_times_and_all_in_use,
        lock_goes_along,
        life_line_goes_along,
        redirections_of_a_shell,
        spawned_with_an_open_file,
        sweep_before_exec,
        short_sweep_downwards,
        long_sweep_over_known_numbers,
        closes_what_a_folder_lists,
        probes_and_strangers,
        new_program_does_not_know,
    )
}
"""Programs of which no rule says anything, though they keep, pass on or close what looks suspicious."""
