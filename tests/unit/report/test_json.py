"""result.json and the trace JSON hold what the report says, in the form that their published schemas describe."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator, ValidationError

from grader import __version__
from grader.model import Report, TraceReport
from grader.report import RESULT_SCHEMA, TRACE_SCHEMA, result_json, schema_text, trace_json
from tests.unit.report.reports import DEADLOCK, FAILED, HOSTILE, INCOMPLETE, REPORTS, TRACES


def validator(name: str) -> Draft202012Validator:
    """The published schema, itself valid, as a validator."""
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_every_report_is_valid_by_the_published_schema(report: Report) -> None:
    """And it has exactly the fields that the schema describes: none more, none fewer."""
    result = json.loads(result_json(report))
    schema = json.loads(schema_text("result-v1"))

    validator("result-v1").validate(result)
    assert result.keys() == schema["properties"].keys()
    for check in result["checks"]:
        assert check.keys() == schema["properties"]["checks"]["items"]["properties"].keys()


@pytest.mark.parametrize("report", TRACES.values(), ids=TRACES)
def test_every_trace_is_valid_by_the_published_schema(report: TraceReport) -> None:
    """Fields as described, none more, none fewer."""
    result = json.loads(trace_json(report))
    schema = json.loads(schema_text("trace-v1"))

    validator("trace-v1").validate(result)
    assert result.keys() == schema["properties"].keys()


def test_a_failed_check_carries_its_proof_in_json() -> None:
    """Words, event numbers, source lines, evidence file and the command that repeats it."""
    result = json.loads(result_json(FAILED))

    assert (result["schema"], result["grader"]) == (RESULT_SCHEMA, __version__)
    assert result["variant"] == {"seed": "2026-ada", "parameters": {"mark": "EOT", "block": 4096, "reversed": False}}
    check = result["checks"][1]
    assert (check["id"], check["outcome"], check["events"]) == ("reader-sees-eof", "fail", [12, 57])
    assert check["source"] == [{"file": "pipe_one_way.c", "line": 31}]
    assert (check["evidence"], check["run"], check["schedule"]) == ("small-3af2c9.jsonl", "small", "f1")
    assert check["replay"].endswith("--only reader-sees-eof")


def test_a_trace_finding_carries_its_rule_in_json() -> None:
    """Rule, level, process, words, events, schedule."""
    result = json.loads(trace_json(DEADLOCK))

    assert (result["schema"], result["outcome"], result["exit_status"]) == (TRACE_SCHEMA, "deadlock", None)
    finding = result["findings"][0]
    assert (finding["rule"], finding["process"], finding["events"]) == ("deadlock", "P1", [12, 57])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "maybe"),
        ("score", -1),
        ("score", 1.5),
        ("schema", "grader/result/v2"),
        ("checks", [{}]),
        ("submission", {"sha256": "abc"}),
    ],
)
def test_the_schema_refuses_what_is_no_result(field: str, value: object) -> None:
    """A schema that accepted everything would prove nothing."""
    result = json.loads(result_json(FAILED)) | {field: value}

    with pytest.raises(ValidationError):
        validator("result-v1").validate(result)


def test_the_schema_refuses_a_failure_without_proof() -> None:
    """No event number, no failure; no reason, no `not graded`."""
    failed, undecided = json.loads(result_json(FAILED)), json.loads(result_json(INCOMPLETE))
    failed["checks"][1]["events"] = []
    undecided["reason"] = None

    for result in (failed, undecided):
        with pytest.raises(ValidationError):
            validator("result-v1").validate(result)


def test_json_is_plain_ascii_whatever_a_program_printed() -> None:
    """Control characters are escaped by JSON itself; bytes that are no text do not become lone surrogates."""
    text = result_json(HOSTILE)

    assert text.isascii()
    assert "\\ud" not in text.replace("\\\\udcff", "")
    assert json.loads(text)["checks"][0]["seen"].startswith("stdout was \x1b[2J")


def test_numbers_that_json_does_not_have_are_refused() -> None:
    """NaN would be written as a word that no strict reader takes."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        result_json(replace(FAILED, seconds=float("nan")))
