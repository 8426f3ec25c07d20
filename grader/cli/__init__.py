"""In: a person's command; out: grading, tracing, lists, and an exit status. `run` is the entry point."""

from grader.cli.main import main, run

__all__ = ["main", "run"]
