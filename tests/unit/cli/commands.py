"""In: a command line and a fake laboratory; out: how the command ended and what it printed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.cli import main
from tests.unit.checks.fakes import FakeLab

__all__ = ["BREAKS", "FAULTY", "HOLDS", "Ended", "command"]

HOLDS = """
@pytest.mark.check(points=3)
def test_it_exits(run):
    "the program exits"
    require(run.exit_status == 0, **PROOF)
"""
BREAKS = """
@pytest.mark.check(points=2)
def test_it_writes(run):
    "the program writes"
    require(run.stdout, **PROOF)
"""
FAULTY = """
@pytest.mark.check(points=1)
def test_it_asserts(run):
    "the program asserts"
    assert run.stdout
"""


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str


def command(capsys: pytest.CaptureFixture[str], *arguments: str, lab: FakeLab | None = None) -> Ended:
    """Run the command line."""
    status = main(arguments, opener=(lab or FakeLab()).open)
    printed = capsys.readouterr()
    return Ended(status, printed.out, printed.err)
