"""Checks that are to hold in every schedule: what a search makes of them, in a laboratory that runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from grader.errors import CannotDecide
from grader.evidence import Evidence
from grader.explore import JUDGED, RunNotes
from grader.model import Artifact, Plan
from tests.unit.checks.fakes import FakeLab, evidence, graded, outcomes

EVERY = """
@pytest.mark.check(points=2, plans=("small",), schedules="every")
def test_it_writes(run):
    "the program writes"
    require(run.stdout, **PROOF)
"""
NEEDED = """
@pytest.mark.check(points=1, plans=("small",){schedules})
def test_it_exits(run):
    "the program exits"
    require(run.exit_status == 0, **PROOF)

@pytest.mark.check(points=1, needs=("it_exits",), plans=("small",), schedules="every")
def test_it_writes(run):
    "the program writes"
    require(run.stdout, **PROOF)
"""


def scheduled(stdout: Callable[[str], bytes]) -> Callable[[Plan], Evidence]:
    """Runs that write what a schedule makes them write; each has a digest of its own."""

    def serve(plan: Plan) -> Evidence:
        token = "f1" if plan.schedule == "fair" else plan.schedule
        text = stdout(plan.schedule)
        return evidence(plan, text, schedule=token, digest=token + text.hex())

    return serve


@dataclass
class SearchingLab(FakeLab):
    """One that can try schedules; in each run there are `decisions`."""

    decisions: int = 5
    dropped: list[str] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)

    def begin(
        self,
        artifact: Artifact,
        plan: Plan,
        submission_sha256: str = "",
        *,
        durable: bool = True,
        trail: bool = False,
        lines: bool = True,
    ) -> None:
        """Nothing is begun ahead."""

    def run(self, artifact: Artifact, plan: Plan, sha256: str = "") -> Evidence:
        """Serve the evidence, and note the schedule."""
        self.tried.append((plan.name, plan.schedule))
        return super().run(artifact, plan, sha256)

    def notes_of(self, _artifact: Artifact, plan: Plan) -> RunNotes:
        """A run that replays by the token that asked for it."""
        return RunNotes(replay=plan.schedule, decisions=self.decisions)

    def drop(self, _artifact: Artifact, plan: Plan) -> None:
        """Note what is forgotten."""
        self.dropped.append(plan.schedule)


def breaks_at(*tokens: str) -> Callable[[str], bytes]:
    """Nothing is written under these schedules."""
    return lambda token: b"" if token in tokens else b"x"


def test_a_run_in_which_a_check_fails_is_found_and_named(tmp_path: Path) -> None:
    """The finding has that run's schedule, the command shows it, and the search for this check is over."""
    lab = SearchingLab(serve=scheduled(breaks_at("r1:1")))

    report = graded(tmp_path, EVERY, lab, steps="grader replay prog.c")

    (check,) = report.checks
    assert (report.verdict, check.outcome, report.score) == ("failed", "fail", 0)
    assert check.finding is not None
    assert (check.finding.schedule, check.finding.run) == ("r1:1", "small")
    assert check.replay == "grader replay prog.c --check it-writes --run small --schedule r1:1"
    schedules = [token for _, token in lab.tried]
    assert schedules == ["fair", "fair", "r1:0", "w1:0.3", "p1:0.3.5", "w1:1.3", "r1:1", "r1:1"]
    assert (report.schedules, report.runs) == (6, 7)


@pytest.mark.parametrize("schedules", ["", ', schedules="fair"'])
def test_a_check_that_says_nothing_is_judged_by_the_fair_run_alone(schedules: str, tmp_path: Path) -> None:
    """No further run is made."""
    lab = SearchingLab(serve=scheduled(breaks_at("r1:0")))

    report = graded(tmp_path, EVERY.replace(', schedules="every"', schedules), lab)

    assert (report.verdict, report.runs, lab.tried) == ("passed", 1, [("small", "fair")])


def test_a_check_that_fails_in_its_fair_run_is_not_searched_for(tmp_path: Path) -> None:
    """It costs no second run, and its command is that of the fair run."""
    lab = SearchingLab(serve=scheduled(lambda _: b""))

    report = graded(tmp_path, EVERY, lab, steps="grader replay prog.c")

    assert (report.verdict, report.runs) == ("failed", 1)
    assert report.checks[0].replay == "grader check prog.c --only it-writes"


