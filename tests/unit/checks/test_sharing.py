"""Sharing: who has a segment mapped, how large it was, whose its name is, and what else joins two processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader import (
    Finding,
    Violation,
    mappings,
    require_names_begin,
    require_not_joined,
    require_one_of_its_name,
    require_removed_by,
    size_before,
    sizings,
)
from tests.support.events import Story

SEGMENT = "shm /ab"
PATH = "/dev/shm/ab"


def broken(fact: Callable[[], None]) -> Finding:
    """The finding of a fact that does not hold."""
    with pytest.raises(Violation) as raised:
        fact()
    return raised.value.finding


def with_segment(size: int = 4096) -> Story:
    """The parent has made a segment, descriptor 3, and given it a size."""
    story = Story()
    opens(story, "P0")
    if size:
        story.call("P0", "ftruncate", fd=3, length=size)
    return story


def opens(story: Story, task: str, path: str = PATH, fd: int = 3) -> None:
    """Make and open a segment."""
    name = "shm /" + path.removeprefix("/dev/shm/")
    story.call(task, "openat", fd, path=path, flags=("O_RDWR", "O_CREAT", "O_EXCL"), object=name)


def maps(story: Story, task: str, length: int = 4096) -> None:
    """Map descriptor 3."""
    story.call(task, "mmap", 4096, fd=3, shared=True, length=length, write=True)


# Mappings


def test_a_child_inherits_the_mappings_of_its_parent() -> None:
    """Those made before fork, not those made after."""
    story = with_segment()
    maps(story, "P0")
    first = story.events[-1]
    story.fork("P0", "P1")
    maps(story, "P0")
    run = story.evidence()

    assert mappings(run, run.process("P1"), SEGMENT) == (first,)
    assert len(mappings(run, run.root, SEGMENT)) == 2


def test_a_child_has_its_own_mappings_too() -> None:
    """It opened the name, or inherited the descriptor."""
    story = with_segment()
    story.fork("P0", "P1")
    maps(story, "P1")
    run = story.evidence()

    assert mappings(run, run.process("P1"), SEGMENT) == (story.events[-1],)
    assert mappings(run, run.root, SEGMENT) == ()


def test_another_program_begins_without_mappings() -> None:
    """Executing a program ends all mappings, inherited ones as well."""
    story = with_segment()
    maps(story, "P0")
    story.fork("P0", "P1")
    story.execute("P1", "./other")
    run = story.evidence()

    assert mappings(run, run.process("P1"), SEGMENT) == ()


# Sizes


def test_a_new_segment_has_no_bytes() -> None:
    """Until somebody gives it a size."""
    story = with_segment(size=0)
    maps(story, "P0")
    run = story.evidence()

    assert size_before(run, SEGMENT, run.last) == 0
    assert sizings(run, SEGMENT, run.last) == ()


def test_the_last_size_counts_and_later_ones_do_not() -> None:
    """ftruncate may shrink; fallocate only grows; truncate goes by path."""
    story = with_segment(size=4096)
    story.call("P0", "truncate", path=PATH, length=100)
    story.call("P0", "fallocate", fd=3, offset=50, length=20)
    maps(story, "P0")
    mapped = story.events[-1]
    story.call("P0", "ftruncate", fd=3, length=9999)
    run = story.evidence()

    assert size_before(run, SEGMENT, mapped) == 100
    assert size_before(run, SEGMENT, story.events[-2]) == 100
    assert len(sizings(run, SEGMENT, mapped)) == 3


def test_a_segment_that_was_written_to_has_no_known_size() -> None:
    """A write may have made it longer."""
    story = with_segment(size=0)
    story.write("P0", 3, b"\0")
    maps(story, "P0")
    run = story.evidence()

    assert size_before(run, SEGMENT, run.last) is None


# Names


def test_a_name_that_is_given_to_a_second_segment_is_reported() -> None:
    """Whoever has mapped the first does not see the second."""
    story = with_segment()
    story.call("P0", "unlink", path=PATH)
    opens(story, "P0", fd=4)

    assert broken(lambda: require_one_of_its_name(story.evidence(), SEGMENT)).events == (4 + 1, 4 + 2)


def test_a_name_that_is_removed_early_is_spared() -> None:
    """The mapping holds the memory; nobody opens the name again."""
    story = with_segment()
    story.call("P0", "unlink", path=PATH)

    assert require_one_of_its_name(story.evidence(), SEGMENT) is None


def test_a_name_that_does_not_begin_as_told_is_reported() -> None:
    """A semaphore gets its name by a link from sem_open's temporary file."""
    story = with_segment()
    story.call("P0", "openat", 4, path="/dev/shm/sem.Xy12Zz", flags=("O_CREAT", "O_EXCL"), object="semaphore /Xy12Zz")
    linked = story.call("P0", "link", path="/dev/shm/sem.Xy12Zz", to="/dev/shm/sem.empty")

    assert broken(lambda: require_names_begin(story.evidence(), "ab")).events == (linked.n,)


