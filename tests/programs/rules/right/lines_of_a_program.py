"""Reads the lines of several programs that live at the same time, then of os.popen."""

import os
import subprocess

programs = [subprocess.Popen(["echo", str(n)], stdout=subprocess.PIPE, text=True) for n in range(12)]
print([line for program in programs for line in program.stdout])
for program in programs:
    program.wait()
for _ in range(10):
    with os.popen("echo again") as out:
        out.read()
