"""In: events one by one; out: the one line of an evidence file that says where in the source they come from, and back.

It stands apart from the events and outside their digest: it is read from memory that the program can write, helps a
person and proves nothing. With lines or without them, a run has the same events and the same digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from grader.evidence.codec import Json
from grader.evidence.line import compact
from grader.model import Event, Source

__all__ = ["NO_PLACE", "PLACES", "Place", "Places", "places_from_json"]

Place: TypeAlias = "tuple[tuple[Source, ...], str]"
"""`source` and `function` of an event."""

NO_PLACE: Place = ((), "")
PLACES = '{"kind":"places",'
"""How the line begins; no other line does."""


class Places:
    """Gathers the places of a run."""

    def __init__(self) -> None:
        self._events: dict[Place, list[int]] = {}

    def add(self, event: Event) -> None:
        """Note where an event comes from, if that is known."""
        if event.source or event.function:
            self._events.setdefault((event.source, event.function), []).append(event.n)

    def line(self) -> str:
        """The line with its newline; empty when nothing is known."""
        if not self._events:
            return ""
        places: list[Json] = [
            {"source": [[place.file, place.line] for place in source], "function": function, "events": list(events)}
            for (source, function), events in self._events.items()
        ]
        return f'{PLACES}"places":{compact(places)}}}\n'


def places_from_json(fields: Mapping[str, object], count: int) -> dict[int, Place]:
    """The places by event number, of `count` events. Raises ValueError saying what is wrong."""
    if fields.keys() != {"kind", "places"}:
        raise ValueError("the line of places has other fields than kind and places")
    found: dict[int, Place] = {}
    for place, events in _groups(fields["places"]):
        for n in events:
            if type(n) is not int or not 1 <= n <= count or n in found:
                raise ValueError(f"a place is given for event {n!r}, which is none or has one already")
            found[n] = place
    return found


def _groups(places: object) -> Iterator[tuple[Place, list[object]]]:
    if type(places) is not list:
        raise ValueError("places must be a list")
    for each in places:
        if type(each) is not dict or each.keys() != {"source", "function", "events"}:
            raise ValueError("a place must have source, function and events")
        events, function = each["events"], each["function"]
        if type(function) is not str or type(events) is not list:
            raise ValueError("of a place, function must be a text and events a list")
        yield (_sources(each["source"]), function), events


def _sources(value: object) -> tuple[Source, ...]:
    """Lines as `[file, line]` pairs."""
    if type(value) is not list:
        raise ValueError("source must be a list")
    places = []
    for pair in value:
        if not (isinstance(pair, list) and [type(item) for item in pair] == [str, int]):
            raise ValueError("a source must be [file, line]")
        places.append(Source(pair[0], pair[1]))
    return tuple(places)
