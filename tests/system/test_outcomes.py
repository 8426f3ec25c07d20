"""Whatever is handed in has an outcome of its own: exact exit status, approved words, and nothing left behind."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.box import Box
from grader.build import build_c
from grader.errors import CannotDecide
from grader.model import Submission
from tests.support.golden import assert_golden
from tests.system.outcomes import COURSE, grader, laid_out, put, run, tidy

CHECKED = {
    "right.c": 0,
    "right.py": 0,
    "kills_everyone.c": 0,
    "kills_who_started_it.c": 0,
    "latin_1.c": 0,
    "leaves_objects.c": 0,
    "leaves_processes.c": 0,
    "asks_for_ever.c": 1,
    "asks_for_its_number.c": 1,
    "closes_everything.c": 1,
    "crashes.c": 1,
    "does_nothing.c": 1,
    "does_nothing.py": 1,
    "forks_for_ever.c": 1,
    "forks_in_line.c": 1,
    "kills_parent.c": 1,
    "latin_1.py": 1,
    "prints_without_end.c": 1,
    "prints_without_end.py": 1,
    "raises.py": 1,
    "sleeps_for_ever.c": 1,
    "sleeps_for_ever.py": 1,
    "spins.c": 1,
    "spins.py": 1,
    "waits_for_itself.c": 1,
    "waits_for_nothing.c": 1,
}

TRACED = {
    "right.c": (0, "exited"),
    "right.py": (0, "exited"),
    "crashes.c": (0, "signalled"),
    "waits_for_itself.c": (1, "deadlock"),
    "leaves_objects.c": (1, "exited"),
    "forks_for_ever.c": (3, "limit"),
    "prints_without_end.c": (3, "limit"),
}


@pytest.mark.parametrize("name", CHECKED)
def test_every_program_has_an_outcome_of_its_own(name: str, tmp_path: Path) -> None:
    """Status 0 or 1, the approved words, and no process or file that outlives the command."""
    ended = grader(tmp_path, "check", put(name, tmp_path), "--exercise", "one-line")

    assert ended.err == ""
    assert ended.status == CHECKED[name]
    assert_golden(f"outcomes/{name}.txt", laid_out(ended.out))
    assert tidy(ended, tmp_path)


@pytest.mark.parametrize("name", TRACED)
def test_every_traced_program_has_an_outcome_of_its_own(name: str, tmp_path: Path) -> None:
    """`grader trace` ends with 0 (nothing found), 1 (findings) or 3 (undecided), and leaves nothing."""
    ended = grader(tmp_path, "trace", "--json", "trace.json", "--", f"./{put(name, tmp_path)}")
    report = json.loads((tmp_path / "trace.json").read_text())

    assert (ended.status, report["outcome"]) == TRACED[name]
    assert (ended.status == 1) == bool(report["findings"])
    assert tidy(ended, tmp_path)


def test_objects_of_a_program_are_nowhere_on_the_machine(tmp_path: Path) -> None:
    """What a program leaves in its box goes with the box: shared memory, semaphores, queues, System V, files."""
    grader(tmp_path, "check", put("leaves_objects.c", tmp_path), "--exercise", "one-line")
    places = [Path("/tmp", "outcome-left"), Path("/tmp", "outcome-left-file")]
    places += [
        Path("/dev/shm", "outcome-left"),
        Path("/dev/shm", "sem.outcome-left"),
        Path("/dev/mqueue", "outcome-left"),
    ]
    keys = {
        line.split()[0]
        for kind in ("shm", "sem", "msg")
        for line in Path("/proc/sysvipc", kind).read_text().splitlines()
    }

    assert [place for place in places if place.exists()] == []
    assert str(0x6C656674) not in keys


@pytest.mark.parametrize("name", ["does_not_compile.c", "latin_1_name.c"])
def test_a_program_that_does_not_compile_fails_in_the_words_of_the_compiler(name: str, tmp_path: Path) -> None:
    """Status 1: it is the student's fault, and what the compiler says names the student's file and line."""
    ended = grader(tmp_path, "check", put(name, tmp_path), "--exercise", "one-line")

    assert ended.status == 1
    assert f"✗ the submission does not build\n    {name}: " in ended.out
    assert "error:" in ended.out
    assert ended.out.endswith("failed: 0 of 2 points\n  reason does not build\n")
    assert tidy(ended, tmp_path)


def test_a_machine_without_a_compiler_decides_nothing(tmp_path: Path) -> None:
    """That gcc is missing is no fault of the student's: CannotDecide, exit status 3, and what to install."""
    submission = Submission("right.c", "c", {"right.c": b"int main(void) { return 0; }"}, "", "")
    with Box.open() as box, pytest.raises(CannotDecide) as caught:
        build_c(submission, tmp_path, tmp_path / "program", box, compiler=("no-such-compiler",))

    assert caught.value.status == 3
    assert str(caught.value) == (
        "no-such-compiler: this machine has no C compiler; install gcc (run `make setup`), then check again"
    )


def missing(folder: Path) -> str:
    """A path at which there is nothing."""
    del folder
    return "missing.c"


