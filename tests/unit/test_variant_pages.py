"""What the documentation says of parameters, constraints and handing out is true."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import pytest

from grader.cli.arguments import parser
from grader.exercise import corners, draw, load_exercise, read_roster
from grader.exercise.roster import IDS
from grader.exercise.variant import seed_of
from tests.unit.exercise.authored import DEFINITION, exercise_folder

DOCS = Path(__file__).parents[2] / "docs"
AUTHORS, VARIANTS = (DOCS.joinpath(name).read_text(encoding="utf-8") for name in ("authors.md", "variants.md"))


def test_the_parameters_of_the_page_are_an_exercise(tmp_path: Path) -> None:
    """They load as they stand, their variants keep what the page says, and the seed that it names is one."""
    (knobs,) = re.findall(r"```yaml\n(parameters:\n.*?)```", AUTHORS, re.DOTALL)
    definition = DEFINITION.partition("parameters:")[0] + knobs
    exercise = load_exercise(exercise_folder(tmp_path, definition))
    (seed,) = re.findall(r"--seed (set:slots=\S+?)`", AUTHORS)

    drawn = [draw(exercise, str(number)).parameters for number in range(200)] + [
        corner.parameters for corner in corners(exercise)
    ]

    assert all(values["slots"] < values["items"] for values in drawn)  # type: ignore[operator]
    assert all(values["reader"] == "child" or values["slots"] != 1 for values in drawn)
    assert draw(exercise, seed).parameters == {"slots": 2, "items": 6, "reader": "parent"}
    assert seed_of(exercise, draw(exercise, seed).parameters) == seed


@pytest.mark.parametrize("line", re.findall(r"^    \$ grader (.*)$", VARIANTS, re.MULTILINE))
def test_every_command_of_the_page_can_be_typed(line: str) -> None:
    """The command line knows each command and option."""
    arguments = parser().parse_args(shlex.split(line))

    assert arguments.command in {"variants", "check"}


def test_the_columns_of_the_page_are_those_that_are_known(tmp_path: Path) -> None:
    """Each name that the page promises is found as the id, and the earlier of two is taken."""
    (listed,) = re.findall(r"under these names, in this order, whatever their case: (.*?);", VARIANTS, re.DOTALL)
    names = [re.sub(r" \(.*?\)", "", name).strip() for name in listed.replace("\n", " ").split(",")]

    for earlier, later in zip(names, [*names[1:], "name"], strict=True):
        text = io.StringIO()
        csv.writer(text).writerows([[later, earlier], ["wrong", "right"]])
        (tmp_path / "roster.csv").write_text(text.getvalue(), encoding="utf-8")
        assert [entry.id for entry in read_roster(tmp_path / "roster.csv").entries] == ["right"]
    assert len(names) >= len(IDS) - 4  # some are spellings of one name
