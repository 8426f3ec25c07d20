"""What holds for every report on a terminal, whatever stands in it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from grader.model import Finding
from grader.report import painter, plain, report_text
from tests.unit.report.reports import DOES_NOT_BUILD, EOF, FAILED, HALF, HOSTILE, REPORTS


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


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


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets them, unless NO_COLOR is set and not empty, or the terminal is dumb; a file never."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured = report_text(HALF, paint=painter(Terminal()))
    into_file = painter(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    unwanted = painter(Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    wanted = painter(Terminal())
    monkeypatch.setenv("TERM", "dumb")
    dumb = painter(Terminal())

    assert "\x1b[31m✗ the reader sees end-of-file\x1b[0m" in coloured
    assert (into_file, unwanted, dumb) == (plain, plain, plain)
    assert wanted is not plain


def test_colours_change_no_word() -> None:
    """Without its colours the text is the plain one, so that columns stay where they are."""
    coloured = report_text(HALF, paint=lambda text, _: f"<{text}>")

    assert coloured.replace("<", "").replace(">", "") == report_text(HALF)


def test_points_of_an_undecided_check_are_neither_won_nor_lost() -> None:
    """A question mark, where a zero would be read as a loss."""
    text = report_text(HALF)

    assert "?/1" in text
    assert "0/1" not in text
