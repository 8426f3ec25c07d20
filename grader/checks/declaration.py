"""In: the test functions of one exercise and their markers; out: its checks, valid and in the order they run in.

Every rule here is about the author's file, so every fault is a UsageError that names the function and what to write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.frozen import dataclass
from grader.model import CheckSpec, Plan, resolved

__all__ = [
    "Declared",
    "check_id",
    "counts",
    "declare",
    "duplicates_in",
    "in_order",
    "plan_names",
    "points_in",
    "read_plans",
    "selected",
]

LEVELS = ("must", "should", "style")
SCHEDULES = ("fair", "every", "hurried")
"""Under which schedules a check holds: the fair one, every legal one, also those in which plain sleeps end early."""
FORM = '@pytest.mark.check(points=2, level="must", needs=("other_check",), plans=("small",), schedules="every")'


@dataclass(frozen=True, slots=True)
class Declared:
    """One check as its function declares it.

    `plans` are the plan names it runs, empty for all of the exercise. `schedules` is one of SCHEDULES.
    """

    spec: CheckSpec
    plans: tuple[str, ...]
    schedules: str = "fair"


def declare(where: str, name: str, doc: str | None, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Declared:
    """Read one marker. `where` is file:line, `name` the function's name, `doc` its docstring. Raises UsageError."""
    title = (doc or "").strip().partition("\n")[0].strip()
    if not title:
        raise UsageError(f"{name} has no docstring", where=where, action="its first line is what the student reads")
    unknown = sorted(kwargs.keys() - {"points", "level", "needs", "plans", "schedules"})
    if unknown or len(args) > 1 or (args and "points" in kwargs):
        fault = f"the marker of {name} has " + (f"an unknown part {unknown[0]!r}" if unknown else "too many parts")
        raise UsageError(fault, where=where, action=f"write {FORM}")
    points = args[0] if args else kwargs.get("points")
    if type(points) is not int or points < 0:
        raise UsageError(
            f"points of {name} must be a whole number from 0, found {points!r}", where=where, action=f"write {FORM}"
        )
    level = kwargs.get("level", "must")
    if level not in LEVELS or not isinstance(level, str):
        raise UsageError(f"level {level!r} of {name} is unknown", where=where, action="use must, should or style")
    if level == "style" and points:
        raise UsageError(f"{name} is advice (style) and cannot carry points", where=where, action="write points=0")
    schedules = kwargs.get("schedules", "fair")
    if schedules not in SCHEDULES or not isinstance(schedules, str):
        raise UsageError(
            f"schedules {schedules!r} of {name} is unknown", where=where, action=f"use {', '.join(SCHEDULES)}"
        )
    needs = tuple(check_id(need) for need in _names(where, name, "needs", kwargs.get("needs", ())))
    plans = _names(where, name, "plans", kwargs.get("plans", ()))
    return Declared(CheckSpec(check_id(name), title, level, points, needs), plans, schedules)


def check_id(name: str) -> str:
    """The id of a check from its function's name or from the id itself: `test_reader_sees_eof` → `reader-sees-eof`."""
    return name.removeprefix("test_").replace("_", "-")


def _names(where: str, name: str, part: str, value: object) -> tuple[str, ...]:
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise UsageError(f"{part} of {name} must be a tuple of names, found {value!r}", where=where, action=f"write {FORM}")


def duplicates_in(path: Path) -> None:
    """Refuse a test file in which one function hides another: Python itself says nothing. Raises UsageError."""
    seen: dict[str, int] = {}
    for node in ast.parse(path.read_bytes(), str(path)).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            if node.name in seen:
                fault = f"{node.name} is already defined in line {seen[node.name]}, which is never run"
                raise UsageError(fault, where=f"{path.name}:{node.lineno}", action="give one of them another name")
            seen[node.name] = node.lineno


def points_in(folder: str) -> int:
    """The points of all checks of an exercise, read from its test file without running it."""
    trees = (ast.parse(path.read_bytes(), str(path)) for path in Path(folder).glob("test_*.py"))
    marks = (mark for tree in trees for each in tree.body for mark in getattr(each, "decorator_list", ()))
    given = (
        _points_of(mark)
        for mark in marks
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.check")
    )
    return sum(points.value for points in given if isinstance(points, ast.Constant) and type(points.value) is int)


