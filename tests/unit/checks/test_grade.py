"""A whole grading in a fake laboratory: exercises written for the purpose in, reports out."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from grader.checks import Options, grade
from grader.errors import BuildFailed, CannotDecide, GraderError, UsageError
from grader.evidence import Evidence
from grader.exercise import load_exercise, read_submission
from grader.model import Artifact, Plan
from tests.unit.checks.fakes import (
    EXERCISE,
    PLANS,
    FakeLab,
    evidence,
    graded,
    outcomes,
    serving,
    write_submission,
)

HOLDS = """
@pytest.mark.check(points=3)
def test_it_exits(run):
    "the program exits"
    require(run.exit_status == 0, **PROOF)
"""
BREAKS = """
@pytest.mark.check(points=2)
def test_it_writes(run):
    "the program writes"
    require(run.stdout, **PROOF)
"""


def test_a_right_program_passes_with_all_points(tmp_path: Path) -> None:
    """Every check held in every plan."""
    lab = FakeLab()

    report = graded(tmp_path, HOLDS, lab)

    assert (report.verdict, report.reason, report.score, report.max_score) == ("passed", None, 3, 3)
    assert (report.rung, report.runs, report.schedules, report.language) == ("A", 2, 2, "c")
    assert (lab.opened, lab.closed, lab.runs) == (1, 1, ["small", "large"])
    assert lab.asked[0] == (Artifact(("/box/prog",), str(tmp_path / "prog.c"), "c"), report.submission_sha256)


def test_a_wrong_program_fails_with_its_proof(tmp_path: Path) -> None:
    """The finding has the words, the event, the source line, the run's schedule and the line that repeats it."""
    report = graded(tmp_path, HOLDS + BREAKS)

    check = report.checks[1]
    assert (report.verdict, report.score, report.max_score) == ("failed", 3, 5)
    assert check.finding is not None
    assert (check.finding.seen, check.finding.events, check.finding.run) == ("it was seen, event 2", (2,), "small")
    assert (check.finding.source[0].line, check.finding.schedule) == (7, "f1")
    assert check.replay == "grader check prog.c --only it-writes"


def test_the_first_plan_that_is_violated_gives_the_finding(tmp_path: Path) -> None:
    """Plans are run in the order declared, and after a violation no further one is run for that check."""
    lab = FakeLab(serve=lambda plan: evidence(plan, b"" if plan.name == "large" else b"x"))

    first = graded(tmp_path / "a", BREAKS, lab)
    second = graded(tmp_path / "b", BREAKS)

    assert [check.finding.run for check in first.checks if check.finding] == ["large"]
    assert [check.finding.run for check in second.checks if check.finding] == ["small"]
    assert (lab.runs, second.runs) == (["small", "large"], 1)


def test_a_check_that_names_its_plans_runs_only_those(tmp_path: Path) -> None:
    """The marker's plans are all that a check looks at."""
    lab = FakeLab()

    report = graded(tmp_path, HOLDS.replace("points=3", "points=3, plans=('large',)"), lab)

    assert (report.verdict, lab.runs) == ("passed", ["large"])


def test_a_check_whose_needs_did_not_pass_is_skipped(tmp_path: Path) -> None:
    """It is never failed: what it says would follow from the other failure. It stands after what it needs."""
    needy = HOLDS.replace("points=3", "points=3, needs=('it_writes',)")

    report = graded(tmp_path, needy + BREAKS)

    assert outcomes(report) == {"it-writes": "fail", "it-exits": "skipped"}
    assert report.checks[1].note == "waits for: the program writes"
    assert report.checks[1].score == 0


def test_several_runs_can_be_compared_by_name(tmp_path: Path) -> None:
    """`runs` is a mapping; only the runs that are looked at are made, and the finding says which run it speaks of."""
    lab = FakeLab()
    compares = """
@pytest.mark.check(points=1)
def test_it_compares(runs):
    "the runs agree"
    assert set(runs) == {"small", "large"}
    fail(**PROOF, run=runs["large"])
"""

    report = graded(tmp_path, compares, lab)

    assert [check.finding.run for check in report.checks if check.finding] == ["large"]
    assert lab.runs == ["large"]


