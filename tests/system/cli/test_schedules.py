"""Many schedules of one program, from the command line: what is found is told once, shortened, and comes again by its token."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from grader.report import schema_text
from tests.system.cli.commands import command

QUALITY = Path(__file__).parents[2] / "programs" / "quality"
LOCKS = str(QUALITY / "bugs" / "lock_order.c")


def test_a_finding_of_some_schedules_is_told_once_and_replays_by_its_token(tmp_path: Path) -> None:
    """Status 1; the JSON counts schedules; the printed token alone shows the same finding again, step by step too."""
    tmp_path.chmod(0o755)
    many = command(tmp_path, "trace", "--schedules", "40", "--json", "t.json", "--", LOCKS)
    result = json.loads((tmp_path / "t.json").read_text())
    Draft202012Validator(json.loads(schema_text("trace-v1"))).validate(result)
    (finding,) = result["findings"]
    assert (many.status, finding["rule"], result["outcome"], result["schedules"]) == (1, "deadlock", "exited", 40)
    assert sum(outcome["schedules"] for outcome in result["outcomes"]) == 40
    assert {outcome["outcome"] for outcome in result["outcomes"]} == {"exited", "deadlock"}
    assert 1 < result["distinct"] <= 40
    assert f"grader trace --schedule {finding['schedule']} -- {LOCKS}" in many.out

    one = command(tmp_path, "trace", "--schedule", finding["schedule"], "--json", "o.json", "--", LOCKS)
    (again,) = json.loads((tmp_path / "o.json").read_text())["findings"]
    assert (one.status, again["events"], again["seen"]) == (1, finding["events"], finding["seen"])

    told = command(tmp_path, "replay", "--schedule", finding["schedule"], "--", LOCKS)
    assert told.status == 1
    assert re.search(r"^P1 moves$", told.out, re.MULTILINE)
    assert f"here is what was found (event {max(finding['events'])})" in told.out


def test_a_correct_program_is_cleared_by_all_schedules_up_to_a_bound(tmp_path: Path) -> None:
    """Status 0, and the report says how far the search went."""
    tmp_path.chmod(0o755)
    ended = command(tmp_path, "trace", "--preemptions", "1", "--", str(QUALITY / "twins" / "lost_wakeup.c"))
    assert ended.status == 0
    assert re.search(r"\d+ schedules, all up to 1 preemption; \d+ of these schedules differ", ended.out)
    assert "no rule found a fault in these" in ended.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--schedules", "0"), "--schedules: is no number of schedules"),
        (("--preemptions", "-1"), "--preemptions: is no number of preemptions"),
        (("--schedule", "r9:1"), "r9:1: is a schedule of version 9"),
        (("--schedule", "r1:1", "--schedules", "5"), "leave one of the two out"),
        (("--schedule", "x1:0.9"), "at decision 0 task 9 cannot move, only 0 .P0., 1 .P1."),
    ],
)
def test_a_schedule_that_cannot_be_followed_is_refused(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    """In one line: wrong usage is 2, a replay that goes another way is 3."""
    tmp_path.chmod(0o755)
    ended = command(tmp_path, "trace", *options, "--", LOCKS)
    assert ended.status == (3 if options[1] == "x1:0.9" else 2)
    assert re.search(words, ended.err)
    assert ended.err.count("\n") == 1


def test_a_failed_check_of_an_exercise_is_told_step_by_step(tmp_path: Path) -> None:
    """Up to the last event that its finding cites."""
    tmp_path.chmod(0o755)
    root = Path(__file__).parents[3]
    program = root / "reference" / "pipe-one-way" / "wrong" / "c" / "changes_before_the_pipe.c.j2"
    arguments = ("--exercise", "pipe-one-way", "--course", str(root), "--check", "one-pipe-one-child")
    ended = command(tmp_path, "replay", *arguments, str(program))
    assert ended.status == 1
    found = ended.out.partition("here is what was found")[2]
    assert re.search(
        r"^  P0  asleep in wait4 for P1 since #\d+  at pipe_one_way\.c:\d+: .*waitpid", found, re.MULTILINE
    )
    assert re.search(r"^✗ one-pipe-one-child\n  seen   what P1 has read from pipe A", found, re.MULTILINE)

    fine = command(tmp_path, "replay", *arguments[:-1], "copies-text", str(program))
    assert (fine.status, fine.out) == (3, "")
    assert "has the outcome `pass`, so there is no finding to replay" in fine.err
