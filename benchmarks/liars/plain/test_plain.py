"""In: the program named by PROGRAM; out: what a grader of the usual kind says: standard output, exit status, time limit.

It stands here to be compared with, and sees nothing of what happens between the processes.
"""

import os
import subprocess

TIMEOUT = 2.0  # seconds, as such graders have it


def test_hello_is_printed() -> None:
    """The program prints the line hello in time, and ends with status 0."""
    done = subprocess.run([os.environ["PROGRAM"]], capture_output=True, timeout=TIMEOUT, check=False)

    assert done.stdout == b"hello\n"
    assert done.returncode == 0
