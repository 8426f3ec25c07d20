"""What the universal rules say, word by word, for one wrong program after the other."""

from __future__ import annotations

import textwrap

import pytest

from grader.analysis import ACROSS, across, look, rules
from grader.evidence import describe
from grader.model import RuleFinding
from tests.support import wrong_habit_stories, wrong_stories
from tests.support.golden import assert_golden
from tests.support.stories_of_many import MANY

WRONG = {**wrong_stories.WRONG, **wrong_habit_stories.HABITS}


def laid_out(finding: RuleFinding) -> str:
    """A finding as a person reads it: three parts and the events it stands on."""
    parts = [("seen", finding.seen), ("why", finding.why), ("next", finding.next)]
    lines = [f"{finding.rule} [{finding.level}] {finding.process}"]
    for name, text in parts:
        lines += textwrap.wrap(text, 110, initial_indent=f"  {name:5}  ", subsequent_indent=" " * 9)
    lines.append(f"  events {', '.join(map(str, finding.events))}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", WRONG)
def test_the_words_of_a_finding_are_the_approved_ones(name: str) -> None:
    """The run, then what the rules say of it; at most twelve lines a finding."""
    run = WRONG[name][0]()
    findings = [laid_out(finding) for finding in rules(run)]
    told = "\n".join(describe(event) for event in run.events)

    assert all(len(finding.splitlines()) <= 12 for finding in findings)
    assert_golden(f"rules/{name}.txt", "\n".join([told, "", *findings]))


@pytest.mark.parametrize("name", MANY)
def test_the_words_of_a_finding_from_many_schedules_are_the_approved_ones(name: str) -> None:
    """Both runs, then what their comparison says of the first; nothing is said of the fair one."""
    runs = MANY[name]()
    looks = [look(run) for run in reversed(runs)]
    findings = [laid_out(finding) for finding in across(looks[-1], looks)]
    told = [f"schedule {run.end.schedule}\n" + "\n".join(map(describe, run.events)) for run in runs]

    assert across(looks[0], looks) == ()
    assert_golden(f"rules/{name}.txt", "\n".join(["\n\n".join(told), "", *findings]))


def test_each_rule_of_many_schedules_has_words_that_are_approved() -> None:
    """One story a rule."""
    said = set()
    for story in MANY.values():
        looks = [look(run) for run in reversed(story())]
        said |= {finding.rule for finding in across(looks[-1], looks)}
    assert said == set(ACROSS)
