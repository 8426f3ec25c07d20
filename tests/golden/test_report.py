"""The words that students and lecturers read, reviewed like code."""

from __future__ import annotations

import pytest

from grader import __version__
from grader.report import junit_xml, report_text, trace_text
from tests.support.golden import assert_golden
from tests.unit.report.reports import REPORTS, TRACES

STORY = (
    "#1 P0 starts: sh -c a | b",
    "#12 P0 pipe2() makes pipe A: read end 3, write end 4",
    "#57 P1 blocks in read(3)",
)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_reads_as_reviewed(name: str) -> None:
    """One file for each kind of report."""
    text = report_text(REPORTS[name], see="result.json")

    assert_golden(f"report/{name}.txt", text)


@pytest.mark.parametrize("name", ["passed", "failed", "does-not-build", "hostile"])
def test_a_report_as_junit_xml_reads_as_reviewed(name: str) -> None:
    """One test suite; what a student reads is in system-out, whole."""
    assert_golden(f"junit/{name}.xml", junit_xml(REPORTS[name]).replace(f'"{__version__}"', '"VERSION"'))


@pytest.mark.parametrize("name", TRACES)
def test_a_trace_reads_as_reviewed(name: str) -> None:
    """Processes, story, findings, in this order."""
    text = trace_text(TRACES[name], STORY, see="trace.json")

    assert_golden(f"trace/{name}.txt", text)
