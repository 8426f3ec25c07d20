"""In: results of checks and of rules; out: text for a person, JSON and JUnit XML for a program."""

from grader.report.junit import junit_xml
from grader.report.paint import Paint, painter, plain
from grader.report.result import RESULT_SCHEMA, result_json, schema_text
from grader.report.steps import steps
from grader.report.text import report_text
from grader.report.trace import TRACE_SCHEMA, trace_json, trace_text
from grader.report.visible import fitting, visible

__all__ = [
    "RESULT_SCHEMA",
    "TRACE_SCHEMA",
    "Paint",
    "fitting",
    "junit_xml",
    "painter",
    "plain",
    "report_text",
    "result_json",
    "schema_text",
    "steps",
    "trace_json",
    "trace_text",
    "visible",
]
