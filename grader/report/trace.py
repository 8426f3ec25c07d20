"""In: a `TraceReport` and the story of its run; out: what `grader trace` prints, and its JSON (grader/trace/v1)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from grader.model import Finding, RuleFinding, TraceReport
from grader.report.pieces import Part, Piece, Words, finding_pieces
from grader.report.result import Json, as_text, sources
from grader.report.text import SEE, plain_text
from grader.report.visible import visible

__all__ = ["TRACE_SCHEMA", "ended", "trace_json", "trace_pieces", "trace_text"]

TRACE_SCHEMA = "grader/trace/v1"


def trace_json(report: TraceReport) -> str:
    """The report as JSON text, ASCII only, ending in a newline."""
    fields: Mapping[str, Json] = {
        "schema": TRACE_SCHEMA,
        "program": list(report.program),
        "outcome": report.outcome,
        "exit_status": report.exit_status,
        "signal": report.signal or None,
        "schedules": report.schedules,
        "distinct": report.distinct,
        "coverage": report.coverage or None,
        "faults": report.faults,
        "faults_missed": report.faults_missed,
        "outcomes": [dict(outcome) for outcome in report.outcomes],
        "digest": report.digest,
        "complete": report.complete,
        "lost": list(report.lost),
        "rung": report.rung,
        "seconds": report.seconds,
        "processes": [dict(process) for process in report.processes],
        "findings": [_finding(finding) for finding in report.findings],
    }
    return as_text(fields)


def _finding(finding: RuleFinding) -> Json:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "process": finding.process,
        "seen": finding.seen,
        "why": finding.why,
        "next": finding.next,
        "events": list(finding.events),
        "source": sources(finding.source),
        "schedule": finding.schedule,
        "fault": finding.fault or None,
    }


def trace_text(report: TraceReport, story: Sequence[str], see: str = SEE) -> str:
    """What `trace_pieces` say, plain."""
    return plain_text(trace_pieces(report, story), see)


def trace_pieces(report: TraceReport, story: Sequence[str], options: Sequence[str] = ()) -> Iterator[Piece]:
    """Who did what to whom, and what the rules say of it.

    `story` are lines, `options` are what else the command needs to run the same again.
    """
    schedules = "1 schedule" if report.schedules == 1 else f"{report.schedules} schedules"
    yield Part(None, visible(shlex.join(report.program)), 3)
    yield Words(f"{ended(report)} · rung {report.rung} · {schedules} · {report.seconds:.1f} s", "faint")
    yield from (Words(line) for line in _outcomes(report))
    yield Words("")
    yield from (Words(_process(process)) for process in report.processes)
    yield Words("")
    yield from (Words(visible(line)) for line in story)
    yield Words("")
    for finding in report.findings:
        yield Words(f"✗ {finding.rule} ({finding.level}), {finding.process}", "fail")
        parts = Finding(finding.seen, finding.why, finding.next, finding.events, source=finding.source)
        if finding.fault:
            yield Words(f"  with the fault {visible(finding.fault)}", "faint")
        again = _again_with(report, finding, options) if finding.fault else _again(report, finding.schedule, options)
        yield from finding_pieces(parts, again)
    if not report.complete:
        yield Words("incomplete", "error")
        yield Words(f"  a part of the run is not on record: {visible('; '.join(report.lost)) or 'no reason is known'}")
    elif not report.findings and report.outcome == "limit":
        yield Words("undecided", "error")
        yield Words("  no rule found a fault up to here, but what the program would have done next is not known")
    elif not report.findings:
        which = "this schedule" if report.schedules == 1 else f"these {report.schedules} schedules"
        which += f" and {report.faults - report.faults_missed} faults" if report.faults else ""
        yield Words(f"✓ no rule found a fault in {which}", "pass")


def _outcomes(report: TraceReport) -> Iterator[str]:
    """How often the program ended in which way, and a schedule for each."""
    if report.outcomes:
        covered = f"{report.coverage}; " if report.coverage else ""
        yield f"  {covered}{report.distinct} of these schedules differ in what happened:"
    for outcome in report.outcomes:
        words = _ended(str(outcome["outcome"]), outcome["exit_status"], outcome["signal"])
        yield f"  {outcome['schedules']:>6} × {words:<26} {outcome['schedule']}"


def _again(report: TraceReport, schedule: str, options: Sequence[str]) -> str:
    """The command that makes the run of this finding again; none where the command just given does it."""
    if report.schedules == 1 or not schedule:
        return ""
    return shlex.join(("grader", "trace", "--schedule", schedule, *options, "--", *report.program))


def _again_with(report: TraceReport, finding: RuleFinding, options: Sequence[str]) -> str:
    """The command that makes the run with this fault again."""
    schedule = ("--schedule", finding.schedule) if finding.schedule else ()
    return shlex.join(("grader", "trace", *schedule, "--fault", finding.fault, *options, "--", *report.program))


def ended(report: TraceReport) -> str:
    """How the program ended, in words."""
    return _ended(report.outcome, report.exit_status, report.signal)


def _ended(outcome: str, status: str | int | None, signal: str | int | None) -> str:
    if outcome == "exited":
        return f"exited with status {status}"
    if outcome == "signalled":
        return f"killed by {signal}"
    return {"limit": "ended by a limit", "blocked": "blocked for ever"}.get(outcome, outcome)


def _process(process: Mapping[str, str | int | None]) -> str:
    """One line: name, parent, what it ran, how it ended."""
    alone = "the program" if process.get("name") == "P0" else "a program beside it"
    parent = f"child of {process['parent']}" if process.get("parent") else alone
    line = f"  {process.get('name')}  {parent}  {process.get('program') or ''}  {process.get('end') or ''}"
    return visible(line.rstrip())
