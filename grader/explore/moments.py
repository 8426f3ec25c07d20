"""In: the fair run of a program, and a signal; out: the schedules in which that comes from outside at each step, and in pairs.

A signal from outside may come at any instant, so each of these runs is one that the kernel could make. The instants are the
scheduling points of the process that is asked for, from the beginning of its own code on; those that differ from all before in
what the process does there come first, so that a budget reaches the end of the program before it goes round its loops again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from grader.evidence import Evidence
from grader.explore.search import Search, Tried
from grader.explore.tokens import FAIR, Schedule, Shot, parse
from grader.model import Point

__all__ = ["at_every_step", "pairs", "steps_of"]

_REACH = 12
"""Steps after the first signal within which the second one of a pair comes: about what a handler takes."""

_LIBRARIES = ("file /etc/ld.so", "file /lib", "file /usr/lib")


def steps_of(search: Search, of: str = "P0", base: str = FAIR, printed: str = "") -> tuple[Point, ...]:
    """The points of process `of` in the run of schedule `base` at which a signal can meet it, once `printed` is on stdout.

    Raises CannotDecide, TracerLost.
    """
    tried = search.told(base)
    since = _since(tried.evidence, printed)
    points = (Point(of, 0, "user"), *(point for point in tried.notes.points if point.process == of))
    return tuple(point for point in points if point.point != "end" and since is not None and point.events >= since)


def _since(evidence: Evidence, printed: str) -> int | None:
    """How many events are on record when standard output holds this text; None: it never does."""
    out = b""
    if not printed:
        return 0
    for event in evidence.writes(on="stdout"):
        out += event.data or b""
        if printed.encode() in out:
            return event.n
    return None


def at_every_step(
    search: Search,
    signal: str,
    *,
    to: str = "P0",
    of: str = "",
    most: int | None = None,
    base: str = FAIR,
    printed: str = "",
) -> Generator[Tried, None, None]:
    """One run for each step of process `of` (empty: of `to` itself) in the run of schedule `base`: there `to` gets `signal`.

    Only those steps count that come when standard output holds the text `printed`. At most `most` runs; the first are those that
    differ most. The evidence of a run is dropped when the next is asked for.
    Raises CannotDecide, TracerLost.
    """
    points = _novel_first(steps_of(search, of or to, base, printed))
    return search.each(islice(_singles(points, parse(base), signal, to), most))


def pairs(
    search: Search, signals: tuple[str, str], *, to: str = "P0", most: int | None = None, base: str = FAIR
) -> Iterator[Tried]:
    """Two signals, the second at most some steps after the first, nearest first: it meets the handler of the first.

    At most `most` runs. Raises CannotDecide, TracerLost.
    """
    points = _novel_first(steps_of(search, to, base))
    return search.each(islice(_pairs(points, parse(base), signals, to), most))


def _singles(points: Iterable[Point], base: Schedule, signal: str, to: str) -> Iterator[str]:
    for point in points:
        yield _with(base, _shot(signal, point.process, point.step, to))


def _pairs(points: tuple[Point, ...], base: Schedule, signals: tuple[str, str], to: str) -> Iterator[str]:
    first, second = signals
    for distance in range(1, _REACH + 1):
        for point in points:
            later = _shot(second, point.process, point.step + distance, to)
            yield _with(base, _shot(first, point.process, point.step, to), later)


def _with(base: Schedule, *shots: Shot) -> str:
    return replace(base, shots=(*base.shots, *shots), digest="").token


def _shot(signal: str, of: str, step: int, to: str) -> Shot:
    return Shot(signal, int(of[1:]), step, int(to[1:]))


def _novel_first(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Those whose call and object, and the calls before, were not met before; then the others; each in the order of the run."""
    seen: set[tuple[str, ...]] = set()
    new: list[Point] = []
    known: list[Point] = []
    before = ""
    for point in points:
        key = (point.point, point.call, point.object, before)
        (known if key in seen or point.object.startswith(_LIBRARIES) else new).append(point)
        seen.add(key)
        before = point.call or before
    return (*new, *known)
