"""expected.yaml speaks of every program of a reference folder, and of no other."""

from pathlib import Path

import pytest

from grader.exercise import draw, expected_in, load_expected
from grader.model import Exercise, Parameter
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


SIZE = Parameter("size", 1, "", choices=(1, 2, 3))
SMALL = Exercise("small-one", "", 1, (), 1, ("c",), "/nowhere", parameters=(SIZE,))
DEPENDING = """\
right: [c/a.c]
wrong:
  c/b.c:
    otherwise: [one-check]
    size == 2: [two-check]
    size > 1: [one-check, two-check]
  c/d.c: [two-check]
"""


def test_what_a_wrong_program_fails_may_depend_on_the_variant(tmp_path: Path) -> None:
    """The first condition that holds says it; what stands under no condition holds everywhere."""
    expected = load_expected(reference(tmp_path, DEPENDING))

    found = {size: expected_in(expected, draw(SMALL, f"set:size={size}"), "wrong/c/b.c") for size in (1, 2, 3)}

    assert expected.wrong["wrong/c/b.c"] == {"one-check"}
    assert found == {1: {"one-check"}, 2: {"two-check"}, 3: {"one-check", "two-check"}}
    assert expected_in(expected, draw(SMALL, "set:size=2"), "wrong/c/d.c") == {"two-check"}


@pytest.mark.parametrize(
    ("line", "instead", "fault"),
    [
        ("otherwise:", "size == 3:", "has no 'otherwise'"),
        ("size == 2: [two-check]", "size == 2: []", "c/b.c fails no check"),
        ("otherwise: [one-check]", "otherwise: one-check", "is not a list"),
    ],
)
def test_a_gap_in_what_depends_on_the_variant_is_told(tmp_path: Path, line: str, instead: str, fault: str) -> None:
    """Every variant has its set, and no set is empty."""
    folder = reference(tmp_path, DEPENDING.replace(line, instead))

    assert fault in refusal(lambda: load_expected(folder))


@pytest.mark.parametrize(
    ("instead", "fault"),
    [
        ("sizes == 2", "expected.yaml:5: the condition 'sizes == 2': 'sizes' is no parameter"),
        ("size", "expected.yaml:5: the condition 'size': 'size' is no comparison"),
        ("size == 1", "expected.yaml:5: the condition 'size == 1' holds in the default variant"),
    ],
)
def test_a_condition_that_is_none_is_told(tmp_path: Path, instead: str, fault: str) -> None:
    """With its line: a default variant that is hidden under a condition would be judged by another set than is shown."""
    expected = load_expected(reference(tmp_path, DEPENDING.replace("size == 2", instead)))

    assert fault in refusal(lambda: expected_in(expected, draw(SMALL), "wrong/c/b.c"))
