"""A run can be asked about in the words of the lecture."""

from __future__ import annotations

import pytest

from grader.evidence import Evidence
from tests.support.events import Story


@pytest.fixture
def run() -> Evidence:
    """P0 writes to P1 through pipe A; P1 reads to end-of-file; P2 is killed before it does anything."""
    story = Story("./program", "3")
    story.pipe("P0")  # event 3
    story.fork("P0", "P1")
    story.fork("P0", "P2")
    story.close("P0", 3)  # 6
    story.close("P1", 4)
    story.dup2("P1", 3, 5)
    story.close("P1", 3)  # 9: fd 5 still is a read end
    story.write("P0", 4, b"hello ")  # 10
    story.write("P0", 4, b"world")
    story.killed("P2", "SIGKILL", "P0")  # 12, 13
    story.close("P0", 4)  # 14
    story.read("P1", 5, b"hello world")
    story.eof("P1", 5)  # 16
    story.close("P1", 5)
    story.exit("P1", 7)  # 18, 19
    story.wait("P0", "P1", "exited 7")  # 20
    story.exit("P0")
    return story.evidence()


def names(views: object) -> list[str]:
    """The names of some views."""
    assert isinstance(views, tuple)
    return [view.name for view in views]


def test_processes_know_their_family(run: Evidence) -> None:
    """Root, parent and children."""
    assert names(run.processes) == ["P0", "P1", "P2"]
    assert run.root == run.process("P0")
    assert run.root.parent is None
    assert run.process("P1").parent == run.root
    assert names(run.root.children) == ["P1", "P2"]
    assert run.process("P1").argv == ("./program", "3")


def test_processes_know_how_they_were_born_ended_and_were_reaped(run: Evidence) -> None:
    """Every fact comes with the event that made it true."""
    first, second = run.process("P1"), run.process("P2")

    assert (run.root.born.kind, first.born.call, first.born.n) == ("start", "fork", 4)
    assert (first.exit_status, first.killed_by) == (7, "")
    assert (second.exit_status, second.killed_by) == (None, "SIGKILL")
    assert first.exit is not None
    assert first.exit.n == 19
    assert first.reaped is not None
    assert first.reaped.n == 20
    assert second.reaped is None


def test_views_of_one_process_are_one_in_a_set(run: Evidence) -> None:
    """A check may compare sets of processes."""
    assert {run.process("P1"), *run.root.children} == set(run.root.children)


def test_an_unknown_process_is_refused_with_those_there_are(run: Evidence) -> None:
    """A check that asks for P9 learns what there is."""
    with pytest.raises(LookupError, match="no process 'P9' in this run: there are P"):
        run.process("P9")


def test_a_pipe_knows_who_read_and_wrote_what(run: Evidence) -> None:
    """Bytes in and bytes out, and the processes that moved them."""
    (pipe,) = run.pipes

    assert pipe.name == "pipe A"
    assert pipe.created is not None
    assert pipe.created.n == 3
    assert names(pipe.writers()) == ["P0"]
    assert names(pipe.readers()) == ["P1"]
    assert (pipe.written, pipe.read) == (b"hello world", b"hello world")
    assert run.pipe("pipe A") == pipe


def test_a_pipe_knows_its_holders_at_any_event(run: Evidence) -> None:
    """Who could still write decides when end-of-file comes."""
    pipe = run.pipe("pipe A")

    assert [holder.process for holder in pipe.holders("write", at=5)] == ["P0", "P1", "P2"]
    assert [holder.process for holder in pipe.holders("write", at=13)] == ["P0"]
    assert pipe.holders("write", at=14) == ()


def test_an_unknown_pipe_is_refused_with_those_there_are(run: Evidence) -> None:
    """The three pipes of the run are pipes too."""
    with pytest.raises(LookupError, match="there are stdin, stdout, stderr, pipe A"):
        run.pipe("pipe B")


def test_a_process_has_closed_an_end_when_its_last_descriptor_is_gone(run: Evidence) -> None:
    """After a dup2 the first close is not yet the close of the end."""
    reader, writer = run.process("P1"), run.root
    closed = [reader.closed("pipe A", "read"), reader.closed("pipe A", "write"), writer.closed("pipe A", "write")]

    assert [event.n for event in closed if event] == [17, 7, 14]


def test_an_end_that_only_death_took_was_not_closed(run: Evidence) -> None:
    """P2 never closed anything."""
    assert run.process("P2").closed("pipe A", "write") is None
    assert run.process("P2").closed("pipe Z", "write") is None


def test_an_end_is_opened_by_pipe_or_inherited_by_fork(run: Evidence) -> None:
    """The event that first gave a process the end."""
    opened = [run.opened(process, "pipe A", "write") for process in ("P0", "P1", "P2")]

    assert [event.call for event in opened if event] == ["pipe", "fork", "fork"]
    assert run.opened("P0", "pipe Z", "read") is None


