"""In: the checks of an exercise and expected.yaml; out: the checks that no wrong program proves, purely.

A check is proved by a wrong program that fails it and nothing else: without the check that program would pass. Programs
that fail the same set of checks are told apart by nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from grader.batch.job import language_of
from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault
from grader.checks.source import checks_file
from grader.errors import UsageError
from grader.exercise import draw, expected_in

__all__ = ["LEAST", "alike", "apart", "proof_faults"]

LEAST = 0.8
"""The share of different failed sets among the wrong programs of one language that is asked for."""

Wrong = Mapping[str, frozenset[str]]


def proof_faults(desk: Desk) -> Iterator[Fault]:
    """What expected.yaml says, judged without running anything."""
    wrong = desk.expected.wrong
    if not desk.checks or not wrong:
        return
    known = {check.spec.id for check in desk.checks}
    for path, failed in wrong.items():
        elsewhere = desk.expected.elsewhere.get(path, ())
        for name in sorted(failed.union(*(condition.checks for condition in elsewhere)) - known):
            yield Fault(desk.expects(path), f"'{name}' is no check", f"use: {', '.join(sorted(known))}")
    yield from _misplaced(desk)
    for check in desk.checks:
        yield from _unproved(desk, check.spec.id, check.spec.level, check.line)
    for language in desk.exercise.languages:
        yield from _not_told_apart(desk, language)


def _misplaced(desk: Desk) -> Iterator[Fault]:
    """Conditions that cannot be read, or that hold in the default variant; each file's first is told."""
    for path in desk.expected.elsewhere:
        try:
            expected_in(desk.expected, draw(desk.exercise), path)
        except UsageError as error:
            yield desk.fault(error)


def _unproved(desk: Desk, name: str, level: str, line: int) -> Iterator[Fault]:
    """A must needs a program that it alone kills; any other check a program that fails it."""
    killed = [failed for failed in desk.expected.wrong.values() if name in failed]
    where = desk.at(checks_file(desk.exercise.folder), line=line)
    if not killed:
        yield Fault(where, f"no wrong program fails '{name}'", "add one to wrong/ that does, or remove the check")
    elif level == "must" and {name} not in killed:
        fault = f"no wrong program fails '{name}' alone: others would catch whatever it catches"
        yield Fault(where, fault, "add a wrong program that fails this check and no other, or remove the check")


def _not_told_apart(desk: Desk, language: str) -> Iterator[Fault]:
    wrong = {path: failed for path, failed in desk.expected.wrong.items() if language_of(path) == language}
    if not wrong or apart(wrong) >= LEAST * len(wrong):
        return
    groups = "; ".join(f"{' and '.join(sorted(group))} ({', '.join(sorted(failed))})" for failed, group in alike(wrong))
    fault = f"only {apart(wrong)} different failed sets for {len(wrong)} wrong programs in {language}: the same holds for {groups}"
    yield Fault(desk.expects("wrong"), fault, "let a check tell them apart, or keep one of each kind")


def apart(wrong: Wrong) -> int:
    """How many wrong programs can be told apart: the number of different failed sets."""
    return len(set(wrong.values()))


def alike(wrong: Wrong) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """The failed sets that several programs share, with those programs."""
    shared = [failed for failed, number in Counter(wrong.values()).items() if number > 1]
    return tuple((failed, tuple(path for path, each in wrong.items() if each == failed)) for failed in shared)
