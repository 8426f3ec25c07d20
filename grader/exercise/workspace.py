"""In: a variant and a folder; out: a student's workspace: statement, stub, grader.toml, and what the last says."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import replace as altered
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.exercise.rendering import program_name, render
from grader.exercise.translation import statement_name, translated
from grader.frozen import dataclass
from grader.model.exercise import Variant

__all__ = ["Workspace", "load_workspace", "write_workspace"]

SETTINGS = "grader.toml"
MAX_SETTINGS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Workspace:
    """What `grader.toml` holds: exercise, its version, the language, the seed (empty: every default).

    `student` is the id of the student whose variant it is; empty where it is nobody's.
    """

    exercise: str
    version: int
    language: str
    seed: str
    student: str = ""


def write_workspace(
    variant: Variant, folder: str | Path, language: str, *, student: str = "", replace: bool = False
) -> tuple[str, ...]:
    """Write statement.md, the stub and grader.toml into a folder, which is made where it is missing.

    The statement is in the language that is spoken; the comments of the stub are English.

    Returns the names of the files. A file that is already there with other content is never touched unless `replace`;
    in that case nothing is written at all. Raises UsageError: such a file, a folder that cannot be written.
    """
    stub = program_name(variant.exercise, language)
    texts = {
        "statement.md": render(_told(variant), statement_name(variant.exercise), language),
        stub: render(variant, f"stub{Path(stub).suffix}.j2", language),
        SETTINGS: _settings(variant, language, student),
    }
    root = Path(folder).absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not replace:
            for name, text in texts.items():
                _refuse_other(root / name, text)
        for name, text in texts.items():
            _write(root / name, text)
    except OSError as error:
        where = shown(str(error.filename or root))
        raise UsageError(f"cannot be written: {error.strerror}", where=where, action="choose another folder") from None
    return tuple(texts)


def _told(variant: Variant) -> Variant:
    """The variant with the exercise's texts in the language that is spoken."""
    return altered(variant, exercise=translated(variant.exercise))


def _settings(variant: Variant, language: str, student: str) -> str:
    """The text of grader.toml. A JSON string of printable characters is a TOML basic string."""
    lines = [
        "# Written by grader. It tells `grader check` which exercise and which variant this folder holds.",
        f"exercise = {json.dumps(variant.exercise.id)}",
        f"version = {variant.exercise.version}",
        f"language = {json.dumps(language)}",
        f"seed = {json.dumps(variant.seed, ensure_ascii=False)}",
    ]
    if student:
        lines.append(f"student = {json.dumps(student, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _refuse_other(path: Path, text: str) -> None:
    """Refuse to lose what stands in an existing file."""
    if not os.path.lexists(path):
        return
    if not path.is_symlink() and path.is_file() and path.read_bytes() == text.encode():
        return
    raise UsageError(
        "is already there", where=shown(str(path)), action="choose another folder, or say that it may be replaced"
    )


def _write(path: Path, text: str) -> None:
    """Write one file whole: a new file takes the place of an old one in one step, and no link is followed."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with draft.open("xb") as file:
        file.write(text.encode())
    draft.replace(path)


def load_workspace(folder: str | Path) -> Workspace | None:
    """What the `grader.toml` of a folder says; None where there is none. Raises UsageError if it is damaged."""
    path = Path(folder, SETTINGS)
    where = shown(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SETTINGS)
        table = tomllib.loads(data.decode())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=where, action="check its permissions") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        action = "correct it, or make the workspace anew"
        raise UsageError(f"not valid TOML: {error}", where=where, action=action) from None
    exercise, version = table.get("exercise"), table.get("version", 1)
    language, seed, student = table.get("language"), table.get("seed", ""), table.get("student", "")
    texts = (exercise, language, seed, student)
    if all(isinstance(text, str) for text in texts) and isinstance(version, int):
        return Workspace(str(exercise), version, str(language), str(seed), str(student))
    action = 'write: exercise = "…", version = 1, language = "…", seed = ""'
    raise UsageError("a key is missing or of the wrong type", where=where, action=action)
