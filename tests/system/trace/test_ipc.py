"""In: programs that talk through each kind of object; out: the waits and transfers on it."""

from __future__ import annotations

import pytest

from tests.system.trace.runner import Runner, calls, ends, kinds


def test_two_processes_alternate_by_semaphores(runner: Runner) -> None:
    """The output is in the only order that the semaphores allow, and waits are futex waits on shared words."""
    evidence = runner.run("semaphore")
    assert evidence.stdout == b"ababab"
    waits = [event for event in evidence.events if event.kind == "block" and event.call == "futex"]
    assert waits
    assert {event.args["shared"] for event in waits} == {True}
    assert {event.text("word") for event in waits} == {"futex A", "futex B"}


def test_two_mutexes_in_opposite_order_are_a_proved_deadlock(runner: Runner) -> None:
    """Both threads wait in futex; the proof names both."""
    evidence = runner.run("mutex_deadlock")
    assert evidence.outcome == "deadlock"
    (proof,) = kinds(evidence, "deadlock")
    waits = proof.args["waits"]
    assert isinstance(waits, tuple)
    assert [(wait["task"], wait["call"]) for wait in waits if isinstance(wait, dict)] == [
        ("P0", "futex"),
        ("P0.2", "futex"),
    ]


def test_a_reader_that_holds_its_own_write_end_starves(runner: Runner) -> None:
    """The proof: the only provider of its wait is itself."""
    evidence = runner.run("starved_reader")
    assert evidence.outcome == "deadlock"
    assert kinds(evidence, "block", "P0")[-1].text("object") == "pipe A"


def test_a_fifo_opens_when_both_ends_are_there(runner: Runner) -> None:
    """The reader's open waits for the writer's, and end-of-file follows the writer's end."""
    evidence = runner.run("fifo")
    assert evidence.exit_status == 0
    assert [event.call for event in kinds(evidence, "block", "P0")][:1] == ["openat"]
    opened = [event for event in calls(evidence, "P0", "openat") if event.text("object") == "fifo A"]
    assert len(opened) == 1
    assert [event.result for event in calls(evidence, "P0", "read") if event.text("object") == "fifo A"] == [5, 0]


def test_a_socketpair_carries_both_ways(runner: Runner) -> None:
    """Each end has its own name; the peer's end is end-of-file."""
    evidence = runner.run("socket_pair")
    assert evidence.exit_status == 0
    assert [
        (event.text("object"), event.result)
        for event in calls(evidence, "P0", "read")
        if "socket" in event.text("object")
    ] == [
        ("socket A", 1),
        ("socket A", 0),
    ]


def test_a_descriptor_that_travels_names_the_same_object(runner: Runner) -> None:
    """The child writes to pipe A through a descriptor that it received."""
    evidence = runner.run("pass_fd")
    assert evidence.exit_status == 0
    assert calls(evidence, "P1", "recvmsg")[0].args["fds"] == {"5": "pipe A"}
    assert calls(evidence, "P1", "write")[0].text("object") == "pipe A"


def test_a_file_lock_is_handed_over_when_it_is_given_back(runner: Runner) -> None:
    """The second waits in flock until the first has unlocked."""
    evidence = runner.run("file_lock")
    assert evidence.stdout == b"first\nsecond\n"
    assert kinds(evidence, "block", "P1")[0].call == "flock"


def test_end_of_file_comes_when_dup2_has_closed_the_last_write_end(runner: Runner) -> None:
    """No close in sight, and no false deadlock either."""
    evidence = runner.run("dup_closes")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    assert calls(evidence, "P1", "read")[-1].result == 0


def test_input_larger_than_a_pipe_arrives_whole(runner: Runner) -> None:
    """The outside refills stdin as the program reads it, and closes it at the end."""
    data = bytes(range(256)) * 4096
    evidence = runner.command("/usr/bin/sha256sum", stdin=data)
    received = [event for event in evidence.events if event.text("object") == "stdin" and event.kind == "call"]
    assert b"".join(event.data or b"" for event in received) == data
    assert evidence.outcome == "exited"


@pytest.mark.parametrize("piece", [1 << 20, 4096, 1000])
def test_output_up_to_the_limit_is_kept_whole(runner: Runner, piece: int) -> None:
    """A mebibyte in one write or in many is all there."""
    evidence = runner.run("much_output", str(1 << 20), str(piece))
    assert (evidence.outcome, len(evidence.stdout)) == ("exited", 1 << 20)


def test_the_reader_that_polls_lets_the_writer_write(runner: Runner) -> None:
    """EAGAIN again and again, but not for ever: the other process has its turn."""
    evidence = runner.run("again")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    errors = [event.error for event in calls(evidence, "P0", "read") if event.text("object") == "pipe A"]
    assert set(errors[:-1]) == {"EAGAIN"}
    assert len(errors) < 40


