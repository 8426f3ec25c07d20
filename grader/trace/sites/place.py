"""In: nothing; out: `Place`: where in a submission's source an event comes from, as far as it is known."""

from __future__ import annotations

from grader.frozen import dataclass
from grader.model import Source


@dataclass(frozen=True, slots=True)
class Place:
    """The innermost line of the submission's own files, and the library's function that was called there."""

    source: tuple[Source, ...] = ()
    function: str = ""


NO_PLACE = Place()