@pytest.mark.parametrize(("budget", "schedules"), JUDGED.items())
def test_the_budget_says_how_many_schedules_are_tried(budget: str, schedules: int, tmp_path: Path) -> None:
    """The fair one counts; all evidence but that of the fair run is dropped."""
    lab = SearchingLab(serve=scheduled(breaks_at()))

    report = graded(tmp_path, EVERY, lab, budget=budget)

    assert (report.verdict, report.schedules, report.runs) == ("passed", schedules, schedules)
    assert len(set(lab.dropped)) == schedules - 1
    assert "fair" not in lab.dropped


@pytest.mark.parametrize(("points", "share"), [(1, 2), (0, 1)])
def test_a_program_that_has_failed_already_is_tried_little(points: int, share: int, tmp_path: Path) -> None:
    """The verdict stands, and somebody waits; advice is no verdict."""
    level = "" if points else ', level="style"'
    failing = f"""
@pytest.mark.check(points={points}, plans=("small",){level})
def test_it_sings(runs):
    \"\"\"the program sings\"\"\"
    require(False, seen="silence", why="it is to sing", next="sing", events=(runs["small"].last,))
"""
    lab = SearchingLab(serve=scheduled(breaks_at()))

    report = graded(tmp_path, EVERY + failing, lab)

    assert report.schedules == JUDGED["default"] // share
    assert outcomes(report)["it-sings"] == "fail"


def test_plans_share_the_budget_and_one_without_decisions_needs_none(tmp_path: Path) -> None:
    """Both plans have one run more than the fair one, for nothing could happen in another order."""
    lab = SearchingLab(serve=scheduled(breaks_at()), decisions=0)

    report = graded(tmp_path, EVERY.replace('plans=("small",), ', ""), lab)

    assert (report.schedules, report.verdict) == (4, "passed")
    assert {name for name, _ in lab.tried} == {"small", "large"}


def test_a_run_whose_events_were_seen_before_is_not_judged_again(tmp_path: Path) -> None:
    """The function is called once for all runs that are the same."""
    same = SearchingLab(serve=lambda plan: evidence(plan, b"x", digest="one"))
    counting = EVERY.replace(
        "    require", f"    with open({str(tmp_path / 'calls')!r}, 'a') as file:\n        file.write('.')\n    require"
    )

    graded(tmp_path, counting, same)

    assert (tmp_path / "calls").read_text() == "."


