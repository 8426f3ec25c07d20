"""The soak over variants: what it plans, how it goes on, and when it says that something was misjudged."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.variants import Judged, State, desks_of, main, planned, report
from grader.errors import UsageError
from tests.unit.batch.courses import Planted, planted


@pytest.fixture
def course(tmp_path: Path) -> Planted:
    """A course with one small exercise of three variants and twelve programs."""
    return planted(tmp_path / "course")


def test_every_program_is_planned_in_every_variant_that_proves(course: Planted) -> None:
    """The default variant first, then the others at the limits; seeds that draw these again add nothing."""
    plan = list(planned(desks_of(course.root, ""), 20))

    assert list(dict.fromkeys(job.seed for _, job in plan)) == ["", "set:word=ahoy", "set:word=servus"]
    assert len(plan) == 3 * 12
    assert all(job.exact for _, job in plan)


def test_a_state_goes_on_where_it_was(tmp_path: Path) -> None:
    """Also when its last line was torn: that grading is made again."""
    first = State(tmp_path, "x")
    first.add(Judged("one-word", "solution.c.j2", "", ""))
    first.add(Judged("one-word", "solution.c.j2", "7", "it fails"))
    with first.path.open("a") as file:
        file.write('{"exercise": "one-w')

    again = State(tmp_path, "x")

    assert list(again.judged) == [("one-word", "solution.c.j2", ""), ("one-word", "solution.c.j2", "7")]
    assert State(tmp_path, "y").judged == {}


@pytest.mark.parametrize(("fault", "status", "said"), [("", 0, "0 pairs"), ("it passes", 1, "1 pairs")])
def test_a_report_counts_what_was_misjudged(
    course: Planted, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str, status: int, said: str
) -> None:
    """And says of how many pairs, with the bound; what belongs to another plan is not counted."""
    plan = tuple(planned(desks_of(course.root, ""), 0))
    state = State(tmp_path / "state", "x")
    state.add(Judged("one-word", "stub (c)", "", fault))
    state.add(Judged("other", "stub (c)", "", "of no concern"))

    ended = report(state, plan, 1, 2.0)

    told = capsys.readouterr().out
    assert ended == status
    assert "in all      1 of 36 (program, variant) pairs, in 1 variants" in told
    assert f"misjudged   {said}; 95 % upper bound of their rate:" in told
    assert ("  it passes\n" in told) == bool(fault)


def test_nothing_judged_is_no_success(course: Planted, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No time: nothing was misjudged, and nothing is proved."""
    status = main(["--minutes", "-1", "--state", str(tmp_path / "state"), "--jobs", "1"], course.root)

    assert status == 1
    assert "in all      0 of 36" in capsys.readouterr().out


@pytest.mark.long
def test_a_soak_judges_the_programs_that_are_left(
    course: Planted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second one finds all done and says the same."""
    words = ["--state", str(tmp_path / "state"), "--only", "one-word/solution.c", "--seeds", "1"]

    statuses = [main(words, course.root) for _ in range(2)]

    told = capsys.readouterr().out
    assert statuses == [0, 0]
    assert [line for line in told.splitlines() if line.startswith("in all")] == [
        "in all      3 of 3 (program, variant) pairs, in 3 variants"
    ] * 2
    assert told.count("this time   3 gradings") == 1
    assert told.count("this time   0 gradings") == 1


def test_what_cannot_be_read_is_told(course: Planted) -> None:
    """Without expected.yaml there is nothing to judge by; and an exercise must be meant."""
    with pytest.raises(UsageError, match="no exercise has 'seven' in its name"):
        desks_of(course.root, "seven")
    (course.reference / "expected.yaml").unlink()
    with pytest.raises(UsageError, match=r"there is no expected\.yaml"):
        desks_of(course.root, "")
