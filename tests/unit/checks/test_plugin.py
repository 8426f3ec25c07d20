"""The pytest plugin as people meet it: `pytest exercises/ID --submission PATH`, and pytest in projects of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks import plugin
from grader.checks.session import OPENER
from grader.report import plugin as report_plugin
from grader.texts import spoken
from tests.unit.checks.fakes import PLANS, FakeLab, evidence, write_exercise, write_submission

pytest_plugins = ["pytester"]

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
FAULTY = """
@pytest.mark.check(points=1)
def test_it_asserts(run):
    "the program asserts"
    assert run.stdout
"""


class Opening:
    """Gives a session the laboratory."""

    def __init__(self, lab: FakeLab) -> None:
        self._lab = lab

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand it over."""
        config.stash[OPENER] = self._lab.open


@pytest.fixture(autouse=True)
def _only_our_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner pytest has the plugins named here, whether grader is installed or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def run_pytest(pytester: pytest.Pytester, *arguments: str | Path, lab: FakeLab | None = None) -> pytest.RunResult:
    """Run pytest with the plugins."""
    given = [plugin, report_plugin, Opening(lab or FakeLab())]
    return pytester.runpytest_inprocess("--import-mode=importlib", *arguments, plugins=given)


@pytest.mark.parametrize(
    ("tests", "status", "line"),
    [
        (HOLDS, 0, "passed: 3 of 3 points"),
        (HOLDS + BREAKS, 1, "failed: 3 of 5 points"),
        (HOLDS + FAULTY, 3, "not graded"),
    ],
)
def test_pytest_exits_as_the_command_line_does(pytester: pytest.Pytester, tests: str, status: int, line: str) -> None:
    """0 all passed, 1 something failed, 3 not graded; what is read is our report."""
    exercise = write_exercise(pytester.path, PLANS + tests)

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path))

    assert result.ret == status
    result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("asked", "line"), [(("--language-of-text", "zh-CN"), "通过：3/3 分"), ((), "passed: 3 of 3 points")]
)
def test_pytest_speaks_the_language_that_is_asked_for(
    pytester: pytest.Pytester, asked: tuple[str, ...], line: str
) -> None:
    """As the command line does, and when the session is over nobody speaks it any more."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS)

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), *asked)

    result.stdout.fnmatch_lines([line])
    assert spoken() == "en"


def test_a_language_without_texts_ends_the_session(pytester: pytest.Pytester) -> None:
    """The line names the option and the languages that there are."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS)

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), "--language-of-text=de")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--language-of-text: there are no texts in 'de'; use en or zh"])


