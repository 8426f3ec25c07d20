"""What a terminal gets: the words of the plain form, folded to its width, coloured if it wants that, and nothing obeyed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len

from grader.model import Finding, Report
from grader.report import plain_text, report_pieces, report_text, shown, terminal_text, trace_pieces
from tests.support.golden import assert_golden
from tests.unit.report.reports import DOES_NOT_BUILD, EOF, FAILED, HALF, HOSTILE, REPORTS, TRACES

WIDTHS = (20, 40, 60, 80, 200)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STORY = ("#12 P0 pipe2() makes pipe A: read end 3, write end 4", "#57 P1 blocks in read(3)")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with colours, whichever one this test was started from."""
    for name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def told(report: Report, width: int) -> list[str]:
    """The lines on a terminal of this width, without their colours."""
    return COLOUR.sub("", terminal_text(report_pieces(report, "result.json"), "result.json", width)).splitlines()


def with_finding(seen: str) -> Report:
    """A report that quotes a program."""
    finding = Finding(seen, "the contract asks for 'done'", "print what it asks for", (3,), "small")
    return replace(FAILED, checks=(replace(EOF, finding=finding),))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_terminal_says_what_the_plain_form_says(report: Report, width: int) -> None:
    """Not a character more or less, at any width: only breaks, the gap before the points, and colours are its own."""
    words = "".join("".join(told(report, width)).split())

    assert words == "".join(report_text(report, "result.json").split())


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_a_trace_on_a_terminal_says_what_the_plain_form_says(trace: object) -> None:
    """Processes, story and findings as well."""
    pieces = list(trace_pieces(trace, STORY))  # type: ignore[arg-type]

    assert "".join(COLOUR.sub("", terminal_text(pieces, width=60)).split()) == "".join(plain_text(pieces).split())


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_lines_fit_the_terminal(report: Report, width: int) -> None:
    """But for a compiler's lines, the first line, and what is to be copied: the terminal breaks these, and copies them whole."""
    prose = [line for line in told(report, width)[1:] if not line.startswith(("  again", "    "))]

    assert [line for line in prose if cell_len(line) > width] == []


def test_wide_characters_count_for_two_columns() -> None:
    """A line of Chinese characters is broken where the terminal ends, and not beyond."""
    lines = told(with_finding("stdout holds " + "語" * 60), 60)

    assert max(cell_len(line) for line in lines if "語" in line) in {59, 60}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_command_to_be_copied_is_never_broken(width: int) -> None:
    """One line from end to end on the narrowest terminal too, so that a copy of it is the command."""
    (again,) = [line for line in told(replace(FAILED, checks=(EOF,)), width) if line.lstrip().startswith("again")]

    assert again == f"  again  {EOF.replay}"


def test_points_stand_at_the_end_of_the_line() -> None:
    """In the last column, behind the last word of the title."""
    long = replace(EOF, title="the reader sees end-of-file " * 3)

    assert told(replace(FAILED, checks=(EOF,)), 60)[1] == "✗ the reader sees end-of-file" + " " * 28 + "0/3"
    assert told(replace(FAILED, checks=(long,)), 60)[2].endswith("end-of-file" + " " * 16 + "0/3")
    assert len(told(replace(FAILED, checks=(long,)), 60)[2]) == 60


@pytest.mark.parametrize(
    "words",
    [
        "[red]no[/red] and [bold]no[/]",
        "[link=https://example.org]here[/link]",
        "[/] unbalanced [/nothing]",
        ":smile: :warning:",
        "\\[x] [[ ]]",
        "https://example.org and 127.0.0.1 and 'text' and None",
        "[@click=app.bell]bell[/]",
    ],
)
def test_what_a_program_printed_is_no_markup(words: str) -> None:
    """Tags, links and names of pictures stand there as they were printed, and take no colour."""
    text = terminal_text(report_pieces(with_finding(words), ""), width=100)

    assert f"  \x1b[36mseen\x1b[0m   {words}\n" in text
    assert "\x1b]" not in text


@pytest.mark.parametrize("width", WIDTHS)
def test_no_byte_of_a_program_is_obeyed(width: int) -> None:
    """Escape sequences, marks of direction, bells: after the colours that are ours every line is printable."""
    hostile = replace(DOES_NOT_BUILD, build_output="a.c:1: error: '\x1b]0;owned\x07' \u202e\r\n" * 30)

    for report in (
        HOSTILE,
        hostile,
        with_finding("\x1b[31mred\x1b[0m\x9b2J\x1b]8;;https://example.org\x07here\x1b]8;;\x07"),
    ):
        lines = told(report, width)
        assert [line for line in lines if not line.isprintable()] == []


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR, if it is not empty, and a dumb terminal get no escape sequence at all; they get the words."""
    pieces = list(report_pieces(HALF, ""))
    coloured = shown(pieces, Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    unwanted = shown(pieces, Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    wanted = shown(pieces, Terminal())
    monkeypatch.setenv("TERM", "dumb")
    dumb = shown(pieces, Terminal())

    assert "\x1b[1;31m✗ the reader sees end-of-file" in coloured
    assert wanted == coloured
    assert "\x1b" not in unwanted + dumb
    assert "".join(unwanted.split()) == "".join(dumb.split()) == "".join(plain_text(pieces).split())


def test_what_is_no_terminal_gets_the_plain_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe or a file, whatever the environment asks of colours and widths."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")

    assert shown(report_pieces(HALF, ""), io.StringIO()) == plain_text(report_pieces(HALF, ""))


def test_rich_is_loaded_for_a_terminal_only() -> None:
    """Who pipes the report does not pay for it."""
    program = """
import sys
from grader.cli import main
from grader.report import Words, shown
assert main(["list"]) == 0
sys.stdout.write(shown([Words("line")], sys.stdout))
assert not [name for name in sys.modules if name.split(".")[0] == "rich"]
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout.splitlines()[-1:]) == (0, ["line"]), ended.stderr


@pytest.mark.parametrize("width", [60, 80])
def test_the_words_on_a_terminal_are_the_approved_ones(width: int) -> None:
    """One that is wide and one that is not; the colours are written as ⟨number⟩."""
    text = terminal_text(report_pieces(HALF, "result.json"), "result.json", width)

    assert_golden(f"report/terminal-{width}.txt", re.sub(r"\x1b\[([0-9;]*)m", r"⟨\1⟩", text))
