"""In: a search with a second supervisor on the other processor; out: the runs of one, sooner, and nothing left of either."""

from __future__ import annotations

import os
import select
from itertools import islice
from pathlib import Path

import pytest

from grader.errors import TracerLost
from grader.explore import Lab, Search, spawn
from grader.model import Artifact, Plan
from tests.support.schedules import Workshop
from tests.support.watched import LIMIT

TWIN = Path(__file__).parents[2] / "programs" / "quality" / "twins" / "lost_wakeup.c"
MOST = 24


@pytest.fixture
def program(workshop: Workshop) -> Artifact:
    """A program with decisions to make."""
    return workshop.artifact(TWIN)


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is but one: both supervisors then share it."""
    monkeypatch.setattr(spawn.os, "sched_getaffinity", lambda _: {0, 1})


def _second(lab: Lab) -> int:
    """The process id of the supervisor that the first has forked: the child with the same command line."""
    first = Path("/proc", str(lab._process.pid))  # noqa: SLF001 - only a test looks for it
    line = (first / "cmdline").read_bytes()
    children = (first / "task" / first.name / "children").read_text().split()
    (found,) = (child for child in children if Path("/proc", child, "cmdline").read_bytes() == line)
    return int(found)


def _opened(lab: Lab) -> None:
    """Wait until the second supervisor has opened its box."""
    lab.widen()
    assert lab._second is not None  # noqa: SLF001 - a test of what others need not know
    select.select([lab._second._answers], [], [], LIMIT / 1000)  # noqa: SLF001


def _runs(lab: Lab, program: Artifact, shares: set[str] | None = None) -> list[tuple[str, str, str]]:
    """Token, digest and replaying token of each run of a search; `shares` takes in who has made one."""
    found = []
    for tried in Search(lab, program, Plan("twice")).mixed(MOST):
        found.append((tried.token, tried.evidence.end.digest, tried.notes.replay))
        if shares is not None:
            shares.update(name for name in ("_first", "_second") if (side := getattr(lab, name)) and side.begun)
    return found


@pytest.mark.usefixtures("two_processors")
def test_two_supervisors_make_the_runs_of_one(program: Artifact, tmp_path: Path) -> None:
    """Each has its share of a search, and a run does not tell who made it."""
    shares: set[str] = set()
    with Lab.open(tmp_path / "one") as one, Lab.open(tmp_path / "two") as two:
        _opened(two)
        assert _runs(two, program, shares) == _runs(one, program)
    assert shares == {"_first", "_second"}


@pytest.mark.usefixtures("two_processors")
def test_the_second_supervisor_ends_with_the_first(program: Artifact, tmp_path: Path) -> None:
    """In good order when the laboratory is closed, and when the first one is killed."""
    for kills in (False, True):
        with Lab.open(tmp_path / str(kills)) as lab:
            assert lab.rung
            second = _second(lab)
            handle = os.pidfd_open(second)
            _opened(lab)
            lab.run(program, Plan("once"))
            if kills:
                lab._process.kill()  # noqa: SLF001 - what a machine short of memory would do
        assert select.select([handle], [], [], LIMIT / 1000)[0]
        os.close(handle)


@pytest.mark.usefixtures("two_processors")
def test_a_second_supervisor_that_is_lost_is_said_to_be(program: Artifact, tmp_path: Path) -> None:
    """Before its box is open nothing hangs on it; afterwards the search cannot be trusted to be whole."""
    with Lab.open(tmp_path / "early") as lab:
        assert lab.rung
        os.kill(_second(lab), 9)
        assert len(_runs(lab, program)) == MOST
    with Lab.open(tmp_path / "late") as lab:
        assert lab.rung
        second = _second(lab)
        _opened(lab)
        runs = Search(lab, program, Plan("lost")).mixed(MOST)
        assert len(list(islice(runs, MOST // 2))) == MOST // 2
        os.kill(second, 9)
        with pytest.raises(TracerLost, match="ended unexpectedly"):
            list(runs)


def test_on_one_processor_there_is_no_second_supervisor(program: Artifact, tmp_path: Path) -> None:
    """It would take from the first what it gives."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        with Lab.open(tmp_path) as lab:
            lab.widen()
            assert lab._second is None  # noqa: SLF001
            assert len(_runs(lab, program)) == MOST
            assert _runs(lab, program)[0][0] == "fair"
    finally:
        os.sched_setaffinity(0, allowed)
