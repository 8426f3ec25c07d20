"""In: a student's program and a command line; out: how the real command, as a process of its own, ended and what it left."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ended", "command", "environment", "left_running", "running", "write_course"]

ROOT = Path(__file__).resolve().parents[3]
DEADLINE = 60.0
"""Seconds until a command that does not end is a failure of the test, never of a program."""

EXERCISE = "title: Ends\nversion: 1\nconcepts: [exit]\ndifficulty: 1\nlanguages: [python, c]\n"
TESTS = '''\
import pytest
from grader import Plan, fail, require

def plans(parameters):
    return {"only": Plan("only", stdin=b"some input")}

@pytest.mark.check(points=2)
def test_it_ends(run):
    """the program ends by itself"""
    require(run.outcome == "exited", seen=f"it ended as {run.outcome} {run.end.signal}{run.end.limit}, event {run.last.n}",
            why="a program is to end by itself", next="look at what it does last", events=[run.last])

@pytest.mark.check(points=1, needs=("it_ends",))
def test_it_ends_well(run):
    """its exit status is 0"""
    require(run.exit_status == 0, seen=f"its exit status is {run.exit_status}, event {run.last.n}",
            why="0 says that all went well", next="return 0 from main", events=[run.last])
'''


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str


def write_course(folder: Path) -> Path:
    """A course whose one exercise asks only that a program ends, and ends well."""
    exercise = folder / "course" / "exercises" / "ends"
    exercise.mkdir(parents=True)
    exercise.joinpath("exercise.yaml").write_text(EXERCISE)
    exercise.joinpath("test_ends.py").write_text(TESTS)
    return folder / "course"


def environment(folder: Path) -> dict[str, str]:
    """An environment in which everything temporary lies below `folder`, by which it is found again."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    scratch.chmod(0o755)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}


def command(folder: Path, *arguments: str) -> Ended:
    """Run the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "grader.cli", *arguments],
        cwd=folder, env=environment(folder), capture_output=True, timeout=DEADLINE, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def running(folder: Path) -> list[int]:
    """Processes of a grading, this one aside: those whose command line or environment names its folder."""
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if pid != os.getpid() and str(folder / "scratch") in _words_of(Path(f"/proc/{pid}"))]


def left_running(folder: Path) -> list[str]:
    """Processes of the grading that still run when they are given time to die.

    A killed process is gone for good only when the kernel has taken it apart, so each is waited for by its descriptor.
    """
    stayed = []
    for pid in running(folder):
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        if not select.select([process], [], [], DEADLINE)[0]:
            stayed.append(_words_of(Path(f"/proc/{pid}")))
        os.close(process)
    return stayed


def _words_of(entry: Path) -> str:
    """Command line and environment of a process; empty when it is gone or another's."""
    texts = []
    for name in ("cmdline", "environ"):
        try:
            texts.append(entry.joinpath(name).read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return " ".join(texts)
