"""Descriptor tables follow the calls that change them, as the manual pages say."""

import pytest

from grader.kernel import descriptor, holders, object_of
from grader.model import Arg
from tests.unit.kernel.world import World, table_of


def fds(world: World, process: str = "P0") -> set[int]:
    """The open descriptors of a process, without the standard three."""
    return set(table_of(world.state, process)) - {0, 1, 2}


def test_the_root_starts_with_three_pipes() -> None:
    """The first process reads stdin and writes stdout and stderr."""
    world = World()

    assert table_of(world.state, "P0") == {
        0: ("pipe", "r", False),
        1: ("pipe", "w", False),
        2: ("pipe", "w", False),
    }


def test_a_pipe_has_a_read_end_and_a_write_end() -> None:
    """The two descriptors are two ends of one object, with two open file descriptions."""
    world = World()
    world.pipe()
    read, write = descriptor(world.state, "P0", 3), descriptor(world.state, "P0", 4)

    assert read is not None
    assert write is not None
    assert (read.object, read.mode, write.object, write.mode) == ("pipe A", "r", "pipe A", "w")
    assert read.description != write.description
    assert read.opened == world.n


def test_flags_of_pipe2_hold_for_both_ends() -> None:
    """O_CLOEXEC and O_NONBLOCK are set on each end."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC", "O_NONBLOCK")

    for fd in (3, 4):
        entry = descriptor(world.state, "P0", fd)
        assert entry is not None
        assert entry.cloexec
        assert entry.nonblock


@pytest.mark.parametrize(
    ("flags", "mode"),
    [((), "r"), (("O_WRONLY",), "w"), (("O_RDWR", "O_CREAT"), "rw"), (("O_PATH",), "")],
)
def test_the_flags_of_open_give_the_mode(flags: tuple[str, ...], mode: str) -> None:
    """Without an access flag a file is opened for reading; O_PATH can do neither."""
    world = World()
    world.call("P0", "openat", 3, path="/a", flags=flags, object="file /a")

    assert table_of(world.state, "P0")[3] == ("file", mode, False)


def test_creat_opens_for_writing_alone() -> None:
    """The call creat is open with O_WRONLY (open(2))."""
    world = World()
    world.call("P0", "creat", 3, path="/a", object="file /a")

    assert table_of(world.state, "P0")[3] == ("file", "w", False)


def test_a_call_that_its_caller_did_not_survive_makes_nothing() -> None:
    """A task killed inside a call has no descriptors of it."""
    world = World()
    for call in ("pipe2", "openat", "dup", "socketpair", "socket", "eventfd2", "mq_open"):
        before = fds(world)
        world.call("P0", call, None, fd=0, object="pipe A", flags=())
        assert fds(world) == before


def test_close_frees_the_descriptor_and_only_it() -> None:
    """What is closed is gone, the other end stays."""
    world = World()
    world.pipe()
    world.close("P0", 3)

    assert fds(world) == {4}
    assert object_of(world.state, "P0", 3) == ""


def test_a_second_close_changes_nothing() -> None:
    """A close of a number that is not open fails, and the state stays the same object."""
    world = World()
    world.pipe()
    before = world.close("P0", 3)

    assert world.fail("P0", "close", "EBADF", fd=3, object="") is before


def test_an_interrupted_close_has_closed() -> None:
    """Linux frees the descriptor before a close can be interrupted (close(2))."""
    world = World()
    world.pipe()
    world.fail("P0", "close", "EINTR", fd=3, object="pipe A")

    assert fds(world) == {4}


def test_dup_shares_the_open_file_description() -> None:
    """A duplicate has its own number and close-on-exec flag, and one description with the original."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC")
    world.call("P0", "dup", 5, fd=4, object="pipe A")
    first, second = descriptor(world.state, "P0", 4), descriptor(world.state, "P0", 5)

    assert first is not None
    assert second is not None
    assert second.description == first.description
    assert (second.cloexec, second.opened, second.mode) == (False, world.n, "w")


