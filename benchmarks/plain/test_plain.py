"""In: the program named by PROGRAM; out: what a grader of the usual kind says: standard output, exit status, time limit.

It stands here to be measured against, and sees nothing of what happens between the processes.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TIMEOUT = 2.0  # seconds; short for such graders: a busy machine must not fail a right program
LARGE = bytes(32 + place % 95 for place in range(70_001))
INPUTS = {"text": b"Ahoy, Zoe\n", "empty": b"", "values": bytes(range(256)), "large": LARGE, "pieces": b"A\nb\nc"}


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """How to start the program; C is compiled first."""
    source = Path(os.environ["PROGRAM"])
    if source.suffix == ".py":
        return [sys.executable, str(source)]
    program = tmp_path_factory.mktemp("build") / "program"
    subprocess.run(["cc", "-std=gnu11", "-O1", "-g", "-o", str(program), str(source), "-pthread"], check=True)
    return [str(program)]


@pytest.mark.parametrize("name", INPUTS)
def test_output_and_status_are_right(command: list[str], name: str) -> None:
    """The bytes come out in capital letters, and the status is 0."""
    done = subprocess.run(command, input=INPUTS[name], capture_output=True, timeout=TIMEOUT, check=False)

    assert (done.stdout, done.returncode) == (INPUTS[name].upper(), 0)
