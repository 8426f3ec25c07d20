"""What becomes of a program that is handed in, from the command line to its exit status, with real processes in the box."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.system.cli.commands import DEADLINE, command, environment, left_running, running, write_course

SOUND = "int main(void) { return 0; }\n"
SPINS = "int main(void) { for (volatile unsigned n = 0;; n++) { } }\n"
FLOODS = r"""
#include <string.h>
#include <unistd.h>
static char block[1 << 16];
int main(void) {
    memset(block, 'x', sizeof block);
    for (int n = 0; n < 1 << 14; n++) if (write(1, block, sizeof block) < 0) return 1;
    return 0;
}
"""
FORKS = "#include <unistd.h>\nint main(void) { for (;;) fork(); }\n"
KILLS_PARENT = """
#include <signal.h>
#include <unistd.h>
#include <sys/wait.h>
int main(void) {
    if (fork() == 0) { kill(getppid(), SIGKILL); _exit(0); }
    for (;;) pause();
}
"""
CRASHES = "#include <stdlib.h>\nint main(void) { abort(); }\n"
STATUS = "int main(void) { return 3; }\n"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may enter, which pytest's own are not, with a course in it."""
    with TemporaryDirectory(prefix="grader-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_course(folder)
        yield folder


@pytest.mark.parametrize(
    ("name", "program", "status", "words"),
    [
        ("sound.c", SOUND, 0, "passed: 3 of 3 points"),
        ("sound.py", "print('hello')\n", 0, "passed: 3 of 3 points"),
        ("status.c", STATUS, 1, "its exit status is 3, event"),
        ("crashes.c", CRASHES, 1, "it ended as signalled SIGABRT, event"),
        ("crashes.py", "1 / 0\n", 1, "its exit status is 1, event"),
        ("spins.c", SPINS, 1, "it ended as limit cpu, event"),
        ("floods.c", FLOODS, 1, "it ended as limit output, event"),
        ("forks.c", FORKS, 1, "it ended as limit tasks, event"),
        ("kills.c", KILLS_PARENT, 1, "it ended as signalled SIGKILL, event"),
        ("wrong.c", "int main(void) { return 0 }\n", 1, "error: expected"),
        ("latin.py", b"print('\xe9')\n", 1, "its exit status is 1, event"),
        ("latin.c", b"/* \xe9 */ int main(void) { return 0; }\n", 0, "passed: 3 of 3 points"),
        ("nul.py", b"1 / 0\0\n", 1, "its exit status is 1, event"),
        ("empty.c", "", 2, "empty.c: is empty; "),
        ("empty.py", "\n", 2, "empty.py: is empty; "),
    ],
)
def test_each_kind_of_program_has_its_own_outcome(
    place: Path, name: str, program: str | bytes, status: int, words: str
) -> None:
    """Right, wrong, mad or malicious: one clear outcome, the exit status that goes with it, and nothing left running."""
    place.joinpath(name).write_bytes(program if isinstance(program, bytes) else program.encode())

    ended = command(place, "check", name, "--exercise", "ends", "--course", "course")

    assert (ended.status, words in " ".join((ended.out + ended.err).split())) == (status, True), ended
    assert "Traceback" not in ended.out + ended.err
    assert left_running(place) == []


def test_a_missing_file_is_wrong_usage(place: Path) -> None:
    """One line on standard error."""
    ended = command(place, "check", "missing.c", "--exercise", "ends", "--course", "course")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("grader: missing.c: there is no such file or folder; ")


def test_a_box_that_is_too_weak_is_not_graded(place: Path) -> None:
    """The weakest box is forced and the strongest is required: no verdict, exit status 3."""
    place.joinpath("sound.c").write_text(SOUND)

    arguments = ("--rung", "C", "--require-rung", "A", "--json", "-")
    ended = command(place, "check", "sound.c", "--exercise", "ends", "--course", "course", *arguments)

    result = json.loads(ended.out)
    assert (ended.status, result["verdict"], result["rung"]) == (3, "not graded", "C")


def test_an_interrupt_in_the_middle_of_a_run_leaves_a_report_and_no_process(place: Path) -> None:
    """Ctrl-C while the program spins: what is undecided is named, the exit status is 3, everything started is gone."""
    place.joinpath("spins.c").write_text(SPINS)
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", "check", "spins.c", "--exercise", "ends", "--course", "course"],
        cwd=place, env=environment(place) | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=other,
    )  # fmt: skip
    os.close(other)

    seen = b""
    while b"the program ends by itself" not in seen:  # the progress line: the check has begun
        seen += os.read(terminal, 4096)
    started = running(place)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=DEADLINE)
    os.close(terminal)

    assert len(started) > 1
    assert process.returncode == 3
    assert "! the program ends by itself" in out.decode()
    assert "! its exit status is 0" in out.decode()
    assert "reason interrupted" in out.decode()
    assert left_running(place) == []


def test_the_same_program_has_the_same_digest_each_time(place: Path) -> None:
    """`grader trace` of a pipeline: schedule and evidence are the same in every run."""
    arguments = ("trace", "--json", "-", "--", "sh", "-c", "echo a b | wc -w")

    first, second = (json.loads(command(place, *arguments).out) for _ in range(2))

    assert first["digest"] == second["digest"]
    assert [process["name"] for process in first["processes"]] == ["P0", "P1", "P2"]
    assert (first["outcome"], first["exit_status"], first["findings"]) == ("exited", 0, [])


@pytest.mark.parametrize(
    ("name", "program", "status", "words"),
    [
        ("prog.c", SOUND, 0, "no rule found a fault"),
        ("prog.py", "import os\nr, w = os.pipe()\nif os.fork() == 0:\n    os.read(r, 1)\nelse:\n    os.wait()\n", 1,
         "✗ deadlock (must)"),
        ("wrong.c", "int main(void) { return 0 }\n", 2, "does not build"),
    ],
)  # fmt: skip
def test_any_program_can_be_traced(place: Path, name: str, program: str, status: int, words: str) -> None:
    """A C file is compiled first, a Python file is run by this interpreter; findings end with 1."""
    place.joinpath(name).write_text(program)

    ended = command(place, "trace", "--", name)

    assert (ended.status, words in ended.out + ended.err) == (status, True), ended
    assert left_running(place) == []


def test_an_executable_of_this_folder_can_be_traced(place: Path) -> None:
    """A script with its interpreter's line, by its path; its arguments are its own."""
    script = place / "hello"
    script.write_text("#!/bin/sh\necho hello $1\n")
    script.chmod(0o755)

    ended = command(place, "trace", "--", "./hello", "world")

    assert ended.status == 0, ended
    assert 'on stdout = 12 "hello world\\n"' in ended.out


def test_help_is_there_at_once() -> None:
    """150 ms of processor time, the start of Python included; wall time would be the machine's."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'grader.cli', '--help'], stdout=subprocess.DEVNULL, check=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).resolve().parents[3])}

    runs = [subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True) for _ in range(3)]

    assert min(float(done.stdout) for done in runs) < 0.150
