"""In: a path that a student names; out: `Submission`, or a `UsageError` that says what is wrong with which file.

A submission is hostile until shown otherwise: only regular files are opened, never through a symbolic link, and count,
size and names are bounded. The bytes are passed on as they are: whether they are a program is for compiler and
interpreter to say.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.exercise.own_peers import with_peers
from grader.model.exercise import Exercise, Submission

__all__ = ["EXTENSIONS", "one_file", "read_submission"]

EXTENSIONS = {"python": (".py",), "c": (".c", ".h")}  # the first is that of a main file
MAX_FILES = 64
MAX_BYTES = 1 << 20
MAX_TOTAL = 4 << 20
MAX_ENTRIES = 4096  # of a folder, source or not
MAX_NAME = 100
NOFOLLOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
TYPES = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_submission(path: str | os.PathLike[str], exercise: Exercise, language: str | None = None) -> Submission:
    """Read a file, or the source files of a folder (not of its sub-folders; names that begin with '.' are passed over).

    The language follows from the extension; `language` decides where a folder holds both. C: all .c and .h files.
    Python: the main file is the exercise's program name, else `main.py`, else the only .py file; modules lie beside it.
    Raises UsageError for everything that keeps the program from being read.
    """
    where = shown(os.fspath(path))
    if language is not None and language not in exercise.languages:
        action = f"choose {' or '.join(exercise.languages)}"
        raise UsageError(f"{exercise.id} cannot be solved in '{shown(language)}'", where="language", action=action)
    with _opened(os.fspath(path), None, where) as descriptor:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            return with_peers(_folder(os.fspath(path), descriptor, exercise, language), exercise)
        name = Path(path).name
        _check_name(name, where)
        chosen = language or _language_of(name, exercise, where)
        if chosen == "c" and not name.endswith(".c"):
            raise UsageError(
                "the file of a C program ends in .c", where=where, action="rename it, or name another file"
            )
        return with_peers(one_file(os.fspath(path), name, _read(descriptor, where), chosen), exercise)


def one_file(path: str, name: str, data: bytes, language: str) -> Submission:
    """A submission of a single file. Raises UsageError if the file is empty."""
    files = {name: data}
    _refuse_empty(files, (name,), shown(path), {name: shown(path)})
    return Submission(path, language, files, name if language == "python" else "", _digest(files))


def _folder(path: str, descriptor: int, exercise: Exercise, language: str | None) -> Submission:
    """A submission of all source files in one folder."""
    where = shown(path)
    names = _source_names(descriptor, where)
    present = [one for one in exercise.languages if any(name.endswith(EXTENSIONS[one][0]) for name in names)]
    if language is None and len(present) != 1:
        found = (
            "both Python and C files"
            if present
            else f"no {' or '.join(EXTENSIONS[one][0] for one in exercise.languages)} file"
        )
        action = "say which with --lang" if present else "name the file or folder with your program"
        raise UsageError(f"the folder holds {found}", where=where, action=action)
    chosen = language or present[0]
    if chosen not in present:
        raise UsageError(f"the folder holds no {EXTENSIONS[chosen][0]} file", where=where, action="name another folder")
    wanted = sorted(name for name in names if name.endswith(EXTENSIONS[chosen]))
    main = _main_of(wanted, exercise, where) if chosen == "python" else ""
    files = _read_all(descriptor, wanted, path)
    programs = (main,) if main else tuple(name for name in wanted if name.endswith(".c"))
    _refuse_empty(files, programs, where, {name: shown(str(Path(path, name))) for name in files})
    return Submission(path, chosen, files, main, _digest(files))


def _source_names(descriptor: int, where: str) -> list[str]:
    """The names of the regular source files. Anything else that is neither file nor folder is refused by its name."""
    names: list[str] = []
    with os.scandir(descriptor) as entries:
        for count, entry in enumerate(entries, start=1):
            if count > MAX_ENTRIES:
                raise UsageError(
                    f"more than {MAX_ENTRIES} entries", where=where, action="move your program to its own folder"
                )
            if entry.name.startswith(".") or entry.is_dir(follow_symlinks=False):
                continue
            _check_type(
                os.stat(entry.name, dir_fd=descriptor, follow_symlinks=False).st_mode, f"{where}/{shown(entry.name)}"
            )
            if entry.name.endswith((*EXTENSIONS["python"], *EXTENSIONS["c"])):
                _check_name(entry.name, where)
                names.append(entry.name)
    return names


def _read_all(descriptor: int, names: list[str], path: str) -> Mapping[str, bytes]:
    """The named files of an open folder, within the limits of count and total size."""
    if len(names) > MAX_FILES:
        raise UsageError(f"more than {MAX_FILES} source files", where=shown(path), action="hand in fewer files")
    files: dict[str, bytes] = {}
    for name in names:
        where = shown(str(Path(path, name)))
        with _opened(name, descriptor, where) as file:
            files[name] = _read(file, where)
        if sum(map(len, files.values())) > MAX_TOTAL:
            raise UsageError(f"the files together exceed {MAX_TOTAL} bytes", where=shown(path), action="hand in less")
    return files


def _main_of(names: list[str], exercise: Exercise, where: str) -> str:
    """The Python file to run."""
    stub = exercise.id.replace("-", "_") + ".py"
    for candidate in (stub, "main.py"):
        if candidate in names:
            return candidate
    if len(names) == 1:
        return names[0]
    raise UsageError(
        "several .py files and none is the main one", where=where, action=f"call the main file {stub} or main.py"
    )


def _language_of(name: str, exercise: Exercise, where: str) -> str:
    """The language that a file name stands for."""
    for language in exercise.languages:
        if name.endswith(EXTENSIONS[language][0]):
            return language
    expected = " or ".join(EXTENSIONS[one][0] for one in exercise.languages)
    raise UsageError(f"the file name does not end in {expected}", where=where, action="rename the file or give --lang")


@contextmanager
def _opened(path: str, folder: int | None, where: str) -> Iterator[int]:
    """An open descriptor of a regular file or folder; the type is looked at first, so that no device is ever opened."""
    try:
        _check_type(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode, where)
        descriptor = os.open(path, NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        raise UsageError(
            "there is no such file or folder", where=where, action="check the spelling of the path"
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"cannot be opened: {reason}", where=where, action="check the path and its permissions"
        ) from None
    try:
        _check_type(os.fstat(descriptor).st_mode, where)
        yield descriptor
    finally:
        os.close(descriptor)


def _check_type(mode: int, where: str) -> None:
    """Refuse what is neither a regular file nor a folder."""
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        kind = TYPES.get(stat.S_IFMT(mode), "no regular file")
        raise UsageError(
            f"is {kind}; only regular files are read", where=where, action="put the file itself here, or remove this"
        )


def _check_name(name: str, where: str) -> None:
    """Refuse names that a compiler takes for an option or that a terminal would obey."""
    if not name.isprintable() or len(name) > MAX_NAME or not (name[:1].isalnum() or name[:1] == "_"):
        action = f"use up to {MAX_NAME} printable characters, a letter, digit or '_' first"
        raise UsageError(f"the file name '{shown(name)}' cannot be used", where=where, action=action)


def _read(descriptor: int, where: str) -> bytes:
    """The whole content of a regular file, bounded whatever its size was said to be."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UsageError("is a folder that is named like a source file", where=where, action="rename it")
    parts = bytearray()
    while len(parts) <= MAX_BYTES:
        try:
            part = os.read(descriptor, MAX_BYTES + 1 - len(parts))
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=where, action="check the file") from None
        if not part:
            return bytes(parts)
        parts += part
    raise UsageError(f"larger than {MAX_BYTES} bytes", where=where, action="hand in the source of your program only")


def _refuse_empty(files: Mapping[str, bytes], programs: tuple[str, ...], where: str, paths: Mapping[str, str]) -> None:
    """Refuse a submission in which nothing has been written yet; an empty helper file is no fault."""
    if not any(files[name].strip() for name in programs):
        culprit = paths[programs[0]] if len(programs) == 1 else where
        raise UsageError("is empty", where=culprit, action="write your program into it; the stub shows where to start")


def _digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the files in the order of their names, each name and content preceded by its length (8 bytes)."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