def test_calls_are_asked_for_by_name_process_object_and_success(run: Evidence) -> None:
    """Every filter narrows, none is needed."""
    assert [event.n for event in run.calls("close", "dup2", by="P1")] == [7, 8, 9, 17]
    assert [event.n for event in run.writes(by="P0", on="pipe A", ok=True)] == [10, 11]
    assert [event.n for event in run.reads(on="pipe A")] == [15, 16]
    assert [event.n for event in run.closes(by="P0")] == [6, 14]
    assert run.calls("close", ok=False) == ()
    assert len(run.calls()) == sum(event.kind == "call" for event in run.events)


def test_threads_act_for_their_process() -> None:
    """`by` may name the process or one thread."""
    story = Story()
    story.call("P0", "clone", result=None, child="P0.1", thread=True, shares=("memory", "fd table"), pid=None)
    story.write("P0.1", 1, b"a")
    story.write("P0", 1, b"b")
    run = story.evidence("blocked")

    assert [event.data for event in run.writes(by="P0")] == [b"a", b"b"]
    assert [event.data for event in run.writes(by="P0.1")] == [b"a"]


def test_first_last_and_order(run: Evidence) -> None:
    """What came first, what came last, and what came before what."""
    first = run.first("read", on="pipe A")

    assert first is not None
    assert first.n == 15
    assert run.first("read", on="pipe B") is None
    assert run.last.n == len(run.events)
    assert run.precedes(first, run.last)
    assert not run.precedes(run.last, first)


@pytest.mark.parametrize("n", [0, -1, 999])
def test_there_is_no_event_outside_the_run(run: Evidence, n: int) -> None:
    """Event 0 is not the last event by accident."""
    with pytest.raises(IndexError, match=f"there is no event {n}: the run has events 1 to 22"):
        run.event(n)


def test_the_state_after_any_event_is_the_one_of_a_step_by_step_replay() -> None:
    """Asked in any order, over more events than are kept between two checkpoints."""
    story = Story()
    seen = [story.state]
    for _ in range(1300):
        story.write("P0", 1, b"x")
        seen.append(story.state)
    run = story.evidence("blocked")
    written = {n: run.state(n).pipes["stdout"].written for n in (1302, 2, 1024, 1025, 700, 1200, 1100)}

    assert written == {n: n - 2 for n in written}
    assert run.state() == seen[-1]
    assert dict(run.state(0).processes) == {}


def test_blocked_tasks_are_those_that_never_went_on() -> None:
    """A task that was woken is not among them."""
    story = Story(stdin_open=True)
    story.fork("P0", "P1")
    story.blocks_reading("P1", 0)
    story.read("P1", 0)
    last = story.blocks_reading("P1", 0)
    waiting = story.blocks_waiting("P0")
    run = story.evidence("blocked")

    assert run.blocked == (last, waiting)
    assert run.deadlock == ()


def test_a_deadlock_is_told_in_words() -> None:
    """Who waits where for what, and who alone could end it."""
    story = Story()
    story.pipe("P0")
    story.blocks_reading("P0", 3)
    story.deadlock()
    run = story.evidence()

    assert run.outcome == "deadlock"
    assert run.deadlock == ("P0 waits in read for pipe A, which nobody could end",)


def test_the_end_of_a_run_is_asked_of_the_run(run: Evidence) -> None:
    """Outcome, status and completeness."""
    assert (run.outcome, run.exit_status, run.complete) == ("exited", 0, True)
    assert (run.stdout, run.stderr) == (b"", b"")


def test_a_view_shows_itself_without_the_whole_run(run: Evidence) -> None:
    """A failed assertion prints names, not thousands of events."""
    assert repr(run.root) == "ProcessView(name='P0')"
    assert repr(run.pipe("pipe A")) == "PipeView(name='pipe A')"


def test_transfers_are_what_was_done_to_the_bytes_of_an_object() -> None:
    """Calls that succeeded and calls in which a task slept, of one mode or both; failed calls moved nothing."""
    story = Story("./program")
    story.pipe("P0")  # event 3
    story.write("P0", 4)
    story.read("P0", 3)
    story.blocks_reading("P0", 3)  # 6
    story.write("P0", 4, error="EAGAIN")
    story.call("P0", "splice", 2, object="pipe A", to_object="pipe A")  # 8
    story.call("P0", "splice", 2, object="pipe A", to_object="stdout")  # 9
    run = story.evidence()

    assert [event.n for event in run.transfers("pipe A")] == [4, 5, 6, 8, 9]
    assert [event.n for event in run.transfers("pipe A", "read")] == [5, 6, 8, 9]
    assert [event.n for event in run.transfers("pipe A", "write")] == [4, 8]
    assert [event.n for event in run.transfers("stdout")] == [9]
    assert run.transfers("pipe B") == ()
