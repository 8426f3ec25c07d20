"""A finding's words name the source line where they speak of an event, in every way in which checks write that."""

from __future__ import annotations

import pytest

from grader.model import Finding, Source
from grader.report.located import located

WORDS = {
    "P1 is blocked in read(3), event 57": "P1 is blocked in read(3) at a.c:31, event 57",
    "P1 removed it at event 57 and left": "P1 removed it at a.c:31, event 57 and left",
    "fd 4 (event 57)": "fd 4 (a.c:31, event 57)",
    "fd 4 (opened event 57, never closed)": "fd 4 (opened event 57 at a.c:31, never closed)",
    "event 57, and again event 57": "event 57 at a.c:31, and again event 57",
    "event 571": "event 571, at a.c:31",
    "nothing was written": "nothing was written, at a.c:31",
}
"""What a check wrote, and what is read."""


@pytest.mark.parametrize("words", WORDS)
def test_the_line_stands_where_the_words_speak_of_its_event(words: str) -> None:
    """Once, at the first mention; words without the event get it at their end."""
    assert located(finding(words, Source("a.c", 31, 57)))[0] == WORDS[words]


def test_each_event_has_its_own_line() -> None:
    """What and why may speak of different events."""
    both = finding("P1 waits, event 57", Source("a.c", 31, 57), Source("b.c", 12, 9), why="it holds fd 4 since event 9")

    assert located(both) == ("P1 waits at a.c:31, event 57", "it holds fd 4 since event 9 at b.c:12")


def test_words_without_any_line_stay_as_they_are() -> None:
    """No line is known: nothing is added."""
    assert located(finding("P1 waits, event 57")) == ("P1 waits, event 57", "because")


def finding(seen: str, *places: Source, why: str = "because") -> Finding:
    """A finding about events with these places."""
    return Finding(seen, why, "do something", (57,), source=places)