def test_checks_know_the_variant_they_judge(tmp_path: Path) -> None:
    """`parameters` and `variant` are what the plans were made from."""
    knows = """
@pytest.mark.check(points=1)
def test_it_knows(run, parameters, variant):
    "the check knows the variant"
    require(parameters is variant.parameters and variant.exercise.id == "one-pipe", **PROOF)
"""

    report = graded(tmp_path, knows)

    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("assert run.stdout", "a plain assert failed at test_one_pipe.py:"),
        ("assert run.stdout", "use fail\\(\\) or require\\(\\)"),
        ("{}['key']", "KeyError at test_one_pipe.py:"),
        ("pytest.skip('not today')", "Skipped"),
        ("pytest.xfail('known')", "XFailed"),
        ("pytest.fail('no proof')", "Failed"),
        ("raise SystemExit(0)", "SystemExit"),
        ("fail(**PROOF | {'events': []})", "names no event"),
        ("fail(**PROOF | {'events': [5]})", "names event 5, but the run has the events 1 to 4"),
        ("fail(**PROOF | {'events': [0]})", "names event 0"),
        ("fail(**PROOF | {'next': ''})", "leaves a part empty"),
        ("fail(**PROOF, run='other')", "speaks of the run 'other'"),
    ],
)
def test_what_is_no_violation_with_proof_is_our_error(tmp_path: Path, body: str, words: str) -> None:
    """Nothing an author does wrong becomes a student's failure; the traceback is in the log and nowhere else."""
    log: list[str] = []
    broken = f'@pytest.mark.check(points=2)\ndef test_it_breaks(run):\n    "it breaks"\n    {body}\n'

    report = graded(tmp_path, HOLDS + broken, log=log)

    assert outcomes(report) == {"it-exits": "pass", "it-breaks": "error"}
    assert report.verdict == "not graded"
    assert report.score == 3
    check = report.checks[1]
    assert check.finding is None
    assert re.search(words, check.note)
    assert "Traceback" in "".join(log)


def test_a_check_that_looks_at_no_run_proves_nothing(tmp_path: Path) -> None:
    """It could only ever pass."""
    blind = '@pytest.mark.check(points=1)\ndef test_it_is_blind(runs):\n    "it is blind"\n'

    report = graded(tmp_path, blind)

    assert (report.verdict, report.checks[0].note) == ("not graded", "the check looked at no run, so it proves nothing")


def test_incomplete_evidence_never_passes(tmp_path: Path) -> None:
    """Not even when the check catches everything, or finds a violation in what is left of the record."""
    sly = """
@pytest.mark.check(points=1)
def test_it_is_sly(runs):
    "it catches all"
    try:
        runs["small"]
    except Exception:
        pass

@pytest.mark.check(points=1)
def test_it_accuses(runs):
    "it accuses"
    try:
        runs["small"]
    except Exception:
        fail(**PROOF, run="small")
"""

    report = graded(tmp_path, HOLDS + sly, FakeLab(serve=lambda plan: evidence(plan, complete=False)))

    assert outcomes(report) == {"it-exits": "error", "it-is-sly": "error", "it-accuses": "error"}
    assert report.verdict == "not graded"
    assert "no fault of the submission" in report.checks[0].note


def test_a_program_that_tried_to_hide_has_failed(tmp_path: Path) -> None:
    """Incomplete evidence with an attempt to blind the tracer on record is a failure with that event as its proof."""

    def hiding(plan: Plan) -> Evidence:
        run = evidence(plan, complete=False)
        run.events[2].args["refused"] = True  # type: ignore[index]
        return run

    report = graded(tmp_path, HOLDS, FakeLab(serve=hiding))

    assert report.verdict == "failed"
    assert [check.finding.events for check in report.checks if check.finding] == [(3,)]


def test_a_run_that_was_not_possible_is_our_error(tmp_path: Path) -> None:
    """One plan cannot be run: the checks that need it are errors, the others are judged."""
    lab = FakeLab(serve=serving({"small": CannotDecide("no tracer"), "large": evidence(Plan("large"))}))
    other = HOLDS.replace("points=3", "points=3, plans=('large',)").replace("it_exits", "it_ends")

    report = graded(tmp_path, HOLDS + other, lab)

    assert outcomes(report) == {"it-exits": "error", "it-ends": "pass"}
    assert report.checks[0].note == "no tracer"


