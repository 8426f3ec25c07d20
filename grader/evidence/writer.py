"""In: a header, then events one by one, then how the run ended; out: one evidence file, whole or not there at all.

The file grows under a temporary name in the same folder and gets its own name only after its last byte is on disk:
whoever finds the final name finds a finished file, whatever happened to the writer.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.evidence.codec import to_json
from grader.evidence.line import compact, event_line
from grader.evidence.places import Places
from grader.evidence.schema import SCHEMA
from grader.model import End, Event, Header

__all__ = ["EvidenceWriter", "block_of"]

BATCH = 512
"""Lines that wait in memory before they are hashed and written together."""


class EvidenceWriter:
    """Writes one evidence file. Use `add` for every event, then `finish`; or `discard`, which leaves nothing.

    As a context manager it discards whatever was not finished. Raises OSError when the disk refuses.
    """

    def __init__(self, path: str | Path, header: Header, *, durable: bool = True) -> None:
        """Start the file for `path`; its folder must exist. Not durable: a loss of power may lose it, a crash does not."""
        self._durable = durable
        self.path = Path(path)
        self.events = 0
        self._temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}.part")
        self._file = self._temporary.open("xb")
        self._digest = hashlib.sha256()
        self._waiting: list[str] = []
        self._places = Places()
        self._file.write(header_line(header).encode("ascii"))

    def add(self, event: Event) -> None:
        """Append one event. Raises ValueError if its number is not the next one (the recorder's fault)."""
        if event.n != self.events + 1:
            message = f"event {event.n} follows event {self.events}: evidence has no holes"
            raise ValueError(message)
        self.events = event.n
        self._places.add(event)
        self._waiting.append(event_line(event))
        if len(self._waiting) >= BATCH:
            self._flush()

    def go_on(self, block: bytes, count: int) -> None:
        """Begin with events that `block_of` has made lines of, for this file and for others."""
        if self.events:
            message = f"{self.events} events are written: what others begin with comes first"
            raise ValueError(message)
        self.events = count
        self._digest.update(block)
        self._file.write(block)

    def finish(self, end: End) -> End:
        """Write the last lines, make the file durable, name it; `end` comes back with `digest` and `events` filled."""
        self._flush()
        end = replace(end, digest=self._digest.hexdigest(), events=self.events)
        self._file.write(self._places.line().encode("ascii"))
        self._file.write(end_line(end).encode("ascii"))
        self._file.flush()
        if self._durable:
            os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self.path)
        if self._durable:
            _sync_folder(self.path.parent)
        return end

    def discard(self) -> None:
        """Remove what was written so far. Does nothing after `finish`."""
        if not self._file.closed:
            self._file.close()
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def _flush(self) -> None:
        if not self._waiting:
            return
        self._waiting.append("")
        block = "\n".join(self._waiting).encode("ascii")
        self._waiting.clear()
        self._digest.update(block)
        self._file.write(block)


def block_of(events: Iterable[Event]) -> bytes:
    """The lines of events that have no place in a source, with their newlines."""
    return "".join(f"{event_line(event)}\n" for event in events).encode("ascii")


def header_line(header: Header) -> str:
    """The first line of a file, with its newline: the schema's name comes first, so that `head -c 40` tells it."""
    body = compact(to_json(header))
    return f'{{"schema":"{SCHEMA}",{body[1:]}\n'


def end_line(end: End) -> str:
    """The last line of a file, with its newline."""
    body = compact(to_json(end))
    return f'{{"kind":"end",{body[1:]}\n'


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
