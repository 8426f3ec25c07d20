"""In: the program named by PROGRAM; out: what a grader of the usual kind says: standard output, exit status, time limit.

It stands here to be compared with, and sees nothing of what happens between the processes.
"""

import os
import subprocess
from pathlib import Path

import pytest

TIMEOUT = 2.0  # seconds, as such graders have it


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program, compiled."""
    target = tmp_path / "program"
    subprocess.run(["cc", "-std=gnu11", "-O1", "-g", "-w", "-o", str(target), os.environ["PROGRAM"]], check=True)
    return target


def test_hello_is_printed(program: Path) -> None:
    """The program prints the line hello in time, and ends with status 0."""
    done = subprocess.run([str(program)], capture_output=True, timeout=TIMEOUT, check=False)

    assert done.stdout == b"hello\n"
    assert done.returncode == 0
