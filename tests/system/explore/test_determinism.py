"""In: tokens of programs that wait, signal and share, on a machine that is kept busy; out: one digest a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.noise import neighbours
from tests.support.schedules import Workshop

TESTS = Path(__file__).parents[2]
PROGRAMS = [
    TESTS / "programs" / "schedules" / "masked_poll.c",
    TESTS / "programs" / "schedules" / "threads_signals.c",
    TESTS / "programs" / "schedules" / "vfork_signals.c",
    TESTS / "programs" / "quality" / "twins" / "lost_update.c",
    TESTS / "programs" / "quality" / "twins" / "check_then_act.py",
]
TIMES = 20


@pytest.fixture(scope="module")
def busy(workshop: Workshop) -> Iterator[Workshop]:
    """The laboratory, with two burners and a reader of memory maps beside it."""
    with neighbours(workshop.supervisor, spinners=2):
        yield workshop


@pytest.mark.parametrize("source", PROGRAMS, ids=[path.name for path in PROGRAMS])
def test_a_token_has_one_digest_however_busy_the_machine_is(busy: Workshop, source: Path) -> None:
    """Order, arguments, bytes, times and signals: the same, by seed and by switches."""
    search = busy.search(source)
    (found,) = search.each(["r1:5"])
    times = TIMES if source.suffix == ".c" else TIMES // 4
    runs = search.each(["r1:5", found.notes.replay] * (times // 2))
    assert {tried.evidence.end.digest for tried in runs} == {found.evidence.end.digest}
    assert found.notes.decisions > 3


def test_a_reader_woken_by_an_end_and_by_its_signal_at_once_reads_the_end(workshop: Workshop) -> None:
    """The kernel lets a stream socket's reader see either first when its child ends; one of them is on record, always the same."""
    runs = workshop.search(TESTS / "programs" / "trace" / "socket_pair.c").each(["r1:1"] * 4 * TIMES)
    assert len({tried.evidence.end.digest for tried in runs}) == 1
