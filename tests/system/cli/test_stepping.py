"""`grader replay` in the hands of a person: on a real terminal (pty(7)), by a script, and into a pipe."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.cli.commands import command, environment, left_running
from tests.system.trace.runner import PROGRAMS

RULES = PROGRAMS.parent / "rules"
KEEPS = str(RULES / "wrong" / "reader_keeps_write_end.c")
FAULTS = PROGRAMS.parent / "faults"


def on_terminal(folder: Path, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """Exit status, and what was on the terminal after each of the lines that a person typed, each at its prompt."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", "replay", *options, "--", KEEPS],
        cwd=folder, env=environment(folder) | {"TERM": "dumb"}, stdin=its, stdout=its, stderr=its, close_fds=True,
    )  # fmt: skip
    os.close(its)
    shown = []
    for line in lines:
        shown.append(_until_prompt(ours))
        os.write(ours, f"{line}\n".encode())
    shown.append(_until_prompt(ours))
    os.close(ours)
    return process.wait(), shown


def _until_prompt(terminal: int) -> str:
    """What comes up to the next prompt, or to the end, which Linux tells by EIO."""
    sent = b""
    while not re.search(rb"\(\d+ of \d+\) $", sent):
        try:
            sent += os.read(terminal, 65536)
        except OSError:
            break
    return sent.decode().replace("\r\n", "\n")


def test_a_person_steps_forward_and_back_and_halts_at_the_finding(tmp_path: Path) -> None:
    """Each answer says who moved, what that changed, and where every process stands in its source."""
    tmp_path.chmod(0o755)
    status, (first, write, back, finding, end) = on_terminal(tmp_path, "/write(4)", "back", "finding", "quit")

    assert (status, end) == (1, "quit\n")
    assert re.search(r"^\d+ events; found at event \d+, event \d+; h for help$", first, re.MULTILINE)
    assert re.search(
        r'^  #\d+ P0 write\(4\) on pipe A = 6 "hello\\n"  at reader_keeps_write_end.c:17$', write, re.MULTILINE
    )
    assert "pipe A holds 6 bytes of 65536" in write
    assert "fd 3, the read end of pipe A, is closed" in back
    assert re.search(r"^  \| P1  before read\(3\) on pipe A  at \S+:12: while \(read", back, re.MULTILINE)
    assert re.search(
        r"^  \| P0  asleep in wait4 for a child since #\d+  at \S+:19: wait\(NULL\);$", finding, re.MULTILINE
    )
    assert "✗ unused-pipe-end (must), P1" in finding
    assert left_running(tmp_path) == []


def test_the_end_of_input_ends_the_session(tmp_path: Path) -> None:
    """Ctrl-D on a line of its own, as in a shell; --whole asks for no session at all."""
    tmp_path.chmod(0o755)
    status, (first, end) = on_terminal(tmp_path, "\x04")
    assert (status, "P0" in first, "#" in end) == (1, False, False)

    status, (whole,) = on_terminal(tmp_path, options=("--whole",))
    assert (status, "here is what was found" in whole) == (1, True)


def test_a_script_steps_through_a_run(tmp_path: Path) -> None:
    """From a file or from standard input, with the answers in a pipe; the same every time."""
    tmp_path.chmod(0o755)
    (tmp_path / "words").write_text("continue\ninfo\nb 2\nq\n")
    ended = [command(tmp_path, "replay", "--commands", "words", "--", KEEPS) for _ in range(2)]

    assert ended[0] == ended[1]
    assert (ended[0].status, ended[0].err) == (1, "")
    assert [line.partition(") ")[2] for line in ended[0].out.splitlines() if re.match(r"\(\d+ of", line)] == [
        "continue", "info", "b 2", "q",
    ]  # fmt: skip
    assert "    fd 4  the write end of pipe A" in ended[0].out

    both = command(tmp_path, "replay", "--commands", "-", "--stdin", "-", "--", KEEPS)
    assert (both.status, both.out) == (2, "")
    assert "both want standard input" in both.err


def test_a_run_with_a_fault_replays_with_that_fault(tmp_path: Path) -> None:
    """The fault that a report names, and the events that it cites."""
    tmp_path.chmod(0o755)
    program = str(FAULTS / "wrong" / "short_write.c")
    command(tmp_path, "trace", "--faults", "30", "--json", "t.json", "--", program)
    finding = json.loads((tmp_path / "t.json").read_text())["findings"][0]
    told = command(tmp_path, "replay", "--fault", finding["fault"], "--", program)

    assert told.status == 1
    assert f"here is what was found (event {max(finding['events'])})" in told.out
    assert "(fault)" in told.out


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("x1:0.1.zz:000000", r"after event \d+: before decision 0 \(P0 .*, P1 .*\) the run went another way"),
        ("x1:99.1", r"the run has ended after \d+ decisions; a switch was to come at decision 333"),
    ],
)
def test_a_schedule_of_another_program_says_where_they_part(tmp_path: Path, token: str, words: str) -> None:
    """The event, and what each process would have done there; or that the run was over."""
    tmp_path.chmod(0o755)
    ended = command(tmp_path, "replay", "--schedule", token, "--", KEEPS)

    assert (ended.status, ended.out) == (3, "")
    assert re.search(words, ended.err)