def _points_of(mark: ast.Call) -> ast.expr | None:
    named = [part.value for part in mark.keywords if part.arg == "points"]
    return next(iter(named or mark.args), None)


def in_order(declared: Sequence[Declared], where: str) -> list[str]:
    """The ids, each after those it needs. Raises UsageError for duplicate ids and unknown, circular or weaker needs."""
    known = {each.spec.id: each.spec for each in declared}
    if len(known) < len(declared):
        ids = [each.spec.id for each in declared]
        twice = next(name for name in ids if ids.count(name) > 1)
        raise UsageError(f"two checks have the id {twice}", where=where, action="give one of them another name")
    for spec in known.values():
        for need in spec.needs:
            if need not in known:
                raise UsageError(
                    f"{spec.id} needs {need}, which does not exist",
                    where=where,
                    action=f"needs may name: {', '.join(sorted(known))}",
                )
            if counts(spec.level, spec.points) and not counts(known[need].level, known[need].points):
                raise UsageError(
                    f"{spec.id} counts, but needs {need}, which is only advice",
                    where=where,
                    action=f"give {need} points or the level must, or do not need it",
                )
    done: list[str] = []
    for name in known:
        _visit(name, known, (), done, where)
    return done


def _visit(name: str, known: Mapping[str, CheckSpec], path: tuple[str, ...], done: list[str], where: str) -> None:
    """Append `name` to `done` after everything it needs."""
    if name in path:
        circle = " -> ".join((*path[path.index(name) :], name))
        raise UsageError(f"checks need each other in a circle: {circle}", where=where, action="take one need away")
    if name not in done:
        for need in known[name].needs:
            _visit(need, known, (*path, name), done, where)
        done.append(name)


def counts(level: str, points: int) -> bool:
    """Whether the verdict depends on a check: it is a must, or points hang on it."""
    return level == "must" or points > 0


def selected(ids: Sequence[str], specs: Mapping[str, CheckSpec], only: Iterable[str], where: str) -> list[str]:
    """The ids to run: all, or those asked for with what they need. Raises UsageError for an id that does not exist."""
    wanted = [check_id(name) for name in only]
    if not wanted:
        return list(ids)
    for name in wanted:
        if name not in specs:
            raise UsageError(f"there is no check {name}", where=where, action=f"choose from: {', '.join(ids)}")
    keep: list[str] = []
    for name in wanted:
        _visit(name, specs, (), keep, where)
    return [name for name in ids if name in keep]


def read_plans(value: object, where: str, peers: Sequence[str] = ()) -> dict[str, Plan]:
    """What the exercise's `plans(parameters)` returned, as name → plan. `peers` are those that it may name. Raises UsageError."""
    action = "return a mapping such as {'small': Plan(name='small', stdin=b'x')}"
    if not isinstance(value, Mapping) or not value:
        raise UsageError(
            f"plans() must return a mapping with at least one plan, found {value!r}", where=where, action=action
        )
    for name, plan in value.items():
        if not isinstance(name, str) or not isinstance(plan, Plan):
            raise UsageError(f"plans() returned {plan!r} for {name!r}", where=where, action=action)
        if plan.name != name:
            raise UsageError(f"the plan {plan.name!r} is filed as {name!r}", where=where, action="use one name")
        for each in plan.anytime:
            if each.action != "signal" or each.when.state not in ("started", "printed"):
                raise UsageError(
                    f"the plan {name!r} cannot let this come at any time: {each}",
                    where=where,
                    action='write a signal, with When("started") or When("printed", call=TEXT)',
                )
        for root in plan.roots:
            if root.peer and root.peer not in peers:
                raise UsageError(
                    f"the plan {name!r} starts the peer {root.peer!r}, which does not exist",
                    where=where,
                    action=f"write it into the folder peers/, or use one of: {', '.join(peers)}",
                )
    return {name: resolved(plan) for name, plan in value.items()}


def plan_names(declared: Declared, plans: Mapping[str, Plan], where: str) -> tuple[str, ...]:
    """The plans that a check runs: those it names, else all. Raises UsageError for a name that does not exist."""
    for name in declared.plans:
        if name not in plans:
            raise UsageError(
                f"{declared.spec.id} asks for the plan {name!r}, which does not exist",
                where=where,
                action=f"plans() declares: {', '.join(plans)}",
            )
    return declared.plans or tuple(plans)
