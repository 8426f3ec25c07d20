"""In: the events of one run, and what strace told of another; out: where they differ, task by task, in words.

Both are brought into one form, `Fact`. What is left out or renamed on the way is named at its place, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from grader.model import Event
from tests.support.facts import Fact, Facts, Terms
from tests.support.facts_of_events import facts_of_events
from tests.support.facts_of_strace import facts_of_strace
from tests.support.strace import Told

__all__ = ["compared"]

SHOWN = 4  # facts of one difference


def compared(events: Sequence[Event], told: Told, terms: Terms) -> list[str]:
    """Where the two differ, in words; each says the task and the places."""
    theirs = facts_of_strace(told, terms)
    return _differences(_promised(facts_of_events(events, terms), theirs), theirs)


def _promised(ours: Facts, theirs: Facts) -> Facts:
    """Our facts with those arguments only that are ever read from strace's line of the same call."""
    known: dict[str, set[str]] = {}
    for facts in theirs.values():
        for fact in facts:
            known.setdefault(fact.what, set()).update(fact.args)

    def chosen(fact: Fact) -> Fact:
        names = known.get(fact.what, fact.args.keys())
        return replace(fact, args={name: value for name, value in fact.args.items() if name in names})

    return {task: [chosen(fact) for fact in facts] for task, facts in ours.items()}


def _differences(ours: Facts, theirs: Facts) -> list[str]:
    """The same of facts."""
    found = [f"task {name}: only strace saw it" for name in theirs.keys() - ours.keys()]
    found += [f"task {name}: strace did not see it" for name in ours.keys() - theirs.keys()]
    for name in sorted(ours.keys() & theirs.keys()):
        found += _task_differences(name, ours[name], theirs[name])
    return found


def _task_differences(task: str, ours: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[str]:
    """Each place where a task's two stories part: missing, additional, or told otherwise."""
    matcher = SequenceMatcher(None, [fact.key for fact in ours], [fact.key for fact in theirs], autojunk=False)
    for how, start, end, their_start, their_end in matcher.get_opcodes():
        if how == "equal":
            pairs = zip(ours[start:end], theirs[their_start:their_end], strict=True)
            yield from (
                f"task {task}, {our.place}: other bytes than {their.place}"
                for our, their in pairs
                if our.data != their.data and not our.cut
            )
            continue
        says, other = _said(ours, start, end), _said(theirs, their_start, their_end)
        yield f"task {task}: grader says {says}\n    strace says {other}"


def _said(facts: Sequence[Fact], start: int, end: int) -> str:
    if start == end:
        return f"nothing after {facts[start - 1].place}" if start else "nothing at its beginning"
    shown = [f"{fact.place}: {fact.key}" for fact in facts[start : min(end, start + SHOWN)]]
    return "; ".join(shown) + (f"; and {end - start - SHOWN} more" if end - start > SHOWN else "")
