"""When a fault comes: counted from the program's own code on, the same in every run, and told when it never came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from grader.evidence.schema import schema_text as evidence_schema
from grader.explore import Search
from grader.model import Fault, Plan
from grader.report import schema_text
from tests.support.schedules import Workshop
from tests.system.cli.commands import command

FOLDER = Path(__file__).parents[2] / "programs" / "faults"


@pytest.mark.parametrize("name", ["no_space.c", "fork.py"])
def test_what_starts_a_program_is_not_counted(workshop: Workshop, name: str) -> None:
    """The first file that is opened is the program's own: not a library, nor a module of the interpreter's start-up."""
    artifact = workshop.artifact(FOLDER / "right" / name)
    run = workshop.lab.run(artifact, Plan("first", faults=(Fault("EMFILE", call="openat"),)))
    (opened,) = run.struck

    assert opened.n > next(event.n for event in run.events if event.kind == "begin")
    assert name.endswith(".py") or opened.text("path") == "/dev/shm/table"


@pytest.mark.parametrize(("nth", "times", "failed"), [(1, 1, "10"), (2, 1, "01"), (1, 2, "11"), (2, 9, "01")])
def test_a_fault_comes_as_often_as_it_is_asked_for(workshop: Workshop, nth: int, times: int, failed: str) -> None:
    """From the nth call that fits on, so many times; the program forks twice."""
    artifact = workshop.artifact(FOLDER / "real" / "tasks.c")
    fault = Fault("EAGAIN", nth=nth, times=times)
    run = workshop.lab.run(artifact, Plan("often", argv=("fork", "planned"), faults=(fault,)))

    assert "".join("1" if b"EAGAIN" in line else "0" for line in run.stdout.splitlines()) == failed
    assert len(run.struck) == failed.count("1")


def test_a_fault_that_never_came_is_told(workshop: Workshop) -> None:
    """With the number of calls that fitted; the run is otherwise the one without it."""
    artifact = workshop.artifact(FOLDER / "right" / "fork.c")
    plain = workshop.lab.run(artifact, Plan("plain"))
    run = workshop.lab.run(artifact, Plan("plain", faults=(Fault("EAGAIN", nth=5),)))

    assert [event.text("why") for event in run.missed] == ["1 such calls were made"]
    assert run.events[:-1] == plain.events
    assert run.struck == ()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("short_write.c", Fault("short write", process="P0")),
        ("broken_pipe.c", Fault("SIGKILL", process="P1", object="pipe A", nth=3)),
        ("eintr.c", Fault("EINTR", object="pipe A", signal="SIGUSR1")),
        ("fork.c", Fault("EAGAIN")),
    ],
)
def test_a_fault_and_a_token_have_one_digest(workshop: Workshop, name: str, fault: Fault) -> None:
    """Whatever the schedule: the same plan under the same token gives the same events."""
    search = Search(workshop.lab, workshop.artifact(FOLDER / "right" / name), Plan("same", faults=(fault,)))
    for token in ("r1:3", "p1:1.2.20"):
        (first,) = search.each([token])
        again = search.each([token, first.notes.replay, token])

        assert {tried.evidence.end.digest for tried in again} == {first.evidence.end.digest}


def test_a_writer_that_slept_between_two_looks_has_slept(workshop: Workshop) -> None:
    """It fills the pipe, its reader wakes, takes all and lets it end: one order of events, whoever is looked at when."""
    search = Search(
        workshop.lab,
        workshop.artifact(FOLDER / "right" / "short_write.c"),
        Plan("slept", faults=(Fault("short write", process="P0"),)),
    )
    runs = [tried.evidence for _ in range(40) for tried in search.each(["r1:3"])]

    assert len({run.end.digest for run in runs}) == 1
    slept = [event for event in runs[0].events if event.kind == "block" and event.call == "write"]
    assert [event.number("count") for event in slept] == [200_000, 68_928]


def test_evidence_with_faults_is_what_its_schema_says(workshop: Workshop) -> None:
    """The plan in the first line, the mark on the call, the event of a fault that never came."""
    faults = (Fault("EAGAIN"), Fault("EAGAIN", nth=9), Fault("EINTR", signal="SIGUSR1"))
    run = workshop.lab.run(workshop.artifact(FOLDER / "right" / "fork.c"), Plan("valid", faults=faults))
    lines = [json.loads(line) for line in Path(run.path).read_text().splitlines()]
    validator = Draft202012Validator(json.loads(evidence_schema()))

    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert [line["args"]["fault"] for line in lines if line.get("kind") == "missed"] == [
        str(fault) for fault in faults[1:]
    ]


def test_trace_tells_which_fault_a_program_does_not_survive(tmp_path: Path) -> None:
    """Status 1; the finding names the fault, and with that fault alone it shows again."""
    tmp_path.chmod(0o755)
    program = str(FOLDER / "wrong" / "short_write.c")
    many = command(tmp_path, "trace", "--faults", "30", "--json", "t.json", "--", program)
    result = json.loads((tmp_path / "t.json").read_text())
    Draft202012Validator(json.loads(schema_text("trace-v1"))).validate(result)
    (finding,) = result["findings"]

    assert (many.status, finding["rule"], finding["level"], result["outcome"]) == (1, "deadlock", "should", "exited")
    assert finding["fault"].startswith("short write,")
    assert f"grader trace --fault '{finding['fault']}' -- {program}" in many.out
    assert 10 < result["faults"] <= 30

    one = command(tmp_path, "trace", "--fault", finding["fault"], "--json", "o.json", "--", program)
    again = json.loads((tmp_path / "o.json").read_text())
    assert (one.status, again["outcome"], again["findings"][0]["events"]) == (1, "deadlock", finding["events"])


def test_an_end_that_keeps_back_what_a_kill_would_tell_is_advice(tmp_path: Path) -> None:
    """The kernel has closed the killed writer's end; the parent keeps one that it never uses, and the reader waits for ever."""
    program = str(FOLDER / "wrong" / "kept_end.c")
    tmp_path.chmod(0o755)
    command(tmp_path, "trace", "--faults", "60", "--json", "t.json", "--", program)
    findings = json.loads((tmp_path / "t.json").read_text())["findings"]

    assert {(finding["rule"], finding["process"], finding["level"]) for finding in findings} == {
        ("unused-pipe-end", "P0", "style")
    }
    assert {finding["fault"].partition(",nth=")[0] for finding in findings} == {"SIGKILL,process=P1"}


