"""What holds for every report in its plain form, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.model import Finding
from grader.report import report_text
from tests.unit.report.reports import DOES_NOT_BUILD, EOF, FAILED, HALF, HOSTILE, REPORTS


def test_no_check_takes_more_than_twelve_lines() -> None:
    """However much a finding has to say."""
    talkative = Finding("seen " * 500, "why " * 500, "next " * 500, (1,), "small")
    report = replace(FAILED, checks=(replace(EOF, finding=talkative),))

    lines = report_text(report).splitlines()[1:-1]

    assert len(lines) == 12
    assert sum("more bytes, see --json FILE)" in line for line in lines) == 3


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_lines_fit_a_terminal_unless_they_are_to_be_copied(report: object) -> None:
    """80 columns; the command that repeats a check is one line however long it is, and so is a compiler's line."""
    lines = report_text(report).splitlines()  # type: ignore[arg-type]

    assert all(len(line) <= 80 or line.startswith("  again") for line in lines)


def test_no_text_of_a_student_reaches_the_terminal_raw() -> None:
    """Neither through a finding nor through a compiler's words, which quote the program."""
    hostile = replace(DOES_NOT_BUILD, build_output="a.c:1: error: '\x1b]0;owned\x07' \u202e\r\n" * 30)

    for text in (report_text(HOSTILE), report_text(hostile)):
        assert all(line.isprintable() for line in text.split("\n"))
    assert "more bytes, see --json FILE)" in report_text(hostile)


def test_points_of_an_undecided_check_are_neither_won_nor_lost() -> None:
    """A question mark, where a zero would be read as a loss."""
    text = report_text(HALF)

    assert "?/1" in text
    assert "0/1" not in text
