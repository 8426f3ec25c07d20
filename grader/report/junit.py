"""In: a `Report`; out: JUnit XML, one test suite with a test case for each check, as continuous integration servers read it.

XML 1.0 has no place for control characters, lone surrogates and some others, not even escaped (section 2.2), and a finding may
quote any byte of a student's program. So every character that is not plainly printable is written as Python's escape for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader import __version__
from grader.model import CheckResult, Report
from grader.report.located import located
from grader.report.visible import padded, visible
from grader.texts import gettext

__all__ = ["junit_xml"]

MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
LABEL = 7


def junit_xml(report: Report) -> str:
    """The report as XML, ending in a newline; no text in it is cut.

    A failed check is a failure where it counts; where it is advice (no points, level should or style) the case is skipped,
    with the finding as its message, so that no server calls the submission failed for it. A verdict other than passed that no
    check accounts for (it does not build, it was interrupted) has a case of its own, `verdict`.
    """
    cases = [*report.checks, *_verdict_case(report)]
    kinds = [_kind(check) for check in cases]
    counts = {"tests": len(cases), "failures": kinds.count("failure"), "errors": kinds.count("error")}
    counts["skipped"] = kinds.count("skipped")
    totals = {name: str(number) for name, number in counts.items()} | {"time": f"{report.seconds:.3f}"}
    facts = {
        "grader": __version__,
        "exercise_version": str(report.exercise_version),
        "language": report.language,
        "seed": report.seed,
        "submission_sha256": report.submission_sha256,
        "verdict": report.verdict,
        "reason": report.reason or "",
        "score": str(report.score),
        "max_score": str(report.max_score),
        "rung": report.rung,
    }
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _tag("testsuites", totals),
        f"  {_tag('testsuite', {'name': report.exercise} | totals)}",
        *_properties(facts, "    "),
        *(line for check in cases for line in _case(check, report)),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(check: CheckResult, report: Report) -> Iterator[str]:
    """One test case: its properties, how it ended, and what a person reads of it."""
    where = [{"file": place.file, "line": str(place.line)} for place in (check.finding.source if check.finding else ())]
    yield "    " + _tag("testcase", {"classname": report.exercise, "name": check.id} | (where[0] if where else {}))
    points = {"points": str(check.max_score), "score": str(check.score), "level": check.level, "title": check.title}
    yield from _properties(points, "      ")
    kind, told = _kind(check), _told(check)
    if kind:
        message = located(check.finding)[0] if check.finding else check.note
        attributes = {"message": message} | ({} if kind == "skipped" else {"type": check.outcome})
        yield f"      {_tag(kind, attributes)}{_text(told)}</{kind}>"
    if told:
        yield f"      <system-out>{_text(told)}</system-out>"
    yield "    </testcase>"


def _kind(check: CheckResult) -> str:
    """The element that says how a check ended; empty where it passed."""
    if check.outcome == "fail":
        return "failure" if check.level == "must" or check.max_score else "skipped"
    return {"pass": "", "skipped": "skipped"}.get(check.outcome, "error")


def _told(check: CheckResult) -> str:
    """The finding in the words of the report, in full, else the note; empty where there is nothing to say."""
    if check.finding is None:
        return check.note
    finding = check.finding
    seen, why = located(finding)
    numbers = ", ".join(map(str, finding.events))
    parts = {
        gettext("seen"): seen,
        gettext("why"): why,
        gettext("next"): finding.next,
        gettext("events"): gettext("{events} of run {run}", events=numbers, run=finding.run)
        if finding.run
        else numbers,
    }
    parts |= {gettext("again"): check.replay} if check.replay else {}
    return "\n".join(f"{padded(label, LABEL)}{visible(text)}" for label, text in parts.items())


def _verdict_case(report: Report) -> Iterator[CheckResult]:
    """The verdict as a case, where none of the checks shows why it is not passed."""
    outcome = {"passed": "", "failed": "fail"}.get(report.verdict, "error")
    shown = {_kind(check) for check in report.checks}
    if outcome and not shown & {"failure", "error"}:
        words = "\n".join(filter(None, (report.reason, report.build_output.rstrip("\n"))))
        yield CheckResult("verdict", report.verdict, "must", outcome, 0, 0, note=words or report.verdict)


def _properties(facts: dict[str, str], indent: str) -> Iterator[str]:
    yield f"{indent}<properties>"
    yield from (f"{indent}  {_tag('property', {'name': name, 'value': text}, '/')}" for name, text in facts.items())
    yield f"{indent}</properties>"


def _tag(name: str, attributes: dict[str, str], end: str = "") -> str:
    """An opening tag, or a whole one. An attribute is one line: a reader would make a space of a newline in it."""
    texts = (f' {key}="{visible(text).translate(MARKUP)}"' for key, text in attributes.items())
    return f"<{name}{''.join(texts)}{end}>"


def _text(words: str) -> str:
    """Lines of text between tags; only newlines survive of what is not printable."""
    return "\n".join(visible(line) for line in words.split("\n")).translate(MARKUP)