@pytest.mark.parametrize("name", ["short_write.c", "fork.c", "awaits_post.c"])
def test_trace_with_faults_spares_a_right_program(tmp_path: Path, name: str) -> None:
    """Status 0 whatever failed: it may end with an error, and leaves nothing behind."""
    tmp_path.chmod(0o755)
    ended = command(tmp_path, "trace", "--faults", "60", "--", str(FOLDER / "right" / name))

    assert ended.status == 0
    assert "no rule found a fault in this schedule and" in ended.out


def test_words_that_make_no_fault_are_refused(tmp_path: Path) -> None:
    """Status 2, with what to write; a recorded run, and every schedule of a bound, are others with a fault."""
    refused = command(tmp_path, "trace", "--fault", "EIO", "--", "true")
    bound = command(tmp_path, "trace", "--faults", "3", "--preemptions", "1", "--", "true")
    recorded = command(tmp_path, "trace", "--faults", "3", "--schedule", "x1:", "--", "true")

    assert (refused.status, bound.status, recorded.status) == (2, 2, 2)
    assert "Plan.faults: kind" in refused.err
    assert "--faults" in bound.err
    assert "is a recorded run" in recorded.err


def test_a_program_that_nothing_can_happen_to_is_tried_with_no_fault(tmp_path: Path) -> None:
    """It makes no call that can fail: no run is made, and that is said."""
    tmp_path.chmod(0o755)
    program = str(FOLDER.parent / "outcomes" / "does_nothing.c")
    ended = command(tmp_path, "trace", "--faults", "3", "--schedules", "2", "--json", "t.json", "--", program)

    assert (ended.status, json.loads((tmp_path / "t.json").read_text())["faults"]) == (0, 0)


def test_a_stray_signal_is_no_fault_of_a_watchdog(tmp_path: Path) -> None:
    """SIGALRM tells it that time is up: only signals that tell nothing come unasked, under any schedule."""
    tmp_path.chmod(0o755)
    program = str(FOLDER.parent / "rules" / "right" / "alarm_watchdog.c")
    ended = command(tmp_path, "trace", "--faults", "24", "--schedules", "3", "--json", "t.json", "--", program)
    result = json.loads((tmp_path / "t.json").read_text())

    assert (ended.status, result["findings"], result["schedules"]) == (0, [], 3)
    assert result["faults"] > 10


def test_faults_are_tried_under_other_schedules_too(tmp_path: Path) -> None:
    """What shows under one of them names both, shortened, and shows again by both; the plain schedules are told as ever."""
    tmp_path.chmod(0o755)
    program = str(FOLDER / "wrong" / "late_fork.c")
    many = command(tmp_path, "trace", "--faults", "80", "--schedules", "20", "--json", "t.json", "--", program)
    result = json.loads((tmp_path / "t.json").read_text())
    (finding,) = result["findings"]

    assert (many.status, result["schedules"], finding["rule"], finding["level"]) == (1, 20, "deadlock", "should")
    assert finding["schedule"].startswith("x1:")
    assert f"--schedule {finding['schedule']} --fault {finding['fault']} -- {program}" in many.out

    both = ("--schedule", finding["schedule"], "--fault", finding["fault"])
    again = command(tmp_path, "trace", *both, "--json", "o.json", "--", program)
    one = json.loads((tmp_path / "o.json").read_text())
    assert (again.status, one["outcome"], one["findings"][0]["events"]) == (1, "deadlock", finding["events"])

    fair = command(tmp_path, "trace", "--fault", finding["fault"], "--", program)
    assert fair.status == 0