def test_a_submission_that_does_not_build_has_failed(tmp_path: Path) -> None:
    """All checks are skipped, nothing is run, and the compiler's words are in the report."""
    lab = FakeLab(build_fault=BuildFailed("prog.c:1: error: expected ';'"))

    report = graded(tmp_path, HOLDS + BREAKS, lab)

    assert (report.verdict, report.reason, report.score) == ("failed", "does not build", 0)
    assert report.build_output == "prog.c:1: error: expected ';'"
    assert set(outcomes(report).values()) == {"skipped"}
    assert (lab.runs, lab.closed) == ([], 1)


@pytest.mark.parametrize(
    ("lab", "required", "words"),
    [
        (FakeLab(build_fault=CannotDecide("no compiler")), "", "no compiler"),
        (FakeLab(rung="C"), "A", "rung C, and A is required"),
        (FakeLab(rung="A-"), "A", "rung A-, and A is required"),
    ],
)
def test_a_machine_that_cannot_grade_gives_no_verdict(tmp_path: Path, lab: FakeLab, required: str, words: str) -> None:
    """All checks are errors, with the reason once."""
    report = graded(tmp_path, HOLDS, lab, require_rung=required)

    assert report.verdict == "not graded"
    assert words in (report.reason or "")
    assert (outcomes(report), lab.closed) == ({"it-exits": "error"}, 1)


def test_a_rung_that_is_strong_enough_is_taken(tmp_path: Path) -> None:
    """Required A- is met by A; the forced rung is handed to the laboratory."""
    lab = FakeLab(rung="A")

    report = graded(tmp_path, HOLDS, lab, require_rung="A-", rung="C")

    assert (report.verdict, lab.forced) == ("passed", "C")


def test_only_the_checks_asked_for_are_judged(tmp_path: Path) -> None:
    """The report holds them and what they need, and says so."""
    needy = BREAKS.replace("points=2", "points=2, needs=('it_exits',)")
    third = HOLDS.replace("it_exits", "it_ends")

    report = graded(tmp_path, HOLDS + needy + third, only=("it-writes",))

    assert outcomes(report) == {"it-exits": "pass", "it-writes": "fail"}
    assert report.max_score == 5
    assert report.reason == "only these checks were asked for: it-exits, it-writes"


def test_kept_evidence_is_named_in_the_finding(tmp_path: Path) -> None:
    """With a folder for evidence the finding names the file in it; without, the files are gone and no name is given."""
    keep = tmp_path / "kept" / "here"

    kept = graded(tmp_path / "a", BREAKS, evidence=str(keep))
    gone = graded(tmp_path / "b", BREAKS)

    assert [check.finding.evidence for check in kept.checks if check.finding] == ["small.jsonl"]
    assert [check.finding.evidence for check in gone.checks if check.finding] == [""]
    assert keep.is_dir()


