"""In: `python -m grader.cli`; out: the same as the command `grader`."""

from grader.cli.main import run

run()
