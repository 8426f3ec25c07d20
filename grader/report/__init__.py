"""In: results of checks and of rules; out: text for a person, JSON and JUnit XML for a program."""

from grader.report.junit import junit_xml
from grader.report.pieces import Command, Heading, Part, Piece, Words, finding_pieces, report_pieces
from grader.report.result import RESULT_SCHEMA, result_json, schema_text
from grader.report.standing import Lines, holdings, standing
from grader.report.steps import Halt, step_lines, steps, stops
from grader.report.terminal import console_for, shown, terminal_text
from grader.report.text import SEE, plain_text, report_text
from grader.report.trace import TRACE_SCHEMA, trace_json, trace_pieces, trace_text
from grader.report.visible import fitting, visible

__all__ = [
    "RESULT_SCHEMA",
    "SEE",
    "TRACE_SCHEMA",
    "Command",
    "Halt",
    "Heading",
    "Lines",
    "Part",
    "Piece",
    "Words",
    "console_for",
    "finding_pieces",
    "fitting",
    "holdings",
    "junit_xml",
    "plain_text",
    "report_pieces",
    "report_text",
    "result_json",
    "schema_text",
    "shown",
    "standing",
    "step_lines",
    "steps",
    "stops",
    "terminal_text",
    "trace_json",
    "trace_pieces",
    "trace_text",
    "visible",
]