def test_system_v_objects_have_names_of_their_own(runner: Runner) -> None:
    """A queue, a semaphore and shared memory, and all are removed."""
    evidence = runner.run("system_v")
    removed = [event.text("id") for event in calls(evidence, "P0", "msgctl", "semctl", "shmctl")]
    assert removed == ["sysv-msg A", "sysv-sem A", "sysv-shm A"]
    assert ends(evidence) == {"P1": 0, "P0": 0}


def test_a_queue_tells_what_it_holds_and_each_message_how_urgent_it_is(runner: Runner) -> None:
    """What was asked for when the queue was made, and the priority that the sender passed, are on record."""
    evidence = runner.run("queue")
    (made,) = calls(evidence, "P0", "mq_open")
    (sent,) = calls(evidence, "P0", "mq_timedsend")
    assert (made.args["maxmsg"], made.args["msgsize"]) == (2, 16)
    assert (sent.args["priority"], sent.args["count"], sent.data, sent.result) == (1, 5, b"hello", 0)


def test_a_queue_that_is_asked_tells_how_much_is_there_and_one_that_is_set_waits_no_more(runner: Runner) -> None:
    """mq_getattr and mq_setattr are one call; what follows the second knows that it does not sleep."""
    evidence = runner.run("queue")
    asked, changed = calls(evidence, "P0", "mq_getsetattr")
    assert (asked.args["messages"], "flags" in asked.args) == (0, False)
    assert (changed.texts("flags"), "messages" in changed.args) == (("O_NONBLOCK",), False)
    assert [(event.error, event.args.get("nonblock")) for event in calls(evidence, "P0", "mq_timedreceive")] == [
        ("ETIMEDOUT", None),
        ("EAGAIN", True),
    ]


def test_a_receive_with_a_time_limit_gives_up_and_is_no_deadlock(runner: Runner) -> None:
    """SO_RCVTIMEO goes by virtual time: an hour costs nothing, and the program finds the limit that it set."""
    evidence = runner.run("timed_receive")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    assert [event.error for event in calls(evidence, "P0", "recvfrom")] == ["EAGAIN", ""]
    assert [event.text("option") for event in calls(evidence, "P0", "setsockopt")] == ["SO_RCVTIMEO"] * 2
    assert evidence.events[-1].time >= 2 * 3600 * 10**9


def test_a_send_with_a_time_limit_gives_up_and_is_no_deadlock(runner: Runner) -> None:
    """SO_SNDTIMEO on a socket that is full and that nobody reads."""
    evidence = runner.run("timed_receive", "send")
    assert (evidence.outcome, evidence.exit_status) == ("exited", 0)
    assert calls(evidence, "P0", "write")[-1].error == "EAGAIN"


def test_a_segment_is_sized_mapped_and_shared(runner: Runner) -> None:
    """What sized it is on record, in order, and only the shared mapping; the child sees the parent's byte."""
    evidence = runner.run("segment")
    on = [event for event in evidence.calls(on="shm /segment", ok=True) if event.call != "close"]
    assert evidence.stdout == b"x"
    assert [(event.call, event.number("length")) for event in on] == [
        ("openat", -1),
        ("ftruncate", 4096),
        ("fallocate", 100),
        ("mmap", 8192),
    ]
    (by_path,) = evidence.calls("truncate", ok=True)
    assert (by_path.text("path"), by_path.number("length")) == ("/dev/shm/segment", 8192)


def test_operations_on_a_semaphore_get_a_process_on(runner: Runner) -> None:
    """A process that posts a System V semaphore again and again has its turn to the end, like any that makes progress."""
    evidence = runner.run("semop_many")
    posts = calls(evidence, "P1", "semop", "semtimedop")
    ended = evidence.process("P1").exit
    assert len(posts) == 40
    assert ended is not None
    assert {event.process for event in evidence.events[posts[0].n - 1 : ended.n]} == {"P1"}


@pytest.mark.parametrize("name", ["mapped", "system_v"])
def test_what_a_call_made_is_named_and_not_told_by_address_or_number(runner: Runner, name: str) -> None:
    """Addresses of mappings and the kernel's numbers of System V objects are this machine's: they are no results."""
    evidence = runner.run(name)
    made = calls(evidence, "P0", "mmap", "shmat", "shmget", "semget", "msgget")
    assert len(made) >= 3
    assert [event.result for event in made] == [None] * len(made)
    assert all(event.text("id") for event in made if event.call != "mmap")


def test_a_command_of_fcntl_has_a_value_only_where_it_takes_one(runner: Runner) -> None:
    """A register that a command does not use holds what an earlier call has left there."""
    evidence = runner.run("inherited")
    commands = {(event.text("command"), "value" in event.args) for event in calls(evidence, "P0", "fcntl")}
    assert commands >= {("F_GETFD", False), ("F_GETFL", False), ("F_GETPIPE_SZ", False), ("F_SETFL", False)}
    assert {command for command, valued in commands if valued} == {"F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETPIPE_SZ"}
