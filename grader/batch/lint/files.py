"""In: what lies in the two folders of an exercise; out: the files that are missing, and those that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.batch.job import language_of
from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault, called
from grader.exercise import EXTENSIONS, LANGUAGES, Course, program_name, templates_used
from grader.texts import TONGUES

__all__ = ["course_faults", "file_faults"]


def course_faults(course: Course, here: Path) -> Iterator[Fault]:
    """What lies beside the exercises of a course, and belongs to none of them."""
    for folder, what, action in (
        (
            Path(course.folder, "exercises"),
            "there is no exercise.yaml here, so it is no exercise",
            "write one, or remove it",
        ),
        (Path(course.reference), "this belongs to no exercise", "name it after an exercise, or remove it"),
    ):
        for path in sorted(folder.iterdir()):
            if path.name not in course.ids and path.name != "__pycache__" and not path.name.startswith("."):
                yield Fault(called(path, here), what, action)


def file_faults(desk: Desk) -> Iterator[Fault]:
    """Every language has its stub, its solution and programs that prove the checks; nothing else lies there."""
    yield from _languages(desk)
    yield from _missing(desk)
    yield from _foreign(desk)
    yield from _unlisted(desk)


def _languages(desk: Desk) -> Iterator[Fault]:
    where = desk.at(desk.folder / "exercise.yaml", "languages:")
    for language in LANGUAGES:
        if language not in desk.exercise.languages:
            yield Fault(
                where, f"the exercise cannot be solved in {language}", "a contract holds for both languages: add it"
            )
    for name in desk.exercise.prerequisites:
        if name not in desk.course.ids:
            place = desk.at(desk.folder / "exercise.yaml", "prerequisites:")
            yield Fault(place, f"the prerequisite '{name}' is no exercise of this course", "name one that is, or none")


def _missing(desk: Desk) -> Iterator[Fault]:
    if not (desk.folder / "statement.md.j2").is_file():
        yield Fault(
            desk.at(desk.folder), "there is no statement.md.j2", "write the statement; `grader new-exercise` shows one"
        )
    for language in desk.exercise.languages:
        stub = f"stub{EXTENSIONS[language][0]}.j2"
        if not (desk.folder / stub).is_file():
            yield Fault(desk.at(desk.folder), f"there is no {stub}", f"write what a student of {language} starts with")
        solution = f"solution{EXTENSIONS[language][0]}"
        if not any((desk.reference / name).is_file() for name in (solution, f"{solution}.j2")):
            yield Fault(
                desk.at(desk.reference), f"there is no {solution}.j2", f"write the model solution in {language}"
            )
        if not desk.listed:
            continue
        for group, listed in (("right", desk.expected.right), ("wrong", tuple(desk.expected.wrong))):
            if not any(path.startswith(f"{group}/{language}/") for path in listed):
                action = f"add {group}/{language}/NAME{EXTENSIONS[language][0]}.j2: without it no check is proved there"
                yield Fault(desk.expects(""), f"there is no {group} program in {language}", action)


def _foreign(desk: Desk) -> Iterator[Fault]:
    """Listed programs that no student of this exercise could hand in."""
    for path in (*desk.expected.right, *desk.expected.wrong, *desk.expected.pending):
        if language_of(path) not in desk.exercise.languages:
            action = f"name it after one of: {', '.join(desk.exercise.languages)}"
            yield Fault(desk.expects(path), f"{path} is in no language of this exercise", action)


def _unlisted(desk: Desk) -> Iterator[Fault]:
    """Files that no rule names and no template uses."""
    own, programs = _own_files(desk), _programs(desk)
    used = _used([*(desk.folder / name for name in own), *programs], desk.folder)
    used |= set(desk.folder.glob("locale/*/LC_MESSAGES/exercise.[mp]o"))
    for path in _files_in(desk.folder):
        if path.name not in own and path not in used:
            action = "remove it, or use it from the statement, a stub or a program"
            yield Fault(desk.at(path), "nothing uses this file", action)
    if not desk.listed:
        return
    listed = {*programs, desk.reference / "expected.yaml"}
    for path in _files_in(desk.reference):
        if path not in listed and path not in _used(programs, desk.reference):
            yield Fault(desk.at(path), "expected.yaml does not speak of this file", "list it there, or remove it")


def _own_files(desk: Desk) -> set[str]:
    stubs = {f"stub{EXTENSIONS[language][0]}.j2" for language in desk.exercise.languages}
    test = Path(program_name(desk.exercise, desk.exercise.languages[0])).stem
    statements = {"statement.md.j2", *(f"statement.{tongue}.md.j2" for tongue in TONGUES[1:])}
    return {"exercise.yaml", f"test_{test}.py", *statements, *stubs}


def _programs(desk: Desk) -> list[Path]:
    """The model solutions and all listed programs."""
    names = {f"solution{EXTENSIONS[language][0]}{end}" for language in desk.exercise.languages for end in ("", ".j2")}
    listed = (*desk.expected.right, *desk.expected.wrong, *desk.expected.pending)
    return [path for path in (desk.reference / name for name in (*sorted(names), *listed)) if path.is_file()]


def _used(roots: Iterable[Path], folder: Path) -> set[Path]:
    """The files of `folder` that templates use, also by way of others; a template looks beside itself as well."""
    found: set[Path] = set()
    left = [path for path in roots if path.name.endswith(".j2") and path.is_file()]
    while left:
        path = left.pop()
        for name in templates_used(path.read_text(encoding="utf-8", errors="replace")):
            for target in {path.parent / name, folder / name}:
                if target.is_file() and target not in found:
                    found.add(target)
                    left.append(target)
    return found


def _files_in(folder: Path) -> Iterator[Path]:
    """All files and links at any depth; what Python or a version control system leaves there is no one's work."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if (
            (path.is_file() or path.is_symlink())
            and "__pycache__" not in parts
            and not any(part.startswith(".") for part in parts)
        ):
            yield path
