"""In: a laboratory; out: a machine that is busy and looks into the laboratory's processes, for as long as a test wants."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BURN = "while True: pass"
_LOOK = """
import os, sys

def below(pid):
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    yield child
                    yield from below(child)
    except OSError:
        pass

while True:
    for pid in list(below(sys.argv[1])):
        try:
            with open(f"/proc/{pid}/smaps") as smaps:
                smaps.read()
        except OSError:
            pass
"""


@contextmanager
def disturbed(supervisor: int, burners: int) -> Iterator[None]:
    """Burn processors, and read the memory maps of all that runs below `supervisor`, whose locks a fork then waits for."""
    programs = [[sys.executable, "-c", _BURN]] * burners + [[sys.executable, "-c", _LOOK, str(supervisor)]]
    started = [subprocess.Popen(program) for program in programs]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
