"""In: `python -m grader`; out: the same as the command `grader`."""

from grader.cli import run

run()
