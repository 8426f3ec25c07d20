"""The command on a real terminal (pty(7)): as wide as that, in colour, and leaving no trace of its progress."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.system.cli.commands import environment, left_running, write_course

WRONG = "int main(void) { return 3; }\n"
ESCAPE = re.compile(r"\x1b\[[0-9;]*[mK]")


def on_terminal(folder: Path, columns: int, *arguments: str, **variables: str) -> str:
    """Everything that the command sent to a terminal of this width."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    surroundings = environment(folder) | {"TERM": "xterm-256color"} | variables
    process = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", *arguments],
        cwd=folder, env=surroundings, stdin=its, stdout=its, stderr=its, close_fds=True,
    )  # fmt: skip
    os.close(its)
    sent = b""
    while block := _next(ours):
        sent += block
    os.close(ours)
    process.wait()
    assert left_running(folder) == []
    return sent.decode().replace("\r\n", "\n")


def _next(terminal: int) -> bytes:
    """What comes next; nothing when the last process has closed the other side, which Linux tells by EIO."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def graded(folder: Path, columns: int, **variables: str) -> str:
    """A wrong program is graded on a terminal."""
    course = write_course(folder)
    (folder / "ends.c").write_text(WRONG)
    return on_terminal(folder, columns, "check", "ends.c", "--exercise", "ends", "--course", str(course), **variables)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_the_report_is_as_wide_as_the_terminal(columns: int, tmp_path: Path) -> None:
    """Points in the last column, prose folded before it, and the command that repeats it in one piece."""
    sent = graded(tmp_path, columns)
    report = ESCAPE.sub("", sent.rpartition("\r")[2]).splitlines()

    assert "\x1b[1;31m✗ its exit status is 0\x1b[0m" in sent
    (title,) = [line for line in report if line.startswith("✗")]
    (again,) = [line for line in report if line.startswith("  again")]
    assert (len(title), title[-3:]) == (columns, "0/1")
    assert max(len(line) for line in report if line != again) <= columns
    assert again.endswith("--only it-ends-well")


def test_progress_is_wiped_away(tmp_path: Path) -> None:
    """Each line of it is cleared before the next and before the report, and none is so long that the terminal breaks it."""
    *progress, _report = graded(tmp_path, 40).split("\r\x1b[2K")

    assert any("…" in line for line in progress)
    assert all(len(ESCAPE.sub("", line)) < 40 and "\n" not in line for line in progress)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_a_terminal_that_wants_no_colours_gets_none(variables: dict[str, str], tmp_path: Path) -> None:
    """The report has no escape sequence in it; a dumb terminal sees no progress either."""
    sent = graded(tmp_path, 80, **variables)

    assert "\x1b" not in sent.rpartition("\x1b[2K")[2]
    assert ("\x1b" in sent) is ("TERM" not in variables)
    assert "✗ its exit status is 0" in sent
