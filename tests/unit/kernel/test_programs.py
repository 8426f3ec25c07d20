"""In: the starts of several programs; out: a state in which they share what they share, and nothing else."""

from __future__ import annotations

from grader.kernel import holders, wait_of
from tests.support.events import Story


def test_a_further_program_has_its_own_input_and_the_outputs_of_all() -> None:
    """Its input holds what the plan gives, and nobody can write to it any more."""
    story = Story(stdin_open=True)
    story.start("P1", "client", stdin=b"abc")
    state = story.state

    assert state.pipes["stdin of P1"].fill == 3
    assert [holder.process for holder in holders(state, "stdout", "write")] == ["P0", "P1"]
    assert [holder.process for holder in holders(state, "stdin", "read")] == ["P0"]
    assert holders(state, "stdin of P1", "write") == ()
    assert ("stdin", "write") in state.outside


def test_a_program_that_nobody_made_is_nobody_s_child() -> None:
    """A wait for any child has none to wait for."""
    story = Story()
    story.start("P1", "client")
    story.blocks_waiting("P0")
    wait = wait_of(story.state, "P0")

    assert wait is not None
    assert (wait.outside, wait.providers) == (True, frozenset())


def test_an_end_of_stdin_that_the_outside_has_closed_stays_closed() -> None:
    """A further start gives the outside nothing back."""
    story = Story(stdin_open=False)
    before = story.state.outside
    story.start("P1", "client")

    assert story.state.outside == before


def test_what_a_peer_makes_is_a_peer_s() -> None:
    """Its children stand for the world outside as it does."""
    story = Story()
    story.start("P1", "rude", peer="adversary.py")
    story.fork("P1", "P2")
    story.fork("P0", "P3")

    assert {name for name, process in story.state.processes.items() if process.peer} == {"P1", "P2"}


def test_a_socket_is_known_by_its_address_once_it_listens() -> None:
    """Bound is not yet listening."""
    story = Story()
    story.call("P0", "socket", result=3, object="socket A", family="AF_UNIX", type="SOCK_STREAM")
    story.call("P0", "bind", fd=3, address="./box.sock")
    bound = story.state.things["socket A"]
    story.call("P0", "listen", fd=3)
    listening = story.state.things["socket A"]

    assert (bound.address, bound.listening) == ("./box.sock", False)
    assert listening.listening
