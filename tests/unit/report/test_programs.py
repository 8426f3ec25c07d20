"""In: a story of two programs; out: how its steps and its story tell them apart."""

from __future__ import annotations

from grader.report.changes import changes
from grader.report.story import story
from tests.support.events import Story


def two() -> Story:
    """A first program and a client."""
    found = Story("./program", "server")
    found.start("P1", "client")
    found.exit("P1")
    found.exit("P0")
    return found


def test_a_further_program_is_born_nobody_s_child() -> None:
    """No process of the run has made it."""
    run = two().evidence()

    assert list(changes(run.state(2), run.state(3))) == ["P1 is born, nobody's child, with descriptors 0-2"]


def test_the_story_tells_the_name_that_the_plan_gives() -> None:
    """At its start; afterwards it is P1."""
    told = story(two().evidence(), "--evidence DIR")

    assert "#3 P1 (client) starts: ./client" in told
