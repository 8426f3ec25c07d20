"""`grader lint` and `grader matrix --run` grade the programs for real, side by side, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from grader.batch import Crew, Job
from tests.support.golden import assert_golden
from tests.support.watched import children
from tests.system.outcomes import grader, tidy
from tests.unit.batch.courses import Planted, planted


@pytest.fixture
def spoilt(tmp_path: Path) -> Planted:
    """A course whose programs are not what expected.yaml says."""
    course = planted(tmp_path / "course")
    course.change(course.reference / "solution.c.j2", "    return waitpid(child, NULL, 0) != child;", "    return 0;")
    course.change(course.reference / "right/python/streams.py.j2", "source.read()", "source.read() * 2")
    course.change(course.reference / "wrong/c/no_wait.c.j2", "    return 0;\n}", "    return wait(NULL) < 0;\n}")
    course.change(
        course.reference / "wrong/c/no_wait.c.j2", "#include <stdio.h>", "#include <stdio.h>\n#include <sys/wait.h>"
    )
    course.change(course.reference / "wrong/python/no_wait.py.j2", "source.read()", "source.read().upper()")
    course.change(
        course.reference / "wrong/python/adds_a_mark.py.j2", '+ "!\\n"', '+ {"hello": "!\\n"}.get("{{ word }}", "")'
    )
    course.change(course.reference / "wrong/c/adds_a_mark.c.j2", "    puts(", "    pots(")
    course.change(course.exercise / "stub.c.j2", "return EXIT_SUCCESS", "return *(volatile int *)0")
    course.change(course.exercise / "stub.py.j2", "    pass\n", "    pipe()\n")
    return course


def lint(course: Planted, folder: Path, *words: str) -> tuple[int, str]:
    """Run the command in a process of its own; its status and what it said, with nothing left of it."""
    folder.mkdir(exist_ok=True)
    ended = grader(folder, *words, "--course", str(course.root))
    assert tidy(ended, folder)
    return ended.status, ended.out


def test_the_skeleton_passes_when_its_programs_are_run(tmp_path: Path) -> None:
    """Two variants of twelve programs: stubs fail, right ones pass, wrong ones fail exactly as expected."""
    status, out = lint(planted(tmp_path / "course"), tmp_path / "here", "lint")

    assert (status, out) == (0, "✓ one-word: 3 checks, 24 gradings, no fault\n")


def test_programs_that_are_judged_otherwise_are_told(spoilt: Planted, tmp_path: Path) -> None:
    """Each fault names its line, what was seen, and the command that shows it; the exercise is named at the end."""
    status, out = lint(spoilt, tmp_path / "here", "lint", "one-word")

    assert status == 1
    assert_golden("author/lint.txt", out.replace(str(spoilt.root), "COURSE"))


def test_the_matrix_can_be_made_by_grading(spoilt: Planted, tmp_path: Path) -> None:
    """What was expected is noted beside what happened, and the status says that they differ."""
    status, out = lint(spoilt, tmp_path / "here", "matrix", "one-word", "--run")

    assert status == 1
    assert_golden("author/matrix-graded.txt", out)


def test_an_interrupted_lint_leaves_nothing_running(tmp_path: Path) -> None:
    """Ctrl-C in the middle: status 3, one line, and every worker with its box is gone."""
    course = planted(tmp_path / "course")
    (tmp_path / "here").mkdir()

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        while len(workers(process)) < len(os.sched_getaffinity(0)):
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)

    ended = grader(tmp_path / "here", "lint", "--course", str(course.root), act=interrupt)

    assert (ended.status, ended.err) == (3, "grader: interrupted\n")
    assert tidy(ended, tmp_path / "here")


def workers(process: subprocess.Popen[bytes]) -> list[str]:
    """The children of a command, whichever thread started them."""
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return [word for task in tasks for word in (task / "children").read_text().split()]


def test_a_worker_that_dies_costs_one_grading(tmp_path: Path) -> None:
    """The program it was at is in doubt; the next one is graded by a new worker."""
    course = planted(tmp_path)
    job = Job(str(course.root), "one-word", "solution", "solution.c.j2", "c")

    before = children()

    with Crew.open(size=1) as crew:
        first = crew.submit(job)
        (worker,) = set(children()).difference(before)
        os.kill(worker, signal.SIGKILL)
        second = crew.submit(job)

        assert first.result().report is None
        assert "ended unexpectedly" in first.result().doubt
        assert second.result().doubt == ""
    assert children() == before


def test_a_plan_that_does_not_exist_is_the_authors_fault(tmp_path: Path) -> None:
    """What only a run can show of the exercise itself is told once, not as a doubt for each of its programs."""
    course = planted(tmp_path / "course")
    course.change(course.exercise / "test_one_word.py", "points=4)", 'points=4, plans=("large",))')

    status, out = lint(course, tmp_path / "here", "lint")

    assert status == 1
    told, summary = out.splitlines()
    assert told.startswith(
        f"{course.exercise}/test_one_word.py:32: word-crosses-a-pipe asks for the plan 'large', which"
    )
    assert summary == "✗ one-word: 1 fault"


def test_a_program_that_cannot_be_read_is_told_by_its_job(tmp_path: Path) -> None:
    """The worker says why, and goes on with the next."""
    course = planted(tmp_path)

    with Crew.open(size=1) as crew:
        missing = crew.submit(Job(str(course.root), "one-word", "wrong", "wrong/c/missing.c", "c"))
        stub = crew.submit(Job(str(course.root), "one-word", "stub", "", "python"))

        assert (missing.result().usage, "cannot be read" in missing.result().fault) == (True, True)
        assert stub.result().failed == {"prints-the-word", "word-crosses-a-pipe"}
        assert [run.outcome for run in stub.result().runs] == ["exited"]
