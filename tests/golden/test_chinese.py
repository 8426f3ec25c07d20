"""The words that students read in Chinese, reviewed like code: the same reports as in English, and lines that fit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from grader import __version__
from grader.model import CheckResult, Finding, Report, Source
from grader.report import junit_xml, report_pieces, report_text, result_json, terminal_text
from grader.texts import speaking
from tests.support.golden import assert_golden
from tests.unit.report.reports import BYTES, EOF, FAILED, REAPS

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
BLOCKED = Finding(
    seen="P1（子进程）阻塞在 read(3)，事件 57",
    why="P1 自己仍然持有写端 fd 4（在事件 12 打开，从未关闭），所以管道一直有写者，read() 不可能返回 0",
    next="在第一次读之前，关闭这个进程不用的那一端",
    events=(12, 57),
    run="small",
    source=(Source("pipe_one_way.c", 31, 57), Source("pipe_one_way.c", 20, 12)),
    schedule="f1",
)


def chinese(check: CheckResult, title: str, **parts: object) -> CheckResult:
    """A check as a grading in Chinese has it."""
    return replace(check, title=title, **parts)  # type: ignore[arg-type]


TOLD: Report = replace(
    FAILED,
    checks=(
        chinese(BYTES, "每个字节都按顺序到达"),
        chinese(EOF, "读者遇到文件结束", finding=BLOCKED),
        chinese(REAPS, "父进程收回子进程的状态", note="等待：读者遇到文件结束"),
    ),
)


def test_a_report_in_chinese_reads_as_reviewed() -> None:
    """The labels, the verdict and the head are Chinese; ids, names of processes, calls, places and commands stay."""
    with speaking("zh"):
        assert_golden("report/chinese.txt", report_text(TOLD, see="result.json"))


def test_a_terminal_in_chinese_reads_as_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide character takes two columns, so the points stand in the last ones, and labels before what they label."""
    monkeypatch.setenv("TERM", "xterm-256color")
    with speaking("zh"):
        text = COLOUR.sub("", terminal_text(report_pieces(TOLD, "result.json"), "result.json", 60))

    assert_golden("report/chinese-60.txt", text)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_lines_of_wide_characters_fit_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Only the head and a command, which is copied whole, may be longer."""
    monkeypatch.setenv("TERM", "xterm-256color")
    with speaking("zh"):
        text = COLOUR.sub("", terminal_text(report_pieces(TOLD, "result.json"), "result.json", width))

    assert [line for line in text.splitlines()[1:] if cell_len(line) > width and "重现" not in line] == []


def test_a_check_in_chinese_takes_twelve_lines_at_most() -> None:
    """However long its parts are."""
    long = replace(BLOCKED, seen="看" * 500, why="因" * 500, next="做" * 500)
    with speaking("zh"):
        lines = report_text(replace(TOLD, checks=(replace(TOLD.checks[1], finding=long),))).splitlines()[1:-1]

    assert len(lines) <= 12
    assert [line for line in lines if cell_len(line) > 76 and "重现" not in line] == []


def test_junit_xml_in_chinese_reads_as_reviewed() -> None:
    """Names and types are for programs and stay; what a person reads is Chinese."""
    with speaking("zh"):
        assert_golden("junit/chinese.xml", junit_xml(TOLD).replace(f'"{__version__}"', '"VERSION"'))


def test_what_programs_read_of_a_result_is_no_matter_of_language() -> None:
    """Verdicts, outcomes, levels and ids are the same words in every language; the JSON stays ASCII."""
    with speaking("zh"):
        told = result_json(TOLD)

    assert '"verdict": "failed"' in told
    assert '"outcome": "skipped"' in told
    assert told.isascii()
