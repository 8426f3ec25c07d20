"""In: what a check saw that breaks the contract; out: a `Violation` that carries the `Finding` to the report.

An exercise test says every failure through `fail` or `require`, so that none reaches a student without the event
numbers that prove it. A plain `assert` proves nothing to a student, and is taken as a fault of the exercise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from grader.model import Event, Finding
from grader.texts import gettext, ngettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence

__all__ = ["Violation", "counted", "fail", "first_difference", "require"]


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things in words: `1 slot`, `3 slots`; `many` where the plural is another word."""
    return ngettext(f"{{number}} {one}", f"{{number}} {many or one + 's'}", number)


class Violation(AssertionError):
    """A check's contract is broken, and `finding` proves it. Raised by `fail`; nothing else needs to raise it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.seen}; {finding.why}; {finding.next}")
        self.finding = finding


def first_difference(expected: bytes, found: bytes) -> int:
    """The place of the first byte that is not as expected, from 0; the shorter length if one ends early."""
    both = enumerate(zip(expected, found, strict=False))
    return next((place for place, (want, have) in both if want != have), min(len(expected), len(found)))


def fail(
    *,
    seen: str,
    why: str,
    next: str,  # noqa: A002 - the word that a student reads beside it
    events: Iterable[Event | int],
    run: Evidence | str = "",
) -> NoReturn:
    """End the check as failed.

    `seen` is what happened (task, call, descriptor), `why` how that breaks the contract, `next` one thing to do about
    it. `events` are the events, or their numbers, that prove it; for something absent, the last event. `run` names
    the run they belong to, and is needed only in a check that looks at several (`runs`). Raises Violation.
    """
    __tracebackhide__ = True
    numbers = tuple(event if isinstance(event, int) else event.n for event in events)
    name = run if isinstance(run, str) else run.header.plan.name
    raise Violation(Finding(seen=gettext(seen), why=gettext(why), next=gettext(next), events=numbers, run=name))


def require(
    condition: object,
    *,
    seen: str,
    why: str,
    next: str,  # noqa: A002 - the word that a student reads beside it
    events: Iterable[Event | int],
    run: Evidence | str = "",
) -> None:
    """Go on if `condition` holds, else end the check as `fail` does, with the same arguments. Raises Violation."""
    __tracebackhide__ = True
    if not condition:
        fail(seen=seen, why=why, next=next, events=events, run=run)
