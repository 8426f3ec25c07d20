"""In: the exercise tests that pytest collected, and a submission; out: a `Report`, by way of pytest's own hooks.

pytest collects and calls the functions; this plugin says in which order, on which runs, and sums up. What one call
means is decided in `judge`, what all together mean in `ledger`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import replace
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.checks.collection import Collected, collect, id_of
from grader.checks.exploration import Exploration
from grader.checks.judge import Judge
from grader.checks.laboratory import Bench, Eager, Opener, Runs, make_folder, open_laboratory, uninterrupted
from grader.checks.ledger import Ledger, score, verdict, waiting_note
from grader.checks.options import Options, check_rung
from grader.checks.question import Question
from grader.checks.record import Record, write_record
from grader.checks.stored import Stored
from grader.errors import BuildFailed, CannotDecide, GraderError, UsageError
from grader.explore import JUDGED
from grader.model import CheckSpec, Report, Submission
from grader.texts import catalogue_beside, gettext

__all__ = ["GRADING", "OPENER", "OPTIONS", "PROGRESS", "RUNS", "SUBMISSION", "After", "Grading"]

OPTIONS = pytest.StashKey[Options]()
"""The options of this grading, where they do not come from pytest's command line."""

SUBMISSION = pytest.StashKey[Submission]()
"""The submission, where it was read already."""

OPENER = pytest.StashKey[Opener]()
"""Opens another laboratory than this machine's: evidence made by hand, in tests."""

PROGRESS = pytest.StashKey[Callable[[str], None]]()
"""Is told what is being done, in a few words for a person."""

RUNS = pytest.StashKey[Runs]()
"""The runs of the check that an item belongs to."""


