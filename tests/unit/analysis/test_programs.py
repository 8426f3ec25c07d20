"""In: stories of several programs; out: findings about the submission's own processes, and none about the exercise's peers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.analysis import look, rules
from grader.evidence import Evidence
from grader.model import RuleFinding
from tests.support.events import Story

ADVERSARY = "adversary.py"


def found(run: Evidence) -> list[tuple[str, str]]:
    """Rule and process of each finding."""
    return [(finding.rule, finding.process) for finding in rules(run)]


def dies_of_a_broken_pipe(peer: str) -> Story:
    """A further program is killed by SIGPIPE at its write into a FIFO."""
    story = Story()
    story.call("P0", "mknodat", path="/home/student/f", type="fifo")
    story.open("P0", "/home/student/f", 3, "O_RDONLY", "fifo A")
    story.start("P1", "client", peer)
    story.open("P1", "/home/student/f", 3, "O_WRONLY", "fifo A")
    story.close("P0", 3)
    story.write("P1", 3, error="EPIPE")
    story.killed("P1", "SIGPIPE", "kernel")
    story.call("P0", "unlink", path="/home/student/f")
    story.exit("P0")
    return story


def leaves_an_orphan(peer: str) -> Story:
    """A further program ends before its child does."""
    story = Story()
    story.start("P1", "client", peer)
    story.fork("P1", "P2")
    story.exit("P1")
    story.write("P2", 1)
    story.exit("P2")
    story.exit("P0")
    return story


def leaves_a_fifo(peer: str) -> Story:
    """A further program makes a FIFO and ends."""
    story = Story()
    story.start("P1", "client", peer)
    story.call("P1", "mknodat", path="/home/student/f", type="fifo")
    story.exit("P1")
    story.exit("P0")
    story.left("fifo", "/home/student/f")
    return story


def leaves_a_zombie(peer: str) -> Story:
    """A further program never waits for its child."""
    story = Story()
    story.start("P1", "client", peer)
    story.fork("P1", "P2")
    story.exit("P2")
    story.write("P1", 1)
    story.exit("P1")
    story.exit("P0")
    return story


MISTAKES = {
    dies_of_a_broken_pipe: ("broken-pipe", "P1"),
    leaves_an_orphan: ("orphan", "P2"),
    leaves_a_fifo: ("residue", "P1"),
    leaves_a_zombie: ("unreaped-child", "P1"),
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_of_a_further_program_of_the_submission_is_found(mistake: Callable[[str], Story]) -> None:
    """It is judged as the first one is."""
    assert found(mistake("").evidence()) == [MISTAKES[mistake]]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_the_same_of_a_peer_is_nobody_s_fault(mistake: Callable[[str], Story]) -> None:
    """Peers misbehave on purpose."""
    assert found(mistake(ADVERSARY).evidence()) == []


def test_a_further_program_that_outlives_the_first_is_no_orphan() -> None:
    """Neither has made the other."""
    story = Story()
    story.start("P1", "client")
    story.exit("P0")
    story.write("P1", 1)
    story.exit("P1")

    assert found(story.evidence()) == []


def test_a_finding_names_the_further_program() -> None:
    """By the name that the plan gives it."""
    finding: RuleFinding = rules(leaves_a_fifo("").evidence())[0]

    assert finding.seen.startswith("P1 (client) made the FIFO")


def waiting_for_each_other(peer: str) -> Story:
    """The first program reads a FIFO that only the other writes to, which reads another that only the first writes to."""
    story = Story()
    for name in "ab":
        story.call("P0", "mknodat", path=f"/home/student/{name}", type="fifo")
    story.start("P1", "client", peer)
    for task, ways in (("P0", ("O_RDONLY", "O_WRONLY")), ("P1", ("O_WRONLY", "O_RDONLY"))):
        for name, fd, way in zip("ab", (3, 4), ways, strict=True):
            story.open(task, f"/home/student/{name}", fd, way, f"fifo {name.upper()}")
    story.blocks_reading("P0", 3)
    story.blocks_reading("P1", 4)
    return story


def test_programs_of_the_submission_that_wait_for_each_other_are_deadlocked() -> None:
    """Nobody else could wake them."""
    story = waiting_for_each_other("")
    story.deadlock()

    assert ("deadlock", "P0") in found(story.evidence())


def test_to_wait_for_a_silent_peer_is_proved_of_nobody() -> None:
    """What the peer waits for does not matter: it stands for the world outside."""
    story = waiting_for_each_other(ADVERSARY)

    with pytest.raises(AssertionError, match="no deadlock"):
        story.deadlock()


@pytest.mark.parametrize("peer", ["", ADVERSARY])
def test_a_sleep_is_kept_for_comparison_unless_it_is_a_peer_s(peer: str) -> None:
    """A peer sleeps so that others come first."""
    story = Story()
    story.start("P1", "client", peer)
    story.blocks("P1", "clock_nanosleep", duration=1_000_000)
    story.call("P1", "clock_nanosleep", duration=1_000_000)
    story.exit("P1")
    story.exit("P0")

    assert [sleep.process for sleep in look(story.evidence()).sleeps] == ([] if peer else ["P1"])