def test_dup2_closes_what_was_there() -> None:
    """The target's old object is closed: the last end of a pipe goes with it."""
    world = World()
    world.pipe()
    world.call("P0", "dup2", 1, fd=4, object="pipe A", to=1)
    world.call("P0", "openat", 9, path="/a", object="file /a", flags=())
    world.close("P0", 3)
    world.call("P0", "dup2", 4, fd=9, object="file /a", to=4)

    assert object_of(world.state, "P0", 1) == "pipe A"
    assert "pipe A" in world.state.pipes
    world.call("P0", "dup2", 1, fd=9, object="file /a", to=1)
    assert "pipe A" not in world.state.pipes


def test_dup2_onto_itself_changes_nothing() -> None:
    """With equal numbers dup2 does nothing, not even to close-on-exec (dup(2))."""
    world = World()
    before = world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC")

    assert world.call("P0", "dup2", 3, fd=3, object="pipe A", to=3) is before


def test_dup3_can_mark_the_duplicate_for_exec() -> None:
    """Of the three, only dup3 takes O_CLOEXEC."""
    world = World()
    world.pipe()
    world.call("P0", "dup3", 9, fd=3, object="pipe A", to=9, flags=("O_CLOEXEC",))

    assert table_of(world.state, "P0")[9] == ("pipe", "r", True)


@pytest.mark.parametrize(("command", "cloexec"), [("F_DUPFD", False), ("F_DUPFD_CLOEXEC", True)])
def test_fcntl_duplicates_descriptors_too(command: str, cloexec: bool) -> None:
    """F_DUPFD is dup with a lowest number; its other form sets close-on-exec."""
    world = World()
    world.pipe()
    world.call("P0", "fcntl", 10, fd=3, object="pipe A", command=command, value=10)

    assert table_of(world.state, "P0")[10] == ("pipe", "r", cloexec)


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("fcntl", {"command": "F_SETFD", "flags": ("FD_CLOEXEC",)}),
        ("fcntl", {"command": "F_SETFD", "value": 1}),
        ("ioctl", {"request": "FIOCLEX"}),
    ],
)
def test_close_on_exec_is_set_and_cleared(call: str, args: dict[str, Arg]) -> None:
    """The flag belongs to one descriptor; it can be cleared again."""
    world = World()
    world.pipe()
    world.call("P0", "dup", 5, fd=3, object="pipe A")
    world.call("P0", call, 0, fd=3, object="pipe A", **args)

    assert [table_of(world.state, "P0")[fd][2] for fd in (3, 5)] == [True, False]
    world.call("P0", "fcntl", fd=3, object="pipe A", command="F_SETFD", flags=(), value=0)
    assert not table_of(world.state, "P0")[3][2]


def test_asking_for_flags_changes_nothing() -> None:
    """F_GETFD, F_GETFL and setting what is set leave the state the same object."""
    world = World()
    before = world.pipe()

    assert world.call("P0", "fcntl", 0, fd=3, object="pipe A", command="F_GETFD") is before
    assert world.call("P0", "fcntl", 0, fd=3, object="pipe A", command="F_SETFD", flags=()) is before
    assert world.call("P0", "fcntl", 0, fd=3, object="pipe A", command="F_SETFL", flags=()) is before
    assert world.call("P0", "ioctl", 0, fd=3, object="pipe A", request="FIONREAD", value=0) is before
    assert world.call("P0", "mq_getsetattr", 0, fd=3, object="pipe A", messages=2) is before


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("fcntl", {"command": "F_SETFL", "flags": ("O_NONBLOCK",)}),
        ("ioctl", {"request": "FIONBIO", "value": 1}),
        ("mq_getsetattr", {"flags": ("O_NONBLOCK",)}),
    ],
)
def test_nonblocking_mode_belongs_to_the_description(call: str, args: dict[str, Arg]) -> None:
    """It changes for duplicates and for the child's copy too, and not for the other end."""
    world = World()
    world.pipe()
    world.call("P0", "dup", 5, fd=3, object="pipe A")
    world.fork("P0", "P1")
    world.call("P1", call, 0, fd=3, object="pipe A", **args)
    seen = {
        (process, fd): entry.nonblock
        for process in ("P0", "P1")
        for fd in (3, 4, 5)
        if (entry := descriptor(world.state, process, fd)) is not None
    }

    assert seen == {(process, fd): fd != 4 for process in ("P0", "P1") for fd in (3, 4, 5)}


