"""expected.yaml speaks of every program of a reference folder, and of no other."""

from pathlib import Path

import pytest

from grader.exercise import load_expected
from tests.unit.exercise.authored import refusal

WHOLE = "right: [c/a.c]\nwrong:\n  c/b.c: [one-check, two-check]\npending:\n  c/d.c: needs faults\n"


def reference(tmp_path: Path, text: str) -> Path:
    """A reference folder with one right and two wrong programs."""
    for name in ("right/c/a.c", "wrong/c/b.c", "wrong/c/d.c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "expected.yaml").write_text(text)
    return tmp_path


def test_a_whole_file_gives_programs_and_their_checks(tmp_path: Path) -> None:
    """Names are relative to the reference folder."""
    expected = load_expected(reference(tmp_path, WHOLE))

    assert expected.right == ("right/c/a.c",)
    assert dict(expected.wrong) == {"wrong/c/b.c": {"one-check", "two-check"}}
    assert dict(expected.pending) == {"wrong/c/d.c": "needs faults"}


@pytest.mark.parametrize(
    ("line", "instead", "fault"),
    [
        ("c/a.c", "c/x.c", "expected.yaml:1: there is no program right/c/x.c"),
        ("c/b.c:", "c/x.c:", "expected.yaml:3: there is no program wrong/c/x.c"),
        ("[one-check, two-check]", "[]", "expected.yaml:3: c/b.c fails no check"),
        ("  c/d.c: needs faults", "  {}", "wrong/c/d.c is not listed"),
        ("[c/a.c]", "[c/a.c, c/a.c]", "expected.yaml:1: right/c/a.c stands twice"),
        ("  c/d.c: needs", "  c/b.c: needs", "expected.yaml:5: c/b.c stands under 'wrong' and under 'pending'"),
        ("pending:", "waiting:", "expected.yaml:5: unknown key 'waiting'"),
    ],
)
def test_a_gap_is_told(tmp_path: Path, line: str, instead: str, fault: str) -> None:
    """A program that is not listed is never run, so it is refused like one that does not exist."""
    folder = reference(tmp_path, WHOLE.replace(line, instead))

    assert fault in refusal(lambda: load_expected(folder))
