"""In: checks that have passed the fair runs, and a budget; out: for each the first schedule under which it fails, shortened.

Every run is made once and judged by all checks that ask for its plan. In a run in which a check does not hold, those that need
it are not judged: what they take for granted is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import field
from typing import TYPE_CHECKING

from grader.checks.helpers import Violation
from grader.checks.judge import Judge
from grader.checks.laboratory import Bench, Runs
from grader.checks.ledger import Ledger
from grader.checks.question import Question, Varied
from grader.checks.stored import Stored
from grader.errors import CannotDecide, GraderError
from grader.frozen import dataclass
from grader.model import Plan
from grader.texts import gettext

if TYPE_CHECKING:
    from grader.evidence import Evidence
    from grader.explore import Search, Tried

__all__ = ["Exploration"]

STEPPED = "f1"
"""The fair schedule by another name than that of the plain run, which has not noted its steps."""

HEAVY = 500
"""A run counts as one schedule more for each time that it has so many events."""

APART = 16
"""Plans begin so far apart in their seeds: what two of them are tried under is not the same twice."""

SHRINKING = 100
"""Runs at most to shorten the schedule of one finding."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One plan, and the checks that are to hold in all its schedules; `hurries`: also where plain sleeps end early."""

    plan: Plan
    hurries: bool
    checks: tuple[Question, ...]
    search: Search
    seed: int

    def others(self, size: int, after: Sequence[_Way]) -> Generator[Tried, None, None]:
        """Its schedules but the fair one; when all are begun, the first of the plan that comes after it."""

        def go_on() -> None:
            for way in after:
                if not way.plan.anytime:
                    way.search.ahead(size, seed=way.seed, hurries=way.hurries)

        return self.search.others(size, seed=self.seed, hurries=self.hurries, then=go_on)


