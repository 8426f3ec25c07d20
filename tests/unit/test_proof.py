"""In: trials of a proof over seeds; out: that it goes on where it was, and that a miss or an accusation is told and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.proof import State, Trial, report
from tests.quality.library import library

FIRST = library()[0]


def test_a_proof_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    """What was written whole is there again; half a line is not."""
    state = State(tmp_path)
    whole = Trial(FIRST.name, "bug", 0, 7, "r1:3")
    state.add(whole)
    with state.path.open("a") as file:
        file.write('{"program": "half')

    again = State(tmp_path)

    assert again.path == state.path
    assert list(again.trials.values()) == [whole]


@pytest.mark.parametrize(
    ("bug", "twin", "status", "words"),
    [
        ("r1:3", "", 0, "| 1 of 1 | 7.0, 7 | 0 of 1 |"),
        ("", "", 1, "| 0 of 1 | – | 0 of 1 |"),
        ("r1:3", "w1:5.3", 1, "| 1 of 1 | 7.0, 7 | 1 of 1 (w1:5.3) |"),
    ],
)
def test_a_miss_or_an_accusation_is_told_and_makes_the_status_1(
    bug: str, twin: str, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table has a line for each program; the bounds come from what was tried."""
    state = State(tmp_path)
    state.add(Trial(FIRST.name, "bug", 0, 7, bug))
    state.add(Trial(FIRST.name, "twin", 0, 1, twin))

    assert report(state, [FIRST]) == status

    said = capsys.readouterr().out
    assert f"| {FIRST.name} {words}" in said
    assert f"Missed {int(not bug)} of 1 searches" in said
    assert f"Accused {int(bool(twin))} of 1 runs of twins" in said
