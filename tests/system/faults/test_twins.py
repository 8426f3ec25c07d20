"""Programs that do not look whether a call succeeded, and their twins that do: the fault shows the one and spares the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.evidence import Evidence
from grader.model import Fault, Plan, Stimulus, When
from tests.support.schedules import Workshop

FOLDER = Path(__file__).parents[2] / "programs" / "faults"


@dataclass(frozen=True)
class Case:
    """A fault, what both twins print without it, and whether they must succeed although it came.

    `saved` bytes must be in `shm /table` before the program may say so; `speaks`: a line of input comes when it waits for one.
    """

    name: str
    fault: Fault
    stdout: bytes = b""
    must_succeed: bool = False
    stdin: bytes = b""
    speaks: bool = False
    saved: int = 0

    def plan(self, *faults: Fault) -> Plan:
        """The run with these faults."""
        stimuli = (Stimulus(When("quiet"), "write", data=b"x\n"), Stimulus(When("quiet"), "close"))
        return Plan(self.name, stdin=self.stdin, stimuli=stimuli if self.speaks else (), faults=faults)

    def kept(self, run: Evidence) -> bool:
        """Whether the program kept its word: all is done, or it failed and said so; nothing is left, nobody else was hit."""
        saved = sum(event.result or 0 for event in run.writes(on="shm /table"))
        done = run.exit_status == 0 and run.stdout == self.stdout and saved == self.saved
        failed = run.exit_status == 1 and run.stdout == b"" != run.stderr and not self.must_succeed
        everyone = any(event.text("target") == "all" for event in run.calls("kill"))
        return run.outcome == "exited" and (done or failed) and not run.end.residue and not everyone


CASES = [
    Case("fork.c", Fault("EAGAIN"), b"stopping the child\n"),
    Case("fork.py", Fault("EAGAIN"), b"1\n"),
    Case("short_write.c", Fault("short write", process="P0"), must_succeed=True),
    Case("short_write.py", Fault("short write", process="P0"), must_succeed=True),
    Case(
        "short_read.c",
        Fault("short read", object="stdin", size=2),
        b"got hello\n\n",
        must_succeed=True,
        stdin=b"hello\n",
    ),
    Case(
        "short_read.py",
        Fault("short read", object="stdin", size=2),
        b"got hello\n\n",
        must_succeed=True,
        stdin=b"hello\n",
    ),
    Case("eintr.c", Fault("EINTR", object="pipe A", signal="SIGUSR1"), b"x\n", must_succeed=True, speaks=True),
    Case("eintr.py", Fault("EINTR", call="futex", signal="SIGUSR1"), b"my turn\n", must_succeed=True, speaks=True),
    Case("no_space.c", Fault("ENOSPC", call="write", times=9), b"saved\n", saved=8192),
    Case("no_space.py", Fault("ENOSPC", call="write", nth=2, times=9), b"saved\n", saved=8100),
    Case("broken_pipe.c", Fault("SIGKILL", process="P1", object="pipe A", nth=3)),
    Case("broken_pipe.py", Fault("SIGKILL", process="P1", object="pipe A", nth=3)),
]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def came(run: Evidence) -> bool:
    """Whether the fault was done."""
    return not any(event.kind == "missed" for event in run.events)


@BY_NAME
def test_a_program_that_does_not_look_is_shown_by_its_fault(workshop: Workshop, case: Case) -> None:
    """Without the fault nobody can tell it from its twin."""
    artifact = workshop.artifact(FOLDER / "wrong" / case.name)
    plain, struck = (workshop.lab.run(artifact, case.plan(*faults)) for faults in ((), (case.fault,)))

    assert case.kept(plain)
    assert came(struck)
    assert not case.kept(struck)


@BY_NAME
def test_a_program_that_looks_is_spared(workshop: Workshop, case: Case) -> None:
    """With the fault and without it keeps its word."""
    artifact = workshop.artifact(FOLDER / "right" / case.name)
    plain, struck = (workshop.lab.run(artifact, case.plan(*faults)) for faults in ((), (case.fault,)))

    assert case.kept(plain)
    assert came(struck)
    assert case.kept(struck)
