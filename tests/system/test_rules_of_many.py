"""The rules that compare schedules, on real programs: each wrong one has its findings, no right one has any.

Each finding is proved by a schedule whose token makes the run that it cites. The programs stand in tests/programs/rules, in folders
of their own: one run of theirs shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.analysis import ACROSS, LEVELS_ACROSS
from grader.cli.schedules import survey
from grader.exercise import read_submission
from grader.explore import Lab, Search
from grader.model import Exercise, Plan, RuleFinding

PROGRAMS = Path(__file__).parents[1] / "programs" / "rules"
ANYTHING = Exercise("program", "any program", 1, (), 1, ("python", "c"), "")
RIGHT = sorted(path.name for path in (PROGRAMS / "right" / "schedules").iterdir() if path.is_file())
WRONG: dict[str, set[tuple[str, str, str]]] = {
    "adds_without_a_lock.py": {("order", "style", "P0")},
    "called_before_it_listens.py": {("early-signal", "must", "P0")},
    "misses_its_childs_end.c": {("deadlock", "must", "P0"), ("early-signal", "must", "P0")},
    "pauses_after_test.c": {("lost-signal", "must", "P0")},
    "pauses_for_its_child.py": {("lost-signal", "must", "P0")},
    "polls_after_test.c": {("deadlock", "must", "P0"), ("lost-signal", "must", "P0")},
    "prints_a_sum_too_early.c": {("sleep-sync", "should", "P0")},
    "prints_beside_its_child.c": {("order", "style", "P0")},
    "signals_a_newborn.c": {("early-signal", "must", "P1")},
    "sleeps_for_the_handler.py": {("early-signal", "must", "P1"), ("sleep-sync", "must", "P0")},
    "sleeps_until_it_listens.py": {("sleep-sync", "must", "P0")},
    "sleeps_until_written.c": {("sleep-sync", "must", "P0")},
    "status_of_the_first.c": {("order", "style", "P0")},
    "stops_a_worker_that_starts.py": {("early-signal", "must", "P1")},
    "unblocks_then_pauses.c": {("lost-signal", "must", "P1")},
}
SCHEDULES = {".c": 40, ".py": 12}
"""A run of Python takes four times as long."""


def each_time(name: str) -> object:
    """Wrong programs in C at every change; the others take too long for that."""
    return () if name.endswith(".c") else pytest.mark.long


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One laboratory for all programs."""
    with Lab.open(tmp_path_factory.mktemp("evidence")) as opened:
        yield opened


def findings_of(lab: Lab, program: Path) -> tuple[tuple[RuleFinding, ...], Search]:
    """What many schedules of a program show, and the search that showed it."""
    search = Search(lab, lab.build(read_submission(program, ANYTHING)), Plan("many"))
    return survey(search, SCHEDULES[program.suffix], None, lambda _words: None).findings, search


@pytest.mark.long
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_accused_of_nothing(name: str, lab: Lab) -> None:
    """Under no schedule, also where sleeps end early."""
    findings, _ = findings_of(lab, PROGRAMS / "right" / "schedules" / name)

    assert [(finding.rule, finding.process, finding.seen) for finding in findings] == []


@pytest.mark.parametrize("name", [pytest.param(name, marks=each_time(name)) for name in WRONG])
def test_a_wrong_program_has_exactly_its_findings(name: str, lab: Lab) -> None:
    """Rule, level and process; the token of each makes a run that has the events which the finding cites."""
    findings, search = findings_of(lab, PROGRAMS / "wrong" / "schedules" / name)

    assert {(finding.rule, finding.level, finding.process) for finding in findings} == WRONG[name]
    assert len(findings) == len(WRONG[name])
    for finding in findings:
        run = search.once(finding.schedule).evidence
        assert all(1 <= n <= len(run.events) for n in finding.events)


def test_every_program_is_judged_and_every_rule_is_broken_and_spared() -> None:
    """No program lies about unused; each rule is broken by three programs at least, at its strongest level by one."""
    broken = [each for findings in WRONG.values() for each in findings if each[0] in ACROSS]

    assert set(WRONG) == {path.name for path in (PROGRAMS / "wrong" / "schedules").iterdir() if path.is_file()}
    assert {(rule, level) for rule, level, _ in broken} >= set(LEVELS_ACROSS.items())
    assert all(sum(each[0] == rule for each in broken) >= 3 for rule in ACROSS)
