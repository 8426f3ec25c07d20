"""Handing variants out: one folder a student and an index, whole or not at all, and the same bytes whenever it is done again."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.exercise import (
    Entry,
    Handout,
    Secret,
    assign,
    handout,
    load_exercise,
    load_workspace,
    write_handouts,
    write_workspace,
)
from grader.model import Exercise, Variant
from tests.unit.exercise.authored import DEFINITION, exercise_folder, refusal

SECRET = Secret(b"correct horse battery staple")
ENTRIES = (
    Entry("ada", "Ada Lovelace", "ada@school.example", 2),
    Entry("bob", "=cmd|' /C calc'!A0", "+1", 3),
    Entry("学号 7", "爱达", "", 4),
)
TEMPLATES = {
    "statement__md__j2": "# {{ speed }} {{ count }}\n",
    "stub__c__j2": "int n = {{ count }};\n",
    "stub__py__j2": "n = {{ count }}\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Exercise:
    """A small exercise with all templates."""
    return load_exercise(exercise_folder(tmp_path / "course", **TEMPLATES))


@pytest.fixture
def handouts(small: Exercise) -> tuple[Handout, ...]:
    """Three students with their variants."""
    return assign(small, ENTRIES, SECRET)


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder, itself too: mode, time, content."""
    paths = (folder, *sorted(folder.rglob("*")))
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in paths
    }


def index(folder: Path) -> list[dict[str, str]]:
    """The rows of the index."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Another umask for a while."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_every_student_has_a_workspace_of_their_own(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """Statement, stub and settings, which name the student and the seed."""
    write_handouts(handouts, tmp_path / "out", "c")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["ada", "bob", "index.csv", "学号 7"]
    for one in handouts:
        folder = tmp_path / "out" / one.entry.id
        workspace = load_workspace(folder)
        assert sorted(path.name for path in folder.iterdir()) == ["grader.toml", "small_one.c", "statement.md"]
        assert workspace is not None
        assert (workspace.student, workspace.seed) == (one.entry.id, one.variant.seed)
        assert (folder / "small_one.c").read_text() == f"int n = {one.variant.parameters['count']};\n"


def test_the_index_says_who_has_which_variant(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """Seed and parameters of each student, in the order of the roster."""
    write_handouts(handouts, tmp_path / "out", "c")

    rows = index(tmp_path / "out")
    assert [row["id"] for row in rows] == ["ada", "bob", "学号 7"]
    assert [row["folder"] for row in rows] == ["ada", "bob", "学号 7"]
    for row, one in zip(rows, handouts, strict=True):
        assert row["seed"] == one.variant.seed
        assert {name: row[name] for name in ("speed", "count")} == {
            name: str(value) for name, value in one.variant.parameters.items()
        }


def test_no_cell_of_the_index_is_a_formula(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """What students call themselves is text in every spreadsheet."""
    write_handouts(handouts, tmp_path / "out", "c")

    row = index(tmp_path / "out")[1]

    assert (row["name"], row["email"]) == ("'=cmd|' /C calc'!A0", "'+1")


def test_a_parameter_may_be_called_like_a_column(tmp_path: Path) -> None:
    """It is marked as a parameter, and no column is lost."""
    definition = DEFINITION.replace("  speed:", "  name:")
    texts = {name: text.replace("{{ speed }}", "{{ name }}") for name, text in TEMPLATES.items()}
    exercise = load_exercise(exercise_folder(tmp_path / "course", definition, **texts))

    write_handouts(assign(exercise, ENTRIES, SECRET), tmp_path / "out", "c")

    row = index(tmp_path / "out")[0]
    assert row["name"] == "Ada Lovelace"
    assert row["name (parameter)"] in {"slow", "fast"}


def test_identical_inputs_give_identical_bytes(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """Names, modes, times and contents, whatever the folder, the umask and the hour."""
    write_handouts(handouts, tmp_path / "first", "c")
    with umask(0o077):
        write_handouts(handouts, tmp_path / "deep" / "second", "c")

    assert tree(tmp_path / "first") == tree(tmp_path / "deep" / "second")


def test_the_index_is_the_instructors_alone(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """It names every student's seed; a student's own files are as anybody's."""
    with umask(0):
        write_handouts(handouts, tmp_path / "out", "c")

    modes = {name: mode & 0o777 for name, (mode, _, _) in tree(tmp_path / "out").items()}
    assert (modes["."], modes["index.csv"]) == (0o700, 0o600)
    assert (modes["ada"], modes["ada/grader.toml"]) == (0o755, 0o644)


def test_a_further_student_changes_nothing_for_the_others(tmp_path: Path, small: Exercise) -> None:
    """Who comes late gets a folder, and the rest is as it was."""
    write_handouts(assign(small, ENTRIES[:2], SECRET), tmp_path / "before", "c")
    write_handouts(assign(small, ENTRIES[::-1], SECRET), tmp_path / "after", "c")

    before, after = tree(tmp_path / "before"), tree(tmp_path / "after")
    assert all(after[name] == before[name] for name in before if name not in {".", "index.csv"})


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file", "dangling link"])
def test_what_is_there_is_not_written_over(tmp_path: Path, handouts: tuple[Handout, ...], kind: str) -> None:
    """Students may have worked in it."""
    out = tmp_path / "out"
    match kind:
        case "folder":
            out.mkdir()
            (out / "ada").write_text("work")
        case "empty folder":
            out.mkdir()
        case "file":
            out.write_text("work")
        case _:
            out.symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))

    assert "is already there" in refusal(lambda: write_handouts(handouts, out, "c"))
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_half_written(tmp_path: Path, small: Exercise, handouts: tuple[Handout, ...]) -> None:
    """A template that breaks for the last student leaves no folder, nor a hidden one."""
    last = handouts[-1].variant.seed
    Path(small.folder, "statement.md.j2").write_text(f"{{{{ absent if seed == '{last}' else 1 }}}}")

    assert "'absent' is undefined" in refusal(lambda: write_handouts(handouts, tmp_path / "out", "c"))
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


def test_an_interrupt_leaves_nothing_half_written(
    tmp_path: Path, handouts: tuple[Handout, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between two students: neither the folder nor its draft is there."""

    def interrupted(variant: Variant, folder: Path, language: str, *, student: str) -> tuple[str, ...]:
        if student == "bob":
            raise KeyboardInterrupt
        return write_workspace(variant, folder, language, student=student)

    monkeypatch.setattr(handout, "write_workspace", interrupted)

    with pytest.raises(KeyboardInterrupt):
        write_handouts(handouts, tmp_path / "out", "c")
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, handouts: tuple[Handout, ...]) -> None:
    """A file where a folder should be."""
    (tmp_path / "file").write_text("")

    assert "cannot be written" in refusal(lambda: write_handouts(handouts, tmp_path / "file" / "out", "c"))


def test_no_student_is_called_like_the_index(tmp_path: Path, small: Exercise) -> None:
    """Not in another case either: some file systems have none."""
    handouts = assign(small, (Entry("Index.CSV", "", "", 2),), SECRET)

    assert "a student is called index.csv" in refusal(lambda: write_handouts(handouts, tmp_path / "out", "c"))
