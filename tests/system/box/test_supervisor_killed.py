"""In: a supervisor that is killed at any moment; out: nothing of its boxes survives it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SUPERVISOR = """
import sys
from pathlib import Path
from grader.box import Box, ptrace
from tests.support.boxes import python
with Box.open(sys.argv[1]) as box:
    print("open", flush=True)
    while True:
        tree = box.start(python("signal.pause()\\n", Path(sys.argv[2])))
        ptrace.resume(tree.root)
        print(tree.root, tree.init or 0, flush=True)
        if sys.argv[3] == "hold":
            sys.stdin.read()
        tree.destroy()
"""
_PATIENCE = 30.0


def _supervisor(rung: str, folder: Path, mode: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR, rung, str(folder), mode],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@pytest.mark.parametrize("rung", ["", "C"])
def test_a_running_program_dies_with_its_supervisor(rung: str, tmp_path: Path) -> None:
    """SIGKILL of the supervisor, without any chance to clean up, ends the program and its process 1."""
    with _supervisor(rung, tmp_path, "hold") as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"open\n"
        watched = [os.pidfd_open(int(word)) for word in supervisor.stdout.readline().split() if word != b"0"]
        supervisor.kill()
        supervisor.wait()

    assert _all_end(watched)


@pytest.mark.parametrize("rung", ["", "C"])
def test_a_supervisor_killed_while_it_starts_boxes_leaves_nothing(rung: str, tmp_path: Path) -> None:
    """Killed at fifteen moments spread over starts and ends; whatever has this folder in its command line is gone."""
    for moment in range(15):
        folder = tmp_path / str(moment)
        with _supervisor(rung, folder, "loop") as supervisor:
            assert supervisor.stdout is not None
            assert supervisor.stdout.readline() == b"open\n"
            for _ in range(moment % 4):
                supervisor.stdout.readline()
            # Work of growing length spreads the moments of the kill over a start and an end.
            sum(range(moment * 40_000))
            supervisor.send_signal(signal.SIGKILL)
            supervisor.wait()

        assert _all_end(_with_word(str(folder).encode()))


def _with_word(word: bytes) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if word in (process / "cmdline").read_bytes() and int(process.name) != os.getpid():
                found.append(os.pidfd_open(int(process.name)))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _all_end(watched: list[int]) -> bool:
    """Whether all these processes end; the kernel needs a moment, and the patience is only the last net."""
    left = list(watched)
    while left:
        ended = select.select(left, [], [], _PATIENCE)[0]
        if not ended:
            return False
        left = [fd for fd in left if fd not in ended]
    for fd in watched:
        os.close(fd)
    return True
