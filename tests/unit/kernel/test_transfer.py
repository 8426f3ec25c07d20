"""Bytes that calls moved are counted in pipes and FIFOs, and descriptors that travelled arrive."""

from grader.kernel import descriptor, held_outside
from tests.unit.kernel.world import World, table_of


def fill(world: World, name: str = "pipe A") -> int:
    """The bytes known to wait in a pipe."""
    return world.state.pipes[name].fill


def test_writes_fill_and_reads_drain() -> None:
    """What was written and not yet read waits in the pipe."""
    world = World()
    world.pipe()
    world.write("P0", 4, 10)
    world.read("P0", 3, 4)

    assert fill(world) == 6


def test_the_bytes_of_a_write_in_progress_do_not_count_below_zero() -> None:
    """A reader may have bytes of a write that has not returned: the fill is then 0, and right again when it returns."""
    world = World()
    world.pipe()
    world.sleep_in_write("P0", 4)
    world.read("P0", 3, 70_000)

    assert fill(world) == 0
    world.write("P0", 4, 100_000)
    assert fill(world) == 30_000


def test_end_of_file_and_failure_move_nothing() -> None:
    """A read of 0 bytes, and a call that failed, leave the state the same object."""
    world = World()
    before = world.pipe()

    assert world.read("P0", 3, 0) is before
    assert world.fail("P0", "read", "EAGAIN", fd=3, object="pipe A", count=1) is before


def test_files_are_not_counted() -> None:
    """I/O on a file leaves the state the same object."""
    world = World()
    before = world.call("P0", "openat", 3, path="/a", object="file /a", flags=("O_RDWR",))

    assert world.read("P0", 3, 4096) is before
    assert world.write("P0", 3, 4096) is before


def test_splice_moves_from_pipe_to_pipe() -> None:
    """The first pipe has less, the second more."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A")
    world.pipe("P0", 5, 6, "pipe B")
    world.write("P0", 4, 10)
    world.call("P0", "splice", 7, fd=3, object="pipe A", to=6, to_object="pipe B", count=100)

    assert (fill(world, "pipe A"), fill(world, "pipe B")) == (3, 7)


def test_tee_copies_and_takes_nothing() -> None:
    """The bytes stay in the first pipe."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A")
    world.pipe("P0", 5, 6, "pipe B")
    world.write("P0", 4, 10)
    world.call("P0", "tee", 10, fd=3, object="pipe A", to=6, to_object="pipe B", count=100)

    assert (fill(world, "pipe A"), fill(world, "pipe B")) == (10, 10)


def test_vmsplice_goes_the_way_of_its_descriptor() -> None:
    """Into a write end, out of a read end."""
    world = World()
    world.pipe()
    world.call("P0", "vmsplice", 10, fd=4, object="pipe A", count=10)
    world.call("P0", "vmsplice", 4, fd=3, object="pipe A", count=4)

    assert fill(world) == 6


def test_a_fifo_holds_bytes_while_somebody_has_it_open() -> None:
    """With the last close its bytes are gone; opened again it is empty."""
    world = World()
    world.call("P0", "mknodat", path="/f", type="fifo")
    world.call("P0", "openat", 3, path="/f", object="fifo A", flags=("O_RDWR",))
    world.write("P0", 3, 5)
    assert fill(world, "fifo A") == 5

    world.close("P0", 3)
    world.call("P0", "openat", 3, path="/f", object="fifo A", flags=("O_RDWR",))

    assert fill(world, "fifo A") == 0


def test_the_outside_writes_and_closes_stdin() -> None:
    """What a plan writes waits in stdin; the outside holds the write end until it closes it."""
    world = World(stdin_open=True)
    world.tell("outside", "stimulus", action="write", object="stdin", data=b"hello")

    assert fill(world, "stdin") == 5
    assert held_outside(world.state, "stdin", "write")
    world.tell("outside", "stimulus", action="close", object="stdin")
    assert not held_outside(world.state, "stdin", "write")
    assert held_outside(world.state, "stdout", "read")


def test_the_outside_closes_stdin_only_once() -> None:
    """A second close changes nothing."""
    world = World()
    before = world.state

    assert world.tell("outside", "stimulus", action="close", object="stdin") is before


def test_a_received_descriptor_is_the_one_that_was_sent() -> None:
    """It shares the sender's open file description, as after dup, though the sender has closed its own by then."""
    world = World()
    world.pipe()
    world.call("P0", "socketpair", object="socket A", peer="socket B", pair=(5, 6), family="AF_UNIX")
    world.fork("P0", "P1")
    world.close("P1", 3, 4)
    sent = descriptor(world.state, "P0", 4)
    world.call("P0", "sendmsg", 1, fd=5, object="socket A", passed=(4,))
    world.close("P0", 3, 4)
    travelling = [entry.object for entry in world.state.passed]
    world.call("P1", "recvmsg", 1, fd=6, object="socket B", fds={"9": "pipe A"})
    received = descriptor(world.state, "P1", 9)

    assert travelling == ["pipe A"]
    assert (len(world.state.passed), set(world.state.pipes)) == (0, {"stdin", "stdout", "stderr", "pipe A"})
    assert table_of(world.state, "P1")[9] == ("pipe", "w", False)
    assert sent is not None
    assert received is not None
    assert received.description == sent.description


def test_a_received_descriptor_of_unknown_origin_may_do_anything() -> None:
    """Where nobody was seen to send it, too much is assumed rather than too little."""
    world = World()
    world.pipe()
    world.call("P0", "recvmsg", 1, fd=5, object="socket A", fds={"9": "pipe A", "10": "file /a"}, flags=())

    assert table_of(world.state, "P0")[9][1] == "rw"
    assert table_of(world.state, "P0")[10][1] == "rw"


def test_received_descriptors_can_be_marked_for_exec() -> None:
    """MSG_CMSG_CLOEXEC marks each that arrives."""
    world = World()
    world.call("P0", "recvmsg", 1, fd=5, object="socket A", fds={"9": "file /a"}, flags=("MSG_CMSG_CLOEXEC",))

    assert table_of(world.state, "P0")[9][2]


def test_a_message_without_descriptors_changes_nothing() -> None:
    """Bytes in sockets are not counted."""
    world = World()
    world.call("P0", "socketpair", object="socket A", peer="socket B", pair=(3, 4), family="AF_UNIX")
    before = world.state

    assert world.call("P0", "sendmsg", 1, fd=3, object="socket A") is before
    assert world.call("P0", "sendmsg", 1, fd=3, object="socket A", passed=()) is before
    assert world.call("P0", "recvmsg", 1, fd=4, object="socket B", fds={}) is before
