"""The language of a report changes its words and nothing else: the same evidence gives the same verdict in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from grader.cli import main
from tests.unit.tree import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
EXERCISES = sorted(path.parent.name for path in ROOT.glob("exercises/*/statement.zh.md.j2"))
QUICK = "pipe-one-way"
TEXTS = ("title", "seen", "why", "next", "note")


def judged(folder: Path, language: str) -> dict[str, object]:
    """What `grader recheck` says of stored evidence in a language, as JSON."""
    target = folder / f"{language}.json"
    arguments = ["recheck", str(folder / "kept"), "--json", str(target), "--course", str(ROOT)]
    assert main([*arguments, "--language-of-text", language]) in (0, 1)
    told: dict[str, object] = json.loads(target.read_text(encoding="ascii"))
    return told


def without_words(told: dict[str, object]) -> object:
    """A result without its texts and without what a clock has measured."""
    checks = told["checks"]
    assert isinstance(checks, list)
    kept = [{name: value for name, value in check.items() if name not in TEXTS} for check in checks]
    return {name: value for name, value in told.items() if name not in ("seconds", "checks")} | {"checks": kept}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == QUICK else pytest.mark.long) for name in EXERCISES]
)
def test_a_verdict_is_the_same_in_both_languages(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wrong program of each exercise; every text of its failed checks is Chinese where Chinese was asked for."""
    program = min((ROOT / "reference" / name / "wrong" / "c").iterdir())
    arguments = ["check", str(program), "--exercise", name, "--evidence", str(tmp_path / "kept"), "--course", str(ROOT)]
    assert main([*arguments, "--budget", "small"]) == 1

    english, chinese = (judged(tmp_path, language) for language in ("en", "zh"))
    capsys.readouterr()

    assert without_words(chinese) == without_words(english)
    checks = chinese["checks"]
    assert isinstance(checks, list)
    texts = [check[part] for check in checks for part in TEXTS if check[part]]
    assert [text for text in texts if not CHINESE.search(text)] == []
