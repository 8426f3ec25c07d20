"""`--language-of-text` and the environment: in which language a person reads what grader says, on any terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.texts import spoken
from tests.unit.cli.commands import command
from tests.unit.tree import ROOT

COURSE = ("--course", str(ROOT))
HINT = ("hint", "exits-zero", "--exercise", "pipe-one-way", *COURSE)


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language is asked for, wherever this test was started."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["zh", "zh-CN", "zh_CN.UTF-8"])
def test_a_statement_is_written_in_the_language_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """The statement is Chinese, and says so from its title on; the stub, a program, stays as it is."""
    ended = command(capsys, "new", "pipe-one-way", str(tmp_path / "w"), "--language-of-text", name, *COURSE)

    assert (ended.status, "grader hint CHECK 每次显示一条提示" in ended.out) == (0, True)
    assert (tmp_path / "w" / "statement.md").read_text(encoding="utf-8").startswith("# 单向管道\n")
    assert "One-way pipe" in (tmp_path / "w" / "pipe_one_way.py").read_text(encoding="utf-8")


def test_the_environment_decides_unless_the_option_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """LANG asks for Chinese, the option for English again; afterwards nothing of it is left."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    assert "这是最后一条" in command(capsys, *HINT, "--step", "2").out
    assert "this is the last one" in command(capsys, *HINT, "--step", "2", "--language-of-text", "en").out
    assert spoken() == "en"


def test_a_language_without_texts_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the languages that there are."""
    ended = command(capsys, *HINT, "--language-of-text", "de")

    assert (ended.status, ended.out) == (2, "")
    assert "there are no texts in 'de'; use en or zh" in ended.err


def test_the_list_lines_up_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """A wide character takes two columns."""
    ended = command(capsys, "list", "--language-of-text", "zh", *COURSE)

    assert "单向管道" in ended.out
    assert ended.out.splitlines()[0].split() == ["练习", "概念", "先修", "难度", "分数", "语言", "标题"]


@pytest.mark.parametrize(
    ("encoding", "asked", "found"),
    [
        ("utf-8", (), "这是最后一条"),
        ("gb18030", (), "这是最后一条"),
        ("ascii", (), "this is the last one"),
        ("ascii", ("--language-of-text", "zh"), "\\u8fd9\\u662f\\u6700\\u540e\\u4e00\\u6761"),
        ("latin-1", ("--language-of-text", "zh"), "\\u8fd9\\u662f\\u6700\\u540e\\u4e00\\u6761"),
    ],
)
def test_no_terminal_gets_a_traceback_or_loses_words(encoding: str, asked: tuple[str, ...], found: str) -> None:
    """Where Chinese cannot be shown English is spoken, unless Chinese was asked for by name: then it is escaped, not lost."""
    environment = os.environ | {"LANG": "zh_CN.GB18030", "PYTHONIOENCODING": encoding}
    ended = subprocess.run(
        [sys.executable, "-m", "grader", *HINT, "--step", "2", *asked],
        env=environment,
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert found in ended.stdout.decode(encoding)
