"""In: a person's command; out: grading, tracing, lists, and an exit status. `main` is the entry point."""

from grader.cli.main import main

__all__ = ["main"]
