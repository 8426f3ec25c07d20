"""In: the test functions that pytest found in one exercise; out: `Collected`, the exercise with its checks and plans.

All rules about which functions may stand in an exercise's test file are here; what a marker may say is in
`declaration`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from grader.checks.declaration import (
    Declared,
    check_id,
    declare,
    duplicates_in,
    in_order,
    plan_names,
    read_plans,
    selected,
)
from grader.checks.options import Options
from grader.checks.wording import reworded
from grader.errors import CannotDecide, UsageError
from grader.exercise import draw, load_exercise, read_submission
from grader.model import Exercise, Plan, Submission, Variant
from grader.texts import spoken

__all__ = ["Collected", "collect", "id_of", "is_exercise", "where"]

FOREIGN_MARKS = ("skip", "skipif", "xfail", "parametrize", "usefixtures")


class Collected:
    """The exercise of one grading, filled while pytest collects its test file."""

    def __init__(self, submission: str, options: Options) -> None:
        self._submission = submission
        self._options = options
        self.only = options.only
        self._module: ModuleType | None = None
        self._exercise: Exercise | None = None
        self._variant: Variant | None = None
        self.plans: dict[str, Plan] = {}
        self.checks: dict[str, Declared] = {}
        self.chosen: list[str] = []

    @property
    def exercise(self) -> Exercise:
        """The exercise. Raises UsageError as long as none was collected."""
        if self._exercise is None:
            raise UsageError(
                "no exercise was collected",
                where="--submission",
                action="name the exercise: pytest exercises/ID --submission PATH",
            )
        return self._exercise

    @property
    def variant(self) -> Variant:
        """The exercise with its parameters drawn from the seed."""
        if self._variant is None:
            self._variant = draw(self.exercise, self._options.seed or None)
        return self._variant

    def submission(self) -> Submission:
        """Read the student's program. Raises UsageError."""
        return read_submission(self._submission, self.exercise, self._options.language or None)

    def adopt(self, path: Path, module: ModuleType) -> None:
        """Take the exercise of this test file; a second one is refused. Raises UsageError, CannotDecide."""
        if self._module is module:
            return
        if self._module is not None:
            raise UsageError(
                f"{path} is a second test file",
                where="--submission",
                action="one submission is graded by the one test file of one exercise",
            )
        if not is_exercise(path):
            raise UsageError(
                f"{path.parent} is no exercise: it has no exercise.yaml",
                where="--submission",
                action="name the folder of an exercise",
            )
        self._module = module
        self._exercise = load_exercise(path.parent)
        if spoken() != "en":
            reworded(module, path)
        duplicates_in(path)
        declaration = getattr(module, "plans", None)
        if not callable(declaration):
            raise UsageError(
                "the exercise declares no plans",
                where=path.name,
                action="write a function plans(parameters) that returns {name: Plan(...)}",
            )
        parameters = self.variant.parameters
        try:
            value = declaration(parameters)
        except Exception as fault:
            raise CannotDecide(
                f"plans() raised {type(fault).__name__}: {fault}",
                where=path.name,
                action="this is a fault of the exercise; tell its author",
            ) from fault
        self.plans = read_plans(value, path.name)

    def declared(self, item: pytest.Function) -> Declared:
        """What the marker of one function declares. Raises UsageError."""
        marks = list(item.iter_markers("check"))
        if len(marks) != 1:
            fault = f"{item.originalname} has {len(marks) or 'no'} marker of a check"
            raise UsageError(fault, where=where(item), action="write one @pytest.mark.check(points=...)")
        return declare(where(item), item.originalname, item.function.__doc__, marks[0].args, marks[0].kwargs)

    def plans_for(self, item: pytest.Function) -> tuple[str, ...]:
        """The plans for each of which this function is called; none when it asks for several at once or for nothing."""
        self.adopt(item.path, item.module)
        if "run" not in item.fixturenames:
            return ()
        return plan_names(self.declared(item), self.plans, where(item))

    def plans_of(self, name: str) -> dict[str, Plan]:
        """The plans that the check may look at."""
        names = plan_names(self.checks[name], self.plans, self.exercise.id)
        return {plan: self._under_schedule(name, plan, names) for plan in names}

    def _under_schedule(self, name: str, plan: str, names: tuple[str, ...]) -> Plan:
        """The plan, under the schedule that was asked for if this is the run that is meant. Raises UsageError."""
        options = self._options
        if not options.schedule or name not in map(check_id, options.only):
            return self.plans[plan]
        if options.run not in names and (options.run or len(names) > 1):
            fault = f"{name} has no run {options.run!r}" if options.run else f"{name} looks at several runs"
            raise UsageError(fault, where="--run", action=f"name one of: {', '.join(names)}")
        meant = plan == (options.run or names[0])
        return replace(self.plans[plan], schedule=options.schedule) if meant else self.plans[plan]


def collect(items: Sequence[pytest.Item], collected: Collected) -> list[pytest.Item]:
    """Learn all checks and choose; the items to run, in order. Raises UsageError for an author's fault."""
    for item in items:
        if not isinstance(item, pytest.Function):
            raise UsageError(f"{item.name} is no test function", where=item.nodeid, action="write a plain function")
        collected.adopt(item.path, item.module)
        _refuse_foreign(item)
        collected.checks.setdefault(id_of(item), collected.declared(item))
    file = f"test file of {collected.exercise.id}"
    ids = in_order(list(collected.checks.values()), file)
    specs = {name: declared.spec for name, declared in collected.checks.items()}
    collected.chosen = selected(ids, specs, collected.only, "--only")
    for name in collected.chosen:
        collected.plans_of(name)
    wanted = [item for item in items if id_of(item) in collected.chosen]
    return sorted(wanted, key=lambda item: collected.chosen.index(id_of(item)))


def _refuse_foreign(item: pytest.Function) -> None:
    """Refuse what would let a check be judged otherwise than by its function over its runs. Raises UsageError."""
    if item.cls is not None:
        raise UsageError(f"{item.name} is a method", where=where(item), action="a check is a plain function")
    for name in FOREIGN_MARKS:
        marks = [mark for mark in item.iter_markers(name) if name != "parametrize" or mark.args[:1] != ("run",)]
        if marks:
            raise UsageError(
                f"{item.originalname} is marked {name}",
                where=where(item),
                action="every check is run, once for each of its plans: take the mark away",
            )
    if ("run" in item.fixturenames) == ("runs" in item.fixturenames):
        raise UsageError(
            f"{item.originalname} must ask for either run or runs",
            where=where(item),
            action="write it as a function of `run` (one run at a time) or `runs` (all by name)",
        )


def id_of(item: pytest.Item) -> str:
    """The id of the check that an item belongs to, whatever its plan."""
    return check_id(getattr(item, "originalname", item.name))


def where(item: pytest.Item) -> str:
    """File and line of a test function, as an editor opens it."""
    return f"{item.path.name}:{(item.location[1] or 0) + 1}"


def is_exercise(path: Path) -> bool:
    """Whether a test file lies in the folder of an exercise."""
    return path.parent.joinpath("exercise.yaml").is_file()
