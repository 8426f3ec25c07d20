"""In: the sources of a program with marks in their comments; out: which events must come from which lines, and what differs.

A mark is `at: CALL [on OBJECT] [by TASK] [with NAME=VALUE] [when OPTION…]`: the events that it speaks of, if the program was
compiled with one of the options, come from this line, or from the line of another mark that speaks of the same events.
`nowhere:` instead of `at:`: they have no line. A mark that speaks of no event at all is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.evidence import Evidence
from grader.model import Event

MARK = re.compile(
    r"(?P<sort>at|nowhere): (?P<call>\w+)(?: on (?P<object>(?:file |pipe |device )?[\w/]+))?(?: by (?P<task>P[\d.]+))?"
    r"(?: with (?P<name>\w+)=(?P<value>\w+))?(?: when (?P<options>-[-\w ]*\w))?"
)


@dataclass(frozen=True)
class Mark:
    """What is expected of the events that `words` speak of: one of the places, or none."""

    words: tuple[str, ...]
    places: frozenset[tuple[str, int]]

    def speaks_of(self, event: Event) -> bool:
        """Whether this event is meant."""
        call, on, task, name, value = self.words
        called = event.call == call and event.kind in ("call", "block")
        return (
            (called or event.kind == "signal" == call)
            and (not on or event.text("object") == on)
            and (not task or event.task == task)
            and (not name or str(event.args.get(name)) == value)
        )


def marks_of(sources: Sequence[Path], option: str = "") -> list[Mark]:
    """All marks of these files."""
    found: dict[tuple[str, ...], set[tuple[str, int]]] = {}
    for path in sources:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for match in MARK.finditer(line):
                fields = match.groupdict(default="")
                if not fields["options"] or option in fields["options"].split():
                    words = tuple(fields[name] for name in ("call", "object", "task", "name", "value"))
                    places = found.setdefault(words, set())
                    places |= {(path.name, number)} if fields["sort"] == "at" else set()
    assert found, "a program without marks tests nothing"
    return [Mark(words, frozenset(places)) for words, places in found.items()]


def differences(evidence: Evidence, marks: Sequence[Mark]) -> list[str]:
    """What is otherwise than marked, in words; empty: nothing."""
    begun = next(event.n for event in evidence.events if event.kind == "begin")
    told = []
    for mark in marks:
        meant = [event for event in evidence.events if mark.speaks_of(event) and event.n > begun]
        places = {(place.file, place.line) for event in meant for place in event.source}
        bare = [event.n for event in meant if not event.source]
        if not meant or places != mark.places or (bare and mark.places):
            told.append(
                f"{mark.words}: {len(meant)} events at {places}, without a line {bare}; marked {set(mark.places)}"
            )
    return told
