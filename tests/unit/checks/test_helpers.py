"""What an exercise's test says with `fail` and `require` arrives in the finding."""

from __future__ import annotations

import pytest

from grader import Plan, Violation, fail, require
from tests.unit.checks.fakes import evidence

WORDS = {"seen": "s", "why": "w", "next": "n"}


def test_a_failure_carries_its_words_and_event_numbers() -> None:
    """Events may be given as events or as numbers; the finding holds the numbers in the order given."""
    run = evidence(Plan("small"))

    with pytest.raises(Violation) as raised:
        fail(**WORDS, events=[run.last, 2], run=run)

    finding = raised.value.finding
    assert (finding.seen, finding.why, finding.next) == ("s", "w", "n")
    assert (finding.events, finding.run) == ((4, 2), "small")


def test_a_requirement_that_holds_says_nothing() -> None:
    """`require` returns when its condition is true, whatever kind of truth it is."""
    result = require([0], **WORDS, events=[])  # type: ignore[func-returns-value]

    assert result is None


def test_a_requirement_that_does_not_hold_fails() -> None:
    """`require` raises the violation that `fail` would raise."""
    with pytest.raises(Violation) as raised:
        require("", **WORDS, events=[1], run="small")

    assert raised.value.finding.run == "small"


def test_evidence_is_shown_in_one_short_line() -> None:
    """pytest prints the repr of every argument of every frame, so that of a run may not be the run."""
    text = repr(evidence(Plan("small"), b"x" * 5000))

    assert len(text) < 80
    assert "\n" not in text
