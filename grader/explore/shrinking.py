"""In: a schedule under which a program fails; out: the one with the fewest switches that still makes it fail, each tried for real.

First the shortest beginning that suffices (after it the run goes on fairly), then delta debugging (Zeller and Hildebrandt, TSE
2002) over what is left: halves, quarters, … single switches are left out as long as the run without them fails too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.evidence import Evidence
from grader.explore.search import Search, Tried
from grader.explore.steered import Anchor
from grader.explore.tokens import Schedule, parse

__all__ = ["shrink"]

Fails = Callable[[Evidence], bool]


def shrink(search: Search, found: Tried, fails: Fails, most: int = 300) -> Tried:
    """The shortest failing schedule found within `most` runs, run once more by its replay token; its evidence is kept."""
    best = _Shrinking(search, fails, most).shrink(found)
    return search.once(best.notes.replay or best.token)


class _Shrinking:
    def __init__(self, search: Search, fails: Fails, most: int) -> None:
        self._search = search
        self._fails = fails
        self._left = most
        self._start = Schedule("t")
        self._known: dict[tuple[Anchor, ...], Tried | None] = {}

    def shrink(self, found: Tried) -> Tried:
        """Both steps."""
        if not found.notes.trial:
            return found
        start = parse(found.notes.trial)
        self._start = start
        best = self._try(start.anchors)
        if best is None:
            return found
        best = self._beginning(best)
        return self._without(best)

    def _beginning(self, best: Tried) -> Tried:
        """A short beginning after which fair scheduling fails too; the shorter ones are tried by bisection."""
        low, high = 0, len(_anchors(best))
        while low < high:
            middle = (low + high) // 2
            tried = self._try(_anchors(best)[:middle])
            if tried is None:
                low = middle + 1
            else:
                best, high = tried, min(middle, len(_anchors(tried)))
        return best

    def _without(self, best: Tried) -> Tried:
        """Leave out windows of switches, wide ones first; a switch and the one that takes it back go together."""
        size = len(_anchors(best)) // 2
        while size:
            shorter = self._without_window(best, size)
            if shorter is None:
                size = size // 2 if size > 4 else size - 1
            else:
                best, size = shorter, min(max(size, 3), len(_anchors(shorter)))
        return best

    def _without_window(self, best: Tried, size: int) -> Tried | None:
        anchors = _anchors(best)
        for start in range(0, len(anchors) - size + 1, max(1, size // 2)):
            tried = self._try(anchors[:start] + anchors[start + size :])
            if tried is not None and len(_anchors(tried)) < len(anchors):
                return tried
        return None

    def _try(self, anchors: tuple[Anchor, ...]) -> Tried | None:
        """The run with these switches, if it still fails."""
        if anchors not in self._known:
            if self._left <= 0:
                return None
            self._left -= 1
            token = replace(self._start, anchors=anchors).token
            (tried,) = self._search.each([token])
            self._known[anchors] = tried if self._fails(tried.evidence) else None
        return self._known[anchors]


def _anchors(tried: Tried) -> tuple[Anchor, ...]:
    """The switches that the run really made."""
    return parse(tried.notes.trial).anchors
