"""A workspace holds statement, stub and settings, and never costs a student a line of work."""

from pathlib import Path

import pytest

from grader.exercise import Workspace, draw, load_exercise, load_workspace, write_workspace
from grader.model import Variant
from tests.unit.exercise.authored import exercise_folder, refusal


@pytest.fixture
def small(tmp_path: Path) -> Variant:
    """A variant, drawn from a seed that needs escaping, of an exercise with all templates."""
    templates = {
        "statement__md__j2": "# {{ count }}\n",
        "stub__c__j2": "int n = {{ count }};\n",
        "stub__py__j2": "n = 1\n",
    }
    return draw(load_exercise(exercise_folder(tmp_path / "course", **templates)), 'a"\\b ż')


def test_a_workspace_holds_statement_stub_and_settings(tmp_path: Path, small: Variant) -> None:
    """The stub has the name that the submission will have; the settings read back as they were written."""
    folder = tmp_path / "new" / "work"

    names = write_workspace(small, folder, "c")

    count = small.parameters["count"]
    assert names == ("statement.md", "small_one.c", "grader.toml")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert (folder / "small_one.c").read_text() == f"int n = {count};\n"
    assert (folder / "statement.md").read_text() == f"# {count}\n"
    assert load_workspace(folder) == Workspace("small-one", 3, "c", 'a"\\b ż')


def test_what_a_student_wrote_is_not_lost(tmp_path: Path, small: Variant) -> None:
    """One changed file stops everything, before anything is written."""
    (tmp_path / "small_one.c").write_text("my work")

    message = refusal(lambda: write_workspace(small, tmp_path, "c"))

    assert "small_one.c: is already there" in message
    assert not (tmp_path / "statement.md").exists()
    assert (tmp_path / "small_one.c").read_text() == "my work"


def test_writing_the_same_again_is_no_fault(tmp_path: Path, small: Variant) -> None:
    """Files that would not change are no obstacle."""
    write_workspace(small, tmp_path, "python")

    assert write_workspace(small, tmp_path, "python") == ("statement.md", "small_one.py", "grader.toml")


def test_a_workspace_is_made_anew_when_told_so(tmp_path: Path, small: Variant) -> None:
    """With `replace` the stub is as at the beginning."""
    (tmp_path / "small_one.c").write_text("my work")

    write_workspace(small, tmp_path, "c", replace=True)

    assert (tmp_path / "small_one.c").read_text().startswith("int n = ")


def test_a_link_in_the_folder_is_replaced_and_not_followed(tmp_path: Path, small: Variant) -> None:
    """What the link points to stays as it is."""
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "statement.md").symlink_to("../precious")

    assert "is already there" in refusal(lambda: write_workspace(small, tmp_path / "w", "c"))
    write_workspace(small, tmp_path / "w", "c", replace=True)

    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "w" / "statement.md").is_symlink()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, small: Variant) -> None:
    """A file where the folder should be is explained."""
    (tmp_path / "file").write_text("")

    assert "cannot be written" in refusal(lambda: write_workspace(small, tmp_path / "file", "c"))


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    """None means: nothing was said; a missing folder says nothing either."""
    assert load_workspace(tmp_path) is None
    assert load_workspace(tmp_path / "absent") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("exercise = ", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        ("version = 1", "a key is missing"),
        ('exercise = 3\nlanguage = "c"', "a key is missing or of the wrong type"),
    ],
)
def test_damaged_settings_are_told(tmp_path: Path, text: str | bytes, fault: str) -> None:
    """The message names the file and how to mend it."""
    (tmp_path / "grader.toml").write_bytes(text.encode() if isinstance(text, str) else text)

    message = refusal(lambda: load_workspace(tmp_path))

    assert f"{tmp_path}/grader.toml: " in message
    assert fault in message
