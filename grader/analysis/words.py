"""In: processes, ends, events; out: the words that findings are made of, and the finding itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.evidence import Evidence, Hold
from grader.model import Event, RuleFinding
from grader.texts import gettext

__all__ = ["at", "enumerated", "found", "the_end", "who"]

SHOWN = 4
"""Names listed in a text; of any further ones the text gives the number."""


def who(run: Evidence, name: str) -> str:
    """A process and its place in the family: `P0 (the program itself)`, `P2 (child of P0)`."""
    parent = run.process(name).parent
    if parent is None:
        return gettext("{name} (the program itself)", name=name)
    return gettext("{name} (child of {parent})", name=name, parent=parent.name)


def at(event: Event) -> str:
    """`event 57`."""
    return gettext("event {event}", event=event.n)


def the_end(hold: Hold) -> str:
    """`the write end of pipe A (fd 4, held since event 12)`."""
    fds = enumerated([f"fd {fd}" for fd in hold.fds])
    return f"the {hold.mode} end of {hold.object} ({fds}, held since {at(hold.opened)})"


def enumerated(items: Sequence[str], separator: str = ", ") -> str:
    """`a`, `a and b`, `a, b and c`; of many items the first ones and the number of the rest: `a, b, c, d and 7 more`.

    Items that are whole clauses take `; ` as separator, before the last one too.
    """
    rest = len(items) - SHOWN
    parts = [*items[:SHOWN], gettext("{number} more", number=rest)] if rest > 1 else list(items)
    if separator != ", " or len(parts) < 2:
        return separator.join(parts)
    return gettext("{most} and {last}", most=", ".join(parts[:-1]), last=parts[-1])


def found(
    run: Evidence, rule: str, level: str, process: str, told: tuple[str, str, str], events: Iterable[Event]
) -> RuleFinding:
    """The finding of a rule; `told` is seen, why, next."""
    cited = sorted({event.n for event in events})
    return RuleFinding(rule, level, process, *told, tuple(cited), run.sources(cited), run.end.schedule)
