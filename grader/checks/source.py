"""In: the test file of an exercise; out: the checks that it declares, each with its line, read without running it."""

from __future__ import annotations

import ast
from pathlib import Path

from grader.checks.declaration import Declared, declare, duplicates_in, in_order
from grader.errors import UsageError
from grader.frozen import dataclass
from grader.model import CheckSpec

__all__ = ["Written", "checks_file", "written_in"]


@dataclass(frozen=True, slots=True)
class Written:
    """One check as it stands in the file: `line` is that of its function, `schedules` those in which it holds."""

    spec: CheckSpec
    line: int
    schedules: str = "fair"


def checks_file(folder: str) -> Path:
    """The one test file of an exercise. Raises UsageError."""
    found = sorted(Path(folder).glob("test_*.py"))
    if len(found) != 1:
        raise UsageError(
            f"the exercise has {len(found)} test files", where=folder, action="an exercise has one, called test_<id>.py"
        )
    return found[0]


def written_in(folder: str) -> tuple[Written, ...]:
    """The checks of the exercise in a folder, in the order of the file.

    Raises UsageError with file and line: what is no Python, a function without marker or title, duplicates, circles.
    """
    path = checks_file(folder)
    try:
        module = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None) or 1
        raise UsageError(f"not valid Python: {fault}", where=f"{path}:{line}", action="correct this line") from None
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    declared = [(_declared(node, path), node.lineno) for node in functions]
    if not declared:
        raise UsageError("there is no check", where=f"{path}:1", action="write a test function with the marker check")
    duplicates_in(path)
    in_order([check for check, _ in declared], str(path))
    return tuple(Written(check.spec, line, check.schedules) for check, line in declared)


def _declared(function: ast.FunctionDef, path: Path) -> Declared:
    """The marker of one function, without its plans."""
    where = f"{path}:{function.lineno}"
    marks = [
        mark
        for mark in function.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.check")
    ]
    if len(marks) != 1:
        fault = f"{function.name} has {len(marks) or 'no'} marker of a check"
        raise UsageError(fault, where=where, action="write one @pytest.mark.check(points=...)")
    try:
        args = tuple(ast.literal_eval(part) for part in marks[0].args)
        # Which plans a check looks at is known only when the file is run: there the name may be a constant's.
        kwargs = {part.arg or "**": ast.literal_eval(part.value) for part in marks[0].keywords if part.arg != "plans"}
    except ValueError:
        fault = f"the marker of {function.name} holds more than plain values"
        raise UsageError(fault, where=where, action="write its points, level and needs out") from None
    return declare(where, function.name, ast.get_docstring(function), args, kwargs)
