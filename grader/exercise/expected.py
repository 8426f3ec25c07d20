"""In: the `expected.yaml` of a reference folder; out: `Expected`: the right programs, and what each wrong one fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.constraint import EXAMPLE, holds, parse_constraint
from grader.exercise.document import Node, load_document, shown
from grader.frozen import dataclass
from grader.model.exercise import Variant

__all__ = ["Condition", "Expected", "expected_in", "load_expected"]

OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a wrong program fails where a condition between parameters holds: its text and line, and the checks."""

    text: str
    file: str
    line: int
    checks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdicts that programs of `reference/<id>/` must get.

    `right` are files that pass every check. `wrong` gives for each file the exact set of checks that fail (others pass, or are
    skipped because they need one of these): in the default variant, and in others unless a condition in `elsewhere` holds.
    `pending` gives for each file why the present plans cannot tell it from a right program.
    """

    right: tuple[str, ...]
    wrong: Mapping[str, frozenset[str]]
    pending: Mapping[str, str]
    elsewhere: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)


def load_expected(folder: str | Path) -> Expected:
    """Read `expected.yaml` in a reference folder. File names are relative to it. Raises UsageError with the line.

    Every program in `right/` and `wrong/` must be listed, and every listed program must exist.
    """
    root = Path(folder).absolute()
    node = load_document(root / "expected.yaml")
    keys = node.only(("right", "wrong", "pending"), "expected.yaml")
    right = _right(root, node.need("right", "expected.yaml"))
    listed = node.need("wrong", "expected.yaml").mapping("wrong")
    wrong = {_file(root, "wrong", checks, name): _checks(name, checks) for name, checks in listed.items()}
    elsewhere = {f"wrong/{name}": found for name, checks in listed.items() if (found := _conditions(name, checks))}
    pending = keys["pending"].mapping("pending") if "pending" in keys else {}
    for name, reason in pending.items():
        if f"wrong/{name}" in wrong:
            raise reason.fault(f"{name} stands under 'wrong' and under 'pending'", "keep one of them")
    reasons = {_file(root, "wrong", reason, name): reason.text("a reason") for name, reason in pending.items()}
    _refuse_unlisted(root, {*right, *wrong, *reasons})
    return Expected(right, wrong, reasons, elsewhere)


def expected_in(expected: Expected, variant: Variant, path: str) -> frozenset[str]:
    """The exact set of checks that a wrong program fails in a variant: the first condition that holds there says it.

    Raises UsageError for a condition that cannot be read, or that holds in the default variant.
    """
    knobs = variant.exercise.parameters
    for condition in expected.elsewhere.get(path, ()):
        where = f"{condition.file}:{condition.line}"
        try:
            read = parse_constraint(condition.text, condition.line, knobs)
        except ValueError as error:
            raise UsageError(f"the condition '{shown(condition.text)}': {error}", where=where, action=EXAMPLE) from None
        if holds(read, {knob.name: knob.default for knob in knobs}):
            fault = f"the condition '{shown(condition.text)}' holds in the default variant"
            raise UsageError(
                fault, where=where, action=f"put what fails there under '{OTHERWISE}', and name the others"
            )
        if holds(read, variant.parameters):
            return condition.checks
    return expected.wrong[path]


def _right(root: Path, node: Node) -> tuple[str, ...]:
    """The right programs, none of them twice."""
    found: dict[str, None] = {}
    for item in node.items("right"):
        path = _file(root, "right", item, item.text("a file"))
        if path in found:
            raise item.fault(f"{path} stands twice", "keep one of them")
        found[path] = None
    return tuple(found)


def _file(root: Path, group: str, node: Node, name: str) -> str:
    """The path of a listed program relative to the reference folder."""
    path = f"{group}/{name}"
    if not (root / path).is_file():
        raise node.fault(f"there is no program {path}", "add the file or remove this line")
    return path


def _conditions(name: str, node: Node) -> tuple[Condition, ...]:
    """The conditions of a program whose checks depend on the variant; none where they stand as a list."""
    if isinstance(node.value, tuple):
        return ()
    found = node.mapping(f"checks of {name}")
    return tuple(
        Condition(text, checks.file, checks.line, _checks(name, checks))
        for text, checks in found.items()
        if text != OTHERWISE
    )


def _checks(name: str, node: Node) -> frozenset[str]:
    """The ids of the checks that a wrong program fails, in the default variant: at least one."""
    if isinstance(node.value, Mapping):
        node = node.need(OTHERWISE, f"checks of {name}")
    checks = frozenset(item.text("the id of a check") for item in node.items(f"checks of {name}"))
    if not checks:
        raise node.fault(
            f"{name} fails no check", "name the checks it must fail, or move it to 'pending' with the reason"
        )
    return checks


def _refuse_unlisted(root: Path, listed: set[str]) -> None:
    """Every program that lies there is spoken of."""
    for group in ("right", "wrong"):
        for path in sorted((root / group).glob("*/*")):
            name = str(path.relative_to(root))
            if path.is_file() and name not in listed:
                raise UsageError(f"{name} is not listed", where=str(root / "expected.yaml"), action="add a line for it")
