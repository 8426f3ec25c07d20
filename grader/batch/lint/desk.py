"""In: a course and the id of an exercise; out: `Desk`: all that its author has written, read once, with lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.batch.lint.fault import Fault, called, line_of, of_error
from grader.checks.source import Written, written_in
from grader.errors import GraderError, UsageError
from grader.exercise import Course, Expected, load_document, load_exercise, load_expected
from grader.frozen import dataclass
from grader.model import Exercise

__all__ = ["Desk", "sit_down"]

NOTHING = Expected((), {}, {})


@dataclass(frozen=True, slots=True)
class Desk:
    """One exercise as its author sees it from the folder `here`. What could not be read is empty, and stands in `faults`."""

    course: Course
    here: Path
    exercise: Exercise
    reference: Path
    checks: tuple[Written, ...]
    expected: Expected
    lines: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def listed(self) -> bool:
        """Whether expected.yaml could be read."""
        return self.expected is not NOTHING

    @property
    def folder(self) -> Path:
        """The folder of the exercise."""
        return Path(self.exercise.folder)

    def fault(self, error: GraderError) -> Fault:
        """An error of another stage as a fault; the plugin names the test file without its folder."""
        return _of_error(error, self.exercise.folder, self.here)

    def at(self, path: Path, text: str = "", line: int = 0) -> str:
        """Name a place: a line, or the first line that holds a text, or the first of all; of a folder, and a link, none."""
        number = line or (line_of(path, text) if path.is_file() else 0)
        place = called(path, self.here)
        return f"{place}:{number}" if number else place

    def expects(self, path: str) -> str:
        """The place of a program in expected.yaml, or of that file."""
        return self.at(self.reference / "expected.yaml", line=self.lines.get(path, 1))


def sit_down(course: Course, name: str, here: Path | None = None) -> Desk | tuple[Fault, ...]:
    """Read everything; the faults alone where not even exercise.yaml can be read. `here`: by default the course's folder."""
    here = here or Path(course.folder)
    try:
        exercise = load_exercise(Path(course.folder, "exercises", name))
    except GraderError as error:
        return (of_error(error, here),)
    reference = Path(course.folder, "reference", name)
    faults: list[Fault] = []
    checks: tuple[Written, ...] = ()
    expected, lines = NOTHING, dict[str, int]()
    try:
        checks = written_in(exercise.folder)
    except GraderError as error:
        faults.append(_of_error(error, exercise.folder, here))
    try:
        if not (reference / "expected.yaml").is_file():
            action = "list the programs of right/ and wrong/ with the checks they fail; docs/authors.md shows how"
            raise UsageError("there is no expected.yaml", where=str(reference), action=action)
        lines = _lines(reference)
        expected = load_expected(reference)
    except GraderError as error:
        faults.append(of_error(error, here))
    return Desk(course, here, exercise, reference, checks, expected, lines, tuple(faults))


def _of_error(error: GraderError, folder: str, here: Path) -> Fault:
    """The fault with its folder before the name of the test file: the plugin names that file alone."""
    fault = of_error(error, here)
    inside = "/" not in fault.where and fault.where.startswith("test_")
    return replace(fault, where=called(Path(folder, fault.where), here)) if inside else fault


def _lines(reference: Path) -> dict[str, int]:
    """For each program of expected.yaml, by its path in the reference folder, the line on which it stands."""
    root = load_document(reference / "expected.yaml").mapping("expected.yaml")
    found: dict[str, int] = {}
    if "right" in root:
        found |= {f"right/{item.text('a file')}": item.line for item in root["right"].items("right")}
    for group in ("wrong", "pending"):
        if group in root:
            found |= {f"wrong/{name}": node.line for name, node in root[group].mapping(group).items()}
            found[group] = line_of(reference / "expected.yaml", f"{group}:")
    return found