def test_what_pytest_prints_is_shown_only_when_asked_for(pytester: pytest.Pytester) -> None:
    """Without -v not a line of pytest's own; with -v both."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS + FAULTY)
    submission = write_submission(pytester.path)

    quiet = run_pytest(pytester, exercise, "--submission", submission)
    loud = run_pytest(pytester, exercise, "--submission", submission, "-v")

    assert "AssertionError" not in quiet.stdout.str() + quiet.stderr.str()
    assert quiet.stdout.lines[0].startswith("one-pipe · c")
    loud.stdout.fnmatch_lines(["*session starts*", "*test_it_exits*small* PASSED*", "*AssertionError*", "not graded"])


def test_options_of_a_grading_reach_it(pytester: pytest.Pytester) -> None:
    """--only, --rung, --evidence, --seed: and the line that repeats a failure is a pytest line."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS + BREAKS)
    submission = write_submission(pytester.path)
    lab = FakeLab()
    options = ["--only", "it-writes", "--rung", "C", "--evidence", "kept", "--seed", "s1", "--lang", "c"]

    result = run_pytest(pytester, exercise, f"--submission={submission}", *options, lab=lab)

    assert (result.ret, lab.forced, lab.folder, lab.runs) == (1, "C", "kept", ["small"])
    result.stdout.fnmatch_lines(
        [
            "one-pipe · c · seed s1 *",
            f"  again  pytest {exercise} --submission {submission} --lang=c --seed=s1 --rung=C --only it-writes",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exercises/one-pipe", "--submission", "missing.c"), "grader: missing.c: there is no such file or folder; *"),
        (("exercises/one-pipe", "--submission", "prog.c", "--only", "ghost"), "grader: --only: there is no check ghost; *"),
        (("exercises", "--submission", "prog.c"), "grader: --submission: * second test file; *"),
        (("plain", "--submission", "prog.c"), "grader: --submission: * is no exercise*"),
        (("empty", "--submission", "prog.c"), "grader: --submission: no exercise was collected; *"),
        (("exercises/one-pipe", "--submission", "prog.c", "--lang", "cobol"), "grader: *cobol*"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_with_two_and_one_line(
    pytester: pytest.Pytester, arguments: tuple[str, ...], words: str
) -> None:
    """One clear line on standard error, nothing else, and nothing is run."""
    write_exercise(pytester.path, PLANS + HOLDS)
    write_exercise(pytester.path, PLANS + HOLDS, "other-pipe")
    write_submission(pytester.path)
    pytester.mkdir("empty")
    pytester.mkdir("plain").joinpath("test_plain.py").write_text("def test_plain(): pass\n")
    lab = FakeLab()

    result = run_pytest(pytester, *arguments, lab=lab)

    assert (result.ret, lab.runs) == (2, [])
    result.stderr.fnmatch_lines([words])
    assert result.stdout.str().strip() == ""


def test_exercise_tests_without_a_submission_say_what_they_need(pytester: pytest.Pytester) -> None:
    """Collected by accident or habit, they judge nothing: pytest ends with its status for wrong usage."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS)

    result = run_pytest(pytester, exercise)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*these tests judge a submission; add --submission PATH*"])


def test_checks_can_be_listed_without_running_them(pytester: pytest.Pytester) -> None:
    """`--collect-only` lists each check with its plans and opens no laboratory."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS)
    lab = FakeLab()

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), "--collect-only", lab=lab)

    assert (result.ret, lab.opened) == (0, 0)
    result.stdout.fnmatch_lines(["*test_it_exits*small*", "*test_it_exits*large*"])


def test_checks_left_out_by_pytest_give_no_verdict(pytester: pytest.Pytester) -> None:
    """`-k` may leave out the very check that would fail, so what it leaves out is undecided."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS + BREAKS)

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), "-k", "exits")

    assert result.ret == 3
    result.stdout.fnmatch_lines(["! the program writes*", "*pytest did not run it*"])


def test_a_violation_is_shown_once_although_both_read_it(pytester: pytest.Pytester) -> None:
    """Evidence differs between plans, and the report names the plan that fails."""
    exercise = write_exercise(pytester.path, PLANS + BREAKS)
    lab = FakeLab(serve=lambda plan: evidence(plan, b"" if plan.name == "large" else b"x"))

    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), lab=lab)

    assert result.ret == 1
    assert result.stdout.str().count("it was seen") == 1


def test_other_projects_are_left_alone(pytester: pytest.Pytester) -> None:
    """Their options, fixtures and markers may have the names of ours; their results and pytest's report are theirs."""
    pytester.makeconftest(
        """
        import pytest
        def pytest_addoption(parser):
            for name in ("--seed", "--only", "--lang", "--evidence", "--budget", "--rung"):
                parser.addoption(name)
        def pytest_configure(config):
            config.addinivalue_line("markers", "check(name): theirs")
        """
    )
    pytester.makepyfile(
        """
        import pytest
        @pytest.fixture
        def runs(): return 3
        @pytest.mark.check("theirs")
        def test_theirs(runs, request): assert (runs, request.config.getoption("--seed")) == (3, "7")
        def test_run(run): pass
        """
    )

    result = run_pytest(pytester, "--seed", "7", "--strict-markers")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'run' not found*"])


def test_help_names_every_option_of_a_grading(pytester: pytest.Pytester) -> None:
    """The other options exist only beside --submission, so its help names them."""
    text = run_pytest(pytester, "--help").stdout.str()

    for option in (
        "--submission=PATH",
        "--lang",
        "--seed",
        "--only",
        "--rung",
        "--require-rung",
        "--evidence",
        "--budget",
    ):
        assert option in text


def test_a_grading_is_not_spread_over_workers(pytester: pytest.Pytester) -> None:
    """Checks share their runs and wait for each other, so -n is refused."""

    class Workers:
        """Stands for pytest-xdist."""

        def pytest_addoption(self, parser: pytest.Parser) -> None:
            """Its option."""
            parser.addoption("--numprocesses", type=int)

    exercise = write_exercise(pytester.path, PLANS + HOLDS)
    arguments = [str(exercise), "--submission", str(write_submission(pytester.path)), "--numprocesses", "2"]

    result = pytester.runpytest_inprocess(*arguments, plugins=[plugin, report_plugin, Workers()])

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*one grading is one process*"])


def test_an_interrupt_ends_the_session_with_a_report(pytester: pytest.Pytester) -> None:
    """Ctrl-C: the checks that are not decided are named, the exit status is 3."""
    exercise = write_exercise(pytester.path, PLANS + HOLDS)

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    lab = FakeLab(serve=interrupted)  # type: ignore[arg-type]
    result = run_pytest(pytester, exercise, "--submission", write_submission(pytester.path), lab=lab)

    assert (result.ret, lab.closed) == (3, 1)
    result.stdout.fnmatch_lines(["! the program exits*", "not graded", "*interrupted*"])