class Grading:
    """One grading as a pytest plugin. After the session either `report` or `fault` is set; `log` holds tracebacks."""

    def __init__(self, submission: str, options: Options) -> None:
        self.options = options
        self.collected = Collected(submission, options)
        self.fault: GraderError | None = None
        self.report: Report | None = None
        self._ledger = Ledger()
        self._judge = Judge(self._ledger, keeps=bool(options.evidence))
        self._bench: Bench | None = None
        self._sha256 = ""
        self._language = options.language
        self._rung = ""
        self._stored: Stored | None = None
        self._verdict = ""
        self._reason: str | None = None
        self._build_output = ""
        self._withheld = False
        self._started = time.monotonic()
        self._closing = ExitStack()
        self._catalogue = ExitStack()
        self._questions: dict[str, Question] = {}
        self._exploration: Exploration | None = None

    @property
    def log(self) -> list[str]:
        """Tracebacks of everything that was an error of ours."""
        return self._judge.log

    @property
    def status(self) -> int:
        """0 all passed, 1 something failed, 2 wrong usage, 3 not graded."""
        if self.fault is not None:
            return self.fault.status
        return {"passed": 0, "failed": 1}.get(self.report.verdict if self.report else "", 3)

    # Collecting

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Call a check that asks for `run` once for each of its plans; a fault is kept for later."""
        try:
            if names := self.collected.plans_for(metafunc.definition):
                metafunc.parametrize("run", names, indirect=True)
        except GraderError as fault:
            self.fault = self.fault or fault

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be loaded is the exercise's fault."""
        if report.failed:
            self.log.append(report.longreprtext)
            last = (report.longreprtext.strip().splitlines() or [""])[-1].removeprefix("E").strip()
            self.fault = self.fault or CannotDecide(
                f"the exercise's tests cannot be loaded: {last}",
                where=report.nodeid,
                action="this is a fault of the exercise; tell its author",
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the checks in order, needs first, and leave out those that were not asked for."""
        if self.fault is not None:
            return
        try:
            items[:] = collect(items, self.collected)
            self._catalogue.enter_context(catalogue_beside(self.collected.exercise.folder))
        except GraderError as fault:
            self.fault = fault
            return
        for name in self.collected.chosen:
            executions = sum(id_of(item) == name for item in items)
            self._ledger.expect(self._told(name), executions)

    def _told(self, name: str) -> CheckSpec:
        """The check with its title in the language that is spoken."""
        spec = self.collected.checks[name].spec
        return replace(spec, title=gettext(spec.title))

    # Running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Open the laboratory and build the submission before the first check; without them no check is called."""
        if self.fault is not None:
            return True
        if session.config.option.collectonly:
            return None
        try:
            self._prepare(session.config)
        except BuildFailed as fault:
            self._verdict, self._reason, self._build_output = "failed", gettext("does not build"), fault.fault
            self._ledger.decide_rest("skipped", gettext("the submission does not build"))
        except UsageError as fault:
            self.fault = fault
        except GraderError as fault:
            self._doubt(str(fault))
        else:
            return None
        return True

    def _prepare(self, config: pytest.Config) -> None:
        """Everything between the collection and the first check. Raises GraderError."""
        tell = config.stash.get(PROGRESS, _silent)
        submission = config.stash.get(SUBMISSION, None) or self.collected.submission()
        self._sha256, self._language = submission.sha256, submission.language
        folder = self.options.evidence or self._closing.enter_context(TemporaryDirectory(prefix="grader-"))
        make_folder(folder)
        laboratory = self._closing.enter_context(config.stash.get(OPENER, open_laboratory)(folder, self.options.rung))
        self._rung = laboratory.rung
        self._stored = laboratory if isinstance(laboratory, Stored) else None
        check_rung(self._rung, self.options.require_rung)
        tell(gettext("building"))
        plans = {plan.name: plan for name in self.collected.chosen for plan in self.collected.plans_of(name).values()}
        if isinstance(laboratory, Eager) and self._wanted():
            laboratory.widen()
        artifact = laboratory.build(submission)
        self._bench = Bench(laboratory, artifact, submission.sha256, tuple(plans.values()), self._search_ahead)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Hand the runs to the check, unless a check that it needs did not pass or its outcome stands already."""
        name = id_of(item)
        if not self._ledger.decided(name) and (waits := self._ledger.waits_for(name)):
            self._ledger.decide(name, "skipped", waiting_note(waits))
        self._withheld = self._ledger.decided(name)
        if self._withheld:
            pytest.skip(f"{name} is decided")
        item.config.stash.get(PROGRESS, _silent)(self._told(name).title)
        assert self._bench is not None
        item.stash[RUNS] = Runs(self._bench, self.collected.plans_of(name))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Have one phase of one call judged."""
        if self._withheld:
            return
        if call.when == "call" and isinstance(item, pytest.Function):
            self._remember(item)
        if call.excinfo is not None:
            self._judge.raised(id_of(item), call.excinfo.value, item.stash[RUNS])
        elif call.when == "call":
            self._judge.returned(id_of(item), item.stash[RUNS])

    def _remember(self, item: pytest.Function) -> None:
        """Keep the function with its arguments: it may be asked again, of runs under other schedules."""
        name = id_of(item)
        arguments = {argument: item.funcargs[argument] for argument in signature(item.obj).parameters}
        plans, needs = self.collected.plans_of(name), self.collected.checks[name].spec.needs
        self._questions[name] = Question(name, item.obj, arguments, plans, needs)

    # Searching

    def explore(self, tell: Callable[[str], None]) -> None:
        """Once all fair runs are judged: other schedules, for the checks that are to hold in all of them."""
        bench, search = self._bench, self._asked()
        if bench is None or not search:
            return
        self._exploration = Exploration(bench, self._questions, self._ledger, self._judge, tell)
        try:
            if self._stored is not None:
                self._exploration.repeat(search, self._stored)
            else:
                self._exploration.explore(search, self._schedules())
        except BaseException:
            self.unsearched()
            raise
        finally:
            self._ledger.skip_waiting()

    def _search_ahead(self, bench: Bench) -> None:
        """While fair runs are made and judged: begin the runs that will be asked for first if all is well so far."""
        for name, kind in (
            sorted(self._wanted().items(), key=lambda asked: asked[1] != "every") if bench.searches else ()
        ):
            for plan in self.collected.plans_of(name).values():
                if not plan.anytime:
                    search = bench.search(plan)
                    self._closing.callback(search.leave)
                    search.ahead(self._schedules(), hurries=kind == "hurried")
                return

    def _schedules(self) -> int:
        """How many: half of `default` where the program has failed already, for whoever waits has enough to mend."""
        size = JUDGED[self.options.budget]
        return size // 2 if self._ledger.lost and self.options.budget == "default" else size

    def _wanted(self) -> dict[str, str]:
        """The checks that other schedules are to be tried for, if they pass, and which kind of schedules."""
        if self.options.schedule:
            return {}
        kinds = {name: self.collected.checks[name].schedules for name in self.collected.chosen}
        return {name: kind for name, kind in kinds.items() if kind != "fair"}

    def _asked(self) -> dict[str, str]:
        """Those of them that have passed, where schedules can be tried at all."""
        if self._bench is None or not (self._bench.searches or self._stored is not None):
            return {}
        return {name: kind for name, kind in self._wanted().items() if self._ledger.passing(name)}

    def unsearched(self) -> None:
        """The search was broken off: what it was to show is not known."""
        for name in self._asked():
            self._ledger.decide(
                name, "error", gettext("not decided: {reason}", reason=self._reason or gettext("interrupted"))
            )

    # Ending

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C ends the grading; what was decided so far stays in the report."""
        self._doubt(
            gettext("interrupted")
            if isinstance(excinfo.value, KeyboardInterrupt)
            else gettext("ended: {fault}", fault=excinfo.value)
        )

    def pytest_internalerror(self, excrepr: object) -> None:
        """A fault inside pytest or one of its plugins: nothing more can be decided."""
        self.log.append(str(excrepr))
        self._doubt(gettext("internal error: {fault}", fault=(str(excrepr).strip().splitlines() or [""])[-1]))

    def _doubt(self, reason: str) -> None:
        """The grading ends here: what is not decided yet is an error of ours, and no verdict stands."""
        self._verdict, self._reason = "not graded", reason
        self._ledger.decide_rest("error", gettext("not decided: {reason}", reason=reason))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close the laboratory, sum up, and turn the verdict into pytest's exit status."""
        with uninterrupted():
            try:
                self._closing.close()
            except GraderError as fault:
                self._doubt(str(fault))
        if self.fault is None and session.config.option.collectonly:
            self._catalogue.close()
            return
        if self.fault is None:
            self._sum_up()
            self._keep()
        self._catalogue.close()
        session.exitstatus = self.status

    def _sum_up(self) -> None:
        """Write the report."""
        self._ledger.decide_rest("error", gettext("not decided: {reason}", reason=gettext("pytest did not run it")))
        results = self._ledger.results(self.options.replay, self.options.steps)
        outcome, reason = (self._verdict, self._reason) if self._verdict else verdict(results)
        if reason is None and self.options.only:
            reason = gettext("only these checks were asked for: {checks}", checks=", ".join(self.collected.chosen))
        exercise, variant = self.collected.exercise, self.collected.variant
        reached, possible = score(results)
        runs = self._bench.runs if self._bench else 0
        searched = self._exploration
        self.report = Report(
            exercise=exercise.id,
            exercise_version=exercise.version,
            language=self._language,
            seed=variant.seed,
            parameters=variant.parameters,
            submission_sha256=self._sha256,
            verdict=outcome,
            reason=reason,
            score=reached,
            max_score=possible,
            rung=self._rung,
            runs=runs + (searched.runs if searched else 0),
            schedules=runs + (searched.schedules if searched else 0),
            seconds=round(time.monotonic() - self._started, 3),
            checks=results,
            build_output=self._build_output,
        )

    def _keep(self) -> None:
        """Say beside the evidence what it belongs to, so that it can be judged again."""
        if not self.options.evidence or self._stored or self.report is None:
            return
        record = Record(
            exercise=self.report.exercise,
            exercise_version=self.report.exercise_version,
            language=self.report.language,
            seed=self.report.seed,
            only=self.options.only,
            replay=self.options.replay,
            sha256=self.report.submission_sha256,
            rung=self.report.rung,
            build_output=self._build_output,
            runs=self._bench.files if self._bench else {},
            budget=self.options.budget,
            steps=self.options.steps,
            made=self.report.runs,
            tried=self.report.schedules,
            witnesses={name: Path(run.path).name for name, run in self._exploration.witnesses.items()}
            if self._exploration
            else {},
        )
        try:
            write_record(self.options.evidence, record)
        except GraderError as fault:
            self.fault = fault


class After:
    """Goes on with the search when pytest has run the checks."""

    def __init__(self, grading: Grading) -> None:
        self._grading = grading

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """First every check under the fair schedule, then the search; a session that was broken off searches no more."""
        try:
            result = yield
        except BaseException:
            self._grading.unsearched()
            raise
        if not session.config.option.collectonly:
            self._grading.explore(session.config.stash.get(PROGRESS, _silent))
        return result


GRADING = pytest.StashKey[Grading]()
"""The grading of a pytest session that has one."""


def _silent(_: str) -> None:
    """Progress that nobody watches."""
