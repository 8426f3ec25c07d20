"""Sockets know their peers, and what outlives its processes is known by name until it is removed."""

import pytest

from grader.kernel import descriptor
from tests.unit.kernel.world import World, table_of


def left(world: World) -> set[tuple[str, str]]:
    """Type and name of all that would outlive the processes."""
    return {(named.type, named.name) for named in world.state.names.values()}


def test_a_fifo_outlives_its_maker_until_unlinked() -> None:
    """It is known by its path, whoever removes it."""
    world = World()
    world.fork("P0", "P1")
    world.call("P1", "mknodat", path="/home/f", type="fifo")
    world.exit("P1")
    assert left(world) == {("fifo", "/home/f")}

    world.call("P0", "unlink", path="/home/./f")

    assert left(world) == set()


def test_ordinary_files_are_not_followed() -> None:
    """Only what processes communicate through counts."""
    world = World()
    before = world.state

    assert world.call("P0", "mknod", path="/a", type="file") is before
    assert world.call("P0", "unlink", path="/a") is before


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/dev/shm/buffer", ("shm", "/buffer")),
        ("/dev/shm/sem.mutex", ("semaphore", "/mutex")),
        ("/dev/mqueue/jobs", ("queue", "/jobs")),
    ],
)
def test_objects_of_posix_are_files_in_known_places(path: str, named: tuple[str, str]) -> None:
    """Made with O_CREAT, gone with unlink; opening what exists makes nothing."""
    world = World()
    world.call("P0", "openat", 3, path=path, object="shm /x", flags=("O_RDWR", "O_CREAT"))
    assert left(world) == {named}

    world.call("P0", "openat", 4, path=path, object="shm /x", flags=("O_RDWR", "O_CREAT"))
    world.call("P0", "unlink", path=path)
    world.call("P0", "openat", 5, path=path, object="shm /x", flags=("O_RDWR",))

    assert left(world) == set()


def test_a_named_semaphore_is_made_under_another_name() -> None:
    """The C library makes a temporary file, links it, and removes the first name."""
    world = World()
    world.call("P0", "openat", 3, path="/dev/shm/sem.Xy12ab", object="semaphore /Xy12ab", flags=("O_CREAT",))
    world.call("P0", "link", path="/dev/shm/sem.Xy12ab", to="/dev/shm/sem.mutex")
    world.call("P0", "unlink", path="/dev/shm/sem.Xy12ab")

    assert left(world) == {("semaphore", "/mutex")}


def test_a_queue_outlives_its_maker_until_unlinked() -> None:
    """A queue has one name, with or without a slash, and a file in /dev/mqueue."""
    world = World()
    world.call("P0", "mq_open", 3, path="/jobs", object="queue A", flags=("O_RDWR", "O_CREAT"))
    assert left(world) == {("queue", "/jobs")}

    world.call("P0", "mq_unlink", path="jobs")

    assert left(world) == set()


@pytest.mark.parametrize(
    ("get", "control", "kind"), [("shmget", "shmctl", "sysv-shm"), ("semget", "semctl", "sysv-sem")]
)
def test_system_v_objects_live_until_they_are_removed(get: str, control: str, kind: str) -> None:
    """Only IPC_RMID removes; a second get of the same key makes nothing."""
    world = World()
    world.call("P0", get, key=7, flags=("IPC_CREAT",), id=f"{kind} A")
    before = world.call("P0", get, key=7, flags=(), id=f"{kind} A")
    assert world.call("P0", control, id=f"{kind} A", command="IPC_STAT") is before
    assert left(world) == {(kind, f"{kind} A")}

    world.call("P0", control, id=f"{kind} A", command="IPC_RMID")

    assert left(world) == set()


def test_a_rename_moves_the_name() -> None:
    """What had the new name before is gone."""
    world = World()
    for name in ("/a", "/b"):
        world.call("P0", "mknod", path=name, type="fifo")
    world.call("P0", "rename", path="/a", to="/b")
    assert left(world) == {("fifo", "/b")}

    world.call("P0", "renameat", path="/plain", to="/b")

    assert left(world) == set()


def test_a_rename_may_exchange_two_names() -> None:
    """With RENAME_EXCHANGE both stay."""
    world = World()
    world.call("P0", "mknod", path="/a", type="fifo")
    world.call("P0", "renameat2", path="/a", to="/plain", flags=("RENAME_EXCHANGE",))
    world.call("P0", "mknod", path="/s", type="socket")
    world.call("P0", "renameat2", path="/plain", to="/s", flags=("RENAME_EXCHANGE",))

    assert left(world) == {("fifo", "/s"), ("socket", "/plain")}


def test_a_bound_unix_socket_leaves_a_file() -> None:
    """Abstract and network addresses leave nothing."""
    world = World()
    world.call("P0", "socket", 3, object="socket A", family="AF_UNIX", type="SOCK_STREAM", protocol=0)
    world.call("P0", "socket", 4, object="socket B", family="AF_INET", type="SOCK_STREAM", protocol=0)
    world.call("P0", "bind", fd=3, object="socket A", address="@hidden")
    world.call("P0", "bind", fd=4, object="socket B", address="127.0.0.1:80")
    assert left(world) == set()

    world.call("P0", "bind", fd=3, object="socket A", address="/home/s")

    assert left(world) == {("socket", "/home/s")}


def test_a_socketpair_is_two_sockets() -> None:
    """Each is the other's peer; flags come with the type."""
    world = World()
    world.call(
        "P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX",
        type="SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK",
    )  # fmt: skip

    assert table_of(world.state, "P0")[3] == table_of(world.state, "P0")[4] == ("socket", "rw", True)
    assert world.state.things["socket A"].peer == "socket B"
    assert world.state.things["socket B"].peer == "socket A"


def test_a_socket_shares_its_flags_with_every_other_descriptor() -> None:
    """The tracer writes SOCK_CLOEXEC and SOCK_NONBLOCK as the flags of open, whose values they have (socket(2))."""
    world = World()
    world.call(
        "P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX", type="SOCK_STREAM",
        flags=("O_NONBLOCK", "O_CLOEXEC"),
    )  # fmt: skip

    assert table_of(world.state, "P0")[3] == ("socket", "rw", True)
    entry = descriptor(world.state, "P0", 3)
    assert entry is not None
    assert entry.nonblock


def test_an_accepted_socket_knows_its_peer() -> None:
    """The new descriptor is the accepted socket's, connected both ways where the peer is known."""
    world = World()
    world.call("P0", "socket", 3, object="socket A", family="AF_UNIX", type="SOCK_STREAM", protocol=0)
    world.call("P0", "socket", 4, object="socket B", family="AF_UNIX", type="SOCK_STREAM", protocol=0)
    world.call(
        "P0", "accept4", 5, fd=3, object="socket A", accepted="socket C", peer="socket B", flags=("SOCK_CLOEXEC",)
    )

    assert table_of(world.state, "P0")[5] == ("socket", "rw", True)
    assert world.state.things["socket C"].peer == "socket B"
    assert world.state.things["socket B"].peer == "socket C"
    assert world.state.things["socket C"].family == "AF_UNIX"


def test_a_failed_call_names_nothing() -> None:
    """What was not made does not outlive anybody."""
    world = World()
    before = world.state

    assert world.fail("P0", "mknod", "EEXIST", path="/a", type="fifo") is before
    assert world.fail("P0", "openat", "EACCES", path="/dev/shm/a", object="", flags=("O_CREAT",)) is before
