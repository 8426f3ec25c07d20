"""In: an evidence file; out: `Evidence`, or `EvidenceInvalid` saying file, line, fault and the way out.

Nothing is guessed: another schema version, a missing end line, a damaged line, a hole in the numbers or a wrong digest
is refused, because a verdict on half a record would be a wrong verdict.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecoder
from pathlib import Path
from typing import NoReturn, TypeVar

from grader.errors import EvidenceInvalid
from grader.evidence.codec import from_json
from grader.evidence.evidence import Evidence
from grader.evidence.line import event_from_json
from grader.evidence.places import NO_PLACE, PLACES, Place, places_from_json
from grader.evidence.schema import SCHEMA
from grader.model import End, Event, Header

__all__ = ["load"]

AGAIN = "make the evidence again with `grader check` (or `grader trace`)"
T = TypeVar("T")
BLOCK = 512
"""Lines parsed together: one array of 512 events costs half of 512 single parses."""
FAMILY = SCHEMA.rpartition("/")[0]


def _no_fraction(text: str) -> NoReturn:
    """No event holds a fraction or an infinity."""
    raise ValueError(f"{text} is no whole number")


parse = JSONDecoder(parse_float=_no_fraction, parse_constant=_no_fraction).decode


def load(path: str | Path) -> Evidence:
    """Read a finished evidence file whole. Raises EvidenceInvalid (exit status 2) for anything else."""
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise EvidenceInvalid(
            f"cannot be read: {fault.strerror}", where=str(path), action="give the path of an evidence file"
        ) from None
    return _Reader(path).evidence(raw)


class _Reader:
    """Reads one file; keeps the path, so that every fault can name its place."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def evidence(self, raw: bytes) -> Evidence:
        """The whole file: header, event lines, their places if any are known, end line."""
        first, _, rest = raw.partition(b"\n")
        header = self._header(first)
        body, last = self._split(rest)
        events_only, places = self._places(body)
        with _no_collection():
            events = self._events(events_only, places)
        last_line = len(events) + 2 + (events_only != body)
        end = self._end(last, last_line)
        self._agree(end, events_only, len(events), last_line)
        return Evidence(header, events, end, str(self.path))

    def _header(self, line: bytes) -> Header:
        """The first line; a foreign version is told apart from a damaged file."""
        fields = self._parse(line, 1)
        schema = fields.pop("schema", None)
        if not isinstance(schema, str) or not schema.startswith(FAMILY + "/"):
            self._refuse(
                1,
                "this is no evidence file: its first line names no evidence schema",
                "give the path of a file written by `grader check` or `grader trace`",
            )
        if schema != SCHEMA:
            self._refuse(
                1,
                f"the file is {schema}, this grader reads {SCHEMA}",
                f"use the grader version that wrote it, or {AGAIN}",
            )
        return self._value(lambda: from_json(Header, fields), 1)

    def _split(self, rest: bytes) -> tuple[bytes, bytes]:
        """The event lines with their newlines, and the end line. A file without an end line was cut short."""
        body, newline, last = rest.removesuffix(b"\n").rpartition(b"\n")
        if not rest.endswith(b"\n") or not last.startswith(b'{"kind":"end",'):
            self._refuse(len(rest.splitlines()) + 1, "the file is truncated: its last line is no end line", AGAIN)
        return body + newline, last

    def _places(self, body: bytes) -> tuple[bytes, dict[int, Place]]:
        """The event lines alone, and what the line after them says of where they come from."""
        start = body.rfind(b"\n", 0, -1) + 1
        if not body.startswith(PLACES.encode("ascii"), start):
            return body, {}
        events = body[:start]
        count = events.count(b"\n")
        fields = self._parse(body[start:], count + 2)
        return events, self._value(lambda: places_from_json(fields, count), count + 2)

    def _events(self, body: bytes, places: Mapping[int, Place]) -> tuple[Event, ...]:
        """One event a line, parsed in blocks; a block with a fault is parsed again line by line, to name the line."""
        try:
            lines = body.decode("ascii").split("\n")[:-1]
        except UnicodeDecodeError as fault:
            self._damaged(body.count(b"\n", 0, fault.start) + 2, "it holds a byte that is no ASCII")
        events = _same_beginning(lines) if not places else []
        for start in range(len(events), len(lines), BLOCK):
            block = lines[start : start + BLOCK]
            try:
                parsed = parse(f"[{','.join(block)}]")
                events += [
                    event_from_json(fields, n, *places.get(n, NO_PLACE)) for n, fields in enumerate(parsed, start + 1)
                ]
            except (ValueError, RecursionError):
                self._find_fault(block, start)
            if len(events) != start + len(block):
                self._find_fault(block, start)
        if not places:
            _remember(lines, events)
        return tuple(events)

    def _find_fault(self, block: list[str], start: int) -> NoReturn:
        """Name the first faulty line of a block."""
        for n, line in enumerate(block, start + 1):
            try:
                event_from_json(parse(line), n)
            except (ValueError, RecursionError) as fault:
                self._damaged(n + 1, str(fault))
        self._damaged(start + 2, "the lines of this block are no separate events")

    def _end(self, line: bytes, number: int) -> End:
        fields = self._parse(line, number)
        fields.pop("kind")
        return self._value(lambda: from_json(End, fields), number)

    def _agree(self, end: End, body: bytes, count: int, line: int) -> None:
        """The end line counts and sums up what stands above it."""
        if end.events != count:
            self._refuse(line, f"the end line counts {end.events} events, the file holds {count}", AGAIN)
        if end.digest != hashlib.sha256(body).hexdigest():
            self._refuse(line, "the digest does not match: the events were changed after the run", AGAIN)

    def _parse(self, line: bytes, number: int) -> dict[str, object]:
        """Header or end line as a JSON object."""
        try:
            fields: object = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError) as fault:
            self._damaged(number, str(fault))
        if not isinstance(fields, dict):
            self._damaged(number, "it is no JSON object")
        return fields

    def _value(self, read: Callable[[], T], number: int) -> T:
        try:
            return read()
        except ValueError as fault:
            self._damaged(number, str(fault))

    def _damaged(self, line: int, fault: str) -> NoReturn:
        self._refuse(line, f"the line is damaged: {fault}", AGAIN)

    def _refuse(self, line: int, fault: str, action: str) -> NoReturn:
        raise EvidenceInvalid(fault, where=f"{self.path}:{line}", action=action) from None


# The runs of a search begin alike, in Python by hundreds of events: what the last file began with need not be parsed again.
_last: tuple[list[str], list[Event]] = ([], [])
_MOST = 10_000
"""Events that are remembered at most."""


def _same_beginning(lines: list[str]) -> list[Event]:
    """The events of the lines that this file has in common with the last one, from the first on: equal lines are equal events."""
    known, events = _last
    same = next((at for at, (old, new) in enumerate(zip(known, lines, strict=False)) if old != new), None)
    return events[: min(len(known), len(lines)) if same is None else same]


def _remember(lines: list[str], events: list[Event]) -> None:
    global _last  # noqa: PLW0603 - a cache of this process, and no more than that
    _last = (lines[:_MOST], events[:_MOST])


@contextmanager
def _no_collection() -> Iterator[None]:
    """Cyclic garbage collection off: events hold no cycles, and walking them again and again doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