def unreadable(folder: Path) -> str:
    """A file of somebody else's."""
    path = folder / put("right.c", folder)
    path.chmod(0)
    return path.name


def a_link(folder: Path) -> str:
    """A symbolic link."""
    (folder / "link.c").symlink_to(put("right.c", folder))
    return "link.c"


def without_a_program(folder: Path) -> str:
    """A folder with a note in it."""
    (folder / "work").mkdir()
    (folder / "work" / "notes.txt").write_text("tomorrow\n")
    return "work"


def two_languages(folder: Path) -> str:
    """A folder with a program in each language."""
    (folder / "work").mkdir()
    put("right.c", folder / "work")
    put("right.py", folder / "work")
    return "work"


def two_programs(folder: Path) -> str:
    """A folder with two Python programs, neither of them the main one."""
    (folder / "work").mkdir()
    put("right.py", folder / "work")
    put("raises.py", folder / "work")
    return "work"


def empty(folder: Path) -> str:
    """A file that holds a newline."""
    (folder / "empty.c").write_text("\n")
    return "empty.c"


def no_language(folder: Path) -> str:
    """A file whose name says nothing of its language."""
    (folder / "program").write_text("print('done')\n")
    return "program"


UNUSABLE = (missing, unreadable, a_link, without_a_program, two_languages, two_programs, empty, no_language)


@pytest.mark.parametrize("make", UNUSABLE)
def test_what_is_no_submission_is_wrong_usage(make: object, tmp_path: Path) -> None:
    """Status 2 and one line that names the file, the fault and the next action; nothing is run."""
    assert callable(make)
    command = [sys.executable, "-P", "-m", "grader.cli", "check", make(tmp_path), "--exercise", "one-line"]
    ended = run(command, tmp_path, prepare=obey_permissions)

    assert ended.status == 2
    assert ended.out == ""
    assert_golden(f"outcomes/{make.__name__}.txt", ended.err)
    assert tidy(ended, tmp_path)


def obey_permissions() -> None:
    """In the child: give up root's right to read what it may not (capabilities(7): DAC_OVERRIDE, DAC_READ_SEARCH)."""
    if os.geteuid() == 0:
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.parametrize(("name", "status"), [("right.c", 0), ("crashes.c", 1), ("missing.c", 2)])
def test_pytest_gives_the_same_verdict_as_the_command(name: str, status: int, tmp_path: Path) -> None:
    """`pytest exercises/ID --submission PATH` ends with the same status and prints the same checks."""
    if name != "missing.c":
        put(name, tmp_path)
    folder = COURSE / "exercises" / "one-line"
    line = [
        sys.executable,
        "-m",
        "pytest",
        f"--rootdir={tmp_path}",
        "-pno:cacheprovider",
        str(folder),
        "--submission",
        name,
    ]
    by_pytest = run(line, tmp_path)
    by_command = grader(tmp_path, "check", name, "--exercise", "one-line")

    assert (by_pytest.status, by_command.status) == (status, status)
    assert verdicts(by_pytest.out) == verdicts(by_command.out)
    assert len(verdicts(by_command.out)) == (0 if status == 2 else 3)
    assert tidy(by_pytest, tmp_path)


SHADOWS = (
    "json",
    "ctypes",
    "struct",
    "fcntl",
    "socket",
    "tempfile",
    "cmd",
    "code",
    "grader",
    "pytest",
    "yaml",
    "sitecustomize",
)


@pytest.mark.parametrize("words", [("check", "right.py", "--exercise", "one-line"), ("trace", "--", "./right.py")])
def test_no_module_beside_a_submission_is_ever_loaded(words: tuple[str, ...], tmp_path: Path) -> None:
    """A student's json.py is a part of the program, in its box, and never of the grader, even if graded where it lies."""
    for name in SHADOWS:
        (tmp_path / f"{name}.py").write_text("open('loaded', 'w').close()\nraise SystemExit(0)\n")
    put("right.py", tmp_path)
    ended = grader(tmp_path, *words)

    assert ended.status == 0
    assert not (tmp_path / "loaded").exists()
    assert tidy(ended, tmp_path)


def verdicts(text: str) -> list[str]:
    """The line of each check, and the verdict."""
    return [line for line in text.splitlines() if line.startswith(("✓", "✗", "-", "passed:", "failed:"))]


@pytest.mark.parametrize("words", [("check", "right.py", "--exercise", "one-line"), ("trace", "./right.py")])
def test_a_box_that_is_too_weak_decides_nothing(words: tuple[str, ...], public: Path, tmp_path: Path) -> None:
    """Status 3 where the person requires a stronger box than there is: no verdict is made in a weaker one."""
    put("right.py", tmp_path)
    (tmp_path / "temporary").symlink_to(public)
    ended = grader(tmp_path, words[0], "--rung", "C", "--require-rung", "A", *words[1:])

    assert ended.status == 3
    assert "rung C, and A is required" in ended.out + ended.err
    assert tidy(ended, tmp_path)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everyone may enter, as rung C's temporary files of root need it."""
    with TemporaryDirectory(prefix="grader-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)
