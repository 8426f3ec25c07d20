"""The lines of an output: their text, who wrote them, and by which calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import Evidence, Violation, printed_lines, require_lines
from tests.support.events import Story


def printing(*writes: tuple[str, bytes]) -> Evidence:
    """A run in which the named processes write these bytes to standard output, one after the other."""
    story = Story()
    story.fork("P0", "P1")
    for process, data in writes:
        story.write(process, 1, data)
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    run = story.evidence()
    return replace(run, end=replace(run.end, stdout=b"".join(data for _, data in writes)))


def test_an_empty_output_has_no_line() -> None:
    """Nothing is no line, not an empty one."""
    assert printed_lines(printing()) == ()


def test_each_line_has_its_own_call() -> None:
    """A write a line, by two processes."""
    lines = printed_lines(printing(("P0", b"one\n"), ("P1", b"two\n")))

    assert [(line.text, line.ended, line.processes) for line in lines] == [
        (b"one", True, ("P0",)),
        (b"two", True, ("P1",)),
    ]


def test_one_call_may_bring_many_lines() -> None:
    """A buffer that is flushed holds several lines: all of them came by this call."""
    lines = printed_lines(printing(("P1", b"one\ntwo\nthr"), ("P1", b"ee\n")))

    assert [line.text for line in lines] == [b"one", b"two", b"three"]
    assert lines[0].writes == lines[1].writes == lines[2].writes[:1]
    assert [event.data for event in lines[2].writes] == [b"one\ntwo\nthr", b"ee\n"]


def test_one_line_may_take_many_calls() -> None:
    """An unbuffered output: the line spans from its first byte's call to its last one's."""
    (line,) = printed_lines(printing(("P0", b"12"), ("P0", b": "), ("P0", b"ping"), ("P0", b"\n")))

    assert line.text == b"12: ping"
    assert [event.data for event in line.writes] == [b"12", b": ", b"ping", b"\n"]


def test_bytes_of_two_processes_in_one_line_are_told() -> None:
    """A line that two processes mixed names both, in the order of their bytes."""
    (line,) = printed_lines(printing(("P1", b"pi"), ("P0", b"po"), ("P1", b"ng\n")))

    assert line.processes == ("P1", "P0")


def test_a_last_line_without_newline_is_told() -> None:
    """A carriage return ends no line; the end of the output does, and `ended` says that no newline came."""
    lines = printed_lines(printing(("P0", b"one\r\n\nthree")))

    assert [(line.text, line.ended) for line in lines] == [(b"one\r", True), (b"", True), (b"three", False)]


def test_bytes_that_no_call_accounts_for_have_no_writer() -> None:
    """Where the record does not say who wrote a line, nobody is named."""
    run = printing(("P0", b"one\n"))
    run = replace(run, end=replace(run.end, stdout=b"one\ntwo\n"))

    assert [line.processes for line in printed_lines(run)] == [("P0",), ()]


def told_of(run: Evidence, *wanted: str) -> Violation:
    """What `require_lines` says of an output that is not these lines."""
    with pytest.raises(Violation) as raised:
        require_lines(run, wanted, why="so it was asked", wrong="look at this line")
    return raised.value


def test_an_output_that_is_as_it_must_be_is_spared() -> None:
    """Each line, with its newline, and no more."""
    assert require_lines(printing(("P0", b"one\ntwo\n")), ("one", "two"), why="", wrong="") is None


def test_a_wrong_line_is_shown_with_the_call_that_wrote_it() -> None:
    """The first difference counts."""
    run = printing(("P0", b"one\n"), ("P1", b"too\n"), ("P0", b"x\n"))

    finding = told_of(run, "one", "two", "three").finding
    assert finding.seen == "line 2 of the output is 'too', and 'two' was due"
    assert (finding.next, finding.events) == ("look at this line", (printed_lines(run)[1].writes[0].n,))


def test_a_line_too_many_and_a_missing_newline_are_wrong_lines() -> None:
    """What is too much is shown, and so is a last line without its end."""
    assert told_of(printing(("P0", b"one\ntwo\n")), "one").finding.seen.endswith("nothing more was due")
    assert "(without a newline)" in told_of(printing(("P0", b"one")), "one").finding.seen


def test_an_output_that_ends_too_early_tells_what_became_of_all() -> None:
    """Nothing was printed there, so the fate of the processes is what was seen; the last event is cited."""
    run = printing(("P0", b"one\n"))

    finding = told_of(run, "one", "two").finding
    assert finding.seen.startswith("the output ends after 1 of 2 lines: P0 ended with status 0; P1 ended")
    assert "'two'" in finding.next
    assert finding.events == (run.last.n,)
