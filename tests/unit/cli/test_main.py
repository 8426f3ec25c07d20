"""The command line as a person meets it: help, wrong usage, faults, and where texts go."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from grader import __version__
from grader.cli.output import Progress, say, say_signed, write_file
from grader.errors import UsageError
from tests.unit.checks.fakes import FakeLab
from tests.unit.cli.commands import command


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "missing.c", "--exercise", "one-pipe"], "missing.c: there is no such file or folder; "),
        (["check", "prog.c", "--exercise", "ghost"], "there is no exercise 'ghost'; "),
        (["check", "prog.c"], "prog.c: it is not clear which exercise this is; "),
        (["check"], "check: there is no grader.toml in this folder; "),
        (["check", "prog.c", "--exercise", "one-pipe", "--only", "ghost"], "there is no check ghost; "),
        (["check", "prog.c", "--exercise", "one-pipe", "--lang", "cobol"], "cobol"),
        (["check", "prog.c", "--exercise", "one-pipe", "--json", "no/such/folder.json"], "--json: no/such/folder.json"),
        (["check", "prog.c", "--exercise", "one-pipe", "--evidence", "prog.c"], "prog.c: cannot be made: "),
        (["check", "prog.c", "--course", "nowhere"], "this folder is no course; "),
        (["check", "prog.c", "--rung", "B"], "check: argument --rung: invalid choice: 'B'"),
        (["check", "--no-such-option"], "unrecognized arguments: --no-such-option; see grader --help"),
        (["grade"], "invalid choice: 'grade'"),
        ([], "COMMAND; see grader --help"),
        (["trace"], "trace: the following arguments are required: PROGRAM; see grader trace --help"),
        (["trace", "--", "no-such-program"], "no-such-program: is no program"),
        (["trace", "--", "./prog.c/x"], "./prog.c/x: is no program"),
        (["trace", "--", "missing.py"], "missing.py: there is no such file or folder; "),
        (["trace", "--stdin", "missing", "--", "sh"], "missing: cannot be read: "),
    ],
)
@pytest.mark.usefixtures("course")
def test_wrong_usage_ends_with_two_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """`grader: where: fault; next action` on standard error, nothing on standard output, nothing run."""
    lab = FakeLab()

    ended = command(capsys, *arguments, lab=lab)

    assert (ended.status, ended.out, lab.runs) == (2, "", [])
    assert ended.err.startswith("grader: ")
    assert ended.err.count("\n") == 1
    assert words in ended.err


@pytest.mark.usefixtures("course")
def test_a_fault_of_grader_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a traceback, unless GRADER_DEBUG asks for it; the exit status says that nothing was decided."""

    class Broken(FakeLab):
        """A laboratory that cannot even say its name."""

        def open(self, folder: str, rung: str) -> object:  # type: ignore[override]
            """Break."""
            raise ZeroDivisionError(folder[:0] + rung + "first\nsecond")

    monkeypatch.delenv("GRADER_DEBUG", raising=False)
    ended = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=Broken())
    monkeypatch.setenv("GRADER_DEBUG", "1")
    debugged = command(capsys, "check", "prog.c", "--exercise", "one-pipe", lab=Broken())

    line = "grader: ZeroDivisionError: first; this is a fault of grader; rerun with GRADER_DEBUG=1 for details\n"
    assert (ended.status, ended.out, ended.err) == (3, "", line)
    assert "Traceback" in debugged.err


def test_version_and_help_end_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """Help names every command and what the exit statuses mean."""
    version, overview = command(capsys, "--version"), command(capsys, "--help")

    assert (version.status, version.out) == (0, f"grader {__version__}\n")
    assert overview.status == 0
    for words in ("list", "check", "trace", "3 could not decide"):
        assert words in " ".join(overview.out.split())


def test_help_loads_nothing_that_a_command_alone_needs() -> None:
    """Start-up is budgeted: neither pytest nor a parser of YAML or templates, nor the evidence, is imported for it."""
    code = "import sys; from grader.cli import main; main(['--help']); print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.splitlines()[-1].split())
    assert "grader.cli.arguments" in loaded
    assert loaded.isdisjoint({"pytest", "yaml", "jinja2", "json", "dataclasses", "grader.evidence", "grader.exercise"})


def test_a_reader_who_goes_away_is_no_fault() -> None:
    """`grader list | head -0`: the rest is written to nowhere, quietly, and the exit status is the command's."""
    code = "import sys; from grader.cli.output import say; say('x' * 200000); say('y'); sys.exit(7)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()

    _, err = process.communicate()

    assert (process.returncode, err) == (7, b"")


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_progress_is_one_line_that_goes_away(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown on a terminal only; what is shown is harmless and shorter than a line, also where a character takes two columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal, file = Terminal(), io.StringIO()

    for stream in (terminal, file):
        progress = Progress(stream)
        progress("[red]a \x1b[2J" + "x" * 200)
        progress("語" * 200)
        progress.clear()

    shown = terminal.getvalue().split("\r\x1b[2K")
    assert [shown[0], shown[-1], file.getvalue()] == ["", "", ""]
    assert shown[1].startswith("  … [red]a \\x1b[2J")
    assert [cell_len(line) for line in shown[1:-1]] == [columns - 1] * 2


def test_lines_take_the_colour_of_their_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal; what else stands in a line is shown as it is, be it an escape sequence or markup."""
    for name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal, file = Terminal(), io.StringIO()

    for stream in (terminal, file):
        monkeypatch.setattr("sys.stdout", stream)
        say_signed("✓ box\n[red]✗\x1b[2J\n✗ tracer\n")

    assert terminal.getvalue() == "\x1b[32m✓ box\x1b[0m\n[red]✗\\x1b[2J\n\x1b[1;31m✗ tracer\x1b[0m\n"
    assert file.getvalue() == "✓ box\n[red]✗\\x1b[2J\n✗ tracer\n"


def test_a_file_that_cannot_be_replaced_is_left_as_it_is(tmp_path: Path) -> None:
    """A result is whole or not there, and what is in the way is named."""
    folder = tmp_path / "taken"
    folder.joinpath("inner").mkdir(parents=True)

    with pytest.raises(UsageError, match="cannot be written"):
        write_file(str(folder), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_device_is_written_to_and_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json /dev/null` must not turn the device into a file."""
    write_file(os.devnull, "text")
    say("said")

    assert Path(os.devnull).is_char_device()
    assert capsys.readouterr().out == "said"