@dataclass(slots=True)
class Exploration:
    """The search of one grading. `schedules` counts those tried, the fair ones aside; `runs` also what shortening took."""

    bench: Bench
    questions: Mapping[str, Question]
    ledger: Ledger
    judge: Judge
    tell: Callable[[str], None]
    schedules: int = 0
    runs: int = 0
    witnesses: dict[str, Evidence] = field(default_factory=dict)

    def explore(self, asked: Mapping[str, str], total: int) -> None:
        """Search for every check in `asked` (its id, and `every` or `hurried`), with `total` schedules for all plans together.

        Each gets the same share of what is left; what one plan does not need goes to those after it.
        """
        ways = self._ways(asked)
        with ExitStack() as left:
            for number, way in enumerate(ways):
                left.callback(way.search.leave)
                size = max(1, total // (len(ways) - number))
                try:
                    total -= min(size, self._try(way, size, ways[number + 1 : number + 2]))
                except GraderError as fault:
                    for question in self._open(way):
                        self.judge.raised(question.name, fault, Runs(self.bench, {}))

    def _ways(self, asked: Mapping[str, str]) -> list[_Way]:
        """The plans that are asked for, in the order in which they were first run."""
        ways: list[_Way] = []
        for hurries, mode in ((False, "every"), (True, "hurried")):
            wanted = [self.questions[name] for name, how in asked.items() if how == mode and self.ledger.passing(name)]
            plans = {name: plan for question in wanted for name, plan in question.plans.items()}
            ways += [
                _Way(
                    plan,
                    hurries,
                    tuple(question for question in wanted if name in question.plans),
                    self.bench.search(plan),
                    number * APART,
                )
                for number, (name, plan) in enumerate(plans.items(), len(ways))
            ]
        return ways

    def _open(self, way: _Way) -> tuple[Question, ...]:
        return tuple(question for question in way.checks if self.ledger.passing(question.name))

    def _try(self, way: _Way, size: int, after: Sequence[_Way]) -> int:
        """Try schedules of one plan until nothing more can be learned from it; how many, heavy ones counted as several.

        Those of the plan `after` it are begun before the last of this one are judged. Raises GraderError.
        """
        search = way.search
        search.once(way.plan.schedule)
        sources = _at_any_step(search, way.plan, size - 1) or [way.others(size - 1, after)]
        spent = 1
        for source in sources:
            with closing(source) as runs:
                for tried in runs:
                    spent += 1 + len(tried.evidence.events) // HEAVY
                    self.tell(
                        gettext("{plan}: {number} of {all}", plan=way.plan.name, number=min(spent, size), all=size)
                    )
                    self.schedules += 1
                    self.runs += 1
                    if not tried.seen:
                        self._judge(way, tried)
                    if not self._open(way) or spent >= size or not (search.longest or way.plan.anytime):
                        return spent  # with no decision in it, every schedule is the fair one
        return spent

    def _judge(self, way: _Way, tried: Tried) -> None:
        """One run, judged by every check that is still open."""
        answers: dict[str, BaseException | None] = {}
        for question in self._open(way):
            if not self._premises(question, tried.evidence, answers):
                continue
            fault = self._answer(question.name, tried.evidence, answers)
            if isinstance(fault, Violation):
                self._prove(question, way.plan, tried)
            elif fault is not None:
                self.judge.raised(question.name, fault, self._runs(question, tried.evidence))

    def _premises(self, question: Question, evidence: Evidence, answers: dict[str, BaseException | None]) -> bool:
        """Whether all that the check needs holds in this run too."""
        return all(self._answer(need, evidence, answers) is None for need in question.needs)

    def _answer(self, name: str, evidence: Evidence, answers: dict[str, BaseException | None]) -> BaseException | None:
        """What one check says of the run, asked once; a check that does not look at this plan says nothing against it."""
        question, plan = self.questions.get(name), evidence.header.plan.name
        if question is None or plan not in question.plans:
            return None
        if name not in answers:
            holds = self._premises(question, evidence, answers)
            answers[name] = question.ask(self._runs(question, evidence), plan) if holds else _unmet()
        return answers[name]

    def _runs(self, question: Question, evidence: Evidence) -> Runs:
        return Runs(Varied(self.bench, evidence), question.plans)

    def _prove(self, question: Question, plan: Plan, tried: Tried) -> None:
        """Find the shortest schedule that still fails this check, and have the check judge that run."""
        from grader.explore import shrink

        def fails(evidence: Evidence) -> bool:
            answers: dict[str, BaseException | None] = {}
            holds = self._premises(question, evidence, answers)
            return holds and isinstance(self._answer(question.name, evidence, answers), Violation)

        self.tell(gettext("{plan}: shortening the schedule that was found", plan=plan.name))
        search: Search = self.bench.search(plan)
        short = shrink(search, tried, fails, SHRINKING)
        self.runs += search.tried
        otherwise = CannotDecide(
            "the check has failed in this run, and then not again", where=plan.name,
            action="this is a fault of the exercise; tell its author",
        )  # fmt: skip
        self._rule(question, short.evidence, otherwise)

    def _rule(self, question: Question, evidence: Evidence, otherwise: BaseException | None) -> None:
        """Judge one check by one run for good; `otherwise` is what it comes to if nothing is wrong with it now."""
        runs = self._runs(question, evidence)
        fault = question.ask(runs, evidence.header.plan.name) or otherwise
        self.witnesses[question.name] = evidence
        if fault is not None:
            self.judge.raised(question.name, fault, runs)

    def repeat(self, asked: Iterable[str], stored: Stored) -> None:
        """Instead of a search: judge each check by the run in which it failed, if there is one."""
        self.schedules = stored.record.tried - self.bench.runs
        self.runs = stored.record.made - self.bench.runs
        for name in asked:
            question = self.questions[name]
            try:
                evidence = stored.witness(name, question.plans)
            except CannotDecide as fault:
                self.judge.raised(name, fault, Runs(self.bench, {}))
            else:
                if evidence is not None:
                    self._rule(question, evidence, None)


def _at_any_step(search: Search, plan: Plan, size: int) -> list[Generator[Tried, None, None]]:
    """The runs in which a signal of the plan comes at one of the steps, for each signal the same number."""
    from grader.explore import at_every_step

    most = size // max(1, len(plan.anytime))
    return [
        at_every_step(
            search, each.signal, to=each.process, most=most, base=STEPPED, printed=each.when.call or each.when.printed
        )
        for each in plan.anytime
    ]


def _unmet() -> CannotDecide:
    """Stands for the answer of a check whose premises do not hold in a run."""
    return CannotDecide("what it needs does not hold in this run")