def test_a_long_run_counts_as_several(tmp_path: Path) -> None:
    """A run of 5,004 events costs as much of the budget as eleven."""

    def serve(plan: Plan) -> Evidence:
        run = evidence(plan, b"x", digest=plan.schedule)
        more = tuple(replace(run.events[2], n=n) for n in range(4, 5_004))
        return Evidence(run.header, (*run.events[:3], *more, replace(run.events[3], n=5_004)), run.end, run.path)

    report = graded(tmp_path, EVERY, SearchingLab(serve=serve))

    assert report.schedules == 1 + -(-(JUDGED["default"] - 1) // 11)


def test_all_checks_of_a_plan_are_judged_by_the_same_runs(tmp_path: Path) -> None:
    """Two checks cost no more runs than one, and each has the first schedule under which it fails."""
    lab = SearchingLab(serve=scheduled(breaks_at("p1:0.3.5")))

    report = graded(tmp_path, EVERY + EVERY.replace("it_writes", "it_writes_too"), lab)

    found = [check.finding.schedule for check in report.checks if check.finding]
    assert (found, report.schedules) == (["p1:0.3.5"] * 2, 4)


def test_what_a_check_takes_for_granted_must_hold_in_the_run(tmp_path: Path) -> None:
    """Where a check that is needed holds in the fair run only, runs in which it does not hold accuse nobody."""

    def serve(plan: Plan) -> Evidence:
        fair = plan.schedule == "fair"
        return evidence(plan, b"x" if fair else b"", status=0 if fair else 1, digest=plan.schedule)

    report = graded(tmp_path, NEEDED.format(schedules=""), SearchingLab(serve=serve))

    assert outcomes(report) == {"it-exits": "pass", "it-writes": "pass"}


def test_a_check_waits_for_one_that_fails_under_another_schedule(tmp_path: Path) -> None:
    """It has passed its fair run, and is skipped all the same: never failed on top of the other."""

    def serve(plan: Plan) -> Evidence:
        return evidence(plan, b"x", status=0 if plan.schedule != "r1:0" else 1, digest=plan.schedule)

    report = graded(tmp_path, NEEDED.format(schedules=', schedules="every"'), SearchingLab(serve=serve))

    assert outcomes(report) == {"it-exits": "fail", "it-writes": "skipped"}
    assert (report.checks[1].note, report.score) == ("waits for: the program exits", 0)


def test_a_check_of_several_runs_sees_one_of_them_under_another_schedule(tmp_path: Path) -> None:
    """The others are the fair ones; the finding belongs to its own. Seeds of the second plan begin at 16 (base 36: g)."""
    together = """
@pytest.mark.check(points=2, schedules="every")
def test_both_write(runs):
    "both write the same"
    for name in runs:
        require(runs[name].stdout == runs["small"].stdout, **PROOF, run=name)
"""
    lab = SearchingLab(serve=lambda plan: evidence(
        plan, b"" if (plan.name, plan.schedule) == ("large", "r1:h") else b"x", schedule=plan.schedule, digest=plan.schedule
    ))  # fmt: skip

    (check,) = graded(tmp_path, together, lab).checks

    assert check.finding is not None
    assert (check.finding.run, check.finding.schedule) == ("large", "r1:h")


def test_evidence_that_is_incomplete_under_any_schedule_decides_nothing(tmp_path: Path) -> None:
    """The check passed before, and is undecided now."""
    lab = SearchingLab(serve=lambda plan: evidence(plan, b"x", digest=plan.schedule, complete=plan.schedule != "r1:0"))

    report = graded(tmp_path, EVERY, lab)

    assert (report.verdict, outcomes(report)) == ("not graded", {"it-writes": "error"})


def test_a_fault_of_the_author_under_another_schedule_is_no_fault_of_the_student(tmp_path: Path) -> None:
    """An exception in the check's function is an error of ours."""
    careless = EVERY.replace("require(run.stdout, **PROOF)", "run.stdout[0]")

    report = graded(tmp_path, careless, SearchingLab(serve=scheduled(breaks_at("r1:0"))))

    assert (report.verdict, outcomes(report)) == ("not graded", {"it-writes": "error"})
    assert "IndexError at test_one_pipe.py" in report.checks[0].note


def test_a_run_that_was_not_possible_leaves_the_checks_of_its_plan_undecided(tmp_path: Path) -> None:
    """The laboratory's own words are the reason."""

    def serve(plan: Plan) -> Evidence:
        if plan.schedule != "fair":
            raise CannotDecide("the kernel refused", where="small")
        return evidence(plan, b"x")

    report = graded(tmp_path, EVERY, SearchingLab(serve=serve))

    assert (report.verdict, outcomes(report)) == ("not graded", {"it-writes": "error"})
    assert "the kernel refused" in report.checks[0].note


def test_sleeps_end_early_only_for_checks_that_ask_for_it(tmp_path: Path) -> None:
    """The tokens carry an s."""
    lab = SearchingLab(serve=scheduled(breaks_at("r1s:0")))

    report = graded(tmp_path, EVERY.replace('"every"', '"hurried"'), lab)

    assert report.checks[0].finding is not None
    assert report.checks[0].finding.schedule == "r1s:0"


def test_one_schedule_that_was_named_is_the_only_one_tried(tmp_path: Path) -> None:
    """As `grader replay` asks: the check, that run, that schedule."""
    lab = SearchingLab(serve=scheduled(breaks_at("r1:7")))

    report = graded(tmp_path, EVERY, lab, only=("it_writes",), schedule="r1:7", run="small")

    assert (lab.tried, outcomes(report)) == ([("small", "r1:7")], {"it-writes": "fail"})


def test_a_laboratory_that_only_serves_is_not_searched(tmp_path: Path) -> None:
    """Evidence that is given is judged as it is."""
    report = graded(tmp_path, EVERY, FakeLab(serve=lambda plan: evidence(plan, b"x")))

    assert (report.verdict, report.schedules) == ("passed", 1)
