"""In: nothing; out: the course in which the person of these tests stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.checks.fakes import PLANS, write_exercise, write_submission
from tests.unit.cli.commands import BREAKS, HOLDS


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one exercise and a submission, in which the person stands."""
    write_exercise(tmp_path, PLANS + HOLDS + BREAKS)
    write_submission(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return tmp_path
