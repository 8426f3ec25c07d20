"""The universal rules accuse each wrong program of exactly its mistake, and no right one of anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.analysis import LEVELS, rules
from grader.errors import UsageError
from grader.evidence import Evidence
from tests.support import right_habit_stories, wrong_habit_stories, wrong_stories
from tests.support.events import Story
from tests.support.right_descriptor_stories import DESCRIPTORS
from tests.support.right_family_stories import FAMILIES
from tests.support.right_pipe_stories import PIPES

RIGHT = {**PIPES, **FAMILIES, **DESCRIPTORS, **right_habit_stories.HABITS}
WRONG = {**wrong_stories.WRONG, **wrong_habit_stories.HABITS}
STRENGTH = ("style", "should", "must")


def with_lost_evidence(run: Evidence) -> Evidence:
    """The same run, of which something was not seen."""
    return Evidence(run.header, run.events, replace(run.end, complete=False, lost=("a task was not traced",)))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_is_accused_of_exactly_its_mistake(name: str) -> None:
    """Rule, level and process are the expected ones, no more and no fewer."""
    told, expected = WRONG[name]
    findings = rules(told())

    assert {(finding.rule, finding.level, finding.process) for finding in findings} == expected
    assert len(findings) == len(expected)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_accused_of_nothing(name: str) -> None:
    """What looks like a mistake and is none is spared."""
    assert rules(RIGHT[name]()) == ()


@pytest.mark.parametrize("name", WRONG)
def test_incomplete_evidence_accuses_nobody(name: str) -> None:
    """What is absent from a record with holes may have happened all the same."""
    assert rules(with_lost_evidence(WRONG[name][0]())) == ()


@pytest.mark.parametrize("name", WRONG)
def test_every_finding_stands_on_events_of_the_run(name: str) -> None:
    """Numbers are in order, at least one, and of events that exist."""
    run = WRONG[name][0]()

    for finding in rules(run):
        assert finding.events
        assert list(finding.events) == sorted(set(finding.events))
        assert all(1 <= n <= len(run.events) for n in finding.events)


@pytest.mark.parametrize("name", WRONG)
def test_no_finding_is_stronger_than_its_rule_may_be(name: str) -> None:
    """A should-rule never says must, a style-rule only advises, and every finding has its three parts."""
    for finding in rules(WRONG[name][0]()):
        assert STRENGTH.index(finding.level) <= STRENGTH.index(LEVELS[finding.rule])
        assert all((finding.seen, finding.why, finding.next))


def test_findings_come_in_the_order_of_the_rules_table() -> None:
    """The order does not depend on how the rules were named."""
    run = WRONG["reader_keeps_its_write_end"][0]()
    ids = [finding.rule for finding in rules(run, only=["unused-pipe-end", "deadlock"])]

    assert ids == ["deadlock", "unused-pipe-end"]
    assert rules(run) == rules(run)


def test_only_the_named_rules_are_asked() -> None:
    """A check may ask for one rule."""
    run = WRONG["reader_keeps_its_write_end"][0]()

    assert {finding.rule for finding in rules(run, only=("deadlock",))} == {"deadlock"}
    assert rules(run, only=()) == ()


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    """A misspelt id would otherwise find nothing, for ever."""
    run = WRONG["both_read_first"][0]()

    with pytest.raises(UsageError, match="no rule 'dead-lock'; use one of deadlock, unused-pipe-end"):
        rules(run, only=["dead-lock"])


def test_each_rule_is_broken_by_some_wrong_program() -> None:
    """A rule that nothing breaks proves nothing."""
    broken = {rule for _, expected in WRONG.values() for rule, _, _ in expected}

    assert broken == set(LEVELS)


def test_a_finding_carries_the_schedule_that_shows_it() -> None:
    """The token that replays the run travels with the finding."""
    run = WRONG["child_is_never_waited_for"][0]()

    assert [finding.schedule for finding in rules(run)] == [run.end.schedule]


def test_an_ended_child_of_a_sleeping_parent_is_not_called_unreaped() -> None:
    """While the parent lives it may still wait."""
    story = Story()
    story.handle("P0", "SIGTERM")
    story.fork("P0", "P1")
    story.exit("P1")
    story.blocks("P0", "pause")

    assert rules(story.evidence("blocked")) == ()