def test_names_of_this_run_and_of_multiprocessing_are_spared() -> None:
    """What a library chooses by itself is its own business; a temporary name is none."""
    story = with_segment()
    story.call("P0", "openat", 4, path="/dev/shm/sem.Xy12Zz", flags=("O_CREAT", "O_EXCL"), object="semaphore /Xy12Zz")
    story.call("P0", "link", path="/dev/shm/sem.Xy12Zz", to="/dev/shm/sem.ab-free")
    story.call("P0", "link", path="/dev/shm/sem.Uv34Ww", to="/dev/shm/sem.mp-k2j3h4")
    story.call("P0", "openat", 5, path="/home/student/log", flags=("O_CREAT",), object="file /home/student/log")

    assert require_names_begin(story.evidence(), "ab") is None


@pytest.mark.parametrize("path", [PATH, "/dev/shm/sem.ab-free"])
def test_a_name_that_another_process_removes_is_reported(path: str) -> None:
    """Only the one that is named knows when all are through."""
    story = with_segment()
    story.fork("P0", "P1")
    gone = story.call("P1", "unlink", path=path)
    run = story.evidence()

    assert broken(lambda: require_removed_by(run, run.root, "ab")).events == (gone.n,)


def test_a_system_v_object_that_another_process_removes_is_reported() -> None:
    """IPC_RMID is the removal; other commands are not."""
    story = with_segment()
    story.fork("P0", "P1")
    story.call("P1", "semctl", id="sysv-sem A", command="SETVAL", value=1)
    gone = story.call("P1", "semctl", id="sysv-sem A", command="IPC_RMID", value=0)
    run = story.evidence()

    assert broken(lambda: require_removed_by(run, run.root, "ab")).events == (gone.n,)


def test_the_right_process_may_remove_and_others_may_fail_to() -> None:
    """A failed removal changes nothing, and other names are nobody's business."""
    story = with_segment()
    story.fork("P0", "P1")
    story.call("P1", "unlink", None, "ENOENT", path=PATH)
    story.call("P1", "unlink", path="/dev/shm/sem.Xy12Zz")
    story.call("P0", "unlink", path=PATH)
    run = story.evidence()

    assert require_removed_by(run, run.root, "ab") is None


# What else joins two processes


def joined() -> Story:
    """A parent with a pipe and two children."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    return story


def test_bytes_from_one_to_the_other_are_reported() -> None:
    """What was put in, and what was taken out, are the proof."""
    story = joined()
    given = story.write("P1", 4)
    taken = story.read("P2", 3)
    run = story.evidence()

    finding = broken(lambda: require_not_joined(run, run.process("P1"), (run.process("P2"),)))
    assert finding.events == (given.n, taken.n)


def test_a_message_queue_joins_as_well() -> None:
    """System V queues have no descriptor."""
    story = joined()
    given = story.call("P1", "msgsnd", id="sysv-msg A", type=1, count=8)
    taken = story.call("P2", "msgrcv", 8, id="sysv-msg A", type=0, count=8)
    run = story.evidence()

    finding = broken(lambda: require_not_joined(run, run.process("P1"), (run.process("P2"),)))
    assert finding.events == (given.n, taken.n)


def test_a_signal_joins_as_well() -> None:
    """A signal tells something, but does not count."""
    story = joined()
    sent = story.call("P1", "kill", target="P2", signal="SIGUSR1")
    run = story.evidence()

    assert broken(lambda: require_not_joined(run, run.process("P1"), (run.process("P2"),))).events == (sent.n,)


def test_counters_own_pipes_and_output_join_nothing() -> None:
    """An eventfd only counts; a pipe that only one uses carries nothing away; standard output leads outside."""
    story = joined()
    story.call("P1", "write", 8, fd=9, object="eventfd A")
    story.call("P2", "read", 8, fd=9, object="eventfd A")
    story.write("P1", 4)
    story.read("P1", 3)
    story.write("P1", 1)
    story.call("P1", "tgkill", target="P1", signal="SIGUSR1")
    run = story.evidence()

    assert require_not_joined(run, run.process("P1"), (run.process("P2"),)) is None
