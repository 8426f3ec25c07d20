"""Stored evidence is judged again as it was the first time, with nothing run, and what is not whole is never judged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grader.cli import main
from tests.unit.batch.courses import Planted

Capture = pytest.CaptureFixture[str]
Result = dict[str, object]


def result_of(path: Path) -> Result:
    """A result.json without the one field that a second judgement does not share."""
    fields: Result = json.loads(path.read_text())
    del fields["seconds"]
    return fields


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A copy of the evidence, to be spoilt."""
    return Path(shutil.copytree(kept / "evidence", tmp_path / "evidence"))


def rechecked(folder: Path, course: Planted) -> tuple[int, Result]:
    """Judge again: the exit status and the result."""
    result = folder.parent / "again.json"
    status = main(("recheck", str(folder), "--course", str(course.root), "--json", str(result)))
    return status, result_of(result) if result.exists() else {}


def evidence_file(folder: Path) -> Path:
    """The one run of the small exercise."""
    (path,) = folder.glob("*.jsonl")
    return path


def test_a_second_judgement_is_the_first_one(kept: Path, folder: Path, course: Planted) -> None:
    """Findings, events, score, rung, replay: all is the same but for the time it took."""
    status, result = rechecked(folder, course)

    assert status == 1
    assert result == result_of(kept / "result.json")
    assert result["verdict"] == "failed"


def test_nothing_is_run_and_nothing_is_written(folder: Path, course: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """No laboratory is opened, and the evidence stays as it was found."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr("grader.explore.Lab.open", None)

    status, _ = rechecked(folder, course)

    assert status == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missing_run_is_not_graded_and_named(folder: Path, course: Planted, capsys: Capture) -> None:
    """Without its evidence nothing is known of a run: no pass, no zero, and the report says which run it is."""
    evidence_file(folder).unlink()
    capsys.readouterr()

    status, result = rechecked(folder, course)

    assert (status, result["verdict"]) == (3, "not graded")
    assert "the evidence of the run 'plain' is not in" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("grader/evidence/v1", "grader/evidence/v9", "this grader reads grader/evidence/v1"),
        ('"kind":"exit"', '"kind":"exot"', "digest"),
        ('{"kind":"end"', '{"kind":"und"', "truncated"),
        ('"n":3,', '"n":4,', "damaged"),
    ],
    ids=["another version", "a changed event", "no end", "a hole in the numbers"],
)
def test_evidence_that_is_not_whole_is_refused(
    old: str, new: str, words: str, folder: Path, course: Planted, capsys: Capture
) -> None:
    """A damaged file and one of another version: status 2, the file, its line and the way out."""
    path = evidence_file(folder)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    status, result = rechecked(folder, course)

    told = capsys.readouterr().err
    assert (status, result) == (2, {})
    assert words in told
    assert f"{path}:" in told
    assert "grader check" in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("grader/grading/v1", "grader/grading/v2", "this grader reads grader/grading/v1"),
        ('"rung":', '"rang":', "the file is damaged"),
        ("{", "", "the file is damaged"),
        ('"sha256": "', '"sha256": "0', "of another submission than its record"),
        ('"plain": "', '"plain": "../', "take the record as it was written"),
    ],
    ids=["another version", "another key", "no JSON", "another submission", "a path that leads away"],
)
def test_a_record_that_is_not_whole_is_refused(
    old: str, new: str, words: str, folder: Path, course: Planted, capsys: Capture
) -> None:
    """What the evidence belongs to must be certain: status 2 and the way out."""
    path = folder / "grading.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    status, result = rechecked(folder, course)

    assert (status, result) == (2, {})
    assert words in capsys.readouterr().err


def test_a_folder_without_record_is_refused(tmp_path: Path, course: Planted, capsys: Capture) -> None:
    """Any other folder is wrong usage, and the message says how evidence is kept."""
    status, _ = rechecked(tmp_path / "nothing", course)

    assert status == 2
    assert "grader check --evidence DIR" in capsys.readouterr().err


def test_evidence_of_a_run_that_is_no_longer_asked_for_decides_nothing(
    folder: Path, course: Planted, tmp_path: Path, capsys: Capture
) -> None:
    """An exercise whose plans have changed since cannot judge by runs of the old ones; a new version is announced."""
    changed = Planted(Path(shutil.copytree(course.root, tmp_path / "course")))
    changed.change(changed.exercise / "test_one_word.py", 'Plan("plain")', 'Plan("plain", stdin=b"x")')
    changed.change(changed.exercise / "exercise.yaml", "version: 1", "version: 2")
    capsys.readouterr()

    status, result = rechecked(folder, changed)

    told = capsys.readouterr()
    assert (status, result["verdict"], result["exercise_version"]) == (3, "not graded", 2)
    assert "its run 'plain' is not the one on file" in " ".join(told.out.split())
    assert "made for version 1 of one-word, which is now version 2" in told.err


def test_a_submission_that_did_not_build_still_does_not(course: Planted, tmp_path: Path) -> None:
    """The compiler's words are kept with the grading, so nothing has to be compiled again."""
    (tmp_path / "one_word.c").write_text("int main(void) { return missing; }\n")
    where = ("--exercise", "one-word", "--course", str(course.root))
    first = ("--evidence", str(tmp_path / "evidence"), "--json", str(tmp_path / "first.json"))

    status = main(("check", str(tmp_path / "one_word.c"), *where, *first))
    again, result = rechecked(tmp_path / "evidence", course)

    assert (status, again) == (1, 1)
    assert result == result_of(tmp_path / "first.json")
    assert "missing" in str(result["build_output"])