def test_a_pipe_can_be_made_larger() -> None:
    """F_SETPIPE_SZ returns the capacity that the kernel chose."""
    world = World()
    world.pipe()
    world.call("P0", "fcntl", 131_072, fd=4, object="pipe A", command="F_SETPIPE_SZ", value=100_000)

    assert world.state.pipes["pipe A"].capacity == 131_072


def test_close_range_closes_what_lies_between() -> None:
    """First and last are closed too."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A")
    world.pipe("P0", 5, 6, "pipe B")
    world.call("P0", "close_range", first=4, last=5, flags=())

    assert fds(world) == {3, 6}


def test_close_range_can_mark_instead_of_closing() -> None:
    """With CLOSE_RANGE_CLOEXEC nothing is closed before the next exec."""
    world = World()
    world.pipe()
    world.call("P0", "close_range", first=3, last=2**32 - 1, flags=("CLOSE_RANGE_CLOEXEC",))

    assert {fd: row[2] for fd, row in table_of(world.state, "P0").items()} == {
        0: False,
        1: False,
        2: False,
        3: True,
        4: True,
    }


def test_close_range_can_unshare_the_table_first() -> None:
    """With CLOSE_RANGE_UNSHARE a process that shares its table closes only its own copy."""
    world = World()
    world.pipe()
    world.fork("P0", "P1", "clone", ("fd table",))
    world.call("P1", "close_range", first=3, last=4, flags=("CLOSE_RANGE_UNSHARE",))

    assert (fds(world, "P0"), fds(world, "P1")) == ({3, 4}, set())


def test_a_shared_table_is_one_table() -> None:
    """What one process of a CLONE_FILES pair closes is closed for both, and it lives until both are gone."""
    world = World()
    world.pipe()
    world.fork("P0", "P1", "clone", ("fd table",))
    world.close("P0", 3)
    world.exit("P1")

    assert fds(world) == {4}


@pytest.mark.parametrize(
    ("call", "obj", "flags", "row"),
    [
        ("eventfd2", "eventfd A", ("EFD_CLOEXEC",), ("eventfd", "rw", True)),
        ("signalfd4", "signalfd A", (), ("signalfd", "rw", False)),
        ("timerfd_create", "timerfd A", ("TFD_CLOEXEC",), ("timerfd", "rw", True)),
        ("memfd_create", "memfd A", ("MFD_CLOEXEC",), ("memfd", "rw", True)),
        ("epoll_create1", "epoll A", (), ("epoll", "rw", False)),
        ("inotify_init1", "other A", ("IN_CLOEXEC",), ("other", "r", True)),
        ("pidfd_open", "pidfd A", (), ("pidfd", "rw", True)),
        ("mq_open", "queue A", ("O_RDWR",), ("queue", "rw", True)),
        ("socket", "socket A", (), ("socket", "rw", False)),
    ],
)
def test_each_way_to_make_a_descriptor_is_known(
    call: str, obj: str, flags: tuple[str, ...], row: tuple[str, str, bool]
) -> None:
    """Pidfds and queues are always close-on-exec; the others where their flag says so."""
    world = World()
    world.call("P0", call, 3, fd=-1, object=obj, flags=flags, path="/q")

    assert table_of(world.state, "P0")[3] == row


def test_holders_are_told_with_number_and_age() -> None:
    """A child holds what it inherited since its birth, though the descriptor was opened before."""
    world = World()
    world.pipe()
    opened = world.n
    world.fork("P0", "P1")
    born = world.n
    found = holders(world.state, "pipe A", "write")

    assert [(each.process, each.fd, each.opened, each.since) for each in found] == [
        ("P0", 4, opened, opened),
        ("P1", 4, opened, born),
    ]


def test_only_two_modes_have_holders() -> None:
    """A typing error is not answered with an empty list."""
    with pytest.raises(ValueError, match="use 'read' or 'write'"):
        holders(World().state, "pipe A", "rw")


def test_a_pipe_that_nobody_holds_is_gone() -> None:
    """With the last descriptor in the last process the pipe itself goes."""
    world = World()
    world.pipe()
    world.fork("P0", "P1")
    world.close("P0", 3, 4)
    world.close("P1", 3)

    assert "pipe A" in world.state.pipes
    world.exit("P1")
    assert "pipe A" not in world.state.pipes
