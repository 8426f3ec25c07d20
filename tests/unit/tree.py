"""Walks the checkout for the tests that judge the project's own files: paths in, parsed modules and texts out."""

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Specimens are programs to be judged, wrong ones among them: the rules for the project's own code are not for them.
SPECIMENS = (
    "reference/*",
    "benchmarks/liars/course/reference/*",
    "tests/programs/*",
    "tests/attacks/*/*",
    "tests/golden/*",
)


def project_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that belongs to the project, that is: not what .gitignore names, and not git's own."""
    ignored = _ignored_patterns(root)
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not _is_ignored(Path(folder, name), root, ignored))
        for name in sorted(files):
            if not _is_ignored(Path(folder, name), root, ignored):
                yield Path(folder, name)


def own_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the project's files without the specimens."""
    for path in project_files(root):
        if not any(fnmatch(path.relative_to(root).as_posix(), pattern) for pattern in SPECIMENS):
            yield path


def own_modules(root: Path = ROOT) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python module that the project answers for, parsed."""
    for path in own_files(root):
        if path.suffix == ".py":
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def text_of(path: Path) -> str:
    """Return a file's text; bytes that are not UTF-8 are no reason to stop a search."""
    return path.read_text(encoding="utf-8", errors="replace")


def where(path: Path, line: int | None = None, root: Path = ROOT) -> str:
    """Name a place the way editors open it, relative to the checkout."""
    place = path.relative_to(root).as_posix()
    return place if line is None else f"{place}:{line}"


def _ignored_patterns(root: Path) -> list[str]:
    gitignore = root / ".gitignore"
    lines = gitignore.read_text(encoding="utf-8").splitlines() if gitignore.exists() else []
    return [".git", *(line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#"))]


def _is_ignored(path: Path, root: Path, patterns: list[str]) -> bool:
    anchored = f"/{path.relative_to(root).as_posix()}"
    return any(fnmatch(anchored if pattern.startswith("/") else path.name, pattern) for pattern in patterns)