def test_an_interrupt_leaves_what_was_decided(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a run: earlier outcomes stand, the others are named, the laboratory is closed."""

    def interrupted(plan: Plan) -> Evidence:
        if plan.name == "large":
            os.kill(os.getpid(), signal.SIGINT)
        return evidence(plan)

    lab = FakeLab(serve=interrupted)
    first = HOLDS.replace("points=3", "points=3, plans=('small',)")

    report = graded(tmp_path, first + BREAKS.replace("points=2", "points=2, plans=('large',)"), lab)

    assert (report.verdict, report.reason, report.score) == ("not graded", "interrupted", 3)
    assert [(check.id, check.outcome, check.note) for check in report.checks] == [
        ("it-exits", "pass", ""),
        ("it-writes", "error", "not decided: interrupted"),
    ]
    assert lab.closed == 1


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("def test_bare(run):\n    'bare'\n", "test_bare has no marker"),
        ("@pytest.mark.check(1)\n@pytest.mark.check(2)\ndef test_two(run):\n    'two'\n", "has 2 marker"),
        ("@pytest.mark.check(1)\n@pytest.mark.xfail\ndef test_x(run):\n    'x'\n", "is marked xfail"),
        (
            "@pytest.mark.check(1)\n@pytest.mark.parametrize('a', [1])\ndef test_x(run, a):\n    'x'\n",
            "is marked parametrize",
        ),
        ("@pytest.mark.check(1)\ndef test_x():\n    'x'\n", "either run or runs"),
        ("@pytest.mark.check(1)\ndef test_x(run, runs):\n    'x'\n", "either run or runs"),
        ("class TestX:\n    @pytest.mark.check(1)\n    def test_x(self, run):\n        'x'\n", "is a method"),
        ("@pytest.mark.check(1, plans=('none',))\ndef test_x(run):\n    'x'\n", "plan 'none', which does not exist"),
        ("@pytest.mark.check(1, plans=('none',))\ndef test_x(runs):\n    'x'\n", "plan 'none', which does not exist"),
        ("@pytest.mark.check(1, needs=('b',))\ndef test_a(run):\n    'a'\n", "needs b, which does not exist"),
        ("@pytest.mark.check(1)\ndef test_a(run):\n    'a'\n" * 2, "already defined"),
        ("del plans\n@pytest.mark.check(1)\ndef test_a(run):\n    'a'\n", "declares no plans"),
        ("\n", "no exercise was collected"),
    ],
)
def test_a_faulty_exercise_is_refused_before_anything_runs(tmp_path: Path, tests: str, words: str) -> None:
    """The author is told what to mend; nothing is built or run, and the laboratory is closed."""
    lab = FakeLab()

    with pytest.raises(UsageError, match=words):
        graded(tmp_path, tests, lab)

    assert (lab.runs, lab.opened, lab.closed) == ([], 1, 1)


@pytest.mark.parametrize(
    ("tests", "words"),
    [("raise RuntimeError('at import')\n", "cannot be loaded: RuntimeError: at import"), ("def (:\n", "cannot be loaded"),
     ("def plans(parameters):\n    return 1 / 0\n@pytest.mark.check(1)\ndef test_a(run):\n    'a'\n", "ZeroDivisionError")],
)  # fmt: skip
def test_an_exercise_that_breaks_is_no_verdict(tmp_path: Path, tests: str, words: str) -> None:
    """A test file that cannot be loaded, or whose plans raise, decides nothing about a submission."""
    with pytest.raises(CannotDecide, match=words):
        graded(tmp_path, tests)


def test_neither_configuration_nor_conftest_reaches_a_grading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beside the submission or the exercise, or in the environment, does not take part."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--deselect=everything --no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    for place in (tmp_path, tmp_path / "course" / "exercises" / "one-pipe"):
        place.mkdir(parents=True, exist_ok=True)
        place.joinpath("conftest.py").write_text("raise RuntimeError('the student was here')\n")
        place.joinpath("pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "course" / "exercises" / "one-pipe"
    folder.joinpath("exercise.yaml").write_text(EXERCISE)
    folder.joinpath("test_one_pipe.py").write_text(PLANS + HOLDS)

    exercise = load_exercise(folder)
    submission = read_submission(write_submission(tmp_path), exercise)
    report = grade(exercise, submission, Options(), opener=FakeLab().open)

    assert report.verdict == "passed"
    assert os.environ["PYTEST_PLUGINS"] == "no_such_plugin"


def test_two_courses_may_have_an_exercise_of_one_name(tmp_path: Path) -> None:
    """In one process, each is judged by its own tests."""
    first = graded(tmp_path / "a", HOLDS)
    second = graded(tmp_path / "b", BREAKS)

    assert (outcomes(first), outcomes(second)) == ({"it-exits": "pass"}, {"it-writes": "fail"})


def test_a_call_that_the_last_net_ended_is_our_error(tmp_path: Path) -> None:
    """pytest-timeout judges nobody: a check that it ended is an error, and its laboratory is not asked again."""

    def endless(plan: Plan) -> Evidence:
        signal.raise_signal(signal.SIGALRM)  # what pytest-timeout would wait for
        raise GraderError(plan.name)

    report = graded(tmp_path, HOLDS + BREAKS, FakeLab(serve=endless))

    assert report.verdict == "not graded"
    assert "Timeout" in report.checks[0].note
    assert "lost in the run small" in report.checks[1].note
