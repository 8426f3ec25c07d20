"""Evidence of real processes is valid, comes back exactly, is the same twice, and right programs are accused of nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from grader.analysis import rules
from grader.evidence import Evidence, EvidenceWriter, schema_text
from grader.explore import Lab
from grader.model import Artifact, Plan

RIGHT = {
    "a pipeline": "echo hi | cat | tr h H",
    "a reader that never reads": "echo words | true",
    "a writer that is cut off": "yes | head -1",
    "children that are waited for": "for i in 1 2 3; do echo $i & done; wait",
    "a FIFO that is removed": "mkfifo p; cat p & echo hi > p; wait; rm p",
}
WRONG = {
    "a child left behind": ("sleep 5 & echo hi", [("orphan", "P1")]),
    "a FIFO left behind": ("mkfifo p; cat p & echo hi > p; wait", [("residue", "P1")]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs' home and the evidence lie."""
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[Lab]:
    """One supervisor for all runs of this module."""
    with Lab.open(folder / "evidence") as lab:
        yield lab


def shell(lab: Lab, folder: Path, command: str, plan: str = "default") -> Evidence:
    """A run of `sh -c command`; another plan's name makes another run of the same."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return lab.run(Artifact(("/bin/sh", "-c", command), str(home), "any"), Plan(plan))


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_command_is_accused_of_nothing(lab: Lab, folder: Path, name: str) -> None:
    """What shells do every day is no mistake."""
    run = shell(lab, folder, RIGHT[name])

    assert run.complete
    assert [(finding.rule, finding.process, finding.seen) for finding in rules(run)] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_is_accused_of_its_mistake(lab: Lab, folder: Path, name: str) -> None:
    """The process that did it is named."""
    command, expected = WRONG[name]

    assert [(finding.rule, finding.process) for finding in rules(shell(lab, folder, command))] == expected


def test_every_line_of_a_real_file_is_valid(lab: Lab, folder: Path) -> None:
    """The published schema holds for what the tracer records."""
    run = shell(lab, folder, RIGHT["a pipeline"])
    validator = Draft202012Validator(json.loads(schema_text()))
    faults = [
        fault.message
        for line in Path(run.path).read_text("ascii").splitlines()
        for fault in validator.iter_errors(json.loads(line))
    ]

    assert faults == []


def test_a_real_run_is_written_again_byte_for_byte(lab: Lab, folder: Path) -> None:
    """Load and write are inverse: nothing is lost, nothing added."""
    run = shell(lab, folder, RIGHT["a pipeline"])
    copy = folder / "copy.jsonl"
    with EvidenceWriter(copy, run.header) as writer:
        for event in run.events:
            writer.add(event)
        writer.finish(run.end)

    assert copy.read_bytes() == Path(run.path).read_bytes()


def test_two_runs_of_one_schedule_have_one_digest(lab: Lab, folder: Path) -> None:
    """The same program, plan and schedule give the same events."""
    one, other = (shell(lab, folder, RIGHT["a pipeline"], plan) for plan in ("one", "two"))

    assert one.path != other.path
    assert one.end.digest == other.end.digest
