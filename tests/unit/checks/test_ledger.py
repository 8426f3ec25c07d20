"""From the outcomes of checks to the verdict, and what each level does to it."""

from __future__ import annotations

import pytest

from grader.checks.ledger import Ledger, score, verdict
from grader.model import CheckResult, CheckSpec, Finding

FINDING = Finding("seen", "why", "next", (1,))


def result(outcome: str, level: str = "must", points: int = 2, note: str = "") -> CheckResult:
    """A decided check."""
    return CheckResult("a", "title a", level, outcome, points if outcome == "pass" else 0, points, note=note)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result("pass"), result("pass", "should", 0)], "passed"),
        ([result("pass"), result("fail")], "failed"),
        ([result("pass"), result("fail", points=0)], "failed"),
        ([result("pass"), result("fail", "should", 1)], "failed"),
        ([result("pass"), result("fail", "should", 0)], "passed"),
        ([result("pass"), result("fail", "style", 0)], "passed"),
        ([result("pass"), result("error")], "not graded"),
        ([result("pass"), result("error", "style", 0)], "not graded"),
        ([result("fail"), result("error")], "failed"),
        ([result("fail"), result("skipped")], "failed"),
        ([result("fail", "style", 0), result("error")], "not graded"),
        ([], "not graded"),
    ],
)
def test_the_verdict_follows_from_the_checks_that_count(results: list[CheckResult], expected: str) -> None:
    """A proved failure of a must or of a check with points is `failed`; else an error of ours is `not graded`."""
    found, _ = verdict(results)

    assert found == expected


def test_a_passed_submission_has_the_full_score() -> None:
    """`passed` means that no point was lost, so that the verdict and the gradebook never disagree."""
    results = [result("pass"), result("pass", "should", 1), result("fail", "style", 0)]

    assert verdict(results)[0] == "passed"
    assert score(results) == (3, 3)


def test_a_failure_beside_an_error_says_that_points_are_open() -> None:
    """The failure is proved and stands, and the reader is told that our error may have cost points."""
    _, reason = verdict([result("fail"), result("error")])

    assert reason == "1 check could not be decided, so the score may be too low"


def test_a_verdict_that_is_no_verdict_says_why() -> None:
    """`not graded` names the checks that could not be decided; why stands at each of them."""
    _, reason = verdict([result("error", note="the tracer was lost"), result("pass"), result("error")])

    assert reason == "2 checks could not be decided: title a; title a"


def ledger(plans: int = 2) -> Ledger:
    """A ledger of two checks, the second needing the first."""
    book = Ledger()
    book.expect(CheckSpec("a", "title a", "must", 1), plans)
    book.expect(CheckSpec("b", "title b", "must", 1, needs=("a",)), 1)
    return book


def test_a_check_passes_only_after_all_its_plans() -> None:
    """One good run of two is no pass."""
    book = ledger()

    book.passed("a")
    assert (book.decided("a"), book.waits_for("b")) == (False, ("title a",))
    book.passed("a")
    assert (book.decided("a"), book.waits_for("b")) == (True, ())


def test_the_first_violation_is_the_finding() -> None:
    """A later plan neither replaces the finding nor turns the failure into a pass."""
    book = ledger()

    book.decide("a", "fail", finding=FINDING)
    book.decide("a", "fail", finding=Finding("other", "why", "next", (1,)))
    book.passed("a")
    book.passed("a")

    assert book.results("again")[0].finding == FINDING
    assert book.results("again")[0].replay == "again --only a"


def test_an_error_takes_a_pass_back() -> None:
    """A fault in tearing a check down casts doubt on what it had found."""
    book = ledger(plans=1)

    book.passed("a")
    book.decide("a", "error", "teardown broke")

    assert [check.outcome for check in book.results("")] == ["error", ""]


def test_what_is_undecided_at_the_end_gets_one_outcome() -> None:
    """Outcomes that stand are left alone."""
    book = ledger(plans=1)

    book.passed("a")
    book.decide_rest("error", "interrupted")

    assert [(check.outcome, check.note) for check in book.results("")] == [("pass", ""), ("error", "interrupted")]
