"""Reads which stages a module of grader imports: a source tree in, broken rules out as lines of text."""

import ast
from collections.abc import Iterator
from pathlib import Path

STAGES = (
    "late",
    "frozen",
    "errors",
    "texts",
    "model",
    "kernel",
    "exercise",
    "box",
    "build",
    "trace",
    "evidence",
    "analysis",
    "explore",
    "checks",
    "report",
    "batch",
    "cli",
)
ENTRANCES = ("__init__", "__main__")  # the public face re-exports from any stage; `python -m grader` starts the cli
FACE_WITHOUT_STAGES = {"__version__"}  # what a stage may take from the public face without importing all of it
EXERCISE_MAY_IMPORT = {"grader", "pytest", "__future__"}
LOADERS = {"import_module", "__import__"}


def layer_faults(root: Path) -> list[str]:
    """Return a line for every import under root/grader that does not point to the left, and every unknown stage."""
    faults = []
    for path in sorted((root / "grader").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[1] in ENTRANCES:
            continue
        if parts[1] not in STAGES:
            faults.append(f"{path.relative_to(root)}: grader.{parts[1]} is no stage")
            continue
        for line, name in imported_names(path, parts[:-1]):
            if fault := _fault_of_stage(parts[1], name):
                faults.append(f"{path.relative_to(root)}:{line}: {fault}")
    return faults


def exercise_faults(root: Path) -> list[str]:
    """Return a line for every import in an exercise's tests that is neither the public face of grader nor pytest."""
    return [
        f"{path.relative_to(root)}:{line}: imports {'.'.join(name)}"
        for path in sorted(root.glob("exercises/*/test_*.py"))
        for line, name in imported_names(path, ())
        if not _is_allowed_in_exercise(name)
    ]


def imported_names(path: Path, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line and dotted name of each import anywhere in a module that lies in the given package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            yield from ((node.lineno, (*base, alias.name)) for alias in node.names)
        elif isinstance(node, ast.Call) and (name := _loaded_by_call(node)):
            yield node.lineno, tuple(name.split("."))


def _loaded_by_call(node: ast.Call) -> str | None:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    first = node.args[0] if node.args else None
    if called in LOADERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None


def _fault_of_stage(stage: str, name: tuple[str, ...]) -> str | None:
    if name[0] != "grader" or (len(name) > 1 and name[1] in FACE_WITHOUT_STAGES):
        return None
    target = name[1] if len(name) > 1 else None
    if target not in STAGES:
        return f"{stage} imports the public face of grader, and through it every stage"
    if STAGES.index(target) > STAGES.index(stage):
        return f"{stage} imports {target}, which is to its right"
    return None


def _is_allowed_in_exercise(name: tuple[str, ...]) -> bool:
    in_a_stage = name[0] == "grader" and len(name) > 1 and name[1] in STAGES
    return name[0] in EXERCISE_MAY_IMPORT and not in_a_stage
