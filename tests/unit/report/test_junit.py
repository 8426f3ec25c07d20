"""JUnit XML is read by any parser, whatever a student's program has printed, and says what the report says."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Report
from grader.report import junit_xml
from tests.unit.report.reports import (
    BYTES,
    DOES_NOT_BUILD,
    EOF,
    FAILED,
    INCOMPLETE,
    INTERRUPTED,
    PASSED,
    REAPS,
    REPORTS,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


def parsed(report: Report) -> ET.Element:
    """The test suite, from the bytes that a file would hold."""
    suites = ET.fromstring(junit_xml(report).encode("utf-8"))  # noqa: S314 - our own
    (suite,) = suites
    assert (suites.tag, suite.tag) == ("testsuites", "testsuite")
    return suite


def kinds(report: Report) -> dict[str, list[str]]:
    """What stands in each test case, beside its properties and its output."""
    beside = {"properties", "system-out"}
    return {
        case.attrib["name"]: [child.tag for child in case if child.tag not in beside]
        for case in parsed(report).iter("testcase")
    }


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_yields_a_document_that_parses(seen: str, note: str, title: str) -> None:
    """Control characters, lone surrogates, non-characters, markup: each comes out as text, and nothing is lost of the structure."""
    assert EOF.finding
    hostile = replace(EOF, title=title, replay=note, finding=replace(EOF.finding, seen=seen, why=note, next=title))
    report = replace(FAILED, seed=seen, reason=note, build_output=title, checks=(hostile, replace(REAPS, note=note)))

    (first, second) = parsed(report).iter("testcase")

    assert [child.tag for child in first] == ["properties", "failure", "system-out"]
    assert [child.tag for child in second if child.tag != "system-out"] == ["properties", "skipped"]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_text_comes_out_as_it_went_in(text: str) -> None:
    """Markup is escaped, not altered: a reader gets back `<`, `&`, quotes and `]]>`."""
    assert EOF.finding
    report = replace(FAILED, checks=(replace(EOF, finding=replace(EOF.finding, seen=text, source=())),))

    (failure,) = parsed(report).iter("failure")

    assert failure.attrib["message"] == text
    assert f"seen   {text}\n" in (failure.text or "")


@pytest.mark.parametrize("text", ["\x00", "\x1b[2J", "\x85", "\ud800", "\ufffe", "\uffff", "]]>", "\r\n", "&amp;"])
def test_what_breaks_other_writers_is_harmless(text: str) -> None:
    """The worst of what a program can print, one by one."""
    assert EOF.finding
    report = replace(FAILED, checks=(replace(EOF, finding=replace(EOF.finding, seen=text, why=text)),))

    assert kinds(report) == {"reader-sees-eof": ["failure"]}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_counts_are_those_of_the_cases(report: Report) -> None:
    """Servers show the totals, people the cases: both say the same."""
    suite = parsed(report)
    found = {tag: len(list(suite.iter(tag))) for tag in ("testcase", "failure", "error", "skipped")}

    assert found == {
        "testcase": int(suite.attrib["tests"]),
        "failure": int(suite.attrib["failures"]),
        "error": int(suite.attrib["errors"]),
        "skipped": int(suite.attrib["skipped"]),
    }


def test_each_outcome_has_its_element() -> None:
    """A fail that counts is a failure, advice is skipped, what could not be decided is an error."""
    assert kinds(FAILED) == {
        "every-byte-arrives": [],
        "reader-sees-eof": ["failure"],
        "parent-reaps": ["skipped"],
        "closes-unused-ends": ["skipped"],
    }
    assert kinds(INCOMPLETE) == {"every-byte-arrives": [], "no-leftovers": ["error"]}
    assert set(kinds(INTERRUPTED)) == {"every-byte-arrives", "reader-sees-eof", "parent-reaps"}


def test_no_server_takes_a_verdict_that_is_not_passed_for_a_success() -> None:
    """Where no check failed, a case of its own does: here the compiler's words are in it."""
    cut_short = replace(PASSED, verdict="not graded", reason="only one check was asked for", checks=(BYTES,))

    assert kinds(DOES_NOT_BUILD)["verdict"] == ["failure"]
    assert "expected ';' before 'return'" in junit_xml(DOES_NOT_BUILD)
    assert kinds(cut_short)["verdict"] == ["error"]
    assert "verdict" not in kinds(PASSED)
