"""In: a pytest session in which something was graded; out: the report on standard output, in place of pytest's own."""

from __future__ import annotations

import sys

import pytest

from grader.report.pieces import report_pieces
from grader.report.terminal import shown
from grader.report.visible import visible

__all__: list[str] = []


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the report, or the one line that says why there is none; with -v it follows what pytest prints."""
    if config.getoption("--submission", None) is None:
        return
    from grader.checks.session import GRADING

    grading = config.stash.get(GRADING, None)
    if grading is None:
        return
    if grading.fault is not None:
        sys.stderr.write(f"grader: {visible(str(grading.fault))}\n")
    elif grading.report is not None:
        see = "grader check --json FILE"
        sys.stdout.write(shown(report_pieces(grading.report, see), sys.stdout, see))
        sys.stdout.flush()
