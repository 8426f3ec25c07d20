"""In: every program of tests/programs/trace, on a machine that is kept busy; out: the same events in every run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.noise import neighbours
from grader.model import Limits
from tests.system.trace.runner import PROGRAMS, Runner

ARGUMENTS = {"much_output": ("300000", "70000"), "exec_chain": ("a", "b", "c"), "interrupted": ("restart",)}
UNSTEADY = {"spin", "spin_alarm", "spin_shared"}
LIMITS = Limits(idle=2000, tasks=20)
RUNS = 3


@pytest.fixture(scope="module")
def busy(runner: Runner) -> Iterator[Runner]:
    """The laboratory, with burners and a reader of memory maps beside it."""
    with neighbours(runner.supervisor, spinners=2):
        yield runner


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.c") if path.stem not in UNSTEADY))
def test_a_program_has_one_digest_however_busy_the_machine_is(busy: Runner, name: str) -> None:
    """The digest covers every event: order, arguments, bytes, times."""
    found = {busy.run(name, *ARGUMENTS.get(name, ()), limits=LIMITS).end.digest for _ in range(RUNS)}
    assert len(found) == 1


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.py")))
def test_a_python_program_has_one_digest_too(busy: Runner, name: str) -> None:
    """Its threads hand the interpreter's lock over by timed waits, its workers start up with hundreds of calls."""
    found = {busy.python(name, limits=LIMITS).end.digest for _ in range(2)}
    assert len(found) == 1
