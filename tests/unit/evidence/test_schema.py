"""The published JSON Schema tells the truth about what is written, and about nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from grader.evidence import SCHEMA, EvidenceWriter, schema_text
from grader.evidence.schema import SCHEMA_FILE
from grader.model import End, Event, Header
from tests.support.random_events import ENDS, EVENTS, HEADERS

VALIDATOR = Draft202012Validator(json.loads(schema_text()))


def test_constant_file_and_schema_name_one_version() -> None:
    """A new version changes the constant, the file's name and its content together."""
    schema = json.loads(schema_text())
    family, _, version = SCHEMA.rpartition("/")

    assert family == "grader/evidence"
    assert f"evidence-{version}.json" == SCHEMA_FILE
    assert schema["$id"] == SCHEMA
    assert schema["$defs"]["header"]["properties"]["schema"]["const"] == SCHEMA


def test_the_schema_itself_is_valid() -> None:
    """It follows the draft that it names."""
    schema = json.loads(schema_text())

    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@given(HEADERS, EVENTS, ENDS)
def test_every_line_that_is_written_is_valid(header: Header, event: Event, end: End) -> None:
    """Header, event and end, whatever they hold."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.jsonl"
        with EvidenceWriter(path, header) as writer:
            writer.add(event)
            writer.finish(end)
        lines = path.read_text("ascii").splitlines()

    assert len(lines) == (4 if event.source or event.function else 3)
    for line in lines:
        VALIDATOR.validate(json.loads(line))


@given(st.sampled_from(["task", "kind", "n"]))
def test_a_line_without_a_needed_field_is_not_valid(name: str) -> None:
    """The schema is no rubber stamp."""
    line = {"n": 1, "task": "P0", "kind": "start"}
    VALIDATOR.validate(line)
    del line[name]

    with pytest.raises(ValidationError):
        VALIDATOR.validate(line)


@pytest.mark.parametrize(
    "extra", [{"pid": 4}, {"data": "\x00"}, {"args": {"x": 1.5}}, {"kind": "other"}, {"source": [["a.c"]]}]
)
def test_a_line_with_something_foreign_is_not_valid(extra: dict[str, object]) -> None:
    """Unknown fields, raw control bytes, fractions and unknown kinds are no evidence."""
    with pytest.raises(ValidationError):
        VALIDATOR.validate({"n": 1, "task": "P0", "kind": "start", **extra})
