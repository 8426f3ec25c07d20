"""Facts on exec, bytes, order and signals: each one spares what is right, and proves what is wrong with events of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader import Finding, Violation, require_before, require_carried, require_contained, require_exec_clean
from tests.support.events import Story


def broken(fact: Callable[[], None]) -> Finding:
    """The finding of a fact that does not hold."""
    with pytest.raises(Violation) as raised:
        fact()
    return raised.value.finding


def test_a_descriptor_that_survives_exec_unasked_is_reported() -> None:
    """The write end that the other program got, and the call that gave it."""
    story = Story()
    story.pipe("P0")
    made = story.events[-1]
    story.close("P0", 3)
    begun = story.execute("P0", "/usr/bin/cat")
    story.exit("P0")

    finding = broken(lambda: require_exec_clean(story.evidence()))

    assert finding.seen == f"the program that P0 executed at event {begun.n} got fd 4 (pipe A)"
    assert finding.events == (made.n, begun.n)


def test_what_exec_closes_and_what_the_statement_names_is_clean() -> None:
    """FD_CLOEXEC is enough, and a pipe may be handed over on purpose."""
    closing, handing = Story(), Story()
    closing.pipe("P0", 3, 4, "O_CLOEXEC")
    handing.pipe("P0")
    for story in (closing, handing):
        story.execute("P0", "/usr/bin/cat")
        story.exit("P0")

    require_exec_clean(closing.evidence())
    require_exec_clean(handing.evidence(), stated={"pipe A"})


def test_bytes_that_a_short_write_has_lost_are_reported() -> None:
    """The write that took less than it was given is the proof."""
    story = Story()
    story.pipe("P0")
    short = story.call("P0", "write", 3, fd=4, object="pipe A", count=6)
    story.events[-1] = short = type(short)(
        **{**{f: getattr(short, f) for f in short.__dataclass_fields__}, "data": b"hel"}
    )
    run = story.evidence()

    finding = broken(lambda: require_carried(run, run.pipe("pipe A"), b"hello\n"))

    assert "3 bytes went into it where 6 belong" in finding.seen
    assert f"the write at event {short.n} took 3 of 6" in finding.seen
    assert short.n in finding.events


def test_bytes_in_pieces_are_carried() -> None:
    """How many writes it takes is the program's affair; another byte is not."""
    story = Story()
    story.pipe("P0")
    story.write("P0", 4, b"hel")
    story.write("P0", 4, b"lo\n")
    run = story.evidence()

    require_carried(run, run.pipe("pipe A"), b"hello\n")
    assert (
        "byte 1 is 0x68 where 0x48 belongs" in broken(lambda: require_carried(run, run.pipe("pipe A"), b"Hello\n")).seen
    )


def test_an_order_that_was_asked_for_holds_or_is_shown() -> None:
    """What never came need not be preceded; what came first, or alone, is wrong."""
    story = Story()
    early = story.write("P0", 1, b"ready\n")
    late = story.fork("P0", "P1")
    run = story.evidence()

    def ask(first: object, then: object) -> None:
        require_before(run, first, then, what="the fork; the line `ready`", why="so it says", next="fork first")  # type: ignore[arg-type]

    ask(early, late)
    ask(None, None)
    finding = broken(lambda: ask(late, early))
    assert finding.seen == f"the line `ready` came at event {early.n}, the fork at event {late.n}"
    assert finding.events == (early.n, late.n)
    assert "the fork never" in broken(lambda: ask(None, early)).seen


def test_a_signal_to_a_group_leaves_the_program() -> None:
    """A child by its name is its own affair, and so is the question whether somebody is there."""
    story = Story()
    story.fork("P0", "P1")
    story.call("P0", "kill", target="P1", signal="SIGTERM")
    story.call("P0", "kill", target="group", signal="none")
    require_contained(story.evidence(), 1)
    sent = story.call("P0", "kill", target="all", signal="SIGKILL")

    finding = broken(lambda: require_contained(story.evidence(), 1))

    assert finding.seen == f"P0 sent SIGKILL to every process that it may signal at event {sent.n}"
    assert finding.events == (sent.n,)


def test_more_processes_than_allowed_are_counted() -> None:
    """The ones that are too many are cited."""
    story = Story()
    story.fork("P0", "P1")
    second = story.fork("P0", "P2")

    finding = broken(lambda: require_contained(story.evidence(), 1))

    assert finding.seen == "the program made 2 processes: P1, P2"
    assert finding.events == (second.n,)
