"""Stepping through a run: each word takes one where it says, forward and back, and what is told there is the same both ways."""

from __future__ import annotations

import pytest

from grader.cli.stepping import NAMES, Stepper, converse
from grader.report import Halt
from tests.unit.report.test_steps import family, with_line

SOURCE = {"prog.c": tuple(f"line {number}" for number in range(1, 31))}


def stepper(*halts: Halt) -> Stepper:
    """At the beginning of a run of eleven events."""
    return Stepper(with_line(family().evidence(), 6, 12), halts or (Halt(10, ("✗ found",)),), SOURCE)


def after(*lines: str, walk: Stepper | None = None) -> tuple[int, list[str]]:
    """Where one stands after these lines, and what the last of them told."""
    walk = walk or stepper()
    told: list[str] = []
    for line in lines:
        told = list(walk.obey(line))
    return walk.n, told


@pytest.mark.parametrize(
    ("lines", "n"),
    [
        (("next",), 1), (("n", "n"), 2), (("n 4",), 4), (("n", "", ""), 3), (("s",), 1), (("n P1",), 9),
        (("goto 7", "back"), 6), (("7", "b", ""), 5), (("g 7", "p 3"), 4), (("goto 10", "b P0"), 8), (("7", "b P1"), 7),
        (("c",), 10), (("c", "c"), 11), (("c", "rc"), 0), (("11", "rc"), 10), (("n 99",), 10), (("11", "b 99"), 10),
        (("f",), 10), (("f", "f"), 10), ((">",), 11), (("5", "<"), 0), (("0", "b"), 0), ((">", "n"), 11),
        (("/pipe A",), 3), (("/write", "/read("), 9), (("11", "?fork"), 4), (("3", "/no such thing"), 3),
        (("goto", ), 0), (("goto 12",), 0), (("goto x",), 0), (("frobnicate",), 0), (("5", "w"), 5), (("5", "n P7"), 5),
    ],
)  # fmt: skip
def test_each_word_takes_one_where_it_says(lines: tuple[str, ...], n: int) -> None:
    """As in gdb and less; what cannot be done leaves one where one is, and a finding on the way is a halt."""
    assert after(*lines)[0] == n


def test_the_same_is_told_of_a_step_whichever_way_one_comes() -> None:
    """Forward, back, or by its number."""
    forward = after("n 6")[1]
    back = after("9", "b 3")[1]

    assert forward == back == after("goto 6")[1]
    assert forward[0].startswith('  #6 P0 write(4) on pipe A = 6 "hello\\n"')
    assert forward[1].strip() == "pipe A holds 6 bytes of 65536"


def test_what_was_found_is_told_where_it_was_found() -> None:
    """And nowhere else."""
    assert after("c")[1][-1] == "✗ found"
    assert "✗ found" not in after("c", "b")[1]
    assert after("f", walk=Stepper(family().evidence(), (), {}))[1] == ["nothing was found in this run"]


def test_the_finding_word_goes_from_one_to_the_next_and_round() -> None:
    """From the last to the first again."""
    walk = stepper(Halt(6, ("one",)), Halt(10, ("two",)))
    assert [after("f", walk=walk)[0] for _ in range(3)] == [6, 10, 6]


def test_the_source_around_a_step_is_listed() -> None:
    """With a mark at its line; without a line it says so."""
    told = after("6", "l")[1]

    assert told[0] == "prog.c:"
    assert "    11  line 11" in told[5]
    assert told[6].startswith(">   12")
    assert after("3", "l")[1] == ["the source line of this step is not known"]


def test_everything_a_person_is_told_to_type_is_a_command() -> None:
    """The help names no word that is refused, and every short form leads to a long one."""
    words = stepper()
    for line in after("help")[1]:
        for word in line.split("  ")[0].split(" ")[:1]:
            assert not word.isalpha() or "not a command" not in "".join(words.obey(word))
    assert all("not a command" not in "".join(stepper().obey(short)) for short in NAMES)
    assert after("frobnicate")[1] == ["frobnicate: not a command; h shows all"]


def test_a_script_is_obeyed_line_by_line_until_it_quits(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is shown behind the prompt, as in a session."""
    converse(stepper(), ["n", "q", "n"])
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "11 events; found at event 10; h for help"
    assert [line for line in lines if line.startswith("(")] == ["(0 of 11) n", "(1 of 11) q"]
